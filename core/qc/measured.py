"""Measured magnetism: χT against T, M against H, ac data; from a CSV, or from a .dat of Quantum Design.

The first line names the columns, with or without units: ``T, chiT``, ``T/K; χT/cm³ K mol⁻¹``, ``H/Oe, M``, ``H, M, T``,
``T, f, chi', chi''`` with or without the static field H. Columns ``chiT_err``, ``M_err``, ``chi'_err`` and
``chi''_err`` are standard errors. χ′ and χ″ are cm³ mol⁻¹, frequencies hertz unless the name says kHz.
Fields are tesla unless the name says Oe or kOe, moments μ_B (Nβ) per complex. Columns are parted by commas, semicolons
or tabs; beside semicolons and tabs, decimal commas are read too. Files of Quantum Design: `core.qc.quantum_design`.
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
from core.magnetism.ac import AcPoint

MOST_BYTES: Final = 1_000_000
MOST_POINTS: Final = 5_000

_ADVICE: Final = (
    "The first line names the columns: T, chiT for χT against T; H, M (and T) for M against H; T, f, chi', chi'' for "
    "ac data."
)

_COLUMNS: Final = {  # the Greek letters in lower case too
    "T": re.compile(r"t|temp|temperature"),
    "chiT": re.compile(r"(χ|x|chi)_?m?\s*\*?·?\s*t"),
    "H": re.compile(r"h|b|field|μ0h|mu0h"),
    "M": re.compile(r"m|magneti[sz]ation"),
    "f": re.compile(r"f|ν|nu|freq|frequency"),
    "chi'": re.compile(r"(χ|x|chi)_?m?\s*['′]"),
    "chi''": re.compile(r"(χ|x|chi)_?m?\s*(''|″|\"|′′)"),
}
"""Names without unit, in lower case."""

_ERRORS: Final = {
    f"{name} error": re.compile(rf"(?:{_COLUMNS[name].pattern})[\s_]*(?:err|error|std|sd|sigma)")
    for name in ("chiT", "M", "chi'", "chi''")
}
"""Standard errors of a column."""

_HERTZ: Final = {"hz": 1.0, "": 1.0, "khz": 1e3, "s-1": 1.0, "s⁻¹": 1.0}
"""Units of the frequency [Hz]."""

_TESLA: Final = {"t": 1.0, "tesla": 1.0, "": 1.0, "oe": 1e-4, "koe": 0.1, "g": 1e-4, "kg": 0.1, "mt": 1e-3}
"""Units of the field [T]."""

_LARGEST: Final = {"T": 2000.0, "chiT": 1000.0, "H": 100.0, "M": 1000.0, "f": 1e7, "chi'": 1e4, "chi''": 1e4}
"""Beyond these a column is in another unit than it should be [K, cm³ K mol⁻¹, T, μ_B, Hz, cm³ mol⁻¹]."""

_SETS: Final = ({"T", "chiT"}, {"H", "M"}, {"T", "f", "chi'", "chi''"})
"""Columns that make a measurement."""

_UNITS: Final = {"T": "K", "chiT": "cm³ K mol⁻¹", "H": "T, or name the column H/Oe", "M": "μ_B per complex"} | {
    "f": "Hz",
    "chi'": "cm³ mol⁻¹",
    "chi''": "cm³ mol⁻¹",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a file says.

    Attributes:
        chi_t: (T [K], χT [cm³ K mol⁻¹]).
        magnetisation: (H [T], M [μ_B], T [K] or None where the file does not give it).
        chi_t_errors, magnetisation_errors: standard errors of χT and M, point by point; empty where there are none.
        ac: points of ac data.
    """

    chi_t: tuple[tuple[float, float], ...] = ()
    magnetisation: tuple[tuple[float, float, float | None], ...] = ()
    chi_t_errors: tuple[float | None, ...] = ()
    magnetisation_errors: tuple[float | None, ...] = ()
    ac: tuple[AcPoint, ...] = ()


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
        quantity = next((key for key, pattern in (_COLUMNS | _ERRORS).items() if pattern.fullmatch(name)), None)
        if quantity is None or quantity in found:
            continue
        found[quantity] = _Column(place, _factor(quantity, unit, title))
    if not any(wanted <= set(found) for wanted in _SETS):
        names = ", ".join(shown(title) for title in head[:6])
        what = f"the columns are {names}: neither T and chiT nor H and M nor T, f, chi' and chi''."
        raise UnreadableFile(what, advice=_ADVICE)
    return found


def _name_and_unit(title: str) -> tuple[str, str]:
    """``H / kOe``, ``H (kOe)`` and ``H [kOe]`` as ``h`` and ``koe``."""
    parts = re.split(r"\s*[/(\[]\s*", title.strip().lower(), maxsplit=1)
    return parts[0].strip(), parts[1].rstrip(") ]") if len(parts) > 1 else ""


def _factor(quantity: str, unit: str, title: str) -> float:
    if quantity == "f" and unit not in _HERTZ:
        raise UnreadableFile(f"the unit of the frequency in {shown(title)} is not known.", advice="Hz and kHz are.")
    if quantity == "H" and unit not in _TESLA:
        raise UnreadableFile(f"the unit of the field in {shown(title)} is not known.", advice="T, mT, Oe and kOe are.")
    return {"H": _TESLA, "f": _HERTZ}.get(quantity, {}).get(unit, 1.0)


def _row(cells: Sequence[str], columns: dict[str, _Column], line: int, decimal_comma: bool) -> dict[str, float]:
    values = {}
    for quantity, column in columns.items():
        text = cells[column.place].strip() if column.place < len(cells) else ""
        if quantity in _ERRORS and not text:
            continue
        value = _number(text.replace(",", ".") if decimal_comma else text, text, line) * column.factor
        if quantity in _ERRORS:
            values[quantity] = abs(value)
            continue
        if abs(value) > _LARGEST[quantity] or (quantity in ("T", "f") and value <= 0):
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
    return Measured(
        chi_t,
        curve,
        tuple(row.get("chiT error") for row in rows) if chi_t and "chiT error" in columns else (),
        tuple(row.get("M error") for row in rows) if curve and "M error" in columns else (),
        tuple(_ac_point(row) for row in rows) if _SETS[2] <= set(columns) else (),
    )


def _ac_point(row: dict[str, float]) -> AcPoint:
    errors = row.get("chi' error"), row.get("chi'' error")
    return AcPoint(row["T"], row["f"], row["chi'"], row["chi''"], *errors, field=row.get("H"))
