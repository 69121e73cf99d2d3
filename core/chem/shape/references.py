"""The ideal coordination polyhedra of the program SHAPE, with the labels SHAPE gives them, for 3 to 10 vertices.

A reference is the set of its vertices seen from its centre, where the metal stands; its size does not matter, for a
shape measure scales it. A vacancy ("v") leaves the metal where the whole polyhedron had it, so the metal is then off
the centroid. A leading J marks a Johnson solid or what is made from it: all edges equal, distances to the metal not.
The references without J are spherical: all donors equally far from the metal.

Nearly all follow from a definition (regular polygons, equal edges, equal radii) and are computed. Some are figures, as
`shape_polyhedra` says beside each: TT-8, CSAPR-9, MFF-9, JATDI-10 and the two angles of TDD-8. They were read from the
reference structures that cosymlib distributes (P. Alemany, E. Bernuz, A. Carreras, M. Llunell; MIT licence), two of
whom wrote SHAPE; the tests hold every reference here against that set.

Sources for the choice of polyhedra: M. Llunell, D. Casanova, J. Cirera, P. Alemany, S. Alvarez, SHAPE 2.1, Universitat
de Barcelona, 2013; D. Casanova et al., Chem. Eur. J. 2005, 11, 1479, doi:10.1002/chem.200400799 (eight vertices).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.shape.polyhedra import (
    AUGMENTED_TRIDIMINISHED_ICOSAHEDRON,
    CAPPED_ANTIPRISM_ANGLES,
    MUFFIN,
    TETRAHEDRAL_ANGLE,
    TRIAKIS_RATIO,
    antiprism,
    antiprism_half_height,
    augmented_prism,
    bipyramid,
    cap,
    capped_octahedron,
    capped_trigonal_prism,
    circumradius,
    gyrobifastigium,
    icosahedron,
    johnson_bipyramid,
    join,
    prism,
    pyramid,
    pyramid_height,
    ring,
    snub_disphenoid,
    sphenocorona,
    spherical_capped_cube,
    spherical_ring,
    square_face_caps,
    triangular_dodecahedron,
    two_six_two,
    unit_trigonal_prism,
)
from core.errors import DomainError

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


def _three() -> dict[str, FloatArray]:
    return {
        "TP-3": ring(3),
        "vT-3": spherical_ring(3, 1 / 3),
        "fvOC-3": np.eye(3),
        "mvOC-3": ring(4)[:3],
    }


def _four() -> dict[str, FloatArray]:
    return {
        "SP-4": ring(4),
        "T-4": join(cap(), spherical_ring(3, -1 / 3)),
        "SS-4": join(ring(4)[:2], cap(), cap(-1.0)),
        "vTBPY-4": pyramid(3),
    }


def _five() -> dict[str, FloatArray]:
    return {
        "PP-5": ring(5),
        "vOC-5": pyramid(4),
        "TBPY-5": bipyramid(3),
        "SPY-5": join(cap(), spherical_ring(4, -1 / 4)),  # the metal at the centroid
        "JTBPY-5": johnson_bipyramid(3),
    }


def _six() -> dict[str, FloatArray]:
    return {
        "HP-6": ring(6),
        "PPY-6": pyramid(5),
        "OC-6": bipyramid(4),
        "TPR-6": prism(3),
        "JPPY-6": join(ring(5, _GOLDEN), cap()),  # J2 with the metal in its base: 0.8507 and 0.5257 edges
    }


def _seven() -> dict[str, FloatArray]:
    return {
        "HP-7": ring(7),
        "HPY-7": pyramid(6),
        "PBPY-7": bipyramid(5),
        "COC-7": capped_octahedron(),
        "CTPR-7": capped_trigonal_prism(),
        "JPBPY-7": johnson_bipyramid(5),
        "JETPY-7": join(prism(3), cap(0.5 + pyramid_height(3))),
    }


def _eight() -> dict[str, FloatArray]:
    spherical_prism, apex = unit_trigonal_prism(), 0.5 + pyramid_height(3)
    tetrahedron = join(cap(), spherical_ring(3, float(np.cos(TETRAHEDRAL_ANGLE))))
    return {
        "OP-8": ring(8),
        "HPY-8": pyramid(7),
        "HBPY-8": bipyramid(6),
        "CU-8": prism(4),
        "SAPR-8": antiprism(4),
        "TDD-8": triangular_dodecahedron(),
        "JGBF-8": gyrobifastigium(),
        "JETBPY-8": join(prism(3), cap(apex), cap(-apex)),
        "JBTPR-8": augmented_prism(2),
        "BTPR-8": join(spherical_prism, square_face_caps(2, 1.0)),
        "JSD-8": snub_disphenoid(),
        "TT-8": join(tetrahedron, -TRIAKIS_RATIO * tetrahedron),
        "ETBPY-8": join(spherical_prism, cap(), cap(-1.0)),
    }


def _nine() -> dict[str, FloatArray]:
    upper, lower = np.cos(np.radians(CAPPED_ANTIPRISM_ANGLES))
    cuboctahedron_face = ring(3, circumradius(3), float(np.sqrt(2 / 3)), 0.25)
    return {
        "EP-9": ring(9),
        "OPY-9": pyramid(8),
        "HBPY-9": bipyramid(7),
        "JTC-9": join(ring(6), cuboctahedron_face),
        "JCCU-9": join(prism(4), cap(0.5 + pyramid_height(4))),
        "CCU-9": spherical_capped_cube(),
        "JCSAPR-9": join(antiprism(4), cap(antiprism_half_height(4) + pyramid_height(4))),
        "CSAPR-9": join(cap(), spherical_ring(4, upper), spherical_ring(4, lower, 0.5)),
        "JTCTPR-9": augmented_prism(3),
        "TCTPR-9": join(spherical_ring(3, np.sqrt(5) / 3), spherical_ring(3, -np.sqrt(5) / 3), ring(3, turn=0.5)),
        "JTDIC-9": np.delete(icosahedron(), [0, 7, 9], axis=0),  # the three removed share no edge
        "HH-9": join(two_six_two(0.0)[:8], cap(-1.0)),
        "MFF-9": MUFFIN,
    }


def _ten() -> dict[str, FloatArray]:
    height = pyramid_height(4)
    above_cube, above_antiprism = 0.5 + height, antiprism_half_height(4) + height
    return {
        "DP-10": ring(10),
        "EPY-10": pyramid(9),
        "OBPY-10": bipyramid(8),
        "PPR-10": prism(5),
        "PAPR-10": antiprism(5),
        "JBCCU-10": join(prism(4), cap(above_cube), cap(-above_cube)),
        "JBCSAPR-10": join(antiprism(4), cap(above_antiprism), cap(-above_antiprism)),
        "JMBIC-10": np.delete(icosahedron(), [0, 7], axis=0),  # the two removed share no edge and are not opposite
        "JATDI-10": AUGMENTED_TRIDIMINISHED_ICOSAHEDRON,
        "JSPC-10": sphenocorona(),
        "SDD-10": two_six_two(60.0),
        "TD-10": two_six_two(90.0),
        "HD-10": two_six_two(0.0),
    }
