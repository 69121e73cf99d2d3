"""Matrices of the angular momentum J in the basis |J, M⟩ with M = J, J−1, …, −J."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.arrays import ComplexArray, FloatArray


@lru_cache(maxsize=64)
def projections(two_j: int) -> FloatArray:
    """(2J+1,) the quantum numbers M = J … −J."""
    m = np.arange(two_j, -two_j - 1, -2) / 2.0
    m.setflags(write=False)
    return m


@lru_cache(maxsize=64)
def raising(two_j: int) -> FloatArray:
    """(2J+1, 2J+1) J₊, with ⟨M+1|J₊|M⟩ = √(J(J+1) − M(M+1)) (Condon–Shortley phases)."""
    j, m = two_j / 2.0, projections(two_j)[1:]
    matrix = np.diag(np.sqrt(j * (j + 1) - m * (m + 1)), k=1)
    matrix.setflags(write=False)
    return matrix


@lru_cache(maxsize=64)
def angular_momentum(two_j: int) -> ComplexArray:
    """(3, 2J+1, 2J+1) the matrices J_x, J_y, J_z [ħ]."""
    plus = raising(two_j)
    matrices = np.array([(plus + plus.T) / 2, (plus - plus.T) / 2j, np.diag(projections(two_j))], dtype=np.complex128)
    matrices.setflags(write=False)
    return matrices


def states_along(angular: ComplexArray, axis: FloatArray) -> ComplexArray:
    """(n, n) columns |J, M⟩ quantised along `axis`, in the order M = J … −J, phases arbitrary.

    Args:
        angular: (3, n, n) J_x, J_y, J_z [ħ].
        axis: (3,) unit vector.
    """
    vectors: ComplexArray = np.linalg.eigh(np.tensordot(axis, angular, axes=1))[1]
    return vectors[:, ::-1]
