"""The exchange spectrum as a table: (pseudo-)doublets of the whole molecule with their g and toroidal moments."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

from core.angles import between_axes
from core.arrays import FloatArray
from core.coupling.cluster import Cluster
from core.coupling.states import CoupledStates
from core.magnetism.levels import DEGENERATE_CM1, group_levels
from core.magnetism.pseudospin import g_tensor

LINES: Final = 16
"""Lines of the table that are worked out."""

_NO_MOMENT: Final = 1e-6
"""Toroidal moments below this [Å μ_B] have no direction."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One level of the whole molecule.

    Attributes:
        energy: above the ground level [cm⁻¹].
        splitting: between its two states [cm⁻¹]; 0 for Kramers doublets and singlets.
        states: how many, one or two.
        g: g_x ≤ g_y ≤ g_z of the whole with effective spin ½; None for a singlet, and where it is degenerate with
            another level.
        axis: (3,) of g_z in the common frame; None where there is none.
        toroidal: size of Σ r × m about the middle of the ions [Å μ_B], of the two states that have it along one
            direction and its opposite; None as for g.
        toroidal_axis: (3,) its direction; None where it vanishes.
    """

    energy: float
    splitting: float
    states: int
    g: tuple[float, float, float] | None
    axis: FloatArray | None
    toroidal: float | None
    toroidal_axis: FloatArray | None


def spectrum(states: CoupledStates, lines: int = LINES) -> tuple[Line, ...]:
    """The lowest `lines` levels."""
    levels = states.energies
    kramers = states.system.kramers
    chosen = group_levels(levels[: len(levels) // 2 * 2] if kramers else levels, kramers)[:lines]
    count = chosen[-1][-1] + 1
    moment, toroidal = states.moment(count), states.toroidal(count)
    origin = float(levels[list(chosen[0])].mean())
    table = []
    for group in chosen:
        pair = slice(group[0], group[-1] + 1)
        magnetic = len(group) == 2 and _alone(levels, group)
        g = g_tensor(moment[:, pair, pair]) if magnetic else None
        # a toroidal moment turns round with time as a magnetic one does, so the same algebra finds it; its size is half
        # of what is called g there
        t = g_tensor(toroidal[:, pair, pair]) if magnetic else None
        table.append(
            Line(
                energy=float(levels[pair].mean()) - origin,
                splitting=float(levels[group[-1]] - levels[group[0]]),
                states=len(group),
                g=None if g is None else g.values,
                axis=None if g is None or not g.magnetic else g.main_axis,
                toroidal=None if t is None else t.values[2] / 2,
                toroidal_axis=None if t is None or t.values[2] < _NO_MOMENT else t.main_axis,
            )
        )
    return tuple(table)


def axis_angles(system: Cluster) -> dict[tuple[int, int], float]:
    """Angle between the g_z axes of each pair of sites [°], 0 … 90, where both have one."""
    axes = {k: tensor.main_axis for k, site in enumerate(system.sites) if (tensor := site.ground) is not None}
    angles = {}
    for i, j in combinations(range(len(system.sites)), 2):
        one, other = axes.get(i), axes.get(j)
        if one is not None and other is not None:
            angles[i, j] = float(between_axes(one, other))
    return angles


def _alone(levels: FloatArray, group: tuple[int, ...]) -> bool:
    below = group[0] == 0 or levels[group[0]] - levels[group[0] - 1] > DEGENERATE_CM1
    above = group[-1] == len(levels) - 1 or levels[group[-1] + 1] - levels[group[-1]] > DEGENERATE_CM1
    return bool(below and above)
