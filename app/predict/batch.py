"""The files of one visitor and what became of them, over the reruns of the page.

A thread judges a file while a rerun waits for it a fraction of a second; then the page is drawn and the next rerun is
asked for. So the progress bar moves, and Stop is heard within a second however long a file takes.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from core.workflows.predict import predict_guarded
from core.workflows.prediction import Prediction

SLICE_SECONDS = 0.4
"""How long one rerun waits for files: short enough for a Stop that is felt, long enough to keep redrawing cheap."""

JUDGES = ThreadPoolExecutor(os.cpu_count(), "judge")
"""Threads that judge the files of all visitors."""

KEPT = 200
"""Predictions that the server holds for whoever loads the page again, about a hundred kilobytes each."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the chemist chose where a file offers several; None leaves it to Kramers."""

    block: str | None = None
    component: int | None = None
    site: int | None = None
    charge: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file: a key that never changes, its (hostile) name, and a way to its bytes."""

    key: str
    name: str
    read: Callable[[], bytes]


Asked = tuple[str, str, Choice]
"""Key and name of a file, and what was chosen for it: what a prediction depends on."""


class Shelf:
    """Predictions of all visitors, those that were not asked for longest put away first. Whose they are is told by
    their keys, which nobody guesses."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Asked, Prediction] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: Asked) -> Prediction | None:
        """What was put there, as long as there was room."""
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def put(self, asked: Asked, found: Prediction) -> None:
        """Hold a prediction."""
        with self._lock:
            self._kept[asked] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _unheard(_key: str, _choice: Choice) -> None:
    """Nobody wants to know what is chosen."""


@dataclass(slots=True)
class Batch:
    """Choices and results of one session; only files that are still on the page are kept.

    Attributes:
        shelf: where results outlive the session.
        work: the file that is being judged, and the prediction to come; it goes to the shelf even when nobody waits.
        told: hears of each choice.
    """

    stopped: bool = False
    choices: dict[str, Choice] = field(default_factory=dict)
    results: dict[Asked, Prediction] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    work: tuple[Asked, Future[Prediction]] | None = None
    told: Callable[[str, Choice], None] = _unheard

    def choice(self, key: str) -> Choice:
        """What was chosen for a file."""
        return self.choices.get(key, Choice())

    def choose(self, key: str, **chosen: Any) -> None:
        """Change a choice; what depends on it (block → component → site) falls back to Kramers' own."""
        below = {"block": {"component": None, "site": None}, "component": {"site": None}, "site": {}, "charge": {}}
        reset: dict[str, Any] = below[next(iter(chosen))]
        self.choices[key] = replace(self.choice(key), **reset, **chosen)
        self.told(key, self.choices[key])

    def result(self, source: Source) -> Prediction | None:
        """The prediction for a file as chosen, None while it is pending."""
        asked = self._asked(source)
        if asked not in self.results and (held := self.shelf.get(asked)) is not None:
            self.results[asked] = held
        return self.results.get(asked)

    def _asked(self, source: Source) -> Asked:
        return source.key, source.name, self.choice(source.key)

    def keep(self, sources: Sequence[Source]) -> None:
        """Forget files that were taken off the page, and with them the memory they hold."""
        keys = {source.key for source in sources}
        self.results = {key: value for key, value in self.results.items() if key[0] in keys}
        self.choices = {key: value for key, value in self.choices.items() if key in keys}

    def pending(self, sources: Sequence[Source]) -> list[Source]:
        """Files without a result yet."""
        return [source for source in sources if self.result(source) is None]

    def advance(self, sources: Sequence[Source], seconds: float = SLICE_SECONDS) -> None:
        """Wait so long for pending files, one after the other; not at all while stopped."""
        end = time.monotonic() + seconds
        while not self.stopped and (pending := self.pending(sources)):
            asked = self._asked(pending[0])
            if self.work is None or self.work[0] != asked:  # read here: a thread knows nothing of the session
                self.work = asked, JUDGES.submit(_judge, pending[0].read(), asked, self.shelf)
            try:
                self.results[asked] = self.work[1].result(timeout=max(0.0, end - time.monotonic()))
            except TimeoutError:
                return

    def stop(self) -> None:
        """Judge no further files."""
        self.stopped = True

    def resume(self) -> None:
        """Go on with the pending files."""
        self.stopped = False


def _judge(data: bytes, asked: Asked, shelf: Shelf) -> Prediction:
    _, name, choice = asked
    found = predict_guarded(
        data,
        name,
        block=choice.block,
        component=choice.component,
        site=choice.site,
        charge=choice.charge,
    )
    shelf.put(asked, found)
    return found
