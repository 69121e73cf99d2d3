"""Angles held near 180°: L–M–L of the axis, and M–O–X of donors that GFN2 bends and crystals do not.

E = k Σ (1 + cos θ), which is ½ k (π − θ)² for small bends and, unlike that, smooth at θ = π.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from core.chem.molecule import FloatArray

STIFFNESS: Final = 0.05
"""k [E_h rad⁻²], ours: Dy–O–C of tert-butoxide settles at 174–178° with 0.05, near 157° with 0.02, at 124° without."""


def straightness(positions: FloatArray, angles: Iterable[tuple[int, int, int]]) -> tuple[float, FloatArray]:
    """Energy [E_h] of the restraint and its gradient (n, 3) [E_h Å⁻¹].

    Args:
        positions: (n, 3) [Å].
        angles: (end, vertex, end) atom indices of each angle that is held.
    """
    energy, gradient = 0.0, np.zeros_like(positions)
    for first, vertex, second in angles:
        a, b = positions[first] - positions[vertex], positions[second] - positions[vertex]
        length_a, length_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
        cosine = float(a @ b) / (length_a * length_b)
        pull_a = STIFFNESS * (b / length_b - cosine * a / length_a) / length_a
        pull_b = STIFFNESS * (a / length_a - cosine * b / length_b) / length_b
        energy += STIFFNESS * (1.0 + cosine)
        gradient[first] += pull_a
        gradient[second] += pull_b
        gradient[vertex] -= pull_a + pull_b
    return energy, gradient
