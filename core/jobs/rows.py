"""Rows of the ledger and the records that they stand for."""

from __future__ import annotations

import json
import sqlite3

from core.jobs.model import Job, Limits, State


def job_of(row: sqlite3.Row, place: int | None = None) -> Job:
    """The record behind a row; `place` is that in the queue."""
    direct = (
        "id", "kind", "attempt", "priority", "title", "created", "started", "ended", "stage", "fraction", "detail",
        "energy_change", "reason", "memory_mb",
    )  # fmt: skip
    return Job(
        **{name: row[name] for name in direct},
        state=State(row["state"]),
        place=place,
        cancelling=bool(row["cancelling"]) and row["state"] == State.RUNNING,
        limits=Limits(**json.loads(row["limits"])),
        question=json.loads(row["question"]),
        meta=json.loads(row["meta"]),
    )


def note(sql: sqlite3.Connection, name: str, now: float, attempt: int, before: str, after: str, why: str) -> None:
    """A line of history, in the transaction that makes the change."""
    sql.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)", (name, now, attempt, before, after, why[:500]))


def queue_anew(sql: sqlite3.Connection, name: str, limits: str) -> None:
    """The attempt goes on counting: a process of an old attempt that still lives somewhere stays fenced off."""
    sql.execute("DELETE FROM results WHERE job = ?", (name,))
    sql.execute(
        "UPDATE jobs SET state = 'queued', cancelling = 0, faults = 0, interruptions = 0, limits = ?, started = NULL,"
        " ended = NULL, stage = '', fraction = 0, detail = '', energy_change = NULL, reason = '' WHERE id = ?",
        (limits, name),
    )
