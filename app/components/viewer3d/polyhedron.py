"""The coordination polyhedron as flat faces and edges: the convex hull of the donor sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from core.arrays import FloatArray, IntArray

COPLANAR_DEGREES = 3.0
"""Triangles of the hull that meet at less than this angle are drawn as one face, without the edge between them."""


@dataclass(frozen=True, slots=True, eq=False)
class Polyhedron:
    """Faces and edges of a coordination polyhedron.

    Attributes:
        vertices: (3t, 3) corners, three for each of the t triangles, so that each face has its own normals [Å].
        normals: (3t, 3) outward unit normals.
        edges: (e, 2, 3) end points of the edges [Å].
    """

    vertices: FloatArray
    normals: FloatArray
    edges: FloatArray


def polyhedron(sites: FloatArray) -> Polyhedron | None:
    """Hull of (n, 3) donor sites [Å]; None where they span no volume (fewer than four, or all in a plane)."""
    try:
        hull = ConvexHull(sites)
    except (QhullError, ValueError):
        return None
    normals = np.asarray(hull.equations[:, :3])
    triangles = _outward(sites, np.asarray(hull.simplices), normals)
    return Polyhedron(sites[triangles].reshape(-1, 3), np.repeat(normals, 3, axis=0), _edges(sites, hull))


def _outward(sites: FloatArray, triangles: IntArray, normals: FloatArray) -> IntArray:
    """Triangles with corners counter-clockwise seen from outside, as a renderer expects them."""
    a, b, c = (sites[triangles[:, i]] for i in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), normals) < 0
    return np.where(inward[:, None], triangles[:, [0, 2, 1]], triangles)


def _edges(sites: FloatArray, hull: ConvexHull) -> FloatArray:
    """Edges where two faces meet at an angle: the diagonals that split a square into triangles are left out."""
    normals, flat = hull.equations[:, :3], np.cos(np.radians(COPLANAR_DEGREES))
    kept = set()
    for face, (corners, neighbours) in enumerate(zip(hull.simplices, hull.neighbors, strict=True)):
        for opposite, neighbour in enumerate(neighbours):  # Qhull: neighbour k shares the edge without corner k
            if normals[face] @ normals[neighbour] < flat:
                i, j = sorted(int(corner) for k, corner in enumerate(corners) if k != opposite)
                kept.add((i, j))
    ends: FloatArray = sites[np.array(sorted(kept), dtype=int).reshape(-1, 2)]
    return ends
