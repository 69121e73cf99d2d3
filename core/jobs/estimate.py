"""When all will be done, by what the jobs of this ledger took so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.jobs.configuration import Configuration
from core.jobs.model import Filter, Job, Limits, State
from core.jobs.selection import condition
from core.jobs.store import Store

LAST: Final = 200
"""Finished jobs of one kind that are looked at: presets and ligands change, so old ones say little."""

TRUST: Final = 0.2
"""Share of a run by which the expected pace is trusted: when so much is done, what was seen counts as much as what was
expected. Without it the first seconds of a run, loading programs, would multiply its estimate."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Time until all have ended [s], and how many finished jobs say so."""

    seconds: float
    finished: int

    @property
    def words(self) -> str:
        """For people."""
        return f"about {length(self.seconds)}, from {self.finished} finished"


def estimate(store: Store, configuration: Configuration, wanted: Filter | None = None) -> Estimate | None:
    """How long until what a filter means has ended; None where nothing waits or runs, or nothing like it has finished.

    Jobs that begin before the last of them count too: they are waited for. A job that was refused or failed counts as
    one that finished, since of those that wait as many will be.
    """
    kinds = _to_do(store, wanted or Filter())
    if not kinds:
        return None
    total, finished = 0.0, 0
    for kind, waiting in kinds.items():
        mean, number = _past(store, kind)
        if not number:
            return None
        running, now = store.jobs(Filter(states=(State.RUNNING,), kinds=(kind,))), store.clock()
        total += waiting * mean + sum(whole_run(job, mean, now) - elapsed(job, now) for job in running)
        finished += number
    return Estimate(total / side_by_side(configuration, _limits(store)), finished)


def side_by_side(configuration: Configuration, limits: Limits) -> int:
    """How many jobs of such limits run at a time."""
    if configuration.backend != "local":
        return configuration.slots  # what the cluster grants is not known
    fits = min(configuration.threads // limits.threads, configuration.memory_mb // limits.memory_mb)
    return max(1, min(configuration.slots, fits))


def length(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3.4 h``, ``2.5 days``."""
    for most, unit, name in ((90.0, 1.0, "s"), (5400.0, 60.0, "min")):
        if seconds < most:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86_400:.1f} days"


def _to_do(store: Store, wanted: Filter) -> dict[str, int]:
    """Jobs of each kind that wait until the last of those meant has begun; a kind that only runs has none."""
    where, values = condition(wanted)
    active = f"SELECT number, state, kind FROM jobs WHERE state IN ('queued', 'running') AND {where}"
    meant = store.database.rows(active, values)
    queued = {row["number"] for row in meant if row["state"] == State.QUEUED}
    order = store.waiting() if queued else []
    last = max((place for place, number in enumerate(order, start=1) if number in queued), default=0)
    kinds = {row["kind"]: 0 for row in meant}
    if not last:
        return kinds
    first = "SELECT kind FROM jobs WHERE state = 'queued' ORDER BY priority DESC, number LIMIT ?"
    counted = store.database.rows(f"SELECT kind, count(*) FROM ({first}) GROUP BY kind", (last,))
    return kinds | {row[0]: int(row[1]) for row in counted}


def _past(store: Store, kind: str) -> tuple[float, int]:
    """Mean time of the last attempts that ended by themselves [s], and their number."""
    ended = "state IN ('done', 'failed', 'refused') AND started IS NOT NULL AND kind = ?"
    last = f"SELECT ended - started AS took FROM jobs WHERE {ended} ORDER BY ended DESC LIMIT {LAST}"
    mean, number = store.database.rows(f"SELECT avg(max(took, 0)), count(*) FROM ({last})", (kind,))[0]
    return float(mean or 0.0), int(number)


def elapsed(job: Job, now: float) -> float:
    """Since its attempt began [s]; 0 before that."""
    return 0.0 if job.started is None else max(0.0, (now if job.ended is None else job.ended) - job.started)


def whole_run(job: Job, expected: float, now: float) -> float:
    """How long a running job will have taken when it ends [s].

    What it has done so far, by its own word, should have taken that share of the time that was expected; what is left
    is taken to go at the pace of what is done, so a machine that is busy with other work shows in the estimate as soon
    as the first stages do. Nothing done yet says nothing.

    Args:
        job: with the fraction that it says is done.
        expected: of the whole run, before it began [s].
        now: seconds since 1970.
    """
    spent = elapsed(job, now)
    if not job.fraction or not expected:
        return max(expected, spent)
    pace = (spent / expected + TRUST) / (job.fraction + TRUST)
    return spent + (1.0 - job.fraction) * expected * pace


def _limits(store: Store) -> Limits:
    """Those of a job that waits or runs."""
    found = store.jobs(Filter(states=(State.QUEUED,), limit=1)) or store.jobs(Filter(states=(State.RUNNING,), limit=1))
    return found[0].limits if found else Limits()
