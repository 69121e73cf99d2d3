"""From a file to one molecule: what is chosen, what is left out, and what is refused with a choice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.chem.io.structure import StructureError, read_structure
from core.doubts import codes
from core.errors import ChoiceNeeded, InputError, NoMagneticIon, Polymeric
from tests.chem import geometry as g

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
DYCL3 = g.trichloride("Dy")


def moved(atoms: g.Atoms, z: float) -> g.Atoms:
    return [(e, (x, y, z + w)) for e, (x, y, w) in atoms]


def failure(text: str, **choice: int) -> StructureError:
    with pytest.raises(StructureError) as caught:
        read_structure(text.encode(), **choice)  # type: ignore[arg-type]
    return caught.value


def test_solvent_and_counter_ions_are_left_out_and_listed() -> None:
    structure = read_structure((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes())
    assert structure.molecule.formula == "C6H28DyO7P2"
    assert dict(structure.report.left_out).keys() == {"C2H6O", "Cl"}
    assert structure.report.formula_agrees


def test_several_independent_molecules_are_offered_and_the_largest_is_the_default() -> None:
    larger = [*DYCL3, *g.water(2.4)]
    text = g.cif([*DYCL3, *moved(larger, 7.0)])
    default = read_structure(text.encode())
    assert default.molecule.formula == "Cl3DyH2O"
    assert [c.formula for c in default.report.components] == ["Cl3DyH2O", "Cl3Dy"]
    assert read_structure(text.encode(), component=2).molecule.formula == "Cl3Dy"


def test_two_magnetic_ions_need_a_choice_that_the_report_offers() -> None:
    text = (EXAMPLES / "dy2-methoxide-acac4.cif").read_text()
    error = failure(text)
    assert isinstance(error.error, ChoiceNeeded)
    assert [(s.number, s.element, s.copies) for s in error.report.sites] == [(1, "Dy", 2)]
    chosen = read_structure(text.encode(), site=1)
    assert "exchange-ignored" in codes(chosen.doubts)


def test_a_diamagnetic_metal_beside_the_lanthanide_needs_no_choice() -> None:
    structure = read_structure((EXAMPLES / "zn-dy-valen-nitrate3.cif").read_bytes())
    assert structure.report.site == 1
    assert "exchange-ignored" not in codes(structure.doubts)


@pytest.mark.parametrize("choice", [{"site": 2}, {"component": 9}])
def test_a_choice_that_does_not_exist_is_an_input_error(choice: dict[str, int]) -> None:
    assert isinstance(failure(g.cif(DYCL3), **choice).error, InputError)


@pytest.mark.parametrize(
    ("atoms", "says"),
    [
        ([("C", (0.0, 0.0, 0.0)), ("O", (0.0, 0.0, 1.2))], "no metal in the structure"),
        ([("Cu", (0.0, 0.0, 0.0)), ("Cl", (0.0, 0.0, 2.2))], "no lanthanide in the structure; its metals are Cu"),
        ([("Lu", (0.0, 0.0, 0.0)), ("Cl", (0.0, 0.0, 2.5))], "Lu(III), which has no unpaired 4f electrons"),
    ],
)
def test_a_structure_without_a_magnetic_lanthanide_is_refused_by_name(atoms: g.Atoms, says: str) -> None:
    error = failure(g.cif(atoms))
    assert isinstance(error.error, NoMagneticIon)
    assert says in error.sentence


def test_a_coordination_polymer_is_refused() -> None:
    rows = "Dy1 Dy 0.4 0.4 0.4\nCl1 Cl 0.4 0.4 0.9\nCl2 Cl 0.5 0.4 0.4\nCl3 Cl 0.4 0.5 0.4"
    error = failure(g.cif([], rows=rows).replace("_cell_length_c 22.0", "_cell_length_c 5.3"))
    assert isinstance(error.error, Polymeric)


def test_an_open_shell_d_metal_counts_as_a_magnetic_ion() -> None:
    atoms = [*DYCL3, ("Cu", (0.0, 4.0, 2.2)), ("Cl", (0.0, 2.0, 1.7))]
    error = failure(g.cif(atoms))
    assert isinstance(error.error, ChoiceNeeded)
    assert "Cu" in error.sentence


def test_x_h_bonds_are_set_to_neutron_distances() -> None:
    atoms = [*DYCL3, ("O", (0.0, 0.0, 2.4)), ("H", (0.6, 0.0, 2.9)), ("H", (-0.6, 0.0, 2.9))]
    structure = read_structure(g.cif(atoms).encode())
    molecule = structure.molecule
    oxygen = molecule.elements.index("O")
    hydrogens = [i for i, e in enumerate(molecule.elements) if e == "H"]
    assert structure.report.hydrogens_moved == 2
    lengths = np.linalg.norm(molecule.positions[hydrogens] - molecule.positions[oxygen], axis=1)
    assert lengths == pytest.approx([0.993, 0.993])


def test_a_formula_that_the_atoms_do_not_give_is_a_doubt() -> None:
    structure = read_structure(g.cif(DYCL3, head="_chemical_formula_sum 'Cl3 Dy H2 O'").encode())
    assert structure.report.formula_agrees is False
    assert any("1 O too few" in one.text for one in structure.doubts)


def test_the_second_structure_of_a_file_can_be_chosen_by_its_block() -> None:
    two = g.cif(DYCL3, name="first") + g.cif([*DYCL3, *g.water(2.4)], name="second")
    assert "file-several-structures" in codes(read_structure(two.encode()).doubts)
    assert read_structure(two.encode(), block="second").molecule.formula == "Cl3DyH2O"
    with pytest.raises(StructureError, match="no data block"):
        read_structure(two.encode(), block="third")


def test_a_conjugated_sheet_too_large_to_judge_is_refused_in_time() -> None:
    sheet = [
        ("C", (2.46 * i + 1.23 * j, 2.13 * j + 1.42 * b, 0.0)) for i in range(20) for j in range(20) for b in (0, 1)
    ]
    error = failure(g.cif([("Dy", (2.46, 3.5, 2.5)), *sheet], side=95.0))
    assert "conjugated system of" in error.sentence
