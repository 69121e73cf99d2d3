"""How far measured points lie from computed ones, and the factor that brings them nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray
from core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Agreement:
    """Measured against computed.

    Attributes:
        residual: R = Σ(measured − computed)² / Σ measured², after scaling.
        rms: root of the mean square deviation, in the unit of the points, after scaling.
        scale: what the measured points were multiplied with; 1 where scaling was not chosen.
        points: how many were compared.
    """

    residual: float
    rms: float
    scale: float
    points: int


def agreement(measured: FloatArray, computed: FloatArray, *, scaled: bool = False) -> Agreement:
    """The fit error, over points where both are known.

    Args:
        measured, computed: (m,) at the same places.
        scaled: multiply the measured points with the factor Σ m c / Σ m² that brings them nearest. It makes up for a
            wrong mass or a wrong solvent content, and hides a wrong moment: say it where it is used.

    Raises:
        DomainError: nothing to compare.
    """
    known = np.isfinite(measured) & np.isfinite(computed)
    ours, theirs = computed[known], measured[known]
    square = float((theirs**2).sum())
    if not len(theirs) or square == 0:
        raise DomainError("no measured point lies where something was computed.")
    scale = float((theirs * ours).sum()) / square if scaled else 1.0
    off = scale * theirs - ours
    return Agreement(
        float((off**2).sum() / (scale**2 * square)), float(np.sqrt((off**2).mean())), scale, int(known.sum())
    )
