"""Desks on disk: a visitor keeps, lists, names, shares and deletes; nobody else reads what she did not share.

An owner is the token of a browser (`core.desk.model.new_token`). Every method looks only among her own things;
`Desk.contents` also takes the token of a link that another one made.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from core import settings
from core.desk.model import DeskError, Item, Kind, New, is_token, new_token, owner_of
from core.desk.tables import Tables

NAME_LENGTH: Final = 255
"""Longest name [characters]; of a longer one the end is kept, which tells the format."""

NOTE_LENGTH: Final = 200_000
"""Longest note of a page [characters]."""

_DAY: Final = 86_400.0
_COLUMNS: Final = "id, kind, name, created, size, meta, link"
_NOT_YOURS: Final = "this link opens nothing: it was never given, or what it led to is no longer shared."


class Desk:
    """The desks of all visitors in one file.

    Args:
        file: where they lie; None keeps them in memory alone.
        clock: seconds since 1970.

    Raises:
        DeskError: with every method; says what is wrong.
    """

    def __init__(self, file: Path | None, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._tables = Tables(file)
        self._sweep()

    def close(self) -> None:
        """Let go of the file."""
        self._tables.close()

    def keep(self, token: str, things: Sequence[New]) -> list[Item]:
        """Keep things, all or none; what is there already under the same name stays what it is.

        Raises:
            DeskError: there would be too many or too much, or the disk is full.
        """
        owner = owner_of(token)
        self._room_on_disk()
        with self._tables.transaction() as sql:
            kept = [self._keep(sql, owner, thing) for thing in things]
            self._limits(sql, owner)
            sql.execute("INSERT OR REPLACE INTO owners VALUES (?, ?)", (owner, self.clock()))
        return [self.item(token, name) for name in kept]

    def _keep(self, sql: sqlite3.Connection, owner: str, thing: New) -> str:
        digest, name = hashlib.sha256(thing.body).hexdigest(), thing.name[-NAME_LENGTH:]
        same = "SELECT id FROM items WHERE owner = ? AND kind = ? AND name = ? AND digest = ?"
        if found := sql.execute(same, (owner, thing.kind, name, digest)).fetchone():
            return str(found["id"])
        new = secrets.token_urlsafe(12)
        sql.execute(
            "INSERT INTO items (id, owner, kind, name, digest, size, created, meta, body) VALUES (?,?,?,?,?,?,?,?,?)",
            (new, owner, thing.kind, name, digest, len(thing.body), self.clock(), _text(thing.meta),
             zlib.compress(thing.body, 1)),
        )  # fmt: skip
        return new

    def _limits(self, sql: sqlite3.Connection, owner: str) -> None:
        number, size = sql.execute(
            "SELECT count(*), coalesce(sum(length(body)), 0) FROM items WHERE owner = ?", (owner,)
        ).fetchone()
        advice = "Delete what you no longer need on the Desk page."
        if number > settings.DESK_MOST_ITEMS:
            raise DeskError(f"a desk holds {settings.DESK_MOST_ITEMS:,} things, not more.", advice=advice)
        if size > settings.DESK_MOST_BYTES:
            most = settings.DESK_MOST_BYTES / 1e6
            raise DeskError(f"a desk holds {most:.0f} MB (packed), not more.", advice=advice)

    def _room_on_disk(self) -> None:
        file = self._tables.file
        if file is not None and shutil.disk_usage(file.parent).free < settings.JOB_LEAST_DISK_MB * 1e6:
            raise DeskError("the disk of the server is full, so nothing more is kept.", advice="Make room.")

    def items(self, token: str, *kinds: Kind) -> list[Item]:
        """Her things, or those of some kinds, the oldest first."""
        wanted = kinds or tuple(Kind)
        marks = ", ".join("?" * len(wanted))
        query = f"SELECT {_COLUMNS} FROM items WHERE owner = ? AND kind IN ({marks}) ORDER BY number"
        return [_item(row) for row in self._tables.rows(query, (owner_of(token), *wanted))]

    def item(self, token: str, name: str) -> Item:
        """One of her things.

        Raises:
            DeskError: there is none of that id among hers.
        """
        rows = self._tables.rows(f"SELECT {_COLUMNS} FROM items WHERE owner = ? AND id = ?", (owner_of(token), name))
        if not rows:
            raise DeskError("this is not on your desk.", advice="It may have been deleted.")
        return _item(rows[0])

    def body(self, token: str, name: str) -> bytes:
        """The content of one of her things."""
        rows = self._tables.rows("SELECT body FROM items WHERE owner = ? AND id = ?", (owner_of(token), name))
        if not rows:
            raise DeskError("this is not on your desk.", advice="It may have been deleted.")
        return zlib.decompress(rows[0]["body"])

    def rename(self, token: str, name: str, called: str) -> None:
        """Call it otherwise; a file keeps its ending, which tells the format."""
        item, new = self.item(token, name), called.strip()
        if not new:
            raise DeskError("a name is wanted.")
        if item.kind is Kind.STRUCTURE and Path(new).suffix.lower() != (ending := Path(item.name).suffix).lower():
            new += ending
        self._change(token, name, "name", new[-NAME_LENGTH:])

    def describe(self, token: str, name: str, meta: Mapping[str, Any]) -> None:
        """Change entries of what is kept beside it."""
        self._change(token, name, "meta", _text({**self.item(token, name).meta, **meta}))

    def _change(self, token: str, name: str, column: str, value: str | None) -> None:
        with self._tables.transaction() as sql:
            sql.execute(f"UPDATE items SET {column} = ? WHERE owner = ? AND id = ?", (value, owner_of(token), name))

    def delete(self, token: str, *names: str) -> None:
        """Forget things; their links open nothing any more."""
        with self._tables.transaction() as sql:
            sql.executemany("DELETE FROM items WHERE owner = ? AND id = ?", [(owner_of(token), one) for one in names])

    def share(self, token: str, name: str) -> str:
        """The token of a link that opens it for others; the same each time until it is taken back."""
        item = self.item(token, name)
        if not item.link:
            self._change(token, name, "link", new_token())
        return self.item(token, name).link

    def unshare(self, token: str, name: str) -> None:
        """From now on its link opens nothing."""
        self._change(token, name, "link", None)

    def contents(self, token: str, word: str, kind: Kind) -> list[New]:
        """What a word in an address opens: by its id a thing of her own, by the token of a link one that was shared.
        A comparison gives its structures.

        Raises:
            DeskError: there is none of that kind under it, whether it never was or is somebody else's.
        """
        query = "SELECT owner, name, body, meta FROM items WHERE kind = ? AND ((owner = ? AND id = ?) OR link = ?)"
        link = word if is_token(word) else None
        rows = self._tables.rows(query, (kind, owner_of(token), word, link))
        if not rows:
            raise DeskError(_NOT_YOURS, advice="Ask whoever sent it for a new one.")
        return self._compared(rows[0]) if kind is Kind.COMPARISON else [_new(kind, rows[0])]

    def _compared(self, row: sqlite3.Row) -> list[New]:
        """The structures of a comparison that are still on its owner's desk."""
        found: list[New] = []
        for name in json.loads(row["meta"]).get("structures", []):
            query = "SELECT name, body, meta FROM items WHERE owner = ? AND id = ? AND kind = ?"
            of_it = self._tables.rows(query, (row["owner"], name, Kind.STRUCTURE))
            found += [_new(Kind.STRUCTURE, one) for one in of_it]
        if not found:
            raise DeskError("all structures of this comparison have been deleted.")
        return found

    def note(self, token: str, name: str) -> dict[str, Any]:
        """How a page stood when she left it; empty where it kept nothing."""
        rows = self._tables.rows("SELECT body FROM notes WHERE owner = ? AND name = ?", (owner_of(token), name))
        return dict(json.loads(rows[0]["body"])) if rows else {}

    def set_note(self, token: str, name: str, body: Mapping[str, Any]) -> None:
        """Keep how a page stands."""
        text, owner = _text(body), owner_of(token)
        if len(text) > NOTE_LENGTH:
            raise DeskError("this page stands with too much to be remembered.")
        with self._tables.transaction() as sql:
            sql.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (owner, name, text))
            sql.execute("INSERT OR REPLACE INTO owners VALUES (?, ?)", (owner, self.clock()))

    def _sweep(self) -> None:
        """Desks that nobody came back to."""
        oldest = self.clock() - settings.DESK_MOST_DAYS * _DAY
        with self._tables.transaction() as sql:
            for table in ("items", "notes", "owners"):
                sql.execute(f"DELETE FROM {table} WHERE owner IN (SELECT owner FROM owners WHERE seen < ?)", (oldest,))


def _text(meta: Mapping[str, Any]) -> str:
    return json.dumps(dict(meta), ensure_ascii=False, sort_keys=True, allow_nan=False)


def _item(row: sqlite3.Row) -> Item:
    meta = json.loads(row["meta"])
    return Item(row["id"], Kind(row["kind"]), row["name"], row["created"], row["size"], meta, row["link"] or "")


def _new(kind: Kind, row: sqlite3.Row) -> New:
    return New(kind, row["name"], zlib.decompress(row["body"]), json.loads(row["meta"]))
