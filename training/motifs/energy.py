"""How ligands turn about one ion until they are out of each other's way: an energy, and its least value.

    Body(parts).settled(random) ──► one rotation a part

Every ligand keeps its bonds to the ion and only turns about it. What is minimised is Kepert's repulsion of the sites,
Σ d⁻⁶ on the unit sphere (D. L. Kepert, Inorganic Stereochemistry, Springer 1982), or the distance from sites that
are given, and the crowding of the atoms, Σ (van der Waals distance / distance)⁸.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from rdkit import Chem
from scipy.optimize import minimize
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray, IntArray
from training.motifs.shapes import Shape, aligned

_REPULSION: Final = 0.6
_CROWDING: Final = 0.05
_HOLD: Final = 400.0
"""Weights of the repulsion of sites, the crowding of atoms and the pull towards given sites; rules of ours."""

_SOFT: Final = 0.05
"""Added to squared distances on the unit sphere, so that a start with two sites on one spot can be left."""

_SOFT_ATOMS: Final = 0.5
"""The same for atoms [Å²]."""

_STEPS: Final = 25
"""Of the minimiser, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A ligand and where its sites should be: (s, 3) unit vectors, or None where they may settle."""

    shape: Shape
    sites: FloatArray | None = None


@cache
def _radius(element: str) -> float:
    return float(Chem.GetPeriodicTable().GetRvdw(element))


class Body:
    """The arrays of a set of parts, and their energy as a function of one quaternion (x, y, z, w) a part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.owner, self.atoms = _gathered([part.shape.positions for part in parts])
        self.site_owner, self.sites = _gathered([part.shape.site_directions for part in parts])
        self.starts = np.searchsorted(self.owner, np.arange(len(parts)))
        self.site_starts = np.searchsorted(self.site_owner, np.arange(len(parts)))
        held = [np.full_like(p.shape.site_directions, np.nan) if p.sites is None else p.sites for p in parts]
        self.wanted = np.vstack(held)
        self.held = ~np.isnan(self.wanted[:, 0])
        radii = np.array([_radius(element) for part in parts for element in part.shape.elements])
        apart = self.owner[:, None] != self.owner
        self.contact = np.where(apart, (radii[:, None] + radii) ** 2, 0.0)
        free = ~(self.held[:, None] & self.held)
        self.repel = (self.site_owner[:, None] != self.site_owner) & free

    def settled(self, random: np.random.Generator) -> Rotation:
        """One rotation a part."""
        start = Rotation.from_quat([_start(part, random) for part in self.parts])
        x = start.as_quat().ravel()
        x = _minimum(self.by_sites, x)
        x = _minimum(self.by_atoms, x)
        return Rotation.from_quat(x.reshape(-1, 4))

    def by_sites(self, x: FloatArray) -> tuple[float, FloatArray]:
        """Energy of the sites alone, and its gradient."""
        return self._energy(x, crowded=False)

    def by_atoms(self, x: FloatArray) -> tuple[float, FloatArray]:
        """Energy of sites and atoms, and its gradient."""
        return self._energy(x, crowded=True)

    def _energy(self, x: FloatArray, *, crowded: bool) -> tuple[float, FloatArray]:
        quaternions = x.reshape(-1, 4)
        length = np.linalg.norm(quaternions, axis=1, keepdims=True)
        units = quaternions / length
        matrices = _matrices(units)
        sites = (matrices[self.site_owner] @ self.sites[:, :, None])[:, :, 0]
        energy, pull = _repulsion(sites, self.repel)
        pull[self.held] += 2.0 * _HOLD * (sites - self.wanted)[self.held]
        energy += _HOLD * float(((sites - self.wanted)[self.held] ** 2).sum())
        torque = _by_owner(pull, self.sites, self.site_starts)
        if crowded:
            atoms = (matrices[self.owner] @ self.atoms[:, :, None])[:, :, 0]
            crowding, force = _crowding(atoms, self.contact)
            energy += crowding
            torque += _by_owner(force, self.atoms, self.starts)
        return energy, _to_quaternions(units, length, torque).ravel()


def _gathered(arrays: Sequence[FloatArray]) -> tuple[IntArray, FloatArray]:
    return np.repeat(np.arange(len(arrays)), [len(a) for a in arrays]), np.vstack(arrays)


def _start(part: Part, random: np.random.Generator) -> FloatArray:
    """Quaternion of the ligand on its sites, turned at random as far as they leave it free."""
    if part.sites is None:
        return np.asarray(Rotation.random(random_state=random).as_quat())
    own = part.shape.site_directions
    placed = aligned(part.sites, own)[0]
    if len(own) == 1:
        placed = Rotation.from_rotvec(part.sites[0] * random.uniform(0.0, 2.0 * np.pi)) * placed
    return np.asarray(placed.as_quat())


def _minimum(function: Callable[[FloatArray], tuple[float, FloatArray]], x: FloatArray) -> FloatArray:
    found = minimize(function, x, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "ftol": 1e-5})
    return np.asarray(found.x)


def _repulsion(sites: FloatArray, repel: FloatArray) -> tuple[float, FloatArray]:
    """Kepert's energy of sites (s, 3) on the unit sphere, and its gradient."""
    inverse = np.where(repel, 1.0 / (np.abs(squared_distances(sites)) + _SOFT), 0.0)
    factor = -6.0 * _REPULSION * inverse**4
    gradient = factor.sum(axis=1)[:, None] * sites - factor @ sites
    return 0.5 * _REPULSION * float((inverse**3).sum()), gradient


def _crowding(atoms: FloatArray, contact: FloatArray) -> tuple[float, FloatArray]:
    """Σ (van der Waals distance / softened distance)⁸ over atoms (n, 3) of different ligands, and its gradient."""
    squared = np.abs(squared_distances(atoms)) + _SOFT_ATOMS
    fourth = contact / squared
    fourth *= fourth
    eighth = fourth * fourth
    factor = eighth / squared
    gradient = factor @ atoms - factor.sum(axis=1)[:, None] * atoms
    return 0.5 * _CROWDING * float(eighth.sum()), 8.0 * _CROWDING * gradient


def _by_owner(gradient: FloatArray, own: FloatArray, starts: IntArray) -> FloatArray:
    """(count, 9) derivative by the rotation matrix of each part: Σ g xᵀ over the atoms from one start to the next."""
    products = (gradient[:, :, None] * own[:, None, :]).reshape(-1, 9)
    return np.asarray(np.add.reduceat(products, starts, axis=0))


def _forms() -> FloatArray:
    """(4, 4, 9) B with R_ij = Σ B[k, m, ij] q_k q_m for a unit quaternion q = (x, y, z, w)."""
    forms = np.zeros((4, 4, 3, 3))
    for i in range(3):
        forms[3, 3, i, i] = 1.0
        for j in range(3):
            forms[j, j, i, i] += 1.0 if i == j else -1.0
            if i != j:
                forms[i, j, i, j] += 1.0
                forms[j, i, i, j] += 1.0
                third = 3 - i - j
                sign = 1.0 if (i - j) % 3 == 1 else -1.0
                forms[3, third, i, j] += sign
                forms[third, 3, i, j] += sign
    return forms.reshape(4, 4, 9)


_FORMS: Final = _forms()


def _matrices(quaternions: FloatArray) -> FloatArray:
    """(n, 3, 3) of unit quaternions (x, y, z, w)."""
    products = quaternions[:, :, None] * quaternions[:, None, :]
    return np.asarray(products.reshape(-1, 16) @ _FORMS.reshape(16, 9)).reshape(-1, 3, 3)


def _to_quaternions(units: FloatArray, length: FloatArray, by_matrix: FloatArray) -> FloatArray:
    """(n, 4) derivative by the components of each quaternion, `length` (n, 1) times its unit, from that by the matrix
    (n, 9)."""
    forms = (by_matrix @ _FORMS.reshape(16, 9).T).reshape(-1, 4, 4)
    raw = 2.0 * (forms @ units[:, :, None])[:, :, 0]
    return np.asarray((raw - units * (raw * units).sum(axis=1, keepdims=True)) / length)


def squared_distances(positions: FloatArray) -> FloatArray:
    """(n, n) squared distances."""
    norms = (positions**2).sum(axis=1)
    return np.asarray(norms[:, None] + norms - 2.0 * positions @ positions.T)
