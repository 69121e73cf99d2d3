"""What a run is expected to take, against what runs took."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.qc.cost import PastRun, estimate, estimate_size, functions_of, past_run, shipped_runs
from core.qc.stored_result import request_of
from tests.verified import verified

RECORD = verified()
SPEC = request_of(RECORD).spec


@pytest.mark.parametrize("name", ["Dy(H2O)5F2", "TbF3"])
def test_functions_are_counted_as_the_engine_counts_them(name):
    record = verified(name)
    assert functions_of(request_of(record).spec) == record["method"]["functions"]


def test_most_shipped_runs_lie_within_the_interval():
    runs = shipped_runs()
    costs = [estimate_size(run.atoms, run.functions, run.threads, 4000) for run in runs]
    inside = [cost.low <= run.seconds <= cost.high for run, cost in zip(runs, costs, strict=True)]
    assert len(runs) > 40 and sum(inside) >= 0.9 * len(runs)
    assert sum(abs(cost.seconds / run.seconds - 1) < 0.5 for run, cost in zip(runs, costs, strict=True)) > 40


def test_a_larger_basis_takes_longer_and_more_threads_less():
    small, large = estimate(SPEC, 1, 4000), estimate(replace(SPEC, preset="fine"), 1, 4000)
    assert large.functions > small.functions and large.seconds > 2 * small.seconds and large.memory > small.memory
    assert estimate(SPEC, 2, 4000).seconds < small.seconds


def test_runs_of_a_slower_machine_make_the_estimate_slower_and_narrower():
    before = estimate(SPEC, 1, 4000)
    own = [PastRun(18, 176, 1, 3 * before.seconds, 651.0, here=True)] * 5
    after = estimate(SPEC, 1, 4000, own)
    assert after.seconds == pytest.approx(3 * before.seconds, rel=0.3)
    assert after.high / after.low < before.high / before.low
    assert after.runs_here == 5


def test_integrals_beyond_the_limit_go_to_disk():
    assert not estimate(SPEC, 1, 4000).on_disk
    cramped = estimate(SPEC, 1, 500)
    assert cramped.on_disk and cramped.memory == 500


def test_a_run_is_learned_from_only_if_it_ran_in_one_go():
    learned = past_run(RECORD)
    assert learned is not None and learned.functions == 176 and learned.here
    assert past_run({**RECORD, "resumed": True}) is None
    assert past_run({"status": "failed", "reason": "no."}) is None
