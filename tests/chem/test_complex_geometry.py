"""Distances and angles of a built complex, against the same taken straight from its coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.build.complex import BuiltComplex, build_complex
from core.chem.build.geometry import complex_geometry
from core.chem.ligand.ligand import ligand_from_text


@pytest.fixture(scope="module")
def built() -> BuiltComplex:
    """Methoxide on +z, fluoride on −z."""
    return build_complex(ligand_from_text("C[O-]"), ligand_from_text("[F-]"))


def test_distances_are_those_of_the_coordinates_in_the_order_of_the_donors(built: BuiltComplex) -> None:
    geometry, positions = complex_geometry(built), built.molecule.positions
    donors = (*built.axial_donors, *built.equatorial_donors)
    expected = np.linalg.norm(positions[list(donors)] - positions[0], axis=1)
    assert (*geometry.axial, *geometry.equatorial) == pytest.approx(expected)
    assert len(geometry.equatorial) == 5


def test_the_law_of_cosines_gives_the_same_angles(built: BuiltComplex) -> None:
    geometry, positions = complex_geometry(built), built.molecule.positions
    upper, lower = built.axial_donors
    a, b = geometry.axial
    c = np.linalg.norm(positions[upper] - positions[lower])
    assert c**2 == pytest.approx(a * a + b * b - 2 * a * b * np.cos(np.radians(geometry.axial_angle)), abs=1e-9)


def test_a_donor_has_one_angle_for_each_neighbour_and_none_without(built: BuiltComplex) -> None:
    (angle,) = complex_geometry(built).donor_angles
    assert angle.donor == built.axial_donors[0]
    assert built.molecule.elements[angle.neighbour] == "C"
    assert 90 < angle.degrees <= 180
