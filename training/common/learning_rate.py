"""The learning rate over a training: up in a line, down as a cosine (I. Loshchilov, F. Hutter, ICLR 2017,
arXiv:1608.03983, one cycle)."""

from __future__ import annotations

import math
from typing import Final

BEGIN: Final = 0.05
"""Share of the highest rate with which a training begins."""


def schedule(progress: float, warm_up: float, least: float) -> float:
    """Learning rate as a share of the highest.

    Args:
        progress: share of the training that is done.
        warm_up: share in which the rate rises.
        least: share of the highest rate that is left at the end.
    """
    if progress < warm_up:
        return BEGIN + (1.0 - BEGIN) * progress / warm_up
    fallen = min(1.0, (progress - warm_up) / (1 - warm_up))
    return least + (1.0 - least) * 0.5 * (1 + math.cos(math.pi * fallen))
