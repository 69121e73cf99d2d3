"""Real processes, one supervisor: what becomes of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs import supervisor as module
from core.jobs.attempt import announced
from core.jobs.backends import Local
from core.jobs.model import Limits, State
from core.jobs.processes import session
from core.jobs.service import ensure_supervisor, supervise, supervisor_status
from core.jobs.store import Store
from tests.jobs.supervised import ended, probe, supervisor, until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """A service listens to signals; the tests' own process shall go on doing what it did."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def pid_of(store: Store, name: str) -> int:
    who = announced(store.folder(name))
    assert who is not None
    return int(who["pid"])


def begun(store: Store, name: str) -> bool:
    return bool(store.events(name))


def test_a_job_runs_and_its_answer_is_recorded(store: Store) -> None:
    job = ended(store, store.submit(probe("a", steps=2)), supervisor(store))
    assert job.state is State.DONE and job.fraction == 1 and job.reason == "" and job.memory_mb > 1
    result = store.result(job.id)
    assert result is not None and result["name"] == "a" and result["threads"] == "1"
    assert [event["stage"] for event in store.events(job.id)] == ["probing"] * 2
    assert [change.after for change in store.history(job.id)] == ["queued", "running", "done"]


def test_an_outcome_without_success_is_final_and_has_its_reason(store: Store) -> None:
    job = ended(store, store.submit(probe("a", fail="the charge is wrong")), supervisor(store))
    assert (job.state, job.reason, job.attempt) == (State.FAILED, "the charge is wrong", 1)


@pytest.mark.parametrize(("status", "said"), [(7, "status 7"), (-signal.SIGSEGV, "SIGSEGV")])
def test_a_run_that_dies_without_outcome_is_poison_in_the_end(status: int, said: str, store: Store) -> None:
    job = ended(store, store.submit(probe("a", exit=status)), supervisor(store))
    assert job.state is State.FAILED and job.attempt == 3 and said in job.reason


def test_a_run_killed_from_outside_goes_on_from_its_checkpoint(store: Store) -> None:
    running = supervisor(store)
    job = store.submit(probe("a", steps=20, dt=0.05))
    until(lambda: len(store.events(job.id)) > 3, running)
    os.kill(pid_of(store, job.id), signal.SIGKILL)
    job = ended(store, job, running)
    result = store.result(job.id)
    assert result is not None and result["resumed_from"] >= 3 and job.attempt == 2
    whys = [change.why for change in store.history(job.id)]
    assert "the run was killed from outside (SIGKILL)." in whys


def test_a_run_outlives_its_supervisor_and_is_adopted(store: Store) -> None:
    job = store.submit(probe("a", steps=6, dt=0.1))
    first = supervisor(store)
    until(lambda: begun(store, job.id), first)
    job = ended(store, job, supervisor(store))
    assert job.state is State.DONE and job.attempt == 1


def test_a_claim_without_a_run_is_given_up_before_it_is_made_again(store: Store) -> None:
    """The old supervisor died in the moment of starting; its run comes late and has to leave."""
    late: list[subprocess.Popen[bytes]] = []

    class Slow(Local):
        def submit(self, job, folder):  # type: ignore[no-untyped-def]
            raise SystemExit

    job = store.submit(probe("a"))
    with pytest.raises(SystemExit):
        supervisor(store, backends=[Slow()]).round()
    abandoned = store.folder(job.id)
    job = ended(store, job, supervisor(store))
    assert job.state is State.DONE and job.attempt == 2
    late.append(subprocess.Popen([sys.executable, "-m", "core.jobs.start", str(abandoned)], cwd=ROOT))
    assert late[0].wait() == 3 and not (abandoned / "result.json").exists()


def test_a_running_job_is_cancelled_with_all_that_it_has_started(store: Store) -> None:
    running = supervisor(store)
    job = store.submit(probe("a", steps=1000, dt=0.05, children=2))
    until(lambda: begun(store, job.id), running)
    leader = pid_of(store, job.id)
    assert len(session(leader)) == 3
    assert store.cancel(job.id).cancelling
    job = ended(store, job, running)
    assert job.state is State.CANCELLED and not store.result(job.id)
    until(lambda: not session(leader))


def test_what_a_run_leaves_behind_is_ended_after_its_answer(store: Store) -> None:
    job = ended(store, store.submit(probe("a", children=1)), supervisor(store))
    assert job.state is State.DONE
    until(lambda: not session(pid_of(store, job.id)))
    assert not (store.folder(job.id) / "scratch").exists()


def test_a_job_that_is_deaf_to_a_wish_is_killed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.settings, "JOB_GRACE_S", 0.3)
    running = supervisor(store)
    job = store.submit(probe("a", steps=1, dt=600))  # it asks for signals between steps only
    until(lambda: store.job(job.id).state is State.RUNNING and announced(store.folder(job.id)) is not None, running)
    time.sleep(0.3)
    store.cancel(job.id)
    assert ended(store, job, running).state is State.CANCELLED


def test_a_job_beyond_its_memory_is_ended_with_that_reason_and_others_live(store: Store) -> None:
    running = supervisor(store, slots=2)
    greedy = store.submit(probe("greedy", Limits(memory_mb=150), allocate_mb=400, steps=100, dt=0.1))
    other = store.submit(probe("other", steps=8, dt=0.05))
    failed, fine = ended(store, greedy, running), ended(store, other, running)
    assert failed.state is State.FAILED and "more memory than the 150 MB it was given" in failed.reason
    assert failed.attempt == 1 and failed.memory_mb > 150
    assert fine.state is State.DONE and fine.attempt == 1


def test_a_job_beyond_its_time_is_ended_and_goes_on_when_asked(store: Store) -> None:
    running = supervisor(store)
    job = ended(store, store.submit(probe("a", Limits(wall_s=1), steps=60, dt=0.05)), running)
    assert job.state is State.FAILED and "longer than the 1 s" in job.reason
    again = ended(store, store.retry(job.id, Limits(wall_s=60)), running)
    result = store.result(again.id)
    assert again.state is State.DONE and result is not None and result["resumed_from"] > 0


def test_the_higher_priority_starts_first(store: Store) -> None:
    low, high = store.submit(probe("low")), store.submit(probe("high"))
    store.prioritise(high.id, 3)
    running = supervisor(store)
    ended(store, low, running)
    claims = store.database.rows("SELECT job FROM history WHERE why = 'claimed' ORDER BY rowid")
    assert [row["job"] for row in claims] == [high.id, low.id]


def test_local_runs_step_back_behind_the_app(store: Store) -> None:
    running = supervisor(store)
    job = store.submit(probe("a", steps=100, dt=0.05))
    until(lambda: begun(store, job.id), running)
    run = pid_of(store, job.id)
    assert os.getpriority(os.PRIO_PROCESS, run) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    group = Path(f"/proc/{run}/autogroup")
    if group.exists() and os.access(group, os.R_OK):  # where Linux weighs sessions, niceness alone yields to nobody
        assert group.read_text().endswith("nice 10\n")
    store.cancel(job.id)
    ended(store, job, running)


def test_a_folder_of_runs_that_cannot_be_used_is_a_reason_and_no_attempt_lost(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TROUBLE_S", 0.05)
    runs = tmp_path / "runs"
    runs.write_text("a file where the folder should be")
    running = supervisor(store)
    job = store.submit(probe("a"))
    until(lambda: "could not be started" in store.job(job.id).reason, running)
    runs.unlink()
    job = ended(store, job, running)
    assert job.state is State.DONE


def test_while_the_disk_is_nearly_full_jobs_wait_and_say_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TROUBLE_S", 0.05)
    usage, room = shutil.disk_usage(store.path), [7_000_000]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=room[0]))
    running = supervisor(store)
    job = store.submit(probe("a"))
    until(lambda: "7 MB left" in store.job(job.id).reason, running)
    assert store.job(job.id).state is State.QUEUED and store.job(job.id).attempt == 0
    room[0] = usage.total
    assert ended(store, job, running).state is State.DONE


def test_a_deleted_job_asked_again_does_not_find_its_old_answer(store: Store) -> None:
    running = supervisor(store)
    job = ended(store, store.submit(probe("a")), running)
    folder = store.folder(job.id)
    store.delete(job.id)
    assert not folder.exists()
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps({"status": "ok", "name": "old"}))
    store.submit(probe("a"))
    ended(store, job, running)
    result = store.result(job.id)
    assert result is not None and result["name"] == "a"


def test_there_is_one_supervisor_and_it_leaves_when_idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not supervisor_status(tmp_path).running
    first = ensure_supervisor(tmp_path, idle_s=1.0)
    assert first.running and first.pid is not None and first.pid != os.getpid()
    assert ensure_supervisor(tmp_path).pid == first.pid
    monkeypatch.setattr("core.jobs.service._LOCK_S", 0.1)
    assert supervise(tmp_path, idle_s=0.0) == 0, "a second one steps back"
    store = Store(tmp_path)
    job = store.submit(probe("a"))
    until(lambda: store.job(job.id).state is State.DONE)
    until(lambda: not supervisor_status(tmp_path).running)


def test_where_a_service_of_its_own_runs_jobs_the_app_starts_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAMERS_SUPERVISOR", "none")
    status = ensure_supervisor(tmp_path)
    assert not status.running and "kramers jobs supervise" in status.message


def test_a_configuration_that_cannot_be_read_is_said_by_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "jobs.toml").write_text("slots = 'many'")
    assert supervise(tmp_path) == 2
    assert "slots is a whole number" in caplog.text and "jobs.toml" in caplog.text
