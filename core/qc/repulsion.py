"""Coulomb and exchange matrices: by density fitting for molecules, from all integrals for bare ions.

Density fitting with three-index integrals kept as PySCF keeps them (in memory, or on disk where memory does not hold
them). Both kinds of orbitals go through one half-transformation, a single matrix product a block.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyscf import lib, scf
from scipy.linalg.blas import dsyrk

from core.magnetism.angular_momentum import FloatArray

BLOCK_BYTES = 400_000_000
"""Memory that one block of unpacked three-index integrals may take."""


class DensityFitted:
    """J and K from fitted integrals.

    Args:
        fitting: a built `pyscf.df.DF`.
    """

    def __init__(self, fitting: Any) -> None:
        self._fitting = fitting
        self._size = int(fitting.mol.nao)

    def build(self, closed: FloatArray, active: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """J_c, K_c, J_a, K_a (nao, nao) [E_h] of Σ c cᵀ over `closed` (nao, n) and `active` (nao, m)."""
        n, size = closed.shape[1], self._size
        both = np.concatenate([closed, active], axis=1)
        densities = np.array([_packed(closed @ closed.T), _packed(active @ active.T)])
        coulomb = np.zeros_like(densities)
        exchange = [np.zeros((size, size), order="F"), np.zeros((size, size), order="F")]
        for block in self._fitting.loop(max(16, BLOCK_BYTES // (8 * size * size))):
            coulomb += (densities @ block.T) @ block
            half = lib.unpack_tril(block).reshape(-1, size) @ both
            turned = half.reshape(len(block), size, -1).transpose(2, 0, 1)
            for k, part in enumerate((turned[:n], turned[n:])):
                flat = np.ascontiguousarray(part).reshape(-1, size).T
                exchange[k] = dsyrk(1.0, flat, beta=1.0, c=exchange[k], overwrite_c=True)
        jc, ja = (lib.unpack_tril(packed) for packed in coulomb)
        kc, ka = (np.triu(k) + np.triu(k, 1).T for k in exchange)
        return jc, kc, ja, ka

    def among(self, orbitals: FloatArray) -> FloatArray:
        """(m, m, m, m) repulsion integrals (pq|rs) between orbitals (nao, m) [E_h]."""
        m = orbitals.shape[1]
        total = np.zeros((m * m, m * m))
        for block in self._fitting.loop(max(16, BLOCK_BYTES // (8 * self._size**2))):
            half = lib.unpack_tril(block) @ orbitals
            pairs = np.einsum("xp,Pxq->Ppq", orbitals, half, optimize=True).reshape(-1, m * m)
            total += pairs.T @ pairs
        return total.reshape(m, m, m, m)


class Conventional:
    """J and K from all two-electron integrals, for small systems.

    Args:
        mol: a `pyscf.gto.Mole`.
    """

    def __init__(self, mol: Any) -> None:
        self._integrals = mol.intor("int2e", aosym="s8")
        self._size = int(mol.nao)

    def build(self, closed: FloatArray, active: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """As `DensityFitted.build`."""
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
