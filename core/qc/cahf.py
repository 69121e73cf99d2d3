"""Configuration-averaged Hartree-Fock (CAHF) of 4fⁿ: the mean-field shape of a CASSCF(n,7) over all highest spins.

Averaged over *all* determinants of highest spin, the density matrices of the seven 4f orbitals are constants, so the
orbitals of the state-averaged CASSCF minimise

    E = E_core + ν Σ_t f_tt + ½ Σ_tu (a J_tu − b K_tu),    ν = n/7

    n ≤ 7:  a = b = n(n−1)/42;    n > 7, m = n − 7:  a = 1 + 2m/7 + m(m−1)/42,  b = 1 + m(m−1)/42

with f the Fock operator of the closed shells. R. McWeeny, Methods of Molecular Quantum Mechanics (1992), for such
averages; for lanthanides S. Calvello, M. Piccardo, S. V. Rao, A. Soncini, J. Comput. Chem. 2018, 39, 328.

First the closed shells settle around frozen 4f orbitals (DIIS), then all rotations are optimised by L-BFGS with a
diagonal preconditioner; every step costs one J/K build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from scipy.linalg import expm

from core.arrays import FloatArray
from core.qc.determinants import ORBITALS

STAGE_ONE: Final = 0.05
"""Norm of the core–virtual gradient at which the 4f orbitals are set free [E_h]."""

GRADIENT: Final = 2e-5
ENERGY: Final = 1e-9
"""Converged: norm of the gradient below the first, energy steady to the second [E_h]."""

ROUGH: Final = 0.02
"""Norm of the gradient down to which single precision will do for exchange [E_h]."""

MOST_SETTLING: Final = 30
MOST_BUILDS: Final = 100
_TRUST: Final = 0.4
"""Largest rotation of a step [rad]."""

_MEMORY: Final = 12
_SOFTEST: Final = 0.25
"""Steps that L-BFGS remembers; least diagonal curvature [E_h]."""


@dataclass(frozen=True, slots=True)
class Average:
    """Occupation ν and the weights a, b of Coulomb and exchange between 4f orbitals."""

    occupation: float
    coulomb: float
    exchange: float

    @classmethod
    def of(cls, electrons: int) -> Average:
        """The average over every determinant of highest spin of 4fⁿ."""
        alpha, beta = min(electrons, ORBITALS), max(0, electrons - ORBITALS)
        pairs = ORBITALS * (ORBITALS - 1)
        if not beta:
            return cls(electrons / ORBITALS, alpha * (alpha - 1) / pairs, alpha * (alpha - 1) / pairs)
        among = beta * (beta - 1) / pairs
        return cls(electrons / ORBITALS, 1 + 2 * beta / ORBITALS + among, 1 + among)


class Repulsion(Protocol):
    """Coulomb and exchange matrices of the closed and the 4f orbitals."""

    def build(
        self, closed: FloatArray, active: FloatArray, *, rough: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """J and K of Σ c cᵀ over `closed` (nao, n) and over `active` (nao, 7): J_c, K_c, J_a, K_a [E_h]; if `rough`, K
        may be off by some 1e-6 E_h."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class MeanField:
    """The molecule as the orbital optimisation sees it: (nao, nao) overlap and one-electron Hamiltonian [E_h]."""

    overlap: FloatArray
    core_hamiltonian: FloatArray
    repulsion: Repulsion
    nuclear_energy: float
    closed: int
    average: Average


@dataclass(frozen=True, slots=True, eq=False)
class Orbitals:
    """Where the optimisation ended.

    Attributes:
        coefficients: (nao, nmo) closed, 4f, virtual.
        closed: number of closed orbitals.
        energy: E_CAHF [E_h].
        gradient: norm of the orbital gradient [E_h].
        builds: J/K builds.
        inactive_fock: (nao, nao) Fock matrix of the closed shells [E_h].
        gap: lowest orbital energy of the virtual orbitals less the highest of the closed ones [E_h].
        converged: whether both limits were met.
    """

    coefficients: FloatArray
    closed: int
    energy: float
    gradient: float
    builds: int
    inactive_fock: FloatArray
    gap: float
    converged: bool

    @property
    def active(self) -> FloatArray:
        """(nao, 7) the 4f orbitals."""
        return self.coefficients[:, self.closed : self.closed + ORBITALS]


AfterBuild = Callable[[int, float, float, FloatArray], None]
"""Told the number of builds, the energy [E_h], the norm of the gradient [E_h] and the orbitals (nao, nmo); what it
raises ends the run."""


@dataclass(frozen=True, slots=True, eq=False)
class _Focks:
    """Energy and Fock matrices (nao, nao): of the closed electrons, ν times that of a 4f electron, and without 4f."""

    energy: float
    closed: FloatArray
    active: FloatArray
    inactive: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Energy and Fock matrices in the orbitals at hand (nmo, nmo): of a closed and of ν times a 4f electron."""

    energy: float
    closed_fock: FloatArray
    active_fock: FloatArray
    inactive_ao: FloatArray


class _Optimiser:
    """Energy, gradient and rotations of one problem."""

    def __init__(self, field: MeanField, after_build: AfterBuild) -> None:
        self.field, self.after_build, self.builds, self.rough = field, after_build, 0, True
        n = field.closed
        self.closed, self.active, self.virtual = slice(0, n), slice(n, n + ORBITALS), slice(n + ORBITALS, None)

    def focks(self, c: FloatArray) -> _Focks:
        """Energy and Fock matrices of orbitals (nao, nmo)."""
        h, weights = self.field.core_hamiltonian, self.field.average
        closed, active = c[:, self.closed], c[:, self.active]
        jc, kc, ja, ka = self.field.repulsion.build(closed, active, rough=self.rough)
        self.builds += 1
        inactive = h + 2 * jc - kc
        closed_fock = inactive + weights.occupation * (ja - 0.5 * ka)
        among = weights.coulomb * ja - weights.exchange * ka
        active_fock = weights.occupation * inactive + among
        energy = (
            _trace(closed, h + inactive)
            + weights.occupation * _trace(active, inactive)
            + 0.5 * _trace(active, among)
            + self.field.nuclear_energy
        )
        return _Focks(energy, closed_fock, active_fock, inactive)

    def point(self, c: FloatArray, focks: _Focks | None = None) -> _Point:
        """Where the orbitals stand; `focks` if they are known already."""
        at = self.focks(c) if focks is None else focks
        return _Point(at.energy, c.T @ at.closed @ c, c.T @ at.active @ c, at.inactive)

    def gradient(self, at: _Point) -> FloatArray:
        """dE/dκ of closed–4f, closed–virtual and 4f–virtual rotations, one after the other."""
        mixed = (2 * at.closed_fock - at.active_fock)[self.closed, self.active]
        outer = 2 * at.closed_fock[self.closed, self.virtual]
        return -2 * np.concatenate([mixed.ravel(), outer.ravel(), at.active_fock[self.active, self.virtual].ravel()])

    def curvature(self, at: _Point) -> FloatArray:
        """Diagonal of the second derivatives without the response of the Fock matrices, bounded from below."""
        weight = self.field.average.occupation
        closed, active = np.diag(at.closed_fock), np.diag(at.active_fock)
        both = 2 * closed - active
        mixed = both[self.active][None] - both[self.closed][:, None]
        outer = 2 * (closed[self.virtual][None] - closed[self.closed][:, None])
        inner = weight * closed[self.virtual][None] - active[self.active][:, None]
        diagonal: FloatArray = np.concatenate([mixed.ravel(), outer.ravel(), inner.ravel()])
        return np.maximum(2 * diagonal, _SOFTEST)

    def rotated(self, c: FloatArray, kappa: FloatArray) -> FloatArray:
        """c exp(K) with K antisymmetric."""
        n, m = self.field.closed, c.shape[1]
        v = m - n - ORBITALS
        first, second = n * ORBITALS, n * ORBITALS + n * v
        generator = np.zeros((m, m))
        generator[self.closed, self.active] = kappa[:first].reshape(n, ORBITALS)
        generator[self.closed, self.virtual] = kappa[first:second].reshape(n, v)
        generator[self.active, self.virtual] = kappa[second:].reshape(ORBITALS, v)
        moved: FloatArray = c @ expm(generator - generator.T)
        return moved

    def canonical(self, c: FloatArray, at: _Point) -> tuple[FloatArray, _Point]:
        """Orbitals turned within closed, 4f and virtual so that each block of its Fock matrix is diagonal."""
        turn = np.zeros_like(at.closed_fock)
        for block, fock in (
            (self.closed, at.closed_fock),
            (self.active, at.active_fock),
            (self.virtual, at.closed_fock),
        ):
            turn[block, block] = np.linalg.eigh(fock[block, block])[1]
        turned = _Point(at.energy, turn.T @ at.closed_fock @ turn, turn.T @ at.active_fock @ turn, at.inactive_ao)
        return c @ turn, turned


def _trace(c: FloatArray, matrix: FloatArray) -> float:
    return float(np.sum(c * (matrix @ c)))


def optimise(field: MeanField, start: FloatArray, after_build: AfterBuild = lambda n, e, g, c: None) -> Orbitals:
    """Minimise the configuration average.

    Args:
        field: the molecule.
        start: (nao, nmo) orthonormal orbitals: closed, 4f, virtual.
        after_build: see `AfterBuild`.

    Returns:
        Orbitals; `converged` tells whether they are a result.
    """
    optimiser = _Optimiser(field, after_build)
    c, focks = _settle_closed(optimiser, start)
    return _minimise(optimiser, c, focks)


def _settle_closed(optimiser: _Optimiser, c: FloatArray) -> tuple[FloatArray, _Focks]:
    """Closed-shell DIIS (P. Pulay, J. Comput. Chem. 1982, 3, 556, doi:10.1002/jcc.540030413) around frozen 4f orbitals.

    Everything is expressed in the orthonormal orbitals of the start without its 4f.
    """
    closed, active, virtual = optimiser.closed, optimiser.active, optimiser.virtual
    frame = np.concatenate([c[:, closed], c[:, virtual]], axis=1)
    n = optimiser.field.closed
    occupied = np.eye(frame.shape[1])[:, :n]
    focks: list[FloatArray] = []
    errors: list[FloatArray] = []
    while True:
        at = optimiser.focks(c)
        f = frame.T @ at.closed @ frame
        density = occupied @ occupied.T
        error = f @ density - density @ f
        norm = float(np.linalg.norm(error)) / np.sqrt(2)
        optimiser.after_build(optimiser.builds, at.energy, 4 * norm, c)
        if norm < STAGE_ONE or optimiser.builds >= MOST_SETTLING:
            return c, at
        focks, errors = [*focks[-7:], f], [*errors[-7:], error]
        vectors = np.linalg.eigh(_extrapolated(focks, errors))[1]
        occupied = vectors[:, :n]
        c = np.concatenate([frame @ occupied, c[:, active], frame @ vectors[:, n:]], axis=1)


def _extrapolated(focks: list[FloatArray], errors: list[FloatArray]) -> FloatArray:
    """The mixture of Fock matrices whose error is least."""
    m = len(focks)
    flat = np.array([error.ravel() for error in errors])
    system = np.zeros((m + 1, m + 1))
    system[:m, :m] = flat @ flat.T
    system[m, :m] = system[:m, m] = 1.0
    system[:m, :m] /= max(np.abs(system[:m, :m]).max(), 1e-300)
    weights = np.linalg.lstsq(system, np.append(np.zeros(m), 1.0), rcond=None)[0][:m]
    return np.asarray(np.tensordot(weights, np.array(focks), axes=1))


def _minimise(optimiser: _Optimiser, c: FloatArray, focks: _Focks) -> Orbitals:
    c, at = optimiser.canonical(c, optimiser.point(c, focks))
    history: list[tuple[FloatArray, FloatArray]] = []
    converged, before = False, np.inf
    gradient = optimiser.gradient(at)
    while True:
        norm = float(np.linalg.norm(gradient))
        optimiser.after_build(optimiser.builds, at.energy, norm, c)
        converged = not optimiser.rough and norm < GRADIENT and abs(at.energy - before) < ENERGY
        if converged or optimiser.builds >= MOST_BUILDS:
            break
        step = _direction(gradient, optimiser.curvature(at), history)
        step *= min(1.0, _TRUST / float(np.abs(step).max()))
        before, slack = at.energy, 1e-5 if optimiser.rough else 1e-7
        optimiser.rough = optimiser.rough and norm >= ROUGH
        step, c, at = _descended(optimiser, c, step, before + slack)
        new = optimiser.gradient(at)
        if (new - gradient) @ step > 1e-14:
            history = [*history[1 - _MEMORY :], (step, new - gradient)]
        gradient = new
    c, at = optimiser.canonical(c, at)
    energies = np.diag(at.closed_fock)
    return Orbitals(
        coefficients=c,
        closed=optimiser.field.closed,
        energy=at.energy,
        gradient=norm,
        builds=optimiser.builds,
        inactive_fock=at.inactive_ao,
        gap=float(energies[optimiser.virtual].min() - energies[optimiser.closed].max()),
        converged=converged,
    )


def _descended(
    optimiser: _Optimiser, c: FloatArray, step: FloatArray, most: float
) -> tuple[FloatArray, FloatArray, _Point]:
    """A step that does not raise the energy above `most` [E_h]: shortened up to four times."""
    for _ in range(5):
        moved = optimiser.rotated(c, step)
        there = optimiser.point(moved)
        if there.energy <= most:
            break
        step = 0.4 * step
    return step, moved, there


def _direction(gradient: FloatArray, curvature: FloatArray, history: list[tuple[FloatArray, FloatArray]]) -> FloatArray:
    """L-BFGS two-loop recursion (J. Nocedal, Math. Comput. 1980, 35, 773, doi:10.1090/S0025-5718-1980-0572855-7)."""
    q, scales = gradient.copy(), []
    for step, change in reversed(history):
        scale = (step @ q) / (change @ step)
        q -= scale * change
        scales.append(scale)
    q /= curvature
    for (step, change), scale in zip(history, reversed(scales), strict=True):
        q += (scale - (change @ q) / (change @ step)) * step
    return -q
