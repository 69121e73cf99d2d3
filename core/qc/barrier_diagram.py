"""The double well of a finished run: states at their moment along the main axis, and the ways between them.

As SINGLE_ANISO draws it (L. Ungur, M. Thewissen, J.-P. Costes, W. Wernsdorfer, L. F. Chibotaru, Inorg. Chem. 2013, 52,
6328, doi:10.1021/ic302568x): an arrow carries the mean of |μ_x|, |μ_y| and |μ_z| between its two states; the larger it
is, the easier a phonon or a stray field takes the magnetisation that way.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from core.qc.stored_levels import Record, ion_of

FEWEST_LINES: Final = 3
"""Levels with arrows at least, where there are as many; above the barrier there is one more."""


class Way(StrEnum):
    """How a transition leads on; the value is the word on the screen."""

    THROUGH = "through the barrier, within a level"
    UP = "up, on one side"
    ACROSS = "up, to the other side"


@dataclass(frozen=True, slots=True)
class Transition:
    """Between two states: their numbers from 0, the mean moment [μ_B], and the way."""

    first: int
    second: int
    moment: float
    way: Way


@dataclass(frozen=True, slots=True)
class BarrierDiagram:
    """What is drawn.

    Attributes:
        lines: numbers of the one or two states of each level.
        energies: (2J+1,) of the states above the ground level [cm⁻¹].
        moments: (2J+1,) along the main axis [μ_B].
        transitions: within and between neighbouring levels, up to one level above the barrier.
        barrier: [cm⁻¹]; None where there is none.
    """

    lines: tuple[tuple[int, ...], ...]
    energies: tuple[float, ...]
    moments: tuple[float, ...]
    transitions: tuple[Transition, ...]
    barrier: float | None


def barrier_diagram(record: Record) -> BarrierDiagram:
    """The diagram of a record."""
    levels: Sequence[Any] = record["levels"]["doublets"]
    moments = tuple(float(value) for value in record["moments_along_axis_muB"])
    lines = _lines(levels, len(moments), ion_of(record).kramers)
    energies = [0.0] * len(moments)
    for level, states in zip(levels, lines, strict=True):
        half = level["splitting_cm1"] / 2
        for state, shift in zip(states, (-half, half) if len(states) == 2 else (0.0,), strict=True):
            energies[state] = level["energy_cm1"] + shift
    barrier = record["barrier_cm1"]
    shown = _with_arrows(levels, barrier)
    return BarrierDiagram(
        lines=lines,
        energies=tuple(energies),
        moments=moments,
        transitions=tuple(_transitions(lines[:shown], record["transition_moments_muB"])),
        barrier=barrier,
    )


def _lines(levels: Sequence[Any], states: int, kramers: bool) -> tuple[tuple[int, ...], ...]:
    """Two states a level for Kramers ions; else as many as its g tensor and splitting tell."""
    pair = [kramers or level["g"] is not None or level["splitting_cm1"] > 0 for level in levels]
    lines, first = [], 0
    for is_pair in pair:
        lines.append((first, first + 1) if is_pair else (first,))
        first += len(lines[-1])
    if first != states:
        raise ValueError(f"{first} states in the table, {states} in the moments")
    return tuple(lines)


def _with_arrows(levels: Sequence[Any], barrier: float | None) -> int:
    """Number of levels that arrows join."""
    below = 0 if barrier is None else sum(level["energy_cm1"] <= barrier for level in levels)
    return min(len(levels), max(FEWEST_LINES, below + 1))


def _transitions(lines: Sequence[tuple[int, ...]], between: Sequence[Sequence[float]]) -> list[Transition]:
    found = [Transition(a, b, between[a][b], Way.THROUGH) for a, b in (line for line in lines if len(line) == 2)]
    for lower, upper in itertools.pairwise(lines):
        for side, a in enumerate(lower):
            for other, b in enumerate(upper):
                same = side == other or len(lower) != len(upper)
                found.append(Transition(a, b, between[a][b], Way.UP if same else Way.ACROSS))
    return found
