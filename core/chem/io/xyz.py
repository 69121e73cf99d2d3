"""XYZ files: number of atoms, a comment line, then element and Cartesian coordinates [Å] of each atom."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from core import settings
from core.arrays import FloatArray
from core.chem.quoting import shown
from core.chem.radii import COVALENT_RADII
from core.errors import TooLarge, UnreadableFile

_CHARGE = re.compile(r"\bcharge\s*[=:]\s*([+-]?\d{1,2})(?![\d.])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class XyzFile:
    """What one XYZ file says.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) as written [Å].
        charge: what the comment line states (``charge=+1``, as `core.chem.io.export.to_xyz` writes it), else None.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    charge: int | None


def read_xyz(data: bytes) -> XyzFile:
    """Read a file with one structure.

    Args:
        data: hostile bytes.

    Raises:
        UnreadableFile: not an XYZ file, another number of atoms than it states, no element, no number, two structures.
        TooLarge: past a limit of `core.settings`.
    """
    if len(data) > settings.MAX_FILE_BYTES:
        raise TooLarge(f"the file has {len(data) / 1e6:.0f} MB.", advice="One molecule takes some kilobytes.")
    lines = data.decode("utf-8-sig", errors="replace").splitlines()
    count = _count(lines)
    rows = lines[2 : 2 + count]
    rest = [line for line in lines[2 + count :] if line.strip()]
    if rest:
        text = f"after its {count} atoms the file goes on with {shown(rest[0])}."
        raise UnreadableFile(text, advice="Give one structure, and the right number of atoms in the first line.")
    if len(rows) < count:
        raise UnreadableFile(f"the first line states {count} atoms, {len(rows)} follow.", advice="Export it again.")
    atoms = [_atom(row, number) for number, row in enumerate(rows, start=3)]
    stated = _CHARGE.search(lines[1])
    return XyzFile(
        elements=tuple(element for element, _ in atoms),
        positions=np.array([xyz for _, xyz in atoms], dtype=np.float64),
        charge=int(stated[1]) if stated else None,
    )


def _count(lines: list[str]) -> int:
    first = lines[0].strip() if lines else ""
    if not re.fullmatch(r"[0-9]{1,6}", first) or int(first) == 0 or len(lines) < 3:
        advice = "Its first line is the number of atoms, the second a comment, then one atom a line."
        raise UnreadableFile("this is not an XYZ file.", advice=advice)
    if int(first) > settings.MAX_COMPONENT_ATOMS:
        raise TooLarge(f"{int(first)} atoms, more than {settings.MAX_COMPONENT_ATOMS}.", advice="Give one complex.")
    return int(first)


def _atom(row: str, number: int) -> tuple[str, list[float]]:
    words = row.split()
    if len(words) < 4:
        raise UnreadableFile(f"line {number} is no atom: {shown(row)}.", advice="An atom is element, x, y and z.")
    element = re.sub(r"\d+$", "", words[0]).capitalize()
    if element not in COVALENT_RADII:
        raise UnreadableFile(f"line {number}: {shown(words[0])} is no element.", advice="Write its symbol.")
    try:
        xyz = [float(word) for word in words[1:4]]
    except ValueError:
        raise UnreadableFile(f"line {number}: a coordinate is no number in {shown(row)}.") from None
    if not all(math.isfinite(x) for x in xyz):
        raise UnreadableFile(f"line {number}: a coordinate is not finite.")
    return element, xyz
