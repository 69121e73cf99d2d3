"""The verdict and its constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.fields.crystal_field import crystal_field
from core.fields.smm_like import GAP_CM1, OTHER_GAPS_CM1, is_smm_like
from core.magnetism.ion_levels import Levels


def axial(ion: str, charge: float = -1.0) -> Levels:
    return crystal_field(ion, [[0, 0, 2.2], [0, 0, -2.2]], [charge, charge])


def with_g(levels: Levels, g: tuple[float, float, float]) -> Levels:
    """The same with other principal values of the ground doublet."""
    ground, *others = levels.doublets
    return replace(levels, doublets=(replace(ground, g=g), *others))


def test_the_constants_are_those_of_the_design() -> None:
    assert (GAP_CM1, OTHER_GAPS_CM1) == (100.0, (50.0, 200.0))


@pytest.mark.parametrize("threshold", [50.0, 100.0, 200.0])
def test_an_axial_dysprosium_is_smm_like_up_to_its_gap(threshold: float) -> None:
    # levels are proportional to the charges: put the gap just above and just below the threshold
    reference = axial("Dy").first_gap
    assert reference is not None
    assert is_smm_like(axial("Dy", -1.01 * threshold / reference), threshold) is True
    assert is_smm_like(axial("Dy", -0.99 * threshold / reference), threshold) is False


def test_an_axial_terbium_is_smm_like_without_tunnelling() -> None:
    assert is_smm_like(axial("Tb")) is True


def test_an_easy_plane_is_not_smm_like() -> None:
    field = axial("Er", -3.0)
    assert is_smm_like(field, 1.0) is False


@pytest.mark.parametrize("axiality,verdict", [(0.05, True), (0.0501, False)])
def test_kramers_ions_fail_on_transverse_g(axiality: float, verdict: bool) -> None:
    assert is_smm_like(with_g(axial("Dy"), (0.0, 19.0 * axiality, 19.0))) is verdict


@pytest.mark.parametrize("g_z,verdict", [(16.0, True), (15.99, False)])
def test_the_ground_doublet_must_have_four_fifths_of_the_largest_g(g_z: float, verdict: bool) -> None:
    assert is_smm_like(with_g(axial("Dy"), (0.0, 0.0, g_z))) is verdict


@pytest.mark.parametrize("tunnelling,verdict", [(0.1, True), (0.11, False)])
def test_non_kramers_ions_fail_on_tunnelling(tunnelling: float, verdict: bool) -> None:
    terbium = axial("Tb")
    energies = terbium.energies.copy()
    energies[1] = tunnelling
    assert is_smm_like(replace(terbium, energies=energies)) is verdict


def test_ions_without_a_ground_doublet_are_not_smm_like() -> None:
    cube = 2.3 * np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / np.sqrt(3)
    assert is_smm_like(crystal_field("Eu", cube, [-1] * 8)) is False
    assert is_smm_like(crystal_field("Tm", cube, [-1] * 8)) is False


def test_gadolinium_gets_no_verdict() -> None:
    assert is_smm_like(axial("Gd")) is None
