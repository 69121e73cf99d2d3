"""What the three-index kernel (`core.qc.three_index_kernel`) looks up: the Boys function on a grid, Hermite indices,
solid harmonics with their derivatives, and how Cartesian functions become spherical ones."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
from pyscf import gto
from scipy.special import gamma, gammainc

from core.arrays import FloatArray, IntArray

SKIPPED: Final = 1e-12
"""A product of primitives with less than this charge [e], contraction coefficients included, is left out."""
FARTHEST: Final = 60.0
"""Argument of the Boys function from which its asymptote is exact."""

PER_UNIT: Final = 16
"""Points of its table in a unit of the argument."""

_TERMS: Final = 7
"""Terms of its Taylor series: a remainder of 6e-15."""

_HIGHEST_BOYS: Final = 26
_HIGHEST_PAIR: Final = 10
"""Highest sum of two angular momenta in a product."""

_HIGHEST_AUXILIARY: Final = 12
_ROOM: Final = 50_000
"""Integrals over primitive products that are held for one matrix product."""


@lru_cache(maxsize=1)
def _boys_table() -> FloatArray:
    """(points, 1 + order): exp(−T), then F_n(T) = ∫₀¹ t²ⁿ exp(−T t²) dt, on a grid of T."""
    t = np.arange(int(FARTHEST * PER_UNIT) + 2)[:, None] / PER_UNIT
    a = np.arange(_HIGHEST_BOYS + _TERMS)[None] + 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        closed = gamma(a) * gammainc(a, t) / (2 * t**a)
    series = sum((-t) ** k / (math.factorial(k) * (2 * a + 2 * k)) for k in range(40))
    return np.ascontiguousarray(np.hstack([np.exp(-t), np.where(t < 1.0, series, closed)]))


def cartesian(momentum: int) -> list[tuple[int, int, int]]:
    """Exponents of x, y, z in PySCF's order: xx, xy, xz, yy, …"""
    return [
        (x, y, momentum - x - y) for x in range(momentum, -1, -1) for y in range(momentum - x, -1, -1)
    ]  # fmt: skip


@lru_cache(maxsize=1)
def _hermite() -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Indices (t, u, v) by order; place of each; and the terms of the product rule: rows of (tuv, part of it that
    differentiates the harmonic, the rest, binomial), with the first row of each tuv."""
    indices = [index for order in range(_HIGHEST_PAIR + 1) for index in cartesian(order)]
    place: dict[tuple[int, ...], int] = {index: k for k, index in enumerate(indices)}
    grid = np.full((_HIGHEST_PAIR + 1,) * 3, -1, dtype=np.int64)
    for index, k in place.items():
        grid[index] = k
    terms, firsts = [], [0]
    for whole in indices:
        for part in product(*(range(n + 1) for n in whole)):
            rest = tuple(n - m for n, m in zip(whole, part, strict=True))
            ways = math.prod(math.comb(n, m) for n, m in zip(whole, part, strict=True))
            terms.append((place[part], place[rest], ways))
        firsts.append(len(terms))
    return np.array(indices), grid, np.array(terms), np.array(firsts)


@lru_cache(maxsize=1)
def _harmonics() -> tuple[IntArray, FloatArray]:
    """Derivatives of the solid harmonics S_ℓm = r^ℓ Y_ℓm along x, y, z in those of ℓ − 1: for each (ℓ, axis) the first
    row, then rows (m, m') with their factors. ∂S_ℓ is harmonic of degree ℓ − 1, so nothing is lost."""
    rows: list[tuple[int, int]] = []
    factors: list[float] = []
    firsts = np.zeros((_HIGHEST_AUXILIARY + 2, 3), dtype=np.int64)
    for momentum in range(1, _HIGHEST_AUXILIARY + 1):
        lower = gto.cart2sph(momentum - 1)
        place: dict[tuple[int, ...], int] = {index: k for k, index in enumerate(cartesian(momentum - 1))}
        for axis in range(3):
            firsts[momentum, axis] = len(rows)
            turned = np.zeros((len(place), 2 * momentum + 1))
            for index, row in zip(cartesian(momentum), gto.cart2sph(momentum), strict=True):
                if index[axis]:
                    less = tuple(n - (k == axis) for k, n in enumerate(index))
                    turned[place[less]] += index[axis] * row
            found = np.linalg.lstsq(lower, turned, rcond=None)[0]
            for m, n in zip(*np.nonzero(np.abs(found.T) > 1e-12), strict=True):
                rows.append((m, n))
                factors.append(found[n, m])
    firsts[_HIGHEST_AUXILIARY + 1] = len(rows)
    return np.concatenate([firsts.ravel(), np.array(rows).ravel()]), np.array(factors)


@lru_cache(maxsize=1)
def _derivatives() -> tuple[IntArray, IntArray, FloatArray]:
    """∂^abc S_ℓm in the harmonics of ℓ − a − b − c: (ℓ, abc) → first row and end; rows (m, m') and factors."""
    flat, factors = _harmonics()
    firsts = flat[: 3 * (_HIGHEST_AUXILIARY + 2)].reshape(-1, 3)
    pairs = flat[3 * (_HIGHEST_AUXILIARY + 2) :].reshape(-1, 2)
    ends = firsts.ravel()[4:-2]
    single = {}
    for momentum in range(1, _HIGHEST_AUXILIARY + 1):
        for axis in range(3):
            matrix = np.zeros((2 * momentum + 1, 2 * momentum - 1))
            for k in range(firsts[momentum, axis], ends[3 * (momentum - 1) + axis]):
                matrix[tuple(pairs[k])] = factors[k]
            single[momentum, axis] = matrix
    indices = [index for order in range(_HIGHEST_PAIR + 1) for index in cartesian(order)]
    spans = np.zeros((_HIGHEST_AUXILIARY + 1, len(indices) + 1), dtype=np.int64)
    rows: list[tuple[int, int]] = []
    values: list[float] = []
    for momentum in range(_HIGHEST_AUXILIARY + 1):
        for place, index in enumerate(indices):
            spans[momentum, place] = len(rows)
            if sum(index) <= momentum:
                matrix, degree = np.eye(2 * momentum + 1), momentum
                for axis, times in enumerate(index):
                    for _ in range(times):
                        matrix, degree = matrix @ single[degree, axis], degree - 1
                for m, n in zip(*np.nonzero(np.abs(matrix) > 1e-12), strict=True):
                    rows.append((m, n))
                    values.append(matrix[m, n])
        spans[momentum, len(indices)] = len(rows)
    return spans, np.array(rows), np.array(values)


@lru_cache(maxsize=1)
def _spherical() -> tuple[IntArray, FloatArray]:
    """Cartesian to spherical, (ℓ,) first element and matrices (cartesian, 2ℓ+1) one after the other."""
    matrices = [gto.cart2sph(momentum) for momentum in range(_HIGHEST_PAIR // 2 + 1)]
    return np.cumsum([0, *(matrix.size for matrix in matrices)]), np.concatenate([m.ravel() for m in matrices])


@lru_cache(maxsize=1)
def kernel_tables() -> tuple[Any, ...]:
    """What `core.qc.three_index_kernel.shell_integrals` unpacks."""
    indices, where, terms, starts = _hermite()
    wholes = np.repeat(np.arange(len(indices)), np.diff(starts))
    order = np.argsort(terms[:, 0], kind="stable")
    by_part = np.stack([wholes[order], terms[order, 1], terms[order, 2]], axis=1)
    firsts = np.searchsorted(terms[order, 0], np.arange(len(indices) + 1))
    spans, rows, values = _derivatives()
    flat, harmonic_factors = _harmonics()
    heads = 3 * (_HIGHEST_AUXILIARY + 2)
    sphere, spherical = _spherical()
    return (
        _boys_table(), where, indices.sum(axis=1), by_part, firsts, spans, rows, values, flat[:heads].copy(),
        flat[heads:].reshape(-1, 2).copy(), harmonic_factors, sphere, spherical, SKIPPED, _ROOM,
    )  # fmt: skip
