"""Matrices of J."""

from __future__ import annotations

import numpy as np
import pytest

from core.magnetism.angular_momentum import angular_momentum, projections, states_along


@pytest.mark.parametrize("two_j", range(0, 17))
def test_the_matrices_obey_the_commutation_rules(two_j: int) -> None:
    jx, jy, jz = angular_momentum(two_j)
    np.testing.assert_allclose(jx @ jy - jy @ jx, 1j * jz, atol=1e-12)
    np.testing.assert_allclose(jy @ jz - jz @ jy, 1j * jx, atol=1e-12)


@pytest.mark.parametrize("two_j", range(0, 17))
def test_j_squared_is_j_times_j_plus_one(two_j: int) -> None:
    j = two_j / 2
    square = sum(m @ m for m in angular_momentum(two_j))
    np.testing.assert_allclose(square, j * (j + 1) * np.eye(two_j + 1), atol=1e-12)


def test_states_along_an_axis_are_ordered_from_plus_j_to_minus_j() -> None:
    axis = np.array([1.0, 2.0, -2.0]) / 3
    states = states_along(angular_momentum(15), axis)
    component = np.tensordot(axis, angular_momentum(15), axes=1)
    np.testing.assert_allclose(states.conj().T @ component @ states, np.diag(projections(15)), atol=1e-12)
