"""Donor charge and frontier gap: what must hold for any method, and the trends a chemist knows."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.build.electronics import electronics
from core.errors import DomainError

WATER = np.array([[0.0, 0.0, 0.0], [0.76, 0.0, 0.59], [-0.76, 0.0, 0.59]])
HYDROXIDE = WATER[:2]


def ring(size: int, radius: float) -> np.ndarray:
    turn = 2 * np.pi * np.arange(size) / size
    return radius * np.stack([np.cos(turn), np.sin(turn), np.zeros(size)], axis=1)


def test_the_only_atom_of_an_ion_carries_its_charge_and_halides_have_no_gap() -> None:
    fluoride = electronics(["F"], np.zeros((1, 3)), -1, 0)
    assert fluoride.donor_charge == pytest.approx(-1.0, abs=1e-6)
    assert fluoride.frontier_gap is None


def test_charges_add_up_to_that_of_the_ligand() -> None:
    total = sum(electronics(["O", "H", "H"], WATER, 0, atom).donor_charge for atom in range(3))
    assert total == pytest.approx(0.0, abs=1e-6)


def test_a_hydroxide_is_a_more_negative_donor_than_water() -> None:
    water, hydroxide = electronics(["O", "H", "H"], WATER, 0, 0), electronics(["O", "H"], HYDROXIDE, -1, 0)
    assert hydroxide.donor_charge < water.donor_charge - 0.1 < -0.4


def test_an_aromatic_ring_has_a_smaller_gap_than_water() -> None:
    benzene = electronics(["C"] * 6 + ["H"] * 6, np.concatenate([ring(6, 1.39), ring(6, 2.48)]), 0, 0)
    water = electronics(["O", "H", "H"], WATER, 0, 0)
    assert benzene.frontier_gap is not None and water.frontier_gap is not None
    assert 3.0 < benzene.frontier_gap < water.frontier_gap < 25.0


def test_an_element_without_parameters_is_refused() -> None:
    with pytest.raises(DomainError):
        electronics(["U"], np.zeros((1, 3)), 0, 0)
