"""Polyhedra from their geometric definitions: bricks, Johnson solids, polyhedra on a sphere, and four figures.

All are (n, 3) vertices seen from where the metal stands. Those said to have unit edges are Johnson solids or parts of
them; a Johnson solid has regular faces, and for most that fixes the coordinates at once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.optimize import brentq

from core.arrays import FloatArray

# --- bricks ---------------------------------------------------------------------------------------------------------


def ring(count: int, radius: float = 1.0, height: float = 0.0, turn: float = 0.0) -> FloatArray:
    """(count, 3) regular polygon around z, turned by `turn` of a step (0.5 is staggered)."""
    angle = 2.0 * np.pi * (np.arange(count) + turn) / count
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(count, height)])


def cap(height: float = 1.0) -> FloatArray:
    """(1, 3) vertex on the z axis."""
    return np.array([[0.0, 0.0, height]])


def join(*parts: FloatArray) -> FloatArray:
    """(n, 3) vertices of all parts."""
    return np.vstack(parts)


def spherical_ring(count: int, height: float, turn: float = 0.0) -> FloatArray:
    """(count, 3) regular polygon on the unit sphere."""
    return ring(count, float(np.sqrt(1.0 - height**2)), height, turn)


def circumradius(count: int) -> float:
    """Circumradius of a regular polygon with unit edge."""
    return float(0.5 / np.sin(np.pi / count))


def pyramid_height(count: int) -> float:
    """Height of the pyramid with unit edges over a regular polygon with unit edge."""
    return float(np.sqrt(1.0 - circumradius(count) ** 2))


def prism(count: int) -> FloatArray:
    """(2 count, 3) prism with unit edges."""
    radius = circumradius(count)
    return join(ring(count, radius, 0.5), ring(count, radius, -0.5))


def antiprism_half_height(count: int) -> float:
    """Half the height of an antiprism with unit edges."""
    return float(np.sqrt(1.0 - (0.5 / np.cos(np.pi / (2 * count))) ** 2) / 2.0)


def antiprism(count: int) -> FloatArray:
    """(2 count, 3) antiprism with unit edges."""
    radius, half = circumradius(count), antiprism_half_height(count)
    return join(ring(count, radius, half), ring(count, radius, -half, 0.5))


def pyramid(count: int) -> FloatArray:
    """(count + 1, 3) polygon around the metal and one donor on its axis: a bipyramid with one apex vacant."""
    return join(ring(count), cap())


def bipyramid(count: int) -> FloatArray:
    """(count + 2, 3) spherical bipyramid."""
    return join(ring(count), cap(), cap(-1.0))


def johnson_bipyramid(count: int) -> FloatArray:
    """(count + 2, 3) bipyramid with unit edges."""
    height = pyramid_height(count)
    return join(ring(count, circumradius(count)), cap(height), cap(-height))


def square_face_caps(vertices: int, distance: float) -> FloatArray:
    """(vertices, 3) caps over the square faces of a trigonal prism, `distance` from its centre, opposite its edges."""
    return ring(3, distance, 0.0, 0.5)[:vertices]


def augmented_prism(caps: int) -> FloatArray:
    """(6 + caps, 3) trigonal prism with unit edges and a square pyramid with unit edges on some square faces."""
    return join(prism(3), square_face_caps(caps, float(np.sqrt(1 / 12) + np.sqrt(0.5))))


def unit_trigonal_prism() -> FloatArray:
    """(6, 3) trigonal prism with equal edges, on the unit sphere."""
    vertices = prism(3)
    return vertices / float(np.linalg.norm(vertices[0]))


def icosahedron() -> FloatArray:
    """(12, 3) regular icosahedron around z; vertex k and vertex k ± 6 are opposite, 0 and 6 on the axis."""
    upper = join(cap(), spherical_ring(5, 1 / np.sqrt(5.0)))
    return join(upper, -upper)


def two_six_two(twist: float) -> FloatArray:
    """(10, 3) hexagon with two donors above and two below; the pairs have its edge and are twisted by `twist` [deg]."""
    height = np.sqrt(3.0) / 2.0
    return join(ring(6), ring(2, 0.5, height), ring(2, 0.5, -height, twist / 180.0))


# --- polyhedra fixed by equal edges on a sphere, or by an equation ---------------------------------------------------


def capped_octahedron() -> FloatArray:
    """(7, 3) cap, triangle, triangle on the unit sphere; the twelve edges but those of the capped face are equal."""

    def excess(cosine: float) -> float:
        radius2 = (2.0 - 2.0 * cosine) / 3.0
        return float(np.sqrt((1 - cosine**2) * radius2) / 2 - cosine * np.sqrt(1 - radius2) - cosine)

    cosine = brentq(excess, 0.1, 0.4, xtol=1e-14)
    lower = -float(np.sqrt(1.0 - (2.0 - 2.0 * cosine) / 3.0))
    return join(cap(), spherical_ring(3, cosine), spherical_ring(3, lower, 0.5))


def capped_trigonal_prism() -> FloatArray:
    """(7, 3) cap, square, edge on the unit sphere; all edges but those of the capped square are equal."""

    def excess(cosine: float) -> float:
        half = np.sqrt((1.0 - cosine) / 2.0)
        return float(np.sqrt((1 - cosine**2) / 2) * half - cosine * np.sqrt(1 - half**2) - cosine)

    cosine = brentq(excess, 0.1, 0.4, xtol=1e-14)
    half = np.sqrt((1.0 - cosine) / 2.0)
    return join(cap(), spherical_ring(4, cosine, 0.5), ring(2, half, -np.sqrt(1.0 - half**2)))


def spherical_capped_cube() -> FloatArray:
    """(9, 3) cap, square, square on the unit sphere; all edges but those of the capped square are equal."""

    def excess(cosine: float) -> float:
        half2 = (1.0 - cosine) / 2.0
        return float(np.sqrt(2 * (1 - cosine**2) * half2) - cosine * np.sqrt(1 - 2 * half2) - cosine)

    cosine = brentq(excess, 0.3, 0.6, xtol=1e-14)
    return join(cap(), spherical_ring(4, cosine), spherical_ring(4, -float(np.sqrt(cosine))))


def triangular_dodecahedron() -> FloatArray:
    """(8, 3) two interlocked trapezoids on the unit sphere, fourteen of the eighteen edges equal.

    Equal edges ask cos 4A = -3 cos 2A and B = 180° - 3A for the angles A and B of the two kinds of donors with the
    fourfold inversion axis. SHAPE rounds them to hundredths of a degree, and so it is done here: the exact ones would
    move measures by up to 0.002.
    """
    angle_a, angle_b = np.radians([36.85, 69.46])
    upper = join(ring(2, np.sin(angle_a), np.cos(angle_a)), ring(2, np.sin(angle_b), np.cos(angle_b), 0.5))
    return join(upper, upper[:, [1, 0, 2]] * [1.0, 1.0, -1.0])


def gyrobifastigium() -> FloatArray:
    """(8, 3) J26 with unit edges: two trigonal prisms on a common square, turned by 90°."""
    ridge, height = np.array([[0.0, 0.5], [0.0, -0.5]]), np.sqrt(3.0) / 2.0
    square = np.array([[x, y, 0.0] for x in (0.5, -0.5) for y in (0.5, -0.5)])
    above = np.column_stack([ridge, [height, height]])
    below = np.column_stack([ridge[:, ::-1], [-height, -height]])
    return join(square, above, below)


def snub_disphenoid() -> FloatArray:
    """(8, 3) J84 with edge 2; q is the positive root of 2q³ + 11q² + 4q - 1, which makes all edges equal."""
    q = float(np.max(np.roots([2.0, 11.0, 4.0, -1.0]).real))
    r, s, t = np.sqrt(q), np.sqrt((1.0 - q) / (2.0 * q)), np.sqrt(2.0 - 2.0 * q)
    return np.array([[x * t, 0, r] for x in (1, -1)] + [[0, x * t, -r] for x in (1, -1)]
                    + [[x, 0, -s] for x in (1, -1)] + [[0, x, s] for x in (1, -1)])  # fmt: skip


def sphenocorona() -> FloatArray:
    """(10, 3) J86 with edge 2, the metal at the centroid.

    k is the smaller positive root of 60k⁴ - 48k³ - 100k² + 56k + 23, which makes all edges equal.
    """
    roots = np.roots([60.0, -48.0, -100.0, 56.0, 23.0])
    k = float(np.min(roots[(abs(roots.imag) < 1e-9) & (roots.real > 0.0)].real))
    side = np.sqrt(1.0 - k**2)
    corners = [
        (0.0, 1.0, 2.0 * side),
        (2.0 * k, 1.0, 0.0),
        (0.0, 1.0 + np.sqrt(3.0 - 4.0 * k**2) / side, (1.0 - 2.0 * k**2) / side),
        (1.0, 0.0, -np.sqrt(2.0 + 4.0 * k - 4.0 * k**2)),
    ]
    images = {(i * x, j * y, z) for x, y, z in corners for i in (1, -1) for j in (1, -1)}
    vertices = np.array(sorted(images))
    return np.asarray(vertices - vertices.mean(axis=0))


# --- figures ---------------------------------------------------------------------------------------------------------

CAPPED_ANTIPRISM_ANGLES: Final = (68.7846, 127.5519)
"""Angles of the two squares of CSAPR-9 with the axis [deg]. Among C4v arrangements on a sphere they minimise the sum of
the inverse squares of all distances between donors; a test holds them to that."""

TETRAHEDRAL_ANGLE: Final = np.radians(109.5)
"""Angle between the donors of either tetrahedron of TT-8 and its axis, rounded in SHAPE and therefore here: the exact
109.47° would move measures by up to 0.02 (59 eight-coordinate lanthanide ions)."""

TRIAKIS_RATIO: Final = 1.21759
"""Outer over inner distance of TT-8. Not the Catalan solid (5/3)."""

MUFFIN: Final = np.array(
    [
        [0.000000, 0.987290, 0.157855],
        [0.939005, 0.305032, 0.157855],
        [0.580349, -0.798793, 0.157855],
        [-0.580349, -0.798793, 0.157855],
        [-0.939005, 0.305032, 0.157855],
        [-0.580349, -0.335906, -0.742847],
        [0.580349, -0.335906, -0.742847],
        [0.000000, 0.669259, -0.742847],
        [0.000000, 0.000000, 0.999361],
    ]
)
"""MFF-9: triangle, pentagon, cap; radii equal within 0.14 %."""

AUGMENTED_TRIDIMINISHED_ICOSAHEDRON: Final = np.array(
    [
        [-0.001427, -0.184671, -0.920342],
        [-0.490509, -0.750959, -0.276679],
        [0.005121, -0.740549, 0.576799],
        [0.800477, -0.167855, 0.460595],
        [0.490509, 0.750959, 0.276679],
        [-0.005121, 0.740549, -0.576799],
        [-0.796422, -0.175688, 0.464667],
        [0.496428, -0.746081, -0.279190],
        [-0.496428, 0.746081, 0.279190],
        [-0.003677, 1.552015, -0.006968],
    ]
)
"""JATDI-10 as SHAPE has it: J64 but for 0.01 in the cap. The exact solid would move measures by up
to 0.08 (21 ten-coordinate lanthanide ions)."""
