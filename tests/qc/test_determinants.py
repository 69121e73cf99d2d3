from __future__ import annotations

from math import comb

import numpy as np
import pytest
from pyscf import fci
from scipy.linalg import block_diag

from core.errors import DomainError
from core.qc.determinants import ORBITALS, DeterminantSpace


def _integrals(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Random integrals with the symmetry of real orbitals."""
    random = np.random.default_rng(seed)
    one = random.normal(size=(7, 7))
    two = random.normal(size=(7, 7, 7, 7))
    for order in ((1, 0, 2, 3), (0, 1, 3, 2), (2, 3, 0, 1)):
        two = two + two.transpose(order)
    return one + one.T, two


@pytest.mark.parametrize("electrons", range(1, 14))
def test_there_are_fourteen_over_n_determinants(electrons: int) -> None:
    space = DeterminantSpace(electrons)
    assert space.size == comb(14, electrons) == space.sectors[-1].rows.stop


@pytest.mark.parametrize("electrons", [2, 5, 9, 12])
def test_spin_components_commute_as_angular_momenta_do(electrons: int) -> None:
    x, y, z = DeterminantSpace(electrons).spin
    assert abs(x @ y - y @ x - 1j * z).max() < 1e-12
    assert abs(y @ z - z @ y - 1j * x).max() < 1e-12


@pytest.mark.parametrize("electrons", [1, 3, 9, 13])
def test_the_spin_free_matrix_is_that_of_an_independent_full_ci(electrons: int) -> None:
    one, two = _integrals()
    space = DeterminantSpace(electrons)
    for sector, matrix in zip(space.sectors, space.spin_free(one, two), strict=True):
        theirs = fci.direct_spin1.pspace(one, two, ORBITALS, (sector.alpha, sector.beta), np=len(matrix))[1]
        assert np.allclose(np.linalg.eigvalsh(matrix), np.linalg.eigvalsh(theirs), atol=1e-9)


def test_the_spin_free_hamiltonian_conserves_the_total_spin() -> None:
    space = DeterminantSpace(4)
    hamiltonian = block_diag(*space.spin_free(*_integrals()))
    squared = sum((s @ s).toarray() for s in space.spin)
    assert np.abs(hamiltonian @ squared - squared @ hamiltonian).max() < 1e-9


@pytest.mark.parametrize("electrons", range(1, 14))
def test_the_highest_spin_states_are_orthonormal_and_have_that_spin(electrons: int) -> None:
    space = DeterminantSpace(electrons)
    spin = min(electrons, 14 - electrons) / 2
    states = space.highest_spin
    squared = sum(s @ (s @ states) for s in space.spin)
    assert states.shape[1] == int(2 * spin + 1) * comb(7, min(electrons, 14 - electrons))
    assert np.allclose(states.T @ states, np.eye(states.shape[1]))
    assert np.allclose(squared, spin * (spin + 1) * states)


def test_one_electron_spin_orbit_coupling_splits_an_f_shell_by_seven_halves_of_zeta() -> None:
    from core.qc.spin_orbit import real_angular_momentum

    levels = np.linalg.eigvalsh(DeterminantSpace(1).spin_orbit(2.0 * real_angular_momentum(3)).toarray())
    assert np.allclose(levels, [-2.0 * 2.0] * 6 + [1.5 * 2.0] * 8)


def test_spin_orbit_coupling_keeps_kramers_pairs_together() -> None:
    from core.qc.spin_orbit import real_angular_momentum

    space = DeterminantSpace(3)
    hamiltonian = block_diag(*space.spin_free(*_integrals())) + space.spin_orbit(real_angular_momentum(3)).toarray()
    levels = np.linalg.eigvalsh(hamiltonian).reshape(-1, 2)
    assert np.abs(np.diff(levels, axis=1)).max() < 1e-9


@pytest.mark.parametrize("electrons", [0, 14])
def test_closed_shells_are_refused(electrons: int) -> None:
    with pytest.raises(DomainError, match="no open shell"):
        DeterminantSpace(electrons)
