"""Files as publishers, databases and programs leave them, about a crystal made by hand; and bonds between metals."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.workflows.prediction import Status
from tests.chem.made_complexes import CP, THF, answer, neutral
from tests.chem.made_crystals import Ligand, X, Y, Z, cif, complex_of, rows

OLD_NAMES = ["P2(1)/c", "P2_1/c", "P 2_1/c", "P21/c (No. 14)", "P2<sub>1</sub>/c", "p21/c", "P121/c1", "P 1 21/c 1"]
HKL = "   1   0   0   12.34    0.56   1\n" * 800_000


def plain(operators: tuple[str, ...] = ("x,y,z", "-x,-y,-z")) -> str:
    return cif(rows(neutral()), operators=operators)


@pytest.mark.parametrize("name", OLD_NAMES)
def test_a_space_group_is_read_by_its_name_however_it_is_written(name: str) -> None:
    text = plain(("x,y,z", "-x,1/2+y,1/2-z", "-x,-y,-z", "x,1/2-y,1/2+z"))
    start, end = text.index("loop_\n_space"), text.index("loop_\n_atom")
    found = answer(f"{text[:start]}_symmetry_space_group_name_H-M '{name}'\n{text[end:]}")
    assert found.molecule is not None, found.message
    assert (found.molecule.formula, found.report.symmetry.split()[0]) == ("C12H24Cl3DyO3", "4")


FILES: dict[str, Callable[[], str]] = {
    "no data_ line": lambda: plain().replace("data_made\n", ""),
    "words before, no data_ line": lambda: "Supporting information\n" + plain().replace("data_made\n", ""),
    "text never closed": lambda: plain() + "_publ_section_comment\n;\nnever closed\n",
    "words with data_ in front": lambda: "data for compound 1 (collected at 100 K)\n\n" + plain(),
    "an organic block first": lambda: plain().replace("Dy", "C") + plain().replace("data_made", "data_dy"),
    "lutetium first": lambda: plain().replace("Dy", "Lu").replace("data_made", "data_lu") + plain(),
    "a cell length twice": lambda: plain() + "_cell_length_a 12.0\n",
    "line ends of old Macs": lambda: plain().replace("\n", "\r"),
    "embedded reflections": lambda: f"{plain()}_shelx_hkl_file\n;\n{HKL};\n",
    "embedded reflections first": lambda: plain().replace("made\n", f"made\n_shelx_hkl_file\n;\n{HKL};\n", 1),
    "reflections of a journal": lambda: f"{plain()}_iucr_refine_reflections_details\n;\n{HKL};\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_it_comes(name: str) -> None:
    found = answer(FILES[name]())
    assert found.molecule is not None, found.message
    assert (found.molecule.formula, found.charge) == ("C12H24Cl3DyO3", 0)


def test_a_text_that_is_never_closed_and_holds_the_atoms_is_no_crystal() -> None:
    found = answer(plain().replace("loop_\n_atom", "_publ_section_comment\n;\nloop_\n_atom"))
    assert found.status is Status.ERROR
    assert "text field" in found.message


@pytest.mark.parametrize("element", ["Mn", "Re", "Co", "Rh", "Pt", "Bi"])
def test_an_ion_bonded_to_another_metal_is_refused_by_name(element: str) -> None:
    carbonyls = complex_of(element, *(Ligand("carbonyl", 1.85, v) for v in (X, -X, Y, -Y, Z)))
    metal = complex_of("Dy", Ligand(CP, 2.65, X), Ligand(CP, 2.65, -X), Ligand(*THF, -Z))
    found = answer(cif(rows([*metal, *((e, (x, y, z + 3.0)) for e, (x, y, z) in carbonyls)])))
    assert found.status is Status.REFUSED
    assert f"Dy–{element}" in found.message
