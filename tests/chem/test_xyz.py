"""XYZ files as people write them, and as they should not."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.io.export import to_xyz
from core.chem.io.xyz import read_xyz
from core.chem.molecule import Molecule
from core.chem.sphere.isolated import dissect_isolated
from core.errors import InputError

WATER = b"3\nwater\nO 0.0 0.0 0.0\nH 0.96 0.0 0.0\nH -0.24 0.93 0.0\n"


def test_elements_and_coordinates_are_read() -> None:
    file = read_xyz(WATER)
    assert file.elements == ("O", "H", "H") and file.charge is None
    assert file.positions[1] == pytest.approx([0.96, 0, 0])


@pytest.mark.parametrize(
    "text",
    [
        WATER.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + WATER,
        WATER + b"\n  \n",
        WATER.rstrip(),
        WATER.replace(b"O 0.0", b"o1 0.0").replace(b"H 0.96", b"\tH12  9.6E-1"),
        WATER.replace(b"0.93 0.0", b"0.93 0.0 0.1 0.2 0.3"),
    ],
)
def test_the_ways_in_which_programs_write_it_make_no_difference(text: bytes) -> None:
    assert read_xyz(text).elements == ("O", "H", "H")
    assert read_xyz(text).positions == pytest.approx(read_xyz(WATER).positions)


@pytest.mark.parametrize(
    ("comment", "charge"),
    [
        ("charge=+1", 1),
        ("H2O charge=-2 metal=Dy", -2),
        ("Charge: 3", 3),
        ("charge = 0", 0),
        ("charge=unknown", None),
        ("charge=1.5", None),
        ("discharge=1", None),
        ("charge=1234", None),
    ],
)
def test_a_charge_in_the_comment_line_counts(comment: str, charge: int | None) -> None:
    assert read_xyz(WATER.replace(b"water", comment.encode())).charge == charge


def test_what_kramers_writes_it_reads() -> None:
    positions = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 5.1]])
    bonds = np.array([[0, 1]])
    molecule = Molecule(("Dy", "F"), positions, bonds, ("a", "b"), 0, 2, 3)
    file = read_xyz(to_xyz(molecule).encode())
    assert file.elements == ("Dy", "F") and file.charge == 2
    assert file.positions == pytest.approx(positions - positions[0], abs=1e-8)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an XYZ file"),
        (b"\x00\xff\xfe", "not an XYZ file"),
        (b"0\n\n\n", "not an XYZ file"),
        (b"-3\n\n\n", "not an XYZ file"),
        ("³\n\n\n".encode(), "not an XYZ file"),
        (b"data_x\n_cell_length_a 10\n", "not an XYZ file"),
        (b"100000\n\nH 0 0 0\n", "100000 atoms"),
        (WATER.replace(b"3", b"4", 1), "states 4 atoms, 3 follow"),
        (WATER.replace(b"3", b"2", 1), "after its 2 atoms"),
        (WATER + WATER, "after its 3 atoms"),
        (WATER.replace(b"O 0.0", b"Xx 0.0"), "line 3: “Xx” is no element"),
        (WATER.replace(b"O 0.0", b"8 0.0"), "line 3: “8” is no element"),
        (WATER.replace(b"O 0.0", b"<script> 0.0"), "line 3: “<script>” is no element"),
        (WATER.replace(b"0.96", b"0,96"), "line 4: a coordinate is no number"),
        (WATER.replace(b"0.96", b"nan"), "line 4: a coordinate is not finite"),
        (WATER.replace(b"0.96", b"1e999"), "line 4: a coordinate is not finite"),
        (WATER.replace(b"H 0.96 0.0 0.0", b"H 0.96"), "line 4 is no atom"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_xyz(data)


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(InputError, match="25 MB"):
        read_xyz(b"3\n" + b" " * 25_000_000)


def test_atoms_apart_are_molecules_of_their_own_with_their_charges() -> None:
    """A fluoride ion 8 Å from a water molecule; `sites` lead back to the atoms given."""
    elements = ("F", "O", "H", "H")
    positions = np.array([[8.0, 0, 0], [0, 0, 0], [0.96, 0, 0], [-0.24, 0.93, 0]])
    found = {a.component.formula: a for a in dissect_isolated(elements, positions)}
    assert set(found) == {"H2O", "F"}
    assert found["H2O"].ligand_charge == 0 and found["F"].ligand_charge == -1
    assert found["F"].component.sites.tolist() == [0] and sorted(found["H2O"].component.sites.tolist()) == [1, 2, 3]


@pytest.mark.parametrize("shift", [0.0, -3.7, 1000.0])
def test_where_a_molecule_stands_makes_no_difference(shift: float) -> None:
    elements, positions = read_xyz(WATER).elements, read_xyz(WATER).positions + shift
    (anatomy,) = dissect_isolated(elements, positions)
    assert anatomy.component.formula == "H2O" and len(anatomy.component.bonds) == 2
