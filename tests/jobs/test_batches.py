"""Ten thousand jobs are asked for, counted, cancelled and estimated as one; and a ledger from before there were
batches."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from core.doubts import doubt
from core.errors import InputError
from core.jobs.configuration import Configuration
from core.jobs.database import VERSION
from core.jobs.estimate import TRUST, estimate, length, side_by_side
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Filter, JobError, JobSpec, Limits, State
from core.jobs.store import Store
from tests.jobs.supervised import ended, probe, supervisor

FREE = Room(1, 100_000, alone=True)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def of_class(name: str, donor_class: str) -> JobSpec:
    return JobSpec("probe", {"name": name}, name, meta={"donor_class": donor_class})


def titles(store: Store, **wanted: object) -> list[str]:
    return [job.title for job in store.jobs(Filter(**wanted))]  # type: ignore[arg-type]


def test_a_batch_is_listed_counted_and_cancelled_as_a_whole(store: Store) -> None:
    asked = store.ask([probe("a"), probe("b"), probe("a")], "  first   batch ")
    assert (asked.new, asked.known, asked.again, len(asked.ids)) == (2, 1, 0, 3)
    store.submit(probe("alone"))
    assert titles(store, batch="first batch") == ["b", "a"] and titles(store, alone=True) == ["alone"]
    (batch,) = store.batches()
    assert batch.name == "first batch" and batch.jobs == 2 and batch.ended == 0
    assert batch.counts == store.counts(Filter(batch="first batch"))
    done = store.cancel_all(Filter(batch="first batch"))
    assert (done.never_started, done.stopping, done.shared) == (2, 0, 0)
    assert store.counts()[State.QUEUED] == 1 and store.batches()[0].ended == 2
    assert store.ask([probe("a")], "first batch").again == 1


def test_a_job_may_belong_to_several_batches_and_whoever_cancels_is_told(store: Store) -> None:
    store.ask([probe("a"), probe("b")], "one")
    store.ask([probe("b"), probe("c")], "two")
    assert [(batch.name, batch.jobs) for batch in sorted(store.batches(), key=lambda b: b.name)] == [
        ("one", 2),
        ("two", 2),
    ]
    done = store.cancel_all(Filter(batch="one"))
    assert (done.never_started, done.shared) == (2, 1)
    store.delete(store.jobs(Filter(text="b"))[0].id)
    assert {batch.name: batch.jobs for batch in store.batches()} == {"one": 1, "two": 1}


def test_what_waits_is_cancelled_by_class_and_time_and_a_running_job_is_told_to_stop(tmp_path: Path) -> None:
    now = [1000.0]
    store = Store(tmp_path, clock=lambda: now[0])
    store.ask([of_class("a", "phosphine oxide"), of_class("b", "amide O")])
    now[0] = 2000.0
    store.ask([of_class("c", "phosphine oxide"), of_class("d", "phosphine oxide")])
    assert Ledger(store).claim(tmp_path, FREE) is not None  # takes a
    done = store.cancel_all(Filter(donor_class="Phosphine Oxide", since=1500.0))
    assert (done.never_started, done.stopping) == (2, 0)
    assert store.cancel_all(Filter(donor_class="phosphine oxide")).stopping == 1
    assert titles(store, states=(State.CANCELLED,)) == ["d", "c"] and titles(store, states=(State.QUEUED,)) == ["b"]
    assert [change.why for change in store.history(store.jobs(Filter(text="c"))[0].id)] == ["asked", "cancelled"]


def test_what_runs_comes_first_then_what_ended_last_then_the_queue_where_that_is_wanted(tmp_path: Path) -> None:
    now = [1000.0]
    store = Store(tmp_path, clock=lambda: now[0])
    jobs = [store.submit(probe(name)) for name in "abcde"]
    finished(store, 10.0, now)
    finished(store, 10.0, now)
    assert Ledger(store).claim(tmp_path, FREE) is not None
    store.prioritise(jobs[4].id, 3)
    assert titles(store, lively=True) == ["c", "b", "a", "e", "d"]


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x1b[2Jb"])
def test_a_batch_has_a_name_that_can_be_printed(store: Store, name: str) -> None:
    if name:
        with pytest.raises(InputError, match="batch"):
            store.ask([probe("a")], name)
        assert not store.jobs()
    else:
        store.ask([probe("a")], name)
        assert not store.batches()


def test_what_cannot_be_computed_is_refused_at_once_with_its_reason_and_may_be_tried_again(store: Store) -> None:
    spec = JobSpec("probe", {"name": "x"}, "x", refusal="this is no ligand.")
    asked = store.ask([spec, probe("a")], "batch")
    assert (asked.new, asked.refused) == (2, 1)
    job = store.job(asked.ids[0])
    assert job.state is State.REFUSED and job.state.final and job.reason == "this is no ligand." and job.ended
    assert store.ask([spec]).known == 1 and store.job(job.id).state is State.REFUSED, "a refusal is an answer"
    assert store.retry(job.id).state is State.QUEUED
    with pytest.raises(JobError, match="refused"):
        store.retry(job.id)


def test_a_run_that_refuses_ends_as_refused(store: Store) -> None:
    job = ended(store, store.submit(probe("a", refuse="a proton moved.")), supervisor(store))
    assert (job.state, job.reason, job.attempt) == (State.REFUSED, "a proton moved.", 1)
    store.delete(job.id)
    assert not store.jobs()


def test_the_files_of_a_job_lie_in_the_folder_of_its_run_and_go_with_it(store: Store) -> None:
    body = bytes(range(256)) * 400
    job = store.submit(JobSpec("probe", {"name": "a"}, files={"input.cif": body}))
    ended(store, job, supervisor(store))
    assert (store.folder(job.id) / "input.cif").read_bytes() == body
    store.delete(job.id)
    assert not store.database.rows("SELECT * FROM files")
    for name in ("spec.json", "../input", "input/../../x"):
        with pytest.raises(InputError, match="input"):
            JobSpec("probe", {}, files={name: b""})


# When all will be done ------------------------------------------------------------------------------------------------


def finished(store: Store, seconds: float, now: list[float], state: State = State.DONE) -> None:
    ledger = Ledger(store)
    claim = ledger.claim(store.path, FREE)
    now[0] += seconds
    assert claim is not None and ledger.finish(claim.key, state, "")


def test_when_all_will_be_done_is_told_from_what_has_finished(tmp_path: Path) -> None:
    now = [1000.0]
    store, one = Store(tmp_path, clock=lambda: now[0]), Configuration(tmp_path, threads=8, memory_mb=16_000)
    store.ask([probe(str(number)) for number in range(4)], "first")
    store.ask([probe(str(number)) for number in range(4, 10)], "second")
    assert estimate(store, one) is None, "nothing has finished"
    finished(store, 100.0, now)
    finished(store, 20.0, now, State.REFUSED)
    found = estimate(store, one)
    assert found is not None and found.words == "about 8 min, from 2 finished" and found.seconds == 8 * 60
    first = estimate(store, one, Filter(batch="first"))
    assert first is not None and first.seconds == 2 * 60
    assert estimate(store, one, Filter(batch="second")) == found, "the first batch is waited for"
    two = estimate(store, Configuration(tmp_path, slots=2, threads=8, memory_mb=16_000))
    assert two is not None and two.seconds == 4 * 60
    assert Ledger(store).claim(tmp_path, FREE) is not None
    now[0] += 45.0
    running = estimate(store, one)
    assert running is not None and running.seconds == 7 * 60 + 15
    store.cancel_all(Filter(states=(State.QUEUED,)))
    assert estimate(store, one, Filter(states=(State.QUEUED,))) is None


def test_what_is_left_of_a_run_goes_by_the_pace_of_what_is_done(tmp_path: Path) -> None:
    """On a machine that is busy, a tenth has taken half of the time that was expected for the whole."""
    now = [1e9]
    store, one = Store(tmp_path, clock=lambda: now[0]), Configuration(tmp_path, threads=8, memory_mb=16_000)
    store.ask([probe("before"), probe("runs")])
    finished(store, 100.0, now)
    ledger = Ledger(store)
    claim = ledger.claim(tmp_path, FREE)
    assert claim is not None
    now[0] += 50.0

    def left(fraction: float) -> float:
        ledger.progress({claim.key: {"stage": "integrals", "fraction": fraction}})
        found = estimate(store, one)
        assert found is not None
        return found.seconds

    assert left(0.0) == 50, "nothing is known but what was expected"
    assert left(0.5) == pytest.approx(50), "as fast as expected"
    assert left(0.1) == pytest.approx(0.9 * 100 * (0.5 + TRUST) / (0.1 + TRUST)), "slower"
    assert left(0.9) < 10, "faster"
    assert left(1.0) == 0
    now[0] += 4000.0
    assert 2000 < left(0.5) < 4050, "the longer it has taken, the nearer to as long again"


def test_jobs_run_side_by_side_as_far_as_threads_and_memory_reach(tmp_path: Path) -> None:
    machine = Configuration(tmp_path, slots=8, threads=8, memory_mb=16_000)
    assert side_by_side(machine, Limits(threads=1, memory_mb=1000)) == 8
    assert side_by_side(machine, Limits(threads=3, memory_mb=1000)) == 2
    assert side_by_side(machine, Limits(threads=1, memory_mb=50_000)) == 1


def test_a_long_time_is_told_in_the_unit_that_fits() -> None:
    assert [length(s) for s in (40.0, 600.0, 9000.0, 400_000.0)] == ["40 s", "10 min", "2.5 h", "4.6 days"]


# A long queue ---------------------------------------------------------------------------------------------------------


def test_a_queue_of_ten_thousand_is_asked_for_looked_at_and_worked_off_without_waiting(store: Store) -> None:
    """The bounds are ten times what it takes on an idle machine, and far below what anything quadratic would take."""
    meta = {"donor_class": "amide O", "doubts": [doubt("unspecified", "w" * 80).record()] * 5}
    begun = time.perf_counter()
    for part in range(20):
        numbers = range(500 * part, 500 * part + 500)
        store.ask([JobSpec("verify", {"ligand": f"C{n}"}, f"ligand {n}", meta=meta) for n in numbers], f"b{part % 2}")
    assert time.perf_counter() - begun < 15
    ledger = Ledger(store)
    begun = time.perf_counter()
    claim = ledger.claim(store.path, FREE)
    assert claim is not None and claim.job.title == "ligand 0"
    assert store.counts()[State.QUEUED] == 9999
    jobs = store.jobs(Filter(kinds=("verify",), limit=200))
    assert jobs[0].place == 9999 and len(jobs) == 200
    assert [batch.jobs for batch in store.batches()] == [5000, 5000]
    assert store.job(claim.job.id[:12]).id == claim.job.id
    assert store.jobs(Filter(states=(State.DONE,))) == []
    assert time.perf_counter() - begun < 2
    begun = time.perf_counter()
    assert store.cancel_all(Filter(donor_class="amide O", states=(State.QUEUED,))).never_started == 9999
    assert time.perf_counter() - begun < 5


# A ledger from before -------------------------------------------------------------------------------------------------


def test_a_ledger_from_before_goes_on_with_all_that_is_in_it(tmp_path: Path) -> None:
    """ledger_version_1.sql is what the version before this one left: a job done, one failed, one running, one queued,
    and one deleted."""
    file = sqlite3.connect(tmp_path / "jobs.sqlite")
    file.executescript(Path(__file__).with_name("ledger_version_1.sql").read_text(encoding="utf-8"))
    file.close()
    store = Store(tmp_path)
    assert store.database.rows("PRAGMA user_version")[0][0] == VERSION and store.database.integrity() == "ok"
    assert not store.database.rows("PRAGMA foreign_key_check")
    assert {job.title: job.state for job in store.jobs()} == {
        "a": State.DONE,
        "b": State.FAILED,
        "c": State.RUNNING,
        "d": State.QUEUED,
    }
    a, b = store.jobs(Filter(states=(State.DONE,)))[0], store.jobs(Filter(states=(State.FAILED,)))[0]
    assert store.result(a.id) == {"status": "ok", "name": "a"} and len(store.history(a.id)) == 3
    assert store.retry(b.id).state is State.QUEUED and store.result(b.id) is None
    running = supervisor(store)
    for job in store.jobs():
        assert ended(store, job, running).state is State.DONE
    assert ended(store, store.submit(probe("new", refuse="no.")), running).state is State.REFUSED
    store.delete(a.id)
    assert not store.database.rows("SELECT * FROM results WHERE job = ?", (a.id,)), "answers still go with their jobs"


def test_a_process_that_has_the_ledger_open_survives_its_being_brought_up_to_date(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "jobs.sqlite")
    file.executescript(Path(__file__).with_name("ledger_version_1.sql").read_text(encoding="utf-8"))
    first = Store(tmp_path)
    assert file.execute("SELECT count(*) FROM jobs").fetchone()[0] == len(first.jobs()) == 4
    assert len(Store(tmp_path).jobs()) == 4
