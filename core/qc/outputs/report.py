"""A comparison as text for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from core.qc.outputs.calculation import Calculation
from core.qc.outputs.comparison import Comparison, Pair
from core.schema.answers import ComparisonRecord
from core.schema.results import SCHEMA_VERSION

_WIDTH = 110
_COLUMN = 10


def as_record(theirs: Calculation, compared: Comparison) -> ComparisonRecord:
    """What the output holds, and both level by level, in JSON types."""
    return {
        "schema": SCHEMA_VERSION,
        "kind": "comparison",
        "theirs": theirs.to_dict(),
        "comparison": compared.to_dict(),
    }


def as_text(theirs: Calculation, compared: Comparison) -> str:
    """Tables of levels, B_kq and χT, and what is to be said; ends in a line break."""
    lines = [f"Kramers beside {theirs.program}, {theirs.method}: {len(theirs.levels)} spin-orbit states.", ""]
    lines += _levels(compared.pairs)
    if compared.largest_difference is not None:
        lines += ["", f"Largest difference of a level: {compared.largest_difference:.2f} cm⁻¹."]
    if compared.parameters:
        lines += ["", "B_kq / cm⁻¹ in the frame of theirs, extended Stevens, Stevens factor included", ""]
        lines += [f"  B{k}{q:+d}".ljust(8) + f"{a:16.6g}{b:16.6g}" for (k, q), a, b in compared.parameters]
    if compared.chi_t:
        lines += ["", "χT / cm³ K mol⁻¹", ""]
        lines += [f"  {t:6g} K{a:12.3f}{b:12.3f}" for t, a, b in compared.chi_t]
    lines += ["", *(fill(f"– {note}", _WIDTH) for note in compared.notes)] if compared.notes else []
    return "\n".join(lines) + "\n"


def _levels(pairs: Sequence[Pair]) -> list[str]:
    heads = ["ours/cm⁻¹", "theirs", "off", "our g_x", "g_y", "g_z", "their g_x", "g_y", "g_z", "axes/°"]
    table = ["  # " + "".join(head.rjust(_COLUMN) for head in heads)]
    return table + [f"{number:3d} " + _row(pair) for number, pair in enumerate(pairs, start=1)]


def _row(pair: Pair) -> str:
    energies = [_cell(value, 2) for value in (pair.ours, pair.theirs, pair.off)]
    tensors = [_cell(value, 4) for g in (pair.our_g, pair.their_g) for value in (g or (None, None, None))]
    return "".join([*energies, *tensors, _cell(pair.axes_apart, 2)])


def _cell(value: float | None, digits: int) -> str:
    return ("–" if value is None else f"{value:.{digits}f}").rjust(_COLUMN)
