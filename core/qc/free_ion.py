"""The bare trivalent ion by the same chain as in a complex: configuration average, then spin-orbit interaction.

Without a ligand field its levels are those of the free ion, whole J multiplets: what the method makes of Coulomb
repulsion and spin-orbit coupling alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import gto, scf

from core.magnetism.angular_momentum import FloatArray
from core.magnetism.ions import lanthanide
from core.qc.basis import ano_rcc
from core.qc.determinants import DeterminantSpace
from core.qc.guess import IonOrbitals, ion_orbitals
from core.qc.repulsion import Conventional
from core.qc.spin_orbit import angular_momentum_integrals, spin_orbit_integrals
from core.qc.spin_orbit_states import MOST_STATES, ActiveSpace, CoupledStates, Multiplicities, coupled_states

ONE_LEVEL: Final = 0.1
"""States closer than this to their neighbour belong to one multiplet [cm⁻¹]."""


@dataclass(frozen=True, slots=True)
class FreeLevel:
    """One J multiplet: 2J, its mean energy above the lowest multiplet and the spread of its states [cm⁻¹]."""

    two_j: int
    energy: float
    spread: float


def free_ion(
    symbol: str, contraction: str = "7s6p4d2f", multiplicities: Multiplicities = Multiplicities.ALL
) -> CoupledStates:
    """Spin-orbit states of a bare Ln(III) ion.

    Args:
        symbol: Ce … Yb.
        contraction: of the ANO-RCC basis; functions beyond f cannot mix into a spherical ion.
        multiplicities: spins in the interaction.

    Raises:
        DomainError: not one of these ions, no such functions, or no spin-orbit integrals for it.
    """
    n = lanthanide(symbol).electrons
    basis = ano_rcc(symbol, contraction)
    mol = gto.M(atom=symbol, basis={symbol: basis}, charge=3, spin=min(n, 14 - n), verbose=0)
    return coupled_states(DeterminantSpace(n), _active_space(mol, ion_orbitals(symbol, basis, n)), multiplicities)


def _active_space(mol: Any, ion: IonOrbitals) -> ActiveSpace:
    """As `core.qc.engine.active_space`, with all repulsion integrals."""
    core_hamiltonian: FloatArray = np.asarray(scf.RHF(mol).sfx2c1e().get_hcore())
    repulsion = Conventional(mol)
    coulomb, exchange, _, _ = repulsion.build(ion.closed, ion.active)
    fock = core_hamiltonian + 2 * coulomb - exchange
    angular = angular_momentum_integrals(mol, np.zeros(3))
    return ActiveSpace(
        core_energy=float(np.sum(ion.closed * ((core_hamiltonian + fock) @ ion.closed))),
        one=ion.active.T @ fock @ ion.active,
        two=repulsion.among(ion.active),
        spin_orbit=spin_orbit_integrals(mol, 0, ion.active),
        angular=np.einsum("pi,kpq,qj->kij", ion.active, angular, ion.active, optimize=True),
    )


def free_levels(states: CoupledStates) -> tuple[FreeLevel, ...]:
    """The multiplets from the lowest on; without the last where the list of states may cut it."""
    groups = np.split(states.energies, np.flatnonzero(np.diff(states.energies) > ONE_LEVEL) + 1)
    whole = groups[:-1] if len(states.energies) == MOST_STATES else groups
    ground = float(groups[0].mean())
    return tuple(FreeLevel(len(g) - 1, float(g.mean()) - ground, float(g[-1] - g[0])) for g in whole)
