"""The atoms of a molecule from which the symmetry of its crystal makes the rest of it, and its copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray
from core.chem.molecule import Molecule
from core.chem.unit_cell import UnitCell

SAME = 0.01
"""An image this near an atom is that atom [Å]."""

APART = 1.2
"""Molecules are no nearer to each other than this [Å]: hydrogens of two molecules are 1.7 Å apart or more."""


@dataclass(frozen=True, slots=True, eq=False)
class AsymmetricUnit:
    """What has to be written down.

    Attributes:
        atoms: indices of the atoms that are listed.
        fractional: (n, 3) fractional coordinates of all atoms of the molecule.
        rotations, translations: operators that go with them, identity first.
        copies: molecules in the cell.
    """

    atoms: tuple[int, ...]
    fractional: FloatArray
    rotations: NDArray[np.int64]
    translations: FloatArray
    copies: int


def asymmetric_unit(molecule: Molecule, cell: UnitCell) -> AsymmetricUnit:
    """The asymmetric unit where every operator takes the molecule to itself or to a separate copy.

    Where one does not (one setting of a disorder was chosen, hydrogens were added), all atoms with the identity alone.
    """
    fractional = cell.fractional(molecule.positions)
    elements = np.array(molecule.elements)
    alike = elements[:, None] == elements
    listed = np.ones(len(elements), dtype=bool)
    onto_itself = 0
    for rotation, translation in zip(cell.rotations, cell.translations, strict=True):
        step = (fractional @ rotation.T + translation)[:, None] - fractional
        lattice_step = np.rint(step)
        distance = np.linalg.norm((step - lattice_step) @ cell.lattice, axis=2)
        meets = (distance < SAME) & alike
        if meets.any(axis=1).all() and _is_one_shift(lattice_step, meets):
            onto_itself += 1
            listed &= meets.argmax(axis=1) >= np.arange(len(elements))
        elif distance.min() < APART:
            identity, none = cell.rotations[:1], np.zeros((1, 3))
            return AsymmetricUnit(tuple(range(len(elements))), fractional, identity, none, 1)
    atoms = tuple(np.nonzero(listed)[0].tolist())
    copies = len(cell.rotations) // onto_itself
    return AsymmetricUnit(atoms, fractional, cell.rotations, cell.translations, copies)


def _is_one_shift(lattice_step: FloatArray, meets: BoolArray) -> bool:
    """Whether all atoms come back by the same lattice translation."""
    shifts = lattice_step[np.arange(len(meets)), meets.argmax(axis=1)]
    return bool((shifts == shifts[0]).all())
