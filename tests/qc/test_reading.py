"""From files and ligands to atoms, charge and donors; what is uncertain is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.chem.build.complex import PROTOCOL
from core.doubts import codes
from core.errors import DomainError, InputError, KramersError, Refused
from core.qc.reading import from_cif, from_smiles, from_xyz

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"

COMPLEX = """9
{comment}
{metal} 0.0 0.0 0.0
F 2.1 0.0 0.0
O -1.2 2.0 0.0
H -0.9 2.9 0.0
H -2.15 2.0 0.1
O -1.2 -2.0 0.0
H -0.9 -2.9 0.0
H -2.15 -2.0 0.1
F 0.0 0.0 -2.1
"""
"""[LnF₂(H₂O)₂]⁺."""


def xyz(metal: str = "Dy", comment: str = "", scale: float = 1.0) -> bytes:
    lines = COMPLEX.format(metal=metal, comment=comment).splitlines()
    atoms = [line.split() for line in lines[2:]]
    rows = [" ".join([element, *(str(scale * float(x)) for x in place)]) for element, *place in atoms]
    return "\n".join([*lines[:2], *rows]).encode()


def test_the_charge_of_an_unambiguous_complex_is_worked_out() -> None:
    reading = from_xyz(xyz(), "standard")
    assert reading.charge == 1 and reading.origin == "given" and not reading.doubts
    assert reading.donors == (1, 2, 5, 8) and reading.metal == 0


def test_the_atoms_stand_as_they_stood() -> None:
    reading = from_xyz(xyz(), "fast")
    assert reading.elements == ("Dy", "F", "O", "H", "H", "O", "H", "H", "F")
    assert reading.positions[2] == pytest.approx(np.array([-1.2, 2.0, 0.0]))


def test_a_charge_that_is_given_goes_before_all_else_and_a_contradiction_is_said() -> None:
    assert from_xyz(xyz(comment="charge=+1"), "fast").doubts == ()
    stated = from_xyz(xyz(comment="charge=-1"), "fast")
    assert stated.charge == -1 and "is -1; the formal charges" in stated.doubts[0].text
    given = from_xyz(xyz(comment="charge=-1"), "fast", charge=3)
    assert given.charge == 3 and "is +3; the formal charges" in given.doubts[0].text


def test_counter_ions_in_the_file_count() -> None:
    lines = xyz().decode().splitlines()
    with_ion = "\n".join(["10", *lines[1:], "Cl 9.0 0.0 0.0"]).encode()
    assert from_xyz(with_ion, "fast").charge == 0


def test_an_uncertain_charge_is_asked_for() -> None:
    """A hydroxide may be a water molecule that lost a hydrogen atom."""
    text = b"4\n\nDy 0 0 0\nF 2.1 0 0\nO -2.2 0 0\nH -2.5 0.9 0\n"
    with pytest.raises(Refused, match=r"uncertain. Formal charges add up to \+1, but: .*hydroxide.*--charge"):
        from_xyz(text, "fast")
    assert from_xyz(text, "fast", charge=1).charge == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (xyz(scale=1 / 0.529177), "not in bohr"),
        (xyz(scale=0.1), "Å apart"),
        (xyz("Y"), "0 lanthanides"),
        (xyz(comment="charge=2"), "odd number of electrons"),
        (xyz().replace(b"F 2.1 0.0 0.0", b"Tb 4.1 0.0 0.0"), "2 lanthanides"),
        (xyz().replace(b"F 2.1 0.0 0.0", b"F 0.1 0.0 0.0"), "Å apart"),
        (b"1\n\nDy 0 0 0\n", "no donor|no number"),
    ],
)
def test_what_is_no_complex_is_named(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_xyz(data, "fast")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (xyz("La"), "no 4f electron"),
        (xyz("Lu"), "full 4f shell"),
        (xyz().replace(b"F 2.1 0.0 0.0", b"Fe 3.3 0.0 0.0"), "no basis chosen for Fe"),
    ],
)
def test_what_the_engine_does_not_cover_is_named(data: bytes, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        from_xyz(data, "fast")


def test_another_lanthanide_than_expected_is_noticed() -> None:
    assert from_xyz(xyz(), "fast", metal="dy").ion == "Dy"
    with pytest.raises(InputError, match="no “Tb” in the file, but Dy"):
        from_xyz(xyz(), "fast", metal="Tb")


@pytest.mark.parametrize(
    ("name", "metal", "charge", "donors"),
    [
        ("dy-h2o5-opme3-2", "Dy", 3, ["O"] * 7),
        ("dy-otbu2-py5-bph4", "Dy", 1, ["O"] * 2 + ["N"] * 5),
        ("er-cot2-k-crown", "Er", -1, ["C"] * 16),
    ],
)
def test_a_crystal_gives_the_complex_with_its_charge(name: str, metal: str, charge: int, donors: list[str]) -> None:
    reading = from_cif((EXAMPLES / f"{name}.cif").read_bytes(), "fast")
    assert reading.ion == metal and reading.charge == charge and reading.origin == "crystal"
    assert sorted(reading.elements[donor] for donor in reading.donors) == sorted(donors)


def test_a_charge_that_the_crystal_does_not_confirm_is_asked_for() -> None:
    """Without its counter-ions the crystal is not neutral."""
    text = (EXAMPLES / "dy-otbu2-py5-bph4.cif").read_text(encoding="utf-8")
    site = text.index("_atom_site_")
    kept = "\n".join(line for line in text[site:].splitlines() if not line.startswith("B"))
    assert kept != text[site:]
    broken = (text[:site] + kept).encode()
    with pytest.raises(Refused, match=r"uncertain.*--charge"):
        from_cif(broken, "fast")
    assert from_cif(broken, "fast", charge=1).charge == 1


def test_several_ions_are_a_choice_and_one_of_two_is_not_enough() -> None:
    data = (EXAMPLES / "dy2-methoxide-acac4.cif").read_bytes()
    with pytest.raises(KramersError, match="Choose one site"):
        from_cif(data, "fast")
    with pytest.raises(InputError, match="2 lanthanides"):
        from_cif(data, "fast", site=1)


def test_a_ligand_is_built_into_its_complex() -> None:
    reading = from_smiles("[F-]", "fast", metal="Tb")
    assert reading.ion == "Tb" and reading.charge == 1 and reading.origin == PROTOCOL
    assert sorted(reading.elements[donor] for donor in reading.donors) == ["F", "F", "O", "O", "O", "O", "O"]
    assert "counter-ions-not-modelled" in codes(reading.doubts)


@pytest.mark.parametrize(("smiles", "metal"), [("nonsense(", "Dy"), ("C", "Dy"), ("[F-]", "Lu"), ("[F-]", "Fe")])
def test_a_ligand_or_metal_that_cannot_be_built_with_is_refused(smiles: str, metal: str) -> None:
    with pytest.raises(KramersError):
        from_smiles(smiles, "fast", metal=metal)
