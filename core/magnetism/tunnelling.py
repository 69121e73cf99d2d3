"""Tunnelling criterion: whether the magnetisation of a single-ion magnet passes through an excited Kramers doublet.

With g₁ ≤ g₂ ≤ g₃ of the doublet and θ₃ [°] between its g₃ axis and that of the ground doublet, the magnetisation is
taken to tunnel where ::

    g_T θ₃ ≥ 20°,     g_T = (g₁ + g₂ + g₃ sin θ₃) / 3

N. F. Chilton, Chem. Soc. Rev. 2025, 54, 11468, doi:10.1039/d5cs00493d, Supporting Information, Table S2; read not there
but in the transcription of github.com/jqChen1566/fblockkit (Apache-2.0), whose values come out here. Empirical: in 19
mononuclear Dy(III) magnets a doublet that certainly leads on upwards has 15.3° at most, and one through which they
relax 30.2° at least, but for [Dy(Cp^ttt)₂]⁺, which relaxes through one of 2.5°. Other ions were not looked at.

For the ground doublet θ₃ = 0 by definition, hence g_T θ₃ = 0 whatever its g: whether *it* tunnels the criterion cannot
tell, and the table lists excited doublets of good magnets alone. That question needs another rule (`core.qc.kramers`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

THRESHOLD: Final = 20.0
"""g_T θ₃ from which on a doublet lets the magnetisation through [°]."""

ACROSS: Final = 90.0
"""θ₃ of a doublet without a main axis of its own [°], our choice: any direction of its easy plane may be called that of
g₃, and one of them always lies across the ground doublet's axis."""


def transverse_g(g: Sequence[float], angle: float) -> float:
    """g_T.

    Args:
        g: g₁ ≤ g₂ ≤ g₃.
        angle: θ₃ [°].
    """
    return (g[0] + g[1] + g[2] * math.sin(math.radians(angle))) / 3


def tunnelling_criteria(
    tensors: Sequence[Sequence[float] | None], angles: Sequence[float | None]
) -> tuple[float | None, ...]:
    """g_T θ₃ of each doublet [°], 0 for the ground doublet; None for those degenerate with another, which have no g,
    and for all where the ground doublet has no main axis to measure from.

    Args:
        tensors: g₁ ≤ g₂ ≤ g₃ by doublet, ground doublet first.
        angles: θ₃ [°] by doublet; None without a main axis.
    """
    if not angles or angles[0] is None:
        return (None,) * len(tensors)
    across = [ACROSS if angle is None else angle for angle in angles]
    return tuple(
        None if g is None else transverse_g(g, angle) * angle for g, angle in zip(tensors, across, strict=True)
    )


def first_tunnelling(criteria: Sequence[float | None]) -> int | None:
    """Number, from 0, of the first doublet that reaches `THRESHOLD`; None where none does, or where one below it
    has no criterion, so that nobody can tell."""
    for number, criterion in enumerate(criteria):
        if criterion is None:
            return None
        if criterion >= THRESHOLD:
            return number
    return None
