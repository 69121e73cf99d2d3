"""The folder that run and supervisor share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from core.errors import InputError
from core.jobs.attempt import Attempt, announce, announced, read_spec, stop_signals, write_whole
from core.jobs.folders import columns, outcome
from core.jobs.processes import age, birth, lives
from core.jobs.start import NOT_OURS
from core.jobs.start import main as start
from core.jobs.store import whole_events

RACE = """
import os, sys, time
from pathlib import Path
from core.jobs.attempt import announce
begin = float(sys.argv[2])
for number in range(50):
    while time.time() < begin + number * 0.01: pass
    print(int(announce(Path(sys.argv[1]) / str(number), {"pid": os.getpid()})))
"""


def test_of_all_who_want_an_attempt_one_gets_it(tmp_path: Path) -> None:
    begin = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time() + 1)"], capture_output=True, text=True
    )
    command = [sys.executable, "-c", RACE, str(tmp_path), begin.stdout.strip()]
    racers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) for _ in "abc"
    ]
    taken = [list(map(int, racer.communicate(timeout=30)[0].split())) for racer in racers]
    assert [sum(each) for each in zip(*taken, strict=True)] == [1] * 50
    winners = Counter(announced(tmp_path / str(number))["pid"] for number in range(50))  # type: ignore[index]
    assert sum(winners.values()) == 50
    assert not list(tmp_path.rglob("*.part"))


def test_a_run_leaves_an_attempt_that_was_given_up(tmp_path: Path) -> None:
    announce(tmp_path, {"given_up": True})
    assert start(tmp_path) == NOT_OURS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runner.json"]


def test_a_result_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "result.json", '{"status": "ok"}')

    def dies(step: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "result.json", '{"status": "failed"}', dies)
    assert outcome(tmp_path) == {"status": "ok"}


@pytest.mark.parametrize("text", ["", "[1]", '{"status": "ok"', "\x00\xff"])
def test_an_outcome_that_is_no_record_is_a_failure(text: str, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(text, encoding="latin-1")
    record = outcome(tmp_path)
    assert record is not None and record["status"] == "failed" and record["reason"]


def test_a_torn_event_is_left_out(tmp_path: Path) -> None:
    data = b'{"stage": "a", "fraction": 0.5}\nnonsense\n[1]\n{"stage": "b", "frac'
    assert list(whole_events(data)) == [{"stage": "a", "fraction": 0.5}]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            {"stage": "x" * 999, "fraction": 7},
            {"stage": "x" * 200, "detail": "", "fraction": 1.0, "energy_change": None},
        ),
        ({"fraction": float("nan")}, {"stage": "", "detail": "", "energy_change": None}),
        ({"fraction": True, "energy_change_hartree": -1e-5}, {"stage": "", "detail": "", "energy_change": -1e-5}),
        ([1], {}),
    ],
)
def test_the_ledger_takes_from_events_only_what_fits(event: object, expected: dict[str, object]) -> None:
    assert columns(json.dumps(event).encode()) == expected


def test_a_spec_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    for text in ("{", "[]", '{"kind": "probe"}'):
        (tmp_path / "spec.json").write_text(text)
        with pytest.raises(InputError, match=r"spec\.json"):
            read_spec(tmp_path)


def test_events_and_result_stand_in_the_folder(tmp_path: Path) -> None:
    attempt = Attempt(tmp_path, {}, {})
    attempt.event("integrals", 0.123456, step=3)
    attempt.finish({"status": "ok", "τ": "µ"})
    event = json.loads((tmp_path / "events.jsonl").read_text())
    assert event["stage"] == "integrals" and event["fraction"] == 0.1235 and event["step"] == 3
    assert outcome(tmp_path) == {"status": "ok", "τ": "µ"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_hears_that_it_shall_stop_when_it_asks(number: signal.Signals) -> None:
    before = {heard: signal.getsignal(heard) for heard in (signal.SIGTERM, signal.SIGINT)}
    try:
        stopped = stop_signals()
        assert not stopped()
        signal.raise_signal(number)
        assert stopped()
    finally:
        for heard, handler in before.items():
            signal.signal(heard, handler)


def test_a_process_is_known_by_its_birth_too(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = birth(child.pid)
    assert lives(child.pid, born) and not lives(child.pid, "another") and not lives(child.pid, None)
    old = age(child.pid)
    assert old is not None and 0 <= old < 60
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not lives(child.pid, born), "it has ended, though nobody has asked how"
    child.communicate()
    assert birth(child.pid) is None
