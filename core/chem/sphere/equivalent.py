"""Ions of one molecule that a symmetry of the molecule makes of each other, and the operation that does.

Found from the atoms alone, so that it holds for a molecule without a crystal too: hydrogens, which diffraction places
badly, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Final

import numpy as np

from core.arrays import FloatArray, IntArray
from core.chem.sphere.metal_sites import Metals
from core.chem.sphere.parts import Parts

SAME_PLACE: Final = 0.02
"""Largest distance of an atom from where the operation puts its partner [Å]."""

_ROUGH: Final = 10 * SAME_PLACE
"""The same before the operation is fitted to all atoms: far from the ion the error of its frame grows."""

_FLAT: Final = 0.2
"""Sine of the angle of two reference atoms at the ion: below, they fix no frame."""


def kinds_of(parts: Parts, metals: Metals) -> tuple[tuple[str, int] | None, ...]:
    """What has to be equal of atoms that change places: the element, of metals with oxidation state and 2S; None for
    hydrogens."""
    own = {site.atom: (f"{site.element}{site.oxidation}", site.two_s or 0) for site in metals.sites}
    elements = parts.anatomy.component.elements
    return tuple(None if e == "H" else own.get(k, (e, 0)) for k, e in enumerate(elements))


def operation(kinds: Sequence[object], positions: FloatArray, one: int, other: int) -> FloatArray | None:
    """The operation of the molecule that moves one atom to the place of another; None where there is none.

    Args:
        kinds: (n,) what has to be equal of atoms that change places: symbols, for metals with oxidation state; None for
            atoms that do not count.
        positions: (n, 3) [Å].
        one, other: atoms.

    Returns:
        (3, 3) orthogonal R, proper where there is a choice: x − x_one goes to R (x − x_one) + x_other.
    """
    counted = np.array([k for k, kind in enumerate(kinds) if kind is not None])
    names = [kinds[k] for k in counted]
    number = np.array([names.index(name) for name in names])
    if kinds[one] != kinds[other]:
        return None
    here, there = positions[counted] - positions[one], positions[counted] - positions[other]
    references = _references(here)
    if references is None:  # a linear molecule: the other way round, or as it stands
        found = (_settled(here, there, number, sign * np.eye(3)) for sign in (1.0, -1.0))
        return next((turn for turn in found if turn is not None), None)
    for first, second in _partners(here, there, number, references):
        frame = _frame(here[references[0]], here[references[1]])
        image = _frame(there[first], there[second])
        for mirror in (1.0, -1.0):
            turn = _settled(here, there, number, image.T @ np.diag([1.0, 1.0, mirror]) @ frame)
            if turn is not None:
                return turn
    return None


def groups(kinds: Sequence[object], positions: FloatArray, atoms: Sequence[int]) -> list[list[int]]:
    """The atoms in groups that the molecule's symmetry makes of each other, each in the order given."""
    found: list[list[int]] = []
    for atom in atoms:
        own = next((group for group in found if operation(kinds, positions, group[0], atom) is not None), None)
        if own is None:
            found.append([atom])
        else:
            own.append(atom)
    return found


def _references(vectors: FloatArray) -> tuple[int, int] | None:
    """The two nearest atoms that stand at an angle to each other; None in a linear molecule."""
    lengths = np.linalg.norm(vectors, axis=1)
    order = [int(k) for k in np.argsort(lengths, kind="stable") if lengths[k] > SAME_PLACE]
    for first, second in ((a, b) for a in order[:1] for b in order[1:]):
        sine = np.linalg.norm(np.cross(vectors[first], vectors[second])) / lengths[first] / lengths[second]
        if sine > _FLAT:
            return first, second
    return None


def _partners(
    here: FloatArray, there: FloatArray, number: IntArray, references: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Pairs of atoms about the image that are as far from it, and of the kinds, of the two references."""
    far, near = np.linalg.norm(here[list(references)], axis=1), np.linalg.norm(there, axis=1)
    fits = [(number == number[r]) & (np.abs(near - d) < SAME_PLACE) for r, d in zip(references, far, strict=True)]
    apart = np.linalg.norm(here[references[0]] - here[references[1]])
    for first, second in permutations(np.flatnonzero(fits[0] | fits[1]).tolist(), 2):
        miss = abs(np.linalg.norm(there[first] - there[second]) - apart)
        if fits[0][first] and fits[1][second] and miss < 2 * SAME_PLACE:
            yield first, second


def _frame(first: FloatArray, second: FloatArray) -> FloatArray:
    """Rows x, y, z: x along the first, y in the plane of both."""
    x = first / np.linalg.norm(first)
    z = np.cross(first, second)
    z = z / np.linalg.norm(z)
    return np.array([x, np.cross(z, x), z])


def _settled(here: FloatArray, there: FloatArray, number: IntArray, turn: FloatArray) -> FloatArray | None:
    """The operation fitted to all atoms, from the one that three of them give; None where an atom has no partner."""
    away = np.linalg.norm((here @ turn.T)[:, None] - there[None], axis=2)
    away[number[:, None] != number[None]] = np.inf
    partner = away.argmin(axis=1)
    if len(set(partner.tolist())) < len(here) or away.min(axis=1).max() > _ROUGH:
        return None
    left, _, right = np.linalg.svd(there[partner].T @ here)
    fitted: FloatArray = left @ right
    misses = np.linalg.norm(here @ fitted.T - there[partner], axis=1)
    return fitted if misses.max() < SAME_PLACE else None
