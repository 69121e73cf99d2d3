"""The bare ion: multiplets that are whole, and the published levels it is held against."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.validation.free_ions import SOURCE, ion_row, published_level, summary
from core.magnetism.ions import lanthanide
from core.qc import free_ion as module
from core.qc.free_ion import FreeLevel, free_ion, free_levels
from tests.qc.fitted import fitted

pytestmark = pytest.mark.xdist_group("cahf")  # with test_cahf.py


@pytest.fixture(autouse=True)
def fitted_integrals(monkeypatch: pytest.MonkeyPatch) -> None:
    """All integrals take 11 s an ion and move the levels by 10⁻⁸ cm⁻¹."""
    monkeypatch.setattr(module, "Conventional", fitted)


def test_a_single_f_electron_has_two_whole_multiplets_split_by_spin_orbit_coupling() -> None:
    """Ce(III) in a small contraction; 2266 cm⁻¹ in LaF3, where ζ was fitted to 647.3 (Carnall 1989)."""
    lower, upper = free_levels(free_ion("Ce", "6s5p3d1f"))
    assert (lower.two_j, upper.two_j) == (5, 7)
    assert max(lower.spread, upper.spread) < 1e-4
    assert upper.energy == pytest.approx(2266, rel=0.15)


def test_a_single_f_hole_has_them_in_the_other_order() -> None:
    """Yb(III); 10214 cm⁻¹ in the free ion (NIST)."""
    lower, upper = free_levels(free_ion("Yb", "6s5p3d1f"))
    assert (lower.two_j, upper.two_j) == (7, 5)
    assert max(lower.spread, upper.spread) < 1e-4
    assert upper.energy == pytest.approx(10214, rel=0.10)


def test_every_published_level_exists_within_its_configuration() -> None:
    """The label's J, in twos, and a Hund term where it says so."""
    for entry in json.loads(SOURCE.read_text(encoding="utf-8"))["levels"]:
        ion = lanthanide(entry["ion"])
        number = entry["level"][2:]
        two_j = int(number.removesuffix("/2")) * (1 if number.endswith("/2") else 2)
        assert two_j == entry["two_j"] and two_j % 2 == ion.electrons % 2
        hund = f"{int(2 * ion.S) + 1}{'SPDFGHI'[ion.L]}"
        assert entry["ground_term"] == (entry["level"][:2] == hund)
        assert published_level(entry) > 0


def test_levels_of_the_ground_term_that_were_read_count_and_others_do_not() -> None:
    levels = [FreeLevel(5, 0.0, 2e-5), FreeLevel(7, 2300.0, 1e-5)]
    row = ion_row("Ce", "any", levels, 1.0)
    assert [entry["counts"] for entry in row["compared"]] == [True, False]  # Carnall was read, NIST was not
    assert row["largest_spread_cm1"] == 2e-5
    assert summary([row])["any"]["mean_error_percent"] == pytest.approx(100 * (2300 / (3.5 * 647.3) - 1), abs=0.01)


def test_the_published_levels_of_a_term_ascend_as_the_lande_rule_wants() -> None:
    """Below half filling J rises with the energy, beyond it falls."""
    entries = json.loads(SOURCE.read_text(encoding="utf-8"))["levels"]
    for key in {(e["ion"], e["state"], e["source"]) for e in entries if e["ground_term"]}:
        term = [e for e in entries if (e["ion"], e["state"], e["source"]) == key and e["ground_term"]]
        energies = np.array([published_level(e) for e in term])
        steps = np.diff([e["two_j"] for e in term])
        assert (np.diff(energies) > 0).all()
        assert (np.sign(steps) == (1 if lanthanide(key[0]).electrons < 7 else -1)).all()
