"""Where charges stand: on nuclei, but those of sp² nitrogens on their lone pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.angles import between
from core.chem.donor_class import DonorClass
from core.fields.environment import Environment
from core.fields.lone_pairs import charge_positions
from tests.fields.environments import aquo_hydroxide

# an aromatic N–C of 1.34 Å, C–N–C 120°, in the plane y = 0
_HEIGHT, _HALF = 0.67, 1.16


def nitrogen(tilt: float = 0.0, donor: DonorClass = DonorClass.PYRIDINE) -> Environment:
    """A metal, and 2.5 Å above it a nitrogen with two carbons; its ring turned by `tilt` [°] out of the bond's line."""
    radians = np.radians(tilt)
    turn = np.array([[np.cos(radians), 0, np.sin(radians)], [0, 1, 0], [-np.sin(radians), 0, np.cos(radians)]])
    carbons = np.array([(_HALF, 0.0, _HEIGHT), (-_HALF, 0.0, _HEIGHT)]) @ turn.T
    positions = np.array([2.5 * np.eye(3)[2], *(carbons + 2.5 * np.eye(3)[2])])
    return Environment(
        name="test",
        metal="Dy",
        elements=("N", "C", "C"),
        positions=positions,
        ligand=np.zeros(3, dtype=np.int64),
        donors=np.array([0]),
        sites=np.array([0]),
        classes=(donor,),
        formal_charges=np.zeros(1),
        weights=np.ones(1),
    )


def test_a_pyridine_that_points_at_the_metal_has_its_charge_on_the_bond() -> None:
    assert charge_positions(nitrogen(), 0.2)[0] == pytest.approx([0.0, 0.0, 2.3])


@pytest.mark.parametrize("tilt", [20.0, 60.0])
def test_a_ring_that_points_past_the_metal_takes_the_charge_with_it(tilt: float) -> None:
    moved = charge_positions(nitrogen(tilt), 0.2)[0] - [0.0, 0.0, 2.5]
    assert np.linalg.norm(moved) == pytest.approx(0.2)
    assert between(moved, [0.0, 0.0, -1.0]) == pytest.approx(tilt)


def test_charges_of_other_donors_stand_on_their_nuclei() -> None:
    around = aquo_hydroxide()
    assert np.array_equal(charge_positions(around, 0.2), around.donor_positions)
    amine = nitrogen(30.0, DonorClass.AMINE)
    assert np.array_equal(charge_positions(amine, 0.2), amine.donor_positions)


def test_without_two_bonds_there_is_no_lone_pair_to_follow() -> None:
    one = replace(nitrogen(), ligand=np.array([0, 0, 1]))  # the second carbon belongs to another ligand
    assert np.array_equal(charge_positions(one, 0.2), one.donor_positions)
    positions = nitrogen().positions.copy()
    positions[1:, 2] = 2.5  # C–N–C straight
    straight = replace(nitrogen(), positions=positions)
    assert np.array_equal(charge_positions(straight, 0.2), straight.donor_positions)


def test_the_charges_turn_with_the_complex() -> None:
    rotation, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    around = nitrogen(25.0)
    assert charge_positions(around.turned(rotation), 0.2) == pytest.approx(charge_positions(around, 0.2) @ rotation.T)
