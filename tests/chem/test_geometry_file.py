"""The same complex out of every format that is read: the same sphere, the same charge."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from core.chem.io.export import to_xyz
from core.chem.io.molfile import to_molfile
from core.chem.io.structure import Structure, StructureError, read_structure
from core.chem.sphere.isolated import dissect_isolated
from core.doubts import codes

EXAMPLE = Path(__file__).resolve().parents[2] / "assets" / "examples" / "dy-h2o5-opme3-2.cif"
WHOLE = read_structure(EXAMPLE.read_bytes())
PLACES = WHOLE.molecule.relative_positions.tolist()
ATOMS = [(e, x, y, z) for e, (x, y, z) in zip(WHOLE.molecule.elements, PLACES, strict=True)]


def xyz() -> str:
    return to_xyz(WHOLE.molecule)


def two_frames() -> str:
    moved = "\n".join(f"{e} {1.1 * x} {1.1 * y} {1.1 * z}" for e, x, y, z in ATOMS)
    return f"{len(ATOMS)}\nstep 1\n{moved}\n{xyz()}"


def extended_xyz() -> str:
    rows = "\n".join(f"{k} {x:.6f} {y:.6f} {z:.6f} {e} 0.0" for k, (e, x, y, z) in enumerate(ATOMS))
    return f'{len(ATOMS)}\nProperties=id:I:1:pos:R:3:species:S:1:energy:R:1 charge=3 pbc="F F F"\n{rows}\n'


def pdb() -> str:
    rows = []
    for k, (e, x, y, z) in enumerate(ATOMS, 1):
        head = f"HETATM{k:5d} {e.upper() + str(k % 100):<4s} UNL A   1    "
        rows.append(f"{head}{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {e.upper():>2s}")
    return "\n".join(["REMARK a complex", *rows, "END"]) + "\n"


def mol2() -> str:
    rows = [f"{k:6d} {e}{k} {x:10.4f} {y:10.4f} {z:10.4f} {e}.3 1 UNL 0.0" for k, (e, x, y, z) in enumerate(ATOMS, 1)]
    return "\n".join(["@<TRIPOS>MOLECULE", "x", f"{len(ATOMS)} 0", "@<TRIPOS>ATOM", *rows, "@<TRIPOS>BOND"]) + "\n"


def v2000() -> str:
    rows = [f"{x:10.4f}{y:10.4f}{z:10.4f} {e:<3s} 0  0  0  0  0  0" for e, x, y, z in ATOMS]
    head = ["", " by hand", "", f"{len(ATOMS):3d}  0  0  0  0  0  0  0  0  0999 V2000"]
    return "\n".join([*head, *rows, "M  CHG  1   1   3", "M  END", "$$$$"]) + "\n"


def v3000() -> str:
    anatomy = dissect_isolated(WHOLE.molecule.elements, WHOLE.molecule.relative_positions)[0]
    return to_molfile(WHOLE.molecule, anatomy)


def orca() -> str:
    def table(scale: float) -> str:
        rows = "\n".join(f"  {e:<3s}{scale * x:12.6f}  {scale * y:12.6f}  {scale * z:12.6f}" for e, x, y, z in ATOMS)
        line = "-" * 33
        return f"{line}\nCARTESIAN COORDINATES (ANGSTROEM)\n{line}\n{rows}\n\n"

    head = "       *****************\n       * O   R   C   A *\n       *****************\n"
    end = "----\nCARTESIAN COORDINATES (A.U.)\n----\n"
    return f"{head}{table(1.2)} Total Charge           Charge          ....    3\n{table(1.0)}{end}"


def molcas() -> str:
    rows = ""
    for k, (e, *place) in enumerate(ATOMS, 1):
        numbers = [v / 0.529177211 for v in place] + place
        rows += f"  {k:5d}      {e.upper()}{k}      " + "".join(f"{v:15.6f}" for v in numbers) + "\n"
    title = (
        "  **************************************************\n   **** Cartesian Coordinates / Bohr, Angstrom ****\n"
    )
    head = "     Center  Label                x              y              z\n"
    return f"{title}\n{head}{rows}\n  Nuclear repulsion\n"


FORMATS = [
    ("a.xyz", xyz), ("a.xyz", two_frames), ("a.extxyz", extended_xyz), ("a.pdb", pdb), ("a.mol2", mol2),
    ("a.sdf", v2000), ("a.mol", v3000), ("a.out", orca), ("a.log", molcas),
]  # fmt: skip


def asked(name: str, text: str, charge: int | None = None) -> Structure:
    return read_structure(text.encode(), name, charge=charge)


@pytest.mark.parametrize(("name", "write"), FORMATS, ids=[f"{write.__name__}" for _, write in FORMATS])
def test_a_complex_out_of_another_format_has_the_sphere_of_the_crystal(name: str, write) -> None:  # type: ignore[no-untyped-def]
    found = asked(name, write(), charge=3)
    assert found.molecule.formula == WHOLE.molecule.formula
    assert (found.molecule.charge, found.molecule.oxidation_state) == (3, 3)
    assert found.report.charge_confirmed
    assert [d.donor_class for d in found.sphere.donors] == [d.donor_class for d in WHOLE.sphere.donors]
    lengths = [d.distance for d in found.sphere.donors]
    assert lengths == pytest.approx([d.distance for d in WHOLE.sphere.donors], abs=2e-3)


@pytest.mark.parametrize("write", [xyz, extended_xyz, v2000, v3000, orca], ids=lambda write: write.__name__)
def test_a_charge_that_the_file_states_is_believed(write) -> None:  # type: ignore[no-untyped-def]
    name = next(name for name, other in FORMATS if other is write)
    assert asked(name, write()).report.charge_confirmed


@pytest.mark.parametrize("write", [pdb, mol2, molcas], ids=lambda write: write.__name__)
def test_a_charge_that_no_one_states_is_asked_for(write) -> None:  # type: ignore[no-untyped-def]
    name = next(name for name, other in FORMATS if other is write)
    found = asked(name, write())
    assert not found.report.charge_confirmed
    assert found.report.alone
    assert found.report.charge_given is None
    assert "charge-unstated" in codes(found.doubts)
    assert not any("--" in one.text for one in found.doubts)


def test_a_charge_that_does_not_fit_is_doubted() -> None:
    assert any("stated as +1" in one.text for one in asked("a.xyz", xyz(), charge=1).doubts)


def test_archives_are_unpacked() -> None:
    assert read_structure(gzip.compress(xyz().encode()), "a.xyz.gz").molecule.formula == WHOLE.molecule.formula
    assert read_structure(gzip.compress(EXAMPLE.read_bytes()), "a.cif.gz").molecule.charge == 3
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "words")
        archive.writestr("a.xyz", xyz())
        archive.writestr("b.cif", EXAMPLE.read_bytes())
    found = read_structure(packed.getvalue(), "two.zip")
    assert found.molecule.formula == WHOLE.molecule.formula
    assert "file-archive" in codes(found.doubts)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xyz", b"3\nx\nDy 0 0 0\n", "not an XYZ file"),
        ("a.xyz", b"1\nx\nQq 0 0 0\n", "no known element"),
        ("a.xyz", b"1\nx\nDy 0 0 zero\n", "no number"),
        ("a.pdb", b"REMARK nothing\n", "no atoms"),
        ("a.mol2", b"@<TRIPOS>MOLECULE\n", "no atoms"),
        ("a.mol", b"\n\n\nwords\n", "not a MOL file"),
        ("a.out", b"words of some other program\n", "no geometry of ORCA or OpenMolcas"),
        ("a.zip", b"PK\x03\x04broken", "damaged"),
        ("a.gz", b"\x1f\x8bbroken", "damaged"),
    ],
)
def test_a_damaged_file_of_another_format_is_named(name: str, data: bytes, says: str) -> None:
    with pytest.raises(StructureError, match=says):
        read_structure(data, name)
