"""Auxiliary functions for density fitting, natural to the products of an atom's own orbitals.

Around one atom the fitted integrals of all products of its basis functions, G_PQ = Σ_μν (P|μν)(μν|Q), are diagonalised
in the Coulomb metric (P|Q), one angular momentum at a time; of the functions so found (natural auxiliary functions:
M. Kállay, J. Chem. Phys. 2014, 141, 244113, there for whole molecules) those with the larger eigenvalues are kept, as
contractions of an even-tempered set. That the products on one centre are enough is the observation behind atomic
Cholesky sets (F. Aquilante, R. Lindh, T. B. Pedersen, J. Chem. Phys. 2007, 127, 114107).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from pyscf import df, gto

from core.arrays import FloatArray
from core.qc.basis import LETTERS, Shell, ano_rcc, highest_momentum
from core.qc.three_index import three_index

NATURAL: Final = 1e-5
"""Least eigenvalue of a function that is kept [E_h]; for its cost in levels see benchmarks/results/qc_ladder.json."""

_DEPENDENT: Final = 1e-10
"""Eigenvalue of the metric, relative to its largest, below which primitives are linearly dependent."""


@lru_cache(maxsize=64)
def natural_auxiliary(element: str, contraction: str, least: float = NATURAL) -> tuple[Shell, ...]:
    """Auxiliary shells of one atom.

    Args:
        element: symbol.
        contraction: of the ANO-RCC basis, e.g. ``3s2p1d``.
        least: eigenvalue [E_h] down to which functions are kept; 0 for PySCF's even-tempered set as it is.
    """
    mol = gto.M(atom=element, basis={element: ano_rcc(element, contraction)}, spin=None, verbose=0)
    tempered = _tempered(element, contraction, mol)
    if least == 0:
        return tuple(tempered)
    primitives = df.addons.make_auxmol(mol, {element: tempered})
    metric = primitives.intor("int2c2e")
    products = np.empty((mol.nao * (mol.nao + 1) // 2, primitives.nao))
    three_index(mol, primitives, products)
    squares = np.arange(mol.nao) * (np.arange(mol.nao) + 3) // 2
    products *= np.sqrt(2)  # μν stands for νμ too
    products[squares] /= np.sqrt(2)
    shells = []
    for momentum in sorted({primitives.bas_angular(k) for k in range(primitives.nbas)}):
        rows, exponents = _rows(primitives, momentum)
        radial_metric = metric[np.ix_(rows[:, 0], rows[:, 0])]
        weight = sum(products[:, rows[:, m]].T @ products[:, rows[:, m]] for m in range(2 * momentum + 1))
        kept = _largest(np.asarray(weight), radial_metric, least)
        if kept.size:
            shells.append([momentum, *([float(a), *row] for a, row in zip(exponents, kept.tolist(), strict=True))])
    return tuple(shells)


def _tempered(element: str, contraction: str, mol: Any) -> list[Shell]:
    """PySCF's even-tempered shells for the basis with one polarisation function more, as far as products of two
    functions of the basis reach: for the basis alone it cuts the steep functions of the highest momenta, which puts an
    error of 0.7 % on the exchange within the 4f shell of a lanthanide without g functions. Beyond the element's highest
    functions there is none to add."""
    highest = max(mol.bas_angular(k) for k in range(mol.nbas))
    more = f"1{LETTERS[highest + 1]}" if highest < highest_momentum(element) else ""
    wider = gto.M(atom=element, basis={element: ano_rcc(element, contraction + more)}, spin=None, verbose=0)
    return [shell for shell in df.autoaux(wider)[element] if shell[0] <= 2 * highest]


def _rows(mol: Any, momentum: int) -> tuple[np.ndarray[Any, np.dtype[np.intp]], FloatArray]:
    """(n, 2ℓ+1) places and (n,) exponents of the n primitives of one angular momentum."""
    shells = [k for k in range(mol.nbas) if mol.bas_angular(k) == momentum]
    starts = mol.ao_loc_nr()[shells]
    return starts[:, None] + np.arange(2 * momentum + 1), np.array([mol.bas_exp(k)[0] for k in shells])


def _largest(weight: FloatArray, metric: FloatArray, least: float) -> FloatArray:
    """(n, k) coefficients of the generalised eigenvectors with eigenvalues above `least`, largest first."""
    values, vectors = np.linalg.eigh(metric)
    sound = values > _DEPENDENT * values[-1]
    frame = vectors[:, sound] / np.sqrt(values[sound])
    weights, turned = np.linalg.eigh(frame.T @ weight @ frame)
    return np.asarray((frame @ turned)[:, weights > least][:, ::-1])
