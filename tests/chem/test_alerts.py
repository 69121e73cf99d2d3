"""Alerts of ligands: everyday ligands have none, groups that water or the metal destroys are named by their kind."""

from __future__ import annotations

import pytest
from rdkit import Chem

from core.chem.ligand.alerts import _PATTERNS, alerts
from core.design.scope import scoped


def codes(smiles: str) -> set[str]:
    ligand = scoped(smiles)
    return {alert.code for alert in alerts(Chem.MolFromSmiles(ligand.smiles), ligand.donor_class)}


@pytest.mark.parametrize(
    "smiles",
    [
        "CP(C)(C)=O", "CN(C)P(=O)(N(C)C)N(C)C", "O=P(c1ccccc1)(c1ccccc1)c1ccccc1", "CC(C)NP(=O)(NC(C)C)C(C)(C)C",
        "c1ccncc1", "CN(C)C=O", "CC#N", "C1CCOC1", "CS(C)=O", "[O-][n+]1ccccc1", "CCOC(=O)OCC", "c1c[nH]cn1",
        "CC(=O)C", "CC(=O)[O-]", "[F-]", "[Cl-]", "[N-]=[N+]=[N-]", "[N-]=C=S", "NC(N)=O", "CN1CCCC1=O", "O", "CO",
        "CN(C)c1ccncc1", "[O-][N+](=O)c1ccncc1", "CNC(=O)NC", "[O-]S(=O)(=O)C(F)(F)F", "COP(=O)(OC)OC",
    ],
)  # fmt: skip
def test_everyday_ligands_have_no_alert(smiles: str) -> None:
    assert codes(smiles) == set()


@pytest.mark.parametrize(
    ("smiles", "code"),
    [
        ("CC(=O)Cl", "hydrolysis"), ("CS(=O)(=O)Cl", "hydrolysis"), ("CN=C=O", "hydrolysis"),
        ("CN=C=NC", "hydrolysis"), ("C[Si](C)(C)N(C)C", "hydrolysis"),
        ("CC(O)OC", "condensation"), ("CC(O)NC", "condensation"), ("C=CO", "tautomer"), ("C1CO1", "strain"),
        ("CN1CC1", "strain"), ("O=C1CCO1", "strain"), ("O=C1C=C=CCCC1", "strain"), ("CN(C)N(C)N(C)C", "unstable"),
        ("CN=[N+]=[N-]", "explosive"), ("COOC", "explosive"), ("CN(C)Cl", "redox"),
    ],
)  # fmt: skip
def test_groups_that_do_not_last_are_named_by_their_kind(smiles: str, code: str) -> None:
    assert code in codes(smiles)


@pytest.mark.parametrize(
    ("smiles", "protonated"),
    [
        ("CC(C)(C)[O-]", True),  # tert-butanol: pKa 17
        ("[O-]c1ccccc1", True),  # phenol: 10
        ("CC(=O)[O-]", False),  # acetic acid: 4.8
        ("[F-]", False),  # HF: 3.2
        ("C[Si](C)(C)[O-]", True),  # trimethylsilanol: about 12.7
    ],
)
def test_anions_more_basic_than_bound_water_would_take_its_proton(smiles: str, protonated: bool) -> None:
    assert ("base" in codes(smiles)) == protonated


def test_every_pattern_is_a_query_and_no_group_is_named_twice() -> None:
    assert all(Chem.MolFromSmarts(smarts) is not None for smarts, _, _ in _PATTERNS)
    assert len({group for _, group, _ in _PATTERNS}) == len(_PATTERNS)
