"""The ledger as an asker sees it: ask, look, cancel, ask again. Any process may do so at any time.

What a running job does is written by the supervisor alone (`core.jobs.ledger`); an asker only leaves wishes.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from core.jobs.asking import Asked, ask, checked_batch
from core.jobs.batches import Batch, Cancelled, cancel
from core.jobs.database import Database
from core.jobs.model import Change, Filter, Job, JobError, JobSpec, Limits, State, canonical
from core.jobs.rows import job_of, note, queue_anew
from core.jobs.selection import LIVELY, beginning, condition
from core.schema.old import current

_AT_ONCE: Final = 500
"""Most names in one question to the ledger."""


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
        return self.named(self.ask(specs).ids)

    def named(self, ids: Sequence[str]) -> list[Job]:
        """The jobs of these whole names, in their order; one that has been deleted meanwhile is left out."""
        known: dict[str, Job] = {}
        for begin in range(0, len(ids), _AT_ONCE):
            names = ids[begin : begin + _AT_ONCE]
            rows = self.database.rows(f"SELECT * FROM jobs WHERE id IN ({', '.join('?' * len(names))})", names)
            known |= {job.id: job for job in self._placed(rows)}
        return [known[name] for name in ids if name in known]

    def ask(self, specs: Iterable[JobSpec], batch: str = "") -> Asked:
        """As `submit_all`, telling only what became of the questions; they join a batch if one is named.

        Raises:
            InputError: a name that no batch can have.
        """
        asked, name = list(specs), checked_batch(batch) if batch else ""
        with self.database.transaction() as sql:
            return ask(sql, asked, self.clock(), name)

    def jobs(self, wanted: Filter | None = None) -> list[Job]:
        """What the ledger holds, the newest first unless the filter wants another order."""
        wanted = wanted or Filter()
        where, values = condition(wanted)
        order = LIVELY if wanted.lively else "number DESC"
        rows = self.database.rows(f"SELECT * FROM jobs WHERE {where} ORDER BY {order} LIMIT ?", (*values, wanted.limit))
        return self._placed(rows)

    def _placed(self, rows: Sequence[sqlite3.Row]) -> list[Job]:
        """Records of rows, those that wait with their place; the whole queue is counted once for all of them."""
        places: dict[int, int] = {}
        if any(row["state"] == State.QUEUED for row in rows):
            places = {number: place for place, number in enumerate(self.waiting(), start=1)}
        return [job_of(row, places.get(row["number"])) for row in rows]

    def waiting(self) -> list[int]:
        """Numbers of the queued jobs in the order in which they begin."""
        order = "SELECT number FROM jobs WHERE state = 'queued' ORDER BY priority DESC, number"
        return [int(row[0]) for row in self.database.rows(order)]

    def counts(self, wanted: Filter | None = None) -> dict[State, int]:
        """How many jobs stand where, of all or of those that a filter means."""
        where, values = condition(wanted or Filter())
        rows = self.database.rows(f"SELECT state, count(*) FROM jobs WHERE {where} GROUP BY state", values)
        return self._by_state((row[0], row[1]) for row in rows)

    @staticmethod
    def _by_state(found: Iterable[tuple[str, int]]) -> dict[State, int]:
        numbers = dict(found)
        return {state: int(numbers.get(state, 0)) for state in State}

    def batches(self) -> list[Batch]:
        """All batches that have a job, the newest first."""
        rows = self.database.rows(
            "SELECT name, batches.created, state, count(*) AS jobs FROM batches JOIN members ON batch = name"
            " JOIN jobs ON number = members.job GROUP BY name, state ORDER BY batches.created DESC, name"
        )
        groups = groupby(rows, key=lambda row: (row["name"], row["created"]))
        return [Batch(*head, self._by_state((row["state"], row["jobs"]) for row in of_it)) for head, of_it in groups]

    def job(self, name: str) -> Job:
        """One job, by its id or the beginning of it.

        Raises:
            JobError: none, or several.
        """
        exact = self.database.rows("SELECT * FROM jobs WHERE id = ?", (name,))
        rows = exact or self.database.rows("SELECT * FROM jobs WHERE id LIKE ? || '%' LIMIT 2", (beginning(name),))
        if len(rows) != 1:
            text = f"{'several jobs begin' if rows else 'no job begins'} with “{name[:40]}”."
            raise JobError(text, advice="List the jobs to see their names.")
        return self._placed(rows)[0]

    def cancel(self, name: str) -> Job:
        """A queued job never starts; a running one is ended by the supervisor. A job that has ended stays as it is."""
        job = self.job(name)
        with self.database.transaction() as sql:
            cancel(sql, "id = ?", [job.id], self.clock())
        return self.job(job.id)

    def cancel_all(self, wanted: Filter) -> Cancelled:
        """As `cancel`, with all that a filter means; all at once, so that none of them begins meanwhile."""
        where, values = condition(wanted)
        with self.database.transaction() as sql:
            return cancel(sql, where, values, self.clock())

    def retry(self, name: str, limits: Limits | None = None) -> Job:
        """Queue a failed, refused or cancelled job anew, with other limits if wanted; it goes on from its checkpoint.

        Raises:
            JobError: it has not ended, or has a result.
        """
        job = self.job(name)
        with self.database.transaction() as sql:
            row = sql.execute("SELECT state FROM jobs WHERE id = ?", (job.id,)).fetchone()
            if row is None or not State(row["state"]).can_be_retried:
                raise JobError("only a failed, refused or cancelled job can be tried again.", where=job.id)
            queue_anew(sql, job.id, canonical((limits or job.limits).to_dict()))
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
        """The recorded answer, None while there is none; one that an older version wrote has the names of this one."""
        job = self.job(name)
        rows = self.database.rows("SELECT body FROM results WHERE job = ?", (job.id,))
        if not rows:
            return None
        body = dict(json.loads(rows[0]["body"]))
        return current(body) if job.kind == "verify" else body

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
