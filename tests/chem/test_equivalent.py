"""Ions that a symmetry of the molecule makes of each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.chem.io.structure import take_apart
from core.chem.sphere.equivalent import groups, kinds_of, operation
from core.chem.sphere.metal_sites import Stated, read_metals
from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.stevens import hamiltonian, rotate_parameters

MOLECULES = Path(__file__).parents[1] / "molecules"
EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"


@pytest.mark.parametrize(
    ("path", "sizes"),
    [
        (MOLECULES / "dy3-triangle.xyz", [3]),
        (MOLECULES / "dy2-asymmetric.xyz", [1, 1]),
        (MOLECULES / "dy4-cubane.xyz", [1, 1, 1, 1]),
        (EXAMPLES / "dy2-methoxide-acac4.cif", [2]),
    ],
)
def test_ions_of_one_kind_are_found_from_the_atoms_alone(path: Path, sizes: list[int]) -> None:
    parts = take_apart(path.read_bytes(), path.name)
    metals = read_metals(parts, Stated())
    kinds, positions = kinds_of(parts, metals), parts.anatomy.component.positions
    found = groups(kinds, positions, [site.atom for site in metals.magnetic])
    assert [len(group) for group in found] == sizes
    heavy = [k for k, kind in enumerate(kinds) if kind is not None]
    for one, other in ((group[0], atom) for group in found for atom in group):
        turn = operation(kinds, positions, one, other)
        assert turn is not None
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-9)
        moved = (positions[heavy] - positions[one]) @ turn.T + positions[other]
        away = np.linalg.norm(moved[:, None] - positions[heavy][None], axis=2).min(axis=1)
        assert away.max() < 0.02


def test_an_oxidation_state_makes_ions_different_and_a_linear_molecule_can_be_turned_round() -> None:
    positions = np.array([[0.0, 0, 0], [2.1, 0, 0], [4.2, 0, 0]])
    turn = operation(["Ce", "F", "Ce"], positions, 0, 2)
    assert turn is not None and turn[0, 0] == pytest.approx(-1.0)
    assert operation(["Ce3", "F", "Ce4"], positions, 0, 2) is None
    assert operation(["Ce", "F", "Ce"], positions + np.array([[0, 0, 0], [0.1, 0, 0], [0, 0, 0]]), 0, 2) is None


def test_parameters_turn_as_the_operators_do() -> None:
    """The field of an image: R h(J) R⁻¹ has h with its operators J replaced by Rᵀ J."""
    axis, angle = np.array([1.0, 2.0, -1.0]) / np.sqrt(6), 0.7
    cross = np.cross(np.eye(3), axis)
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    old = {(2, 0): -2.0, (2, 1): 0.3, (4, 3): 0.02, (6, -4): 1e-4}
    new = hamiltonian(15, rotate_parameters(old, turn))
    j = np.einsum("a,aij->ij", axis, angular_momentum(15))
    values, states = np.linalg.eigh(j)
    rotation = states @ np.diag(np.exp(-1j * angle * values)) @ states.conj().T
    np.testing.assert_allclose(new, rotation @ hamiltonian(15, old) @ rotation.conj().T, atol=1e-8)
