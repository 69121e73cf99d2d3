"""The command line as a user runs it: a process, its output, its exit status."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import cli
from core.cli.train import TRAINING
from core.progress import now_and_then
from core.workflows.predict import predict_file
from tests.chem import geometry
from tests.schema.valid import valid

EXAMPLES = Path(__file__).parents[1] / "assets" / "examples"
FLAGSHIP = EXAMPLES / "dy-h2o5-opme3-2.cif"
DINUCLEAR = EXAMPLES / "dy2-methoxide-acac4.cif"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    status = cli.main([*map(str, arguments), "--json"])
    captured = capsys.readouterr()
    return status, valid(json.loads(captured.out), "PredictionRecord"), captured.err


def test_standard_output_is_one_json_array_even_for_one_file() -> None:
    command = [sys.executable, "-m", "core.cli", "predict", str(FLAGSHIP), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == 0
    records = valid(json.loads(done.stdout), "PredictionRecord")
    assert [r["status"] for r in records] == ["ok"]
    assert "PBPY-7" in done.stderr


def test_unreadable_structures_set_the_exit_status_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.cif"
    broken.write_bytes(b"\x1f\x8b\x08 gzip")
    paths = (broken, tmp_path / "missing.cif", DINUCLEAR, FLAGSHIP)
    status, records, _ = run(capsys, "predict", *map(str, paths))
    assert status == 1
    assert [r["status"] for r in records] == ["error", "error", "ok", "ok"]
    assert "gzip" in str(records[0]["message"])
    assert "cannot be read" in str(records[1]["message"])


def test_a_site_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    status, records, _ = run(capsys, "predict", str(DINUCLEAR), "--site", "1")
    assert status == 0
    assert "exchange-ignored" in {one["code"] for one in records[0]["doubts"]}  # type: ignore[attr-defined]


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
    folder = tmp_path / "crystals"
    folder.mkdir()
    shutil.copy(FLAGSHIP, folder)
    (folder / "no-lanthanide.cif").write_text(geometry.cif(geometry.trichloride("Y")))
    arguments = ["screen", str(folder), "--out", str(table), "--jobs", "1"]
    assert cli.main(arguments) == 0  # a refusal is an answer
    assert len(table.read_text().splitlines()) == 3
    assert capsys.readouterr().out == ""
    (folder / "broken.cif").write_bytes(b"\x1f\x8b\x08 gzip")
    assert cli.main([*arguments, "--json"]) == 1
    found = valid(json.loads(capsys.readouterr().out), "ScreenRecord")
    assert (found["counts"], found["skipped"]) == ({"ok": 0, "refused": 0, "error": 1}, 2)
    assert found["rows"][0]["file"] == FLAGSHIP.name
    assert found["rows"][0]["p_smm_electrostatic"] > 0.9 and found["rows"][0]["first_gap_cm1"] > 100


def test_what_is_printed_for_people_has_levels_verdict_and_doubts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.main(["predict", str(DINUCLEAR), str(FLAGSHIP), "missing\x1b[31m.cif"]) == 1
    found = capsys.readouterr()
    assert "{" not in found.out and "\x1b" not in found.out
    single = found.out[found.out.index(f"{FLAGSHIP} (block") :]
    record = predict_file(FLAGSHIP).to_dict()
    gap, verdict = record["levels"]["first_gap_cm1"], record["electrostatic"]["p_smm"]  # type: ignore[index]
    assert f"SMM-like: {verdict:.0%}".replace("%", " %") in single
    assert re.search(rf"^ +2 +{gap:.1f} +453\.5 .* 17\.3333 ", single, re.MULTILINE)
    pair = found.out[: found.out.index(f"{FLAGSHIP} (block")]
    assert "Dy1#2: as Dy1, from which symmetry makes it." in pair and "Dy1 and Dy1#2, each by itself" in pair
    *rows, total = found.out.splitlines()[-5:]
    assert [row.split()[0] for row in rows] == ["Dy1", "Dy1#2", "Dy", "–"]
    assert total == "3 structures: 2 judged, 1 not read."
    assert max(map(len, single.splitlines())) > 80  # a pipe keeps its lines


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_breaks_sentences_at_its_width_and_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setattr("sys.stdout", Terminal())
    assert cli.main(["predict", str(EXAMPLES / "dy-cp-ipr5-cp-star.cif")]) == 0
    lines = sys.stdout.getvalue().splitlines()  # type: ignore[attr-defined]
    assert all(len(line) <= 70 for line in lines if not line.startswith(" "))
    assert max(map(len, lines)) > 80
    assert any(line.startswith("– note, coordination sphere: ") for line in lines)


def test_a_log_has_a_line_of_progress_now_and_then() -> None:
    log = io.StringIO()
    say = now_and_then(log, pause=0.05)
    say("too early", 0.1)
    time.sleep(0.06)
    say("relaxing", 0.5)
    say("too soon", 0.6)
    assert log.getvalue() == " 50% relaxing\n"


def test_the_steps_of_the_training_are_printed_each_after_what_it_needs(capsys):
    assert cli.main(["train", "graph"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [int(line[0]) for line in lines] == list(range(1, len(TRAINING) + 1))
    place = {line[1]: number for number, line in enumerate(lines)}
    assert all(place[need] < place[name] for name, step in TRAINING.items() for need in step.needs)


@pytest.mark.parametrize("step", TRAINING.values(), ids=lambda step: step.module)
def test_every_step_of_the_training_is_a_program_of_the_checkout(step):
    file = Path(__file__).parents[1] / "training" / f"{step.module.replace('.', '/')}.py"
    assert "__main__" in file.read_text(encoding="utf-8")
