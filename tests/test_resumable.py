"""A benchmark's table goes on where it was ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.resumable import Row, Table


def _count(rows: Sequence[Row]) -> Row:
    return {"rows_in_all": len(rows)}


def test_rows_of_an_earlier_call_are_there(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    Table(path, _count).put("a", {"x": 1})
    table = Table(path, _count)
    assert "a" in table and "b" not in table
    table.put("b", {"x": [2.5, "β"]})
    assert [row["key"] for row in Table(path, _count).rows] == ["a", "b"]
    assert json.loads(path.read_text(encoding="utf-8"))["rows_in_all"] == 2


def test_rows_that_no_longer_count_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    Table(path, _count).put("a", {"engine": "old"})
    assert "a" not in Table(path, _count, keep=lambda row: bool(row["engine"] == "new"))
    assert "a" not in Table(path, _count, again=True)


def test_a_row_that_is_put_again_replaces_the_first(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    for value in (1, 2):
        Table(path, _count).put("a", {"x": value})
    assert [row["x"] for row in Table(path, _count).rows] == [2]
