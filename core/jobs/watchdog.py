"""Memory and time of local runs. A cluster's scheduler does this by itself."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from core.jobs.model import Limits
from core.jobs.processes import age, resident_mb, session

_ALL_S: Final = 1.0
"""Between two looks at all processes of a session, which cost some milliseconds; the first one is asked every time."""


@dataclass(frozen=True, slots=True)
class Use:
    """Resident memory [MB], and what limit was passed (a sentence, or empty)."""

    memory_mb: float
    over: str


@dataclass(slots=True)
class Watchdog:
    """Resident memory is what counts: what a program reserves and never writes costs nobody anything."""

    _others: dict[int, tuple[float, float]] = field(default_factory=dict)

    def look(self, leader: int, limits: Limits) -> Use:
        """The run that `leader` leads."""
        memory, seconds = resident_mb(leader) + self._of_others(leader), age(leader) or 0.0
        if memory > limits.memory_mb:
            needed = (
                f"it needed more memory than the {limits.memory_mb} MB it was given ({memory:.0f} MB when stopped)."
            )
            return Use(memory, f"{needed} Give it more, or take a smaller preset.")
        if seconds > limits.wall_s:
            return Use(memory, f"it took longer than the {span(limits.wall_s)} it was given; tried again, it goes on.")
        return Use(memory, "")

    def _of_others(self, leader: int) -> float:
        """Memory of what the leader has started, looked at now and then."""
        now = time.monotonic()
        asked, known = self._others.get(leader, (float("-inf"), 0.0))
        if now - asked < _ALL_S:
            return known
        self._others = {pid: seen for pid, seen in self._others.items() if now - seen[0] < 60}
        total = sum(resident_mb(pid) for pid in session(leader) if pid != leader)
        self._others[leader] = now, total
        return total


def span(seconds: float) -> str:
    """A length of time for people."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
