"""Fences, counts and clocks: what the supervisor writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import settings
from core.jobs.ledger import Blame, Claim, Ledger, Room
from core.jobs.model import Limits, State
from core.jobs.store import Store
from tests.jobs.supervised import ended, probe, supervisor, until

FREE = Room(1, 10_000, alone=True)
DAY = 86_400.0


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Store(tmp_path))


def claimed(ledger: Ledger, name: str = "a") -> Claim:
    ledger.store.submit(probe(name))
    claim = ledger.claim(ledger.store.path, FREE)
    assert claim is not None
    return claim


def test_an_attempt_that_was_given_back_can_close_nothing(ledger: Ledger) -> None:
    first = claimed(ledger)
    assert ledger.give_back(first.key, Blame.INTERRUPTION, "killed") is State.QUEUED
    assert not ledger.finish(first.key, State.DONE, "", {"by": 1})
    second = ledger.claim(ledger.store.path, FREE)
    assert second is not None and second.job.attempt == 2
    assert not ledger.finish(first.key, State.DONE, "", {"by": 1})
    assert ledger.give_back(first.key, Blame.FAULT, "stale") is None
    ledger.progress({first.key: {"stage": "stale"}})
    assert ledger.store.job(first.job.id).stage == ""
    assert ledger.finish(second.key, State.DONE, "", {"by": 2})
    assert not ledger.finish(second.key, State.FAILED, "", {"by": 3})
    assert ledger.store.result(first.job.id) == {"by": 2}


def test_a_job_is_claimed_once_however_many_ask(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(Store(tmp_path))
    claimed(ledger)
    assert other.claim(tmp_path, FREE) is None and len(other.running()) == 1


def test_a_job_that_dies_by_itself_is_poison_after_three_attempts(ledger: Ledger) -> None:
    claim = claimed(ledger)
    for number in range(1, settings.JOB_MOST_FAULTS + 1):
        state = ledger.give_back((claim.job.id, number), Blame.FAULT, "it crashed")
        assert state is (State.QUEUED if number < settings.JOB_MOST_FAULTS else State.FAILED)
        ledger.claim(ledger.store.path, FREE)
    assert "3 attempts" in ledger.store.job(claim.job.id).reason


def test_kills_from_outside_are_no_poison_but_no_endless_loop_either(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "JOB_MOST_INTERRUPTIONS", 5)
    claim, number = claimed(ledger), 1
    while ledger.give_back((claim.job.id, number), Blame.INTERRUPTION, "killed") is State.QUEUED:
        assert ledger.claim(ledger.store.path, FREE) is not None
        number += 1
    assert number == settings.JOB_MOST_INTERRUPTIONS
    assert ledger.store.retry(claim.job.id).state is State.QUEUED
    again = ledger.claim(ledger.store.path, FREE)
    assert again is not None and again.job.attempt == number + 1


def test_a_cancelled_job_is_not_queued_again(ledger: Ledger) -> None:
    claim = claimed(ledger)
    assert ledger.store.cancel(claim.job.id).cancelling
    assert ledger.give_back(claim.key, Blame.INTERRUPTION, "killed") is State.CANCELLED


def test_the_first_of_the_queue_is_not_overtaken_by_one_that_fits(ledger: Ledger) -> None:
    big, small = probe("big", Limits(threads=4)), probe("small", Limits(threads=1))
    ledger.store.submit_all([big, small])
    assert ledger.claim(ledger.store.path, Room(2, 10_000, alone=False)) is None
    assert ledger.claim(ledger.store.path, Room(4, 100, alone=False)) is None
    alone = ledger.claim(ledger.store.path, Room(2, 100, alone=True))
    assert alone is not None and alone.job.id == big.id


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_is_moved_by_a_day_loses_nothing(jump: float, tmp_path: Path) -> None:
    """While one job runs and two wait; the running one has an hour, by no clock that can be set."""
    now = [1_800_000_000.0]
    store = Store(tmp_path, clock=lambda: now[0])
    first, second = store.submit_all([probe("a", Limits(wall_s=3600), steps=4, dt=0.1), probe("b")])
    running = supervisor(store)
    until(lambda: store.job(first.id).fraction > 0 or store.job(first.id).state.final, running)
    now[0] += jump
    third = store.submit(probe("c"))
    ends = [ended(store, job, running) for job in (first, second, third)]
    assert [job.state for job in ends] == [State.DONE] * 3
    assert [job.attempt for job in ends] == [1, 1, 1]
    starts = [row["job"] for row in store.database.rows("SELECT job FROM history WHERE why = 'claimed' ORDER BY rowid")]
    assert starts == [first.id, second.id, third.id]
