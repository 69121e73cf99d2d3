"""How long work tells how far it is, and how it ends when it is asked to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TextIO

from core.errors import KramersError

Progress = Callable[[str, float], None]
"""Told a stage, in words, and the fraction that is done, 0 to 1."""

Told = Callable[[float], None]
"""Told the fraction of one piece of work that is done, 0 to 1; what it raises ends the work."""


def unheard(fraction: float) -> None:
    """Nobody listens."""


def share(told: Told, begin: float, end: float) -> Told:
    """For a part of the work: its own 0 to 1 are `begin` to `end` of the whole."""
    return lambda fraction: told(begin + (end - begin) * fraction)


class Stopped(KramersError):
    """The user stopped it before it was ready."""


SAY_S: Final = 10.0
"""Between two lines where nobody looks at a terminal [s]: nothing of what is quick, little of what is not."""


def now_and_then(out: TextIO, pause: float = SAY_S) -> Progress:
    """Progress by whole lines, `pause` seconds apart at least: for a log."""
    said = time.monotonic()

    def say(stage: str, fraction: float) -> None:
        nonlocal said
        if time.monotonic() - said >= pause:
            said = time.monotonic()
            out.write(f"{fraction:4.0%} {stage}\n")
            out.flush()

    return say
