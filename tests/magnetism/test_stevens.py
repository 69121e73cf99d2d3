"""Extended Stevens operators against Hutchings' operator equivalents and against their own functions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.magnetism.angular_momentum import angular_momentum, projections, raising
from core.magnetism.stevens import (
    KQ,
    RANKS,
    addition_coefficient,
    decompose,
    hamiltonian,
    rotate_parameters,
    stevens_functions,
    stevens_operator,
    stevens_operators,
)

# f(m, X) of M. T. Hutchings, Solid State Phys. 1964, 16, 227, table VIII: O_k^q = ¼{f(J_z), J₊^q + J₋^q}, X = J(J+1);
# those of O₆¹ and O₆⁵, which he does not list, from the Mantid source (CrystalElectricField.cpp, f61 and f65).
HUTCHINGS: dict[tuple[int, int], Callable[[np.ndarray, float], np.ndarray]] = {
    (2, 0): lambda m, x: 3 * m**2 - x,
    (2, 1): lambda m, x: m,
    (2, 2): lambda m, x: np.ones_like(m),
    (4, 0): lambda m, x: 35 * m**4 - 30 * x * m**2 + 25 * m**2 - 6 * x + 3 * x**2,
    (4, 1): lambda m, x: 7 * m**3 - 3 * x * m - m,
    (4, 2): lambda m, x: 7 * m**2 - x - 5,
    (4, 3): lambda m, x: m,
    (4, 4): lambda m, x: np.ones_like(m),
    (6, 0): lambda m, x: (
        231 * m**6
        - 315 * x * m**4
        + 735 * m**4
        + 105 * x**2 * m**2
        - 525 * x * m**2
        + 294 * m**2
        - 5 * x**3
        + 40 * x**2
        - 60 * x
    ),
    (6, 1): lambda m, x: 33 * m**5 - (30 * x - 15) * m**3 + (5 * x**2 - 10 * x + 12) * m,
    (6, 2): lambda m, x: 33 * m**4 - (18 * x + 123) * m**2 + x**2 + 10 * x + 102,
    (6, 3): lambda m, x: 11 * m**3 - (3 * x + 59) * m,
    (6, 4): lambda m, x: 11 * m**2 - x - 38,
    (6, 5): lambda m, x: m,
    (6, 6): lambda m, x: np.ones_like(m),
}

MULTIPLETS = (5, 7, 8, 9, 12, 15, 16)
"""2J of the ground multiplets from Ce to Yb."""


@pytest.mark.parametrize("two_j", MULTIPLETS)
@pytest.mark.parametrize("kq", sorted(HUTCHINGS))
def test_operators_are_the_operator_equivalents_of_hutchings(kq: tuple[int, int], two_j: int) -> None:
    k, q = kq
    f = np.diag(HUTCHINGS[kq](projections(two_j), two_j / 2 * (two_j / 2 + 1)))
    up = np.linalg.matrix_power(raising(two_j), q)
    for sign, ladder in ((1, up + up.T), (-1, (up - up.T) / 1j)):
        expected = (f @ ladder + ladder @ f) / 4
        np.testing.assert_allclose(
            stevens_operator(two_j, k, sign * q), expected, atol=1e-9 * max(1, abs(expected).max())
        )
        if q == 0:
            break


@pytest.mark.parametrize("two_j", MULTIPLETS)
@pytest.mark.parametrize("kq", [kq for kq in KQ if kq[1] > 0])
def test_operators_of_negative_q_are_those_of_positive_q_turned_by_a_quarter_of_their_period(
    kq: tuple[int, int], two_j: int
) -> None:
    k, q = kq
    turn = np.diag(np.exp(-1j * projections(two_j) * np.pi / (2 * q)))
    turned = turn @ stevens_operator(two_j, k, q) @ turn.conj().T
    reference = stevens_operator(two_j, k, -q)
    np.testing.assert_allclose(turned, reference, atol=1e-12 * max(1.0, abs(reference).max()))


@pytest.mark.parametrize("two_j", MULTIPLETS)
def test_operators_are_hermitian_and_orthogonal(two_j: int) -> None:
    operators = stevens_operators(two_j)
    np.testing.assert_allclose(operators, operators.conj().transpose(0, 2, 1), atol=1e-9)
    overlaps = np.einsum("aij,bji->ab", operators, operators).real
    norms = np.sqrt(np.diag(overlaps))
    # operators of rank above 2J are zero
    scaled = overlaps / np.outer(np.where(norms > 0, norms, 1), np.where(norms > 0, norms, 1))
    np.testing.assert_allclose(scaled - np.diag(np.diag(scaled)), 0, atol=1e-12)


def test_operators_of_rank_above_two_j_vanish() -> None:
    vanishing = [stevens_operator(5, 6, q) for q in range(-6, 7)]
    np.testing.assert_allclose(vanishing, 0, atol=1e-9)


@pytest.mark.parametrize("k", RANKS)
def test_functions_fulfil_the_addition_theorem(k: int) -> None:
    directions = np.random.default_rng(k).normal(size=(2, 3))
    u, v = directions / np.linalg.norm(directions, axis=1)[:, None]
    weights = [addition_coefficient(k, q) for q in range(-k, k + 1)]
    total = float((weights * stevens_functions(k, u[None])[0] * stevens_functions(k, v[None])[0]).sum())
    assert total == pytest.approx(np.polynomial.legendre.Legendre.basis(k)(u @ v), abs=1e-13)


def test_functions_are_the_polynomials_of_the_convention() -> None:
    x, y, z = 0.36, -0.48, 0.8
    point = np.array([[x, y, z]])
    two, six = stevens_functions(2, point)[0], stevens_functions(6, point)[0]
    assert two == pytest.approx([2 * x * y, y * z, 3 * z**2 - 1, x * z, x**2 - y**2])
    assert six[6 + 4] == pytest.approx((11 * z**2 - 1) * (x**4 - 6 * x**2 * y**2 + y**4))
    assert six[6 - 3] == pytest.approx((11 * z**3 - 3 * z) * (3 * x**2 * y - y**3))


@given(st.integers(0, 10_000), st.sampled_from(MULTIPLETS))
def test_a_hamiltonian_gives_back_the_parameters_it_was_made_of(seed: int, two_j: int) -> None:
    parameters = dict(zip(KQ, np.random.default_rng(seed).normal(size=27), strict=True))
    found = decompose(hamiltonian(two_j, parameters))
    for (k, q), value in parameters.items():
        assert found[k, q] == pytest.approx(value if k <= two_j else 0.0, abs=1e-10)


def test_decomposition_is_blind_to_a_trace_and_to_a_magnetic_field() -> None:
    parameters = dict(zip(KQ, np.random.default_rng(5).normal(size=27), strict=True))
    disturbed = hamiltonian(15, parameters) + 7 * np.eye(16) + 3 * angular_momentum(15)[1]
    assert decompose(disturbed) == pytest.approx(parameters, abs=1e-10)


@given(st.integers(0, 10_000))
def test_parameters_in_a_turned_frame_are_those_of_the_turned_operators(seed: int) -> None:
    """H rebuilt from the new parameters and J along the new axes is H itself."""
    rng = np.random.default_rng(seed)
    rotation = Rotation.random(random_state=seed).as_matrix()
    parameters = dict(zip(KQ, rng.normal(size=27) * [10.0 ** (1 - k) for k, _ in KQ], strict=True))
    # the same turn as a unitary matrix on |J, M⟩: J' = R J
    vector = Rotation.from_matrix(rotation.T).as_rotvec()
    generator = np.tensordot(vector, angular_momentum(15), axes=1)
    energies, states = np.linalg.eigh(generator)
    unitary = states @ np.diag(np.exp(-1j * energies)) @ states.conj().T
    rebuilt = unitary @ hamiltonian(15, rotate_parameters(parameters, rotation)) @ unitary.conj().T
    reference = hamiltonian(15, parameters)
    np.testing.assert_allclose(rebuilt, reference, atol=1e-11 * abs(reference).max())


def test_turning_there_and_back_changes_nothing() -> None:
    rotation = Rotation.random(random_state=3).as_matrix()
    parameters = dict(zip(KQ, np.random.default_rng(4).normal(size=27), strict=True))
    back = rotate_parameters(rotate_parameters(parameters, rotation), rotation.T)
    assert back == pytest.approx(parameters, abs=1e-12)


def test_cerium_levels_are_those_of_the_mantid_manual() -> None:
    """Parameters, matrix elements, levels [meV] printed in the manual of Mantid, algorithm CrystalFieldEnergies v1."""
    parameters = {(2, 0): 0.37737, (2, 2): 3.9770, (4, 0): -0.031787, (4, 2): -0.11611, (4, 4): -0.12544}
    matrix = hamiltonian(5, parameters)
    assert matrix[0, 0].real == pytest.approx(1.86648, abs=1e-5)
    assert matrix[0, 2].real == pytest.approx(9.27182972, abs=1e-8)
    assert matrix[1, 3].real == pytest.approx(19.33604706, abs=1e-8)
    assert matrix[0, 4].real == pytest.approx(-3.36590841, abs=1e-8)
    levels = np.linalg.eigvalsh(matrix)
    np.testing.assert_allclose(levels[::2] - levels[0], [0, 29.32611185, 44.3412485], atol=1e-8)


@pytest.mark.parametrize("two_j", (8, 9, 12, 15, 16))
@pytest.mark.parametrize("k,ratio", [(4, 5.0), (6, -21.0)])
def test_cubic_operators_look_alike_along_the_three_axes(two_j: int, k: int, ratio: float) -> None:
    cubic = {(k, 0): 1.0, (k, 4): ratio}
    cyclic = np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    turned = rotate_parameters(cubic, cyclic)
    assert {kq: b for kq, b in turned.items() if abs(b) > 1e-10} == pytest.approx(cubic)
