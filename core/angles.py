"""Angles between vectors and between axes.

By the arctangent of cross and dot product: the arccosine of a cosine that rounding has pushed past 1 is no number, and
of one just below 1 it keeps half the digits (W. Kahan, "How Futile are Mindless Assessments of Roundoff in
Floating-Point Computation?", 2006, §12).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import FloatArray


def between(one: ArrayLike, other: ArrayLike) -> FloatArray:
    """Angle between two vectors [°], 0 … 180; 0 where one of them has no length.

    Args:
        one, other: (…, 3), of any lengths; they are broadcast against each other.

    Returns:
        (…,) angles, a scalar array for two vectors.
    """
    across, along = _parts(one, other)
    return np.asarray(np.degrees(np.arctan2(across, along)))


def between_axes(one: ArrayLike, other: ArrayLike) -> FloatArray:
    """Angle between two axes [°], 0 … 90: as `between`, but a vector and its opposite are one axis."""
    across, along = _parts(one, other)
    return np.asarray(np.degrees(np.arctan2(across, np.abs(along))))


def axes_apart(one: ArrayLike | None, other: ArrayLike | None) -> float | None:
    """Angle between two axes (3,) [°], 0 … 90; None where one of them is missing."""
    return None if one is None or other is None else float(between_axes(one, other))


def _parts(one: ArrayLike, other: ArrayLike) -> tuple[Any, Any]:
    """|a × b| and a · b."""
    a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    return np.linalg.norm(np.cross(a, b), axis=-1), (a * b).sum(axis=-1)
