"""What is written for other programs reads back as the same molecule, with the names of the file, without markup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gemmi
import numpy as np
import pytest

from core.chem.io.export import to_cif, to_xyz
from core.chem.io.structure import read_structure
from core.chem.molecule import Molecule, hill_formula
from core.workflows.predict import predict
from core.workflows.prediction import Prediction
from tests.chem import geometry as g

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
NAMES = sorted(path.name for path in EXAMPLES.glob("*.cif"))
HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture
def molecule() -> Molecule:
    return Molecule(
        elements=("Dy", "O", "H", "H", "Cl"),
        positions=np.array([[1.0, 2, 3], [1, 2, 5.35], [1.76, 2, 5.94], [0.24, 2, 5.94], [1, 4.65, 3]]),
        bonds=np.array([[0, 1], [0, 4], [1, 2], [1, 3]]),
        labels=("Dy1", "O1W", "H1A", "H1B", HOSTILE),
        metal=0,
        charge=2,
        oxidation_state=3,
    )


def judged(name: str) -> tuple[Prediction, int | None]:
    data = (EXAMPLES / name).read_bytes()
    found = predict(data, name)
    return (found, None) if found.molecule is not None else (predict(data, name, site=1), 1)


def test_the_hill_order_puts_carbon_and_hydrogen_first() -> None:
    assert hill_formula(("O", "Dy", "H", "C", "C", "H", "H")) == "C2H3DyO"
    assert hill_formula(("O", "H", "H", "Dy")) == "DyH2O"


def test_xyz_has_the_metal_at_the_origin_and_the_names_in_a_column_of_their_own(molecule: Molecule) -> None:
    lines = to_xyz(molecule).splitlines()
    assert lines[0] == "5"
    assert "charge=+2" in lines[1]
    assert "Properties=species:S:1:pos:R:3:label:S:1" in lines[1]
    words = [line.split() for line in lines[2:]]
    assert [row[0] for row in words] == list(molecule.elements)
    assert [row[4] for row in words[:4]] == ["Dy1", "O1W", "H1A", "H1B"]
    read = np.array([[float(x) for x in row[1:4]] for row in words])
    assert read == pytest.approx(molecule.relative_positions, abs=1e-7)


def test_names_that_only_count_are_left_out_of_xyz(molecule: Molecule) -> None:
    counted = replace(molecule, labels=("Dy1", "O2", "H3", "H4", "Cl5"))
    assert [len(line.split()) for line in to_xyz(counted).splitlines()[2:]] == [4] * 5


def test_a_molecule_without_a_crystal_is_written_in_an_empty_box(molecule: Molecule) -> None:
    small = gemmi.make_small_structure_from_block(gemmi.cif.read_string(to_cif(molecule)).sole_block())
    read = np.array([small.cell.orthogonalize(site.fract).tolist() for site in small.sites])
    for a in range(5):
        expected = np.linalg.norm(molecule.positions - molecule.positions[a], axis=1)
        assert np.linalg.norm(read - read[a], axis=1) == pytest.approx(expected, abs=1e-5)
    assert [site.label for site in small.sites][:4] == ["Dy1", "O1W", "H1A", "H1B"]


@pytest.mark.parametrize("name", NAMES)
def test_an_exported_crystal_is_read_back_with_cell_symmetry_names_charge_levels_and_axis(name: str) -> None:
    before, site = judged(name)
    assert before.molecule is not None and before.levels is not None
    text = to_cif(before.molecule)
    after = predict(text.encode(), "again.cif", site=site)
    assert after.molecule is not None and after.levels is not None, after.message
    assert after.molecule.cell is not None and before.molecule.cell is not None
    assert after.molecule.cell.constants == pytest.approx(before.molecule.cell.constants, abs=1e-6)
    assert sorted(after.molecule.names) == sorted(before.molecule.names)
    assert (after.charge, after.report.charge_confirmed) == (before.charge, True)
    assert np.abs(after.levels.energies - before.levels.energies).max() < 0.01
    assert after.cell_angles == pytest.approx(before.cell_angles, abs=0.01)
    operators = gemmi.cif.read_string(text).sole_block().find_values("_space_group_symop_operation_xyz")
    assert len(operators) == len(before.molecule.cell.rotations) > 1


@pytest.mark.parametrize("name", NAMES)
def test_exported_fractional_coordinates_are_those_of_the_file(name: str) -> None:
    before, _ = judged(name)
    assert before.molecule is not None
    written, original = (
        {site.label: np.array(site.fract.tolist()) for site in gemmi.make_small_structure_from_block(
            gemmi.cif.read_string(text).sole_block()).sites}
        for text in (to_cif(before.molecule), (EXAMPLES / name).read_text(encoding="utf-8"))
    )  # fmt: skip
    ion = before.molecule.labels[before.molecule.metal]
    assert (written[ion] - original[ion]) % 1.0 % 1.0 == pytest.approx(np.zeros(3), abs=2e-5)
    heavy = [label for label in written if not label.startswith("H")]
    assert set(heavy) <= set(original)


def test_xyz_is_read_back_with_its_names() -> None:
    before, _ = judged(NAMES[0])
    assert before.molecule is not None
    after = predict(to_xyz(before.molecule).encode(), "again.xyz")
    assert after.molecule is not None
    assert after.molecule.names == before.molecule.names
    assert after.cell_angles is None


def test_hydrogens_that_were_added_are_called_after_their_oxygen() -> None:
    found = read_structure((Path(__file__).parent / "crystals" / "aqua_without_h.cif").read_bytes()).molecule
    added = [name for name in found.names if name.startswith("H") and name.endswith(("A", "B"))]
    oxygens = [name for name, element in zip(found.names, found.elements, strict=True) if element == "O"]
    assert added
    assert {name[1:-1] for name in added} <= {name[1:] for name in oxygens}


def test_where_the_chosen_setting_has_less_symmetry_all_atoms_are_written_in_p1() -> None:
    """A chloride disordered about an inversion centre: one of its images is kept, so the copy by inversion lacks it."""
    columns = "_atom_site_occupancy\n_atom_site_disorder_assembly\n_atom_site_disorder_group"
    rows = "Dy1 Dy 0.14 0 0 1 . .\nCl1 Cl 0.14 0.12 0 1 . .\nCl2 Cl 0.025 0 0 0.5 . -1"
    text = g.cif([], columns=columns, rows=rows).replace("\nx,y,z", "\nx,y,z\n-x,-y,-z")
    before = read_structure(text.encode()).molecule
    block = gemmi.cif.read_string(to_cif(before)).sole_block()
    assert list(block.find_values("_space_group_symop_operation_xyz")) == ["x,y,z"]
    assert float(block.find_value("_cell_length_a")) == 22.0
    assert read_structure(to_cif(before).encode()).molecule.formula == before.formula == "Cl2Dy"


def test_markup_of_the_file_never_reaches_an_export(molecule: Molecule) -> None:
    assert molecule.names[:4] == ("Dy1", "O1W", "H1A", "H1B")
    assert not set("<>&`\\ ") & set("".join(molecule.names))
    assert "<" not in to_xyz(molecule) + to_cif(molecule)


def test_the_arrays_of_a_molecule_cannot_be_changed(molecule: Molecule) -> None:
    with pytest.raises(ValueError, match="read-only"):
        molecule.positions[0, 0] = 9.0
