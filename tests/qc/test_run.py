"""A run in a process of its own: its files, its exit status, and that it survives being killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.qc import run as module

ROOT = Path(__file__).parents[2]
CERIUM_FLUORIDE = {
    "elements": ["Ce", "F"],
    "positions_A": [[0, 0, 0], [0, 0, 2.1]],
    "charge": 2,
    "donors": [1],
    "preset": "fast",
}


def arguments(folder: Path, spec: dict[str, Any]) -> list[str]:
    """Of the command, whose spec lies beside the folder."""
    file = folder.parent / f"{folder.name}.json"
    file.write_text(json.dumps(spec), encoding="utf-8")
    return [str(file), "--out", str(folder)]


def start(folder: Path, spec: dict[str, Any]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "core.qc.run", *arguments(folder, spec)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]], str]:
    """Exit status, progress and messages."""
    out, messages = process.communicate(timeout=120)
    return process.returncode, [json.loads(line) for line in out.splitlines()], messages


def result(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "result.json").read_text(encoding="utf-8")))


pytestmark = pytest.mark.xdist_group("qc run")  # so that what they share is computed once


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, dict[str, Any]], int]:
    """Runs the command in this process, whose signals stay its own; returns the exit status."""
    monkeypatch.setattr(module, "stop_signals", lambda: lambda: False)
    return lambda folder, spec: module.main(arguments(folder, spec))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, list[dict[str, Any]]]:
    """CeF²⁺ from start to end."""
    folder = tmp_path_factory.mktemp("run") / "CeF"
    status, progress, messages = ended(start(folder, CERIUM_FLUORIDE))
    assert status == 0, messages
    return folder, status, progress


def test_a_result_says_what_was_asked_and_how_it_came_about(finished) -> None:
    record = result(finished[0])
    assert record["status"] == "ok" and record["converged"] and not record["resumed"]
    assert record["recipe"] == {"geometry": "given", "preset": "fast", "multiplicities": "all", "engine": "cahf-1"}
    assert record["input"]["positions_A"] == CERIUM_FLUORIDE["positions_A"]
    assert set(record["versions"]) == {"kramers", "pyscf", "numpy", "scipy", "python"}
    assert record["timings_s"]["total"] > 0 and record["cpu_s"] > 0 and record["memory_mb"] > 100


def test_cerium_fluoride_has_its_axis_on_the_bond(finished) -> None:
    first = result(finished[0])["levels"]["doublets"][0]
    assert abs(first["easy_axis"][2]) == pytest.approx(1.0)
    assert first["mj_weights"] == [[2.5, pytest.approx(1.0)]]


def test_progress_goes_to_standard_output_and_into_a_file(finished) -> None:
    folder, _, progress = finished
    lines = (folder / "progress.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == progress
    assert progress[0]["stage"] == "integrals" and progress[-1]["stage"] == "properties"
    assert [p["fraction"] for p in progress] == sorted(p["fraction"] for p in progress)


def test_nothing_half_written_is_left(finished) -> None:
    names = sorted(path.name for path in finished[0].iterdir())
    assert names == ["checkpoint.npz", "progress.jsonl", "request.json", "result.json"]


def test_a_killed_process_goes_on_where_it_was(finished, tmp_path: Path) -> None:
    folder = tmp_path / "CeF"
    process = start(folder, CERIUM_FLUORIDE)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["stage"] == "orbitals, step 6":
            process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert (folder / "checkpoint.npz").exists() and not (folder / "result.json").exists()

    status, progress, _ = ended(start(folder, CERIUM_FLUORIDE))
    assert status == 0
    ours, uninterrupted = result(folder), result(finished[0])
    assert ours["resumed"]
    assert ours["energy_hartree"] == pytest.approx(uninterrupted["energy_hartree"], abs=1e-8)
    steps, all_steps = ({p["stage"] for p in told if "step" in p["stage"]} for told in (progress, finished[2]))
    assert len(steps) < len(all_steps)


def test_the_checkpoint_of_another_request_is_not_taken(finished, here, tmp_path: Path) -> None:
    folder = tmp_path / "CeF"
    folder.mkdir()
    for name in ("checkpoint.npz", "request.json"):
        (folder / name).write_bytes((finished[0] / name).read_bytes())
    assert here(folder, {**CERIUM_FLUORIDE, "geometry": "another"}) == 0
    assert not result(folder)["resumed"]


def test_a_process_that_is_told_to_stop_stops_between_steps(tmp_path: Path) -> None:
    folder = tmp_path / "CeF"
    process = start(folder, CERIUM_FLUORIDE)
    assert process.stdout is not None
    json.loads(process.stdout.readline())
    os.kill(process.pid, signal.SIGTERM)
    status, _, messages = ended(process)
    assert status == 130 and "stopped" in messages
    assert not (folder / "result.json").exists()


def test_a_charge_wrong_by_two_is_a_failed_run_with_its_reason(here, tmp_path: Path) -> None:
    folder = tmp_path / "CeF"
    status = here(folder, {**CERIUM_FLUORIDE, "charge": 0})
    record = result(folder)
    assert status == 1
    assert record["status"] == "failed" and "charge" in record["reason"]
    assert record["input"]["charge"] == 0 and "levels" not in record


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"charge": 1}, "odd number of electrons"),
        ({"elements": ["Dy", "Dy"]}, "2 lanthanides"),
        ({"elements": ["Lu", "F"]}, "full 4f shell"),
        ({"elements": ["Ce", "Fe"]}, "no basis chosen for Fe"),
        ({"positions_A": [[0, 0, 0], [0, 0, 0.2]]}, "0.20 Å apart"),
        ({"positions_A": [[0, 0, 0], [0, 0, 3.97]]}, "not in bohr"),
        ({"donors": []}, "no donor"),
        ({"memory_mb": 100}, "100 MB of memory are too little"),
        ({"preset": "huge"}, "preset"),
    ],
)
def test_a_spec_that_cannot_be_run_ends_at_once(
    changes: dict[str, Any],
    message: str,
    here,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert here(tmp_path / "out", {**CERIUM_FLUORIDE, **changes}) == 2
    assert message in caplog.text and "Traceback" not in caplog.text
    assert not capsys.readouterr().out and not (tmp_path / "out").exists()


def test_a_spec_that_is_not_there_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "core.qc.run", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2 and "none.json" in done.stderr and "Traceback" not in done.stderr
