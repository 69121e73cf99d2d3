"""The ladder of approximations compares what it says."""

from __future__ import annotations

from typing import Any

from benchmarks.validation.qc_ladder import COMPARISONS, RUNGS, TINY_RUNGS, summary


def row(rung: str, levels: list[float], complex_: str = "X") -> dict[str, Any]:
    return {"complex": complex_, "rung": rung, "status": "converged", "levels_cm1": levels, "wall_s": 1.0}


def test_every_comparison_is_between_rungs_of_one_complex() -> None:
    for _, cheaper, better in COMPARISONS:
        assert {cheaper, better} <= set(RUNGS) or {cheaper, better} <= set(TINY_RUNGS)


def test_the_error_of_the_gap_is_that_of_the_first_state_above_the_ground_level() -> None:
    rows = [row("fast", [0, 0, 101, 101, 205, 205]), row("fine", [0, 0, 100, 100, 210, 210])]
    (entry,) = summary(rows)["ladder"]
    assert entry["what"] == "preset fast"
    assert (entry["first_gap_cm1"], entry["multiplet_cm1"]) == (1.0, 5.0)


def test_the_largest_error_of_all_complexes_stands_first_and_failures_are_left_out() -> None:
    rows = [row(rung, [0.0, gap], name) for name, gap in (("X", 3.0), ("Y", 4.0)) for rung in ("high-spin", "standard")]
    rows[0]["levels_cm1"] = [0.0, 5.0]
    rows[2]["levels_cm1"] = [0.0, 8.0]
    failed = {"complex": "Z", "rung": "standard", "status": "failed", "reason": "no", "wall_s": 1.0}
    (entry,) = summary([*rows, failed])["ladder"]
    assert entry["first_gap_cm1"] == 4.0
    assert set(entry["complexes"]) == {"X", "Y"}
