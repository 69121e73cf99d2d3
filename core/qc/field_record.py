"""Levels of a crystal field as the record of a run would have them, so that one code draws and exports both.

The states are those of the crystal-field Hamiltonian in the ground J multiplet, the moment is g_J J: what the
electrostatic model knows, and what a run keeps of its crystal field too (`core.qc.multiplet_magnetism`).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.ion_levels import Levels
from core.magnetism.ions import lanthanide
from core.magnetism.levels_record import levels_record
from core.magnetism.powder import chi_t
from core.magnetism.stevens import hamiltonian
from core.qc.kramers import multiplet

TEMPERATURES: Final = np.array([2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300], dtype=np.float64)
"""Of the χT that a record has [K]."""


def field_record(levels: Levels) -> dict[str, Any]:
    """Levels, barrier, moments between states and χT under the names that the record of a run has.

    Args:
        levels: of an ion that its field splits (not Eu or Gd).
    """
    ion = lanthanide(levels.ion)
    energies, states = np.linalg.eigh(hamiltonian(ion.two_j, levels.stevens_input))
    angular = states.conj().T @ angular_momentum(ion.two_j) @ states
    moment = float(ion.g_J) * angular
    found = multiplet(ion, energies, moment, angular)
    return {
        "levels": levels_record(levels),
        "barrier_cm1": found.barrier,
        "transition_moments_muB": found.moments.round(6).tolist(),
        "moments_along_axis_muB": found.projections.round(6).tolist(),
        "chiT": {
            "T_K": TEMPERATURES.tolist(),
            "cm3_K_per_mol": chi_t(found.levels, moment, TEMPERATURES).tolist(),
        },
    }
