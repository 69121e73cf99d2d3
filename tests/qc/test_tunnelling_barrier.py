"""The barrier by the tunnelling criterion, of records that were written before there was one."""

from __future__ import annotations

from typing import Any

import pytest

from core.qc.html_report import to_html
from core.qc.report import as_text
from core.qc.tunnelling_barrier import barriers, criteria_of, criterion_barrier, criterion_sentence
from tests.outcomes import outcome
from tests.verified import verified


def changed(number: int, ion: str = "Dy", **changes: Any) -> dict[str, Any]:
    """A finished run with another doublet in place of one."""
    record = verified()
    record["levels"] |= {"ion": ion}
    record["levels"]["doublets"][number] |= changes
    return record


def test_an_old_record_gets_the_criterion_from_its_g_and_angles() -> None:
    record = verified()
    assert "criterion_barrier_cm1" not in record
    criteria = criteria_of(record)
    assert criteria[0] == 0 and criteria[3] == pytest.approx((1.375525 + 10.12144 + 11.08011) / 3 * 89.98212)
    assert criterion_barrier(record) == record["levels"]["doublets"][3]["energy_cm1"]


def test_the_two_rules_may_disagree() -> None:
    """A doublet whose moment leaks beside the axis of the ground doublet: 0.16 μ_B is too much for the rule of moments,
    1.02 in g and half a degree are nothing to the criterion."""
    record = changed(3, g=[0.42, 0.53, 4.1], angle_to_ground_deg=0.5)
    assert record["barrier_cm1"] == record["levels"]["doublets"][3]["energy_cm1"]
    assert criterion_barrier(record) is None
    assert "no barrier: no doublet reaches 20°." in criterion_sentence(record)


def test_no_barrier_is_given_where_the_ground_doublet_tunnels_already() -> None:
    """Its criterion is 0 by definition."""
    record = verified()
    record["transition_moments_muB"][0][1] = 0.9
    assert criteria_of(record)[0] == 0 and criterion_barrier(record) is None
    assert "the ground doublet tunnels already" in criterion_sentence(record)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (changed(0, easy_axis=None, angle_to_ground_deg=None), "main axis of the ground doublet, which has none"),
        (changed(2, g=None, easy_axis=None, angle_to_ground_deg=None), "degenerate with another has no g"),
    ],
)
def test_a_doublet_that_cannot_be_judged_leaves_no_barrier_but_a_reason(record: dict[str, Any], reason: str) -> None:
    assert criterion_barrier(record) is None
    assert reason in criterion_sentence(record)


def test_the_sentence_cites_the_source_and_says_where_it_was_tried() -> None:
    said = criterion_sentence(verified())
    assert "1083 cm⁻¹ (1559 K)" in said and "N. F. Chilton" in said and "doi:10.1039/d5cs00493d" in said
    assert said.endswith("from 19 Dy(III) magnets.")
    assert criterion_sentence(changed(0, ion="Er")).endswith("from 19 Dy(III) magnets, none of Er(III).")


def test_an_ion_without_kramers_doublets_has_no_criterion() -> None:
    record = verified("TbF3")
    assert criteria_of(record) == () and criterion_barrier(record) is None and criterion_sentence(record) == ""
    assert "criterion" not in as_text(record) + to_html(outcome(record)) and "θ₃" not in to_html(outcome(record))


def test_text_and_page_hold_both_rules_and_a_column() -> None:
    record = verified()
    for shown in (" ".join(as_text(record).split()), to_html(outcome(record))):
        assert "exceeds 0.1 μ_B" in shown and "By the tunnelling criterion: 1083 cm⁻¹ (1559 K)" in shown
        assert "g_T θ₃" in shown and "677.2" in shown


def test_a_doublet_without_a_criterion_is_a_dash() -> None:
    record = changed(2, g=None, easy_axis=None, angle_to_ground_deg=None)
    third = next(line for line in as_text(record).splitlines() if line.startswith("  3 "))
    assert third.split()[3:8] == ["–"] * 5


def test_every_rule_is_named_with_its_level_and_the_first_gap_stands_first() -> None:
    levels = verified()["levels"]["doublets"]
    first, moments, criterion = barriers(changed(3, g=[0.42, 0.53, 4.1], angle_to_ground_deg=0.5))
    assert (first.rule, first.level, first.energy) == ("first gap", 2, levels[1]["energy_cm1"])
    assert (moments.rule, moments.level, moments.energy) == ("transition moments", 4, levels[3]["energy_cm1"])
    assert criterion.rule.startswith("tunnelling criterion") and criterion.level is criterion.energy is None
    assert barriers(verified("TbF3")) == ()
