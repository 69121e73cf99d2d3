"""The files of one visitor and what became of them, over the reruns of the page.

A rerun judges pending files for a fraction of a second, then the page is drawn and the next rerun is asked for. So the
progress bar moves and Stop is heard between two files, without a thread of our own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.smm.predictor import Prediction, predict_guarded

SLICE_SECONDS = 0.4
"""How long one rerun judges files: short enough for a Stop that is felt, long enough to keep redrawing cheap."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the chemist chose where a file offers several; None leaves it to Kramers."""

    block: str | None = None
    component: int | None = None
    site: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file: a key that never changes, its (hostile) name, and a way to its bytes."""

    key: str
    name: str
    read: Callable[[], bytes]


@dataclass(slots=True)
class Batch:
    """Choices and results of one session; only files that are still on the page are kept."""

    stopped: bool = False
    choices: dict[str, Choice] = field(default_factory=dict)
    results: dict[tuple[str, Choice], Prediction] = field(default_factory=dict)

    def choice(self, key: str) -> Choice:
        """What was chosen for a file."""
        return self.choices.get(key, Choice())

    def choose(self, key: str, **chosen: Any) -> None:
        """Change a choice; what depends on it (block → component → site) falls back to Kramers' own."""
        below = {"block": {"component": None, "site": None}, "component": {"site": None}, "site": {}}
        reset: dict[str, Any] = below[next(iter(chosen))]
        self.choices[key] = replace(self.choice(key), **reset, **chosen)

    def result(self, source: Source) -> Prediction | None:
        """The prediction for a file as chosen, None while it is pending."""
        return self.results.get((source.key, self.choice(source.key)))

    def keep(self, sources: Sequence[Source]) -> None:
        """Forget files that were taken off the page, and with them the memory they hold."""
        keys = {source.key for source in sources}
        self.results = {key: value for key, value in self.results.items() if key[0] in keys}
        self.choices = {key: value for key, value in self.choices.items() if key in keys}

    def pending(self, sources: Sequence[Source]) -> list[Source]:
        """Files without a result yet."""
        return [source for source in sources if self.result(source) is None]

    def advance(self, sources: Sequence[Source], seconds: float = SLICE_SECONDS) -> None:
        """Judge pending files, at least one, until the time is up; nothing while stopped."""
        end = time.monotonic() + seconds
        for source in [] if self.stopped else self.pending(sources):
            choice = self.choice(source.key)
            self.results[source.key, choice] = predict_guarded(
                source.read(), source.name, block=choice.block, component=choice.component, site=choice.site
            )
            if time.monotonic() >= end:
                break

    def stop(self) -> None:
        """Judge no further files."""
        self.stopped = True

    def resume(self) -> None:
        """Go on with the pending files."""
        self.stopped = False
