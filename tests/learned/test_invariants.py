"""Invariants do not see how a molecule lies or is numbered; they see what matters, and say how far off it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from core.chem.donor_class import DonorClass
from core.fields.environment import Environment
from core.fields.point_charges import point_charge_parameters
from core.learned.applicability_domain import ApplicabilityDomain
from core.learned.invariants import CUTOFF, KINDS, columns, features, ion_descriptors, names
from core.magnetism.ions import lanthanide
from core.magnetism.stevens import hamiltonian

RANDOM = np.random.default_rng(7)


def rotation() -> np.ndarray:
    """A proper one, at random."""
    q = np.linalg.qr(RANDOM.normal(size=(3, 3)))[0]
    return q * np.linalg.det(q)


def around(positions: np.ndarray, elements: str, donors: int, metal: str = "Dy", charge: float = 0.0) -> Environment:
    """Atoms of which the first `donors` bind, each a site and ligand of its own."""
    own = np.arange(donors)
    ligand = np.append(own, np.full(len(elements) - donors, -1))
    charges = np.full(donors, charge)
    classes = (DonorClass.WATER,) * donors
    return Environment("", metal, tuple(elements), positions, ligand, own, own, classes, charges, np.ones(donors))


def scattered(metal: str = "Dy") -> Environment:
    """Eight mixed donors at 2.2 to 2.8 Å and sixteen atoms at 2.8 to 5.5 Å."""
    directions = RANDOM.normal(size=(24, 3))
    lengths = np.append(RANDOM.uniform(2.2, 2.8, 8), RANDOM.uniform(2.8, 5.5, 16))
    positions = directions / np.linalg.norm(directions, axis=1)[:, None] * lengths[:, None]
    return around(positions, "OONNSCOO" + "HHHHCCCCCNOPHHHH", 8, metal, -0.4)


def numbers(environment: Environment) -> dict[str, float]:
    return dict(zip(names(), features([environment])[0].tolist(), strict=True))


def test_features_do_not_see_how_a_molecule_lies() -> None:
    here = scattered()
    plain, turned, mirrored = features([here, here.turned(rotation()), here.turned(-np.eye(3))])
    assert turned == pytest.approx(plain, rel=1e-9, abs=1e-9)
    assert mirrored == pytest.approx(plain, rel=1e-9, abs=1e-9)


def test_features_do_not_see_how_atoms_are_numbered() -> None:
    here = scattered()
    order = RANDOM.permutation(24)
    donors = np.argsort(order)[here.donors][::-1].copy()
    renumbered = replace(
        here,
        elements=tuple(here.elements[k] for k in order),
        positions=here.positions[order],
        ligand=here.ligand[order],
        donors=donors,
        sites=here.sites[::-1].copy(),
    )
    assert features([renumbered]) == pytest.approx(features([here]), rel=1e-9, abs=1e-9)


def test_features_fade_in_without_a_jump_at_the_cut_off() -> None:
    far = np.array([[0.0, 0.0, 2.4], [0.0, CUTOFF - 1e-4, 0.0]])
    inside, outside = features([around(far, "OC", 1), around(far + np.array([[0, 0, 0], [0, 2e-4, 0]]), "OC", 1)])
    assert inside == pytest.approx(outside, abs=1e-6)
    nearer, absent = features([around(far * [[1, 1, 1], [1, 0.8, 1]], "OC", 1), around(far[:1], "O", 1)])
    assert np.abs(nearer - absent).max() > 1e-3


def test_the_shape_tells_charges_on_the_axis_from_charges_around_it() -> None:
    axial = np.array([[0.0, 0.0, 2.4], [0.0, 0.0, -2.4]])
    angles = np.arange(6) * np.pi / 3
    planar = 2.4 * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    key = "field contacts shape222"
    assert numbers(around(axial, "OO", 2))[key] > 0 > numbers(around(planar, "OOOOOO", 6))[key]


def test_an_octahedron_has_no_field_of_rank_two_and_a_cube_the_opposite_one_of_rank_four() -> None:
    octahedron = 2.4 * np.vstack([np.eye(3), -np.eye(3)])
    cube = 2.4 / np.sqrt(3) * np.array(list(product([1.0, -1.0], repeat=3)))
    six, eight = numbers(around(octahedron, "O" * 6, 6)), numbers(around(cube, "O" * 8, 8))
    assert six["field contacts strength2"] == pytest.approx(0.0, abs=1e-9)
    # Σ_ij P_4(cos ω_ij): 6 (1 + 1 + 4 · 3/8) and 8 (1 + 1 − 3 · 26/81 · … ) = 8 · 8 · 7/27 by the addition theorem
    assert six["field contacts strength4"] ** 2 == pytest.approx(6 * 3.5)
    assert eight["field contacts strength4"] ** 2 == pytest.approx(64 * 7 / 27)
    assert six["field contacts shape444"] == pytest.approx(-eight["field contacts shape444"], rel=1e-4)


def test_atoms_alone_do_not_see_which_of_them_bind() -> None:
    here = scattered()
    other = replace(here, donors=here.donors[:3], sites=here.sites[:3], classes=here.classes[:3])
    other = replace(other, formal_charges=here.formal_charges[:3] * 2, weights=here.weights[:3])
    first, second = features([here, other])
    assert (first != second).any()
    alone = columns(("ion", "count", "atoms", "shell"))
    assert (first[alone] == second[alone]).all()


def test_without_hydrogens_nothing_changes_when_they_move() -> None:
    here = scattered()
    moved = here.positions.copy()
    moved[np.array(here.elements) == "H"] *= 1.1
    first, second = features([here, replace(here, positions=moved)])
    without = columns(hydrogens=False)
    assert (first[without] == second[without]).all()
    assert (first != second).any()


def test_every_feature_has_a_name_of_its_own_and_a_kind() -> None:
    assert len(set(names())) == len(names()) == features([scattered()]).shape[1]
    assert {name.split()[0] for name in names()} == set(KINDS)
    assert features([]).shape == (0, len(names()))


@pytest.mark.parametrize("symbol", ["La", "Lu"])
def test_an_ion_without_an_open_shell_has_its_radius_alone(symbol: str) -> None:
    assert np.flatnonzero(ion_descriptors(symbol)).tolist() == [1]


def test_the_sign_of_the_axial_energy_is_that_of_the_stevens_factor_of_rank_two() -> None:
    for symbol in ("Tb", "Dy", "Ho", "Er", "Tm", "Yb"):
        assert np.sign(ion_descriptors(symbol)[11]) == np.sign(lanthanide(symbol).stevens_factors[0])


def test_the_axial_energy_is_that_of_the_stretched_state_in_the_field_of_one_charge() -> None:
    ion = lanthanide("Dy")
    parameters = point_charge_parameters(ion, np.array([[0.0, 0.0, 2.4]]), np.array([-1.0]))
    stretched = hamiltonian(ion.two_j, parameters)[0, 0].real
    assert ion_descriptors("Dy")[11:14].sum() == pytest.approx(stretched)


def test_distances_grow_with_strangeness_and_vanish_for_what_was_seen() -> None:
    rows = RANDOM.normal(size=(300, 30)) @ RANDOM.normal(size=(30, 30))
    support = ApplicabilityDomain.of(rows, np.arange(300), [f"T{k}" for k in range(300)])
    apart, order = support.nearest(rows[:20], 2)
    assert apart[:, 0] == pytest.approx(0.0, abs=1e-6)
    assert order[:, 0].tolist() == list(range(20))
    assert (apart[:, 1] > 0.1).all()
    far, _ = support.nearest(rows[:20] + 100.0)
    assert (far > support.limit).all()


def test_copies_of_one_group_do_not_make_the_domain_small() -> None:
    rows = RANDOM.normal(size=(60, 5))
    copies = np.repeat(rows, 4, axis=0) + 1e-4 * RANDOM.normal(size=(240, 5))
    lone = ApplicabilityDomain.of(rows, np.arange(60), [str(k) for k in range(60)])
    copied = ApplicabilityDomain.of(copies, np.repeat(np.arange(60), 4), [str(k) for k in range(240)])
    assert copied.limit == pytest.approx(lone.limit, rel=0.25)
