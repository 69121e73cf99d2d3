"""The command line as a user runs it: a process, its output, its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core import cli

EXAMPLES = Path(__file__).parents[1] / "assets" / "examples"
FLAGSHIP = EXAMPLES / "dy-h2o5-opme3-2.cif"
DINUCLEAR = EXAMPLES / "dy2-methoxide-acac4.cif"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    status = cli.main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return status, json.loads(captured.out), captured.err


def test_standard_output_is_one_json_array_even_for_one_file() -> None:
    command = [sys.executable, "-m", "core.cli", "predict", str(FLAGSHIP), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == 0
    records = json.loads(done.stdout)
    assert [r["status"] for r in records] == ["ok"]
    assert "PBPY-7" in done.stderr


def test_refused_structures_set_the_exit_status_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.cif"
    broken.write_bytes(b"\x1f\x8b\x08 gzip")
    paths = (broken, tmp_path / "missing.cif", DINUCLEAR, FLAGSHIP)
    status, records, _ = run(capsys, "predict", *map(str, paths))
    assert status == 1
    assert [r["status"] for r in records] == ["error", "error", "refused", "ok"]
    assert "gzip" in str(records[0]["message"])
    assert "cannot be read" in str(records[1]["message"])


def test_a_site_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    status, records, _ = run(capsys, "predict", str(DINUCLEAR), "--site", "1")
    assert status == 0
    assert any("Exchange ignored" in w for w in records[0]["warnings"])  # type: ignore[attr-defined]


def test_a_folder_stands_for_its_cifs(capsys: pytest.CaptureFixture[str]) -> None:
    _, records, _ = run(capsys, "predict", str(EXAMPLES))
    assert len(records) == len(list(EXAMPLES.glob("*.cif")))


def test_too_large_a_file_is_refused_without_being_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    large = tmp_path / "large.cif"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    status, records, _ = run(capsys, "predict", str(large))
    assert status == 1
    assert "100 MB" in str(records[0]["message"])


@pytest.mark.parametrize(
    "arguments",
    [[], ["predict"], ["predict", "x.cif", "--site", "0"], ["predict", "x.cif", "--site", "first"], ["screen", "."],
     ["screen", ".", "--out", "table.xlsx"], ["frobnicate"]],
)  # fmt: skip
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert capsys.readouterr().out == ""


def test_screen_without_a_folder_exits_with_2(tmp_path: Path) -> None:
    assert cli.main(["screen", str(tmp_path / "none"), "--out", str(tmp_path / "t.csv")]) == 2


def test_screen_writes_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    assert cli.main(["screen", str(EXAMPLES), "--out", str(table), "--jobs", "1"]) == 1  # the dinuclear one is refused
    assert len(table.read_text().splitlines()) == 1 + len(list(EXAMPLES.glob("*.cif")))
    assert capsys.readouterr().out == ""
