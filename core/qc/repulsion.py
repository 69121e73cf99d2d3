"""Coulomb and exchange matrices: by density fitting for molecules, from all integrals for bare ions.

Fitted integrals are kept as (μν, P): a row for each pair of functions, so that the half-transformation of all orbitals
is a single matrix product, and exchange one product of a matrix with its transpose for each orbital.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import df, lib, scf
from scipy.linalg import LinAlgError, blas, cholesky, eigh

from core.arrays import FloatArray, IntArray, SingleArray
from core.progress import Told, share, unheard
from core.qc.three_index import three_index

BLOCK_BYTES: Final = 24_000_000
"""Memory that one block of unpacked three-index integrals takes: it stays in the processor's cache."""

COMPUTED: Final = 0.75
"""Share of the fitted integrals' time until they are computed, the rest is for the metric: 0.82 with 242 functions and
less with more."""

COULOMB: Final = 0.1
"""Share of a build's time that J takes."""

NEAR: Final = 0.2
"""Largest change of an orbital coefficient since the build in double precision from which changes are counted."""

_SUMMED: Final = 8
"""Orbitals that are summed in single precision."""

_DEPENDENT: Final = 1e-12
"""Eigenvalue of the metric, relative to its largest, below which auxiliary functions are linearly dependent."""


def fitted_integrals(mol: Any, auxiliary: Any, memory_mb: float, progress: Told = unheard) -> FloatArray:
    """(nao (nao + 1) / 2, naux) three-index integrals in the metric of the auxiliary functions, μ ≥ ν.

    Args:
        mol: a `pyscf.gto.Mole`.
        auxiliary: auxiliary basis by label of the atom, in PySCF's format.
        memory_mb: integrals beyond this go to disk.
        progress: told the fraction that is done.
    """
    functions = df.addons.make_auxmol(mol, auxiliary)
    shape = (mol.nao * (mol.nao + 1) // 2, int(functions.nao))
    integrals = _room(shape, memory_mb)
    three_index(mol, functions, integrals, share(progress, 0.0, COMPUTED))
    metric = functions.intor("int2c2e")
    try:
        lower = cholesky(metric, lower=True)
    except LinAlgError:
        return _in_frame(integrals, metric)
    solving = share(progress, COMPUTED, 1.0)
    for rows in _rows(shape):
        part = integrals[rows].T  # (naux, rows) in Fortran's order: solved in place
        solved = blas.dtrsm(1.0, lower, part, lower=1, overwrite_b=1)
        if solved.base is not part.base:
            integrals[rows] = solved.T
        solving(min(1.0, rows.stop / shape[0]))
    return integrals


def _room(shape: tuple[int, int], memory_mb: float) -> FloatArray:
    """An array in memory, or on disk if it takes more."""
    if 1.2 * 8 * math.prod(shape) < 1e6 * (memory_mb - lib.current_memory()[0]):
        return np.empty(shape)
    with tempfile.TemporaryFile() as file:  # it lives as long as it is mapped
        return np.memmap(file, dtype=np.float64, mode="w+", shape=shape)


def _rows(shape: tuple[int, int]) -> Iterator[slice]:
    many = max(8, 4 * BLOCK_BYTES // (8 * shape[1]))
    return (slice(first, first + many) for first in range(0, shape[0], many))


def _in_frame(integrals: FloatArray, metric: FloatArray) -> FloatArray:
    """For auxiliary functions that depend on one another: in the eigenvectors of their metric."""
    values, vectors = eigh(metric)
    sound = values > _DEPENDENT * values[-1]
    frame = vectors[:, sound] / np.sqrt(values[sound])
    for rows in _rows(integrals.shape):
        integrals[rows, : frame.shape[1]] = integrals[rows] @ frame
        integrals[rows, frame.shape[1] :] = 0.0
    return integrals


class DensityFitted:
    """J and K from fitted integrals.

    Where memory holds them, the three-index integrals stand there a second time, unpacked and in single precision, and
    exchange is made from these: for a `rough` build as it is; else as the change of K since a build in double precision
    at orbitals nearby, so that the error of single precision falls with the distance. J is always of double precision.

    Args:
        integrals: as `fitted_integrals` gives them.
        memory_mb: what all three-index integrals may take; beyond it there is no copy in single precision.

    Attributes:
        told: told the fraction of a build that is done, while it goes on; to be set by whoever wants to hear of it.
    """

    def __init__(self, integrals: FloatArray, memory_mb: float = math.inf) -> None:
        self._integrals = integrals
        self._size = math.isqrt(2 * len(integrals))
        self._memory_mb = memory_mb
        bytes_of_both = integrals.shape[1] * self._size**2 * 8
        self._in_memory = not isinstance(integrals, np.memmap) and bytes_of_both < memory_mb * 1e6
        self._squares: SingleArray | None = None
        self._buffers: dict[int, SingleArray] = {}
        self._anchor: _Anchor | None = None
        self.told: Told = unheard

    def build(
        self, closed: FloatArray, active: FloatArray, *, rough: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """J_c, K_c, J_a, K_a (nao, nao) [E_h] of Σ c cᵀ over `closed` (nao, n) and `active` (nao, m).

        Args:
            closed, active: orbitals.
            rough: single precision will do for K: errors of some 1e-6 E_h.
        """
        n = closed.shape[1]
        both = np.ascontiguousarray(np.concatenate([closed, active], axis=1).T)
        jc, ja = self._coulomb(both, n)
        kc, ka = self._exchange(both, n, rough)
        return jc, kc, ja, ka

    def _exchange(self, both: FloatArray, n: int, rough: bool) -> tuple[FloatArray, FloatArray]:
        if not self._in_memory:
            return self._both_double(both, n)
        if rough:
            half = self._half_transformed(both, self._buffer(0, len(both)))
            return _squared(half[:n]), _squared(half[n:])
        anchor = self._anchor
        if anchor is None or anchor.orbitals.shape != both.shape or np.abs(both - anchor.orbitals).max() > NEAR:
            self._anchor = None  # its memory is needed
            closed, active = self._both_double(both, n)
            half = np.empty((len(both), self._size, self._integrals.shape[1]), dtype=np.float32)
            self._anchor = _Anchor(both, closed, active, self._half_transformed(both, half))
            return closed, active
        # with c = c₀ + δ and h = c₀ + δ/2, c cᵀ − c₀ c₀ᵀ = δ hᵀ + h δᵀ
        change = self._half_transformed(both - anchor.orbitals, self._buffer(0, len(both)))
        middle = np.multiply(change, np.float32(0.5), out=self._buffer(1, len(both)))
        middle += anchor.half
        closed, active = _crossed(change[:n], middle[:n]), _crossed(change[n:], middle[n:])
        return anchor.closed + closed, anchor.active + active

    def _coulomb(self, both: FloatArray, n: int) -> list[FloatArray]:
        densities = np.array([_packed(both[:n].T @ both[:n]), _packed(both[n:].T @ both[n:])])
        blocks = list(_rows(self._integrals.shape))
        fitted = sum(
            densities[:, rows] @ self._integrals[rows] for rows in _told_of(blocks, share(self.told, 0.0, COULOMB / 2))
        )
        packed = np.concatenate(
            [fitted @ self._integrals[rows].T for rows in _told_of(blocks, share(self.told, COULOMB / 2, COULOMB))],
            axis=1,
        )
        return [np.asarray(lib.unpack_tril(row)) for row in packed]

    def _both_double(self, both: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
        """Exchange of the first n orbitals and of the others, in double precision."""
        middle = COULOMB + (1.0 - COULOMB) * n / len(both)
        closed = self._double(both[:n], share(self.told, COULOMB, middle))
        return closed, self._double(both[n:], share(self.told, middle, 1.0))

    def _double(self, orbitals: FloatArray, told: Told) -> FloatArray:
        """(nao, nao) exchange of orbitals (m, nao) in double precision, so many at a time that memory holds them."""
        held = self._memory_mb / 4 * 1e6 / (8 * self._size * self._integrals.shape[1])
        many = int(max(1, min(held, len(orbitals))))
        total = np.zeros((self._size, self._size))
        for first in range(0, len(orbitals), many):
            begin, end = first / len(orbitals), min(1.0, (first + many) / len(orbitals))
            middle = (begin + end) / 2
            halves = self._half(orbitals[first : first + many], share(told, begin, middle))
            for half in _told_of(halves, share(told, middle, end)):
                total += blas.dsyrk(1.0, half.T, trans=1)
        return _whole(total)

    def _half(self, orbitals: FloatArray, told: Told = unheard) -> FloatArray:
        """(m, nao, auxiliary) integrals with one index turned into orbitals (m, nao), μ by μ through a buffer that
        stays in the processor's cache."""
        size, width = self._size, self._integrals.shape[1]
        half, square = np.empty((len(orbitals), size, width)), np.empty((size, width))
        for mu in _told_of(range(size), told):
            np.take(self._integrals, _places(mu, size), axis=0, out=square, mode="clip")  # else it takes a copy
            np.matmul(orbitals, square, out=half[:, mu])
        return half

    def _half_transformed(self, both: FloatArray, out: SingleArray) -> SingleArray:
        """As `_half`, in single precision, into `out`."""
        if self._squares is None:
            size, width = self._size, self._integrals.shape[1]
            self._squares = np.empty((size, size, width), dtype=np.float32)
            for mu in range(size):
                rows = self._integrals[mu * (mu + 1) // 2 : mu * (mu + 1) // 2 + mu + 1]
                self._squares[mu, : mu + 1] = rows
                self._squares[:mu, mu] = self._squares[mu, :mu]
        square = self._squares.reshape(self._size, -1)
        np.matmul(both.astype(np.float32), square, out=out.reshape(len(both), -1))
        return out

    def _buffer(self, number: int, orbitals: int) -> SingleArray:
        """Room for half-transformed integrals, made once."""
        wanted = (orbitals, self._size, self._integrals.shape[1])
        if number not in self._buffers or self._buffers[number].shape != wanted:
            self._buffers[number] = np.empty(wanted, dtype=np.float32)
        return self._buffers[number]

    def among(self, orbitals: FloatArray) -> FloatArray:
        """(m, m, m, m) repulsion integrals (pq|rs) between orbitals (nao, m) [E_h]."""
        m = orbitals.shape[1]
        pairs = np.einsum("xp,qxP->pqP", orbitals, self._half(orbitals.T), optimize=True).reshape(m * m, -1)
        return np.asarray((pairs @ pairs.T).reshape(m, m, m, m))


def _told_of(pieces: Sequence[Any] | FloatArray, told: Told) -> Iterator[Any]:
    """The pieces of some work, telling after each how much is done."""
    for number, piece in enumerate(pieces, start=1):
        yield piece
        told(number / len(pieces))


@dataclass(frozen=True, slots=True, eq=False)
class _Anchor:
    """A build in double precision: its orbitals (n + m, nao), K of both kinds (nao, nao) and half-transformed integrals
    (n + m, nao, auxiliary)."""

    orbitals: FloatArray
    closed: FloatArray
    active: FloatArray
    half: SingleArray


def _places(mu: int, size: int) -> IntArray:
    """Rows of (μ, 0) … (μ, size − 1)."""
    nu = np.arange(size)
    larger, smaller = np.maximum(mu, nu), np.minimum(mu, nu)
    return np.asarray(larger * (larger + 1) // 2 + smaller)


def _squared(half: SingleArray) -> FloatArray:
    """(nao, nao) Σ h hᵀ over orbitals; sums of a few orbitals are added up in double precision."""
    total = np.zeros((half.shape[1],) * 2)
    for first in range(0, len(half), _SUMMED):
        part = np.zeros(total.shape, dtype=np.float32, order="F")
        for one in half[first : first + _SUMMED]:
            part = blas.ssyrk(1.0, one.T, beta=1.0, c=part, trans=1, overwrite_c=1)
        total += part
    return _whole(total)


def _crossed(one: SingleArray, other: SingleArray) -> FloatArray:
    """As `_squared`, Σ o tᵀ + t oᵀ."""
    total = np.zeros((one.shape[1],) * 2)
    for first in range(0, len(one), _SUMMED):
        part = np.zeros(total.shape, dtype=np.float32, order="F")
        for a, b in zip(one[first : first + _SUMMED], other[first : first + _SUMMED], strict=True):
            part = blas.ssyr2k(1.0, a.T, b.T, beta=1.0, c=part, trans=1, overwrite_c=1)
        total += part
    return _whole(total)


def _whole(upper: FloatArray) -> FloatArray:
    """A symmetric matrix from its upper triangle."""
    return np.asarray(np.triu(upper) + np.triu(upper, 1).T)


class Conventional:
    """J and K from all two-electron integrals, for small systems.

    Args:
        mol: a `pyscf.gto.Mole`.
    """

    def __init__(self, mol: Any) -> None:
        self._integrals = mol.intor("int2e", aosym="s8")
        self._size = int(mol.nao)

    def build(
        self, closed: FloatArray, active: FloatArray, *, rough: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """As `DensityFitted.build`, always in double precision."""
        densities = np.array([closed @ closed.T, active @ active.T])
        coulomb, exchange = scf.hf.dot_eri_dm(self._integrals, densities, hermi=1)
        return coulomb[0], exchange[0], coulomb[1], exchange[1]

    def among(self, orbitals: FloatArray) -> FloatArray:
        """As `DensityFitted.among`."""
        from pyscf import ao2mo

        m = orbitals.shape[1]
        return np.asarray(ao2mo.restore(1, ao2mo.incore.full(self._integrals, orbitals), m))


def _packed(density: FloatArray) -> FloatArray:
    """Lower triangle with the off-diagonal elements doubled, so that a dot product is a trace."""
    doubled = 2 * density
    np.fill_diagonal(doubled, np.diag(density))
    return np.asarray(lib.pack_tril(doubled))
