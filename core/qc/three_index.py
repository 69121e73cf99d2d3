"""Three-index Coulomb integrals (P|μν) over generally contracted spherical Gaussians, many primitive products at once.

Products of two functions in Hermite Gaussians (L. E. McMurchie, E. R. Davidson, J. Comput. Phys. 1978, 26, 218,
doi:10.1016/0021-9991(78)90092-X). An auxiliary function is a solid harmonic times a Gaussian, so that its integral with
a spherical Hermite Gaussian is that harmonic of the distance times a derivative of the Boys function, and both carry
over to contracted functions: only the Boys function is computed for every triple of primitives. All loops run over the
primitive products of a pair of shells; what they leave is contracted by matrix products.

Natural orbitals and natural auxiliary functions have many primitives and few functions, and this is made for them;
libcint, which takes primitives one by one, serves the tests as reference.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import gto, lib
from threadpoolctl import threadpool_limits

from core.arrays import FloatArray, IntArray
from core.progress import Told, unheard
from core.qc.hermite_tables import kernel_tables
from core.qc.three_index_kernel import shell_integrals

_ALONE: Final = 30
"""What a primitive product costs by itself, in columns of the matrix product that contracts it; fitted to 70 shells."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shells:
    """Generally contracted shells, flat: row of `places` is ℓ, primitives, functions of each primitive space, first
    exponent, first coefficient, first function; `centres` (n, 3) [a₀]."""

    places: IntArray
    centres: FloatArray
    exponents: FloatArray
    coefficients: FloatArray


def _shells(mol: Any) -> _Shells:
    places, exponents, coefficients = [], [], []
    first, start, begin = 0, 0, 0
    for k in range(mol.nbas):
        momentum, alphas = mol.bas_angular(k), mol.bas_exp(k)
        turned = mol._libcint_ctr_coeff(k)
        places.append((momentum, len(alphas), turned.shape[1], start, begin, first))
        exponents.append(alphas)
        coefficients.append(turned.ravel())
        start, begin, first = start + len(alphas), begin + turned.size, first + (2 * momentum + 1) * turned.shape[1]
    centres = np.array([mol.bas_coord(k) for k in range(mol.nbas)])
    return _Shells(np.array(places), centres, np.concatenate(exponents), np.concatenate(coefficients))


def three_index(mol: Any, auxiliary: Any, out: FloatArray, progress: Told = unheard) -> None:
    """Integrals (μν|P) [E_h], as many threads as PySCF has.

    Args:
        mol: a `pyscf.gto.Mole` of spherical functions.
        auxiliary: the same for the auxiliary functions.
        out: (nao (nao + 1) / 2, naux), μ ≥ ν; filled.
        progress: told the fraction that is done.
    """
    ours, theirs = _shells(mol), _shells(auxiliary)
    largest = np.concatenate(
        [
            np.abs(ours.coefficients[row[4] : row[4] + row[1] * row[2]].reshape(row[1], row[2])).max(axis=1)
            for row in ours.places
        ]
    )
    basis = (ours.places, ours.exponents, ours.coefficients, largest, ours.centres)
    fitted = (_with_highest(theirs), theirs.exponents, theirs.coefficients, theirs.centres)
    done = _work(ours.places)
    with threadpool_limits(1), ThreadPoolExecutor(lib.num_threads()) as pool:
        ended = pool.map(lambda shell: shell_integrals(shell, basis, fitted, kernel_tables(), out), range(len(done)))
        for fraction, _ in zip(done.tolist(), ended, strict=True):
            progress(fraction)


def _work(places: IntArray) -> FloatArray:
    """(n,) the fraction of the work that is done after each shell with those before it: primitive products times their
    Hermite Gaussians times the functions they are contracted to.

    Of 44 atoms around Dy(III) it is within 0.03 of the time that shells took; their number squared was off by 0.20, and
    said 0.00 where the shells of the ion, a tenth of the work, were done.
    """
    momenta, primitives, functions = places[:, 0], places[:, 1], places[:, 2]
    work = np.empty(len(places))
    for one in range(len(places)):
        upto = slice(one + 1)
        order = momenta[one] + momenta[upto]
        hermite = (order + 1) * (order + 2) * (order + 3) // 6
        columns = (2 * momenta[one] + 1) * (2 * momenta[upto] + 1) * np.minimum(functions[one], functions[upto])
        work[one] = (primitives[one] * primitives[upto] * hermite * (_ALONE + columns)).sum()
    return np.asarray(np.cumsum(work) / work.sum())


def compile_all() -> None:
    """Compiles what is not compiled yet on this machine, which takes half a minute."""
    atom = gto.M(atom="H", basis="sto-3g", spin=1, verbose=0)
    three_index(atom, atom, np.empty((1, 1)))


def _with_highest(shells: _Shells) -> IntArray:
    """The places, with the highest ℓ on the atom in the last column of its first shell and −1 in the others."""
    places = shells.places.copy()
    new = np.append(True, (shells.centres[1:] != shells.centres[:-1]).any(axis=1))
    group = np.cumsum(new) - 1
    highest = np.zeros(group[-1] + 1, dtype=np.int64)
    np.maximum.at(highest, group, places[:, 0])
    places[:, 5] = np.where(new, highest[group], -1)
    return places
