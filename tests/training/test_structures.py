"""The training set: what a copy is, what keeps it on its side of a split, and that labels are those of the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.fields.electrostatic import field_of
from tests.fields.environments import aquo_hydroxide
from training.levels.environments import sound
from training.levels.structures import IONS, SILENT, Source, StructureSet, Unseen, skeleton_of, structure_set
from training.motifs.generators import generated

JITTER = 1


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    made = [g.environment for g in generated(5, 4)]
    return [Source(e, f"s{k}", f"family{k // 2}", skeleton_of(e), "pbpy") for k, e in enumerate(made)]


@pytest.fixture(scope="module")
def made(sources: list[Source]) -> StructureSet:
    return structure_set(sources, JITTER, seed=1)


def test_every_source_stands_there_with_every_ion_unmoved(sources: list[Source], made: StructureSet) -> None:
    for source in sources:
        own = (made.name == source.name) & ~made.moved
        assert set(IONS) <= set(made.ion[own].tolist())
        assert (made.native[own] == (made.ion[own] == source.environment.metal)).all()


def test_a_copy_never_leaves_the_fold_of_its_family(made: StructureSet) -> None:
    for family in set(made.family.tolist()):
        assert len(set(made.fold[made.family == family].tolist())) == 1
        assert len(set(made.group[made.family == family].tolist())) == 1


def test_labels_are_those_of_the_model_on_the_structure_as_it_is_read_back(made: StructureSet) -> None:
    for index in np.flatnonzero(np.isin(made.ion, IONS))[::7].tolist():
        field = field_of(made.environment(index))
        if field.first_gap is not None:
            assert made.gap[index] == pytest.approx(field.first_gap, rel=1e-3, abs=0.05)


def test_ions_that_no_field_splits_are_negatives_without_a_gap(made: StructureSet) -> None:
    silent = np.isin(made.ion, SILENT)
    assert 0 < silent.mean() < 0.3
    assert np.isnan(made.gap[silent]).all() and not made.smm[silent].any()


def test_a_moved_copy_is_another_structure_with_another_label(made: StructureSet) -> None:
    own = (made.name == "s0") & (made.ion == "Dy")
    still, moved = np.flatnonzero(own & ~made.moved), np.flatnonzero(own & made.moved)
    assert len(still) == 1 and len(moved) == JITTER
    apart = made.environment(int(still[0])).positions - made.environment(int(moved[0])).positions
    assert 0.005 < np.sqrt((apart**2).mean()) < 0.5
    assert made.gap[still[0]] != made.gap[moved[0]]


def test_the_set_outlives_its_file_and_has_one_fingerprint(made: StructureSet, tmp_path: Path) -> None:
    made.save(tmp_path / "set.npz")
    back = StructureSet.load(tmp_path / "set.npz")
    assert back.fingerprint == made.fingerprint
    assert back.environment(3).signature == made.environment(3).signature


def test_the_same_seed_makes_the_same_set_and_another_one_does_not(sources: list[Source]) -> None:
    one, same, other = (structure_set(sources[:1], JITTER, seed=seed).fingerprint for seed in (1, 1, 2))
    assert one == same != other


def test_what_shares_a_signature_with_the_check_half_is_left_out(sources: list[Source]) -> None:
    signature = sources[0].environment.signature
    assert Unseen(frozenset(), frozenset(), frozenset({signature})).holds(sources[0])
    assert Unseen(frozenset({"family0"}), frozenset(), frozenset()).holds(sources[1])
    assert not Unseen(frozenset(), frozenset(), frozenset()).holds(sources[0])


def test_a_bond_that_no_crystal_has_keeps_an_environment_out_and_ring_atoms_do_not() -> None:
    around = aquo_hydroxide()
    assert sound(around)
    positions = around.positions.copy()
    positions[around.donors[3]] *= 1.95 / np.linalg.norm(positions[around.donors[3]])
    near = replace(around, positions=positions)
    assert not sound(near)  # Dy–O 1.95 Å
    assert sound(replace(near, sites=np.zeros_like(near.sites)))  # atoms of one hapto ligand lie as near as they like
