"""What the Build page says of a complex: its tables, and the inputs for other programs."""

from __future__ import annotations

import re

import pytest

from app.build.result import spec_of
from app.build.tables import angle_rows, complex_formula, distance_rows, ligand_rows
from core.chem.ligand.ligand import ligand_from_text
from core.qc.export import to_openmolcas, to_orca
from core.qc.hamiltonian import check
from core.workflows.build import Built, ComplexRequest, build

pytestmark = pytest.mark.xdist_group("methoxide fluoride")  # so that it is built once


@pytest.fixture(scope="module")
def methoxide_fluoride() -> Built:
    return build(ComplexRequest(ligand_from_text("C[O-]"), ligand_from_text("[F-]")))


def test_the_inputs_are_those_of_the_complex_on_the_page(methoxide_fluoride):
    spec = spec_of(methoxide_fluoride)
    check(spec)
    assert spec.charge == 1 and spec.metal == 0
    assert sorted(spec.elements[donor] for donor in spec.donors) == ["F", "O", "O", "O", "O", "O", "O"]
    for write in (to_openmolcas, to_orca):
        assert re.search(r"n(act)?el *=? *9\b", write(spec), re.IGNORECASE)


def test_the_tables_name_atoms_as_the_xyz_counts_them(methoxide_fluoride):
    molecule = methoxide_fluoride.complex.molecule
    rows = distance_rows(methoxide_fluoride)
    assert [row["role"] for row in rows] == ["axial"] * 2 + ["equatorial"] * 6
    for row in rows[:-1]:
        donor = int(str(row["bond"]).split("–")[1].lstrip("OF"))
        assert row["distance / Å"] == pytest.approx(
            float((molecule.relative_positions[donor - 1] ** 2).sum() ** 0.5), abs=1e-9
        )
    assert rows[-1]["distance / Å"] == pytest.approx(sum(row["distance / Å"] for row in rows[2:7]) / 5)
    assert len(angle_rows(methoxide_fluoride)) == 2  # the axis, and Dy–O–C; fluoride has no neighbour


def test_ligands_are_listed_from_plus_z_to_minus_z(methoxide_fluoride):
    first, second = ligand_rows(methoxide_fluoride)
    assert (first["donor"], second["donor"]) == ("alkoxide", "fluoride")
    assert second["frontier gap / eV"] is None
    assert complex_formula(methoxide_fluoride) == "[Dy(H₂O)₅(CH₃O)(F)]⁺"
