"""Ligands from text: what binds, the same for every way of writing it, and no harm from hostile strings."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.chem.ligand.drawing import draw
from core.chem.ligand.ligand import Ligand, ligand_from_text
from core.doubts import codes
from core.errors import InputError, KramersError, Refused, TooLarge
from tests.hostile import hostile_strings

SECONDS = 1.0

# name, SMILES, donor element, donor class, charge
DONORS = (
    ("trimethylphosphine oxide", "CP(C)(C)=O", "O", "phosphine oxide", 0),
    ("triphenylphosphine oxide", "O=P(c1ccccc1)(c1ccccc1)c1ccccc1", "O", "phosphine oxide", 0),
    ("HMPA", "CN(C)P(=O)(N(C)C)N(C)C", "O", "phosphine oxide", 0),
    ("trimethyl phosphate", "COP(=O)(OC)OC", "O", "phosphine oxide", 0),
    ("phosphine oxide with an amine", "CP(C)(=O)CCCCCN", "O", "phosphine oxide", 0),
    ("pyridine N-oxide", "[O-][n+]1ccccc1", "O", "N-oxide", 0),
    ("trimethylamine N-oxide", "C[N+](C)(C)[O-]", "O", "N-oxide", 0),
    ("DMSO", "CS(C)=O", "O", "sulfoxide", 0),
    ("diphenyl sulfoxide", "O=S(c1ccccc1)c1ccccc1", "O", "sulfoxide", 0),
    ("DMF", "CN(C)C=O", "O", "amide O", 0),
    ("acetanilide", "CC(=O)Nc1ccccc1", "O", "amide O", 0),
    ("tetramethylurea", "CN(C)C(=O)N(C)C", "O", "amide O", 0),
    ("N-methylpyrrolidone", "CN1CCCC1=O", "O", "amide O", 0),
    ("nicotinamide", "NC(=O)c1cccnc1", "O", "amide O", 0),
    ("acetone", "CC(C)=O", "O", "carbonyl", 0),
    ("ethyl acetate", "CCOC(C)=O", "O", "carbonyl", 0),
    ("acetic acid", "CC(=O)O", "O", "carbonyl", 0),
    ("4-aminobenzaldehyde", "Nc1ccc(C=O)cc1", "O", "carbonyl", 0),
    ("water", "O", "O", "water", 0),
    ("methanol", "CO", "O", "alcohol", 0),
    ("phenol", "Oc1ccccc1", "O", "alcohol", 0),
    ("THF", "C1CCOC1", "O", "ether", 0),
    ("diethyl ether", "CCOCC", "O", "ether", 0),
    ("anisole", "COc1ccccc1", "O", "ether", 0),
    ("nitromethane", "C[N+](=O)[O-]", "O", "neutral O", 0),
    ("dimethyl sulfone", "CS(C)(=O)=O", "O", "neutral O", 0),
    ("pyridine", "c1ccncc1", "N", "pyridine N", 0),
    ("N-methylimidazole", "Cn1ccnc1", "N", "pyridine N", 0),
    ("DMAP", "CN(C)c1ccncc1", "N", "pyridine N", 0),
    ("methyl isonicotinate", "COC(=O)c1ccncc1", "N", "pyridine N", 0),
    ("trimethylamine", "CN(C)C", "N", "amine", 0),
    ("ammonia", "N", "N", "amine", 0),
    ("morpholine", "C1COCCN1", "N", "amine", 0),
    ("aniline", "Nc1ccccc1", "N", "amine", 0),
    ("benzophenone imine", "N=C(c1ccccc1)c1ccccc1", "N", "imine", 0),
    ("acetonitrile", "CC#N", "N", "nitrile", 0),
    ("NHC", "CN1C=CN(C)[C]1", "C", "carbene", 0),
    ("isocyanide", "CC(C)(C)[N+]#[C-]", "C", "cyanide C", 0),
    ("trimethylphosphine", "CP(C)C", "P", "phosphine", 0),
    ("dimethyl sulfide", "CSC", "S", "thioether", 0),
    ("phosphine sulfide", "CP(C)(C)=S", "S", "other, neutral", 0),
    ("hydroxide", "[OH-]", "O", "hydroxide", -1),
    ("methoxide", "C[O-]", "O", "alkoxide", -1),
    ("tert-butoxide", "CC(C)(C)[O-]", "O", "alkoxide", -1),
    ("alkoxide with an amide", "CC(C)([O-])CCCC(=O)N(C)C", "O", "alkoxide", -1),
    ("phenolate", "[O-]c1ccccc1", "O", "aryloxide", -1),
    ("di-tert-butylphenolate", "CC(C)(C)c1cccc(C(C)(C)C)c1[O-]", "O", "aryloxide", -1),
    ("triphenylsiloxide", "[O-][Si](c1ccccc1)(c1ccccc1)c1ccccc1", "O", "siloxide", -1),
    ("trimethylsiloxide", "C[Si](C)(C)[O-]", "O", "siloxide", -1),
    ("acetate", "CC(=O)[O-]", "O", "carboxylate", -1),
    ("benzoate", "O=C([O-])c1ccccc1", "O", "carboxylate", -1),
    ("triflate", "O=S(=O)([O-])C(F)(F)F", "O", "oxoanion", -1),
    ("diphenylphosphinate", "O=P([O-])(c1ccccc1)c1ccccc1", "O", "oxoanion", -1),
    ("nitrate", "O=[N+]([O-])[O-]", "O", "nitrate", -1),
    ("acetylacetonate", "CC(=O)C=C(C)[O-]", "O", "β-diketonate", -1),
    ("enolate", "C=C(C)[O-]", "O", "anionic O", -1),
    ("oximate", "CC(C)=N[O-]", "O", "anionic O", -1),
    ("dimethylamide", "C[N-]C", "N", "amide N", -1),
    ("bis(trimethylsilyl)amide", "C[Si](C)(C)[N-][Si](C)(C)C", "N", "amide N", -1),
    ("amidinate", "CC(C)N=C(C)[N-]C(C)C", "N", "amide N", -1),
    ("pyrazolate", "c1cn[n-]c1", "N", "azolate", -1),
    ("pyrrolide", "c1cc[n-]c1", "N", "azolate", -1),
    ("azide", "[N-]=[N+]=[N-]", "N", "pseudohalide N", -1),
    ("thiocyanate", "[N-]=C=S", "N", "pseudohalide N", -1),
    ("cyanate", "[N-]=C=O", "N", "pseudohalide N", -1),
    ("fluoride", "[F-]", "F", "fluoride", -1),
    ("chloride", "[Cl-]", "Cl", "chloride", -1),
    ("tetrafluoroborate", "F[B-](F)(F)F", "F", "halocarbon", -1),
    ("neopentyl", "CC(C)(C)[CH2-]", "C", "alkyl", -1),
    ("phenyl", "[c-]1ccccc1", "C", "aryl", -1),
    ("phenylacetylide", "[C-]#Cc1ccccc1", "C", "cyanide C", -1),
    ("thiophenolate", "[S-]c1ccccc1", "S", "thiolate", -1),
    ("diphenylphosphide", "c1ccc([P-]c2ccccc2)cc1", "P", "phosphide", -1),
)
SMILES = [row[1] for row in DONORS]


def element(ligand: Ligand) -> str:
    return Chem.MolFromSmiles(ligand.smiles).GetAtomWithIdx(ligand.donor).GetSymbol()


@pytest.mark.parametrize(("name", "smiles", "symbol", "donor_class", "charge"), DONORS)
def test_a_ligand_binds_with_the_atom_a_chemist_expects(name, smiles, symbol, donor_class, charge):
    ligand = ligand_from_text(smiles)
    assert (element(ligand), ligand.donor_class, ligand.charge) == (symbol, DonorClass(donor_class), charge)
    assert 1 <= ligand.synthetic_accessibility <= 10
    assert ligand.heavy_atoms == Chem.MolFromSmiles(smiles).GetNumHeavyAtoms()


@pytest.mark.parametrize("smiles", SMILES)
def test_the_same_ligand_written_differently_is_equal(smiles):
    mol, ligand = Chem.MolFromSmiles(smiles), ligand_from_text(smiles)
    for _ in range(8):
        assert ligand_from_text(Chem.MolToSmiles(mol, doRandom=True)) == ligand
    assert ligand_from_text(ligand.smiles) == ligand


@pytest.mark.parametrize("smiles", SMILES)
@pytest.mark.parametrize("v3000", [False, True])
def test_a_mol_block_or_sdf_gives_the_same_ligand_as_its_smiles(smiles, v3000):
    mol, ligand = Chem.MolFromSmiles(smiles), ligand_from_text(smiles)
    block = Chem.MolToMolBlock(mol, forceV3000=v3000)
    assert ligand_from_text(block) == ligand
    assert ligand_from_text(Chem.MolToMolBlock(Chem.AddHs(mol), forceV3000=v3000)) == ligand
    assert ligand_from_text(block.replace("\n", "\r\n") + "> <name>\nx\n\n$$$$\n") == ligand


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C[P+](C)(C)[O-]", "CP(C)(C)=O"),
        ("C[S+](C)[O-]", "CS(C)=O"),
        ("O=n1ccccc1", "[O-][n+]1ccccc1"),
        ("[N-2][N+]#N", "[N-]=[N+]=[N-]"),
        ("[S-]C#N", "[N-]=C=S"),
        ("C[n+]1[c-]n(C)cc1", "CN1C=CN(C)[C]1"),
        ("C[N+]1=[C-]N(C)C=C1", "CN1C=CN(C)[C]1"),
        ("[CH2-]C(C)=O", "C=C(C)[O-]"),
        ("CC(=O)C=C([O-])c1ccccc1", "CC([O-])=CC(=O)c1ccccc1"),
        ("CC(=O)/C=C(\\[O-])c1ccccc1", "CC([O-])=CC(=O)c1ccccc1"),
        ("Cc1cc[n-]n1", "Cc1ccn[n-]1"),
        ("CN=C[N-]C1CC1", "C[N-]C=NC1CC1"),
        ("[O:1]=[P:7](C)(C)C", "CP(C)(C)=O"),
    ],
)
def test_resonance_forms_are_one_ligand(one, other):
    assert ligand_from_text(one) == ligand_from_text(other)


def test_stereo_is_kept():
    left, right = (ligand_from_text(s) for s in ("C[C@H](F)C[O-]", "C[C@@H](F)C[O-]"))
    assert left.smiles != right.smiles
    assert "ligand-stereo" not in codes(left.doubts)
    assert "ligand-stereo" in codes(ligand_from_text("CC(F)C[O-]").doubts)


@pytest.mark.parametrize(
    ("smiles", "words"),
    [
        ("COc1ccccc1[O-]", "five-membered chelate"),
        ("c1ccc(-c2ccccn2)nc1", "five-membered chelate"),
        ("CN(C)C(=O)CC(=O)N(C)C", "six-membered chelate"),
        ("CC(=O)[O-]", "κ²"),
        ("CC(C)(C)[O-]", "take a proton from water"),
        ("C[N-]C", "take a proton from water"),
        ("CSC", "soft donor"),
        ("CC#N", "faintly"),
        ("[NH3+]CC(=O)[O-]", "zwitterion"),
        ("[F-]", "bridges"),
    ],
)
def test_a_doubt_is_said(smiles, words):
    assert any(words in one.text for one in ligand_from_text(smiles).doubts)


@pytest.mark.parametrize("smiles", ["COc1cccc([O-])c1", "C1COCCO1", "c1cnccn1", "NC(=O)c1cccnc1", "CP(C)(C)=O"])
def test_donors_that_cannot_reach_one_metal_are_not_called_chelating(smiles):
    assert "ligand-chelates" not in codes(ligand_from_text(smiles).doubts)


@pytest.mark.parametrize(
    ("acid", "anion"),
    [
        ("Oc1ccccc1", "[O-]c1ccccc1"),
        ("CC(=O)O", "CC(=O)[O-]"),
        ("CO", "C[O-]"),
        ("[NH3+]CC(=O)[O-]", "NCC(=O)[O-]"),
        ("O[Si](C)(C)C", "C[Si](C)(C)[O-]"),
        ("CC(=O)CC(C)=O", "CC(=O)C=C(C)[O-]"),
        ("c1nn[nH]n1", "c1nn[n-]n1"),
        ("Cc1nnn[nH]1", "Cc1nnn[n-]1"),
    ],
)
def test_an_acid_is_offered_without_its_proton(acid, anion):
    ligand = ligand_from_text(acid)
    assert ligand.charge == 0
    assert ligand.other_charge_states == (ligand_from_text(anion).smiles,)
    assert any(ligand.other_charge_states[0] in one.text for one in ligand.doubts)


def test_a_protonated_ring_of_a_zwitterion_loses_its_own_proton():
    ligand = ligand_from_text("[S-]c1nn(C)[nH+]n1")
    assert [ligand_from_text(state).charge for state in ligand.other_charge_states] == [-1]


@pytest.mark.parametrize("smiles", SMILES)
def test_what_is_offered_without_its_proton_is_itself_a_ligand_of_charge_minus_one(smiles):
    for state in ligand_from_text(smiles).other_charge_states:
        offered = ligand_from_text(state)
        assert (offered.charge, offered.smiles) == (-1, state)


def test_a_ligand_without_acidic_protons_has_no_other_charge_state():
    assert ligand_from_text("CP(C)(C)=O").other_charge_states == ()


def test_another_donor_can_be_chosen_and_changes_places_with_the_first():
    first = ligand_from_text("NC(=O)c1cccnc1")
    pyridine = first.alternatives[0]
    second = ligand_from_text("NC(=O)c1cccnc1", donor=pyridine.atom)
    assert (second.donor, second.donor_class) == (pyridine.atom, DonorClass.PYRIDINE)
    assert [a.atom for a in second.alternatives] == [first.donor]
    assert replace(second, donor=0, donor_class=first.donor_class, alternatives=(), doubts=()) == replace(
        first, donor=0, alternatives=(), doubts=()
    )


@pytest.mark.parametrize("donor", [-1, 0, 99])
def test_an_atom_that_cannot_bind_is_no_donor(donor):
    with pytest.raises(InputError, match="Choose one of: 4"):
        ligand_from_text("CP(C)(C)=O", donor=donor)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("", InputError, "no ligand"),
        (" \n\t", InputError, "no ligand"),
        ("C(", InputError, "cannot be read"),
        ("C(C)(C)(C)(C)C", InputError, "atom 1 (C) has more bonds"),
        ("c1cccn1", InputError, "[nH]"),
        ("Nc1#ccccc1", InputError, "cannot be read"),
        ("N#N=O", InputError, "charge"),
        ("CC(=O)[O-].[Na+]", Refused, "Na"),
        ("O.O", Refused, "more than one"),
        ("CBr", Refused, "Br"),
        ("[Dy+3]", Refused, "Dy"),
        ("*C", Refused, "dummy"),
        ("[*:1]C=O", Refused, "dummy"),
        ("C[N+](C)(C)C", Refused, "+1"),
        ("[O-]C(=O)C(=O)[O-]", Refused, "-2"),
        ("C[CH2]", Refused, "unpaired"),
        ("CN(C)[O]", Refused, "unpaired"),
        ("[H][H]", Refused, "hydrogen"),
        ("[H+]", Refused, "hydrogen"),
        ("CCC", Refused, "no atom has a free lone pair"),
        ("c1cc[cH-]c1", Refused, "π face"),
        ("Cl", Refused, "Give [Cl-]"),
        ("C" * 401, TooLarge, "401 characters"),
        ("C" * 60 + "O", TooLarge, "61 heavy"),
        ("C~O", InputError, "characters"),
        ("C>>O", InputError, "characters"),
        ("N->B", InputError, "characters"),
    ],
)
def test_what_is_not_a_ligand_in_scope_is_refused_with_a_reason(text, kind, words):
    with pytest.raises(kind) as caught:
        ligand_from_text(text)
    assert words in caught.value.sentence


def test_a_ligand_beyond_the_models_is_doubted_and_one_within_is_not():
    assert "ligand-size" in codes(ligand_from_text("C" * 25 + "[O-]").doubts)
    assert "ligand-size" not in codes(ligand_from_text("C" * 24 + "[O-]").doubts)


def test_names_and_extensions_are_dropped_and_never_echoed():
    ligand = ligand_from_text("CP(C)(C)=O |$<script>alert(1)</script>;;;;$| <b>name</b>")
    assert ligand.smiles == "CP(C)(C)=O"
    assert not any("script" in d.text or "<b>" in d.text for d in ligand.doubts)
    assert "file-partly-read" in codes(ligand.doubts)


def test_isotopes_are_dropped_with_a_word():
    heavy, light = ligand_from_text("[2H]C([2H])([2H])O"), ligand_from_text("CO")
    assert heavy.smiles == light.smiles
    assert "ligand-isotopes" in codes(heavy.doubts)


def test_of_several_records_the_first_is_read():
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CP(C)(C)=O"))
    ligand = ligand_from_text(f"{block}$$$$\n{block}$$$$\n")
    assert ligand.smiles == "CP(C)(C)=O"
    assert "file-partly-read" in codes(ligand.doubts)


@pytest.mark.parametrize("mark", ["M  APO  1   1   1", "M  RGP  1   1   1", "M  ALS   1  2 F C   N   "])
def test_query_features_of_a_mol_block_are_refused(mark):
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CO")).replace("M  END", f"{mark}\nM  END")
    with pytest.raises((Refused, InputError)):
        ligand_from_text(block)


def test_no_hostile_string_does_harm_or_takes_long(capfd):
    ligand_from_text("CO")  # the table of the SA score is read once
    strings = hostile_strings(SMILES)
    refused = 0
    for text in strings:
        start = time.process_time()
        try:
            answer = repr(ligand_from_text(text))
        except KramersError as error:
            refused += 1
            answer = error.sentence
            assert error.sentence.isprintable() and len(error.sentence) < 400, repr(text)
        assert time.process_time() - start < SECONDS, repr(text[:80])
        assert "alert(1)</script>" not in answer and "onerror=alert" not in answer
    assert len(strings) >= 500 and 100 < refused < len(strings)
    assert capfd.readouterr() == ("", "")  # RDKit's log would repeat the text


@pytest.mark.parametrize("smiles", ["CP(C)(C)=O", "CC(C)(C)[O-]", "[Cl-]", "C[C@H](F)CC(=O)Nc1ccccc1"])
@pytest.mark.parametrize("dark", [False, True])
def test_a_drawing_is_plain_xml_with_the_donor_marked(smiles, dark):
    ligand = ligand_from_text(smiles)
    svg = draw(ligand, width=300, height=200, dark=dark)
    root = ElementTree.fromstring(svg)
    tags = {node.tag.split("}")[1] for node in root.iter()}
    assert tags <= {"svg", "path", "ellipse", "rect"}, tags
    assert not any("href" in name or name.startswith("on") for node in root.iter() for name in node.attrib)
    marked = [node for node in root.iter() if node.tag.endswith("ellipse")]
    assert [node.get("class") for node in marked] == [f"atom-{ligand.donor}"]
    ink = "#FFFFFF" if dark else "#000000"
    assert ink in svg and ("#000000" if dark else "#FFFFFF") not in svg


@pytest.mark.parametrize("size", [0, -5, 49, 2001])
def test_a_drawing_of_no_sensible_size_is_refused(size):
    with pytest.raises(InputError):
        draw(ligand_from_text("O"), width=size, height=200)
