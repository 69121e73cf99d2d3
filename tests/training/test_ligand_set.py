"""The set of ligands: split by scaffold, every refusal counted, the same whatever the order of the sources."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from core.errors import UnreadableFile
from training.ligands import ligand_set
from training.ligands import reading as ligand_reading
from training.ligands.ligand_set import (
    TEST,
    TRAIN,
    LigandSet,
    assembled,
    folds,
)
from training.ligands.reading import distinct, filled, group_of, kept, read, read_pool

ROWS = [
    ("CCO", "2"), ("OCC", "0"), ("CC(C)[O-]", "3"), ("c1ccncc1", "3"), ("Cc1ccncc1", "4"), ("CC(=O)c1ccncc1", "2"),
    ("CP(C)(C)=O", "4"), ("CCP(C)(C)=O", "5"), ("[NH3+]CC(=O)[O-]", "4"), ("NCCN", "0"), ("[Na+].[Cl-]", "0"),
    ("C", "0"), ("CC(C)=O", "0"),
]  # fmt: skip


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ligand_set, "RAREST", 1)
    path = tmp_path / "pool.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("smiles", "donor_idx"), *ROWS])
    return path


def test_refusals_are_counted_and_a_wrong_donor_is_replaced_by_the_best(pool: Path) -> None:
    refused: Counter[str] = Counter()
    found = list(read(read_pool(pool), refused))
    assert refused == {"pool: zwitterion": 1, "pool: chelating": 1, "pool: fragments": 1, "pool: no donor": 1} or (
        sum(refused.values()) == 4 and refused["pool: chelating"] == 1
    )
    acetone = next(one.ligand for one in found if one.ligand.smiles == "CC(C)=O")
    assert Chem.MolFromSmiles(acetone.smiles).GetAtomWithIdx(acetone.donor).GetSymbol() == "O"


def test_one_ligand_written_twice_counts_once(pool: Path) -> None:
    ligands = distinct(read(read_pool(pool), Counter()))
    assert sum(smiles == "CCO" for smiles, _ in ligands) == 1


def test_too_few_ligands_are_filled_up_with_other_donors_of_theirs(pool: Path) -> None:
    ligands = distinct(read(read_pool(pool), Counter()))
    more = filled(dict(ligands), len(ligands) + 1, Counter())
    (added,) = set(more) - set(ligands)
    assert added[0] == "CC(=O)c1ccncc1"
    assert more[added].source == "pool again"
    assert filled(dict(ligands), len(ligands), Counter()) == ligands


def test_a_source_is_read_once_and_remembered(pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first_refused: Counter[str] = Counter()
    first = kept(pool, read_pool, tmp_path / "work", first_refused)
    monkeypatch.setattr(ligand_reading, "read", None)
    again_refused: Counter[str] = Counter()
    assert kept(pool, read_pool, tmp_path / "work", again_refused) == first
    assert again_refused == first_refused


def test_the_set_does_not_depend_on_the_order_of_its_sources(pool: Path, tmp_path: Path) -> None:
    found = list(read(read_pool(pool), Counter()))
    forth, back = assembled(distinct(found).values()), assembled(distinct(found[::-1]).values())
    assert forth.fingerprint == back.fingerprint
    forth.save(tmp_path / "set.npz")
    loaded = LigandSet.load(tmp_path / "set.npz")
    assert loaded.fingerprint == forth.fingerprint
    assert [loaded.ligand(k) for k in range(len(loaded))] == [forth.ligand(k) for k in range(len(forth))]
    assert [loaded.vocabulary.ligand(row) for row in loaded.tokens] == [loaded.ligand(k) for k in range(len(loaded))]


def test_a_file_that_is_no_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.npz").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile):
        LigandSet.load(tmp_path / "set.npz")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Cc1ccncc1", "CCc1ccncc1", True),
        ("c1ccncc1", "c1ccccc1", False),
        ("CCO", "CCN", True),
        ("CC(C)(C)[O-]", "CP(C)(C)=O", True),
        ("CCO", "CCCO", False),
    ],
)
def test_scaffolds_and_skeletons_make_the_groups(one: str, other: str, together: bool) -> None:
    assert (group_of(Chem.MolFromSmiles(one)) == group_of(Chem.MolFromSmiles(other))) == together


def test_no_group_stands_on_two_sides_and_great_ones_train() -> None:
    random = np.random.default_rng(0)
    groups = [f"g{k}" for k in random.integers(0, 400, 3000)] + ["great"] * 500
    fold = folds(groups)
    for group in set(groups):
        assert len({int(f) for f, g in zip(fold, groups, strict=True) if g == group}) == 1
    assert set(fold[3000:].tolist()) == {TRAIN}
    assert 0.06 < (fold == TEST).mean() < 0.09
    assert (folds(groups) == fold).all()
    assert (folds(groups, seed=1) != fold).any()
