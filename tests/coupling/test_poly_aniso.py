"""Levels, χT and g as OpenMolcas' POLY_ANISO printed them for the same sites (benchmarks/results/poly_aniso.json)."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.validation.poly_aniso import MOST_CHI, MOST_ENERGY, RESULTS, cases, site_file
from core.coupling.magnetometry import chi_t
from core.coupling.site import spin_site
from core.coupling.spectrum import spectrum
from core.coupling.states import solve

THEIRS = json.loads(RESULTS.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("name", cases())
def test_levels_and_susceptibility_are_those_of_poly_aniso(name: str) -> None:
    row, states = THEIRS[name], solve(cases()[name])
    np.testing.assert_allclose(states.energies, row["levels_theirs_cm1"], atol=MOST_ENERGY)
    found = chi_t(states, np.array(row["T_K"]))
    np.testing.assert_allclose(found, row["chi_t_theirs_cm3_K_per_mol"], rtol=MOST_CHI)
    for line, theirs in zip(spectrum(states, 2), row["gz_of_the_lowest_two_theirs"], strict=True):
        assert line.g is not None and line.g[2] == pytest.approx(theirs, rel=1e-5)


def test_a_site_file_has_energies_moments_and_spins() -> None:
    lines = site_file(spin_site("Cu1", "Cu(II)", 1, np.zeros(3), g=2.2)).splitlines()
    assert lines[0] == "1 2" and len(lines) == 3 + 2 * 3 * 2
    numbers = [float(x) for line in lines[3:] for x in line.split()]
    assert max(numbers[: len(numbers) // 2]) == pytest.approx(1.1) and max(numbers[len(numbers) // 2 :]) == 0.5
