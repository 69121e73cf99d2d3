"""Continuous shape measures: how far a coordination sphere is from each ideal polyhedron.

For donors and metal X and a reference polyhedron P, both about their centroids,

    S = 100 min |X - Q P|² / |X|²,

the minimum over the assignment of donors to vertices, over rotations, reflections and the size of P. S is 0 for the
ideal polyhedron and never above 100. The metal is a vertex like the donors, always matched with the centre of P.

Source: M. Pinsky, D. Avnir, Inorg. Chem. 1998, 37, 5575, doi:10.1021/ic9804925; S. Alvarez et al., Coord. Chem. Rev.
2005, 249, 1693, doi:10.1016/j.ccr.2005.03.031. References and labels are those of SHAPE, see `shape_references`.

Once the size is minimised, S = 100 (1 - t²), where the overlap t is the sum of the singular values of the
cross-covariance of X and P, each normalised. So the assignment with the greatest overlap is sought. Up to seven donors
all assignments are tried. From eight on there are too many: the reference is set in many orientations, for each the
best assignment is a linear sum assignment problem, and the best of these are improved until nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.arrays import FloatArray, IntArray
from core.chem.shape.references import references
from core.chem.shape.starts import covering_orientations, distinct_assignments
from core.errors import DomainError

_MOST_DONORS_EXHAUSTED: Final = 7
"""Most donors for which every assignment is tried: 1,680 distinct ones at worst for 7, 20,160 for 8."""

_STARTS: Final = 700
_FEWEST_STARTS: Final = 96
_LEADERS: Final = 8
_EXCHANGED_LEADERS: Final = 2
"""Effort of the sampled search: orientations of a polyhedron without rotations of its own, and of any polyhedron at
least; assignments that are improved together, and how many of them by exchanging donors.

Measured on 8 to 10 donors, from slightly distorted polyhedra to random points: none of 10,400 measures above those of
cosymlib, which searches by itself, on the same references; none of 9,750 above a search of 3.5 times the effort. Other
rounds (9,360 measures) had two misses, of TT-8 and JATDI-10, by 0.002 and 0.011 at S of 33 and 27: far shapes, whose
least measure decides nothing."""


def shape_measures(donors: FloatArray) -> dict[str, float]:
    """Continuous shape measures of a coordination sphere against all reference polyhedra of its size.

    Args:
        donors: (n, 3) positions relative to the metal [Å], n from 3 to 10.

    Returns:
        Label of SHAPE -> S (0 to 100), ascending.

    Raises:
        DomainError: no references with n vertices, coordinates that are no numbers, or all donors on the metal.
    """
    donors = np.asarray(donors, dtype=np.float64)
    if donors.ndim != 2 or donors.shape[1] != 3 or not np.isfinite(donors).all():
        raise DomainError("A shape measure needs three finite coordinates for each donor.")
    searches = _searches(len(donors))
    normalised = _normalise(donors)
    overlaps = {label: search.greatest_overlap(normalised) for label, search in searches.items()}
    measures = {label: max(0.0, 100.0 * (1.0 - overlap**2)) for label, overlap in overlaps.items()}
    return dict(sorted(measures.items(), key=lambda item: item[1]))


def _normalise(points: FloatArray) -> FloatArray:
    """Scale points so that they and the metal at the origin have unit spread about their common centroid."""
    size = float(np.abs(points).max())
    if size == 0.0:
        raise DomainError("All donors stand on the metal: a shape needs distances.")
    points = points / size  # squares of very small or large coordinates would leave the range of floating point
    spread2 = (points**2).sum() - (points.sum(axis=0) ** 2).sum() / (len(points) + 1)
    return np.asarray(points / np.sqrt(spread2))


class _Search(Protocol):
    """A search for the best match with one reference polyhedron."""

    def greatest_overlap(self, donors: FloatArray) -> float:
        """Greatest overlap of normalised donors (n, 3) with the reference, 0 to 1."""
        ...


@cache
def _searches(coordination_number: int) -> Mapping[str, _Search]:
    """Label -> search; laid out at the first use of a coordination number, which takes some tenths of a second."""
    kind = _ExhaustiveSearch if coordination_number <= _MOST_DONORS_EXHAUSTED else _SampledSearch
    found = references(coordination_number)
    return MappingProxyType({label: kind.prepare(points[:-1]) for label, points in found.items()})


def _mean_with_centre(vertices: FloatArray) -> FloatArray:
    """(3,) centroid of a polyhedron and its centre, seen from the centre."""
    return np.asarray(vertices.sum(axis=0) / (len(vertices) + 1))


def _overlaps(covariances: FloatArray) -> FloatArray:
    """(k,) sums of the singular values of (k, 3, 3) matrices; from HᵀH, twice as fast as a decomposition of H."""
    squares = np.linalg.eigvalsh(covariances.transpose(0, 2, 1) @ covariances)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)).sum(axis=1))


def _exact_overlap(covariance: FloatArray) -> float:
    """Sum of the singular values of one (3, 3) matrix, small ones to full precision."""
    return float(np.linalg.svd(covariance, compute_uv=False).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _ExhaustiveSearch:
    """Tries every assignment.

    Attributes:
        arranged: (k, n, 3) normalised vertices, in the order of the donors, for each distinct assignment.
        mean: (3,) centroid of vertices and centre.
    """

    arranged: FloatArray
    mean: FloatArray

    @classmethod
    def prepare(cls, vertices: FloatArray) -> _ExhaustiveSearch:
        """Lay out the search for one reference (n, 3)."""
        vertices = _normalise(vertices)
        return cls(vertices[distinct_assignments(vertices)], _mean_with_centre(vertices))

    def greatest_overlap(self, donors: FloatArray) -> float:
        """Greatest overlap of normalised donors (n, 3) with the reference, 0 to 1."""
        covariances = donors.T @ self.arranged - np.outer(donors.sum(axis=0), self.mean)
        return _exact_overlap(covariances[_overlaps(covariances).argmax()])


@dataclass(frozen=True, slots=True, eq=False)
class _SampledSearch:
    """Starts from many orientations and improves the best assignments found there.

    Attributes:
        vertices: (n, 3) normalised vertices.
        views: (m, 3, n) the vertices in the orientations the search starts from.
        mean: (3,) centroid of vertices and centre.
    """

    vertices: FloatArray
    views: FloatArray
    mean: FloatArray

    @classmethod
    def prepare(cls, vertices: FloatArray) -> _SampledSearch:
        """Lay out the search for one reference (n, 3)."""
        vertices = _normalise(vertices)
        orientations = covering_orientations(vertices, _STARTS, _FEWEST_STARTS)
        return cls(vertices, orientations @ vertices.T, _mean_with_centre(vertices))

    def greatest_overlap(self, donors: FloatArray) -> float:
        """Greatest overlap of normalised donors (n, 3) with the reference found, 0 to 1."""
        leaders, overlaps = self._leaders(donors, _assign(donors @ self.views))
        while True:
            exchanged = _exchange_two(leaders[:_EXCHANGED_LEADERS])
            pool = np.concatenate([leaders, self._reassign(donors, leaders), exchanged])
            leaders, improved = self._leaders(donors, pool)
            if np.array_equal(improved, overlaps):
                return _exact_overlap(self._covariances(donors, leaders[:1])[0])
            overlaps = improved

    def _covariances(self, donors: FloatArray, assignments: IntArray) -> FloatArray:
        """(k, 3, 3) cross-covariances for (k, n) assignments; the metal adds nothing but to the centroids."""
        return np.asarray(donors.T @ self.vertices[assignments] - np.outer(donors.sum(axis=0), self.mean))

    def _leaders(self, donors: FloatArray, assignments: IntArray) -> tuple[IntArray, FloatArray]:
        """The assignments with the greatest overlaps, in falling order, and these.

        Assignments that symmetry makes equal have equal overlaps: only one of them is kept. Eight decimals tell others
        apart and hide the rounding of `_overlaps`; as S they are 2·10⁻⁶.
        """
        overlaps = _overlaps(self._covariances(donors, assignments)).round(8)
        rising, first = np.unique(overlaps, return_index=True)
        return assignments[first[::-1][:_LEADERS]], rising[::-1][:_LEADERS]

    def _reassign(self, donors: FloatArray, assignments: IntArray) -> IntArray:
        """The best assignments once the reference is rotated to fit each given one best."""
        left, _, right = np.linalg.svd(self._covariances(donors, assignments))
        return _assign(donors @ (left @ right) @ self.vertices.T)


def _assign(scores: FloatArray) -> IntArray:
    """(k, n) vertex of each donor that maximises the sum of scores (k, n, n), donors in rows."""
    return np.array([linear_sum_assignment(score, maximize=True)[1] for score in scores], dtype=np.int64)


def _exchange_two(assignments: IntArray) -> IntArray:
    """All assignments that differ from one of (k, n) by an exchange of two donors."""
    count = assignments.shape[1]
    exchanges = [_transposition(count, i, j) for i, j in combinations(range(count), 2)]
    return assignments[:, exchanges].reshape(-1, count)


def _transposition(count: int, i: int, j: int) -> list[int]:
    order = list(range(count))
    order[i], order[j] = j, i
    return order
