"""The fraction that a run tells goes with the clock."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from core.progress import Stopped
from core.qc import stages
from core.qc.stages import GUESS, INTEGRALS, ORBITALS, SPIN_ORBIT, Clock, of_steps, spans

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def timed() -> list[tuple[int, dict[str, float]]]:
    """Functions and seconds of each stage, of runs of three sizes."""
    names = ("big_crystal.json", "qc_vs_openmolcas.json")
    rows = [row for name in names for row in json.loads((RESULTS / name).read_text(encoding="utf-8"))["rows"]]
    return [(row["functions"], row["timings_s"]) for row in rows if "timings_s" in row]


def test_stages_follow_one_another_and_end_with_the_run():
    for functions in (90, 250, 1000):
        found = list(spans(functions).values())
        assert found[0][0] == 0.0 and found[-1][1] == pytest.approx(1.0)
        assert all(one[1] == other[0] for one, other in pairwise(found)) and all(a < b for a, b in found)


def test_shares_are_those_that_runs_of_many_sizes_took():
    runs = timed()
    assert len(runs) >= 4 and max(functions for functions, _ in runs) == 779
    for functions, seconds in runs:
        for name in (INTEGRALS, GUESS, ORBITALS, SPIN_ORBIT):
            begin, end = spans(functions)[name]
            assert end - begin == pytest.approx(seconds[name] / seconds["total"], abs=0.12), (functions, name)


def test_steps_go_on_and_never_reach_the_end():
    done = [of_steps(steps) for steps in range(60)]
    assert done[0] == 0 and all(a < b < 1 for a, b in pairwise(done))


def test_within_a_stage_it_tells_now_and_then_and_where_it_is(monkeypatch):
    now, told = [100.0], []
    monkeypatch.setattr(stages.time, "monotonic", lambda: now[0])
    clock = Clock(lambda stage, fraction: told.append((stage, fraction)), lambda: False, spans(275))
    begin, end = spans(275)[INTEGRALS]
    with clock.stage(INTEGRALS):
        clock.within(0.1)  # at once after the stage's own word: not told
        now[0] += stages.PAUSE_S
        clock.within(0.5)
        clock.within(0.6)
    assert told == [(INTEGRALS, begin), (INTEGRALS, pytest.approx((begin + end) / 2))]
    with clock.stage(ORBITALS):
        clock.step(3)
        now[0] += stages.PAUSE_S
        clock.within(1.0)
    begin, end = spans(275)[ORBITALS]
    assert told[-2:] == [
        ("orbitals, step 3", pytest.approx(begin + of_steps(3) * (end - begin))),
        ("orbitals, step 3", pytest.approx(begin + of_steps(4) * (end - begin))),
    ]


def test_a_run_is_stopped_within_a_stage_too():
    clock = Clock(lambda stage, fraction: None, lambda: bool(asked.append(1)) or len(asked) > 2, spans(275))
    asked: list[int] = []
    with pytest.raises(Stopped), clock.stage(INTEGRALS):
        for step in range(10):
            clock.within(step / 10)
    assert len(asked) == 3
