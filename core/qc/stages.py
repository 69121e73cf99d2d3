"""The stages of a run, and which share of its time each takes, so that the fraction that is done goes with the clock.

Shares are fitted by eye to 8 runs of 113 to 779 functions (benchmarks/results/qc_vs_openmolcas.json, big_crystal.json),
in units of the integrals: orbitals grow by one power of the basis more than they, the guess by less, and what the
spin-orbit interaction takes does not depend on the basis.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from core.progress import Progress, Stopped

INTEGRALS: Final = "integrals"
GUESS: Final = "guess"
ORBITALS: Final = "orbitals"
SPIN_ORBIT: Final = "spin-orbit interaction"
PROPERTIES: Final = "properties"

PAUSE_S: Final = 1.0
"""Between two words about one stage [s]."""

_ALIKE: Final = 275.0
"""Functions with which orbitals take as long as integrals."""

_USUAL_STEPS: Final = 16
"""Steps of the orbitals; 14 to 17 in the pilot's runs."""


def spans(functions: int) -> Mapping[str, tuple[float, float]]:
    """Begin and end of each stage as fractions of the whole run.

    Args:
        functions: contracted basis functions.
    """
    orbitals = functions / _ALIKE
    parts = {
        INTEGRALS: 1.0,
        GUESS: 0.12 + 0.03 * orbitals,
        ORBITALS: orbitals,
        SPIN_ORBIT: 0.15 * 186.0 / functions,
        PROPERTIES: 0.01,
    }
    whole, done, found = sum(parts.values()), 0.0, {}
    for name, part in parts.items():
        found[name] = (done / whole, (done + part) / whole)
        done += part
    return found


def of_steps(steps: int) -> float:
    """The fraction of the orbitals that is done after so many steps; never all of it."""
    return steps / max(_USUAL_STEPS, steps + 1)


class Clock:
    """Times the stages, reports them, and ends the run when asked to."""

    def __init__(
        self, progress: Progress, cancelled: Callable[[], bool], shares: Mapping[str, tuple[float, float]]
    ) -> None:
        self._progress, self._cancelled, self._shares = progress, cancelled, shares
        self._doing, self._span, self._said = "", (0.0, 0.0), 0.0
        self.timings: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._doing, self._span = name, self._shares[name]
        self._say(self._span[0])
        begun = time.perf_counter()
        yield
        self.timings[name] = time.perf_counter() - begun

    def step(self, number: int) -> None:
        """A step of the orbitals has ended, and the next begins."""
        begin, end = self._shares[ORBITALS]
        here, then = (begin + (end - begin) * of_steps(steps) for steps in (number, number + 1))
        self._doing, self._span = f"{ORBITALS}, step {number}", (here, then)
        self._say(here)

    def within(self, done: float) -> None:
        """So much of the stage or step at hand is done: told now and then, for it is asked thousands of times."""
        self._heed()
        if time.monotonic() - self._said >= PAUSE_S:
            begin, end = self._span
            self._say(begin + (end - begin) * done)

    def _say(self, fraction: float) -> None:
        self._heed()
        self._said = time.monotonic()
        self._progress(self._doing, fraction)

    def _heed(self) -> None:
        if self._cancelled():
            raise Stopped("stopped before the result was ready.")
