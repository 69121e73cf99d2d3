"""Ways through the latent space, in a toy of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem

from core.design.latent_inspection import inspect_latent, reconstruct
from core.design.ligand_files import to_csv, to_sdf
from core.design.optimise import optimise
from core.design.ranking import CHARGE, GAP, ranked, ranking_of
from core.design.scope import scoped
from core.design.search import candidates_of, gradient_ascent, neighbours, path, sample
from core.errors import InputError
from tests.design.toy_model import LONGEST, SIZE, ToyModel, toy_atlas


@pytest.fixture(scope="module")
def model() -> ToyModel:
    return ToyModel()


def smiles_of(found) -> list[str]:
    return [candidate.ligand.smiles for candidate in found.candidates]


def test_neighbours_are_different_from_one_another_and_from_where_they_start(model):
    found = neighbours(model, model.latents[4], 8)
    names = smiles_of(found)
    assert len(names) == len(set(names)) > 2
    assert model.ligands[4].smiles not in names
    distances = [candidate.distance for candidate in found.candidates]
    assert distances == sorted(distances)
    assert smiles_of(neighbours(model, model.latents[4], 8)) == names


def test_what_is_left_out_is_counted_by_its_reason(model):
    found = neighbours(model, model.latents[4], 32)
    assert sum(found.rejected.values()) + len(found.candidates) == found.decoded - 1  # less the start itself
    assert found.rejected["duplicate"] > 0
    lost = neighbours(model, 100 * np.ones(SIZE, np.float32))
    assert not lost.candidates and lost.rejected["chelating"] == lost.decoded - 1


def test_a_path_begins_and_ends_at_its_ends_and_names_each_ligand_once(model):
    names = smiles_of(path(model, model.latents[0], model.latents[20], 30))
    assert names[0] == model.ligands[0].smiles and names[-1] == model.ligands[20].smiles
    assert len(names) == len(set(names)) > 2
    with pytest.raises(InputError, match="two ends"):
        path(model, model.latents[0], model.latents[20], 1)


def test_uphill_the_latents_rise_all_the_way(model):
    found = gradient_ascent(model, model.latents[0], CHARGE, 15, 0.4)
    asked = np.array([candidate.asked for candidate in found.candidates]) @ model.slopes[0]
    assert (np.diff(asked) > 0).all() and len(asked) > 1
    with pytest.raises(InputError, match="no such head"):
        gradient_ascent(model, model.latents[0], "beauty")


def test_a_sample_is_the_same_for_the_same_seed_only(model):
    first, again, other = (sample(model, 50, seed=seed) for seed in (1, 1, 2))
    assert smiles_of(first) == smiles_of(again) and first.decoded == 50
    assert not np.array_equal(first.candidates[0].asked, other.candidates[0].asked)


def test_values_are_those_of_the_ligand_that_came_out_not_of_the_latent_that_was_asked_for(model):
    for candidate in sample(model, 40).candidates:
        own = model.encode([candidate.ligand])[0]
        assert candidate.values[CHARGE][0] == pytest.approx(own @ model.slopes[0], abs=1e-4)
        assert np.array_equal(candidate.latent, own)


def test_optimising_finds_the_best_ligand_of_the_toy_within_its_budget(model):
    values = model.latents @ model.slopes[0]
    start = model.ligands[int(values.argmin())]
    found = optimise(model, start, CHARGE, 400, seed=1)
    assert found.best.values[CHARGE][0] == pytest.approx(values.max(), abs=1e-4)
    assert len(found.trace) == 401
    assert all(later >= earlier for earlier, later in zip(found.trace, found.trace[1:], strict=False))
    assert found.trace[0] == found.start.values[CHARGE][0]


def test_optimising_heeds_what_may_be_kept(model):
    start = model.ligands[0]
    found = optimise(model, start, CHARGE, 300, keep=lambda candidate: candidate.ligand.charge == start.charge)
    assert found.best.ligand.charge == start.charge
    assert found.rejected["not kept"] > 0


def test_an_unreliable_gap_ranks_nothing_and_says_so(model):
    charge, gap = model.heads
    order = ranking_of(model.heads)
    assert order.head == CHARGE and "60 labels" in order.reason and "proxy" in order.reason
    assert ranking_of([charge, replace(gap, reliable=True)]).head == GAP
    assert ranking_of([gap]).head is None and "nearness" in ranking_of([gap]).reason
    candidates = ranked(sample(model, 60).candidates, order)
    charges = [candidate.values[CHARGE][0] for candidate in candidates]
    assert charges == sorted(charges)


def test_a_glance_tells_ligand_novelty_and_distance(model):
    atlas = toy_atlas(model)
    seen = inspect_latent(model, atlas, model.latents[7] + 0.01, frozenset({"C"}))
    assert seen.candidate.ligand == model.ligands[7]
    assert seen.on_map == 7 and seen.in_library is False and seen.trust.nearest == 7
    lost = inspect_latent(model, atlas, 100 * np.ones(SIZE, np.float32))
    assert lost.candidate is None and lost.reason == "chelating" and lost.trust.percentile == 100


def test_a_ligand_that_comes_back_as_another_is_told(model):
    known, stranger = reconstruct(model, [model.ligands[3], scoped("CCCCCCO")])
    assert known.exact
    assert not stranger.exact and stranger.returned != stranger.ligand


def test_files_hold_the_ligands_their_donors_and_how_far_to_trust_the_numbers(model):
    candidates = sample(model, 60).candidates
    rows = list(csv.DictReader(io.StringIO(to_csv(candidates, model.heads).decode("utf-8-sig"))))
    assert [row["smiles"] for row in rows] == [candidate.ligand.smiles for candidate in candidates]
    assert "first gap / cm⁻¹, predicted, not reliable" in rows[0]
    records = to_sdf(candidates, model.heads).decode().split("$$$$\n")[:-1]
    for record, candidate in zip(records, candidates, strict=True):
        mol = Chem.MolFromMolBlock(record)
        assert Chem.MolToSmiles(mol) == candidate.ligand.smiles
        donor = int(record.split(">  <donor>")[1].split("\n")[1])
        element = Chem.MolFromSmiles(candidate.ligand.smiles).GetAtomWithIdx(candidate.ligand.donor).GetSymbol()
        assert mol.GetAtomWithIdx(donor - 1).GetSymbol() == element


def test_a_ligand_that_the_model_cannot_read_is_left_out_and_the_rest_stays(model):
    long = scoped("O=P(C(C)(C)C)(C(C)(C)C)C(C)(C)C(C)(C)C(C)(C)C")
    assert len(long.smiles) > LONGEST
    known = model.ligands[:4]
    pairs = [(ligand, np.zeros(SIZE, np.float32)) for ligand in (known[0], long, *known[1:], long)]
    found = candidates_of(model, pairs, np.zeros(SIZE, np.float32))
    assert [candidate.ligand for candidate in found] == list(known)
    assert candidates_of(model, pairs[1:2], pairs[0][1]) == []


def test_downhill_the_latents_fall_and_a_way_says_why_it_ends(model):
    highest = model.latents[np.argmax(model.latents @ model.slopes[0])]
    found = gradient_ascent(model, highest, CHARGE, 15, 0.4, down=True)
    asked = np.array([candidate.asked for candidate in found.candidates]) @ model.slopes[0]
    assert (np.diff(asked) < 0).all() and len(asked) > 1
    assert "after 15 steps" in found.stopped
    model.gradient = lambda latents, head: np.zeros_like(latents)
    flat = gradient_ascent(model, model.latents[0], CHARGE)
    assert "after 0 steps" in flat.stopped and "flat" in flat.stopped


def test_known_ligands_that_are_nearer_stand_among_the_neighbours(model):
    start = model.latents[4]
    near = np.argsort(np.linalg.norm(model.latents - start, axis=1))
    known = [(model.ligands[one], model.latents[one]) for one in near[:6]]
    found = neighbours(model, start, 8, known=known)
    assert smiles_of(found)[0] == known[1][0].smiles and known[0][0].smiles not in smiles_of(found)
    alone = neighbours(model, start, 8)
    assert max(one.distance for one in found.candidates) <= max(one.distance for one in alone.candidates)
