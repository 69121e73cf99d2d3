"""What stands around a molecule in its crystal: neighbours within touch, and the nearest lanthanide of another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import gemmi
import numpy as np
from scipy.spatial import cKDTree

from core.arrays import FloatArray, IntArray
from core.chem.crystal.components import Component
from core.chem.crystal.crystal import Crystal
from core.chem.radii import LANTHANIDES

TOUCH: Final = 4.0
"""Molecules with heavy atoms this near are drawn as neighbours [Å]: a rule of ours, above van der Waals contacts of
carbon (3.4 Å) and of chlorine (3.5 Å)."""

SAME: Final = 0.1
"""Images of one molecule whose centres are this near are one and the same [Å]."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbour:
    """Another molecule of the crystal.

    Attributes:
        component: which independent molecule it is an image of, from 0.
        elements: (n,) of its atoms, hydrogens too.
        positions: (n, 3) in the frame of the molecule that it is a neighbour of [Å].
        bonds: (m, 2) pairs of its atoms.
        operator: how it comes of the atoms of its component, e.g. ``-x+1,-y,-z+1``.
    """

    component: int
    elements: tuple[str, ...]
    positions: FloatArray
    bonds: IntArray
    operator: str


@dataclass(frozen=True, slots=True, eq=False)
class NearestIons:
    """The shortest distance between lanthanides of two molecules.

    Attributes:
        distance: [Å].
        atom: of the molecule itself.
        other: of the neighbour.
        neighbour: where the other one is.
    """

    distance: float
    atom: int
    other: int
    neighbour: Neighbour


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """The surroundings of one molecule.

    Attributes:
        component: which independent molecule is in the middle, from 0.
        lattice: (3, 3) rows are the vectors a, b, c [Å].
        neighbours: every molecule that touches it, and the one with the nearest lanthanide.
        nearest: that lanthanide; None where the molecule has none.
    """

    component: int
    lattice: FloatArray
    neighbours: tuple[Neighbour, ...]
    nearest: NearestIons | None


def packing(crystal: Crystal, number: int) -> Packing | None:
    """The surroundings of an independent molecule; None without a crystal, or where a net without end is around it.

    Args:
        crystal: what was read; molecules are images of its components, whole by the symmetry of the space group.
        number: of the component, from 0.
    """
    if crystal.block.alone or any(component.endless for component in crystal.components):
        return None
    lattice, own = crystal.block.lattice, crystal.components[number]
    # a translation of the molecule itself brings its lanthanide this near: nothing farther has to be looked at
    far = float(np.linalg.norm(lattice, axis=1).min())
    around = [one for k in range(len(crystal.components)) for one in _images(crystal, k, number, max(far, TOUCH))]
    nearest = min((found for one in around if (found := _ions(own, one))), key=lambda f: f.distance, default=None)
    tree = cKDTree(own.positions[_heavy(own.elements)])
    shown = [
        one
        for one in around
        if np.min(tree.query(one.positions[_heavy(one.elements)])[0]) < TOUCH
        or (nearest is not None and one is nearest.neighbour)
    ]
    return Packing(number, lattice, tuple(shown), nearest)


def _heavy(elements: tuple[str, ...]) -> list[int]:
    """Atoms but hydrogen; all of them where there is nothing else."""
    return [k for k, element in enumerate(elements) if element != "H"] or list(range(len(elements)))


def _images(crystal: Crystal, number: int, around: int, far: float) -> Iterator[Neighbour]:
    """Images of a component that can come within `far` [Å] of another one, which is left out itself."""
    lattice, symmetry = crystal.block.lattice, crystal.block.symmetry
    own, component = crystal.components[around], crystal.components[number]
    inverse = np.linalg.inv(lattice)
    middle = own.positions.mean(axis=0)
    reach = _radius(own) + _radius(component) + far
    steps = np.ceil(reach * np.linalg.norm(inverse, axis=0)).astype(int) + 1
    grid = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in steps), indexing="ij"), axis=-1).reshape(-1, 3)
    fractional = component.positions @ inverse
    seen = [middle] if number == around else []
    for rotation, translation in zip(symmetry.rotations, symmetry.translations, strict=True):
        turned = fractional @ rotation.T + translation
        nearest = np.rint(middle @ inverse - turned.mean(axis=0))
        shifts = grid + nearest
        centres = (turned.mean(axis=0) + shifts) @ lattice
        for k in np.flatnonzero(np.linalg.norm(centres - middle, axis=1) < reach):
            if any(np.linalg.norm(centres[k] - other) < SAME for other in seen):
                continue
            seen.append(centres[k])
            words = _triplet(rotation, translation + shifts[k])
            places = (turned + shifts[k]) @ lattice
            yield Neighbour(number, component.elements, places, component.bonds, words)


def _radius(component: Component) -> float:
    away = component.positions - component.positions.mean(axis=0)
    return float(np.linalg.norm(away, axis=1).max())


def _triplet(rotation: IntArray, translation: FloatArray) -> str:
    operator = gemmi.Op()
    operator.rot = (gemmi.Op.DEN * rotation).tolist()
    operator.tran = np.rint(gemmi.Op.DEN * translation).astype(int).tolist()
    return operator.triplet()


def _ions(own: Component, other: Neighbour) -> NearestIons | None:
    """The nearest pair of lanthanides of two molecules; None where one of them has none."""
    mine, theirs = _lanthanides(own.elements), _lanthanides(other.elements)
    if not mine or not theirs:
        return None
    away = np.linalg.norm(own.positions[mine][:, None] - other.positions[theirs][None], axis=2)
    i, j = np.unravel_index(int(away.argmin()), away.shape)
    return NearestIons(float(away[i, j]), mine[i], theirs[j], other)


def _lanthanides(elements: tuple[str, ...]) -> list[int]:
    return [k for k, element in enumerate(elements) if element in LANTHANIDES]
