from __future__ import annotations

import json
from statistics import mean

import numpy as np
import pytest

from core.chem.complex import PROTOCOL, UNCORRECTED, build_complex
from core.chem.distance_correction import TABLE, corrections, slid
from core.chem.donor_class import DonorClass
from core.chem.ligand import ligand_from_text
from core.chem.radii import LANTHANIDES
from core.training.distances import MODELS


def test_a_ligand_slides_as_a_rigid_body_along_its_bond() -> None:
    positions = np.array([[0, 0, 0], [0, 0, 2.0], [0.5, 0, 3.0], [-2.0, 0, 0], [-2.5, 0.8, 0]])
    moved = slid(positions, [(1, 2), (3, 4)], [1, 3], [0.1, -0.05])
    assert np.linalg.norm(moved[[1, 3]], axis=1) == pytest.approx([2.1, 1.95])
    assert moved[2] - moved[1] == pytest.approx(positions[2] - positions[1])
    assert moved[4] - moved[3] == pytest.approx(positions[4] - positions[3])
    assert moved[0] == pytest.approx(positions[0])


def test_the_corrections_are_the_means_of_what_the_references_miss() -> None:
    record = json.loads(TABLE.read_text(encoding="utf-8"))
    rows = [row for row in record["ligands"] if row["name"] not in MODELS]
    for name, value in record["corrections_A"]["axial"].items():
        alike = [row["before_axial_A"] for row in rows if row["class"] == name]
        assert value == pytest.approx(mean(alike), abs=6e-4)
    assert record["corrections_A"]["water"] == pytest.approx(mean(row["before_water_A"] for row in rows), abs=6e-4)


def test_the_table_belongs_to_the_protocol_that_is_corrected() -> None:
    assert json.loads(TABLE.read_text(encoding="utf-8"))["protocol"] == UNCORRECTED


def test_every_lanthanide_has_its_step_and_dysprosium_none() -> None:
    assert set(corrections().metals) == set(LANTHANIDES)
    assert corrections().metals["Dy"] == 0.0


def test_a_class_without_reference_takes_the_mean_of_its_charge() -> None:
    table = corrections()
    assert DonorClass.THIOLATE not in table.axial
    assert table.of_axial(DonorClass.THIOLATE, -1) == table.anionic
    assert table.of_axial(DonorClass.THIOETHER, 0) == table.neutral


def test_a_built_complex_has_the_lengths_of_gfn2_plus_the_corrections() -> None:
    ligand = ligand_from_text("C[O-]")
    before, after = build_complex(ligand, corrected=False), build_complex(ligand)
    longer = np.linalg.norm(after.molecule.positions, axis=1) - np.linalg.norm(before.molecule.positions, axis=1)
    table = corrections()
    assert longer[list(after.axial_donors)] == pytest.approx(table.axial[DonorClass.ALKOXIDE], abs=1e-6)
    assert longer[list(after.equatorial_donors)] == pytest.approx(table.water, abs=1e-6)
    assert (before.protocol, after.protocol) == (UNCORRECTED, PROTOCOL)
