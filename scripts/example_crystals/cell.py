"""A cell with rigid bodies in it: what the packing moves and the CIF writer writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import gemmi
import numpy as np

from core.angles import between
from core.arrays import FloatArray

from .fragment import Fragment


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A fragment in the cell.

    Attributes:
        fragment: centred on the point that sits at `centre`.
        centre: (3,) fractional coordinates.
        free_shift: (3,) 1 where the centre may move along that cell axis.
        free_turn: (3,) 1 where the body may turn about that Cartesian axis.
    """

    fragment: Fragment
    centre: FloatArray
    free_shift: tuple[int, int, int] = (1, 1, 1)
    free_turn: tuple[int, int, int] = (1, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """A packed cell: its space group, (3, 3) orthogonalisation matrix [Å] and bodies."""

    space_group: str
    matrix: FloatArray
    bodies: tuple[Body, ...]

    @property
    def operations(self) -> list[tuple[FloatArray, FloatArray]]:
        """Rotation (3, 3) and translation (3,) of every symmetry operation, fractional."""
        group = gemmi.SpaceGroup(self.space_group).operations()
        return [(np.array(op.rot) / op.DEN, np.array(op.tran) / op.DEN) for op in group]

    @property
    def volume(self) -> float:
        """Cell volume [Å³]."""
        return float(abs(np.linalg.det(self.matrix)))


def unit_cell(packing: Packing) -> gemmi.UnitCell:
    """Cell parameters of the orthogonalisation matrix, rounded to 0.001 Å and 0.01°."""
    vectors = packing.matrix.T
    lengths = np.linalg.norm(vectors, axis=1)
    angles = between(vectors[[1, 0, 0]], vectors[[2, 2, 1]])
    return gemmi.UnitCell(*(round(float(x), 3) for x in lengths), *(round(float(x), 2) for x in angles))


def images(packing: Packing, span: int = 2) -> list[tuple[FloatArray, FloatArray]]:
    """Every operation with every lattice translation up to `span` cells away: rotation and shift, fractional."""
    shifts = [np.array(n, dtype=float) for n in product(range(-span, span + 1), repeat=3)]
    return [(rotation, translation + shift) for rotation, translation in packing.operations for shift in shifts]


def onto_itself(packing: Packing, body: Body) -> list[tuple[FloatArray, FloatArray]]:
    """The operations that leave the body's centre where it is, the identity among them."""
    return [
        (rotation, shift)
        for rotation, shift in images(packing)
        if np.linalg.norm(packing.matrix @ (rotation @ body.centre + shift - body.centre)) < 0.05
    ]


def conventional(packing: Packing) -> Packing:
    """The same crystal on the axes a crystallographer would choose: β ≥ 90° if monoclinic, reduced if triclinic."""
    system = gemmi.SpaceGroup(packing.space_group).crystal_system_str()
    if system == "triclinic":
        return _rebased(packing, _shortest_axes(packing.matrix))
    if system == "monoclinic" and packing.matrix[0, 2] > 0.0:
        return _rebased(packing, np.diag([-1.0, -1.0, 1.0]))  # every monoclinic operation survives this unchanged
    return packing


def _rebased(packing: Packing, change: FloatArray) -> Packing:
    """On new axes, the columns of `change` in terms of the old."""
    inverse = np.linalg.inv(change)
    bodies = tuple(replace(body, centre=inverse @ body.centre) for body in packing.bodies)
    return replace(packing, matrix=packing.matrix @ change, bodies=bodies)


def _shortest_axes(matrix: FloatArray) -> FloatArray:
    """(3, 3) integer change of basis to the shortest vectors that span the lattice, all angles obtuse or acute."""
    candidates = sorted(
        (np.array(n, dtype=float) for n in product((0, 1, -1, 2, -2), repeat=3) if any(n)),
        key=lambda n: round(float(np.linalg.norm(matrix @ n)), 6),
    )
    first = candidates[0]
    second = next(n for n in candidates if np.linalg.norm(np.cross(first, n)) > 0.5)
    third = next(n for n in candidates if abs(abs(np.linalg.det(np.array([first, second, n]))) - 1.0) < 0.1)
    best = min(
        (np.column_stack([first, second * s, third * t]) for s in (1, -1) for t in (1, -1)),
        key=lambda change: _unlike_angles(matrix @ change),
    )
    return best if np.linalg.det(best) > 0.0 else -best


def _unlike_angles(matrix: FloatArray) -> tuple[int, float]:
    a, b, c = matrix.T
    cosines = np.array([b @ c, a @ c, a @ b])
    return int(min((cosines > 0).sum(), (cosines < 0).sum())), float(cosines.sum())
