"""Complexes are built in threads beside the pages, so that no page waits for another and Stop is heard.

A thread knows nothing of Streamlit; it writes its stage into its `Job`, which the page looks at again and again. What
was built once is kept for all visitors.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from core.progress import Progress
from core.workflows.build import Built, ComplexRequest, NotBuilt
from core.workflows.prediction import Status

Builder = Callable[[ComplexRequest, Progress, Callable[[], bool]], Built | NotBuilt]

KEPT = 64
"""Complexes that are kept, a few hundred kilobytes each."""


@dataclass(slots=True, eq=False)
class Job:
    """One building, watched by a page.

    Attributes:
        recipe: what is built.
        stage: what is going on.
        fraction: how far it is, 0 to 1.
        outcome: what became of it; None until then.
    """

    recipe: ComplexRequest
    stage: str = "waiting for a free processor core"
    fraction: float = 0.0
    outcome: Built | NotBuilt | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def stopped(self) -> bool:
        """Whether the visitor has stopped it; its thread ends soon after."""
        return self._stop.is_set()

    @property
    def running(self) -> bool:
        """Whether a page should look again."""
        return self.outcome is None and not self.stopped

    def stop(self) -> None:
        """End it; what is already built stays."""
        if self.outcome is None:
            self._stop.set()

    def report(self, stage: str, fraction: float) -> None:
        """What the builder tells between two steps."""
        self.stage, self.fraction = stage, fraction


class Workshop:
    """Builds for all visitors, a few at a time.

    Args:
        builder: `core.workflows.build.build_guarded`, or what stands for it in a test.
        places: how many are built at once; the processor cores by default.
    """

    def __init__(self, builder: Builder, places: int | None = None) -> None:
        self._builder = builder
        self._places = threading.Semaphore(places or os.cpu_count() or 1)
        self._kept: OrderedDict[ComplexRequest, Built | NotBuilt] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, recipe: ComplexRequest) -> Job:
        """A job for a recipe: finished at once if it was built before."""
        with self._lock:
            known = self._kept.get(recipe)
        job = Job(recipe, outcome=known)
        if known is None:
            threading.Thread(target=self._work, args=(job,), daemon=True).start()
        return job

    def _work(self, job: Job) -> None:
        with self._places:
            outcome = self._builder(job.recipe, job.report, lambda: job.stopped)
        if job.stopped:
            return
        if outcome.status is not Status.ERROR:
            self._keep(job.recipe, outcome)
        job.outcome = outcome

    def _keep(self, recipe: ComplexRequest, outcome: Built | NotBuilt) -> None:
        with self._lock:
            self._kept[recipe] = outcome
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
