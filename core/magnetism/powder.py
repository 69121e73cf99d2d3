"""Magnetic susceptibility and magnetisation of a powder from spin-orbit states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import constants
from scipy.integrate import lebedev_rule

from core.arrays import ComplexArray, FloatArray
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA, KELVIN_PER_CM1

CURIE: Final = constants.N_A * constants.value("Bohr magneton") ** 2 * constants.mu_0 / constants.k / (4 * np.pi) * 1e6
"""N_A μ_B²/k in the electromagnetic units of the literature [cm³ K mol⁻¹]: 0.3751."""

_SAME: Final = 1e-4
"""Levels closer than this count as one in Van Vleck's formula [cm⁻¹]."""

_FLAT: Final = 1e-9  # a coordinate of a grid point that is zero


def chi_t(energies: FloatArray, moment: ComplexArray, temperatures: FloatArray) -> FloatArray:
    """χT of a powder in the limit of no field [cm³ K mol⁻¹].

    J. H. Van Vleck's formula (The Theory of Electric and Magnetic Susceptibilities, 1932) over all states given.

    Args:
        energies: (k,) lowest 0 [cm⁻¹].
        moment: (3, k, k) L + g_e S [μ_B].
        temperatures: (t,) [K].
    """
    squared = (np.abs(moment) ** 2).sum(axis=0) / 3
    apart = energies[:, None] - energies[None]
    same = np.abs(apart) < _SAME
    results = []
    for kt in temperatures / KELVIN_PER_CM1:
        weights = np.exp(-energies / kt)
        mixing = -kt * (weights[:, None] - weights[None]) / np.where(same, 1.0, apart)
        results.append((squared * np.where(same, weights[:, None], mixing)).sum() / weights.sum())
    return np.asarray(CURIE * np.array(results))


def magnetisation(
    energies: FloatArray, moment: ComplexArray, fields: FloatArray, temperature: float, *, degree: int = 31
) -> FloatArray:
    """(b,) M(H) of a powder at one temperature [K], see `magnetisations` [μ_B]."""
    return np.asarray(magnetisations(energies, moment, fields, (temperature,), degree=degree)[0])


def magnetisations(
    energies: FloatArray,
    moment: ComplexArray,
    fields: FloatArray,
    temperatures: Sequence[float],
    *,
    degree: int = 31,
) -> FloatArray:
    """(t, b) M(H) of a powder [μ_B].

    The Zeeman term is diagonalised among the states given, for the directions of a half sphere on a Lebedev grid. At
    saturation the moment of an Ising ion has a kink across the plane of its field, and the average over the 175
    directions of degree 31 is off by some 0.1 %.

    Args:
        energies: (k,) [cm⁻¹].
        moment: (3, k, k) L + g_e S [μ_B].
        fields: (b,) [T].
        temperatures: (t,) [K].
        degree: of the spherical harmonics that the grid integrates exactly, one of `scipy.integrate.lebedev_rule`.
    """
    kt = np.asarray(temperatures)[:, None, None] / KELVIN_PER_CM1
    directions, weights = half_sphere(degree)
    total = np.zeros((len(temperatures), len(fields)))
    for direction, weight in zip(directions, weights, strict=True):
        along = np.tensordot(direction, moment, axes=1)
        zeeman = (BOHR_MAGNETON_IN_CM1_PER_TESLA * fields)[:, None, None] * along
        levels, states = np.linalg.eigh(np.diag(energies) + zeeman)  # (b, k), (b, k, k)
        population = np.exp(-(levels - levels[:, :1]) / kt)  # (t, b, k)
        means = -(states.conj() * (along @ states)).sum(axis=1).real
        total += weight * (means * population).sum(axis=-1) / population.sum(axis=-1)
    return total


def half_sphere(degree: int) -> tuple[FloatArray, FloatArray]:
    """Directions (d, 3), one of each opposite pair, and weights that sum to 1."""
    points, weights = lebedev_rule(degree)
    x, y, z = points
    upper = (z > _FLAT) | ((np.abs(z) <= _FLAT) & ((y > _FLAT) | ((np.abs(y) <= _FLAT) & (x > 0))))
    chosen = weights[upper]
    return points.T[upper], chosen / chosen.sum()
