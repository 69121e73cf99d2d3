"""The engine against runs of OpenMolcas by other authors: bare ions and planar CeCl₃.

Levels and g of the project Kuiva (github.com/mansikkamaki/kuiva, tests/reference/tier2_molcas.json, Copyright 2026
Akseli Mansikkamäki, Apache-2.0): SA-CASSCF and RASSI in ANO-RCC-VDZP with DKH2 and AMFI, roots of highest spin. Ours
are spin-free X2C and a mean-field operator of our own, so a few tenths of a percent of every spin-orbit splitting may
lie between.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.validation.third_party import chloride_of, criterion_row, field_row, g_values, levels_row
from core.magnetism.angular_momentum import angular_momentum
from core.qc import free_ion as module
from core.qc.engine import Verification, verify
from core.qc.free_ion import free_ion
from core.qc.spin_orbit_states import CoupledStates, Multiplicities
from tests.qc.fitted import fitted

pytestmark = pytest.mark.xdist_group("qc engine")

BOND = 2.569  # Å
CHLORINES = [("Cl", BOND * np.cos(angle), BOND * np.sin(angle), 0.0) for angle in 2 * np.pi * np.arange(3) / 3]


def states(symbol: str, monkeypatch: pytest.MonkeyPatch) -> CoupledStates:
    """Of the bare ion; all integrals instead of fitted ones take ten seconds more and move no level by 10⁻³ cm⁻¹."""
    monkeypatch.setattr(module, "Conventional", fitted)
    return free_ion(symbol, "7s6p4d2f", Multiplicities.HIGH_SPIN)


@pytest.mark.parametrize(
    ("symbol", "sizes", "levels", "g"),
    [
        ("Ce", (6, 8), [0, 2428.2665], [0.856812, 1.143188]),
        ("Yb", (8, 6), [0, 10537.0402], [1.143188, 0.856812]),
        (
            "Dy",
            (16, 14, 12, 10, 12, 8),
            [0, 3010.7013, 5619.9757, 7827.8234, 9465.9995, 9634.2441],
            [1.334106, 1.282705, 1.203268, 1.070871, 1.455600, 0.824992],
        ),
    ],
)
def test_multiplets_of_bare_ions_agree_within_a_third_of_a_percent_and_their_g_to_six_digits(
    symbol: str, sizes: tuple[int, ...], levels: list[float], g: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = states(symbol, monkeypatch)
    ends = np.cumsum(sizes)
    parts = [slice(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    assert [found.energies[part].mean() for part in parts] == pytest.approx(levels, rel=3.2e-3, abs=1e-3)
    assert [np.ptp(found.energies[part]) for part in parts] == pytest.approx([0] * len(sizes), abs=1e-3)
    ours = np.array([g_values(found.moment[:, part, part]) for part in parts])
    assert ours == pytest.approx(np.repeat(g, 3).reshape(-1, 3), abs=2e-6)


@pytest.fixture(scope="module")
def chloride() -> Verification:
    return verify(chloride_of([("Ce", 0.0, 0.0, 0.0), *CHLORINES]), Multiplicities.HIGH_SPIN)


def test_doublets_of_the_ground_multiplet_of_a_chloride_agree_within_a_wavenumber(chloride: Verification) -> None:
    assert chloride.states.energies[:6:2] == pytest.approx([0, 191.024, 1022.3536], abs=1.0)


def test_their_g_values_agree_within_three_thousandths(chloride: Verification) -> None:
    """One easy plane, a doublet that cannot be turned by any field across its axis, and one that nearly cannot."""
    theirs = [[0.905448, 2.512448, 2.512448], [0.0, 0.0, 2.609019], [0.001478, 0.001478, 4.537722]]
    ours = [g_values(chloride.states.moment[:, k : k + 2, k : k + 2]) for k in (0, 2, 4)]
    assert np.array(ours) == pytest.approx(np.array(theirs), abs=3e-3)


def test_doublets_of_the_excited_multiplet_are_shifted_as_that_of_the_bare_ion(chloride: Verification) -> None:
    """By the 7 cm⁻¹ by which the splitting of Ce³⁺ differs, and 3 cm⁻¹ at most besides."""
    off = chloride.states.energies[6::2] - np.array([2347.0257, 2480.7217, 2814.6337, 3597.987])
    assert off == pytest.approx([7.3] * 4, abs=3.0)


def test_a_row_of_levels_names_the_largest_difference() -> None:
    angular = angular_momentum(1).copy()
    two = CoupledStates(np.array([0.0, 0.0]), 0.0, 0 * angular, angular, np.zeros(1), 0.0)
    theirs = {"multiplets": [{"size": 2, "energy_cm": -1.5, "g_values": [2.0, 2.0, 2.0]}]}
    row = levels_row(theirs, two)
    assert row["largest_difference_cm1"] == 1.5
    assert row["largest_g_difference"] == pytest.approx(0.00232, abs=1e-5)  # g_e is no 2


def test_a_row_of_a_field_compares_doublets() -> None:
    """H = B O₂⁰ of J = 3/2: ±3 B."""
    assert field_row({"2,0": -1.0}, [0.0, 5.5], 3)["differences_cm1"] == [0.0, 0.5]


def test_a_doublet_on_the_wrong_side_is_named_with_what_it_should_do() -> None:
    good = {"safe_g1": "0", "safe_g2": "0", "safe_g3": "10", "safe_theta3_deg": "1"}
    through = {"qtm_g1": "5", "qtm_g2": "5", "qtm_g3": "5", "qtm_theta3_deg": "90"}
    missed = {**through, "qtm_theta3_deg": "1"}
    row = criterion_row([{"compound": "A", **good, **through}, {"compound": "B", **good, **missed}])
    assert row["right"] == 3 and row["wrong"] == ["B, tunnels"]
