"""Disorder and special positions: one ordered choice, and a count of what was dropped."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.cif import parse, read_block
from core.chem.structure import Crystal, StructureError, read_crystal, read_structure
from tests.chem import geometry as g

MARKED = "_atom_site_occupancy\n_atom_site_disorder_assembly\n_atom_site_disorder_group"


def crystal(text: str) -> Crystal:
    return read_crystal(read_block(parse(text.encode())[0]))


def marked(rows: list[tuple[str, str, tuple[float, float, float], float, str, str]], side: float = 22.0) -> str:
    lines = []
    for label, element, (x, y, z), occupancy, assembly, group in rows:
        a, b, c = (v / side + 0.4 for v in (x, y, z))
        lines.append(f"{label} {element} {a:.6f} {b:.6f} {c:.6f} {occupancy} {assembly} {group}")
    return g.cif([], columns=MARKED, rows="\n".join(lines))


def formulas(result: Crystal) -> list[str]:
    return [c.formula for c in result.components]


DY = ("Dy1", "Dy", (0.0, 0.0, 0.0), 1.0, ".", ".")
CL = ("Cl9", "Cl", (0.0, -2.6, 0.0), 1.0, ".", ".")


def test_of_two_parts_the_fuller_is_kept() -> None:
    rows = [DY, CL, ("Cl1", "Cl", (0.0, 0.0, 2.65), 0.4, ".", "1"), ("Br1", "Br", (0.0, 0.2, 2.80), 0.6, ".", "2")]
    result = crystal(marked(rows))
    assert formulas(result) == ["BrClDy"]
    assert (result.ordered.dropped, result.ordered.occupancy_discarded) == (1, pytest.approx(0.4))


def test_independent_disordered_groups_with_the_same_part_numbers_are_decided_one_by_one() -> None:
    rows = [
        DY,
        ("Cl1", "Cl", (0.0, 0.0, 2.65), 0.7, ".", "1"),
        ("Br1", "Br", (0.0, 0.2, 2.80), 0.3, ".", "2"),
        ("Cl2", "Cl", (0.0, 0.0, -2.65), 0.2, ".", "1"),
        ("Br2", "Br", (0.0, 0.2, -2.80), 0.8, ".", "2"),
    ]
    assert formulas(crystal(marked(rows))) == ["BrClDy"]


def test_a_named_assembly_is_decided_as_a_whole() -> None:
    rows = [
        DY,
        ("Cl1", "Cl", (0.0, 0.0, 2.65), 0.7, "A", "1"),
        ("Br1", "Br", (0.0, 0.2, 2.80), 0.3, "A", "2"),
        ("Cl2", "Cl", (0.0, 0.0, -2.65), 0.7, "A", "1"),
        ("Br2", "Br", (0.0, 0.2, -2.80), 0.3, "A", "2"),
    ]
    assert formulas(crystal(marked(rows))) == ["Cl2Dy"]


def test_unmarked_alternatives_are_seen_by_their_occupancies_and_distance() -> None:
    rows = [DY, CL, ("Cl1", "Cl", (0.0, 0.0, 2.65), 0.55, ".", "."), ("Cl2", "Cl", (0.0, 0.5, 2.60), 0.45, ".", ".")]
    result = crystal(marked(rows))
    assert formulas(result) == ["Cl2Dy"]
    assert any("overlap" in doubt for doubt in result.doubts)


def test_two_full_atoms_in_one_place_are_an_error() -> None:
    rows = [DY, ("Cl1", "Cl", (0.0, 0.0, 2.65), 1.0, ".", "."), ("Br1", "Br", (0.0, 0.3, 2.65), 1.0, ".", ".")]
    with pytest.raises(StructureError, match=r"0\.30 Å apart"):
        read_structure(marked(rows).encode())


def test_a_site_shared_with_a_diamagnetic_metal_is_judged_as_the_magnetic_one() -> None:
    rows = [
        ("Dy1", "Dy", (0.0, 0.0, 0.0), 0.05, ".", "."),
        ("Y1", "Y", (0.0, 0.0, 0.0), 0.95, ".", "."),
        ("Cl1", "Cl", (0.0, 0.0, 2.6), 1.0, ".", "."),
        ("Cl2", "Cl", (0.0, 2.6, 0.0), 1.0, ".", "."),
        ("Cl3", "Cl", (2.6, 0.0, 0.0), 1.0, ".", "."),
    ]
    structure = read_structure(marked(rows).encode())
    assert structure.molecule.formula == "Cl3Dy"
    assert any("shared by Dy (5%) and Y (95%)" in doubt for doubt in structure.doubts)


def test_a_disordered_metal_is_refused() -> None:
    rows = [("Dy1", "Dy", (0.0, 0.0, 0.0), 0.6, ".", "1"), ("Dy2", "Dy", (0.0, 0.0, 0.8), 0.4, ".", "2"), CL]
    with pytest.raises(StructureError, match="disordered"):
        read_structure(marked(rows).encode())


def inversion_cif(rows: str, columns: str = "") -> str:
    return g.cif([], columns=columns, rows=rows).replace("\nx,y,z", "\nx,y,z\n-x,-y,-z")


def test_a_metal_on_an_inversion_centre_is_there_once() -> None:
    result = crystal(inversion_cif("Dy1 Dy 0 0 0\nCl1 Cl 0 0 0.12\nCl2 Cl 0.12 0 0\nCl3 Cl 0 0.12 0"))
    assert formulas(result) == ["Cl6Dy"]
    assert result.ordered.atoms.merged == 1


def test_a_rounded_special_position_is_made_exact() -> None:
    result = crystal(inversion_cif("Dy1 Dy 0.0004 0 0\nCl1 Cl 0 0 0.12\nCl2 Cl 0.12 0 0"))
    dy = result.components[0].elements.index("Dy")
    positions = result.components[0].positions
    assert np.sort(np.linalg.norm(positions - positions[dy], axis=1))[1:] == pytest.approx([2.64] * 4, abs=1e-9)


def test_a_file_that_lists_the_whole_molecule_besides_the_operators_is_not_doubled() -> None:
    half = "Dy1 Dy 0 0 0\nCl1 Cl 0 0 0.12\nCl2 Cl 0.12 0 0\n"
    whole = half + "Cl1B Cl 0 0 -0.12\nCl2B Cl -0.12 0 0\n"
    result = crystal(inversion_cif(whole))
    assert formulas(result) == ["Cl4Dy"]
    assert any("repeat another one" in doubt for doubt in result.doubts)


def test_a_negative_group_does_not_bond_to_its_own_image() -> None:
    """A chloride disordered about the inversion centre beside the metal's: one of its two images is kept."""
    rows = "Dy1 Dy 0.14 0 0 1 . .\nCl1 Cl 0.14 0.12 0 1 . .\nCl2 Cl 0.025 0 0 0.5 . -1"
    result = crystal(inversion_cif(rows, MARKED))
    assert formulas(result)[0] == "Cl2Dy"
    assert result.ordered.dropped == 1
