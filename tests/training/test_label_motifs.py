"""The motifs of the label factory: the fixed list, what may not stand in it, and rows that are read back."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.angles import between
from core.chem.donor_class import DonorClass
from core.chem.radii import IONIC_RADII
from training.common.level_labels import MOTIFS, LabelTable
from training.factory.level_samples import motif_samples
from training.factory.motif_kinds import BENT, COT, CP, KINDS
from training.factory.motif_list import MEASURED, OF_ONE_FAMILY, SEED, Forbidden, drawn, halved
from training.factory.motif_table import Motif, read_motifs
from training.factory.tasks import MOST_FUNCTIONS, SECOND, motif_tasks
from training.factory.worker import computed
from training.levels.structures import skeleton_of
from training.motifs.landmarks import landmarks

NOTHING = Forbidden(frozenset(), frozenset())


@pytest.fixture(scope="module")
def listed() -> list[Motif]:
    return read_motifs()


def test_twenty_or_more_of_each_kind_come_by_turns_and_all_are_small(listed: list[Motif]) -> None:
    counts = Counter(motif.kind for motif in listed)
    assert set(counts) == set(KINDS) and min(counts.values()) >= 20
    assert [motif.kind for motif in listed[: len(KINDS)]] == list(KINDS)
    assert len({motif.key for motif in listed}) == len(listed)
    assert max(motif.functions for motif in listed) <= MOST_FUNCTIONS
    assert max(Counter((motif.kind, motif.family) for motif in listed).values()) <= OF_ONE_FAMILY


def test_no_motif_has_the_ligands_of_a_landmark_or_of_a_complex_with_a_measured_barrier(listed: list[Motif]) -> None:
    known = MEASURED | {skeleton_of(landmark.environment) for landmark in landmarks()}
    assert not {motif.skeleton for motif in listed} & known


def test_motifs_of_the_same_ligands_or_formula_stand_in_one_half_and_about_one_in_five_is_put_aside(
    listed: list[Motif],
) -> None:
    halves: dict[str, set[str]] = defaultdict(set)
    for motif in listed:
        halves[motif.family].add(motif.half)
        halves[motif.skeleton].add(motif.half)
    assert all(len(found) == 1 for found in halves.values())
    assert halved(listed) == listed
    assert 0.1 < sum(motif.half == SECOND for motif in listed) / len(listed) < 0.35


def test_the_same_seed_draws_the_same_complexes_and_the_list_holds_them(listed: list[Motif]) -> None:
    first, again = (list(drawn("carbonate", 3, SEED, NOTHING)) for _ in range(2))
    assert first == again
    assert {motif.positions[3] for motif in first} & {m.positions[3] for m in listed if m.kind == "carbonate"}


def test_a_kind_that_may_not_be_made_gives_nothing_and_ends() -> None:
    forbidden = Forbidden(frozenset(), frozenset({"10 cyclopentadienyl"}))
    assert list(drawn("metallocenium", 1, SEED, forbidden)) == []


def test_rings_stand_at_distances_and_angles_of_real_sandwiches(listed: list[Motif]) -> None:
    for motif in listed:
        if motif.kind not in ("metallocenium", "COT sandwich"):
            continue
        around = motif.environment
        assert around.signature == motif.signature
        longer = IONIC_RADII[around.metal] - IONIC_RADII["Dy"]
        middles = [around.donor_positions[around.sites == site].mean(axis=0) for site in (0, 1)]
        least, most = CP if motif.kind == "metallocenium" else COT
        for middle in middles:
            assert least - 0.07 < float(np.linalg.norm(middle)) - longer < most + 0.07
        if motif.kind == "metallocenium":
            assert BENT[0] - 15.0 < between(*middles) <= 180.0


def test_phenoxides_stand_trans_with_nitrogen_around(listed: list[Motif]) -> None:
    for motif in listed:
        if motif.kind == "phenoxide pair":
            around = motif.environment
            oxygens = [k for k, kind in enumerate(around.classes) if kind == DonorClass.ARYLOXIDE]
            assert len(oxygens) == 2 and {around.elements[d] for d in around.donors} == {"O", "N"}
            assert between(*around.donor_positions[oxygens]) > 135.0


def test_a_row_of_a_motif_keeps_its_coordinates_and_is_read_as_a_sample(tmp_path: Path) -> None:
    smallest = min(motif_tasks(), key=lambda task: (task.half == SECOND, len(task.spec.elements) if task.spec else 0))
    row = computed(smallest)
    assert row.status == "converged", row.reason
    with LabelTable(tmp_path) as table:
        table.add(row)
        assert table.holds(MOTIFS, smallest.identity)
    (sample,) = motif_samples(folder=tmp_path)
    assert sample.environment.metal == row.ion and sample.half == smallest.half
    assert sample.levels[:: 1 if len(row.levels) == len(sample.levels) else 2] == pytest.approx(row.levels)
    assert all(low <= high for low, high in pairwise(sample.levels.tolist()))
