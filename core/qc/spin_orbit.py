"""Spin-orbit integrals of the ion in the molecule: one-centre mean field, from tables made once an element.

h = Σ_k h_k s_k, and around one spherical ion h_k = c(r) l_k: per angular momentum ℓ one radial matrix between the
primitive functions of the ANO-RCC basis holds everything (B. A. Hess, C. M. Marian, U. Wahlgren, O. Gropen, Chem. Phys.
Lett. 1996, 251, 365, doi:10.1016/0009-2614(96)00119-4). `training.levels.spin_orbit` makes the tables.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.errors import DomainError

TABLES: Final = Path(__file__).parent / "tables" / "spin_orbit.json"


@dataclass(frozen=True, slots=True, eq=False)
class RadialTable:
    """Radial spin-orbit matrices of one ion.

    Attributes:
        exponents: for ℓ = 1, 2, 3 the (n,) exponents of the normalised primitives [a₀⁻²].
        matrices: for each ℓ the symmetric (n, n) matrix c, with ⟨a m|h_k|b m′⟩ = c_ab ⟨ℓ m|l_k|ℓ m′⟩ [E_h].
    """

    exponents: dict[int, FloatArray]
    matrices: dict[int, FloatArray]


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return dict(json.loads(TABLES.read_text(encoding="utf-8"))["ions"])


@lru_cache(maxsize=16)
def radial_table(symbol: str) -> RadialTable:
    """The stored table of a trivalent lanthanide.

    Raises:
        DomainError: no table for this element.
    """
    stored = _tables().get(symbol)
    if stored is None:
        raise DomainError(f"There are no spin-orbit integrals for {symbol}.", advice="The engine covers Ce to Yb.")
    exponents = {int(ell): np.array(part["exponents"]) for ell, part in stored.items()}
    return RadialTable(exponents, {int(ell): _unpacked(part["matrix"]) for ell, part in stored.items()})


def _unpacked(lower: list[float]) -> FloatArray:
    size = int((np.sqrt(8 * len(lower) + 1) - 1) / 2)
    matrix = np.zeros((size, size))
    matrix[np.tril_indices(size)] = lower
    return matrix + np.tril(matrix, -1).T


def angular_momentum_integrals(mol: Any, origin: FloatArray) -> ComplexArray:
    """(3, nao, nao) ⟨μ|l_k|ν⟩ about a point [ħ].

    Args:
        mol: a `pyscf.gto.Mole`.
        origin: (3,) [a₀].
    """
    with mol.with_common_orig(origin):
        return -1j * np.asarray(mol.intor("int1e_cg_irxp", comp=3))


def spin_orbit_integrals(mol: Any, atom: int, orbitals: FloatArray) -> ComplexArray:
    """(3, m, m) h_x, h_y, h_z between molecular orbitals [E_h].

    Args:
        mol: a `pyscf.gto.Mole` with an ANO-RCC contraction on the ion.
        atom: index of the lanthanide.
        orbitals: (nao, m).

    Raises:
        DomainError: the ion's basis has other primitives than the table.
    """
    symbol = mol.atom_pure_symbol(atom)
    table = radial_table(symbol)
    total = np.zeros((3, orbitals.shape[1], orbitals.shape[1]), dtype=complex)
    first_shell, last_shell = mol.aoslice_by_atom()[atom, :2]
    starts = mol.ao_loc_nr()
    shells: dict[int, list[tuple[FloatArray, FloatArray]]] = {}
    for k in range(first_shell, last_shell):
        ell = mol.bas_angular(k)
        if ell in table.matrices:
            contraction = _in_table(mol, k, table.exponents[ell], symbol)
            part = orbitals[starts[k] : starts[k + 1]].reshape(contraction.shape[1], 2 * ell + 1, -1)
            shells.setdefault(ell, []).append((contraction, part))
    for ell, parts in shells.items():
        primitive = sum(np.einsum("pc,cmi->pmi", contraction, part) for contraction, part in parts)
        turned = np.einsum("kmn,qnj->kqmj", real_angular_momentum(ell), primitive)
        total += np.einsum("pmi,pq,kqmj->kij", primitive, table.matrices[ell], turned, optimize=True)
    return total


def _in_table(mol: Any, shell: int, exponents: FloatArray, symbol: str) -> FloatArray:
    """(n, contractions) coefficients of a shell over the normalised primitives of the table."""
    places = np.abs(exponents[:, None] - mol.bas_exp(shell)[None]).argmin(axis=0)
    if not np.allclose(exponents[places], mol.bas_exp(shell), rtol=1e-6):
        raise DomainError(f"The basis of {symbol} is not ANO-RCC: its spin-orbit integrals are not known.")
    coefficients = np.zeros((len(exponents), mol.bas_nctr(shell)))
    coefficients[places] = mol.bas_ctr_coeff(shell)
    return coefficients


@lru_cache(maxsize=8)
def real_angular_momentum(ell: int) -> ComplexArray:
    """(3, 2ℓ+1, 2ℓ+1) l_x, l_y, l_z between PySCF's real spherical harmonics: m = −ℓ … ℓ, but x, y, z for ℓ = 1 [ħ]."""
    from pyscf import gto

    mol = gto.M(atom="Ne", basis={"Ne": [[ell, [1.0, 1.0]]]}, verbose=0)
    matrices = angular_momentum_integrals(mol, np.zeros(3))
    matrices.setflags(write=False)
    return matrices
