"""Spin-orbit coupled states of 4fⁿ: one diagonalisation over all determinants, and what their properties need."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.constants import physical_constants
from scipy.linalg import block_diag, eigh

from core.arrays import ComplexArray, FloatArray
from core.progress import Told, unheard
from core.qc.determinants import DeterminantSpace
from core.units import HARTREE_IN_CM1

ELECTRON_G: Final = abs(physical_constants["electron g factor"][0])
"""|g_e| of the free electron (CODATA)."""

MOST_STATES: Final = 200
"""States that are kept: those above lie beyond 20,000 cm⁻¹ and add nothing to χT at 300 K."""


class Multiplicities(StrEnum):
    """Which spins take part in the spin-orbit interaction."""

    ALL = "all"
    HIGH_SPIN = "high-spin"


@dataclass(frozen=True, slots=True, eq=False)
class ActiveSpace:
    """The seven 4f orbitals as the interaction sees them.

    Attributes:
        core_energy: of closed shells and nuclei [E_h].
        one, two: (7, 7) effective one-electron and (7, 7, 7, 7) two-electron integrals [E_h].
        spin_orbit: (3, 7, 7) Hermitian h_x, h_y, h_z [E_h].
        angular: (3, 7, 7) Hermitian l_x, l_y, l_z about the ion [ħ].
    """

    core_energy: float
    one: FloatArray
    two: FloatArray
    spin_orbit: ComplexArray
    angular: ComplexArray


@dataclass(frozen=True, slots=True, eq=False)
class CoupledStates:
    """The lowest spin-orbit states.

    Attributes:
        energies: (k,) ascending, lowest 0 [cm⁻¹].
        lowest: energy of the lowest [E_h].
        orbital, spin: (3, k, k) L and S between the states [ħ].
        spin_free: (m,) energies of the highest-spin terms without spin-orbit coupling, lowest 0 [cm⁻¹].
        spin_free_mean: their mean, core included [E_h].
    """

    energies: FloatArray
    lowest: float
    orbital: ComplexArray
    spin: ComplexArray
    spin_free: FloatArray
    spin_free_mean: float

    @property
    def total(self) -> ComplexArray:
        """(3, k, k) J = L + S [ħ]."""
        return self.orbital + self.spin

    @property
    def moment(self) -> ComplexArray:
        """(3, k, k) L + g_e S, minus the magnetic moment [μ_B]."""
        return self.orbital + ELECTRON_G * self.spin


def coupled_states(
    space: DeterminantSpace,
    active: ActiveSpace,
    multiplicities: Multiplicities = Multiplicities.ALL,
    progress: Told = unheard,
) -> CoupledStates:
    """Diagonalise spin-free plus spin-orbit Hamiltonian.

    Args:
        space: determinants of 4fⁿ.
        active: integrals.
        multiplicities: all determinants, or only the highest spin for comparison with other codes.
        progress: told the fraction that is done; the diagonalisation is one piece.
    """
    sectors = space.spin_free(active.one, active.two)
    hamiltonian = block_diag(*sectors) + space.spin_orbit(active.spin_orbit).toarray()
    basis = None
    if multiplicities is Multiplicities.HIGH_SPIN:
        basis = space.highest_spin
        hamiltonian = basis.T @ hamiltonian @ basis
    kept = min(MOST_STATES, len(hamiltonian))
    progress(0.2)
    energies, states = _lowest(hamiltonian, kept)
    progress(0.8)
    vectors = states if basis is None else basis @ states
    terms = np.linalg.eigvalsh(sectors[0])
    return CoupledStates(
        energies=(energies - energies[0]) * HARTREE_IN_CM1,
        lowest=float(energies[0]) + active.core_energy,
        orbital=np.array([vectors.conj().T @ (space.spin_free_operator(ell) @ vectors) for ell in active.angular]),
        spin=np.array([vectors.conj().T @ (component @ vectors) for component in space.spin]),
        spin_free=(terms - terms[0]) * HARTREE_IN_CM1,
        spin_free_mean=float(terms.mean()) + active.core_energy,
    )


def _lowest(hamiltonian: ComplexArray, kept: int) -> tuple[FloatArray, ComplexArray]:
    """(k,) energies and (n, k) states, lowest first.

    Vectors of single precision are off by 1e-6, energies within their space (Rayleigh and Ritz) by the square of it.
    """
    centre = float(hamiltonian.trace().real) / len(hamiltonian)
    shifted = (hamiltonian - centre * np.eye(len(hamiltonian))).astype(np.complex64)
    more = min(kept + 20, len(hamiltonian))
    rough = eigh(shifted, subset_by_index=[0, more - 1], overwrite_a=True, check_finite=False)[1]
    frame = np.linalg.qr(rough.astype(complex))[0]
    energies, turn = eigh(frame.conj().T @ hamiltonian @ frame)
    return energies[:kept], frame @ turn[:, :kept]
