"""Directions seen from the axes of a cell: values worked out by hand."""

from __future__ import annotations

from math import acos, degrees, sqrt

import numpy as np
import pytest

from core.chem.unit_cell import UnitCell

IDENTITY = (np.eye(3, dtype=np.int64)[None], np.zeros((1, 3)))

# Triclinic, by hand: a = (8, 0, 0); γ = 60°, b = 10 (cos 60°, sin 60°, 0) = (5, 5√3, 0); c = (3, √3, 6), of length √48,
# so that cos β = 3/√48 (β = 64.34°) and cos α = (3·5 + √3·5√3)/(10 √48) = 30/(10 √48) (α = 64.34°).
LATTICE = np.array([[8.0, 0.0, 0.0], [5.0, 5.0 * sqrt(3.0), 0.0], [3.0, sqrt(3.0), 6.0]])
CELL = UnitCell((8.0, 10.0, sqrt(48.0), 64.341, 64.341, 60.0), LATTICE, *IDENTITY)


@pytest.mark.parametrize(
    ("axis", "angles"),
    [
        ((1.0, 0.0, 0.0), (0.0, 60.0, degrees(acos(3 / sqrt(48))))),
        # along z: a and b lie in the plane, c rises by 6 in √48, acos(6/√48) = 30°
        ((0.0, 0.0, 1.0), (90.0, 90.0, 30.0)),
        # along y: to b 30°, to c acos(√3/√48) = acos(1/4)
        ((0.0, 1.0, 0.0), (90.0, 30.0, degrees(acos(0.25)))),
        # (1, −1, 0)/√2: cosines 1/√2, (1 − √3)/(2√2) = −0.2588, (3 − √3)/√96 = 0.1294
        ((sqrt(0.5), -sqrt(0.5), 0.0), (45.0, 105.0, degrees(acos((3 - sqrt(3)) / sqrt(96))))),
    ],
)
def test_angles_to_the_axes_of_a_triclinic_cell(axis: tuple[float, ...], angles: tuple[float, ...]) -> None:
    assert CELL.angles(np.array(axis)) == pytest.approx(angles, abs=1e-9)
    assert CELL.angles(-np.array(axis)) == pytest.approx(angles, abs=1e-9)


def test_fractional_coordinates_are_those_of_the_axes() -> None:
    assert CELL.fractional(LATTICE[:2] + LATTICE[2]) == pytest.approx(np.array([[1, 0, 1], [0, 1, 1]]), abs=1e-12)
