"""Donor classes of the ligand table, and of hapto ligands built by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.donor_class import DonorClass
from tests.chem.ligand_geometry import embedded, from_points, ring
from tests.chem.ligand_table import LIGANDS


@pytest.mark.parametrize(("name", "smiles", "expected"), LIGANDS)
def test_the_donor_has_the_class_a_chemist_would_give_it(name, smiles, expected):
    geometry, _, maps = embedded(smiles)
    assert geometry.donor(maps[1]) == DonorClass(expected)


@pytest.mark.parametrize(
    "smiles",
    [
        "CC(=[O:2])[O-:1]",
        "[O-:1][N+](=O)[O-:2]",
        "CC(=[O:1])C=C(C)[O-:2]",
        "CC(C)[N-:1]C(C)=[N:2]C(C)C",
        "CC(=[N:1]c1ccccc1)C=C(C)[N-:2]c1ccccc1",
        "c1cc[n-:1][n:2]1",
        "CCN(CC)C(=[S:2])[S-:1]",
        "[O-:1]P(C)(C)=NP(C)(C)=[O:2]",
    ],
)
def test_the_two_ends_of_a_delocalised_group_have_the_same_class(smiles):
    geometry, _, maps = embedded(smiles)
    assert geometry.donor(maps[1]) == geometry.donor(maps[2])


@pytest.mark.parametrize(
    ("smiles", "number", "expected"),
    [
        ("[O-:1]c1ccccc1C=[N:2]CC[N:3]=Cc1ccccc1[O-:4]", 2, DonorClass.IMINE),
        ("[O-:1]c1c(OC)cccc1C=O", 1, DonorClass.ARYLOXIDE),
        ("[O-:1]c1cccc2ccc[n:2]c12", 2, DonorClass.PYRIDINE),
        ("[O-:1]C(=O)c1cccc([n:3]1)C(=O)[O-:2]", 3, DonorClass.PYRIDINE),
        ("[O-:1]C(=O)C[N:5](CC(=O)[O-:2])CC[N:6](CC(=O)[O-:3])CC(=O)[O-:4]", 5, DonorClass.AMINE),
        ("CC(=[O:2])N[O-:1]", 2, DonorClass.AMIDE_O),
        ("[O-:1]c1ccccc1C(=O)[O-:2]", 2, DonorClass.CARBOXYLATE),
        ("[O-:1]c1ccccc1C(C)=[O:2]", 2, DonorClass.CARBONYL),
        ("[n:2]1ccccc1-c1nnn[n-:1]1", 2, DonorClass.PYRIDINE),
        ("COCC[O-:1]", 1, DonorClass.ALKOXIDE),
        ("C[O:2]CC[O-:1]", 2, DonorClass.ETHER),
    ],
)
def test_donors_of_mixed_ligands_are_told_apart(smiles, number, expected):
    geometry, _, maps = embedded(smiles)
    assert geometry.donor(maps[number]) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ("CCCCC", DonorClass.CYCLOPENTADIENYL),
        ("CCCCP", DonorClass.CYCLOPENTADIENYL),
        ("CCCCCC", DonorClass.ARENE),
        ("CCCCCCCC", DonorClass.CYCLOOCTATETRAENYL),
        ("CCCC", DonorClass.HAPTO),
        ("CCCCCCC", DonorClass.HAPTO),
    ],
)
def test_a_ring_that_binds_with_its_face_is_one_hapto_donor(members, expected):
    hydrogens = [("H", 1.08) if m == "C" else None for m in members]
    assert ring(members, 1.41, hydrogens).donor(range(len(members))) == expected


def test_indenyl_counts_as_cyclopentadienyl():
    geometry, _, maps = embedded("[CH-:1]1[CH:2]=[CH:3][c:4]2cccc[c:5]12")
    assert geometry.donor(list(maps.values())) == DonorClass.CYCLOPENTADIENYL


def test_allyl_binds_with_three_carbons():
    geometry, _, maps = embedded("[CH2:1]=[CH:2][CH2-:3]")
    assert geometry.charges().total == -1
    assert geometry.donor(list(maps.values())) == DonorClass.ALLYL


def test_the_hydrogens_of_borohydride_are_the_donors():
    corners = 1.2 * np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]) / 3**0.5
    geometry = from_points("BHHHH", [np.zeros(3), *corners], (1, 2, 3))
    assert geometry.donor(1) == DonorClass.BOROHYDRIDE
    assert geometry.donor((1, 2, 3)) == DonorClass.BOROHYDRIDE


def test_a_terminal_oxygen_of_a_polyoxometalate_is_one():
    corners = 1.78 * np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]) / 3**0.5
    assert from_points("WOOOO", [np.zeros(3), *corners], (1,)).donor(1) == DonorClass.POLYOXOMETALATE


def test_porphyrin_nitrogens_are_tetrapyrrole_donors():
    geometry, _, _ = embedded("c1cc2cc3ccc(cc4ccc(cc5ccc(cc1n2)[nH]5)n4)[nH]3")
    bare = geometry.without(*geometry.hydrogens_on_nitrogen())
    nitrogens = [a for a, e in enumerate(bare.elements) if e == "N"]
    assert {bare.donor(n) for n in nitrogens} == {DonorClass.TETRAPYRROLE}


def test_a_nitronyl_nitroxide_oxygen_is_a_nitroxide():
    geometry, _, maps = embedded("CC1(C)CCCC(C)(C)N1[O-:1]")
    geometry = geometry.with_length(geometry.elements.index("N"), maps[1], 1.28)
    assert geometry.donor(maps[1]) == DonorClass.NITROXIDE
