"""What is said of the gap of a complex with π rings. Computed gaps are those of issue and docs: our engine, `fast`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.learned.verdict import ModelEstimate
from core.workflows.predict import predict
from core.workflows.ring_caveat import ring_caveat, stretched

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"


@pytest.mark.parametrize(("name", "computed_cm1"), [("dy-cp-ipr5-cp-star.cif", 534.0), ("er-cot2-k-crown.cif", 177.0)])
def test_the_interval_of_a_sandwich_is_stretched_until_it_holds_the_computed_gap(
    name: str, computed_cm1: float
) -> None:
    said = predict((EXAMPLES / name).read_bytes(), name)
    caveat = ring_caveat(said.sphere, said.verdict)
    found = re.search(r"need (\d+) to (\d+) cm", caveat)
    assert found is not None
    assert float(found[1]) <= computed_cm1 <= float(found[2])
    assert str(said.to_dict()["caveat"]).endswith(caveat)


def test_a_complex_without_rings_has_no_such_caveat() -> None:
    name = "dy-acac3-phen.cif"
    said = predict((EXAMPLES / name).read_bytes(), name)
    assert said.verdict is not None and said.verdict.electrostatic is not None
    assert ring_caveat(said.sphere, said.verdict) == ""
    assert ring_caveat(None, None) == ""


def test_the_stretched_interval_is_wider_about_the_same_gap_and_never_negative() -> None:
    low, high = stretched(ModelEstimate(0.5, 99.0, (49.0, 199.0)))
    assert (high + 1) / 100 == pytest.approx(2.0**1.8)
    assert 100 / (low + 1) == pytest.approx(2.0**1.8)
    assert stretched(ModelEstimate(0.0, 0.0, (0.0, 0.0))) == (0.0, 0.0)
