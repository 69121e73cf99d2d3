"""Where the search for the best match with a reference polyhedron starts: what depends on the reference only.

For few vertices these are all assignments of donors to vertices that symmetry leaves distinct; for many, orientations
that cover the rotations and rotoinversions of space, modulo the symmetry of the polyhedron, as evenly as they can.
"""

from __future__ import annotations

from itertools import permutations
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray, IntArray

_CANDIDATES: Final = 2500
"""Rotations the cover chooses from; several times more than the largest cover drawn from them."""

_SYMMETRY_TOLERANCE: Final = 1e-3
"""Largest displacement of a vertex by a symmetry operation, in radii; the figures of SHAPE have four decimals."""


def covering_orientations(vertices: FloatArray, starts: int, fewest: int) -> FloatArray:
    """Orthogonal matrices that cover all distinct orientations of a polyhedron, mirror images included.

    Farthest-point sampling: each next orientation is the candidate least like those already taken.

    Args:
        vertices: (n, 3) polyhedron seen from its centre.
        starts: how many orientations a polyhedron without any symmetry but a mirror plane gets.
        fewest: how many a polyhedron gets at least, however high its symmetry.

    Returns:
        (m, 3, 3) orthogonal matrices, with m = 2 starts / order of the point group, or `fewest`.
    """
    group = symmetry_operations(vertices)
    count = max(fewest, -(-2 * starts // len(group)))
    candidates = _spread_rotations(_CANDIDATES)
    if (np.linalg.det(group) > 0.0).all():  # chiral: its mirror image is no rotated copy of it
        candidates = np.concatenate([candidates, candidates * [1.0, 1.0, -1.0]])
    return np.asarray(candidates[_farthest_points(candidates, group, count)])


def _farthest_points(candidates: FloatArray, group: FloatArray, count: int) -> list[int]:
    """Indices of `count` of the (c, 3, 3) candidates, each as far as can be from those before it, modulo `group`."""
    flat = candidates.reshape(-1, 9)
    likeness = np.full(len(candidates), -np.inf)  # largest trace(Aᵀ B g): 3 for the same orientation
    chosen = [0]
    while len(chosen) < count:
        images = (candidates[chosen[-1]] @ group).reshape(-1, 9)
        likeness = np.maximum(likeness, (flat @ images.T).max(axis=1))
        chosen.append(int(likeness.argmin()))
    return chosen


def _spread_rotations(count: int) -> FloatArray:
    """(count, 3, 3) evenly spread rotations.

    Source: M. Alexa, "Super-Fibonacci Spirals: Fast, Low-Discrepancy Sampling of SO(3)", CVPR 2022, with its constants
    φ = √2 and ψ⁴ = ψ + 4.
    """
    psi = float(np.max(np.roots([1.0, 0.0, 0.0, -1.0, -4.0]).real))
    step = np.arange(count) + 0.5
    inner, outer = np.sqrt(step / count), np.sqrt(1.0 - step / count)
    alpha, beta = 2.0 * np.pi * step / np.sqrt(2.0), 2.0 * np.pi * step / psi
    quaternions = [inner * np.sin(alpha), inner * np.cos(alpha), outer * np.sin(beta), outer * np.cos(beta)]
    return np.asarray(Rotation.from_quat(np.column_stack(quaternions)).as_matrix())


def symmetry_operations(vertices: FloatArray) -> FloatArray:
    """(g, 3, 3) orthogonal matrices that map a polyhedron, seen from its centre, onto itself.

    Every operation carries one pair of vertices that is not in line with the centre onto another such pair, so trying
    all pairs finds all operations. A planar polygon's reflection in its own plane is counted.
    """
    radius = float(np.linalg.norm(vertices, axis=1).max())
    first, second = _most_perpendicular_pair(vertices)
    pairs = [(i, j) for i in range(len(vertices)) for j in range(len(vertices)) if i != j]
    gram = vertices @ vertices.T
    fitting = [(i, j) for i, j in pairs if _same_pair(gram, (first, second), (i, j), radius)]
    start = _frame(vertices[first], vertices[second])
    found: list[FloatArray] = []
    for i, j in fitting:
        target = _frame(vertices[i], vertices[j])
        for hand in (1.0, -1.0):
            operation = target.T @ np.diag([1.0, 1.0, hand]) @ start
            if _maps_onto_itself(vertices, operation, _SYMMETRY_TOLERANCE * radius):
                found.append(operation)
    return np.array(found)


def _most_perpendicular_pair(vertices: FloatArray) -> tuple[int, int]:
    unit = vertices / np.linalg.norm(vertices, axis=1)[:, None]
    first, second = np.unravel_index(int(np.abs(unit @ unit.T).argmin()), (len(unit), len(unit)))
    return int(first), int(second)


def _same_pair(gram: FloatArray, one: tuple[int, int], other: tuple[int, int], radius: float) -> bool:
    """Whether two pairs of vertices have the same two distances to the centre and the same angle there."""
    blocks = [gram[np.ix_(pair, pair)] for pair in (one, other)]
    return bool(np.abs(blocks[0] - blocks[1]).max() < 4.0 * _SYMMETRY_TOLERANCE * radius**2)


def _frame(one: FloatArray, other: FloatArray) -> FloatArray:
    """(3, 3) right-handed orthonormal rows: along one vertex, towards the other, and normal to both."""
    along = one / np.linalg.norm(one)
    aside = other - along * (along @ other)
    aside = aside / np.linalg.norm(aside)
    return np.array([along, aside, np.cross(along, aside)])


def _maps_onto_itself(vertices: FloatArray, operation: FloatArray, tolerance: float) -> bool:
    images = vertices @ operation.T
    distances = np.linalg.norm(images[:, None] - vertices[None], axis=-1)
    return bool(distances.min(axis=1).max() < tolerance)


def distinct_assignments(vertices: FloatArray) -> IntArray:
    """All assignments of n donors to the vertices of a polyhedron, one of each set that its symmetry makes equal.

    Args:
        vertices: (n, 3) polyhedron seen from its centre.

    Returns:
        (k, n) vertex of each donor; k = n! over the number of vertex permutations in the point group.
    """
    count = len(vertices)
    assignments = np.array(list(permutations(range(count))), dtype=np.int64)
    place_values = (count ** np.arange(count)).astype(np.int64)
    smallest = np.full(len(assignments), np.iinfo(np.int64).max)
    for operation in symmetry_operations(vertices):
        smallest = np.minimum(smallest, _vertex_permutation(vertices, operation)[assignments] @ place_values)
    return np.asarray(assignments[assignments @ place_values == smallest])


def _vertex_permutation(vertices: FloatArray, operation: FloatArray) -> IntArray:
    """(n,) where a symmetry operation carries each vertex."""
    images = vertices @ operation.T
    return np.asarray(np.linalg.norm(images[:, None] - vertices[None], axis=-1).argmin(axis=1), dtype=np.int64)
