"""The script that makes model crystals: its polyhedra, its assembly and the gradient that packs."""

from __future__ import annotations

import itertools
from itertools import combinations

import numpy as np
import pytest
from rdkit import RDLogger

from core.angles import between
from core.workflows.predict import predict
from core.workflows.prediction import Status
from scripts.example_crystals.assembly import single
from scripts.example_crystals.cell import onto_itself, unit_cell
from scripts.example_crystals.cif_text import to_cif
from scripts.example_crystals.contacts import contacts_of
from scripts.example_crystals.family import family
from scripts.example_crystals.packing import _SHAPES, _energy, _start
from scripts.example_crystals.parts import free
from scripts.example_crystals.polyhedra import kepert, pentagonal_bipyramid, square_antiprism

RDLogger.DisableLog("rdApp.*")


def angles(vectors: np.ndarray) -> np.ndarray:
    return np.sort([between(one, other) for one, other in combinations(vectors, 2)])


def test_six_repelling_points_form_an_octahedron() -> None:
    assert angles(kepert([], 6, seed=1)) == pytest.approx([90.0] * 12 + [180.0] * 3, abs=0.9)


def test_eight_repelling_points_form_a_square_antiprism() -> None:
    assert angles(kepert([], 8, seed=1)) == pytest.approx(angles(square_antiprism(57.1)), abs=1.5)


def test_a_chelate_keeps_its_bite_among_repelling_donors() -> None:
    vectors = kepert([(0, 1, 52.0), (2, 3, 72.0)], 7, seed=2)
    bites = [between(vectors[i], vectors[i + 1]) for i in (0, 2)]
    assert bites == pytest.approx([52.0, 72.0], abs=1.0)


def test_a_pentagonal_bipyramid_has_two_axial_and_five_equatorial_vertices() -> None:
    found = angles(pentagonal_bipyramid())
    assert np.round(found).astype(int).tolist() == [72] * 5 + [90] * 10 + [144] * 5 + [180]


@pytest.mark.parametrize("group", ["P -1", "P 1 21/c 1", "P b c a"])
def test_the_gradient_that_packs_is_the_slope_of_its_energy(group: str) -> None:
    generator = np.random.default_rng(4)
    packing = _start(group, [free(single("CCO")), free(single("[Cl-]"))], generator)
    packing = type(packing)(group, packing.matrix * 0.6, packing.bodies)  # tight, so that contacts push
    contacts = contacts_of(packing)
    shapes = {"P -1": "triclinic", "P 1 21/c 1": "monoclinic", "P b c a": "orthorhombic"}
    shape = _SHAPES[shapes[group]]
    step = generator.normal(scale=0.02, size=12 + len(shape))
    _, gradient = _energy(step, packing, contacts, shape, 0.006)
    slopes = [
        (_energy(step + d, packing, contacts, shape, 0.006)[0] - _energy(step - d, packing, contacts, shape, 0.006)[0])
        / 2e-5
        for d in np.eye(len(step)) * 1e-5
    ]
    assert np.abs(gradient).max() > 0.1
    assert gradient == pytest.approx(slopes, abs=1e-5)


def test_a_random_complex_packs_into_a_crystal_that_kramers_reads() -> None:
    name, packing = next(itertools.islice(family(1), 1))
    assert all(len(onto_itself(packing, body)) == 1 for body in packing.bodies)
    atoms = sum(len(body.fragment.elements) for body in packing.bodies) * len(packing.operations)
    assert 9.0 < unit_cell(packing).volume / atoms < 16.0  # Å³ for an atom, hydrogens included, as in organic crystals
    prediction = predict(to_cif(packing, name, name).encode(), name)
    assert prediction.status is Status.OK, prediction.message
    assert prediction.report.formula_agrees
