"""Atoms coloured by what they do to the voxel network's gap."""

from __future__ import annotations

from typing import Final

import numpy as np

from core.workflows.explanation import influence
from core.workflows.prediction import Prediction

STRONG: Final = 0.1
WEAK: Final = 0.02
"""Change of log₁₀ of the gap from which on an atom counts as strong (26 %) or weak (5 %)."""

COLOURS: Final = {
    "raises the gap": "#2166ac",
    "raises it a little": "#92c5de",
    "lowers it a little": "#f4a582",
    "lowers the gap": "#b2182b",
}
"""From a diverging scheme that colour-blind eyes can read (ColorBrewer, RdBu)."""


def influence_tints(prediction: Prediction) -> dict[str, tuple[int, ...]]:
    """Atoms by colour; those without influence keep the colour of their element."""
    change = influence(prediction)
    if change is None:
        return {}
    weak = (np.abs(change) >= WEAK) & (np.abs(change) < STRONG)
    rows = (change >= STRONG, weak & (change > 0), weak & (change < 0), change <= -STRONG)
    return {colour: tuple(np.flatnonzero(row).tolist()) for colour, row in zip(COLOURS.values(), rows, strict=True)}
