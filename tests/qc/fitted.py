"""Fitted integrals in place of all of them, which take eleven seconds with a lanthanide, however few its functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from pyscf import df

from core.qc.auxiliary import natural_auxiliary
from core.qc.basis import LETTERS
from core.qc.repulsion import DensityFitted


def fitting_of(mol: Any) -> df.DF:
    """Three-index integrals with the auxiliary functions that the engine takes for these ANO-RCC contractions."""
    return df.DF(mol, auxbasis=auxiliary_of(mol)).build()


def auxiliary_of(mol: Any) -> dict[str, list[Any]]:
    """Auxiliary shells by element."""
    return {name: list(natural_auxiliary(name, _contraction(mol, name))) for name in mol._basis}


def fitted(mol: Any) -> DensityFitted:
    """To be put where `Conventional` stands."""
    return density_fitted(fitting_of(mol))


def density_fitted(fitting: df.DF, memory_mb: float = math.inf) -> DensityFitted:
    """J and K from PySCF's integrals."""
    return DensityFitted(np.ascontiguousarray(fitting._cderi.T), memory_mb)


def _contraction(mol: Any, element: str) -> str:
    counts: dict[int, int] = {}
    for momentum, *rows in mol._basis[element]:
        counts[momentum] = counts.get(momentum, 0) + len(rows[0]) - 1
    return "".join(f"{number}{LETTERS[momentum]}" for momentum, number in sorted(counts.items()))
