"""The double well of runs with and without Kramers doublets."""

from __future__ import annotations

import pytest

from core.qc.barrier_diagram import Way, barrier_diagram
from core.qc.svg_plots import barrier_svg, chi_t_svg, magnetisation_svg
from tests.verified import verified


def test_every_kramers_doublet_stands_on_both_sides_at_its_moment():
    record = verified()
    diagram = barrier_diagram(record)
    assert [len(line) for line in diagram.lines] == [2] * 8
    for level, (up, down) in zip(record["levels"]["doublets"], diagram.lines, strict=True):
        assert diagram.energies[up] == diagram.energies[down] == level["energy_cm1"]
        assert diagram.moments[up] == pytest.approx(-diagram.moments[down])
    assert diagram.moments[0] == pytest.approx(record["levels"]["doublets"][0]["g"][2] / 2, rel=1e-4)


def test_arrows_reach_one_level_above_the_barrier_and_carry_the_mean_moments():
    record = verified()
    diagram = barrier_diagram(record)
    below = sum(level["energy_cm1"] <= record["barrier_cm1"] for level in record["levels"]["doublets"])
    within = [step for step in diagram.transitions if step.way is Way.THROUGH]
    assert len(within) == below + 1
    leaking = [step for step in within if step.moment > 0.1]
    assert diagram.energies[leaking[0].first] == pytest.approx(record["barrier_cm1"])
    for step in diagram.transitions:
        assert step.moment == record["transition_moments_muB"][step.first][step.second]


def test_arrows_up_stay_on_their_side():
    diagram = barrier_diagram(verified())
    for step in diagram.transitions:
        same = diagram.moments[step.first] * diagram.moments[step.second] > 0
        assert same == (step.way is Way.UP)


def test_a_non_kramers_ion_has_split_pairs_and_singlets_in_the_middle():
    record = verified("TbF3")
    diagram = barrier_diagram(record)
    assert sum(map(len, diagram.lines)) == 13 and diagram.lines[1] == (2,)
    low, high = (diagram.energies[state] for state in diagram.lines[0])
    assert high - low == pytest.approx(record["levels"]["doublets"][0]["splitting_cm1"])
    assert diagram.moments[2] == pytest.approx(0.0, abs=1e-6)
    assert diagram.barrier is None


def test_a_table_that_does_not_fit_the_moments_is_refused():
    record = verified()
    with pytest.raises(ValueError, match="states"):
        barrier_diagram({**record, "levels": {**record["levels"], "doublets": record["levels"]["doublets"][:-1]}})


@pytest.mark.parametrize("name", ["Dy(H2O)5F2", "TbF3"])
def test_the_plots_draw_every_state_and_every_temperature_within_the_frame(name):
    record = verified(name)
    svg = barrier_svg(record)
    bars = svg.count('stroke-width="2.4"')
    assert bars == len(record["moments_along_axis_muB"])
    assert chi_t_svg(record).count("<circle") == len(record["chiT"]["T_K"])
    assert "nan" not in svg and 'points="-' not in svg
    curves = magnetisation_svg(record)
    assert curves.count("<polyline") == 4 and "nan" not in curves and 'points="-' not in curves
