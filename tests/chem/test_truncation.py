"""What is cut off a ligand and what is not; coordinates are textbook geometry (tests/chem/geometry.py)."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.chem.io.structure import read_structure
from core.chem.lewis.fragments import Anatomy, dissect
from core.chem.sphere.isolated import dissect_isolated
from core.chem.sphere.truncation import Truncated, truncated
from tests.chem import geometry as g
from tests.workflows.test_predict import EXAMPLES


def cut(atoms: g.Atoms) -> tuple[Anatomy, Truncated]:
    anatomy = dissect(g.component([("Dy", (0.0, 0.0, 0.0)), *atoms]))
    return anatomy, truncated(anatomy, anatomy.metals[0])


def nearest(positions: np.ndarray, metal: int) -> np.ndarray:
    """Distances of the six atoms nearest to the metal [Å]."""
    return np.sort(np.linalg.norm(positions - positions[metal], axis=1))[1:7]


@pytest.mark.parametrize(
    ("atoms", "left"),
    [
        (g.kappa2_acetate(), "formate"),
        (g.pentamethylcyclopentadienyl(), "cyclopentadienyl"),
        (g.acetylacetonate(), "propanedial enolate"),
        (g.water(2.4), "water"),
        (g.kappa2_nitrate(), "nitrate"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tails_go_and_donor_groups_stay(atoms: g.Atoms, left: str) -> None:
    formulas = {
        "formate": {"C": 1, "H": 1, "O": 2},
        "cyclopentadienyl": {"C": 5, "H": 5},
        "propanedial enolate": {"C": 3, "H": 3, "O": 2},
        "water": {"H": 2, "O": 1},
        "nitrate": {"N": 1, "O": 3},
    }
    _, kept = cut(atoms)
    assert Counter(kept.elements) == Counter(formulas[left]) + Counter(["Dy"])


def test_charge_donor_classes_and_their_distances_outlive_the_cut() -> None:
    anatomy, kept = cut(g.kappa2_acetate())
    (after,) = dissect_isolated(kept.elements, kept.positions)
    assert after.ligand_charge == anatomy.ligand_charge == -1
    assert Counter(c for f in after.fragments for c in f.classes.values()) == Counter(
        c for f in anatomy.fragments for c in f.classes.values()
    )


def test_a_cap_stands_where_the_bond_was_cut_at_the_length_of_a_c_h_bond() -> None:
    _, kept = cut(g.kappa2_acetate())
    carbon = np.array([0.0, 0.0, 2.77])
    hydrogen = kept.positions[kept.elements.index("H")]
    assert hydrogen - carbon == pytest.approx([0.0, 0.0, 1.089], abs=1e-6)


@pytest.mark.parametrize("name", ["dy-h2o5-opme3-2", "tb-pc2-pph4", "dy-cp-ipr5-cp-star", "dy-otbu2-py5-bph4"])
def test_crystals_keep_charge_and_donors(name: str) -> None:
    structure = read_structure((EXAMPLES / f"{name}.cif").read_bytes())
    molecule = structure.molecule
    (anatomy,) = (
        a for a in dissect_isolated(molecule.elements, molecule.positions) if molecule.metal in a.component.sites
    )
    kept = truncated(anatomy, anatomy.metals[0])
    (after,) = dissect_isolated(kept.elements, kept.positions)
    assert after.ligand_charge == anatomy.ligand_charge
    assert len(kept.elements) <= len(anatomy.component.elements)
    metal = molecule.elements[molecule.metal]
    before = nearest(anatomy.component.positions, anatomy.metals[0])
    assert nearest(kept.positions, kept.elements.index(metal)) == pytest.approx(before, abs=1e-9)


def test_a_phosphine_oxide_becomes_the_trimethyl_one() -> None:
    structure = read_structure((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes())
    molecule = structure.molecule
    (anatomy,) = dissect_isolated(molecule.elements, molecule.positions)
    assert truncated(anatomy, anatomy.metals[0]).removed == 0  # it is one already
    phosphorus = [k for k, element in enumerate(molecule.elements) if element == "P"]
    assert len(phosphorus) == 2
