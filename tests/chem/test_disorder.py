"""Disorder and special positions: one ordered choice, and a count of what was dropped."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.crystal.cif import parse, read_block
from core.chem.io.structure import Crystal, StructureError, read_crystal, read_structure
from core.doubts import codes
from tests.chem import geometry as g

MARKED = "_atom_site_occupancy\n_atom_site_disorder_assembly\n_atom_site_disorder_group"


def crystal(text: str) -> Crystal:
    return read_crystal(read_block(parse(text.encode()).blocks[0]))


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
    assert "disorder-overlap" in codes(result.doubts)


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
    assert any("shared by Dy (5%) and Y (95%)" in one.text for one in structure.doubts)


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
    assert "sites-repeated" in codes(result.doubts)


def test_a_negative_group_does_not_bond_to_its_own_image() -> None:
    """A chloride disordered about the inversion centre beside the metal's: one of its two images is kept."""
    rows = "Dy1 Dy 0.14 0 0 1 . .\nCl1 Cl 0.14 0.12 0 1 . .\nCl2 Cl 0.025 0 0 0.5 . -1"
    result = crystal(inversion_cif(rows, MARKED))
    assert formulas(result)[0] == "Cl2Dy"
    assert result.ordered.dropped == 1


Row = tuple[str, str, tuple[float, float, float], float, str, str]


def spun(element: str, centre: tuple[float, float, float], bond: float, turn: float, occupancy: float) -> list[Row]:
    """Three arms at the tetrahedral angle about an atom on the y axis, turned about it [°], unmarked."""
    rows = []
    for k in range(3):
        a = np.radians(turn + 120 * k)
        x, z = (bond * np.sqrt(8) / 3 * f(a) for f in (np.cos, np.sin))
        place = (centre[0] + float(x), centre[1] + bond / 3, centre[2] + float(z))
        rows.append((f"{element}{k}{turn:.0f}", element, place, occupancy, ".", "."))
    return rows


@pytest.mark.parametrize("share", [0.5, 0.6, 0.8])
@pytest.mark.parametrize(
    ("centre", "arm", "bond"), [("C", "F", 1.33), ("Si", "C", 1.87), ("C", "C", 1.53), ("C", "H", 0.98)]
)
def test_unmarked_rotamers_leave_three_arms(centre: str, arm: str, bond: float, share: float) -> None:
    """Sixty degrees apart the arms of SiMe3 are 1.77 Å from each other: farther than some bonds."""
    middle = (0.0, 2.2, 0.0)
    oxygen = ("O1", "O", (0.0, 1.0, 0.0), 1.0, ".", ".")
    rows = [oxygen, ("X1", centre, middle, 1.0, ".", "."), *spun(arm, middle, bond, 0, share)]
    rows += spun(arm, middle, bond, 60, 1 - share)
    elements = crystal(marked(rows)).components[0].elements
    assert elements.count(arm) - (centre == arm) == 3
    assert len(elements) == 5


def test_a_water_with_one_whole_and_two_half_hydrogens_is_water() -> None:
    rows = [
        ("O1", "O", (0.0, 0.0, 0.0), 1.0, ".", "."),
        ("H1", "H", (0.85, 0.0, 0.0), 1.0, ".", "."),
        ("H2", "H", (-0.28, 0.80, 0.0), 0.5, ".", "."),
        ("H3", "H", (-0.28, -0.40, 0.69), 0.5, ".", "."),
    ]
    assert formulas(crystal(marked(rows))) == ["H2O"]


def flat_ring(turn: float, occupancy: float) -> list[Row]:
    """Ortho and meta carbons of a phenyl ring whose axis is y, turned about it [°]."""
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    places = [(x, y) for y in (0.695, 2.085) for x in (1.2, -1.2)]
    return [
        (f"C{k}{turn:.0f}", "C", (float(x * c), y, float(x * s)), occupancy, ".", ".")
        for k, (x, y) in enumerate(places)
    ]


@pytest.mark.parametrize("turn", [25.0, 40.0, 60.0, 85.0])
@pytest.mark.parametrize("share", [0.5, 0.7])
def test_an_unmarked_phenyl_flip_leaves_one_ring(turn: float, share: float) -> None:
    axis = [("C8", "C", (0.0, 0.0, 0.0), 1.0, ".", "."), ("C9", "C", (0.0, 2.78, 0.0), 1.0, ".", ".")]
    result = crystal(marked([*axis, *flat_ring(0.0, share), *flat_ring(turn, 1 - share)]))
    assert formulas(result) == ["C6"]
    flat = result.components[0].positions
    assert np.linalg.svd(flat - flat.mean(axis=0))[1][2] < 0.01


def test_solvent_on_an_inversion_centre_keeps_one_image_though_unmarked() -> None:
    ring = [(f"C{k} C {0.01 + 0.07 * np.cos(a):.4f} {0.02 + 0.07 * np.sin(a):.4f} 0.01 0.5 . .") for k, a in
            enumerate(np.radians(60) * np.arange(6))]  # fmt: skip
    result = crystal(inversion_cif("Dy1 Dy 0.3 0.3 0.3 1 . .\n" + "\n".join(ring), MARKED).replace("22.0", "19.8"))
    assert formulas(result) == ["Dy", "C6"]
    assert [(c.copies, c.share) for c in result.components] == [(2, 1.0), (1, 1.0)]


def test_a_wrong_part_that_tears_a_ligand_apart_is_found_by_the_stated_formula() -> None:
    middle = (0.0, 2.2, 0.0)
    rows = [("O1", "O", (0.0, 1.0, 0.0), 1.0, ".", "."), ("C9", "C", middle, 1.0, ".", ".")]
    first = [(*row[:5], "1") for row in spun("C", middle, 1.53, 0, 0.6)]
    second = [(*row[:5], "2") for row in spun("C", middle, 1.53, 60, 0.4)]
    first[0] = (*first[0][:5], "2")
    text = marked([*rows, *first, *second]).replace("data_test", "data_test\n_chemical_formula_sum 'C4 O'")
    result = crystal(text)
    assert formulas(result) == ["C4O"]
    assert result.setting[0].code == "disorder-marks-ignored"


def test_parts_that_are_both_there_all_the_time_are_no_alternatives() -> None:
    rows = [DY, ("Cl1", "Cl", (0.0, 0.0, 2.65), 1.0, ".", "1"), ("Cl2", "Cl", (0.0, 2.65, 0.0), 1.0, ".", "2")]
    assert formulas(crystal(marked(rows))) == ["Cl2Dy"]


def test_atoms_that_are_there_only_part_of_the_time_are_doubted() -> None:
    rows = [*SMALL, ("O1", "O", (0.0, 0.0, -2.4), 1.0, ".", "."), ("C1", "C", (0.0, 0.0, -3.8), 0.4, ".", ".")]
    assert "atoms-part-time" in codes(read_structure(marked(rows).encode()).doubts)


SMALL: list[Row] = [DY, *[(f"Cl{k}", "Cl", p, 1.0, ".", ".") for k, p in enumerate([(2.6, 0.0, 0.0), (0.0, 2.6, 0.0)])]]


def test_a_methyl_group_on_a_mirror_keeps_three_of_six_half_hydrogens() -> None:
    rows = ["O1 O 0.2 0.10 0 1 . .", "C1 C 0.2 0.17 0 1 . ."]
    for k, turn in enumerate((30, 150, 270)):
        x, z = (0.905 / 20 * f(np.radians(turn)) for f in (np.cos, np.sin))
        rows.append(f"H{k} H {0.2 + x:.5f} {0.17 + 0.32 / 20:.5f} {z:.5f} 0.5 . .")
    text = g.cif([], side=20.0, columns=MARKED, rows="\n".join(rows)).replace("\nx,y,z", "\nx,y,z\nx,y,-z")
    assert formulas(crystal(text)) == ["CH3O"]
