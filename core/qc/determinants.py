"""All determinants of n electrons in the seven 4f orbitals, and the operators between them.

A determinant is a string of α orbitals times a string of β orbitals, |A B⟩ = a†_A a†_B |⟩ (N. C. Handy, Chem. Phys.
Lett. 1980, 74, 280, doi:10.1016/0009-2614(80)85158-X); those with equally many α form a sector of one M_S. The
spin-free Hamiltonian stays within a sector and factorises over the strings, of which no sector has more than 35 of a
kind; spin-orbit coupling is a one-electron operator within sectors and between neighbours.

States stand in columns; rows are the sectors one after the other, α count falling (M_S falling), β string fastest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from scipy import sparse

from core.arrays import ComplexArray, FloatArray
from core.errors import DomainError

ORBITALS: Final = 7
"""4f orbitals."""

Operator = sparse.csr_array
"""Matrix between determinants; most of its elements are zero."""


@lru_cache(maxsize=128)
def _strings(electrons: int) -> tuple[tuple[int, ...], ...]:
    """Occupied orbitals of every string."""
    return tuple(combinations(range(ORBITALS), electrons))


@lru_cache(maxsize=256)
def _creation(orbital: int, electrons: int) -> Operator:
    """a†_p from strings of `electrons` to strings of one more; the sign counts the orbitals before p."""
    index = {string: k for k, string in enumerate(_strings(electrons + 1))}
    rows, columns, signs = [], [], []
    for k, string in enumerate(_strings(electrons)):
        if orbital not in string:
            rows.append(index[tuple(sorted((*string, orbital)))])
            columns.append(k)
            signs.append(-1.0 if sum(p < orbital for p in string) % 2 else 1.0)
    shape = (comb(ORBITALS, electrons + 1), comb(ORBITALS, electrons))
    return sparse.csr_array((signs, (rows, columns)), shape=shape)


@lru_cache(maxsize=16)
def _replacements(electrons: int) -> FloatArray:
    """(7, 7, m, m) a†_p a_q between the m strings of one spin."""
    size = comb(ORBITALS, electrons)
    table = np.zeros((ORBITALS, ORBITALS, size, size))
    if electrons:
        up = [_creation(p, electrons - 1).toarray() for p in range(ORBITALS)]
        for p in range(ORBITALS):
            for q in range(ORBITALS):
                table[p, q] = up[p] @ up[q].T
    table.setflags(write=False)
    return table


@dataclass(frozen=True, slots=True)
class _Sector:
    """Determinants of one M_S: `alpha` and `beta` electrons, first row `start`."""

    alpha: int
    beta: int
    start: int

    @property
    def shape(self) -> tuple[int, int]:
        return comb(ORBITALS, self.alpha), comb(ORBITALS, self.beta)

    @property
    def rows(self) -> slice:
        return slice(self.start, self.start + self.shape[0] * self.shape[1])


@dataclass(frozen=True)
class DeterminantSpace:
    """All determinants of 4fⁿ.

    Args:
        electrons: n, 1 to 13.

    Raises:
        DomainError: no electron or no hole.
    """

    electrons: int

    def __post_init__(self) -> None:
        if not 1 <= self.electrons <= 13:
            raise DomainError(f"4f{self.electrons} has no open shell.", advice="The engine covers Ce(III) to Yb(III).")

    @cached_property
    def sectors(self) -> tuple[_Sector, ...]:
        """From the most α electrons to the fewest."""
        found, start = [], 0
        for alpha in range(min(self.electrons, ORBITALS), max(0, self.electrons - ORBITALS) - 1, -1):
            sector = _Sector(alpha, self.electrons - alpha, start)
            found.append(sector)
            start = sector.rows.stop
        return tuple(found)

    @property
    def size(self) -> int:
        """Number of determinants, C(14, n)."""
        return comb(2 * ORBITALS, self.electrons)

    def spin_free(self, one: FloatArray, two: FloatArray) -> tuple[FloatArray, ...]:
        """Matrices of Σ h_pq E_pq + ½ Σ (pq|rs) (E_pq E_rs − δ_qr E_ps), one a sector.

        Args:
            one: (7, 7) h [E_h].
            two: (7, 7, 7, 7) (pq|rs) in Mulliken's order [E_h].
        """
        folded = one - 0.5 * np.einsum("prrq->pq", two)
        return tuple(_spin_free(sector, folded, two) for sector in self.sectors)

    def one_body(self, same_alpha: ComplexArray, same_beta: ComplexArray, flip: ComplexArray | None = None) -> Operator:
        """Σ A_pq a†_pα a_qα + Σ B_pq a†_pβ a_qβ + (Σ F_pq a†_pα a_qβ + its adjoint).

        Args:
            same_alpha, same_beta, flip: (7, 7) A, B and F; None for no spin flip.
        """
        blocks: list[list[Operator | None]] = [[None] * len(self.sectors) for _ in self.sectors]
        for k, sector in enumerate(self.sectors):
            blocks[k][k] = _diagonal_block(sector, same_alpha, same_beta)
            if flip is not None and k:
                block = _flip_block(sector, flip)
                blocks[k - 1][k], blocks[k][k - 1] = block, sparse.csr_array(block.conj().T)
        return sparse.csr_array(sparse.block_array(blocks, format="csr"))

    def spin_free_operator(self, orbital: ComplexArray) -> Operator:
        """Σ O_pq E_pq of a (7, 7) orbital operator."""
        return self.one_body(orbital, orbital)

    @cached_property
    def spin(self) -> tuple[Operator, Operator, Operator]:
        """S_x, S_y, S_z [ħ]."""
        unit: ComplexArray = np.eye(ORBITALS).astype(np.complex128)
        zero: ComplexArray = 0 * unit
        return (
            self.one_body(zero, zero, unit / 2),
            self.one_body(zero, zero, unit / 2j),
            self.one_body(unit / 2, -unit / 2),
        )

    def spin_orbit(self, integrals: ComplexArray) -> Operator:
        """Σ_k Σ_pq h^k_pq s_k, the one-electron spin-orbit operator.

        Args:
            integrals: (3, 7, 7) Hermitian h^x, h^y, h^z [E_h].
        """
        x, y, z = integrals
        return self.one_body(z / 2, -z / 2, (x - 1j * y) / 2)

    @cached_property
    def highest_spin(self) -> FloatArray:
        """(size, k) orthonormal columns that span the highest total spin: the first sector, lowered again and again."""
        first = self.sectors[0]
        columns = np.zeros((self.size, first.rows.stop))
        columns[first.rows] = np.eye(first.rows.stop)
        lower = (self.spin[0] - 1j * self.spin[1]).real
        ladder = [columns]
        for _ in self.sectors[1:]:
            lowered = lower @ ladder[-1]
            ladder.append(lowered / np.linalg.norm(lowered, axis=0))
        return np.concatenate(ladder, axis=1)


def _spin_free(sector: _Sector, folded: FloatArray, two: FloatArray) -> FloatArray:
    alpha, beta = _replacements(sector.alpha), _replacements(sector.beta)
    (a, b), pairs = sector.shape, ORBITALS**2
    mixed = alpha.reshape(pairs, -1).T @ two.reshape(pairs, pairs) @ beta.reshape(pairs, -1)
    matrix = mixed.reshape(a, a, b, b).transpose(0, 2, 1, 3).copy()
    matrix += np.einsum("ij,kl->ikjl", _one_spin(alpha, folded, two), np.eye(b))
    matrix += np.einsum("ij,kl->ikjl", np.eye(a), _one_spin(beta, folded, two))
    return np.asarray(matrix.reshape(a * b, a * b))


def _one_spin(replacements: FloatArray, folded: FloatArray, two: FloatArray) -> FloatArray:
    """One-electron part and repulsion among the electrons of one spin."""
    size = replacements.shape[-1]
    pairs = replacements.reshape(ORBITALS**2, size, size)
    weighted = np.tensordot(two.reshape(ORBITALS**2, ORBITALS**2), pairs, axes=1)
    repulsion = 0.5 * np.einsum("aij,ajk->ik", pairs, weighted, optimize=True)
    return np.asarray(np.tensordot(folded, replacements, axes=2) + repulsion)


def _diagonal_block(sector: _Sector, same_alpha: ComplexArray, same_beta: ComplexArray) -> Operator:
    a, b = sector.shape
    alpha = sparse.csr_array(np.tensordot(same_alpha, _replacements(sector.alpha), axes=2))
    beta = sparse.csr_array(np.tensordot(same_beta, _replacements(sector.beta), axes=2))
    return sparse.csr_array(sparse.kron(alpha, sparse.eye_array(b)) + sparse.kron(sparse.eye_array(a), beta))


def _flip_block(sector: _Sector, flip: ComplexArray) -> Operator:
    """From this sector to the one with an α more: a_qβ passes all α electrons, then a†_pα acts on them."""
    sign = -1.0 if sector.alpha % 2 else 1.0
    raised = [_creation(p, sector.alpha) for p in range(ORBITALS)]
    lowered = [_creation(q, sector.beta - 1).T for q in range(ORBITALS)]
    shape = (raised[0].shape[0] * lowered[0].shape[0], sector.shape[0] * sector.shape[1])
    total = sparse.csr_array(shape, dtype=complex)
    for p in range(ORBITALS):
        row = sum(flip[p, q] * lowered[q] for q in range(ORBITALS))
        total = total + sign * sparse.kron(raised[p], row)
    return sparse.csr_array(total)
