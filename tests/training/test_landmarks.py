"""The landmarks: what is written down about them, and that they are built as their recipes say."""

from __future__ import annotations

import re

import numpy as np
import pytest

from training.motifs.landmarks import Entry, Landmark, built, entries, landmarks, metal_only

KNOWN = entries()

pytestmark = pytest.mark.xdist_group("landmarks")  # so that they are built once


def of(landmark: Landmark, step: int) -> tuple[float, float]:
    """Stated and found mean distance of the donors of one step [Å]; π ligands by their atoms."""
    recipe = landmark.entry.steps
    first = sum(one.count for one in recipe[:step])
    atoms = {landmark.sphere.ligands[k].atoms for k in range(len(landmark.sphere.ligands))}
    ordered = sorted(atoms, key=min)[first : first + recipe[step].count]
    donors = [atom for donor in landmark.sphere.donors for atom in donor.atoms if any(atom in own for own in ordered)]
    return recipe[step].distance, float(np.linalg.norm(landmark.positions[donors], axis=1).mean())


def test_there_are_enough_of_them_and_the_ion_alone_does_not_give_the_answer() -> None:
    assert len(KNOWN) >= 24
    assert sum(entry.ion == "Dy" for entry in KNOWN) >= 16
    assert len({entry.id for entry in KNOWN}) == len(KNOWN)
    dysprosium, best = metal_only(KNOWN)
    assert dysprosium <= 0.6
    assert best <= 0.6


def test_each_verdict_follows_from_what_was_observed_in_zero_field() -> None:
    for entry in KNOWN:
        assert entry.observed in {"zero field", "in field", "none"}
        assert entry.verdict is (entry.observed == "zero field")
        assert entry.barrier_cm1 is None or entry.verdict
        assert entry.criterion and entry.reported


def test_each_says_whether_a_passage_was_read_and_no_doi_is_malformed() -> None:
    for entry in KNOWN:
        assert entry.source["kind"] in {"read", "idealised"}
        assert ("passage" in entry.source) is (entry.source["kind"] == "read")
        assert ("memory" in entry.source["where"]) is (entry.source["kind"] == "idealised")
        assert re.fullmatch(r"10\.\d{4}/\S+", entry.source.get("doi", "10.1000/none"))


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.id)
def test_it_is_built_with_the_charge_donors_and_distances_of_its_recipe(entry: Entry) -> None:
    landmark = next(one for one in landmarks() if one.entry.id == entry.id)
    assert landmark.elements[0] == entry.ion
    assert 3 + sum(ligand.charge for ligand in landmark.sphere.ligands) == entry.charge
    assert len(landmark.sphere.ligands) == sum(step.count for step in entry.steps)
    assert not landmark.sphere.edge
    for step in range(len(entry.steps)):
        stated, found = of(landmark, step)
        assert found == pytest.approx(stated, abs=0.05)


def test_no_two_atoms_are_in_each_others_way() -> None:
    for landmark in landmarks():
        owner = np.full(len(landmark.elements), -1)
        for number, ligand in enumerate(landmark.sphere.ligands):
            owner[list(ligand.atoms)] = number
        apart = (owner[:, None] != owner) & (owner[:, None] >= 0) & (owner >= 0)
        distances = np.linalg.norm(landmark.positions[:, None] - landmark.positions[None], axis=2)
        assert distances[apart].min(initial=9.0) > 1.45


def test_a_landmark_is_the_same_every_time() -> None:
    entry = next(entry for entry in KNOWN if entry.id == "dy-acac3-h2o2")
    assert np.array_equal(built(entry).positions, built(entry).positions)


def test_environments_are_read_about_the_ion() -> None:
    landmark = next(one for one in landmarks() if one.entry.id == "dy-otbu2-py5")
    assert landmark.environment.signature == "2 alkoxide + 5 pyridine N"
    assert landmark.environment.metal == "Dy"
