"""Part 2 of `benchmarks.robustness.queue_torture`: supervisor and run die before and after each step of the protocol.

As a program it is the run that dies: `python benchmarks/robustness/queue_fail_points.py POINT FOLDER`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from core.jobs import attempt, start
from core.jobs.backends import Local
from core.jobs.configuration import Configuration
from core.jobs.model import JobSpec, State
from core.jobs.store import Store
from core.jobs.supervisor import Supervisor

PATIENCE_S: Final = 60.0
"""What has not happened by then never will."""

SUPERVISOR_POINTS: Final[tuple[str, ...]] = (
    "before claim", "after claim", "folder made", "spec written", "run started", "before noting", "after noting",
    "before finish", "after finish", "before giving back", "after giving back", "before ending", "after ending",
)  # fmt: skip
"""Steps of the supervisor. To have it give back, we kill the run; to have it end one, we cancel the job."""

RUN_POINTS: Final = ("before announcing", "after announcing", "before result", "result written", "after result")


def fail_points(folder: Path, repeats: int) -> dict[str, Any]:
    """Part 2; `wrong` counts jobs that did not end as they should, once, with one answer."""
    wrong: dict[str, int] = {}
    for point in SUPERVISOR_POINTS:
        wrong[f"supervisor, {point}"] = died_as_supervisor(folder / point.replace(" ", "-"), point, repeats)
    for point in RUN_POINTS:
        wrong[f"run, {point}"] = died_as_run(folder / f"run-{point.replace(' ', '-')}", point, repeats)
    return {"points": len(wrong), "repeats": repeats, "wrong": sum(wrong.values()), "wrong_by_point": wrong}


def died_as_supervisor(folder: Path, point: str, repeats: int) -> int:
    """A child process supervises and dies at the point; then we supervise until the job has ended."""
    wrong, store = 0, Store(folder)
    ending = point.endswith("ending")
    steps = 600 if ending else 5 if point.endswith("giving back") else 1
    for number in range(repeats):
        name = store.submit(JobSpec("probe", {"name": f"{point} {number}", "steps": steps, "dt": 0.1})).id
        pid = os.fork()
        if pid == 0:
            supervise_and_die(folder, point)
        if ending:
            wait_until(partial(is_running, store, name))
            store.cancel(name)
        elif point.endswith("giving back"):
            wait_until(partial(kill_one, folder))
        died = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        expected = State.CANCELLED if ending else State.DONE
        wrong += died != -signal.SIGKILL or not ends_well(store, supervisor_of(store), name, expected)
    return wrong


def is_running(store: Store, name: str) -> bool:
    """Whether the ledger says so."""
    return store.job(name).state is State.RUNNING


def kill_one(folder: Path) -> bool:
    """`kill -9` of a run, if there is one."""
    for pid in runs_of(folder):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def runs_of(folder: Path) -> Iterator[int]:
    """Processes that run jobs of this ledger."""
    sign = f"{folder}/runs/".encode()
    for path in Path("/proc").iterdir():
        try:
            words = (path / "cmdline").read_bytes().split(b"\0") if path.name.isdigit() else []
        except OSError:
            continue
        if any(word.startswith(sign) for word in words):
            yield int(path.name)


def supervise_and_die(folder: Path, point: str) -> None:
    """In a child process: never returns."""
    try:
        signal.alarm(int(PATIENCE_S))  # it never got there
        supervisor = supervisor_of(Store(folder), reached=dies_at(point))
        while True:
            supervisor.round()
            time.sleep(0.005)
    finally:
        os._exit(1)


def dies_at(point: str) -> Callable[[str], None]:
    """What kills this process at a step."""
    return lambda step: os.kill(os.getpid(), signal.SIGKILL) if step == point else None


def supervisor_of(store: Store, **more: Any) -> Supervisor:
    """One slot on this machine."""
    return Supervisor(store, Configuration(runs=store.path / "runs"), **more)


def ends_well(store: Store, supervisor: Supervisor, name: str, expected: State) -> bool:
    """Supervise until the job has ended: as expected, once, and with an answer if it is done."""
    end = time.monotonic() + PATIENCE_S
    while not store.job(name).state.final and time.monotonic() < end:
        supervisor.round()
        time.sleep(0.005)
    closings = [change for change in store.history(name) if State(change.after).final]
    answered = (store.result(name) is not None) == (expected is State.DONE)
    while supervisor.round():  # sees off what is still leaving
        time.sleep(0.005)
    return store.job(name).state is expected and len(closings) == 1 and answered


def wait_until(true: Callable[[], bool], most: float = PATIENCE_S) -> None:
    """Look every few milliseconds."""
    end = time.monotonic() + most
    while not true() and time.monotonic() < end:
        time.sleep(0.005)


def died_as_run(folder: Path, point: str, repeats: int) -> int:
    """The first attempt's process dies at the point of its own accord."""
    store = Store(folder)
    command = [sys.executable, str(Path(__file__).resolve()), point]
    supervisor = supervisor_of(store, backends=[Local(command=command)])
    wrong = 0
    for number in range(repeats):
        job = store.submit(JobSpec("probe", {"name": f"{point} {number}"}))
        wrong += not ends_well(store, supervisor, job.id, State.DONE)
    return wrong


def run_and_die(point: str, folder: Path) -> int:
    """What a run does, until it gets there; a second attempt is spared."""
    if folder.name != "a1":
        return start.main(folder)
    begin = attempt.Attempt.begin

    def begin_and_die(where: Path) -> attempt.Attempt:
        one = begin(where)
        one.reached = dies_at(point)
        return one

    attempt.Attempt.begin = begin_and_die  # type: ignore[method-assign,assignment]
    return start.main(folder, dies_at(point))


if __name__ == "__main__":
    raise SystemExit(run_and_die(sys.argv[1], Path(sys.argv[2])))
