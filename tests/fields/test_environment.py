"""Moving whole ligands: what changes and what must not."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.lewis.fragments import dissect
from core.chem.radii import IONIC_RADII
from core.chem.sphere.coordination import coordination_sphere
from core.fields.electrostatic import field_of
from core.fields.environment import UNBOUND, Environment, environment_of
from tests.chem import geometry as g
from tests.fields.environments import strengths


def surroundings(atoms: g.Atoms, metal: str = "Dy") -> Environment:
    component = g.component([(metal, (0.0, 0.0, 0.0)), *atoms])
    anatomy = dissect(component)
    return environment_of(component.elements, component.positions, coordination_sphere(anatomy, anatomy.metals[0]), "x")


@pytest.fixture(scope="module")
def three() -> Environment:
    """A nitrate, a water and a cyclopentadienyl, each on an axis of its own."""
    x = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
    y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    return surroundings([*g.kappa2_nitrate(), *g.turned(g.water(2.4), x), *g.turned(g.cyclopentadienyl(), y)])


def inner_distances(around: Environment, number: int) -> np.ndarray:
    own = around.positions[around.ligand == number]
    return np.linalg.norm(own[:, None] - own[None], axis=2)


def test_every_donor_atom_has_class_charge_and_site(three: Environment) -> None:
    assert three.signature == "5 cyclopentadienyl + 2 nitrate + 1 water"
    assert len(set(three.sites.tolist())) == 4
    assert three.formal_charges.sum() == pytest.approx(-1 - 2 / 3, abs=1e-9)
    assert UNBOUND not in three.ligand


@pytest.mark.parametrize("ion", ["Ce", "Yb"])
def test_another_ion_moves_bonds_by_the_difference_of_radii_and_bends_no_ligand(three: Environment, ion: str) -> None:
    moved = three.of_ion(ion)
    change = np.linalg.norm(moved.donor_positions, axis=1) - np.linalg.norm(three.donor_positions, axis=1)
    wanted = IONIC_RADII[ion] - IONIC_RADII["Dy"]
    assert moved.metal == ion
    assert change == pytest.approx(np.full(len(change), wanted), abs=0.01)
    for number in range(3):
        assert inner_distances(moved, number) == pytest.approx(inner_distances(three, number), abs=1e-9)


def test_a_ligand_around_the_ion_stays_where_it_is() -> None:
    ring = surroundings([("O", (2.4, 0.0, 0.0)), ("H", (2.98, 0.76, 0.0)), ("H", (2.98, -0.76, 0.0))])
    opposite = Environment(
        name="two donors of one ligand, opposite each other",
        metal="Dy",
        elements=("O", "O"),
        positions=np.array([[2.3, 0.0, 0.0], [-2.3, 0.1, 0.0]]),
        ligand=np.zeros(2, dtype=np.int64),
        donors=np.arange(2),
        sites=np.arange(2),
        classes=ring.classes * 2,
        formal_charges=np.zeros(2),
        weights=np.ones(2),
    )
    assert opposite.of_ion("Ce").positions == pytest.approx(opposite.positions)


def test_jitter_bends_no_ligand_and_hangs_on_the_seed_alone(three: Environment) -> None:
    one, same, other = (three.jittered(np.random.default_rng(seed), 0.03, 3.0) for seed in (1, 1, 2))
    assert np.array_equal(one.positions, same.positions)
    assert not np.allclose(one.positions, other.positions)
    for number in range(3):
        assert inner_distances(one, number) == pytest.approx(inner_distances(three, number), abs=1e-9)
    assert 0.0 < np.abs(one.donor_positions - three.donor_positions).max() < 0.4


def test_rotations_change_neither_levels_nor_strengths(three: Environment) -> None:
    q, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))
    turned = three.turned(q * np.sign(np.linalg.det(q)))
    assert field_of(turned).energies == pytest.approx(field_of(three).energies, abs=1e-6)
    assert strengths(turned) == pytest.approx(strengths(three), rel=1e-9)
