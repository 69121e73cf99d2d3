"""Measured magnetism from a CSV: χT against T, or M against H, to lie over what was computed.

The first line names the columns, with or without units: ``T, chiT``, ``T/K; χT/cm³ K mol⁻¹``, ``H/Oe, M``, ``H, M, T``.
Fields are tesla unless the name says Oe or kOe, moments μ_B (Nβ) per complex. Columns are parted by commas, semicolons
or tabs; beside semicolons and tabs, decimal commas are read too.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.chem.quoting import shown
from core.errors import TooLarge, UnreadableFile

MOST_BYTES: Final = 1_000_000
MOST_POINTS: Final = 5_000

_ADVICE: Final = "The first line names the columns: T, chiT for χT against T, or H, M (and T) for M against H."

_COLUMNS: Final = {  # the Greek letters in lower case too
    "T": re.compile(r"t|temp|temperature"),
    "chiT": re.compile(r"(χ|x|chi)_?m?\s*\*?·?\s*t"),
    "H": re.compile(r"h|b|field|μ0h|mu0h"),
    "M": re.compile(r"m|magneti[sz]ation"),
}
"""Names without unit, in lower case."""

_TESLA: Final = {"t": 1.0, "tesla": 1.0, "": 1.0, "oe": 1e-4, "koe": 0.1, "g": 1e-4, "kg": 0.1, "mt": 1e-3}
"""Units of the field [T]."""

_LARGEST: Final = {"T": 2000.0, "chiT": 1000.0, "H": 100.0, "M": 1000.0}
"""Beyond these a column is in another unit than it should be [K, cm³ K mol⁻¹, T, μ_B]."""

_UNITS: Final = {"T": "K", "chiT": "cm³ K mol⁻¹", "H": "T, or name the column H/Oe", "M": "μ_B per complex"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a file says.

    Attributes:
        chi_t: (T [K], χT [cm³ K mol⁻¹]).
        magnetisation: (H [T], M [μ_B], T [K] or None where the file does not give it).
    """

    chi_t: tuple[tuple[float, float], ...] = ()
    magnetisation: tuple[tuple[float, float, float | None], ...] = ()


def read_measured(data: bytes) -> Measured:
    """A file of measured points.

    Args:
        data: hostile bytes.

    Raises:
        UnreadableFile: not such a table, a cell that is no number, a column in another unit.
        TooLarge: more than `MOST_BYTES` or `MOST_POINTS`.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"the file has {len(data) / 1e6:.1f} MB.", advice="Give the measured points only.")
    text = data.decode("utf-8-sig", errors="replace")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) < 2 or "\x00" in text:
        raise UnreadableFile("this is no table of measured points.", advice=_ADVICE)
    if len(lines) > MOST_POINTS + 1:
        raise TooLarge(f"{len(lines) - 1} points, more than {MOST_POINTS}.", advice="Give fewer.")
    separator = next((mark for mark in ("\t", ";") if mark in lines[0]), ",")
    try:
        head, *rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
    except csv.Error:
        raise UnreadableFile("this is no table of measured points.", advice=_ADVICE) from None
    columns = _columns(head)
    numbers = [_row(row, columns, number, separator != ",") for number, row in enumerate(rows, start=2)]
    return _measured(columns, numbers)


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    factor: float


def _columns(head: Sequence[str]) -> dict[str, _Column]:
    """Where the quantities stand; columns of other names are left alone."""
    found: dict[str, _Column] = {}
    for place, title in enumerate(head):
        name, unit = _name_and_unit(title)
        quantity = next((key for key, pattern in _COLUMNS.items() if pattern.fullmatch(name)), None)
        if quantity is None or quantity in found:
            continue
        found[quantity] = _Column(place, _factor(unit, title) if quantity == "H" else 1.0)
    if not ({"T", "chiT"} <= set(found) or {"H", "M"} <= set(found)):
        names = ", ".join(shown(title) for title in head[:6])
        raise UnreadableFile(f"the columns are {names}: neither T and chiT nor H and M.", advice=_ADVICE)
    return found


def _name_and_unit(title: str) -> tuple[str, str]:
    """``H / kOe``, ``H (kOe)`` and ``H [kOe]`` as ``h`` and ``koe``."""
    parts = re.split(r"\s*[/(\[]\s*", title.strip().lower(), maxsplit=1)
    return parts[0].strip(), parts[1].rstrip(") ]") if len(parts) > 1 else ""


def _factor(unit: str, title: str) -> float:
    if unit not in _TESLA:
        raise UnreadableFile(f"the unit of the field in {shown(title)} is not known.", advice="T, mT, Oe and kOe are.")
    return _TESLA[unit]


def _row(cells: Sequence[str], columns: dict[str, _Column], line: int, decimal_comma: bool) -> dict[str, float]:
    values = {}
    for quantity, column in columns.items():
        text = cells[column.place].strip() if column.place < len(cells) else ""
        value = _number(text.replace(",", ".") if decimal_comma else text, text, line) * column.factor
        if abs(value) > _LARGEST[quantity] or (quantity == "T" and value <= 0):
            what = f"line {line}: {shown(text)} is no {quantity} in {_UNITS[quantity]}."
            raise UnreadableFile(what, advice="Check the unit.")
        values[quantity] = value
    return values


def _number(text: str, cell: str, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UnreadableFile(f"line {line}: {shown(cell)} is no number.", advice=_ADVICE)
    return value


def _measured(columns: dict[str, _Column], rows: list[dict[str, float]]) -> Measured:
    chi_t = tuple((row["T"], row["chiT"]) for row in rows) if {"T", "chiT"} <= set(columns) else ()
    curve = tuple((row["H"], row["M"], row.get("T")) for row in rows) if {"H", "M"} <= set(columns) else ()
    return Measured(chi_t, curve)
