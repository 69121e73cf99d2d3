"""What magnetochemists publish about the ground J multiplet: doublets, g tensors, axes, |M_J⟩ weights, moments between
states, and an estimate of the barrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.magnetism.ions import Ion
from core.magnetism.levels import Doublet, paired, tabulate_states
from core.magnetism.pseudospin import GTensor
from core.qc.spin_orbit_states import CoupledStates

DEGENERACY: Final = 1e-4
"""Splitting of a Kramers pair above which the calculation is wrong [cm⁻¹]."""

TUNNELLING_MOMENT: Final = 0.1
"""Mean transition moment within a doublet above which relaxation is taken to pass through it [μ_B]; a rule of thumb."""


@dataclass(frozen=True, slots=True, eq=False)
class Multiplet:
    """The ground J multiplet.

    Attributes:
        levels: (2J+1,) energies, lowest 0, Kramers pairs exactly equal [cm⁻¹].
        doublets: the table.
        ground: g tensor of its lowest line; None for a singlet or a degenerate level.
        pair_splitting: largest splitting of a Kramers pair before it was averaged [cm⁻¹]; 0 for other ions.
        moments: (2J+1, 2J+1) mean |μ| between states, those of a pair turned to be ± along the ground doublet's g_z
            [μ_B].
        projections: (2J+1,) moment of each of those states along that axis [μ_B].
        barrier: energy of the lowest excited line whose mean transition moment exceeds `TUNNELLING_MOMENT` [cm⁻¹]; None
            where the ground line already does, where none does, and for ions without Kramers doublets.
    """

    levels: FloatArray
    doublets: tuple[Doublet, ...]
    ground: GTensor | None
    pair_splitting: float
    moments: FloatArray
    projections: FloatArray
    barrier: float | None


def ground_multiplet(ion: Ion, states: CoupledStates) -> Multiplet:
    """Analyse the lowest 2J+1 states."""
    n = ion.two_j + 1
    return multiplet(ion, states.energies[:n], states.moment[:, :n, :n], states.total[:, :n, :n])


def multiplet(ion: Ion, energies: FloatArray, moment: ComplexArray, total: ComplexArray) -> Multiplet:
    """Analyse the 2J+1 states of a multiplet, whichever Hamiltonian they are of.

    Args:
        ion: the trivalent ion.
        energies: (2J+1,) ascending [cm⁻¹].
        moment, total: (3, 2J+1, 2J+1) magnetic moment [μ_B] and J [ħ] between the states.
    """
    n, levels, splitting = len(energies), energies, 0.0
    if ion.kramers:
        splitting = float(np.diff(levels.reshape(-1, 2), axis=1).max())
        levels = paired(levels)
    levels = levels - levels[0]
    doublets, ground = tabulate_states(levels, np.eye(n, dtype=complex), total, moment, ion.kramers)
    axis = None if ground is None else ground.unique_axis
    turned = _turned(moment, doublets, np.array([0.0, 0.0, 1.0]) if axis is None else axis)
    between = np.abs(turned).mean(axis=0)
    along = np.tensordot(np.array([0.0, 0.0, 1.0]) if axis is None else axis, turned, axes=1)
    return Multiplet(
        levels=levels,
        doublets=doublets,
        ground=ground,
        pair_splitting=splitting,
        moments=between,
        projections=np.diag(along).real,
        barrier=_barrier(doublets, between) if ion.kramers else None,
    )


def _turned(moment: ComplexArray, doublets: tuple[Doublet, ...], axis: FloatArray) -> ComplexArray:
    """Moments between states that are, within each line, eigenstates of the moment along the axis."""
    turn = np.eye(moment.shape[1], dtype=complex)
    along = np.tensordot(axis, moment, axes=1)
    for doublet in doublets:
        where = np.ix_(doublet.states, doublet.states)
        turn[where] = np.linalg.eigh(along[where])[1][:, ::-1]
    return np.asarray(turn.conj().T @ moment @ turn)


def _barrier(doublets: tuple[Doublet, ...], between: FloatArray) -> float | None:
    leaking = [d.energy for d in doublets if len(d.states) == 2 and between[d.states] > TUNNELLING_MOMENT]
    return leaking[0] if leaking and leaking[0] > 0 else None
