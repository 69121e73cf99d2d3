"""Atoms without a crystal: what belongs together, its ligands and their charges, as for the molecules of a crystal."""

from __future__ import annotations

import numpy as np

from core.arrays import FloatArray
from core.chem.crystal.cell import CellAtoms
from core.chem.crystal.components import find_components
from core.chem.lewis.fragments import Anatomy, dissect

_APART = 15.0
"""Empty space between the molecule and its images [Å]: no contact reaches across."""


def dissect_isolated(elements: tuple[str, ...], positions: FloatArray) -> tuple[Anatomy, ...]:
    """Every separate molecule of a set of atoms, taken apart; `component.sites` are indices of the atoms given.

    Args:
        elements: (n,) symbols.
        positions: (n, 3) [Å], no two atoms on top of each other.

    Raises:
        DomainError: an element that the rules of formal charge do not cover.
    """
    n = len(elements)
    box = np.ptp(positions, axis=0) + _APART
    atoms = CellAtoms(
        elements=np.array(elements),
        fractional=(positions - positions.min(axis=0)) / box,
        site=np.arange(n),
        image=np.zeros(n, dtype=np.int64),
        occupancy=np.ones(n),
        group=np.zeros(n, dtype=np.int64),
        lattice=np.diag(box),
    )
    components, _ = find_components(atoms, atoms.contacts(), np.ones(n))
    return tuple(dissect(component) for component in components)
