"""Structures put together by ourselves: ligands around an ion, and the generators of the training set."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import check_grad

from core.angles import between
from core.arrays import FloatArray
from core.chem.crystal.hydrogens import NEUTRON_DISTANCES
from core.chem.radii import COVALENT_RADII
from core.errors import DomainError
from training.motifs import pockets as motif_pockets
from training.motifs.energy import Body, Part
from training.motifs.generators import Generated, built, generated, usable
from training.motifs.landmarks import LIGANDS
from training.motifs.motif import assembled, assembly_of, intended
from training.motifs.recipes import DRAW, KINDS, MotifRecipe
from training.motifs.shapes import shapes

PLUS, MINUS = np.array([[0.0, 0.0, 1.0]]), np.array([[0.0, 0.0, -1.0]])
RING = [np.array([[np.cos(a), np.sin(a), 0.0]]) for a in 2 * np.pi * np.arange(5) / 5]


def part(name: str, sites: FloatArray | None = None) -> Part:
    return Part(usable(LIGANDS[name])[0], sites)


def bipyramid() -> list[Part]:
    return [part("tBuO", PLUS), part("tBuO", MINUS), *(part("H2O", site) for site in RING)]


@pytest.fixture(scope="module")
def some() -> list[Generated]:
    return list(generated(3, 9))


def test_the_energy_that_is_minimised_has_the_gradient_that_is_used() -> None:
    body = Body([part("acac"), part("acac"), part("bipy"), part("H2O", PLUS)])
    start = np.random.default_rng(0).normal(size=16)
    for energy in (body.by_sites, body.by_atoms):
        error = check_grad(lambda x, f=energy: f(x)[0], lambda x, f=energy: f(x)[1], start)
        assert error < 1e-4 * np.linalg.norm(energy(start)[1])


@pytest.mark.parametrize("name", ["tBuO", "Me3PO", "py", "Cl", "NO3", "acac", "phen", "12-crown-4", "Tp", "Cp", "COT"])
def test_every_kind_of_ligand_binds_with_the_donors_lengths_and_charge_of_its_table(name: str) -> None:
    ligand = LIGANDS[name]
    for shape in usable(ligand):
        lengths = np.linalg.norm(shape.positions[list(shape.donors)], axis=1)
        assert lengths == pytest.approx(ligand.lengths, abs=0.08)
        sphere = intended(assembly_of("Dy", [shape])).sphere
        assert [bound.charge for bound in sphere.ligands] == [ligand.charge]
        assert sphere.coordination_number == ligand.denticity


def test_the_donors_of_a_pentagonal_bipyramid_stand_on_its_corners() -> None:
    whole = intended(assembled("Dy", bipyramid(), np.random.default_rng(0)))
    assert whole.charge == 1
    assert whole.sphere.coordination_number == 7
    found = whole.sphere.site_positions
    found = found / np.linalg.norm(found, axis=1)[:, None]
    nearest = (found @ np.vstack([PLUS, MINUS, *RING]).T).max(axis=1)
    assert nearest.min() > np.cos(np.radians(4.0))


def test_ligands_without_given_sites_settle_apart_from_one_another() -> None:
    whole = intended(assembled("Dy", [part("H2O")] * 8, np.random.default_rng(1)))
    sites = whole.sphere.site_positions
    angles = [between(one, other) for one, other in combinations(sites, 2)]
    assert min(angles) > 60.0  # the square antiprism has 71°, a cube 70.5°, chance would bring some below 40°


def test_ligands_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DomainError, match="do not fit"):
        assembled("Dy", [part("tBu2C6H3O")] * 9, np.random.default_rng(0))


def test_an_assembly_that_reads_otherwise_than_meant_is_refused() -> None:
    whole = assembled("Dy", bipyramid(), np.random.default_rng(0))
    with pytest.raises(DomainError, match="other ligands or charges"):
        intended(replace(whole, charges=(0, *whole.charges[1:])))
    with pytest.raises(DomainError, match="Other atoms bind"):
        intended(replace(whole, donors=(whole.donors[0][:0], *whole.donors[1:])))


def test_stretching_moves_both_donors_of_a_chelate_by_the_same_length() -> None:
    shape = shapes(LIGANDS["acac"])[0]
    before, after = (np.linalg.norm(s.positions[list(s.donors)], axis=1) for s in (shape, shape.stretched(0.05)))
    assert after - before == pytest.approx([0.05, 0.05], abs=0.002)


def test_the_lacunary_polyoxometalate_has_bonds_of_its_parent_ion() -> None:
    shape = motif_pockets.lindqvist()
    tungsten, oxygen = shape.positions[:5], shape.positions[5:]
    distances = np.sort(np.linalg.norm(tungsten[:, None] - oxygen[None], axis=2), axis=1)[:, :6]
    assert distances == pytest.approx(np.array([[1.70, 1.92, 1.92, 1.92, 1.92, 2.32]] * 5), abs=0.005)


def test_the_same_seed_gives_the_same_structures(some: list[Generated]) -> None:
    for first, again in zip(some[:3], generated(3, 3), strict=True):
        assert first.name == again.name and first.skeleton == again.skeleton
        assert np.array_equal(first.positions, again.positions)
    assert not np.array_equal(some[0].positions, next(generated(4, 1)).positions)


def test_the_kinds_come_by_turns_and_copies_of_a_skeleton_share_their_names(some: list[Generated]) -> None:
    assert [structure.kind for structure in some] == [KINDS[k % 3] for k in range(9)]
    recipe = MotifRecipe("motif", "test", (LIGANDS["NO3"],) * 3, (None,) * 3)
    pair = [built(recipe, np.random.default_rng(seed), str(seed)) for seed in (0, 1)]
    assert pair[0].skeleton == pair[1].skeleton and pair[0].family == pair[1].family
    assert not np.allclose(pair[0].positions, pair[1].positions)


def test_generated_structures_have_one_ion_no_clash_and_hydrogens_at_neutron_distances(some: list[Generated]) -> None:
    for structure in some:
        assert structure.elements[0] == "Dy" and np.allclose(structure.positions[0], 0.0)
        assert structure.charge == 3 + sum(ligand.charge for ligand in structure.sphere.ligands)
        distances = np.linalg.norm(structure.positions[:, None] - structure.positions[None], axis=2) + 9 * np.eye(
            len(structure.elements)
        )
        assert distances.min() > 0.9
        for hydrogen in (k for k, element in enumerate(structure.elements) if element == "H"):
            parent = structure.elements[int(distances[hydrogen].argmin())]
            if parent in NEUTRON_DISTANCES:
                assert distances[hydrogen].min() == pytest.approx(NEUTRON_DISTANCES[parent], abs=0.002)


def test_donors_are_bonded_and_no_other_atom_touches_the_ion(some: list[Generated]) -> None:
    for structure in some:
        around = structure.environment
        lengths = np.linalg.norm(around.donor_positions, axis=1)
        radii = np.array([COVALENT_RADII[around.elements[k]] for k in around.donors]) + COVALENT_RADII["Dy"]
        assert (lengths < radii + 0.3).all()
        assert (around.weights == 1.0).all()
        assert not structure.sphere.edge


def test_more_than_a_thousand_skeletons_can_be_drawn() -> None:
    names = set()
    for number in range(1500):
        random = np.random.default_rng((0, number))
        recipe = DRAW[KINDS[number % 3]](random)
        assert len(recipe.ligands) == len(recipe.sites)
        names.add(recipe.skeleton)
    assert len(names) > 1000
