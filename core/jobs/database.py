"""The file that the ledger is: SQLite, opened so that a crash at any moment leaves it whole.

It has to lie on a disk of this machine: SQLite's locks cannot be trusted on network file systems
(https://www.sqlite.org/faq.html#q5).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.jobs.model import LedgerError, State
from core.sqlite_file import SqliteFile

VERSION: Final = 2
"""Of the tables, kept as SQLite's ``user_version``. 1: no batches, no files, no state “refused”."""

BUSY_MS: Final = 30_000
"""How long a writer waits for another one; every transaction here takes milliseconds."""

_STATES = ", ".join(f"'{state}'" for state in State)

_JOBS: Final = f"""
CREATE TABLE IF NOT EXISTS {{name}} (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,   -- order of asking: clocks may jump, this does not
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    question      TEXT NOT NULL,
    meta          TEXT NOT NULL,
    limits        TEXT NOT NULL,
    title         TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ({_STATES})),
    priority      INTEGER NOT NULL,
    attempt       INTEGER NOT NULL DEFAULT 0,          -- the fence: only the attempt named here may close the job
    cancelling    INTEGER NOT NULL DEFAULT 0,
    faults        INTEGER NOT NULL DEFAULT 0,          -- attempts that died by themselves
    interruptions INTEGER NOT NULL DEFAULT 0,          -- attempts that were killed from outside
    handle        TEXT,                                -- where the attempt runs, in the backend's words
    folder        TEXT NOT NULL DEFAULT '',            -- where the last attempt writes
    created       REAL NOT NULL,
    started       REAL,
    ended         REAL,
    stage         TEXT NOT NULL DEFAULT '',
    fraction      REAL NOT NULL DEFAULT 0,
    detail        TEXT NOT NULL DEFAULT '',
    energy_change REAL,
    memory_mb     REAL NOT NULL DEFAULT 0,
    reason        TEXT NOT NULL DEFAULT ''
)
"""

_TABLES: Final = (
    _JOBS.format(name="jobs"),
    "CREATE INDEX IF NOT EXISTS queue ON jobs (state, priority DESC, number)",
    """
CREATE TABLE IF NOT EXISTS results (
    job     TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,  -- one answer a job
    attempt INTEGER NOT NULL,
    body    TEXT NOT NULL
)
""",
    """
CREATE TABLE IF NOT EXISTS history (                   -- outlives the job
    job TEXT NOT NULL, time REAL NOT NULL, attempt INTEGER NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, why TEXT NOT NULL
)
""",
    "CREATE INDEX IF NOT EXISTS history_of ON history (job)",
    """
CREATE TABLE IF NOT EXISTS files (                     -- what a run finds in its folder, packed by zlib
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, name TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (job, name)
)
""",
    "CREATE TABLE IF NOT EXISTS batches (name TEXT PRIMARY KEY, created REAL NOT NULL)",
    """
CREATE TABLE IF NOT EXISTS members (                   -- a job may belong to several batches
    batch TEXT NOT NULL REFERENCES batches (name) ON DELETE CASCADE,
    job   INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
    PRIMARY KEY (batch, job)
) WITHOUT ROWID
""",
    "CREATE INDEX IF NOT EXISTS batches_of ON members (job)",
)

_WIDEN: Final = (
    _JOBS.format(name="wider"),
    "INSERT INTO wider SELECT * FROM jobs",
    "DROP TABLE jobs",
    "ALTER TABLE wider RENAME TO jobs",
)
"""From version 1: SQLite cannot change what a column may hold, so the table is copied
(https://www.sqlite.org/lang_altertable.html, “Making Other Kinds Of Table Schema Changes”)."""

_MEANINGS: Final = (
    ("full", "the disk is full.", "Make room; nothing is lost, and the queue goes on by itself."),
    ("readonly", "the folder or the file is read-only.", "Make it writable, or set KRAMERS_DATA to another folder."),
    ("unable to open", "it cannot be opened.", "See that the folder is writable, or set KRAMERS_DATA to another one."),
    ("disk i/o", "the disk does not take or give what it should; it may be full.", "Make room or check the disk."),
    ("locked", "another process has held it for half a minute.", "Try again; if it stays so, look who has it open."),
    ("not a database", "this file is no ledger.", "Move it away; runs and their results stay in their folders."),
    ("malformed", "the file is damaged.", "Move it away; runs and their results stay in their folders."),
)


class Database(SqliteFile):
    """One connection, shared by the threads of a process.

    Args:
        file: made with its folder where it does not exist.

    Raises:
        LedgerError: with every method; says what is wrong with disk, folder or file.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        super().__init__()

    def _open(self) -> sqlite3.Connection:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.file, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.row_factory = sqlite3.Row
        # Not WAL: SQLite 3.7.0 to 3.51.2 can damage such a file when several processes write it
        # (https://www.sqlite.org/wal.html, "The WAL-Reset Bug"), and machines have those versions.
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA synchronous = FULL")  # a recorded result outlives a power cut
        found = _version(connection)
        if found > VERSION:
            text = f"it was written by a newer Kramers (version {found} of the tables, {VERSION} is known here)."
            raise LedgerError(text, where=str(self.file), advice="Update Kramers.")
        if found < VERSION:  # a folder that is read-only can still be looked at
            connection.execute("PRAGMA foreign_keys = OFF")
            _make_tables(connection)
        connection.execute("PRAGMA foreign_keys = ON")  # not before: a table that is copied keeps what refers to it
        return connection

    def integrity(self) -> str:
        """``ok``, or what is broken."""
        return str(self.rows("PRAGMA integrity_check")[0][0])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explained(error, self.file) from error
        except OSError as error:
            text = f"the folder cannot be used: {error.strerror}."
            raise LedgerError(text, where=str(self.file.parent), advice="Set KRAMERS_DATA to another one.") from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(connection: sqlite3.Connection) -> None:
    """The tables of a new ledger, or those of an old one brought up to date: all or nothing, whoever comes first."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        steps = {0: _TABLES, 1: (*_WIDEN, *_TABLES)}.get(_version(connection), ())  # another process may have done it
        for step in steps:
            connection.execute(step)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def explained(error: sqlite3.Error, file: Path) -> LedgerError:
    """What SQLite says, in the words of people."""
    said = str(error).lower()
    for sign, what, advice in _MEANINGS:
        if sign in said:
            return LedgerError(f"the list of jobs cannot be used: {what}", where=str(file), advice=advice)
    return LedgerError(f"the list of jobs cannot be used ({error}).", where=str(file))
