"""How far an environment is from all that a model was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray

AXES: Final = 24
"""Principal axes of the standardised features that distances are measured in."""

LIMIT: Final = 0.99
"""Share of the training environments that, seen from the other groups, lie within the limit."""


_ARRAYS: Final = ("mean", "scale", "axes", "points", "limit")


@dataclass(frozen=True, slots=True, eq=False)
class ApplicabilityDomain:
    """Training environments in the space of their invariants.

    The unit of distance is the median, over training environments, of the distance to the nearest of another group.

    Features are standardised and compressed (arsinh): some are products that a single strange environment stretches.

    Attributes:
        mean, scale: (f,) of the features.
        axes: (f, d) from compressed features to coordinates in that unit.
        points: (n, d) the training environments.
        limit: (1,) largest distance at which a model is asked.
        names: (n,) of the environments.
    """

    mean: FloatArray
    scale: FloatArray
    axes: FloatArray
    points: FloatArray
    limit: FloatArray
    names: tuple[str, ...]

    @classmethod
    def of(cls, rows: FloatArray, groups: IntArray, names: Sequence[str]) -> ApplicabilityDomain:
        """From training features (n, f) and the group of each."""
        mean, deviation = rows.mean(axis=0), rows.std(axis=0)
        scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 1e-9)
        compressed = np.arcsinh((rows - mean) * scale)
        axes = np.linalg.svd(compressed - compressed.mean(axis=0), full_matrices=False)[2][:AXES].T
        points = compressed @ axes
        apart = _distances(points, points)
        apart[groups[:, None] == groups] = np.inf
        nearest = apart.min(axis=1)
        unit = float(np.median(nearest))
        limit = np.quantile(nearest, LIMIT, keepdims=True) / unit
        return cls(mean, scale, axes / unit, points / unit, limit, tuple(names))

    def nearest(self, rows: FloatArray, count: int = 1) -> tuple[FloatArray, IntArray]:
        """Distances (s, count), ascending, and indices of the nearest training environments of rows (s, f)."""
        apart = _distances(np.arcsinh((rows - self.mean) * self.scale) @ self.axes, self.points)
        order = np.argsort(apart, axis=1)[:, :count]
        return np.take_along_axis(apart, order, axis=1), order

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All but the names."""
        return {f"support.{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]], names: Sequence[str]) -> ApplicabilityDomain:
        """What `arrays` gave, with the names."""
        kept = {name: arrays[f"support.{name}"] for name in _ARRAYS}
        return cls(names=tuple(names), **kept)


def _distances(first: FloatArray, second: FloatArray) -> FloatArray:
    """(s, n)"""
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2 * first @ second.T
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))
