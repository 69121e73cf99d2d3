"""How a question becomes a row: new, known already, or cancelled and now asked again; and the batch it belongs to."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.errors import InputError
from core.jobs.model import JobSpec, State, canonical, name_of
from core.jobs.rows import note, queue_anew

TITLE_CHARACTERS: Final = 200
BATCH_CHARACTERS: Final = 80
REASON_CHARACTERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of questions.

    Attributes:
        ids: names of their jobs, in the order of asking.
        new: jobs that were not there before, those refused at once included.
        again: cancelled jobs that are queued anew.
        refused: of the new ones, refused at once.
    """

    ids: tuple[str, ...] = ()
    new: int = 0
    again: int = 0
    refused: int = 0

    @property
    def known(self) -> int:
        """Questions that the ledger had already."""
        return len(self.ids) - self.new - self.again

    def __add__(self, other: Asked) -> Asked:
        return Asked(self.ids + other.ids, self.new + other.new, self.again + other.again, self.refused + other.refused)


def checked_batch(name: str) -> str:
    """A batch's name, spaces tidied.

    Raises:
        InputError: empty, too long, or with characters that cannot be printed.
    """
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= BATCH_CHARACTERS or not tidy.isprintable():
        raise InputError(f"the name of a batch has 1 to {BATCH_CHARACTERS} printable characters.", where="--batch")
    return tidy


def ask(sql: sqlite3.Connection, specs: Iterable[JobSpec], now: float, batch: str = "") -> Asked:
    """Write questions into the ledger, within a transaction.

    Args:
        sql: connection with an open transaction.
        specs: the questions.
        now: time of asking [s since 1970].
        batch: the batch that they join; none where empty.
    """
    if batch:
        sql.execute("INSERT INTO batches VALUES (?, ?) ON CONFLICT DO NOTHING", (batch, now))
    found = {"new": 0, "again": 0, "refused": 0}
    ids = []
    for spec in specs:
        question = canonical(spec.question)
        name = name_of(spec.kind, question)
        outcome = _ask(sql, spec, (name, question), now)
        found["new"] += outcome in {"new", "refused"}
        if outcome in ("again", "refused"):
            found[outcome] += 1
        if batch:
            sql.execute(
                "INSERT INTO members SELECT ?, number FROM jobs WHERE id = ? ON CONFLICT DO NOTHING", (batch, name)
            )
        ids.append(name)
    return Asked(tuple(ids), **found)


def _ask(sql: sqlite3.Connection, spec: JobSpec, known: tuple[str, str], now: float) -> str:
    """A new row, or a cancelled job queued anew: a cancellation is no answer, a failure is one. `known`: name of the
    job, and its canonical question."""
    name = known[0]
    row = sql.execute("SELECT state, attempt FROM jobs WHERE id = ?", (name,)).fetchone()
    if row is None:
        _insert(sql, spec, known, now)
        return "refused" if spec.refusal else "new"
    if row["state"] != State.CANCELLED:
        return "known"
    queue_anew(sql, name, canonical(spec.limits.to_dict()))
    note(sql, name, now, row["attempt"], State.CANCELLED, State.QUEUED, "asked again")
    return "again"


def _insert(sql: sqlite3.Connection, spec: JobSpec, known: tuple[str, str], now: float) -> None:
    name, question = known
    texts = (question, canonical(spec.meta), canonical(spec.limits.to_dict()))
    title = " ".join(spec.title.split())[:TITLE_CHARACTERS]
    state = State.REFUSED if spec.refusal else State.QUEUED
    ended, reason = (now if spec.refusal else None), spec.refusal[:REASON_CHARACTERS]
    sql.execute(
        "INSERT INTO jobs (id, kind, question, meta, limits, title, state, priority, created, ended, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (name, spec.kind, *texts, title, state, spec.priority, now, ended, reason),
    )
    sql.executemany(
        "INSERT INTO files VALUES (?, ?, ?)", [(name, file, zlib.compress(body)) for file, body in spec.files.items()]
    )
    note(sql, name, now, 0, "", state, spec.refusal or "asked")
