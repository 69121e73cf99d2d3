"""The file that all desks lie in: SQLite, as the ledger of jobs, with the content of a thing in its row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.desk.model import DeskError
from core.sqlite_file import SqliteFile

VERSION: Final = 1
"""Of the tables, kept as SQLite's ``user_version``."""

BUSY_S: Final = 10.0
"""How long a writer waits for another one."""

_TABLES: Final = (
    """
CREATE TABLE IF NOT EXISTS items (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,   -- order of keeping
    id      TEXT NOT NULL UNIQUE,
    owner   TEXT NOT NULL,                       -- SHA-256 of the token of a browser
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    digest  TEXT NOT NULL,                       -- SHA-256 of the content
    size    INTEGER NOT NULL,
    created REAL NOT NULL,
    meta    TEXT NOT NULL,
    link    TEXT UNIQUE,                         -- what opens it for others
    body    BLOB NOT NULL                        -- packed by zlib
)
""",
    "CREATE INDEX IF NOT EXISTS items_of ON items (owner, kind, number)",
    "CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, seen REAL NOT NULL)",
    """
CREATE TABLE IF NOT EXISTS notes (               -- how a page stood when she left it
    owner TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, name)
)
""",
)


class Tables(SqliteFile):
    """One connection, shared by the threads of a process.

    Args:
        file: made with its folder where it does not exist; None keeps all in memory.

    Raises:
        DeskError: with every method; says what is wrong with disk, folder or file.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        super().__init__()

    def _open(self) -> sqlite3.Connection:
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        name = ":memory:" if self.file is None else str(self.file)
        connection = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        if self.file is not None:
            self.file.chmod(0o600)  # other users of the machine have no business here
        connection.execute("PRAGMA journal_mode = TRUNCATE")  # not WAL: see core.jobs.database
        connection.execute("PRAGMA secure_delete = ON")  # what she deletes is gone
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if found > VERSION:
            raise DeskError("it was written by a newer Kramers.", where=name, advice="Update Kramers.")
        if found < VERSION:
            for table in _TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            said = error.strerror if isinstance(error, OSError) else str(error)
            advice = "Make room, or set KRAMERS_DATA to a folder that can be written."
            raise DeskError(f"what you keep cannot be written or read ({said}).", advice=advice) from error
