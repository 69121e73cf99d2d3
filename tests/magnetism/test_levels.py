"""Pairing of levels and the table of a multiplet."""

from __future__ import annotations

import numpy as np
import pytest

from core.magnetism.levels import group_levels, tabulate
from core.magnetism.stevens import hamiltonian


def solve(two_j: int, parameters: dict[tuple[int, int], float]) -> tuple[np.ndarray, np.ndarray]:
    energies, states = np.linalg.eigh(hamiltonian(two_j, parameters))
    return energies - energies[0], states


def test_kramers_levels_always_stand_in_twos() -> None:
    assert group_levels(np.array([0.0, 0, 5, 5, 5, 5]), kramers=True) == ((0, 1), (2, 3), (4, 5))


def test_a_splitting_of_exactly_a_fifth_of_the_gap_still_pairs() -> None:
    # mean 1, next level at 11: gap 10, splitting 2
    assert group_levels(np.array([0.0, 2.0, 11.0]), kramers=False) == ((0, 1), (2,))


def test_a_splitting_above_a_fifth_of_the_gap_does_not_pair() -> None:
    assert group_levels(np.array([0.0, 2.01, 11.0]), kramers=False) == ((0,), (1,), (2,))


def test_two_excited_states_that_are_close_pair_above_a_singlet() -> None:
    assert group_levels(np.array([0.0, 50.0, 51.0, 120.0, 121.0]), kramers=False) == ((0,), (1, 2), (3, 4))


def test_two_states_are_no_pair_when_the_level_below_is_as_near() -> None:
    assert group_levels(np.array([0.0, 10.0, 20.0, 1000.0]), kramers=False) == ((0,), (1,), (2,), (3,))


def test_a_threefold_level_is_three_singlets() -> None:
    assert group_levels(np.array([0.0, 0.0, 0.0, 100.0]), kramers=False) == ((0,), (1,), (2,), (3,))


# K. R. Lea, M. J. M. Leask, W. P. Wolf, J. Phys. Chem. Solids 1962, 23, 1381: J = 4; units F(4) = 60, F(6) = 1260.
CUBIC_J4 = {4: {28: 1, 4: 2, 14: 3, -26: 3}, 6: {-80: 1, 64: 2, 4: 3, -20: 3}}


@pytest.mark.parametrize("k,unit,ratio", [(4, 60, 5.0), (6, 1260, -21.0)])
def test_cubic_levels_of_j_4_are_those_of_lea_leask_and_wolf(k: int, unit: int, ratio: float) -> None:
    energies = np.linalg.eigvalsh(hamiltonian(8, {(k, 0): 1.0, (k, 4): ratio})) / unit
    expected = sorted(level for level, multiplicity in CUBIC_J4[k].items() for _ in range(multiplicity))
    np.testing.assert_allclose(energies, expected, atol=1e-10)


def test_a_cubic_doublet_without_moment_has_g_zero_and_no_axis() -> None:
    """Γ₃ of J = 4 lies lowest for B₆ < 0."""
    levels, states = solve(8, {(6, 0): -0.01, (6, 4): 0.21})
    table, tensor = tabulate(levels, states, 0.8, kramers=False)
    assert table[0].states == (0, 1)
    assert table[0].g == pytest.approx((0, 0, 0), abs=1e-12)
    assert table[0].easy_axis is None
    assert tensor is not None
    assert not tensor.magnetic
    assert all(d.main_weights == () for d in table)


def test_a_cubic_quartet_gets_no_g_values() -> None:
    """Γ₈ of J = 5/2 lies lowest for B₄ < 0, Γ₇ 360 |B₄| above it (Hutchings 1964)."""
    levels, states = solve(5, {(4, 0): -0.1, (4, 4): -0.5})
    np.testing.assert_allclose(levels, [0, 0, 0, 0, 36, 36], atol=1e-10)
    table, tensor = tabulate(levels, states, 6 / 7, kramers=True)
    assert tensor is None
    assert [d.g is None for d in table] == [True, True, False]
    # Γ₇: g = (5/3) g_J, the same in all directions
    assert table[2].g == pytest.approx((10 / 7, 10 / 7, 10 / 7))
    assert table[2].easy_axis is None


def test_weights_of_a_level_add_up_to_one_when_none_is_left_out() -> None:
    levels, states = solve(15, {(2, 0): -2.0, (2, 2): 0.4})
    table, _ = tabulate(levels, states, 4 / 3, kramers=True)
    for line in table:
        total = sum(w for _, w in line.main_weights)
        assert 0.8 < total <= 1 + 1e-12
        assert [w for _, w in line.main_weights] == sorted((w for _, w in line.main_weights), reverse=True)
        assert all(w >= 0.05 for _, w in line.main_weights)


def test_axial_levels_of_an_integral_j_are_pure_and_paired() -> None:
    levels, states = solve(12, {(2, 0): -1.0})
    table, _ = tabulate(levels, states, 1.5, kramers=False)
    assert [line.main_weights for line in table] == [((float(m), pytest.approx(1.0)),) for m in (6, 5, 4, 3, 2, 1, 0)]
    assert table[0].g == pytest.approx((0, 0, 18))
    assert table[-1].g is None
