"""A JSON table that a benchmark fills row by row: a second call goes on where the first was ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Table:
    """Rows by key, written to the file after each.

    Args:
        path: the file, which need not exist.
        summary: makes what stands above the rows in the file.
        keep: tells of a row in the file whether it still counts.
        again: forget the rows that are there.
    """

    def __init__(
        self,
        path: Path,
        summary: Callable[[Sequence[Row]], Row],
        *,
        keep: Callable[[Row], bool] = lambda row: True,
        again: bool = False,
    ) -> None:
        self._path, self._summary = path, summary
        known = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() and not again else []
        self._rows: dict[str, Row] = {row["key"]: row for row in known if keep(row)}

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __getitem__(self, key: str) -> Row:
        return self._rows[key]

    @property
    def rows(self) -> list[Row]:
        return list(self._rows.values())

    @property
    def head(self) -> Row:
        """What stands above the rows."""
        return self._summary(self.rows)

    def put(self, key: str, row: Row) -> None:
        """Adds or replaces a row and writes the file."""
        self._rows[key] = {"key": key, **row}
        self._write()

    def _write(self) -> None:
        """The file, of one line a row; whole or not at all."""
        head = json.dumps(self.head, indent=1, ensure_ascii=False).removesuffix("\n}")
        rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in self.rows)
        unfinished = self._path.with_suffix(".part")
        unfinished.write_text(f'{head},\n "rows": [\n  {rows}\n ]\n}}\n', encoding="utf-8")
        unfinished.replace(self._path)
