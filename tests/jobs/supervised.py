"""A supervisor in the test's own process, with one slot on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.jobs.configuration import Configuration
from core.jobs.model import Job, JobSpec, Limits
from core.jobs.store import Store
from core.jobs.supervisor import Supervisor


def probe(name: str, limits: Limits | None = None, **question: Any) -> JobSpec:
    return JobSpec("probe", {"name": name, **question}, name, limits or Limits())


def supervisor(store: Store, runs: Path | None = None, **more: Any) -> Supervisor:
    slots = more.pop("slots", 1)
    configuration = Configuration(runs or store.path / "runs", slots=slots, threads=slots, memory_mb=100_000)
    return Supervisor(store, configuration, **more)


def until(true: Callable[[], bool], supervising: Supervisor | None = None, most: float = 120.0) -> None:
    """Rounds, or only waiting, until it is so."""
    end = time.monotonic() + most
    while not true():
        assert time.monotonic() < end, "this took too long"
        if supervising is not None:
            supervising.round()
        time.sleep(0.01)


def ended(store: Store, job: Job, supervising: Supervisor) -> Job:
    """Supervise until the job has ended, and all that it has started too."""
    until(lambda: store.job(job.id).state.final, supervising)
    until(lambda: not supervising.round(), None)
    return store.job(job.id)
