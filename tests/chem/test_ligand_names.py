"""Common names of ligands: each is a ligand, none is a SMILES as well, and a slip of the keyboard finds its name."""

from __future__ import annotations

import pytest
from rdkit import Chem, rdBase

from core.chem.donor_class import DonorClass
from core.chem.ligand.ligand import ligand_from_text
from core.chem.ligand.names import did_you_mean, looks_like_a_name, near_names, smiles_of_name, table
from core.errors import InputError, Refused
from tests.hostile import hostile_strings

TABLE = {names[0]: (names, smiles, donor) for names, smiles, donor in table()}


def test_there_are_more_than_eighty_ligands_and_no_name_twice():
    names = [name for row in table() for name in row[0]]
    assert len(TABLE) == len(table()) > 80
    assert len({(smiles_of_name(name), name) for name in names}) == len(names)


@pytest.mark.parametrize("first", TABLE)
def test_every_name_stands_for_its_ligand_with_the_donor_that_the_table_says(first):
    names, smiles, donor = TABLE[first]
    assert {smiles_of_name(name) for name in names} == {smiles}
    if donor:
        assert {ligand_from_text(name).smiles for name in names} == {ligand_from_text(smiles).smiles}
        assert ligand_from_text(first).donor_class is DonorClass(donor)
    else:
        assert Chem.GetFormalCharge(Chem.MolFromSmiles(smiles)) < -1
        with pytest.raises(Refused, match="charge"):
            ligand_from_text(first)


def test_two_names_never_stand_for_the_same_ligand_on_two_lines():
    written = [Chem.CanonSmiles(smiles) for _, smiles, _ in table()]
    assert len(set(written)) == len(written)


def test_no_name_is_a_smiles_as_well_however_it_is_written():
    with rdBase.BlockLogs():
        both = [
            spelt
            for names, _, _ in table()
            for name in names
            for spelt in (name, name.lower(), name.upper(), name.replace(" ", ""), name.replace("-", ""))
            if smiles_of_name(spelt) is not None and Chem.MolFromSmiles(spelt, sanitize=False) is not None
        ]
    assert not both


@pytest.mark.parametrize(
    ("typed", "smiles"),
    [
        ("Triphenylphosphine  Oxide", "O=P(c1ccccc1)(c1ccccc1)c1ccccc1"),
        (" t-BuO⁻ ", "CC(C)(C)[O-]"),
        ("tertbutoxide", "CC(C)(C)[O-]"),
        ("H₂O", "O"),
        ("2,2′-bipyridine", "c1ccc(-c2ccccn2)nc1"),
        ("acetate ion", "CC(=O)[O-]"),
        ("Acetate Anion", "CC(=O)[O-]"),
        ("NO₃⁻", "O=[N+]([O-])[O-]"),
        ("γ-picoline", "Cc1ccncc1"),
    ],
)
def test_case_spaces_hyphens_charges_and_indices_may_be_typed_as_one_likes(typed, smiles):
    assert smiles_of_name(typed) == smiles
    assert ligand_from_text(typed).smiles == ligand_from_text(smiles).smiles


@pytest.mark.parametrize("smiles", ["CO", "N", "O", "CN", "NCS", "OCN", "CC(C)(C)[O-]", "c1ccncc1 pyridine"])
def test_what_is_a_smiles_stays_one(smiles):
    assert smiles_of_name(smiles) is None
    assert ligand_from_text(smiles).smiles == Chem.CanonSmiles(smiles.split()[0])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("triphenylphosphin oxide", "triphenylphosphine oxide"),
        ("pyridin N-oxid", "pyridine N-oxide"),
        ("tertbutoxid", "tert-butoxide"),
        ("bipyridin", "bipyridine"),
        ("hexamethylphosphor", "hexamethylphosphoramide"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones_and_with_what_is_taken(typed, meant):
    assert near_names(typed)[0] == meant
    with pytest.raises(InputError) as caught:
        ligand_from_text(typed)
    assert "no common name" in caught.value.sentence and meant in caught.value.sentence
    assert "SMILES" in caught.value.advice and "MOL or SDF" in caught.value.advice


def test_a_name_like_no_other_gets_no_suggestion_and_a_broken_smiles_is_not_called_a_name():
    assert did_you_mean("gadolinium texaphyrin") == ""
    with pytest.raises(InputError, match="no common name"):
        ligand_from_text("gadolinium texaphyrin")
    for broken in ("CP(C)(C", "[O-", "c1ccncc"):
        assert not looks_like_a_name(broken)
        with pytest.raises(InputError, match="cannot be read as a molecule"):
            ligand_from_text(broken)


def test_hostile_text_is_no_name_and_is_quoted_in_printable_letters_only():
    for text in hostile_strings(["CP(C)(C)=O", "[O-]c1ccccc1"]):
        assert smiles_of_name(text) is None or text.isprintable()
        assert len(near_names(text)) <= 3
    with pytest.raises(InputError) as caught:
        ligand_from_text("évil ‮ligand\u200b of mine")
    assert caught.value.sentence.isprintable()
