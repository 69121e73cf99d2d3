"""Many jobs as one: what was asked for together under a name, and what is cancelled at once.

A job may belong to several batches, since the same ligand asked twice is one job. Whoever cancels one of them cancels
the job; the count says how many others wanted, and asking again queues them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.jobs.model import State


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as the ledger has it at one moment.

    Attributes:
        name: as it was given (hostile text).
        created: when it was first asked for [s since 1970].
        counts: its jobs in each state.
    """

    name: str
    created: float
    counts: Mapping[State, int]

    @property
    def jobs(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """How many have ended, with a result or without."""
        return sum(number for state, number in self.counts.items() if state.final)

    def to_dict(self) -> dict[str, Any]:
        """In JSON types."""
        numbers = {state.value: number for state, number in self.counts.items()}
        return {"name": self.name, "created": self.created, "jobs": self.jobs, "counts": numbers}


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What a cancellation did.

    Attributes:
        never_started: jobs that waited.
        stopping: jobs that run, which the supervisor ends.
        shared: of both, jobs that belong to more than one batch.
    """

    never_started: int
    stopping: int
    shared: int

    @property
    def sentence(self) -> str:
        """How many, for people."""
        words = f"{number_of_jobs(self.never_started)} cancelled before starting"
        words += f", {self.stopping:,} that ran are being stopped" if self.stopping else ""
        if self.shared:
            words += f"; {self.shared:,} of them belonged to other batches too, and are queued when asked for again"
        return f"{words}."


def number_of_jobs(number: int) -> str:
    """For people."""
    return f"{number:,} job{'' if number == 1 else 's'}"


def cancel(sql: sqlite3.Connection, where: str, values: Sequence[Any], now: float) -> Cancelled:
    """Cancel what a condition means, within a transaction; what has ended stays as it is.

    Args:
        sql: connection with an open transaction.
        where, values: condition on table ``jobs``, as of `core.jobs.selection`.
        now: the time [s since 1970].
    """
    sql.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (number INTEGER PRIMARY KEY)")
    sql.execute("DELETE FROM chosen")
    sql.execute(f"INSERT INTO chosen SELECT number FROM jobs WHERE state IN ('queued', 'running') AND {where}", values)
    shared = sql.execute(
        "SELECT count(*) FROM (SELECT 1 FROM members JOIN chosen ON number = job GROUP BY job HAVING count(*) > 1)"
    ).fetchone()[0]
    of_them = "number IN (SELECT number FROM chosen)"
    sql.execute(
        "INSERT INTO history SELECT id, ?, attempt, state, 'cancelled', 'cancelled' FROM jobs"
        f" WHERE state = 'queued' AND {of_them}",
        (now,),
    )
    waited = sql.execute(
        "UPDATE jobs SET state = 'cancelled', reason = 'cancelled before it started', ended = ?"
        f" WHERE state = 'queued' AND {of_them}",
        (now,),
    ).rowcount
    running = sql.execute(f"UPDATE jobs SET cancelling = 1 WHERE state = 'running' AND {of_them}").rowcount
    return Cancelled(waited, running, int(shared))


def sentence(counts: Mapping[State, int]) -> str:
    """``87 queued, 1 running, 12 done``; empty where there are none."""
    return ", ".join(f"{number:,} {state.value}" for state, number in counts.items() if number)
