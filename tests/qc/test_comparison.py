"""The comparison with OpenMolcas measures what it says, on two answers whose differences are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.validation.qc_vs_openmolcas import comparison, summary
from core.magnetism.stevens import KQ, rotate_parameters

LEVELS = np.repeat(np.arange(63) * 100.0, 2)
TURN = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
FIELD = dict(zip(KQ, np.random.default_rng(2).normal(size=27), strict=True))


def named(parameters: dict[tuple[int, int], float]) -> dict[str, float]:
    return {f"B{k}{q:+d}": float(value) for (k, q), value in parameters.items()}


def answer(program: str, **changes: Any) -> dict[str, Any]:
    known = {"complex": "X", "program": program, "status": "ok", "elements": ["Dy", "O"], "functions": 92}
    values = {"levels_cm1": LEVELS.tolist(), "g": [0.0, 0.0, 19.9], "axis": [0.0, 0.0, 1.0], "chi_t": [12.0, 13.0]}
    field = {"frame": TURN.tolist(), "B_cm1": named(FIELD), "wall_s": 100.0}
    return {**known, **values, **field, **changes}


OURS = named(rotate_parameters(FIELD, TURN.T))
"""The parameters in the input frame that are FIELD in the frame of the other program."""


def test_equal_answers_differ_in_nothing_but_time() -> None:
    found = comparison(answer("OpenMolcas"), answer("Kramers", B_cm1=OURS, wall_s=8.0, axis=[0.0, 0.0, -1.0]))
    assert found["first_gap_cm1"] == found["ground_multiplet_cm1"] == found["axis_deg"] == found["chi_t_percent"] == 0
    assert set(found["B_percent_of_rank"].values()) == {0.0}
    agree, counted = found["signs_of_negative_q"].removesuffix(" agree").split(" of ")
    assert agree == counted
    assert found["ratio"] == 12.5
    assert found["within_limits"]


def test_multiplets_are_counted_by_their_states() -> None:
    levels = LEVELS.copy()
    levels[16:30] += 4.0  # J = 13/2
    levels[30:42] -= 7.0  # J = 11/2
    levels[2:4] += 0.5
    found = comparison(answer("OpenMolcas"), answer("Kramers", B_cm1=OURS, levels_cm1=levels.tolist()))
    assert found["first_gap_cm1"] == found["ground_multiplet_cm1"] == 0.5
    assert found["higher_multiplets_cm1"] == {
        "J=13/2": {"mean": 4.0, "largest": 4.0},
        "J=11/2": {"mean": -7.0, "largest": 7.0},
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"levels_cm1": (LEVELS + 1.2 * (LEVELS > 0)).tolist()},
        {"g": [0.0, 0.0, 19.88]},
        {"g": None},
        {"chi_t": [12.0, 13.02]},
    ],
)
def test_a_difference_past_its_limit_is_no_agreement(changes: dict[str, Any]) -> None:
    theirs, ours = answer("OpenMolcas"), answer("Kramers", **{"B_cm1": OURS, **changes})
    assert summary([theirs, ours])["within_all_limits"] == []


def test_a_wrong_sign_of_negative_q_is_counted() -> None:
    wrong = {(k, q): -value if q < 0 else value for (k, q), value in FIELD.items()}
    ours = named(rotate_parameters(wrong, TURN.T))
    assert comparison(answer("OpenMolcas"), answer("Kramers", B_cm1=ours))["signs_of_negative_q"].startswith("0 of")
