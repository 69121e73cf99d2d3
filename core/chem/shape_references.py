"""The ideal coordination polyhedra of the program SHAPE, with the labels SHAPE gives them, for 3 to 10 vertices.

A reference is the set of its vertices seen from its centre, where the metal stands; its size does not matter, for a
shape measure scales it. A vacancy ("v") leaves the metal where the whole polyhedron had it, so the metal is then off
the centroid. A leading J marks a Johnson solid or what is made from it: all edges equal, distances to the metal not.
The references without J are spherical: all donors equally far from the metal.

Nearly all follow from a definition (regular polygons, equal edges, equal radii) and are computed here. Four cannot be
derived and are figures, each said beside it: TT-8, CSAPR-9, MFF-9, JATDI-10. They were read from the reference
structures that cosymlib distributes (E. Bernuz, A. Carreras, M. Llunell, P. Alemany; MIT licence), whose measures are
those of SHAPE; the tests hold every reference here against that set.

Sources for the choice of polyhedra: M. Llunell, D. Casanova, J. Cirera, P. Alemany, S. Alvarez, SHAPE 2.1, Universitat
de Barcelona, 2013; D. Casanova et al., Chem. Eur. J. 2005, 11, 1479, doi:10.1002/chem.200400799 (eight vertices).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from core.errors import DomainError

FloatArray = NDArray[np.float64]

COORDINATION_NUMBERS: Final = range(3, 11)
"""Coordination numbers that have references."""

_GOLDEN: Final = (1.0 + np.sqrt(5.0)) / 2.0


def references(coordination_number: int) -> Mapping[str, FloatArray]:
    """Reference polyhedra of one coordination number.

    Args:
        coordination_number: n, from 3 to 10.

    Returns:
        Label of SHAPE -> (n + 1, 3) vertices, read-only, the centre last and at the origin [arbitrary unit].

    Raises:
        DomainError: there are no references with that many vertices.
    """
    if coordination_number not in COORDINATION_NUMBERS:
        raise DomainError(
            f"Shape measures cover coordination numbers 3 to 10, not {coordination_number}.",
            advice="Check which atoms are counted as donors.",
        )
    return _references(coordination_number)


@cache
def _references(coordination_number: int) -> Mapping[str, FloatArray]:
    build = {3: _three, 4: _four, 5: _five, 6: _six, 7: _seven, 8: _eight, 9: _nine, 10: _ten}[coordination_number]
    return MappingProxyType({label: _with_centre(vertices) for label, vertices in build().items()})


def _with_centre(vertices: FloatArray) -> FloatArray:
    array = np.vstack([vertices, np.zeros(3)])
    array.setflags(write=False)
    return array


# --- bricks ---------------------------------------------------------------------------------------------------------


def _ring(count: int, radius: float = 1.0, height: float = 0.0, turn: float = 0.0) -> FloatArray:
    """(count, 3) regular polygon around z, turned by `turn` of a step (0.5 is staggered)."""
    angle = 2.0 * np.pi * (np.arange(count) + turn) / count
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(count, height)])


def _cap(height: float = 1.0) -> FloatArray:
    """(1, 3) vertex on the z axis."""
    return np.array([[0.0, 0.0, height]])


def _join(*parts: FloatArray) -> FloatArray:
    return np.vstack(parts)


def _spherical_ring(count: int, height: float, turn: float = 0.0) -> FloatArray:
    """(count, 3) regular polygon on the unit sphere."""
    return _ring(count, float(np.sqrt(1.0 - height**2)), height, turn)


def _circumradius(count: int) -> float:
    """Circumradius of a regular polygon with unit edge."""
    return float(0.5 / np.sin(np.pi / count))


def _pyramid_height(count: int) -> float:
    """Height of the pyramid with unit edges over a regular polygon with unit edge."""
    return float(np.sqrt(1.0 - _circumradius(count) ** 2))


def _prism(count: int) -> FloatArray:
    """(2 count, 3) prism with unit edges."""
    radius = _circumradius(count)
    return _join(_ring(count, radius, 0.5), _ring(count, radius, -0.5))


def _antiprism_half_height(count: int) -> float:
    """Half the height of an antiprism with unit edges."""
    return float(np.sqrt(1.0 - (0.5 / np.cos(np.pi / (2 * count))) ** 2) / 2.0)


def _antiprism(count: int) -> FloatArray:
    """(2 count, 3) antiprism with unit edges."""
    radius, half = _circumradius(count), _antiprism_half_height(count)
    return _join(_ring(count, radius, half), _ring(count, radius, -half, 0.5))


def _pyramid(count: int) -> FloatArray:
    """(count + 1, 3) polygon around the metal and one donor on its axis: a bipyramid with one apex vacant."""
    return _join(_ring(count), _cap())


def _bipyramid(count: int) -> FloatArray:
    """(count + 2, 3) spherical bipyramid."""
    return _join(_ring(count), _cap(), _cap(-1.0))


def _johnson_bipyramid(count: int) -> FloatArray:
    """(count + 2, 3) bipyramid with unit edges."""
    height = _pyramid_height(count)
    return _join(_ring(count, _circumradius(count)), _cap(height), _cap(-height))


def _square_face_caps(vertices: int, distance: float) -> FloatArray:
    """(vertices, 3) caps over the square faces of a trigonal prism, `distance` from its centre, opposite its edges."""
    return _ring(3, distance, 0.0, 0.5)[:vertices]


def _augmented_prism(caps: int) -> FloatArray:
    """(6 + caps, 3) trigonal prism with unit edges and a square pyramid with unit edges on some square faces."""
    return _join(_prism(3), _square_face_caps(caps, float(np.sqrt(1 / 12) + np.sqrt(0.5))))


def _unit_trigonal_prism() -> FloatArray:
    prism = _prism(3)
    return prism / float(np.linalg.norm(prism[0]))


def _icosahedron() -> FloatArray:
    """(12, 3) regular icosahedron around z; vertex k and vertex k ± 6 are opposite, 0 and 6 on the axis."""
    upper = _join(_cap(), _spherical_ring(5, 1 / np.sqrt(5.0)))
    return _join(upper, -upper)


def _two_six_two(twist: float) -> FloatArray:
    """(10, 3) hexagon with two donors above and two below; the pairs have its edge and are twisted by `twist` [deg]."""
    height = np.sqrt(3.0) / 2.0
    return _join(_ring(6), _ring(2, 0.5, height), _ring(2, 0.5, -height, twist / 180.0))


# --- polyhedra fixed by equal edges on a sphere, or by an equation ---------------------------------------------------


def _capped_octahedron() -> FloatArray:
    """(7, 3) cap, triangle, triangle on the unit sphere; the twelve edges but those of the capped face are equal."""

    def excess(cosine: float) -> float:
        radius2 = (2.0 - 2.0 * cosine) / 3.0
        return float(np.sqrt((1 - cosine**2) * radius2) / 2 - cosine * np.sqrt(1 - radius2) - cosine)

    cosine = brentq(excess, 0.1, 0.4, xtol=1e-14)
    lower = -float(np.sqrt(1.0 - (2.0 - 2.0 * cosine) / 3.0))
    return _join(_cap(), _spherical_ring(3, cosine), _spherical_ring(3, lower, 0.5))


def _capped_trigonal_prism() -> FloatArray:
    """(7, 3) cap, square, edge on the unit sphere; all edges but those of the capped square are equal."""

    def excess(cosine: float) -> float:
        half = np.sqrt((1.0 - cosine) / 2.0)
        return float(np.sqrt((1 - cosine**2) / 2) * half - cosine * np.sqrt(1 - half**2) - cosine)

    cosine = brentq(excess, 0.1, 0.4, xtol=1e-14)
    half = np.sqrt((1.0 - cosine) / 2.0)
    return _join(_cap(), _spherical_ring(4, cosine, 0.5), _ring(2, half, -np.sqrt(1.0 - half**2)))


def _spherical_capped_cube() -> FloatArray:
    """(9, 3) cap, square, square on the unit sphere; all edges but those of the capped square are equal."""

    def excess(cosine: float) -> float:
        half2 = (1.0 - cosine) / 2.0
        return float(np.sqrt(2 * (1 - cosine**2) * half2) - cosine * np.sqrt(1 - 2 * half2) - cosine)

    cosine = brentq(excess, 0.3, 0.6, xtol=1e-14)
    return _join(_cap(), _spherical_ring(4, cosine), _spherical_ring(4, -float(np.sqrt(cosine))))


def _triangular_dodecahedron() -> FloatArray:
    """(8, 3) two interlocked trapezoids on the unit sphere, fourteen of the eighteen edges equal.

    Equal edges ask cos 4A = -3 cos 2A and B = 180° - 3A for the angles A and B of the two kinds of donors with the
    fourfold inversion axis: A = 36.85°, B = 69.46°.
    """
    angle_a = np.arccos((np.sqrt(17.0) - 3.0) / 4.0) / 2.0
    angle_b = np.pi - 3.0 * angle_a
    upper = _join(_ring(2, np.sin(angle_a), np.cos(angle_a)), _ring(2, np.sin(angle_b), np.cos(angle_b), 0.5))
    return _join(upper, upper[:, [1, 0, 2]] * [1.0, 1.0, -1.0])


def _gyrobifastigium() -> FloatArray:
    """(8, 3) J26 with unit edges: two trigonal prisms on a common square, turned by 90°."""
    ridge, height = np.array([[0.0, 0.5], [0.0, -0.5]]), np.sqrt(3.0) / 2.0
    square = np.array([[x, y, 0.0] for x in (0.5, -0.5) for y in (0.5, -0.5)])
    above = np.column_stack([ridge, [height, height]])
    below = np.column_stack([ridge[:, ::-1], [-height, -height]])
    return _join(square, above, below)


def _snub_disphenoid() -> FloatArray:
    """(8, 3) J84 with edge 2; q is the positive root of 2q³ + 11q² + 4q - 1, which makes all edges equal."""
    q = float(np.max(np.roots([2.0, 11.0, 4.0, -1.0]).real))
    r, s, t = np.sqrt(q), np.sqrt((1.0 - q) / (2.0 * q)), np.sqrt(2.0 - 2.0 * q)
    return np.array([[x * t, 0, r] for x in (1, -1)] + [[0, x * t, -r] for x in (1, -1)]
                    + [[x, 0, -s] for x in (1, -1)] + [[0, x, s] for x in (1, -1)])  # fmt: skip


def _sphenocorona() -> FloatArray:
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

_CAPPED_ANTIPRISM_ANGLES: Final = (68.7846, 127.5519)
"""Angles of the two squares of CSAPR-9 with the axis [deg]. Among C4v arrangements on a sphere they minimise the sum of
the inverse squares of all distances between donors; a test holds them to that."""

_TETRAHEDRAL_ANGLE: Final = np.radians(109.5)
"""Angle between the donors of either tetrahedron of TT-8 and its axis, rounded in SHAPE and therefore here: the exact
109.47° would move measures by XX."""

_TRIAKIS_RATIO: Final = 1.21759
"""Outer over inner distance of TT-8. Not the Catalan solid (5/3)."""

_MUFFIN: Final = np.array(
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

_AUGMENTED_TRIDIMINISHED_ICOSAHEDRON: Final = np.array(
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
"""JATDI-10 as SHAPE has it: J64 within 0.01 of an edge. The exact solid would move measures by up to MMM."""

# --- the lists of SHAPE ----------------------------------------------------------------------------------------------


def _three() -> dict[str, FloatArray]:
    return {
        "TP-3": _ring(3),
        "vT-3": _spherical_ring(3, 1 / 3),
        "fvOC-3": np.eye(3),
        "mvOC-3": _ring(4)[:3],
    }


def _four() -> dict[str, FloatArray]:
    return {
        "SP-4": _ring(4),
        "T-4": _join(_cap(), _spherical_ring(3, -1 / 3)),
        "SS-4": _join(_ring(4)[:2], _cap(), _cap(-1.0)),
        "vTBPY-4": _pyramid(3),
    }


def _five() -> dict[str, FloatArray]:
    return {
        "PP-5": _ring(5),
        "vOC-5": _pyramid(4),
        "TBPY-5": _bipyramid(3),
        "SPY-5": _join(_cap(), _spherical_ring(4, -1 / 4)),  # the metal at the centroid
        "JTBPY-5": _johnson_bipyramid(3),
    }


def _six() -> dict[str, FloatArray]:
    return {
        "HP-6": _ring(6),
        "PPY-6": _pyramid(5),
        "OC-6": _bipyramid(4),
        "TPR-6": _prism(3),
        "JPPY-6": _join(_ring(5, _GOLDEN), _cap()),  # J2 with the metal in its base: 0.8507 and 0.5257 edges
    }


def _seven() -> dict[str, FloatArray]:
    return {
        "HP-7": _ring(7),
        "HPY-7": _pyramid(6),
        "PBPY-7": _bipyramid(5),
        "COC-7": _capped_octahedron(),
        "CTPR-7": _capped_trigonal_prism(),
        "JPBPY-7": _johnson_bipyramid(5),
        "JETPY-7": _join(_prism(3), _cap(0.5 + _pyramid_height(3))),
    }


def _eight() -> dict[str, FloatArray]:
    prism, apex = _unit_trigonal_prism(), 0.5 + _pyramid_height(3)
    tetrahedron = _join(_cap(), _spherical_ring(3, float(np.cos(_TETRAHEDRAL_ANGLE))))
    return {
        "OP-8": _ring(8),
        "HPY-8": _pyramid(7),
        "HBPY-8": _bipyramid(6),
        "CU-8": _prism(4),
        "SAPR-8": _antiprism(4),
        "TDD-8": _triangular_dodecahedron(),
        "JGBF-8": _gyrobifastigium(),
        "JETBPY-8": _join(_prism(3), _cap(apex), _cap(-apex)),
        "JBTPR-8": _augmented_prism(2),
        "BTPR-8": _join(prism, _square_face_caps(2, 1.0)),
        "JSD-8": _snub_disphenoid(),
        "TT-8": _join(tetrahedron, -_TRIAKIS_RATIO * tetrahedron),
        "ETBPY-8": _join(prism, _cap(), _cap(-1.0)),
    }


def _nine() -> dict[str, FloatArray]:
    upper, lower = np.cos(np.radians(_CAPPED_ANTIPRISM_ANGLES))
    cuboctahedron_face = _ring(3, _circumradius(3), float(np.sqrt(2 / 3)), 0.25)
    return {
        "EP-9": _ring(9),
        "OPY-9": _pyramid(8),
        "HBPY-9": _bipyramid(7),
        "JTC-9": _join(_ring(6), cuboctahedron_face),
        "JCCU-9": _join(_prism(4), _cap(0.5 + _pyramid_height(4))),
        "CCU-9": _spherical_capped_cube(),
        "JCSAPR-9": _join(_antiprism(4), _cap(_antiprism_half_height(4) + _pyramid_height(4))),
        "CSAPR-9": _join(_cap(), _spherical_ring(4, upper), _spherical_ring(4, lower, 0.5)),
        "JTCTPR-9": _augmented_prism(3),
        "TCTPR-9": _join(_spherical_ring(3, np.sqrt(5) / 3), _spherical_ring(3, -np.sqrt(5) / 3), _ring(3, turn=0.5)),
        "JTDIC-9": np.delete(_icosahedron(), [0, 7, 9], axis=0),  # the three removed share no edge
        "HH-9": _join(_two_six_two(0.0)[:8], _cap(-1.0)),
        "MFF-9": _MUFFIN,
    }


def _ten() -> dict[str, FloatArray]:
    height = _pyramid_height(4)
    above_cube, above_antiprism = 0.5 + height, _antiprism_half_height(4) + height
    return {
        "DP-10": _ring(10),
        "EPY-10": _pyramid(9),
        "OBPY-10": _bipyramid(8),
        "PPR-10": _prism(5),
        "PAPR-10": _antiprism(5),
        "JBCCU-10": _join(_prism(4), _cap(above_cube), _cap(-above_cube)),
        "JBCSAPR-10": _join(_antiprism(4), _cap(above_antiprism), _cap(-above_antiprism)),
        "JMBIC-10": np.delete(_icosahedron(), [0, 7], axis=0),  # the two removed share no edge and are not opposite
        "JATDI-10": _AUGMENTED_TRIDIMINISHED_ICOSAHEDRON,
        "JSPC-10": _sphenocorona(),
        "SDD-10": _two_six_two(60.0),
        "TD-10": _two_six_two(90.0),
        "HD-10": _two_six_two(0.0),
    }
