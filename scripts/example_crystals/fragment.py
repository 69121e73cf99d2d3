"""A rigid fragment of a model crystal: element symbols and Cartesian coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from core.arrays import FloatArray, TextArray


@dataclass(frozen=True, slots=True, eq=False)
class Fragment:
    """One molecule or ion.

    Attributes:
        elements: (n,) element symbols.
        positions: (n, 3) Cartesian coordinates [Å].
        charge: total charge [e].
        parts: (n,) disorder group of each atom, 0 for an ordered one.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    charge: int = 0
    parts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.parts:
            object.__setattr__(self, "parts", (0,) * len(self.elements))

    def moved(self, rotation: FloatArray, shift: FloatArray) -> Fragment:
        """Rotated by a (3, 3) matrix, then shifted by a (3,) vector [Å]."""
        return replace(self, positions=self.positions @ rotation.T + shift)

    def centred(self) -> Fragment:
        """With the centroid of its atoms at the origin."""
        return replace(self, positions=self.positions - self.positions.mean(axis=0))


def symmetrised(fragment: Fragment, operations: list[FloatArray]) -> Fragment:
    """The mean over a point group about the origin; atoms are matched to the nearest of the same element.

    Args:
        fragment: nearly symmetric fragment.
        operations: the (3, 3) matrices of all elements of the point group.

    Raises:
        ValueError: an operation does not map the fragment onto itself within 1 Å.
    """
    total = np.zeros_like(fragment.positions)
    elements = np.array(fragment.elements)
    for operation in operations:
        total += _matched(elements, fragment.positions, fragment.positions @ operation.T)
    return replace(fragment, positions=total / len(operations))


def _matched(elements: TextArray, wanted: FloatArray, image: FloatArray) -> FloatArray:
    out = np.empty_like(wanted)
    for element in sorted(set(elements.tolist())):
        index = np.flatnonzero(elements == element)
        distance, hit = cKDTree(image[index]).query(wanted[index])
        if distance.max() > 1.0 or len(set(hit.tolist())) != len(index):
            raise ValueError(f"the fragment is not symmetric: {element} is {distance.max():.2f} Å from its image")
        out[index] = image[index][hit]
    return out
