"""Angles that a build restrains, because GFN2 misses what crystals show.

============  =================================================================  ====================================
Restraint     Energy of an angle θ                                               Where
============  =================================================================  ====================================
straightness  k (1 + cos θ), ½ k (π − θ)² for small bends, smooth at θ = π       L–M–L′, M–O–X of some anions
openness      ½ K ((cos θ − cos θ₀) / sin θ₀)² below θ₀, nothing above           M–O–X of other terminal oxygens,
                                                                                 M–N–X of nitrogens in rings and C=N
flatness      ½ K (|cos θ| − cos φ₀)² / sin² φ₀ below φ₀ or above 180° − φ₀,     L–M–D of the equatorial donors D
              nothing between
============  =================================================================  ====================================

Openness and flatness are walls: what lies within them does not feel them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.arrays import FloatArray

STIFFNESS: Final = 0.05
"""k [E_h rad⁻²], ours: Dy–O–C of tert-butoxide settles at 174–178° with 0.05, near 157° with 0.02, at 124° without."""

WALL: Final = 0.2
"""K [E_h rad⁻²], ours: Dy–O–C of acetate, which falls to 94° without, settles at 124°."""

TERMINAL: Final = 130.0
UPRIGHT: Final = 110.0
"""θ₀ of an oxygen with one neighbour and of a nitrogen with two [°]. Of the terminal κ¹ oxygens in 800 lanthanide
complexes (those of benchmarks.validation.environments) three quarters of the carboxylates, amides, phosphine oxides,
sulfoxides, carbonyls and N-oxides stand at more than 141°; of 106 pyridine-like nitrogens 98 % have no M–N–X below
111°."""

STEEPEST: Final = 80.0
"""φ₀ [°]: equatorial donors within 10° of the plane, ours. Beyond, the shape runs to the capped trigonal prism."""

Angle = tuple[int, int, int]
"""Atoms (end, vertex, end)."""

_OfCosine = Callable[[float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Restraints:
    """All that is restrained in one complex.

    Attributes:
        straight: angles held at 180°.
        opened: angles kept above `TERMINAL`.
        upright: angles kept above `UPRIGHT`.
        flat: angles kept between `STEEPEST` and 180° less that.
    """

    straight: tuple[Angle, ...] = ()
    opened: tuple[Angle, ...] = ()
    upright: tuple[Angle, ...] = ()
    flat: tuple[Angle, ...] = ()

    def energy_and_gradient(self, positions: FloatArray) -> tuple[float, FloatArray]:
        """Energy [E_h] and its gradient (n, 3) [E_h Å⁻¹] at positions (n, 3) [Å]."""
        terms = (
            straightness(positions, self.straight),
            openness(positions, self.opened, TERMINAL),
            openness(positions, self.upright, UPRIGHT),
            flatness(positions, self.flat),
        )
        return sum(energy for energy, _ in terms), np.sum([gradient for _, gradient in terms], axis=0)


def straightness(positions: FloatArray, angles: Sequence[Angle]) -> tuple[float, FloatArray]:
    """Energy [E_h] of holding angles at 180° and its gradient (n, 3) [E_h Å⁻¹], at positions (n, 3) [Å]."""
    return _summed(positions, angles, lambda cosine: (STIFFNESS * (1.0 + cosine), STIFFNESS))


def openness(positions: FloatArray, angles: Sequence[Angle], least: float) -> tuple[float, FloatArray]:
    """Energy [E_h] of keeping angles from closing below `least` [°] and its gradient (n, 3) [E_h Å⁻¹]."""
    return _summed(positions, angles, lambda cosine: _wall(cosine, least))


def flatness(positions: FloatArray, angles: Sequence[Angle]) -> tuple[float, FloatArray]:
    """Energy [E_h] of keeping angles near 90° and its gradient (n, 3) [E_h Å⁻¹]."""
    return _summed(positions, angles, _wall_to_both_sides)


def _wall(cosine: float, least: float) -> tuple[float, float]:
    """Energy of an angle that should be no less than `least` [°], and its slope with the cosine."""
    sine = math.sin(math.radians(least))
    past = max(0.0, (cosine - math.cos(math.radians(least))) / sine)
    return 0.5 * WALL * past**2, WALL * past / sine


def _wall_to_both_sides(cosine: float) -> tuple[float, float]:
    energy, slope = _wall(abs(cosine), STEEPEST)
    return energy, math.copysign(slope, cosine)


def _summed(positions: FloatArray, angles: Sequence[Angle], of_cosine: _OfCosine) -> tuple[float, FloatArray]:
    energy, gradient = 0.0, np.zeros_like(positions)
    for first, vertex, second in angles:
        a, b = positions[first] - positions[vertex], positions[second] - positions[vertex]
        length_a, length_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
        cosine = float(a @ b) / (length_a * length_b)
        value, slope = of_cosine(cosine)
        pull_a = slope * (b / length_b - cosine * a / length_a) / length_a
        pull_b = slope * (a / length_a - cosine * b / length_b) / length_b
        energy += value
        gradient[first] += pull_a
        gradient[second] += pull_b
        gradient[vertex] -= pull_a + pull_b
    return energy, gradient
