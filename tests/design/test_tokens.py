"""Tokens: the donor first, every ligand back as it was, nothing that the vocabulary does not know."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.design.scope import OutOfScope, Reason, ScopedLigand, scoped
from core.design.tokens import END, Vocabulary, phrases, selfies_of, symbols

LIBRARY = Path(__file__).resolve().parents[2] / "assets" / "ligands" / "library.csv.gz"
EVERY = 60


@pytest.fixture(scope="module")
def ligands() -> list[ScopedLigand]:
    """More than a thousand of the library, every class among them."""
    with gzip.open(LIBRARY, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::EVERY]
    return [
        ScopedLigand(
            row["smiles"],
            int(row["donor"]),
            DonorClass(row["donor_class"]),
            int(row["charge"]),
            int(row["heavy_atoms"]),
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def vocabulary(ligands: list[ScopedLigand]) -> Vocabulary:
    """The symbols of those ligands and 40 phrases."""
    written = [selfies_of(ligand) for ligand in ligands]
    known = sorted({symbol for row in written for symbol in row})
    return Vocabulary((*known, *phrases(written[:200], 40)), 60)


def test_a_thousand_ligands_come_back_as_they_were(ligands: list[ScopedLigand], vocabulary: Vocabulary) -> None:
    rows = vocabulary.rows(ligands)
    back = [vocabulary.ligand(row.tolist()) for row in rows]
    assert len(ligands) >= 1000
    assert len({ligand.donor_class for ligand in ligands}) >= 12
    assert back == ligands


def test_the_first_token_is_the_donor_alone(ligands: list[ScopedLigand], vocabulary: Vocabulary) -> None:
    for ligand, row in zip(ligands, vocabulary.rows(ligands), strict=True):
        first = symbols(vocabulary.tokens[row[0] - 1])
        atom = Chem.MolFromSmiles(ligand.smiles).GetAtomWithIdx(ligand.donor)
        assert len(first) == 1
        assert atom.GetSymbol() in first[0]
        assert ("-1" in first[0]) == (atom.GetFormalCharge() < 0)


def test_phrases_shorten_ligands_and_leave_the_donor_out() -> None:
    rows = [["[O-1]", "[C]", "[C]", "[C]", "[C]"], ["[O-1]", "[C]", "[C]", "[B]"]]
    assert phrases(rows, 2) == ("[C][C]", "[C][C][C][C]")
    short = Vocabulary(("[C]", "[N]", "[O-1]", "[C][C]"), 9)
    assert short.numbered(rows[0]) == [3, 4, 4]
    assert short.numbered(["[C]", "[C]", "[C]"]) == [1, 4]


def test_a_row_ends_where_end_stands(vocabulary: Vocabulary) -> None:
    carbon, oxygen = vocabulary.numbers[("[C]",)], vocabulary.numbers[("[O-1]",)]
    assert vocabulary.smiles([oxygen, carbon, END, carbon]) == "[O-1]C"
    assert vocabulary.smiles([END, carbon]) == ""


def test_an_unknown_symbol_or_too_many_are_out_of_scope(vocabulary: Vocabulary) -> None:
    narrow = Vocabulary(("[C]", "[O-1]"), 3)
    with pytest.raises(OutOfScope) as unknown:
        narrow.rows([scoped("[O-]CN(C)C", 0)])
    assert unknown.value.reason == Reason.UNSEEN
    with pytest.raises(OutOfScope) as long:
        narrow.rows([scoped("[O-]CCC")])
    assert long.value.reason == Reason.UNSEEN


def test_the_donor_asked_for_is_kept_and_not_another(vocabulary: Vocabulary) -> None:
    by_oxygen, by_nitrogen = scoped("CC(=O)c1ccncc1", 2), scoped("CC(=O)c1ccncc1", 6)
    assert by_oxygen.donor_class != by_nitrogen.donor_class
    rows = vocabulary.rows([by_oxygen, by_nitrogen])
    assert [vocabulary.ligand(row.tolist()) for row in rows] == [by_oxygen, by_nitrogen]
