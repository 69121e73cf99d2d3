"""From the energies and states of one J multiplet to its table of doublets, pseudo-doublets and singlets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.angles import axes_apart
from core.arrays import ComplexArray, FloatArray
from core.magnetism.angular_momentum import angular_momentum, projections, states_along
from core.magnetism.pseudospin import GTensor, g_tensor

PAIRING_RATIO = 0.2
"""Two states of a non-Kramers ion are a pseudo-doublet if split by at most this fraction of the gap next to them."""

DEGENERATE_CM1 = 1e-3
"""Levels closer than this [cm⁻¹] are one: how their states mix then hangs on the last digits of the coordinates."""

SMALLEST_WEIGHT = 0.05
"""Least weight of |±M_J⟩ that the table lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Doublet:
    """One line of the table: a Kramers doublet, a pseudo-doublet or a singlet.

    Attributes:
        states: indices of its one or two states.
        energy: mean energy above the ground doublet, pseudo-doublet or singlet [cm⁻¹].
        splitting: distance between its two states [cm⁻¹]; 0 for Kramers doublets and singlets.
        g: g_x ≤ g_y ≤ g_z; None for singlets, and where the level is degenerate with another.
        easy_axis: (3,) unit vector of g_z in the input frame, its largest component positive; None where there is none
            (no g, isotropic, easy plane).
        angle_to_ground: angle between its easy axis and that of the ground doublet [°]; None where either is missing.
        main_weights: (|M_J|, weight), largest first, weights of at least `SMALLEST_WEIGHT`, quantised along the ground
            doublet's g_z (along its hard axis if it has an easy plane); empty where the ground level has no axis.
    """

    states: tuple[int, ...]
    energy: float
    splitting: float
    g: tuple[float, float, float] | None
    easy_axis: FloatArray | None
    angle_to_ground: float | None
    main_weights: tuple[tuple[float, float], ...]


def paired(energies: FloatArray) -> FloatArray:
    """(…, n) energies of a Kramers ion, ascending: each pair at its mean, so that the two are exactly equal."""
    pairs = energies.reshape(*energies.shape[:-1], -1, 2)
    return np.repeat(pairs.mean(axis=-1), 2, axis=-1)


def first_gap(energies: FloatArray) -> FloatArray:
    """(…,) from the mean of the two lowest states to the third, E₃ − (E₁ + E₂)/2 [cm⁻¹].

    That is the energy of the second doublet of a Kramers ion, and of what lies above the pseudo-doublet of another.

    Args:
        energies: (…, n) ascending, n of at least 3 [cm⁻¹].
    """
    return np.asarray(energies[..., 2] - energies[..., :2].mean(axis=-1))


def group_levels(levels: FloatArray, kramers: bool) -> tuple[tuple[int, ...], ...]:
    """Indices of the states that stand on one line of the table.

    Kramers: always in twos. Otherwise two neighbours are a pseudo-doublet if their splitting is at most `PAIRING_RATIO`
    of the gap from their mean to the next level above and to the next below; all else is singlets.

    Args:
        levels: (n,) ascending energies [cm⁻¹].
    """
    n = len(levels)
    if kramers:
        return tuple((i, i + 1) for i in range(0, n, 2))
    groups: list[tuple[int, ...]] = []
    i = 0
    while i < n:
        group = (i, i + 1) if i + 1 < n and _is_pair(levels, i) else (i,)
        groups.append(group)
        i += len(group)
    return tuple(groups)


def _is_pair(levels: FloatArray, i: int) -> bool:
    mean = (levels[i] + levels[i + 1]) / 2
    gaps = [levels[i + 2] - mean] if i + 2 < len(levels) else []
    gaps += [mean - levels[i - 1]] if i > 0 else []
    # a triplet has gap zero: none of its states is told from the others
    return bool(gaps) and min(gaps) > DEGENERATE_CM1 and levels[i + 1] - levels[i] <= PAIRING_RATIO * min(gaps)


def _isolated(levels: FloatArray, group: tuple[int, ...]) -> bool:
    """Whether no state outside the group lies within `DEGENERATE_CM1` of it."""
    first, last = group[0], group[-1]
    below = first == 0 or levels[first] - levels[first - 1] > DEGENERATE_CM1
    above = last == len(levels) - 1 or levels[last + 1] - levels[last] > DEGENERATE_CM1
    return bool(below and above)


def group_tensor(
    levels: FloatArray, states: ComplexArray, moments: ComplexArray, group: tuple[int, ...]
) -> GTensor | None:
    """g tensor of a group; None for singlets and for groups degenerate with another.

    Args:
        levels: (n,) [cm⁻¹].
        states: (n, n) eigenvectors in columns.
        moments: (3, n, n) magnetic moment in the basis of the rows of `states` [μ_B].
    """
    if len(group) == 1 or not _isolated(levels, group):
        return None
    vectors = states[:, list(group)]
    return g_tensor(vectors.conj().T @ moments @ vectors)


def main_weights(
    levels: FloatArray, states: ComplexArray, group: tuple[int, ...], axis_states: ComplexArray | None
) -> tuple[tuple[float, float], ...]:
    """(|M|, weight) of a group, mean over its states, largest first; empty without an axis or if it is degenerate."""
    if axis_states is None or not _isolated(levels, group):
        return ()
    per_m = (np.abs(axis_states.conj().T @ states[:, list(group)]) ** 2).mean(axis=1)
    m = projections(len(levels) - 1)
    pairs = [(float(x), float(per_m[np.abs(m) == x].sum())) for x in m[m >= 0]]
    listed = [p for p in pairs if p[1] >= SMALLEST_WEIGHT]
    # weights equal to nine decimals are ordered by |M|, so that rounding cannot swap them
    return tuple(sorted(listed, key=lambda p: (-round(p[1], 9), -p[0])))


def tabulate(
    levels: FloatArray, states: ComplexArray, lande: float, kramers: bool
) -> tuple[tuple[Doublet, ...], GTensor | None]:
    """The table of one J multiplet, and the g tensor of its lowest line (None for a singlet or a degenerate level).

    Args:
        levels: (2J+1,) ascending energies, lowest 0 [cm⁻¹].
        states: (2J+1, 2J+1) eigenvectors in columns, rows |J, M⟩ with M = J … −J.
        lande: g_J.
        kramers: odd number of electrons.
    """
    angular = angular_momentum(len(levels) - 1)
    return tabulate_states(levels, states, angular, lande * angular, kramers)


def tabulate_states(
    levels: FloatArray, states: ComplexArray, angular: ComplexArray, moments: ComplexArray, kramers: bool
) -> tuple[tuple[Doublet, ...], GTensor | None]:
    """As `tabulate`, for a multiplet whose angular momentum and moment are matrices of their own.

    Args:
        levels: (2J+1,) ascending energies, lowest 0 [cm⁻¹].
        states: (2J+1, 2J+1) eigenvectors in columns.
        angular: (3, 2J+1, 2J+1) J_x, J_y, J_z in the basis of the rows of `states` [ħ].
        moments: (3, 2J+1, 2J+1) magnetic moment in the same basis [μ_B].
        kramers: odd number of electrons.
    """
    groups = group_levels(levels, kramers)
    tensors = [group_tensor(levels, states, moments, group) for group in groups]
    ground = tensors[0]
    axis = None if ground is None else ground.unique_axis
    axis_states = None if axis is None else states_along(angular, axis)
    origin = float(levels[list(groups[0])].mean())
    table = tuple(
        Doublet(
            states=group,
            energy=float(levels[list(group)].mean()) - origin,
            splitting=float(levels[group[-1]] - levels[group[0]]),
            g=None if tensor is None else tensor.values,
            easy_axis=None if tensor is None else tensor.main_axis,
            angle_to_ground=axes_apart(_main_axis(tensor), _main_axis(ground)),
            main_weights=main_weights(levels, states, group, axis_states),
        )
        for group, tensor in zip(groups, tensors, strict=True)
    )
    return table, ground


def _main_axis(tensor: GTensor | None) -> FloatArray | None:
    return None if tensor is None else tensor.main_axis


def weights_text(weights: Iterable[Sequence[float]], most: int | None = None) -> str:
    """Largest (|M_J|, weight), e.g. ``98 % |±15/2⟩, 1 % |±11/2⟩``; all unless there is a limit."""
    shares = list(weights)[:most]
    return ", ".join(f"{100 * share:.0f} % |{'±' if m else ''}{Fraction(m)}⟩" for m, share in shares)
