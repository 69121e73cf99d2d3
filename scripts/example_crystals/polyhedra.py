"""Directions of the donors: ideal polyhedra, and Kepert's repulsion model where chelates rule them out."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from core.arrays import FloatArray

_REPULSION_POWER = 6  # Kepert's usual choice, Inorganic Stereochemistry, Springer 1982, chapter 2


def pentagonal_bipyramid() -> FloatArray:
    """(7, 3) unit vectors: two axial (±z), then five equatorial."""
    angle = 2.0 * np.pi * np.arange(5) / 5.0
    ring = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(5)])
    return np.vstack([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], ring])


def square_antiprism(polar_angle: float = 57.2) -> FloatArray:
    """(8, 3) unit vectors: upper square, then the lower one turned by 45°.

    Args:
        polar_angle: angle between the fourfold axis and a vertex [°]. 57.2° is about what hard spheres give;
            54.74° would make the faces as tall as those of a cube.
    """
    polar = np.radians(polar_angle)
    azimuth = np.radians([0, 90, 180, 270, 45, 135, 225, 315])
    height = np.repeat([np.cos(polar), -np.cos(polar)], 4)
    return np.column_stack([np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), height])


def ring(n: int, radius: float, height: float, turn: float = 0.0) -> FloatArray:
    """(n, 3) regular polygon about z [Å], its first vertex at the azimuth `turn` [°]."""
    angle = np.radians(turn) + 2.0 * np.pi * np.arange(n) / n
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(n, height)])


def kepert(bites: list[tuple[int, int, float]], count: int, seed: int) -> FloatArray:
    """(count, 3) unit vectors that repel as d⁻⁶ while chelating pairs keep their bite angle.

    Source: D. L. Kepert, Inorganic Stereochemistry, Springer 1982. The best of four starts from `seed`.

    Args:
        bites: pairs of donors and the angle between them at the metal [°].
        count: number of donors.
        seed: of the random starts.
    """
    generator = np.random.default_rng(seed)
    runs = [minimize(_repulsion, generator.normal(size=3 * count), args=(bites,), tol=1e-10) for _ in range(4)]
    best = min(runs, key=lambda run: round(float(run.fun), 6))
    # Rounded, because a minimum is flat and its last digits are noise.
    return _unit(np.round(_oriented(_unit(best.x)), 2).ravel())


def _oriented(vectors: FloatArray) -> FloatArray:
    """Turned so that the first vector is z and the second lies in the xz plane."""
    z = vectors[0]
    x = vectors[1] - (vectors[1] @ z) * z
    x = x / np.linalg.norm(x)
    return vectors @ np.column_stack([x, np.cross(z, x), z])


def _unit(flat: FloatArray) -> FloatArray:
    vectors = flat.reshape(-1, 3)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _repulsion(flat: FloatArray, bites: list[tuple[int, int, float]]) -> float:
    vectors = _unit(flat)
    cosine = vectors @ vectors.T
    upper = np.triu_indices(len(vectors), 1)
    inverse = (2.0 - 2.0 * cosine) + np.eye(len(vectors))
    for i, j, _ in bites:
        inverse[i, j] = inverse[j, i] = np.inf
    energy = float(np.sum(inverse[upper] ** (-_REPULSION_POWER / 2)))
    return energy + sum(1e3 * (cosine[i, j] - np.cos(np.radians(angle))) ** 2 for i, j, angle in bites)
