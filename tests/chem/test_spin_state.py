"""Spins of textbook ions in textbook geometries."""

from __future__ import annotations

import numpy as np
import pytest

from core.arrays import FloatArray
from core.chem.sphere.spin_state import spin_of

AXES = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=float)
SQUARE = AXES[:4]
TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)


@pytest.mark.parametrize(
    ("element", "oxidation", "donors", "two_s"),
    [
        ("Mn", 2, 2.18 * AXES, 5),
        ("Mn", 3, 1.95 * AXES, 4),
        ("Mn", 4, 1.90 * AXES, 3),
        ("Cr", 3, 2.00 * AXES, 3),
        ("Cu", 2, 1.95 * SQUARE, 1),
        ("Cu", 1, 2.00 * TETRAHEDRON, 0),
        ("V", 4, 2.00 * AXES[:5], 1),
        ("Ni", 2, 2.08 * AXES, 2),
        ("Ni", 2, 1.88 * SQUARE, 0),
        ("Ni", 2, 2.00 * TETRAHEDRON, 2),
        ("Fe", 3, 2.10 * AXES, 5),
        ("Fe", 3, 1.93 * AXES, 1),
        ("Fe", 2, 2.19 * AXES, 4),
        ("Fe", 2, 1.98 * AXES, 0),
        ("Co", 3, 1.92 * AXES, 0),
        ("Co", 2, 2.11 * AXES, 3),
        ("Co", 2, 1.90 * SQUARE, 1),
        ("Zn", 2, 2.05 * AXES, 0),
        ("Y", 3, 2.35 * AXES, 0),
        ("Eu", 2, 2.60 * AXES, 7),
    ],
)
def test_the_spin_of_a_textbook_ion(element: str, oxidation: int, donors: FloatArray, two_s: int) -> None:
    found = spin_of(element, oxidation, donors)
    assert found is not None and found.two_s == two_s and not found.doubt


def test_bond_lengths_between_high_and_low_spin_are_doubted() -> None:
    found = spin_of("Fe", 2, 2.07 * AXES)
    assert found is not None and "2.07 Å lies between high and low spin" in found.doubt


def test_what_no_rule_knows_is_not_guessed() -> None:
    assert spin_of("Ru", 3, 2.0 * AXES) is None
    assert spin_of("Fe", 4, 1.9 * AXES) is None
