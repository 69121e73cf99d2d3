"""The Ising picture: each ion's ground doublet as a moment that points one way or the other along its easy axis.

With σ_i = ±1 the energy of a configuration is Σ_{i<j} K_ij σ_i σ_j, where K is the dipolar and exchange energy of the
two moments pointing along the axes as they are given. A magnet of this kind goes from one configuration to another by
turning single ions, so each configuration is named by the ions that must be turned to reach it from the lowest one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.coupling.cluster import Cluster, dipolar_tensor
from core.coupling.site import MagneticSite
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA

LARGEST_RATIO: Final = 0.1
"""An ion counts as Ising-like up to this g_y/g_z of its ground doublet; a convention of ours."""

_EQUAL: Final = 1e-6
"""Configurations closer than this are one level [cm⁻¹]."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One arrangement of the moments, and its reverse, which has the same energy.

    Attributes:
        signs: σ of each ion along its axis, the first +1.
        energy: above the lowest configuration [cm⁻¹].
        flipped: ions that are turned against the lowest configuration, the smaller of the two ways to say it.
        moment: size of the sum of the moments [μ_B].
        toroidal: size of Σ r × m about the middle of the ions [Å μ_B].
    """

    signs: tuple[int, ...]
    energy: float
    flipped: tuple[int, ...]
    moment: float
    toroidal: float


@dataclass(frozen=True, slots=True, eq=False)
class IsingPicture:
    """What the ions are in this picture.

    Attributes:
        axes: (s, 3) unit vectors of the easy axes.
        moments: (s,) g_z/2 [μ_B].
        dipolar, exchange: (s, s) energies K_ij of the moments along the axes [cm⁻¹], zero on the diagonal.
        configurations: all of them up to reversal, lowest first.
        bias: (s,) energy to turn one ion in the lowest configuration [cm⁻¹]; never negative.
        fields: (s,) field along the ion's axis that does the same as its neighbours [T].
        mixing: (s,) distance that the ion's two directions would keep without that bias [cm⁻¹]: the tunnelling gap
            that its neighbours make across its axis, and that of a non-Kramers ion by itself.
    """

    axes: FloatArray
    moments: FloatArray
    dipolar: FloatArray
    exchange: FloatArray
    configurations: tuple[Configuration, ...]
    bias: FloatArray
    fields: FloatArray
    mixing: FloatArray


def ising_like(site: MagneticSite) -> bool:
    """Whether the ground level is a doublet with an easy axis and hardly any moment across it."""
    tensor = site.ground
    return tensor is not None and tensor.main_axis is not None and tensor.values[1] <= LARGEST_RATIO * tensor.values[2]


def ising_picture(system: Cluster) -> IsingPicture | None:
    """The configurations of a cluster; None unless every ion is Ising-like."""
    if not all(ising_like(site) for site in system.sites):
        return None
    moments, spins = (np.array(v) for v in zip(*(_along(site) for site in system.sites), strict=True))
    sizes = np.linalg.norm(moments, axis=1)
    dipolar, exchange = _energies(system, moments, spins)
    configurations = _configurations(system, moments, dipolar + exchange)
    signs = np.array(configurations[0].signs)
    bias = -2 * signs * ((dipolar + exchange) @ signs)
    return IsingPicture(
        axes=moments / sizes[:, None],
        moments=sizes,
        dipolar=dipolar,
        exchange=exchange,
        configurations=configurations,
        bias=bias,
        fields=bias / (2 * sizes * BOHR_MAGNETON_IN_CM1_PER_TESLA),
        mixing=_mixing(system, signs[:, None] * moments, signs[:, None] * spins),
    )


def _mixing(system: Cluster, moments: FloatArray, spins: FloatArray) -> FloatArray:
    """(s,) as `IsingPicture.mixing`, each ion in the mean field of its neighbours' moments and spins (s, 3)."""
    gaps = []
    for i, site in enumerate(system.sites):
        field, exchange = np.zeros(3), np.zeros(3)
        for j, other in enumerate(system.sites):
            if j != i and system.dipolar:
                field += dipolar_tensor(other.position - site.position) @ moments[j]
            if j != i:
                exchange -= system.exchange.get((min(i, j), max(i, j)), 0.0) * spins[j]
        pair = np.diag(site.energies[:2]) + np.tensordot(field, site.moment[:, :2, :2], axes=1)
        pair = pair + np.tensordot(exchange, site.spin[:, :2, :2], axes=1)
        directions = _directions(site)
        gaps.append(2 * abs(directions[:, 0].conj() @ pair @ directions[:, 1]))
    return np.array(gaps)


def _directions(site: MagneticSite) -> ComplexArray:
    """(2, 2) columns: the states of the ground doublet with their moment against and along the easy axis."""
    tensor = site.ground
    assert tensor is not None and tensor.main_axis is not None  # `ising_like` asked
    states: ComplexArray = np.linalg.eigh(np.tensordot(tensor.main_axis, site.moment[:, :2, :2], axes=1))[1]
    return states


def _along(site: MagneticSite) -> tuple[FloatArray, FloatArray]:
    """Mean moment [μ_B] and spin [ħ] (3,) of the state that has its moment along the easy axis."""
    state = _directions(site)[:, 1]
    moment, spin = (np.einsum("i,aij,j->a", state.conj(), m[:, :2, :2], state).real for m in (site.moment, site.spin))
    return moment, spin


def _energies(system: Cluster, moments: FloatArray, spins: FloatArray) -> tuple[FloatArray, FloatArray]:
    n = len(moments)
    dipolar, exchange = np.zeros((n, n)), np.zeros((n, n))
    for i, j in combinations(range(n), 2):
        if system.dipolar:
            tensor = dipolar_tensor(system.sites[j].position - system.sites[i].position)
            dipolar[i, j] = dipolar[j, i] = moments[i] @ tensor @ moments[j]
        strength = system.exchange.get((i, j), 0.0)
        exchange[i, j] = exchange[j, i] = 0.0 - strength * (spins[i] @ spins[j])
    return dipolar, exchange


def _configurations(system: Cluster, moments: FloatArray, energies: FloatArray) -> tuple[Configuration, ...]:
    n = len(moments)
    arms = system.positions - system.positions.mean(axis=0)
    every = np.array([(1, *rest) for rest in product((1, -1), repeat=n - 1)])
    values = np.einsum("ci,ij,cj->c", every, energies, every) / 2
    # of equal energies the one that comes first, so that rounding does not choose
    order = sorted(range(len(every)), key=lambda c: (round(float(values[c]) / _EQUAL), c))
    lowest = every[order[0]]
    found = []
    for c in order:
        turned = [k for k in range(n) if every[c, k] != lowest[k]]
        others = [k for k in range(n) if k not in turned]
        found.append(
            Configuration(
                signs=tuple(int(s) for s in every[c]),
                energy=float(values[c] - values[order[0]]),
                flipped=tuple(turned if len(turned) <= len(others) else others),
                moment=float(np.linalg.norm(every[c] @ moments)),
                toroidal=float(np.linalg.norm(np.cross(arms, every[c][:, None] * moments).sum(axis=0))),
            )
        )
    return tuple(found)
