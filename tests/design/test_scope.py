"""What the ligand generator covers, and why it declines the rest."""

from __future__ import annotations

import random

import pytest
from rdkit import Chem

from core.chem.ligand.ligand import ligand_from_text
from core.design.scope import OutOfScope, Reason, ScopedLigand, scoped

IN_SCOPE = (
    ("CP(C)(C)=O", "phosphine oxide", 0),
    ("C[P+](C)(C)[O-]", "phosphine oxide", 0),
    ("C[N+](C)(C)[O-]", "N-oxide", 0),
    ("CC(C)(C)[O-]", "alkoxide", -1),
    ("[O-]c1ccccc1", "aryloxide", -1),
    ("C[Si](C)(C)[O-]", "siloxide", -1),
    ("CC([O-])=O", "carboxylate", -1),
    ("C[Si](C)(C)[N-][Si](C)(C)C", "amide N", -1),
    ("c1ccncc1", "pyridine N", 0),
    ("CN1C=CN(C)[C]1", "carbene", 0),
    ("C[S-]", "thiolate", -1),
    ("CP(C)(C)=S", "other, neutral", 0),
    ("[F-]", "fluoride", -1),
    ("[Cl-]", "chloride", -1),
    ("[OH-]", "hydroxide", -1),
    ("[H]O[2H]", "water", 0),
    ("N#Cc1ccncc1", "pyridine N", 0),
)

OUT_OF_SCOPE = (
    ("", Reason.UNREADABLE),
    ("not a molecule", Reason.UNREADABLE),
    ("<script>alert(1)</script>", Reason.UNREADABLE),
    ("C(C)(C)(C)(C)C", Reason.UNREADABLE),
    ("c1ccnc1", Reason.UNREADABLE),
    ("[H][H]", Reason.SIZE),
    ("C" * 399, Reason.SIZE),
    ("C" * 401, Reason.UNREADABLE),
    ("CCCCCCCCCCCCCCCCCCCCCCCCC[O-]", Reason.SIZE),
    ("O.O", Reason.FRAGMENTS),
    ("[Dy]", Reason.ELEMENT),
    ("*O", Reason.UNREADABLE),
    ("CBr", Reason.ELEMENT),
    ("[O-]C(=O)C([O-])=O", Reason.CHARGE),
    ("[NH4+]", Reason.CHARGE),
    ("CC(C)(C)N(O[Cl])[O]", Reason.RADICAL),
    ("[NH3+]CC(=O)[O-]", Reason.ZWITTERION),
    ("CCCC", Reason.NO_DONOR),
    ("CP(C)C", Reason.DONOR_ELEMENT),
    ("[C-]#[O+]", Reason.DONOR_ELEMENT),
    ("[CH2-]C", Reason.DONOR_ELEMENT),
    ("c1ccnc(-c2ccccn2)c1", Reason.CHELATING),
    ("CC(=O)C=C(C)[O-]", Reason.CHELATING),
    ("COCCOC", Reason.CHELATING),
)


@pytest.mark.parametrize(("smiles", "donor_class", "charge"), IN_SCOPE)
def test_the_common_single_donors_are_in_scope_and_are_what_ligand_reads(
    smiles: str, donor_class: str, charge: int
) -> None:
    ligand, read = scoped(smiles), ligand_from_text(smiles)
    assert (ligand.donor_class, ligand.charge) == (donor_class, charge)
    assert ligand == ScopedLigand(read.smiles, read.donor, read.donor_class, read.charge, read.heavy_atoms)


@pytest.mark.parametrize(("smiles", "reason"), OUT_OF_SCOPE)
def test_everything_else_is_declined_with_its_reason_and_a_sentence(smiles: str, reason: Reason) -> None:
    with pytest.raises(OutOfScope) as refusal:
        scoped(smiles)
    assert refusal.value.reason == reason
    assert refusal.value.sentence.endswith(".")
    assert len(smiles) < 10 or smiles not in refusal.value.sentence


@pytest.mark.parametrize(
    "smiles", ["N#Cc1ccc(P(C)(C)=O)cc1", "CN(C)C(=O)c1ccncc1", "[O-][n+]1ccc(C=O)cc1", "CN(C)C(=O)c1ccc(P(C)(C)=O)cc1"]
)
def test_the_donor_asked_for_is_the_donor_that_is_given_in_any_spelling(smiles: str) -> None:
    read = ligand_from_text(smiles)
    shuffle = random.Random(6)
    for choice in read.alternatives:
        spellings = [_respelt(read.smiles, choice.atom, shuffle) for _ in range(10)]
        assert {scoped(text, 0) for text in spellings} == {
            ScopedLigand(read.smiles, choice.atom, choice.donor_class, read.charge, read.heavy_atoms)
        }


def _respelt(smiles: str, first: int, shuffle: random.Random) -> str:
    """The ligand with its atoms in another order, one of them first."""
    mol = Chem.MolFromSmiles(smiles)
    order = list(range(mol.GetNumAtoms()))
    shuffle.shuffle(order)
    mixed = Chem.RenumberAtoms(mol, order)
    return str(Chem.MolToSmiles(mixed, canonical=False, rootedAtAtom=order.index(first)))


def test_equivalent_donors_and_oxygens_that_share_a_charge_are_one_ligand() -> None:
    assert scoped("O=C(C)[O-]", 0) == scoped("O=C(C)[O-]", 3) == scoped("CC([O-])=O")
    assert scoped("c1cnccn1", 2) == scoped("c1cnccn1", 5)


def test_two_donors_far_apart_are_two_ligands_and_stereo_makes_none() -> None:
    assert scoped("N#Cc1ccncc1", 0) != scoped("N#Cc1ccncc1", 5)
    assert scoped("C/C=C/CO") == scoped("C/C=C\\CO") == scoped("CC=CCO")
    assert scoped("C[C@H](F)[O-]") == scoped("C[C@@H](F)[O-]")


@pytest.mark.parametrize("donor", [1, 3, -1, 99])
def test_an_atom_without_a_lone_pair_or_outside_the_ligand_is_no_donor(donor: int) -> None:
    with pytest.raises(OutOfScope) as refusal:
        scoped("CP(C)(C)=O", donor)
    assert refusal.value.reason == Reason.DONOR_NOT_KEPT


def test_an_anion_does_not_bind_with_an_atom_that_is_neutral() -> None:
    with pytest.raises(OutOfScope) as refusal:
        scoped("N#Cc1ccc([O-])cc1", 0)
    assert refusal.value.reason == Reason.CHARGE_ELSEWHERE


@pytest.mark.parametrize(("name", "smiles"), [("HMPA", "CN(C)P(=O)(N(C)C)N(C)C"), ("tert-butoxide", "CC(C)(C)[O-]")])
def test_a_common_name_is_the_ligand_that_it_names(name, smiles):
    assert scoped(name) == scoped(smiles)


def test_a_misspelt_name_is_answered_with_near_ones():
    with pytest.raises(OutOfScope) as caught:
        scoped("tert-butoxid")
    assert caught.value.reason is Reason.UNREADABLE and "Did you mean tert-butoxide" in caught.value.sentence
