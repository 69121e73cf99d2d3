"""The coupled states of a cluster: all of them where the matrix fits, the lowest ones by Lanczos above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from core.arrays import ComplexArray, FloatArray
from core.coupling.cluster import Cluster, couplings
from core.errors import DomainError

FULL: Final = 5_000
"""Product states up to which the whole matrix is diagonalised: 400 MB a matrix, some minutes on one core."""

LOWEST: Final = 40
"""States computed where there are more than `FULL`."""

_BLOCK: Final = 512  # columns built at a time


@dataclass(frozen=True, slots=True, eq=False)
class CoupledStates:
    """Eigenstates of a cluster.

    Attributes:
        system: what was diagonalised.
        energies: (k,) ascending, lowest 0 [cm⁻¹].
        ground_energy: of the lowest state, against all ions in their ground levels without coupling [cm⁻¹].
        vectors: (N, k) in products of the sites' states, the last site's index running fastest.
    """

    system: Cluster
    energies: FloatArray
    ground_energy: float
    vectors: ComplexArray

    @property
    def complete(self) -> bool:
        """Whether all states are here."""
        return len(self.energies) == self.system.size

    def moment(self, count: int | None = None) -> ComplexArray:
        """(3, k, k) magnetic moment of the whole between the `count` lowest states (all if None) [μ_B]."""
        sites = self.system.truncated
        return self._between([(np.eye(3), k, site.moment) for k, site in enumerate(sites)], count)

    def toroidal(self, count: int) -> ComplexArray:
        """(3, count, count) Σ r_i × m_i about the middle of the sites [Å μ_B]."""
        sites = self.system.truncated
        arms = self.system.positions - self.system.positions.mean(axis=0)
        return self._between([(_cross(arms[k]), k, site.moment) for k, site in enumerate(sites)], count)

    def _between(self, parts: list[tuple[FloatArray, int, ComplexArray]], count: int | None) -> ComplexArray:
        """(3, k, k) of a sum of vector operators of single sites, each with a (3, 3) matrix applied to the vector."""
        vectors = self.vectors[:, :count]
        result = []
        for axis in range(3):
            image = np.zeros_like(vectors)
            for matrix, site, operators in parts:
                local = np.tensordot(matrix[axis], operators, axes=1)
                image += on_site(local, site, vectors, self.system.kept)
            result.append(vectors.conj().T @ image)
        return np.array(result)


def solve(system: Cluster) -> CoupledStates:
    """All states of a cluster of at most `FULL` products, else the `LOWEST` ones.

    Raises:
        DomainError: Lanczos does not converge.
    """
    energies, vectors = (
        np.linalg.eigh(hamiltonian(system)) if system.size <= FULL else _lowest(system, min(LOWEST, system.size - 2))
    )
    if system.kramers and len(energies) == system.size:
        energies = np.repeat(energies.reshape(-1, 2).mean(axis=1), 2)
    return CoupledStates(system, energies - energies[0], float(energies[0]), vectors)


def hamiltonian(system: Cluster) -> ComplexArray:
    """(N, N) [cm⁻¹] in products of the sites' states, the last site's index running fastest."""
    n = system.size
    matrix = np.empty((n, n), dtype=np.complex128)
    for start in range(0, n, _BLOCK):
        columns = np.eye(n, min(_BLOCK, n - start), k=-start, dtype=np.complex128)
        matrix[:, start : start + _BLOCK] = product(system, columns)
    return matrix


def product(system: Cluster, vectors: ComplexArray) -> ComplexArray:
    """(N, m) the Hamiltonian applied to columns (N, m)."""
    result: ComplexArray = site_energies(system)[:, None] * vectors
    for (i, j), left, right in couplings(system):
        for one, other in zip(left, right, strict=True):
            result += on_site(one, i, on_site(other, j, vectors, system.kept), system.kept)
    return result


def site_energies(system: Cluster) -> FloatArray:
    """(N,) energies of the products without coupling [cm⁻¹]."""
    total = np.zeros(1)
    for site in system.truncated:
        total = np.add.outer(total, site.energies).ravel()
    return total


def on_site(operator: ComplexArray, site: int, vectors: ComplexArray, kept: tuple[int, ...]) -> ComplexArray:
    """(N, m) the operator (n, n) of one site applied to columns (N, m)."""
    before = int(np.prod(kept[:site], dtype=np.int64))
    shaped = vectors.reshape(before, kept[site], -1)
    applied: ComplexArray = np.matmul(operator, shaped).reshape(vectors.shape)
    return applied


def _lowest(system: Cluster, count: int) -> tuple[FloatArray, ComplexArray]:
    n = system.size
    operator = LinearOperator((n, n), matvec=lambda v: product(system, v.reshape(n, 1))[:, 0], dtype=np.complex128)
    start = np.random.default_rng(0).standard_normal(n).astype(np.complex128)  # the same answer every time
    try:
        energies, vectors = eigsh(operator, k=count, which="SA", v0=start, ncv=4 * count, maxiter=20_000)
    except RuntimeError as error:  # ArpackNoConvergence is one
        raise DomainError(
            f"The lowest of {n} coupled states were not found: the search did not converge.",
            advice="Keep fewer states of each ion.",
        ) from error
    order = np.argsort(energies)
    return energies[order], vectors[:, order]


def _cross(arm: FloatArray) -> FloatArray:
    """(3, 3) that makes arm × v of v."""
    x, y, z = arm
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
