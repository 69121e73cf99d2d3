"""Molecules from files without a crystal: XYZ and extended XYZ, PDB, MOL2, MOL and SDF, outputs of ORCA and OpenMolcas.

Only elements, places, names and the total charge are read; bonds and charges of atoms are worked out as for a crystal.
Of several geometries (steps of an optimisation, models) the last is taken in outputs and XYZ, the first elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from core import settings
from core.arrays import FloatArray
from core.chem.quoting import shown
from core.chem.radii import COVALENT_RADII
from core.errors import TooLarge, UnreadableFile

_CHARGE = re.compile(r"\bcharge\s*[=:]\s*\"?([+-]?\d{1,2})(?![\d.])", re.IGNORECASE)
_NUMBER = r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?"

Rows = list[tuple[str, str, list[str]]]
"""Of each atom: name, element, x, y and z as written."""


@dataclass(frozen=True, slots=True, eq=False)
class GeometryFile:
    """One molecule, or several in one picture.

    Attributes:
        labels: (n,) names of the file (hostile text).
        elements: (n,) symbols.
        positions: (n, 3) as written [Å].
        charge: total charge that the file states [e]; None where it states none.
        kind: the format, in words.
    """

    labels: tuple[str, ...]
    elements: tuple[str, ...]
    positions: FloatArray
    charge: int | None
    kind: str


def kind_of(name: str, text: str) -> str:
    """The format of a file by its ending, of outputs by their words; empty for what may be a CIF."""
    ending = name.lower().rsplit(".", 1)[-1]
    by_words = "ORCA" if "* O   R   C   A *" in text or "CARTESIAN COORDINATES (ANGSTROEM)" in text else ""
    by_words = by_words or ("OpenMolcas" if "Cartesian Coordinates / Bohr, Angstrom" in text else "")
    return _ENDINGS.get(ending, by_words)


def read_geometry(text: str, kind: str) -> GeometryFile:
    """Read one file.

    Raises:
        UnreadableFile: no atoms where the format has them, an unknown element, no number.
        TooLarge: past a limit of `core.settings`.
    """
    rows, charge = _READERS[kind](text)
    if not rows:
        raise UnreadableFile(
            f"no atoms were found in this {kind} file.", advice="Export the geometry again, or as XYZ."
        )
    if len(rows) > settings.MAX_SITES:
        raise TooLarge(f"{len(rows)} atoms, more than {settings.MAX_SITES}.", advice="Give one complex.")
    labels = tuple(name for name, _, _ in rows)
    elements = tuple(_element(symbol, name) for name, symbol, _ in rows)
    return GeometryFile(labels, elements, np.array([_place(name, xyz) for name, _, xyz in rows]), charge, kind)


def _element(symbol: str, name: str) -> str:
    element = re.sub(r"[^A-Za-z].*$", "", symbol.strip()).capitalize()
    element = "H" if element in ("D", "T") else element
    if element not in COVALENT_RADII:
        raise UnreadableFile(f"atom {shown(name)} has no known element ({shown(symbol)}).", advice="Write its symbol.")
    return element


def _place(name: str, xyz: list[str]) -> list[float]:
    try:
        place = [float(x) for x in xyz]
    except ValueError:
        place = []
    if len(place) != 3 or not all(abs(x) < 1e5 for x in place):
        raise UnreadableFile(f"a coordinate of atom {shown(name)} is no number.", advice="Mend that line.")
    return place


def _stated(text: str) -> int | None:
    found = _CHARGE.search(text)
    return int(found[1]) if found else None


def _numbered(symbols: list[str]) -> list[str]:
    """Names for atoms that have none: the element and the number of the line."""
    return [f"{symbol}{number}" for number, symbol in enumerate(symbols, 1)]


def _xyz(text: str) -> tuple[Rows, int | None]:
    """The last frame; extended XYZ says in its comment which columns hold what."""
    lines = text.strip("\n").split("\n")
    start = 0
    while True:
        count = lines[start].strip() if start < len(lines) else ""
        if not re.fullmatch(r"[0-9]{1,6}", count) or start + 2 + int(count) > len(lines):
            advice = "Its first line is the number of atoms, the second a comment, then one atom a line."
            raise UnreadableFile("this is not an XYZ file.", advice=advice)
        end = start + 2 + int(count)
        if not any(line.strip() for line in lines[end:]):
            break
        start = end
    comment = lines[start + 1]
    species, place, label = _columns(comment)
    words = [line.split() for line in lines[start + 2 : end]]
    symbols = [row[species] if len(row) > species else "" for row in words]
    names = _numbered(symbols)
    if label is not None:
        names = [row[label] if len(row) > label else name for row, name in zip(words, names, strict=True)]
    rows = zip(names, symbols, (row[place : place + 3] for row in words), strict=True)
    return list(rows), _stated(comment)


def _columns(comment: str) -> tuple[int, int, int | None]:
    """Which columns of an (extended) XYZ file hold the element, x and the name of the atom, which may be missing."""
    found = re.search(r"Properties=\"?([\w:]+)", comment)
    if found is None:
        return 0, 1, None
    fields, at, column = found[1].split(":"), {}, 0
    for name, _, width in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        at[name] = column
        column += int(width) if width.isdigit() else 1
    return at.get("species", 0), at.get("pos", 1), at.get("label")


def _pdb(text: str) -> tuple[Rows, int | None]:
    """ATOM and HETATM lines of the first model; of alternate locations the first. Columns as wwPDB has them (3.3)."""
    rows: Rows = []
    for line in text.split("\n"):
        if line.startswith("ENDMDL"):
            break
        if line.startswith(("ATOM", "HETATM")) and line[16:17] in ("", " ", "A", "1"):
            name = line[12:16].strip()
            symbol = line[76:78].strip() or re.sub(r"\d.*$", "", line[12:14].strip() or name)
            rows.append((name, symbol, [line[30:38], line[38:46], line[46:54]]))
    return rows, None


def _mol2(text: str) -> tuple[Rows, int | None]:
    """The first @<TRIPOS>ATOM section."""
    section = re.search(r"@<TRIPOS>ATOM\s*\n(.*?)(?=@<TRIPOS>|\Z)", text, re.DOTALL)
    words = [line.split() for line in (section[1] if section else "").split("\n") if line.strip()]
    return [(w[1], w[5].split(".")[0], w[2:5]) for w in words if len(w) > 5], None


def _mol(text: str) -> tuple[Rows, int | None]:
    """V2000 and V3000, the first molecule of an SDF; the charge is the sum of the atoms' charges."""
    if "V3000" in text:
        atoms = re.findall(
            rf"M  V30 \d+ ([A-Za-z]+) ({_NUMBER}) ({_NUMBER}) ({_NUMBER}) \d+(.*)", text.split("$$$$")[0]
        )
        symbols = [a[0] for a in atoms]
        total = sum(int(q) for a in atoms for q in re.findall(r"CHG=(-?\d+)", a[4]))
        return list(zip(_numbered(symbols), symbols, ([*a[1:4]] for a in atoms), strict=True)), total
    lines = text.split("$$$$")[0].split("\n")
    count = lines[3][:3].strip() if len(lines) > 3 else ""
    if not count.isdigit():
        raise UnreadableFile(
            "this is not a MOL file: its fourth line states no number of atoms.", advice="Export it again."
        )
    block = lines[4 : 4 + int(count)]
    symbols = [line[31:34].strip() for line in block]
    charges = [line.split()[3:] for line in lines[4 + int(count) :] if line.startswith("M  CHG")]
    total = sum(int(q) for row in charges for q in row[1::2] if re.fullmatch(r"-?\d+", q))
    rows = zip(_numbered(symbols), symbols, ([line[:10], line[10:20], line[20:30]] for line in block), strict=True)
    return list(rows), total


def _orca(text: str) -> tuple[Rows, int | None]:
    """The last geometry of an output."""
    heads = [m.end() for m in re.finditer(r"CARTESIAN COORDINATES \(ANGSTROEM\)\s*\n-+\s*\n", text)]
    charge = re.search(r"Total Charge\s+Charge\s+\.+\s+([+-]?\d+)", text) or re.search(
        r"\*\s*(?:xyz|int|xyzfile|gzmt)\s+([+-]?\d+)\s+\d+", text, re.IGNORECASE
    )
    words = [line.split() for line in text[heads[-1] :].split("\n\n")[0].split("\n")] if heads else []
    symbols = [w[0] for w in words if len(w) == 4]
    rows = zip(_numbered(symbols), symbols, (w[1:] for w in words if len(w) == 4), strict=True)
    return list(rows), int(charge[1]) if charge else None


def _molcas(text: str) -> tuple[Rows, int | None]:
    """The last table of places in bohr and Å; labels are elements with numbers."""
    parts = text.split("Cartesian Coordinates / Bohr, Angstrom")
    row = re.compile(rf"^\s*\d+\s+([A-Za-z]\S*)((?:\s+{_NUMBER}){{6}})\s*$")
    rows: Rows = []
    for line in parts[-1].split("\n"):
        if found := row.match(line):
            rows.append((found[1], found[1], found[2].split()[3:]))
        elif rows:
            break
    return rows, None


_ENDINGS: Final = {
    "xyz": "XYZ", "extxyz": "XYZ", "pdb": "PDB", "ent": "PDB", "mol2": "MOL2", "mol": "MOL", "sdf": "MOL", "sd": "MOL",
}  # fmt: skip

_READERS: Final[dict[str, Callable[[str], tuple[Rows, int | None]]]] = {
    "XYZ": _xyz,
    "PDB": _pdb,
    "MOL2": _mol2,
    "MOL": _mol,
    "ORCA": _orca,
    "OpenMolcas": _molcas,
}
