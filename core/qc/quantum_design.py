"""Files .dat of Quantum Design's MultiVu (PPMS, MPMS, VSM): a header up to ``[Data]``, then a table with named columns.

Read by name, as the instruments write them: ``Temperature (K)``; ``Magnetic Field (Oe)`` or ``Field (Oe)``; dc moments
``Moment (emu)``, ``Long Moment (emu)``, ``DC Moment Free Ctr (emu)``, ``DC Moment Fixed Ctr (emu)``, ``M-DC (emu)``
with their standard errors; ac ``AC X' (emu/Oe)`` and ``AC X'' (emu/Oe)``, or ``M' (emu)`` and ``M'' (emu)`` with the
amplitude, and ``AC Frequency (Hz)``, ``Wave Frequency (Hz)`` or ``Frequency (Hz)``. Other units are refused. Mass and
molar mass are the user's: those of the header are often left from the sample before.

A dc file is χT against T where it has at least as many temperatures as fields, else M against H.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from core.chem.quoting import shown
from core.errors import TooLarge, UnreadableFile
from core.magnetism.ac import AcPoint
from core.qc.measured import MOST_POINTS, Measured
from core.qc.sample import Sample

MOST_BYTES: Final = 20_000_000
"""Such files carry some hundred columns."""

_TESLA_PER_OERSTED: Final = 1e-4

_LEAST_FIELD: Final = 10.0
"""Below this m/H is nothing but the remanence of the magnet [Oe]."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "temperature": ("temperature (k)",),
    "field": ("magnetic field (oe)", "field (oe)"),
    "moment": (
        "moment (emu)",
        "dc moment free ctr (emu)",
        "dc moment fixed ctr (emu)",
        "long moment (emu)",
        "m-dc (emu)",
    ),
    "moment error": (
        "m. std. err. (emu)",
        "dc moment err free ctr (emu)",
        "dc moment err fixed ctr (emu)",
        "long scan std dev",
        "m-std.dev. (emu)",
    ),
    "frequency": ("ac frequency (hz)", "wave frequency (hz)", "frequency (hz)"),
    "amplitude": ("ac drive (oe)", "drive amplitude (oe)", "amplitude (oe)"),
    "real per field": ("ac x' (emu/oe)",),
    "imaginary per field": ("ac x'' (emu/oe)",),
    "real": ("m' (emu)", "ac moment' (emu)"),
    "imaginary": ("m'' (emu)", "ac moment'' (emu)"),
    "real error per field": ("ac x' std err. (emu/oe)",),
    "imaginary error per field": ("ac x'' std err. (emu/oe)",),
}
"""In lower case, " as two primes, one space for several. An error stands at the place of its moment."""


def is_quantum_design(data: bytes) -> bool:
    """Whether a line ``[Data]`` stands in it."""
    return re.search(rb"^\s{0,8}\[data\]\s{0,8}$", data, re.IGNORECASE | re.MULTILINE) is not None


def read_quantum_design(data: bytes, sample: Sample) -> Measured:
    """Molar quantities out of such a file.

    Args:
        data: hostile bytes.
        sample: mass, molar mass and diamagnetism.

    Raises:
        UnreadableFile: no such file, columns of another unit, a cell that is no number.
        TooLarge: past `MOST_BYTES` or `core.qc.measured.MOST_POINTS`.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"the file has {len(data) / 1e6:.1f} MB.", advice="Give one sequence at a time.")
    rows = list(_rows(data.decode("utf-8", errors="replace")))
    if len(rows) > MOST_POINTS:
        raise TooLarge(f"{len(rows)} points, more than {MOST_POINTS}.", advice="Give one sequence at a time.")
    ac = tuple(point for row in rows if (point := _ac_point(row, sample)) is not None)
    if ac:
        return Measured(ac=ac)
    dc = [row for row in rows if {"temperature", "field", "moment"} <= row.keys()]
    if not dc:
        raise UnreadableFile(
            "the file has neither dc nor ac points in emu, Oe and K.", advice="Export it from MultiVu."
        )
    many_temperatures = _distinct(dc, "temperature", 0.01) >= _distinct(dc, "field", 0.01)
    return _chi_t(dc, sample) if many_temperatures else _magnetisation(dc, sample)


def _rows(text: str) -> Iterable[dict[str, float]]:
    """Of each line the quantities that it holds; lines of comments and empty ones have none and are left out."""
    body = re.split(r"(?im)^\s{0,8}\[data\]\s{0,8}$", text, maxsplit=1)[-1]
    try:
        table = list(csv.reader(io.StringIO(body.strip("\r\n"))))
    except csv.Error:
        raise UnreadableFile("the table after [Data] cannot be read.", advice="Export it from MultiVu.") from None
    places = _places(table[0] if table else [])
    for number, cells in enumerate(table[1:], start=2):
        row = {name: _number(cells[at], number) for name, at in places.items() if at < len(cells) and cells[at].strip()}
        if "temperature" in row:
            yield row


def _places(head: Sequence[str]) -> dict[str, int]:
    """Column of each quantity. A moment and its error come from one pair of names."""
    names = [re.sub(r"\s+", " ", title.strip().lower().replace('"', "''").replace("″", "''")) for title in head]
    found = {}
    for quantity, known in _NAMES.items():
        at = next((names.index(name) for name in known if name in names), None)
        if at is not None:
            found[quantity] = at
    if "temperature" not in found:
        listed = ", ".join(shown(title) for title in head[:6])
        raise UnreadableFile(
            f"after [Data] the columns are {listed}: no Temperature (K).", advice="Export from MultiVu."
        )
    return found


def _number(cell: str, line: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e9:
        raise UnreadableFile(f"line {line} after [Data]: {shown(cell)} is no number.", advice="Take the line out.")
    return value


def _distinct(rows: Sequence[Mapping[str, float]], quantity: str, near: float) -> int:
    """How many values stand apart by more than a share of themselves."""
    values = np.sort([abs(row[quantity]) for row in rows])
    return 1 + int((np.diff(values) > near * values[1:]).sum())


def _chi_t(rows: Sequence[Mapping[str, float]], sample: Sample) -> Measured:
    used = [row for row in rows if abs(row["field"]) >= _LEAST_FIELD]
    if not used:
        raise UnreadableFile("the points were taken without a field.", advice="χT needs one.")
    values = tuple((r["temperature"], sample.susceptibility(r["moment"] / r["field"]) * r["temperature"]) for r in used)
    errors = tuple(
        abs(r["moment error"] / r["field"]) / sample.moles * r["temperature"] if "moment error" in r else None
        for r in used
    )
    return Measured(chi_t=values, chi_t_errors=errors if any(errors) else ())


def _magnetisation(rows: Sequence[Mapping[str, float]], sample: Sample) -> Measured:
    values = tuple(
        (r["field"] * _TESLA_PER_OERSTED, sample.moment(r["moment"], r["field"]), round(r["temperature"], 1))
        for r in rows
    )
    plain = Sample(sample.mass_mg, sample.molar_mass)
    errors = tuple(plain.moment(abs(r["moment error"]), 0.0) if "moment error" in r else None for r in rows)
    return Measured(magnetisation=values, magnetisation_errors=errors if any(errors) else ())


def _ac_point(row: Mapping[str, float], sample: Sample) -> AcPoint | None:
    """None for a line that is no ac measurement. Diamagnetism does not lag: it is taken off χ′ alone."""
    frequency = row.get("frequency", 0.0)
    both = _per_field(row, "real"), _per_field(row, "imaginary")
    if frequency <= 0 or both[0] is None or both[1] is None:
        return None
    errors = [row.get(f"{name} error per field") for name in ("real", "imaginary")]
    molar = [None if error is None else abs(error) / sample.moles for error in errors]
    field = round(row["field"] * _TESLA_PER_OERSTED, 3) + 0.0 if "field" in row else None
    real, imaginary = sample.susceptibility(both[0]), both[1] / sample.moles
    return AcPoint(row["temperature"], frequency, real, imaginary, molar[0], molar[1], field=field)


def _per_field(row: Mapping[str, float], name: str) -> float | None:
    """[emu Oe⁻¹]; None where the line has it not."""
    if f"{name} per field" in row:
        return row[f"{name} per field"]
    amplitude = row.get("amplitude", 0.0)
    return row[name] / amplitude if name in row and amplitude > 0 else None
