"""Another program's levels beside ours: by line of the ground J multiplet energy, g, axis; then χT and B_kq.

Axes can be compared where both geometries are known: atoms are matched by element and distance from the ion, and a
rotation between the frames is taken out (W. Kabsch, Acta Cryst. A 1976, 32, 922, doi:10.1107/S0567739476001873).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

import numpy as np
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

from core.angles import axes_apart
from core.arrays import FloatArray
from core.errors import InputError
from core.magnetism.stevens import KQ, Parameters, rotate_parameters
from core.qc.outputs.calculation import Calculation, Line
from core.qc.stored_levels import ion_of, parameters_of

Record = Mapping[str, Any]

SAME_PLACE: Final = 0.02
"""Atoms of two outputs within this of each other are the same: prints have four decimals or more [Å]."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of ours and theirs; None where one side has no such line.

    Attributes:
        ours, theirs: energies [cm⁻¹].
        our_g, their_g: g_x ≤ g_y ≤ g_z.
        their_axis: of their g_z, in the frame of our coordinates; None where that is not known.
        axes_apart: angle between the two g_z axes, in one frame [°].
        our_angle, their_angle: of each with its own ground axis [°], which needs no common frame.
    """

    ours: float | None
    theirs: float | None
    our_g: tuple[float, float, float] | None
    their_g: tuple[float, float, float] | None
    their_axis: tuple[float, float, float] | None
    axes_apart: float | None
    our_angle: float | None
    their_angle: float | None

    @property
    def off(self) -> float | None:
        """Theirs less ours [cm⁻¹]."""
        return None if self.ours is None or self.theirs is None else self.theirs - self.ours


@dataclass(frozen=True, slots=True)
class Comparison:
    """Theirs beside ours.

    Attributes:
        pairs: by line of the ground multiplet.
        parameters: (k, q), ours, theirs [cm⁻¹], both in their frame; empty without common frame or without theirs.
        chi_t: T [K], ours, theirs [cm³ K mol⁻¹] at common temperatures.
        notes: why something is missing, and what the output itself has to say.
    """

    pairs: tuple[Pair, ...]
    parameters: tuple[tuple[tuple[int, int], float, float], ...]
    chi_t: tuple[tuple[float, float, float], ...]
    notes: tuple[str, ...]

    @property
    def largest_difference(self) -> float | None:
        """Of the energies of all lines that both have [cm⁻¹]."""
        return max((abs(pair.off) for pair in self.pairs if pair.off is not None), default=None)

    def to_dict(self) -> dict[str, Any]:
        """In JSON types only."""
        return {
            "levels": [_as_json(pair) for pair in self.pairs],
            "largest_difference_cm1": self.largest_difference,
            "crystal_field": [
                {"name": f"B{k}{q:+d}", "ours_cm1": ours, "theirs_cm1": theirs}
                for (k, q), ours, theirs in self.parameters
            ],
            "chiT": [{"T_K": t, "ours": ours, "theirs": theirs} for t, ours, theirs in self.chi_t],
            "notes": list(self.notes),
        }


def compare(record: Record, theirs: Calculation) -> Comparison:
    """A record of `kramers verify` beside another program's output.

    Raises:
        InputError: the record has no result, or is damaged.
    """
    try:
        return _compare(record, theirs)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise InputError("the record is damaged.", advice="Give the result.json of a finished run.") from None


def _compare(record: Record, theirs: Calculation) -> Comparison:
    if record.get("status") != "ok" or "levels" not in record:
        raise InputError("the record has no result to compare.", advice="Give the result.json of a finished run.")
    turn, why_not = common_frame(record, theirs)
    ours = record["levels"]["doublets"]
    lines = theirs.lines(ion_of(record).two_j + 1)
    pairs = tuple(_pair(*both, turn) for both in zip_longest(ours, lines))
    notes = (*theirs.notes, *_method_notes(record), *((why_not,) if why_not else ()))
    return Comparison(pairs, _parameters(record, theirs, turn), _chi_t(record, theirs), notes)


def _method_notes(record: Record) -> list[str]:
    return [f"ours: {record['method']['orbitals']}, multiplicities {record['method']['multiplicities']}."]


def common_frame(record: Record, theirs: Calculation) -> tuple[FloatArray | None, str]:
    """(3, 3) the rotation that takes vectors of their frame into ours, and a sentence where there is none."""
    asked = record["input"]
    elements, positions = tuple(asked["elements"]), np.array(asked["positions_A"], dtype=float)
    if not theirs.elements:
        return None, "the output prints no coordinates: axes and B_kq are not compared."
    if sorted(elements) != sorted(theirs.elements) or elements.count(record["metal"]) != 1:
        return None, "the output is of other atoms: axes and B_kq are not compared."
    ours = positions - positions[elements.index(record["metal"])]
    other = theirs.positions - theirs.positions[theirs.elements.index(record["metal"])]
    if _same_places(elements, ours, theirs.elements, other):
        return np.eye(3), ""
    if elements == theirs.elements:
        turn, _ = Rotation.align_vectors(ours, other)
        if np.abs(turn.apply(other) - ours).max() < SAME_PLACE:
            return turn.as_matrix(), ""
    return None, f"the geometries differ by more than {SAME_PLACE} Å: axes and B_kq are not compared."


def _same_places(elements: tuple[str, ...], ours: FloatArray, others: tuple[str, ...], theirs: FloatArray) -> bool:
    """Whether every atom has one of its element at its place, in any order."""
    distances = cdist(ours, theirs)
    apart, nearest = distances.min(axis=1), distances.argmin(axis=1)
    same = all(others[at] == element for element, at in zip(elements, nearest, strict=True))
    return bool(same and len(set(nearest.tolist())) == len(ours) and apart.max() < SAME_PLACE)


def _pair(ours: Mapping[str, Any] | None, theirs: Line | None, turn: FloatArray | None) -> Pair:
    tensor = None if theirs is None else theirs.tensor
    turned = None if tensor is None or turn is None else turn @ tensor.axes[2]
    g = None if ours is None or ours["g"] is None else ours["g"]
    return Pair(
        ours=None if ours is None else ours["energy_cm1"],
        theirs=None if theirs is None else theirs.energy,
        our_g=None if g is None else (g[0], g[1], g[2]),
        their_g=None if tensor is None else tensor.values,
        their_axis=None if turned is None else (float(turned[0]), float(turned[1]), float(turned[2])),
        axes_apart=axes_apart(None if ours is None else ours["easy_axis"], turned),
        our_angle=None if ours is None else ours["angle_to_ground_deg"],
        their_angle=None if theirs is None else theirs.angle_to_ground,
    )


def _parameters(
    record: Record, theirs: Calculation, turn: FloatArray | None
) -> tuple[tuple[tuple[int, int], float, float], ...]:
    """Ours turned into the axes in which theirs are printed."""
    if turn is None or theirs.crystal_field is None:
        return ()
    ours: Parameters = rotate_parameters(parameters_of(record, "input_frame_cm1"), theirs.crystal_field.frame @ turn.T)
    printed = theirs.crystal_field.parameters
    return tuple((kq, ours[kq], printed[kq]) for kq in KQ if kq in printed)


def _chi_t(record: Record, theirs: Calculation) -> tuple[tuple[float, float, float], ...]:
    table = record["chiT"]
    both = zip(table["T_K"], table["cm3_K_per_mol"], strict=True)
    return tuple((t, ours, theirs.chi_t[t]) for t, ours in both if t in theirs.chi_t)


def _as_json(pair: Pair) -> dict[str, Any]:
    return {
        "ours_cm1": pair.ours,
        "theirs_cm1": pair.theirs,
        "off_cm1": pair.off,
        "our_g": None if pair.our_g is None else list(pair.our_g),
        "their_g": None if pair.their_g is None else list(pair.their_g),
        "their_easy_axis": None if pair.their_axis is None else list(pair.their_axis),
        "axes_apart_deg": pair.axes_apart,
        "our_angle_to_ground_deg": pair.our_angle,
        "their_angle_to_ground_deg": pair.their_angle,
    }
