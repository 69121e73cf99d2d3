"""Ligands that take two places at the metal are told before anything is built; all others are built as ever."""

from __future__ import annotations

import pytest

from core.chem.build import complex as module
from core.chem.build.complex import build_complex
from core.chem.ligand.chelates import check_single
from core.chem.ligand.ligand import ligand_from_text
from core.chem.ligand.names import table
from core.errors import Refused

CHELATES = {
    "2,2'-bipyridine": "two pyridine N donors",
    "1,10-phenanthroline": "two pyridine N donors",
    "2,2'-bipyrimidine": "two pyridine N donors",
    "2,2':6',2''-terpyridine": "two pyridine N donors",
    "2,2'-bipyridine N,N'-dioxide": "two N-oxide donors",
    "acetylacetonate": "two β-diketonate donors",
    "hexafluoroacetylacetonate": "two β-diketonate donors",
    "dipivaloylmethanate": "two β-diketonate donors",
    "dibenzoylmethanate": "two β-diketonate donors",
    "thenoyltrifluoroacetonate": "two β-diketonate donors",
    "8-hydroxyquinolinate": "aryloxide and pyridine N",
    "tropolonate": "two anionic O donors",
    "picolinate": "carboxylate and pyridine N",
    "salicylaldehydate": "aryloxide and carbonyl",
    "o-vanillinate": "aryloxide and carbonyl",
    "nitrate": "two nitrate donors",
    "ethylenediamine": "two amine donors",
    "N,N,N',N'-tetramethylethylenediamine": "two amine donors",
    "1,2-dimethoxyethane": "two ether donors",
}

OTHERS = {
    "Schiff base": "CN=Cc1ccccc1[O-]",
    "β-diketiminate": "CC(=NC)C=C(C)[N-]C",
    "pyridine imine": "CN=Cc1ccccn1",
    "diimine": "CN=CC=NC",
    "hydroxamate": "CC(=O)N(C)[O-]",
    "cupferronate": "[O-]N(c1ccccc1)N=O",
    "imidodiphosphinate": "CP(C)(=O)N=P(C)(C)[O-]",
    "bis(phosphine oxide)": "CP(C)(=O)CP(C)(C)=O",
}

# each as near to a chelate as can be, and bound by one donor all the same
SINGLE = (
    "c1cc(-c2ccncc2)ccn1",
    "c1cnccn1",
    "c1c[n-]cn1",
    "[O-]c1cccnc1",
    "[O-]c1ccccc1",
    "CC(=O)[O-]",
    "C[N+](=O)[O-]",
    "C1CN2CCN1CC2",
    "C1COCCO1",
    "CN1CCNCC1",
    "O=C([O-])c1ccncc1",
    "NC(=O)c1cccnc1",
    "CC(C)NP(=O)(NC(C)C)C(C)(C)C",
)


@pytest.mark.parametrize("name", CHELATES)
def test_a_chelate_is_refused_with_its_donors_and_a_way_out(name):
    with pytest.raises(Refused) as caught:
        check_single(ligand_from_text(name))
    assert f"({CHELATES[name]})" in caught.value.what
    assert "Predict" in caught.value.advice


@pytest.mark.parametrize("kind", OTHERS)
def test_kinds_of_chelates_that_have_no_common_name_are_told_too(kind):
    with pytest.raises(Refused, match="two places"):
        check_single(ligand_from_text(OTHERS[kind]))


@pytest.mark.parametrize("smiles", SINGLE)
def test_a_ligand_whose_second_donor_looks_away_is_taken(smiles):
    check_single(ligand_from_text(smiles))


def test_all_other_ligands_with_a_name_are_taken():
    for names, _, donor in table():
        if donor and names[0] not in CHELATES:
            check_single(ligand_from_text(names[0]))


def test_a_chelate_that_binds_with_a_donor_elsewhere_is_taken():
    text = "CP(C)(=O)CCCc1ccnc(-c2ccccn2)c1"
    ligand = ligand_from_text(text)
    assert ligand.donor_class.value == "phosphine oxide"
    check_single(ligand)
    nitrogen = next(choice.atom for choice in ligand.alternatives if choice.element == "N")
    with pytest.raises(Refused):
        check_single(ligand_from_text(text, donor=nitrogen))


@pytest.mark.parametrize("second", [None, "F"])
def test_no_chelate_is_built_on_either_side(monkeypatch, second):
    monkeypatch.setattr(module, "starting_parts", lambda *_: pytest.fail("it was built"))
    chelate, other = ligand_from_text("acac"), ligand_from_text("[F-]")
    pair = (chelate, None) if second is None else (other, chelate)
    with pytest.raises(Refused, match="two places"):
        build_complex(*pair)


def test_an_ion_of_charge_minus_two_is_pointed_to_predict():
    with pytest.raises(Refused, match="charge -2") as caught:
        ligand_from_text("oxalate")
    assert "Predict" in caught.value.advice
