"""The ledger as an asker sees it: ask, look, cancel, ask again. Any process may do so at any time.

What a running job does is written by the supervisor alone (`core.jobs.ledger`); an asker only leaves wishes.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from core.jobs.database import Database
from core.jobs.model import Change, Filter, Job, JobError, JobSpec, Limits, State, canonical

_TITLE_CHARACTERS: Final = 200

_LISTED: Final = """
SELECT jobs.*, place FROM jobs LEFT JOIN (
    SELECT number AS waiting, row_number() OVER (ORDER BY priority DESC, number) AS place
    FROM jobs WHERE state = 'queued'
) ON waiting = number
"""


def data_folder() -> Path:
    """Where everything that outlives a page lies: $KRAMERS_DATA, else $XDG_DATA_HOME/kramers, else
    ~/.local/share/kramers (https://specifications.freedesktop.org/basedir-spec)."""
    if given := os.environ.get("KRAMERS_DATA"):
        return Path(given).expanduser()
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "kramers"


def open_store() -> Store:
    """The ledger of this user.

    Raises:
        LedgerError: folder or file cannot be used.
    """
    return Store(data_folder())


class Store:
    """The ledger in a folder.

    Args:
        path: the data folder; the ledger is ``jobs.sqlite`` in it.
        clock: seconds since 1970; only for what people are shown.

    Raises:
        LedgerError: with every method; says what is wrong with disk, folder or file.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path.absolute()
        self.database = Database(self.path / "jobs.sqlite")
        self.clock = clock

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def submit(self, spec: JobSpec) -> Job:
        """Ask; the same question as before gives the job that has it, and its answer if there is one."""
        return self.submit_all([spec])[0]

    def submit_all(self, specs: Iterable[JobSpec]) -> list[Job]:
        """Ask many questions at once: all are in the ledger, or none."""
        asked = list(specs)
        with self.database.transaction() as sql:
            for spec in asked:
                self._submit(sql, spec)
        return [self.job(spec.id) for spec in asked]

    def _submit(self, sql: sqlite3.Connection, spec: JobSpec) -> None:
        """A new row, or a cancelled job queued anew: a cancellation is no answer, a failure is one."""
        now, texts = self.clock(), (canonical(spec.question), canonical(spec.meta), canonical(spec.limits.to_dict()))
        title = " ".join(spec.title.split())[:_TITLE_CHARACTERS]
        row = sql.execute("SELECT state, attempt FROM jobs WHERE id = ?", (spec.id,)).fetchone()
        if row is None:
            sql.execute(
                "INSERT INTO jobs (id, kind, question, meta, limits, title, state, priority, created)"
                " VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
                (spec.id, spec.kind, *texts, title, spec.priority, now),
            )
            note(sql, spec.id, now, 0, "", State.QUEUED, "asked")
        elif row["state"] == State.CANCELLED:
            _queue_anew(sql, spec.id, texts[2])
            note(sql, spec.id, now, row["attempt"], State.CANCELLED, State.QUEUED, "asked again")

    def jobs(self, wanted: Filter | None = None) -> list[Job]:
        """What the ledger holds, the newest first."""
        wanted = wanted or Filter()
        conditions, values = ["1"], []
        for column, among in (("state", wanted.states), ("kind", wanted.kinds)):
            if among:
                conditions.append(f"{column} IN ({', '.join('?' * len(among))})")
                values += list(among)
        if wanted.text:
            conditions.append("(instr(lower(title), ?) OR id LIKE ? || '%')")
            values += [wanted.text.lower(), _beginning(wanted.text)]
        query = f"{_LISTED} WHERE {' AND '.join(conditions)} ORDER BY number DESC LIMIT ?"
        return [job_of(row) for row in self.database.rows(query, (*values, wanted.limit))]

    def counts(self) -> dict[State, int]:
        """How many jobs stand where."""
        found = {row[0]: int(row[1]) for row in self.database.rows("SELECT state, count(*) FROM jobs GROUP BY state")}
        return {state: found.get(state, 0) for state in State}

    def job(self, name: str) -> Job:
        """One job, by its id or the beginning of it.

        Raises:
            JobError: none, or several.
        """
        exact = self.database.rows(f"{_LISTED} WHERE id = ?", (name,))
        rows = exact or self.database.rows(f"{_LISTED} WHERE id LIKE ? || '%' LIMIT 2", (_beginning(name),))
        if len(rows) != 1:
            text = f"{'several jobs begin' if rows else 'no job begins'} with “{name[:40]}”."
            raise JobError(text, advice="List the jobs to see their names.")
        return job_of(rows[0])

    def cancel(self, name: str) -> Job:
        """A queued job never starts; a running one is ended by the supervisor. A job that has ended stays as it is."""
        job = self.job(name)
        with self.database.transaction() as sql:
            done = sql.execute(
                "UPDATE jobs SET state = 'cancelled', reason = 'cancelled before it started', ended = ?"
                " WHERE id = ? AND state = 'queued'",
                (self.clock(), job.id),
            )
            if done.rowcount:
                note(sql, job.id, self.clock(), job.attempt, State.QUEUED, State.CANCELLED, "cancelled")
            sql.execute("UPDATE jobs SET cancelling = 1 WHERE id = ? AND state = 'running'", (job.id,))
        return self.job(job.id)

    def retry(self, name: str, limits: Limits | None = None) -> Job:
        """Queue a failed or cancelled job anew, with other limits if wanted; it goes on from its checkpoint.

        Raises:
            JobError: it has neither failed nor been cancelled.
        """
        job = self.job(name)
        with self.database.transaction() as sql:
            row = sql.execute("SELECT state FROM jobs WHERE id = ?", (job.id,)).fetchone()
            if row is None or row["state"] not in {State.FAILED, State.CANCELLED}:
                raise JobError("only a failed or cancelled job can be tried again.", where=job.id)
            _queue_anew(sql, job.id, canonical((limits or job.limits).to_dict()))
            note(sql, job.id, self.clock(), job.attempt, row["state"], State.QUEUED, "asked again")
        return self.job(job.id)

    def prioritise(self, name: str, priority: int) -> Job:
        """Higher goes first; a running job is not interrupted."""
        job = self.job(name)
        if not -1000 <= priority <= 1000:
            raise JobError("a priority from -1000 to 1000 is wanted.", where=job.id)
        with self.database.transaction() as sql:
            sql.execute("UPDATE jobs SET priority = ? WHERE id = ?", (priority, job.id))
        return self.job(job.id)

    def delete(self, name: str) -> None:
        """Forget a job that has ended, its answer and its files; the history keeps that it was there.

        Raises:
            JobError: it has not ended.
        """
        job = self.job(name)
        folder = self.folder(job.id).parent
        with self.database.transaction() as sql:
            states = ", ".join(f"'{state}'" for state in State if state.final)
            gone = sql.execute(f"DELETE FROM jobs WHERE id = ? AND state IN ({states})", (job.id,))
            if not gone.rowcount:
                raise JobError("a job that waits or runs cannot be deleted.", where=job.id, advice="Cancel it first.")
            note(sql, job.id, self.clock(), job.attempt, job.state, "", "deleted")
        shutil.rmtree(folder, ignore_errors=True)

    def result(self, name: str) -> dict[str, Any] | None:
        """The recorded answer, None while there is none."""
        rows = self.database.rows("SELECT body FROM results WHERE job = ?", (self.job(name).id,))
        return dict(json.loads(rows[0]["body"])) if rows else None

    def history(self, name: str) -> list[Change]:
        """Every change of state, the oldest first."""
        rows = self.database.rows("SELECT * FROM history WHERE job = ? ORDER BY rowid", (name,))
        return [Change(*(row[key] for key in ("time", "attempt", "before", "after", "why"))) for row in rows]

    def folder(self, name: str) -> Path:
        """Where the last attempt keeps its files."""
        job = self.job(name)
        rows = self.database.rows("SELECT folder FROM jobs WHERE id = ?", (job.id,))
        return Path(rows[0]["folder"]) if rows and rows[0]["folder"] else self.path / "runs" / job.id / "a0"

    def log(self, name: str, last: int = 200) -> str:
        """The last lines of what the last attempt wrote (hostile text)."""
        try:
            with (self.folder(name) / "log.txt").open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 200 * last))
                lines = file.read().decode("utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-last:])

    def events(self, name: str) -> list[dict[str, Any]]:
        """Progress of the last attempt, the oldest first."""
        try:
            data = (self.folder(name) / "events.jsonl").read_bytes()
        except OSError:
            return []
        return list(whole_events(data))


def whole_events(data: bytes) -> Iterable[dict[str, Any]]:
    """The events in a file; a line that is not finished yet, or torn by a kill, is left out."""
    for line in data.split(b"\n")[:-1]:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def note(sql: sqlite3.Connection, name: str, now: float, attempt: int, before: str, after: str, why: str) -> None:
    """A line of history, in the transaction that makes the change."""
    sql.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)", (name, now, attempt, before, after, why[:500]))


def _queue_anew(sql: sqlite3.Connection, name: str, limits: str) -> None:
    """The attempt goes on counting: a process of an old attempt that still lives somewhere stays fenced off."""
    sql.execute("DELETE FROM results WHERE job = ?", (name,))
    sql.execute(
        "UPDATE jobs SET state = 'queued', cancelling = 0, faults = 0, interruptions = 0, limits = ?, started = NULL,"
        " ended = NULL, stage = '', fraction = 0, detail = '', energy_change = NULL, reason = '' WHERE id = ?",
        (limits, name),
    )


def _beginning(text: str) -> str:
    """What an id may begin with, and nothing that LIKE takes for a wildcard; else what no id begins with."""
    return text.lower() if text and set(text.lower()) <= set("0123456789abcdef") else "-"


def job_of(row: sqlite3.Row) -> Job:
    """The record behind a row."""
    direct = (
        "id", "kind", "attempt", "priority", "title", "created", "started", "ended", "stage", "fraction", "detail",
        "energy_change", "reason", "memory_mb",
    )  # fmt: skip
    return Job(
        **{name: row[name] for name in direct},
        state=State(row["state"]),
        place=row["place"] if "place" in row.keys() else None,  # noqa: SIM118 - a Row is no mapping
        cancelling=bool(row["cancelling"]) and row["state"] == State.RUNNING,
        limits=Limits(**json.loads(row["limits"])),
        question=json.loads(row["question"]),
        meta=json.loads(row["meta"]),
    )
