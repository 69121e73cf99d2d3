"""Which atoms of neighbouring molecules touch, and how near they may come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from core.arrays import BoolArray, FloatArray, IntArray

from .cell import Packing, images

# van der Waals radii [Å]: A. Bondi, J. Phys. Chem. 1964, 68, 441, doi:10.1021/j100785a001; boron and metals, which it
# lacks, stand inside their ligands and take a round 2.0 Å.
_RADII = {"H": 1.20, "C": 1.70, "N": 1.55, "O": 1.52, "F": 1.47, "P": 1.80, "Cl": 1.75}
_OTHER_RADIUS = 2.0
_ACCEPTORS = ("O", "Cl")
_HYDROGEN_BOND = 0.45  # Å; milder than nature's 0.8, so that no contact of a model falls below 2.2 Å
_REACH = 4.5  # pairs closer than this [Å] are in the list; a round moves no atom farther than the list can see


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Atom pairs near enough to matter: owner bodies, images, and where in the flat atom list they stand."""

    first: IntArray
    second: IntArray
    image: IntArray  # index into rotations/shifts
    rotations: FloatArray  # (m, 3, 3) fractional
    cartesian: FloatArray  # (m, 3, 3)
    shifts: FloatArray  # (m, 3)
    limit: FloatArray
    pull: BoolArray  # hydrogen bonds: drawn together beyond the limit


def flat(packing: Packing) -> tuple[FloatArray, IntArray, tuple[str, ...]]:
    """Offsets of all atoms from their body's centre [Å], the body of each, and the elements."""
    offsets = np.vstack([b.fragment.positions for b in packing.bodies])
    owner = np.repeat(np.arange(len(packing.bodies)), [len(b.fragment.elements) for b in packing.bodies])
    return offsets, owner, tuple(e for b in packing.bodies for e in b.fragment.elements)


def contacts_of(packing: Packing, span: int = 2) -> Contacts:
    """All pairs of atoms of different molecules closer than 4.5 Å, the first of each in the asymmetric unit."""
    offsets, owner, elements = flat(packing)
    centres = np.array([b.centre for b in packing.bodies])
    reach = np.array([np.linalg.norm(b.fragment.positions, axis=1).max() for b in packing.bodies])
    inverse = np.linalg.inv(packing.matrix)
    here = centres[owner] @ packing.matrix.T + offsets
    tree = cKDTree(here)
    rows: list[tuple[int, int, int]] = []
    kept: list[tuple[FloatArray, FloatArray, FloatArray]] = []
    for rotation, shift in images(packing, span):
        moved = (centres @ rotation.T + shift) @ packing.matrix.T
        gap = np.linalg.norm(moved[None] - centres[:, None] @ packing.matrix.T, axis=2)
        near = gap < reach[:, None] + reach[None] + _REACH
        if not near.any():
            continue
        turn = packing.matrix @ rotation @ inverse
        chosen = np.flatnonzero(near.any(axis=0)[owner])
        there = moved[owner[chosen]] + offsets[chosen] @ turn.T
        hits = cKDTree(there).query_ball_tree(tree, _REACH)
        pairs = [
            (j, int(chosen[i]), len(kept))
            for i, row in enumerate(hits)
            for j in sorted(row)
            if not (owner[j] == owner[chosen[i]] and gap[owner[j], owner[j]] < 0.05)
        ]
        if pairs:
            rows += pairs
            kept.append((rotation, turn, shift))
    return _collected(rows, kept, elements, _polar_hydrogens(packing))


def _collected(
    rows: list[tuple[int, int, int]],
    kept: list[tuple[FloatArray, FloatArray, FloatArray]],
    elements: tuple[str, ...],
    polar: BoolArray,
) -> Contacts:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    first, second = table[:, 0], table[:, 1]
    radii = np.array([_RADII.get(e, _OTHER_RADIUS) for e in elements])
    acceptor = np.isin(np.array(elements), _ACCEPTORS)
    bonded = (polar[first] & acceptor[second]) | (acceptor[first] & polar[second])
    limit = radii[first] + radii[second] - _HYDROGEN_BOND * bonded
    return Contacts(
        first,
        second,
        table[:, 2],
        np.array([k[0] for k in kept]).reshape(-1, 3, 3),
        np.array([k[1] for k in kept]).reshape(-1, 3, 3),
        np.array([k[2] for k in kept]).reshape(-1, 3),
        limit,
        bonded,
    )


def _polar_hydrogens(packing: Packing) -> BoolArray:
    """(n,) True for hydrogen on oxygen or nitrogen."""
    flags = []
    for body in packing.bodies:
        elements = np.array(body.fragment.elements)
        gaps = np.linalg.norm(body.fragment.positions[:, None] - body.fragment.positions[None], axis=2)
        flags.append((elements == "H") & (gaps[:, np.isin(elements, ("O", "N"))] < 1.2).any(axis=1))
    return np.concatenate(flags)
