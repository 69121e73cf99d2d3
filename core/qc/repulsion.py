"""Coulomb and exchange matrices: by density fitting for molecules, from all integrals for bare ions.

Density fitting with three-index integrals kept as PySCF keeps them (in memory, or on disk where memory does not hold
them). Both kinds of orbitals go through one half-transformation, a single matrix product a block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyscf import df, gto, lib, scf

from core.magnetism.angular_momentum import FloatArray

SingleArray = NDArray[np.float32]

BLOCK_BYTES: Final = 24_000_000
"""Memory that one block of unpacked three-index integrals takes: it stays in the processor's cache."""

SUMMED: Final = 64
"""Auxiliary functions that are summed in single precision."""

NEAR: Final = 0.2
"""Largest change of an orbital coefficient since the build in double precision from which changes are counted."""


SKIPPED: Final = 22.0
"""Products of primitives below e^−22 of their size are skipped: 1e-11 of a fitted integral, a tenth of their time."""

_LIBCINT_LEAST: Final = 40.0
"""Least exponent that libcint takes; it adds the logarithm of the coefficients, which are made smaller for that."""


def fitted_integrals(mol: Any, auxiliary: Any, memory_mb: float) -> Any:
    """A built `pyscf.df.DF`: three-index integrals in the metric of the auxiliary functions.

    Args:
        mol: a `pyscf.gto.Mole`.
        auxiliary: auxiliary basis by label of the atom, in PySCF's format.
        memory_mb: integrals beyond this go to disk.
    """
    fitting = df.DF(mol, auxbasis=auxiliary)
    fitting.max_memory = memory_mb
    fitting.auxmol = df.addons.make_auxmol(mol, auxiliary)
    if 1.2 * fitting.auxmol.nao * mol.nao * (mol.nao + 1) / 2 * 8 > 0.9e6 * (memory_mb - lib.current_memory()[0]):
        fitting.build()  # PySCF writes them to disk
        return fitting
    reduced = (_LIBCINT_LEAST - SKIPPED) / 2
    fitting.mol = _scaled(mol, math.exp(-reduced))
    fitting.build()
    fitting.mol = mol
    fitting._cderi *= math.exp(2 * reduced)
    return fitting


def _scaled(mol: Any, factor: float) -> Any:
    """The molecule with all its functions times a factor."""
    scaled = mol.copy()
    scaled._env = mol._env.copy()
    scaled._env[gto.PTR_EXPCUTOFF] = _LIBCINT_LEAST
    for begin, count in {(int(row[gto.PTR_COEFF]), int(row[gto.NPRIM_OF] * row[gto.NCTR_OF])) for row in mol._bas}:
        scaled._env[begin : begin + count] *= factor
    return scaled


class DensityFitted:
    """J and K from fitted integrals.

    Where memory holds them, the three-index integrals stand there a second time, unpacked and in single precision, and
    exchange is made from these: for a `rough` build as it is; else as the change of K since a build in double precision
    at orbitals nearby, so that the error of single precision falls with the distance. J is always of double precision.

    Args:
        fitting: a built `pyscf.df.DF`.
        memory_mb: what all three-index integrals may take; beyond it there is no copy in single precision.
    """

    def __init__(self, fitting: Any, memory_mb: float = math.inf) -> None:
        self._fitting = fitting
        self._size = int(fitting.mol.nao)
        bytes_of_both = int(fitting.get_naoaux()) * self._size**2 * 8
        self._in_memory = isinstance(fitting._cderi, np.ndarray) and bytes_of_both < memory_mb * 1e6
        self._squares: SingleArray | None = None
        self._anchor: _Anchor | None = None

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
        if not self._in_memory:
            return self._double(both, n)
        if rough:
            half = self._half_transformed(both)
            (jc, ja), (kc, ka) = self._coulomb(both, n), _summed(half, half, n)
            return jc, kc, ja, ka
        anchor = self._anchor
        if anchor is None or anchor.orbitals.shape != both.shape or np.abs(both - anchor.orbitals).max() > NEAR:
            jc, kc, ja, ka = self._double(both, n)
            self._anchor = _Anchor(both, kc, ka, self._half_transformed(both))
            return jc, kc, ja, ka
        (jc, ja), (kc, ka) = self._coulomb(both, n), self._changed(anchor, both, n)
        return jc, kc, ja, ka

    def _double(self, both: FloatArray, n: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """All in double precision, block by block through buffers that are made once: the kernel takes a fifth of the
        time of a build for fresh pages."""
        size, m = self._size, len(both)
        rows = self._rows_of_a_block()
        squares, half = np.empty((rows, size, size)), np.empty((rows, m, size))
        densities = np.array([_packed(both[:n].T @ both[:n]), _packed(both[n:].T @ both[n:])])
        coulomb, total, inner = np.zeros_like(densities), np.zeros((size, size)), np.zeros((size, size))
        for block in self._fitting.loop(rows):
            coulomb += (densities @ block.T) @ block
            count = len(block)
            lib.unpack_tril(np.ascontiguousarray(block), out=squares[:count])
            np.matmul(both, squares[:count], out=half[:count])
            flat = half[:count].reshape(-1, size)
            total += flat.T @ flat
            flat = half[:count, n:].reshape(-1, size)
            inner += flat.T @ flat
        jc, ja = (lib.unpack_tril(packed) for packed in coulomb)
        return jc, total - inner, ja, inner

    def _rows_of_a_block(self) -> int:
        return max(8, BLOCK_BYTES // (8 * self._size**2))

    def _coulomb(self, both: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
        densities = np.array([_packed(both[:n].T @ both[:n]), _packed(both[n:].T @ both[n:])])
        coulomb = np.zeros_like(densities)
        for block in self._fitting.loop(self._rows_of_a_block()):
            coulomb += (densities @ block.T) @ block
        jc, ja = (lib.unpack_tril(packed) for packed in coulomb)
        return jc, ja

    def _half_transformed(self, both: FloatArray) -> SingleArray:
        """(auxiliary, orbitals, nao) integrals with one index turned into the orbitals `both` (orbitals, nao)."""
        if self._squares is None:
            self._squares = self._unpacked()
        return np.asarray(np.matmul(both.astype(np.float32), self._squares))

    def _unpacked(self) -> SingleArray:
        squares = np.empty((int(self._fitting.get_naoaux()), self._size, self._size), dtype=np.float32)
        done = 0
        for block in self._fitting.loop(self._rows_of_a_block()):
            squares[done : done + len(block)] = lib.unpack_tril(np.ascontiguousarray(block))
            done += len(block)
        return squares

    def _changed(self, anchor: _Anchor, both: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
        """K of orbitals near the anchor's. With c = c₀ + δ and h = c₀ + δ/2, c cᵀ − c₀ c₀ᵀ = δ hᵀ + h δᵀ."""
        change = self._half_transformed(both - anchor.orbitals)
        middle = anchor.half + np.float32(0.5) * change
        crossed = [part + part.T for part in _summed(change, middle, n)]
        return anchor.closed + crossed[0], anchor.active + crossed[1]

    def among(self, orbitals: FloatArray) -> FloatArray:
        """(m, m, m, m) repulsion integrals (pq|rs) between orbitals (nao, m) [E_h]."""
        m = orbitals.shape[1]
        total = np.zeros((m * m, m * m))
        for block in self._fitting.loop(self._rows_of_a_block()):
            half = lib.unpack_tril(np.ascontiguousarray(block)) @ orbitals
            pairs = np.einsum("xp,Pxq->Ppq", orbitals, half, optimize=True).reshape(-1, m * m)
            total += pairs.T @ pairs
        return total.reshape(m, m, m, m)


@dataclass(frozen=True, slots=True, eq=False)
class _Anchor:
    """A build in double precision: its orbitals (n + m, nao), K of both kinds (nao, nao) and half-transformed integrals
    (auxiliary, n + m, nao)."""

    orbitals: FloatArray
    closed: FloatArray
    active: FloatArray
    half: SingleArray


def _summed(one: SingleArray, other: SingleArray, n: int) -> tuple[FloatArray, FloatArray]:
    """(nao, nao) Σ one other over auxiliary functions and the first n orbitals, and over the other orbitals; sums of a
    few auxiliary functions are added up in double precision."""
    total, inner = _crossed(one, other), _crossed(one[:, n:].copy(), other[:, n:].copy())
    return total - inner, inner


def _crossed(one: SingleArray, other: SingleArray) -> FloatArray:
    size = one.shape[2]
    total = np.zeros((size, size))
    for first in range(0, len(one), SUMMED):
        part = slice(first, first + SUMMED)
        total += one[part].reshape(-1, size).T @ other[part].reshape(-1, size)
    return total


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
