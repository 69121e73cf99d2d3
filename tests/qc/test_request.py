"""The spec of a run as JSON: what is read, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from core.errors import InputError
from core.qc.request import ENGINE, read_request
from core.qc.spin_orbit_states import Multiplicities

SOUND: dict[str, Any] = {
    "elements": ["Ce", "F"],
    "positions_A": [[0, 0, 0], [0, 0, 2.1]],
    "charge": 2,
    "donors": [1],
}


def test_the_four_entries_that_have_to_be_there_are_enough() -> None:
    request = read_request(json.dumps(SOUND))
    assert request.spec.elements == ("Ce", "F") and request.spec.charge == 2 and request.spec.donors == (1,)
    assert request.spec.positions == pytest.approx(np.array([[0, 0, 0], [0, 0, 2.1]]))
    assert request.key == {"geometry": "given", "preset": "standard", "multiplicities": "all", "engine": ENGINE}


def test_what_is_written_is_read_back() -> None:
    entries = {"preset": "fast", "multiplicities": "high-spin", "geometry": "gfn2-4", "memory_mb": 900, "threads": 1}
    given = {**SOUND, "positions_A": [[0, 0, 0], [0.1, 1 / 3, 2.1]], **entries}
    request = read_request(json.dumps(given))
    assert request.multiplicities is Multiplicities.HIGH_SPIN
    assert request.to_dict() == given
    assert read_request(json.dumps(request.to_dict())).to_dict() == given


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "one JSON object"),
        ("{}", "lacks elements, positions_A, charge, donors"),
    ],
)
def test_text_that_is_no_spec_is_named(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_request(text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"elements": "CeF"}, "elements: a list"),
        ({"elements": []}, "elements: a list"),
        ({"elements": ["Ce", 9]}, "elements: a list"),
        ({"elements": ["H"] * 3000}, "3000 atoms"),
        ({"positions_A": [[0, 0, 0]]}, "positions_A: 2 rows"),
        ({"positions_A": [[0, 0, 0], [0, 0]]}, "positions_A: 2 rows"),
        ({"positions_A": [[0, 0, 0], [0, 0, "2.1"]]}, "positions_A: 2 rows"),
        ({"positions_A": [[0, 0, 0], [0, 0, True]]}, "positions_A: 2 rows"),
        ({"positions_A": [[0, 0, 0], [0, 0, float("nan")]]}, "positions_A: 2 rows"),
        ({"positions_A": [[0, 0, 0], [0, 0, 10**400]]}, "positions_A: 2 rows"),
        ({"charge": 2.0}, "charge: a whole number"),
        ({"charge": None}, "charge: a whole number"),
        ({"charge": 1000}, "charge: a whole number"),
        ({"donors": [2]}, "donors: .* from 0 to 1"),
        ({"donors": [-1]}, "donors: .* from 0 to 1"),
        ({"donors": 1}, "donors: .* from 0 to 1"),
        ({"preset": ""}, "preset: a short word"),
        ({"geometry": "x" * 100}, "geometry: a short word"),
        ({"geometry": "a\nb"}, "geometry: a short word"),
        ({"multiplicities": "some"}, "multiplicities: “all” or “high-spin”"),
        ({"memory_mb": 100}, "100 MB of memory are too little"),
        ({"memory_mb": 1e3}, "memory_mb: a whole number"),
        ({"threads": 0}, "threads: a whole number from 1"),
        ({"threads": 10_000}, "threads: a whole number from 1"),
        ({"<b>prest": "fast"}, "unknown entry “<b>prest”"),
    ],
)
def test_an_entry_of_the_wrong_kind_is_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_request(json.dumps({**SOUND, **changes}))
