"""Magnetic susceptibility and magnetisation of a powder from spin-orbit states."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy import constants

from core.magnetism.angular_momentum import ComplexArray, FloatArray
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA, KELVIN_PER_CM1

CURIE: Final = constants.N_A * constants.value("Bohr magneton") ** 2 * constants.mu_0 / constants.k / (4 * np.pi) * 1e6
"""N_A μ_B²/k in the electromagnetic units of the literature [cm³ K mol⁻¹]: 0.3751."""

_SAME: Final = 1e-4
"""Levels closer than this count as one in Van Vleck's formula [cm⁻¹]."""


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
    energies: FloatArray, moment: ComplexArray, fields: FloatArray, temperature: float, *, order: int = 8
) -> FloatArray:
    """M(H) of a powder [μ_B].

    The Zeeman term is diagonalised among the states given, for `order`² directions of a half sphere (Gauss–Legendre in
    the polar angle, even steps in azimuth).

    Args:
        energies: (k,) [cm⁻¹].
        moment: (3, k, k) L + g_e S [μ_B].
        fields: (b,) [T].
        temperature: [K].
        order: points in each angle.
    """
    kt = temperature / KELVIN_PER_CM1
    directions, weights = _half_sphere(order)
    total = np.zeros(len(fields))
    for direction, weight in zip(directions, weights, strict=True):
        along = np.tensordot(direction, moment, axes=1)
        for k, field in enumerate(fields):
            zeeman = BOHR_MAGNETON_IN_CM1_PER_TESLA * field * along
            levels, states = np.linalg.eigh(np.diag(energies) + zeeman)
            population = np.exp(-(levels - levels[0]) / kt)
            means = -np.einsum("ia,ij,ja->a", states.conj(), along, states, optimize=True).real
            total[k] += weight * float(means @ population / population.sum())
    return total


def _half_sphere(order: int) -> tuple[FloatArray, FloatArray]:
    """Directions (order², 3) and weights that sum to 1."""
    nodes, weights = leggauss(order)
    z, share = (nodes + 1) / 2, weights / 2
    azimuth = 2 * np.pi * (np.arange(order) + 0.5) / order
    planar = np.sqrt(1 - z**2)
    directions = [
        np.stack([p * np.cos(azimuth), p * np.sin(azimuth), np.full(order, c)], axis=1)
        for p, c in zip(planar, z, strict=True)
    ]
    return np.concatenate(directions), np.repeat(share / order, order)
