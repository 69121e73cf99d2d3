"""A file of SQLite that the threads of a process share, the ground of the ledger of jobs and of the desks."""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any


class SqliteFile(ABC):
    """One connection; every question and change waits for its turn.

    Raises:
        KramersError: of the room's own kind, with every method (`_explained`).
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        with self._explained():
            self._connection = self._open()

    @abstractmethod
    def _open(self) -> sqlite3.Connection:
        """A connection to the tables, made or brought up to date."""

    @abstractmethod
    def _explained(self) -> AbstractContextManager[None]:
        """What turns errors of SQLite and of the disk into a sentence."""

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """What a question yields."""
        with self._lock, self._explained():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; the write lock is taken at once, so that what was read stays true until the end."""
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have ended it already
                    self._connection.execute("ROLLBACK")
                raise
