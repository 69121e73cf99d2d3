"""The ledger as the supervisor sees it: claim, note, close. One process does this, held to one by a file lock.

Every change of a running job names its attempt, and changes nothing unless the job still runs under that number: a
process that lost its claim can write what it likes in its folder, the ledger refuses it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from core import settings
from core.jobs.model import Job, Limits, State
from core.jobs.rows import job_of, note
from core.jobs.store import Store

_REASON_CHARACTERS: Final = 1000


class Blame(StrEnum):
    """Why an attempt ended without an answer, and so how often the job may begin again."""

    FAULT = "faults"
    """It died by itself: `settings.JOB_MOST_FAULTS` of these, and the job is poison."""

    INTERRUPTION = "interruptions"
    """It was killed from outside, or with its machine; many are borne, so that no loop goes on for ever."""

    NONE = ""
    """It never began."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that runs, as the ledger has it.

    Attributes:
        job: the record.
        handle: where it runs, in the backend's words; None between claim and start.
        folder: where the attempt writes.
    """

    job: Job
    handle: dict[str, Any] | None
    folder: Path

    @property
    def key(self) -> tuple[str, int]:
        """Name and attempt: the fence."""
        return self.job.id, self.job.attempt


@dataclass(frozen=True, slots=True)
class Room:
    """What is free for one more job: threads and memory [MB]; `alone` when nothing runs."""

    threads: int
    memory_mb: int
    alone: bool

    def takes(self, limits: Limits) -> bool:
        """A job too big for the machine still gets its turn, alone."""
        return self.alone or (limits.threads <= self.threads and limits.memory_mb <= self.memory_mb)


class Ledger:
    """The supervisor's side of a `Store`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.database = store.database

    def running(self) -> list[Claim]:
        """All that the ledger holds for running."""
        return [_claim(row) for row in self.database.rows("SELECT * FROM jobs WHERE state = 'running' ORDER BY number")]

    def claim(self, runs: Path, room: Room) -> Claim | None:
        """Take the first job of the queue, unless there is none or it does not fit; none overtakes it meanwhile."""
        if not self.database.rows("SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1"):
            return None  # the usual case needs no write lock
        with self.database.transaction() as sql:
            first = sql.execute(
                "SELECT * FROM jobs WHERE state = 'queued' ORDER BY priority DESC, number LIMIT 1"
            ).fetchone()
            if first is None or not room.takes(Limits(**json.loads(first["limits"]))):
                return None
            now, attempt = self.store.clock(), first["attempt"] + 1
            row = sql.execute(
                "UPDATE jobs SET state = 'running', attempt = ?, folder = ?, handle = NULL, cancelling = 0,"
                " started = ?, ended = NULL, reason = '', memory_mb = 0 WHERE id = ? AND state = 'queued' RETURNING *",
                (attempt, str(attempt_folder(runs, first["id"], attempt)), now, first["id"]),
            ).fetchone()
            note(sql, first["id"], now, attempt, State.QUEUED, State.RUNNING, "claimed")
        return _claim(row)

    def files(self, name: str) -> dict[str, bytes]:
        """What the run of a job shall find in its folder, by name."""
        rows = self.database.rows("SELECT name, body FROM files WHERE job = ?", (name,))
        return {str(row["name"]): zlib.decompress(row["body"]) for row in rows}

    def wait(self, why: str) -> None:
        """Note why nothing is started; the jobs that wait show it."""
        with self.database.transaction() as sql:
            sql.execute("UPDATE jobs SET reason = ?1 WHERE state = 'queued' AND reason <> ?1", (why,))

    def progress(self, changes: Mapping[tuple[str, int], Mapping[str, Any]]) -> None:
        """Note what runs say of themselves; columns of the ledger by attempt."""
        with self.database.transaction() as sql:
            for (name, attempt), columns in changes.items():
                text = ", ".join(f"{column} = ?" for column in columns)  # names of ours, never of a file
                query = f"UPDATE jobs SET {text} WHERE id = ? AND attempt = ? AND state = 'running'"
                sql.execute(query, (*columns.values(), name, attempt))

    def finish(
        self,
        key: tuple[str, int],
        state: State,
        reason: str,
        record: Mapping[str, Any] | None = None,
        memory_mb: float = 0.0,
    ) -> bool:
        """Close a job, once: False when this attempt has lost its claim, and then nothing has changed."""
        name, attempt = key
        with self.database.transaction() as sql:
            now = self.store.clock()
            closed = sql.execute(
                "UPDATE jobs SET state = ?1, reason = ?2, ended = ?3, cancelling = 0, memory_mb = max(memory_mb, ?4),"
                " fraction = iif(?1 = 'done', 1, fraction), stage = iif(?1 = 'done', '', stage)"
                " WHERE id = ?5 AND attempt = ?6 AND state = 'running'",
                (state, reason[:_REASON_CHARACTERS], now, memory_mb, name, attempt),
            )
            if closed.rowcount != 1:
                return False
            if record is not None:
                body = json.dumps(record, ensure_ascii=False)
                sql.execute("INSERT INTO results VALUES (?, ?, ?)", (name, attempt, body))
            note(sql, name, now, attempt, State.RUNNING, state, reason)
        return True

    def give_back(self, key: tuple[str, int], blame: Blame, why: str) -> State | None:
        """Queue a job again whose attempt ended without an answer, or close it when that happened too often.

        Returns:
            Its new state, None when this attempt has lost its claim.
        """
        name, attempt = key
        with self.database.transaction() as sql:
            row = sql.execute(
                "SELECT * FROM jobs WHERE id = ? AND attempt = ? AND state = 'running'", (name, attempt)
            ).fetchone()
            if row is None:
                return None
            counts = {kind: row[kind] + (kind == blame) for kind in (Blame.FAULT, Blame.INTERRUPTION)}
            state, reason = _verdict(row, counts, why)
            now = self.store.clock()
            sql.execute(
                "UPDATE jobs SET state = ?, reason = ?, faults = ?, interruptions = ?, cancelling = 0, ended = ?"
                " WHERE id = ?",
                (state, reason[:_REASON_CHARACTERS], *counts.values(), now if state.final else None, name),
            )
            note(sql, name, now, attempt, State.RUNNING, state, reason)
        return state


def _verdict(row: sqlite3.Row, counts: Mapping[Blame, int], why: str) -> tuple[State, str]:
    if row["cancelling"]:
        return State.CANCELLED, "cancelled"
    if counts[Blame.FAULT] >= settings.JOB_MOST_FAULTS:
        return State.FAILED, f"{counts[Blame.FAULT]} attempts died without an answer. The last: {why}"
    if counts[Blame.INTERRUPTION] >= settings.JOB_MOST_INTERRUPTIONS:
        return State.FAILED, f"{counts[Blame.INTERRUPTION]} attempts were killed from outside. The last: {why}"
    return State.QUEUED, why


def attempt_folder(runs: Path, name: str, attempt: int) -> Path:
    """Where one attempt writes."""
    return runs / name / f"a{attempt}"


def _claim(row: sqlite3.Row) -> Claim:
    handle = json.loads(row["handle"]) if row["handle"] else None
    return Claim(job_of(row), handle, Path(row["folder"]))
