"""The ligand library: what stands in the shipped file is what the code makes, and what it claims."""

from __future__ import annotations

import csv
import gzip
import random
from collections import Counter
from pathlib import Path

import pytest
from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.chem.ligand.ligand import ligand_from_text
from core.design.scope import scoped
from training.library import blocks as ligand_blocks
from training.library.families import Family, core, cores, rings
from training.library.library import COLUMNS, FAMILIES, drawn, library, written

SHIPPED = Path(__file__).parents[2] / "assets" / "ligands" / "library.csv.gz"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with gzip.open(SHIPPED, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_library_has_more_than_30_000_distinct_ligands_of_every_kind_that_was_asked_for(
    rows: list[dict[str, str]],
) -> None:
    assert len({(row["smiles"], row["donor"]) for row in rows}) == len(rows) > 30_000
    numbers = Counter(row["donor_class"] for row in rows)
    asked = (
        "phosphine oxide", "N-oxide", "sulfoxide", "amide O", "alkoxide", "aryloxide", "siloxide", "carboxylate",
        "amide N", "azolate", "pyridine N", "imine", "nitrile", "amine", "carbonyl", "ether", "alcohol", "carbene",
        "thiolate", "other, neutral",
    )  # fmt: skip
    assert all(numbers[name] >= 1000 for name in asked)
    assert max(numbers.values()) < 0.15 * len(rows)
    assert numbers["water"] == numbers["hydroxide"] == numbers["fluoride"] == numbers["chloride"] == 1
    assert sum(int(row["heavy_atoms"]) <= 18 for row in rows) > 0.75 * len(rows)
    assert max(int(row["heavy_atoms"]) for row in rows) <= 25


def test_the_shipped_file_is_small_and_sorted_and_has_the_columns_of_the_code(rows: list[dict[str, str]]) -> None:
    assert SHIPPED.stat().st_size < 1_500_000
    assert tuple(rows[0]) == COLUMNS
    assert [row["smiles"] for row in rows] == sorted(row["smiles"] for row in rows)


def test_ligands_of_the_shipped_file_are_in_scope_and_are_what_the_rest_of_kramers_reads(
    rows: list[dict[str, str]],
) -> None:
    for row in random.Random(6).sample(rows, 250):
        ligand, read = scoped(row["smiles"]), ligand_from_text(row["smiles"])
        assert (ligand.smiles, str(ligand.donor), str(ligand.donor_class)) == (
            row["smiles"],
            row["donor"],
            row["donor_class"],
        )
        assert (str(ligand.charge), str(ligand.heavy_atoms)) == (row["charge"], row["heavy_atoms"])
        assert (read.smiles, read.donor, read.donor_class) == (ligand.smiles, ligand.donor, ligand.donor_class)
        assert round(read.synthetic_accessibility, 2) == float(row["sa_score"])


@pytest.mark.parametrize("name", ["carbamate", "phosphate ester", "azide", "ether"])
def test_the_code_makes_the_family_that_the_shipped_file_holds(name: str, rows: list[dict[str, str]]) -> None:
    (family,) = (family for family in FAMILIES if family.name == name)
    made, _ = library([family])
    shipped = [(row["smiles"], int(row["donor"])) for row in rows if row["family"] == name]
    assert [(entry.ligand.smiles, entry.ligand.donor) for entry in made] == shipped


def test_what_is_out_of_scope_or_of_another_class_is_left_out_and_counted() -> None:
    groups = {"methyl": "C", "pyridyl": "c1ccccn1", "cyano": "C#N", "same": "[CH3]", "wrong": "C(C)(C)(C)(C)C"}
    family = Family("ketones", DonorClass.CARBONYL, 9, cores("CC(=O){}", (groups, 1)) + cores("[CH3]C(=O)C"))
    made, fates = library([family])
    assert {entry.ligand.smiles for entry in made} == {"CC(C)=O", "CC(=O)C#N"}
    assert fates["ketones"] == {"kept": 2, "duplicate": 2, "chelating": 1, "unreadable": 1}
    acids, fates = library([Family("acids", DonorClass.ALCOHOL, 9, cores("CC(=O)[O-]"))])
    assert not acids and fates["acids"] == {"another donor class": 1}


def test_a_family_gives_no_more_than_wanted_the_same_ones_each_time_and_small_ones_first_as_a_rule() -> None:
    many = cores("O=P({})({}){}", (ligand_blocks.CARBON, 3))
    family = Family("oxides", DonorClass.PHOSPHINE_OXIDE, 40, many)
    made, again = library([family])[0], library([family])[0]
    assert len(made) == 40
    assert written(made) == written(again)
    small = [len(text) for text in drawn(family)]
    assert sum(small[:5000]) < sum(small[-5000:])


def test_cores_are_filled_once_for_equivalent_places_and_in_every_order_for_others() -> None:
    two = {"methyl": "C", "ethyl": "CC"}
    assert sorted(core("O=C({}){}", (two, 2)).filled()) == ["O=C(C)C", "O=C(C)CC", "O=C(CC)CC"]
    assert len(set(core("O=C({})N{}", (two, 1), (two, 1)).filled())) == 4
    pyridines = {
        Chem.CanonSmiles(text) for ring in rings("n9 c c c c c9", (1, 2, 3, 4, 5), two, 1) for text in ring.filled()
    }
    assert pyridines == {
        Chem.CanonSmiles(text) for text in
        ("n1ccccc1", "Cc1ccccn1", "Cc1cccnc1", "Cc1ccncc1", "CCc1ccccn1", "CCc1cccnc1", "CCc1ccncc1")
    }  # fmt: skip
    with pytest.raises(ValueError, match="other places than its slots"):
        core("O=C({}){}", (two, 1))


@pytest.mark.parametrize(
    "groups",
    [value for name, value in vars(ligand_blocks).items() if name.isupper() and isinstance(value, dict)],
)
def test_every_group_is_a_radical_of_one_free_valence(groups: dict[str, str]) -> None:
    for name, text in groups.items():
        capped = Chem.MolFromSmiles(f"C{text}")
        assert capped is not None, name
        assert Chem.GetFormalCharge(capped) == 0
        assert not any(atom.GetNumRadicalElectrons() for atom in capped.GetAtoms())
        assert capped.GetAtomWithIdx(0).GetDegree() == 1
