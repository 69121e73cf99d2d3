"""The bare trivalent ion by the same chain as in a complex: configuration average, then spin-orbit interaction.

Without a ligand field its levels are those of the free ion, whole J multiplets: what the method makes of Coulomb
repulsion and spin-orbit coupling alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import gto, scf

from core.magnetism.ions import lanthanide
from core.qc.basis import ano_rcc
from core.qc.cahf import Average, MeanField, Orbitals, optimise
from core.qc.determinants import DeterminantSpace
from core.qc.guess import CORE_ORBITALS, aufbau
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


@dataclass(frozen=True, slots=True, eq=False)
class BareIon:
    """PySCF's `mol` of the ion, its mean field, all repulsion integrals, and where the optimisation ended."""

    mol: Any
    field: MeanField
    repulsion: Conventional
    orbitals: Orbitals


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
    return coupled_states(DeterminantSpace(n), _active_space(bare_ion(symbol, basis, n)), multiplicities)


def bare_ion(symbol: str, basis: Any, electrons: int) -> BareIon:
    """CAHF of the bare ion with spin-free X2C and all repulsion integrals.

    Args:
        symbol: Ce … Yb.
        basis: in PySCF's internal format, contracted to atomic natural orbitals.
        electrons: n of 4fⁿ.
    """
    mol = gto.M(atom=symbol, basis={symbol: basis}, charge=3, spin=min(electrons, 14 - electrons), verbose=0)
    repulsion = Conventional(mol)
    field = MeanField(
        overlap=mol.intor_symmetric("int1e_ovlp"),
        core_hamiltonian=np.asarray(scf.RHF(mol).sfx2c1e().get_hcore()),
        repulsion=repulsion,
        nuclear_energy=0.0,
        closed=CORE_ORBITALS,
        average=Average.of(electrons),
    )
    return BareIon(mol, field, repulsion, optimise(field, aufbau(mol, field.overlap)))


def _active_space(ion: BareIon) -> ActiveSpace:
    """As `core.qc.engine.active_space`, with all repulsion integrals."""
    closed, active = ion.orbitals.coefficients[:, : ion.orbitals.closed], ion.orbitals.active
    dressed = ion.field.core_hamiltonian + ion.orbitals.inactive_fock
    angular = angular_momentum_integrals(ion.mol, np.zeros(3))
    return ActiveSpace(
        core_energy=float(np.sum(closed * (dressed @ closed))),
        one=active.T @ ion.orbitals.inactive_fock @ active,
        two=ion.repulsion.among(active),
        spin_orbit=spin_orbit_integrals(ion.mol, 0, active),
        angular=np.einsum("pi,kpq,qj->kij", active, angular, active, optimize=True),
    )


def free_levels(states: CoupledStates) -> tuple[FreeLevel, ...]:
    """The multiplets from the lowest on; without the last where the list of states may cut it."""
    groups = np.split(states.energies, np.flatnonzero(np.diff(states.energies) > ONE_LEVEL) + 1)
    whole = groups[:-1] if len(states.energies) == MOST_STATES else groups
    ground = float(groups[0].mean())
    return tuple(FreeLevel(len(g) - 1, float(g.mean()) - ground, float(g[-1] - g[0])) for g in whole)
