"""Rows of the tables about another program's output, by itself and beside a run of ours."""

from __future__ import annotations

from typing import Final

from app.tables import Row
from app.verify.tables import doublet_rows
from core.magnetism.tunnelling import tunnelling_criteria
from core.qc.outputs.calculation import Calculation, Field
from core.qc.outputs.comparison import Comparison, Pair

FEWEST_STATES: Final = 16
"""States that are shown of an output that does not say which ion it is about."""

PAIR_DIGITS: Final = {
    "ours / cm⁻¹": 1,
    "theirs / cm⁻¹": 1,
    "off by / cm⁻¹": 1,
    **dict.fromkeys([f"{whose} g_{axis}" for whose in ("our", "their") for axis in "xyz"], 4),
    "between axes / °": 2,
    "our angle / °": 1,
    "their angle / °": 1,
}
"""Decimals of the columns of `pair_rows`."""


def shown_states(theirs: Calculation) -> int:
    """How many spin-orbit states are shown: those of the ion's ground multiplet."""
    return min(len(theirs.levels), FEWEST_STATES if theirs.ion is None else theirs.ion.two_j + 1)


def output_rows(theirs: Calculation) -> list[Row]:
    """One line a level of the ground multiplet, as of a result of ours but for the |M_J⟩ weights."""
    levels = [line.to_dict() for line in theirs.lines(shown_states(theirs))]
    tensors, angles = [level["g"] for level in levels], [level["angle_to_ground_deg"] for level in levels]
    return doublet_rows(levels, tunnelling_criteria(tensors, angles) if theirs.kramers else ())


def field_rows(field: Field) -> list[Row]:
    """One line a (k, q): B_kq [cm⁻¹] in the axes of the print and in the frame of its coordinates."""
    turned = field.input_frame
    return [
        {"k": k, "q": q, "B_kq, as printed": value, "B_kq, frame of its coordinates": turned[k, q]}
        for (k, q), value in field.parameters.items()
    ]


def pair_rows(compared: Comparison) -> list[Row]:
    """One line a level: energies [cm⁻¹], g, the angle between both axes of g_z, and of each with its ground level."""
    return [_pair_row(number, pair) for number, pair in enumerate(compared.pairs, start=1)]


def _pair_row(number: int, pair: Pair) -> Row:
    ours, theirs = pair.our_g or (None,) * 3, pair.their_g or (None,) * 3
    return {
        "level": number,
        "ours / cm⁻¹": pair.ours,
        "theirs / cm⁻¹": pair.theirs,
        "off by / cm⁻¹": pair.off,
        **{f"our g_{axis}": value for axis, value in zip("xyz", ours, strict=True)},
        **{f"their g_{axis}": value for axis, value in zip("xyz", theirs, strict=True)},
        "between axes / °": pair.axes_apart,
        "our angle / °": pair.our_angle,
        "their angle / °": pair.their_angle,
        "their axis of g_z": "" if pair.their_axis is None else ", ".join(f"{x:.4f}" for x in pair.their_axis),
    }


def parameter_rows(compared: Comparison) -> list[Row]:
    """One line a (k, q): B_kq [cm⁻¹] of both in the axes of their print."""
    return [
        {"k": k, "q": q, "B_kq, ours": ours, "B_kq, theirs": theirs, "off by": theirs - ours}
        for (k, q), ours, theirs in compared.parameters
    ]
