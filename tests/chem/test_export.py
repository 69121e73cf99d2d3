"""What is written for other programs reads back as the same molecule, and never carries text of the input file."""

from __future__ import annotations

import json

import gemmi
import numpy as np
import pytest

from core.chem.export import atom_names, to_cif, to_json, to_xyz
from core.chem.molecule import Molecule, hill_formula

HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture
def molecule() -> Molecule:
    return Molecule(
        elements=("Dy", "O", "H", "H", "Cl"),
        positions=np.array([[1.0, 2, 3], [1, 2, 5.35], [1.76, 2, 5.94], [0.24, 2, 5.94], [1, 4.65, 3]]),
        bonds=np.array([[0, 1], [0, 4], [1, 2], [1, 3]]),
        labels=(HOSTILE,) * 5,
        metal=0,
        charge=2,
        oxidation_state=3,
    )


def test_the_hill_order_puts_carbon_and_hydrogen_first() -> None:
    assert hill_formula(("O", "Dy", "H", "C", "C", "H", "H")) == "C2H3DyO"
    assert hill_formula(("O", "H", "H", "Dy")) == "DyH2O"


def test_xyz_has_the_metal_at_the_origin_and_reads_back(molecule: Molecule) -> None:
    lines = to_xyz(molecule).splitlines()
    assert lines[0] == "5"
    assert "charge=+2" in lines[1]
    read = np.array([[float(x) for x in line.split()[1:]] for line in lines[2:]])
    assert [line.split()[0] for line in lines[2:]] == list(molecule.elements)
    assert read == pytest.approx(molecule.relative_positions, abs=1e-7)


def test_cif_reads_back_with_every_distance(molecule: Molecule) -> None:
    small = gemmi.make_small_structure_from_block(gemmi.cif.read_string(to_cif(molecule)).sole_block())
    read = np.array([small.cell.orthogonalize(site.fract).tolist() for site in small.sites])
    for a in range(5):
        expected = np.linalg.norm(molecule.positions - molecule.positions[a], axis=1)
        assert np.linalg.norm(read - read[a], axis=1) == pytest.approx(expected, abs=1e-5)


def test_json_holds_the_record(molecule: Molecule) -> None:
    record = json.loads(to_json(molecule))
    assert (record["formula"], record["charge"], record["oxidation_state"]) == ("ClDyH2O", 2, 3)
    assert record["positions_angstrom"][0] == [0, 0, 0]


def test_labels_of_the_file_never_reach_an_export(molecule: Molecule) -> None:
    assert atom_names(molecule) == ("Dy1", "O1", "H1", "H2", "Cl1")
    assert "script" not in to_xyz(molecule) + to_cif(molecule) + to_json(molecule)


def test_the_arrays_of_a_molecule_cannot_be_changed(molecule: Molecule) -> None:
    with pytest.raises(ValueError, match="read-only"):
        molecule.positions[0, 0] = 9.0
