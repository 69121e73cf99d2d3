"""Does the queue lose or double anything? `python benchmarks/queue_torture.py --json` (under 8 minutes on one core).

1. Storm: 2,000 short jobs on 4 slots, while supervisor and runs get `kill -9` at 200 random moments.
2. Fail points: supervisor and run die before and after each step of the protocol, 20 times each.
3. Stale finishes: attempts that lost their claim try to close the job, 100 times.
4. Cancel against finish: 200 jobs are cancelled at about the moment at which they end.

Exit status 0 where every job of the storm is done and nothing was lost, doubled or stuck. What this cannot show is a
power cut: `kill -9` loses no written page, so the folder may lie in memory (`--folder`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from core.jobs import attempt, start
from core.jobs.backends import Local, environment
from core.jobs.configuration import Configuration
from core.jobs.ledger import Blame, Ledger, Room
from core.jobs.model import JobSpec, State
from core.jobs.store import Store
from core.jobs.supervisor import Supervisor

_RESULTS: Final = Path(__file__).resolve().parent / "results" / "queue_torture.json"
_PATIENCE_S: Final = 60.0

SUPERVISOR_POINTS: Final[tuple[str, ...]] = (
    "before claim", "after claim", "folder made", "spec written", "run started", "before noting", "after noting",
    "before finish", "after finish", "before giving back", "after giving back", "before ending", "after ending",
)  # fmt: skip
"""Steps of the supervisor. To have it give back, we kill the run; to have it end one, we cancel the job."""

RUN_POINTS: Final = ("before announcing", "after announcing", "before result", "result written", "after result")


def main() -> int:
    """All four parts; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=20, help="of each fail point")
    parser.add_argument("--races", type=int, default=200, help="cancel against finish")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=None, help="where to work (default: in memory, else temporary)")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    parser.add_argument("--die-at", nargs=2, metavar=("POINT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.die_at:
        return run_and_die(options.die_at[0], Path(options.die_at[1]))
    folder = Path(tempfile.mkdtemp(prefix="kramers-torture-", dir=options.folder or _quick_disk()))
    try:
        figures = torture(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(figures, indent=None if options.json else 1)
    options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 0 if is_clean(figures) else 1


def torture(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The figures of all parts."""
    begun, load, generator = time.monotonic(), os.getloadavg()[0], random.Random(options.seed)
    figures = storm(folder / "storm", options.jobs, options.kills, generator)
    figures["fail_points"] = fail_points(folder / "points", options.repeats)
    figures["stale_finishes"] = stale_finishes(folder / "stale", 100)
    figures["cancel_against_finish"] = races(
        folder / "races", options.races, generator, 6 * figures["storm_s"] / options.jobs
    )
    where = "memory" if str(folder).startswith("/dev/shm") else "disk"
    loads = {"load_before": round(load, 1), "load_after": round(os.getloadavg()[0], 1)}
    seconds = round(time.monotonic() - begun, 1)
    return figures | {"seconds": seconds, "cores": os.cpu_count(), **loads, "folder_in": where}


def is_clean(figures: Mapping[str, Any]) -> bool:
    """Whether the queue keeps what it promises."""
    races_, stale = figures["cancel_against_finish"], figures["stale_finishes"]
    return (
        figures["done"] == figures["jobs"]
        and not any(figures[name] for name in ("lost", "duplicated", "stuck", "left_processes"))
        and figures["integrity"] == "ok"
        and not figures["fail_points"]["wrong"]
        and stale["refused"] == stale["tried"]
        and races_["one_final_state"] == races_["tried"]
    )


def storm(folder: Path, jobs: int, kills: int, generator: random.Random) -> dict[str, Any]:
    """Part 1."""
    store = Store(folder)
    (folder / "jobs.toml").write_text("slots = 4\nthreads = 4\n", encoding="utf-8")
    names = [job.id for job in store.submit_all(short_job(number, generator) for number in range(jobs))]
    victims: Counter[str] = Counter()
    moments = sorted(generator.uniform(0, 0.98 * jobs) for _ in range(kills))
    supervisor, begun, progress = serve(folder), time.monotonic(), (0, time.monotonic())
    while (done := sum(n for state, n in store.counts().items() if state.final)) < jobs:
        progress = progress if done == progress[0] else (done, time.monotonic())
        if time.monotonic() - progress[1] > _PATIENCE_S:
            break
        if moments and done >= moments[0]:
            time.sleep(generator.uniform(0, 0.1))
            hit = kill_someone(folder, supervisor, generator)
            victims.update(hit)
            moments = moments[1:] if hit else moments
        if supervisor.poll() is not None:
            supervisor = serve(folder)
        time.sleep(0.02)
    supervisor.terminate()
    supervisor.wait()
    report = accounts(store, names)
    report |= {"kills": sum(victims.values()), "killed": dict(victims), "storm_s": round(time.monotonic() - begun, 1)}
    return report | {"left_processes": len(list(runs_of(folder)))}


def short_job(number: int, generator: random.Random) -> JobSpec:
    """A few steps of some milliseconds, so that kills meet them anywhere."""
    return JobSpec("probe", {"name": f"job {number}", "steps": 3, "dt": round(generator.uniform(0, 0.03), 4)})


def kill_someone(folder: Path, supervisor: subprocess.Popen[bytes], generator: random.Random) -> list[str]:
    """`kill -9` of the supervisor, of a run, or of both at once; who was hit."""
    choice = generator.choice(("supervisor", "run", "both"))
    hit = []
    if choice != "run":
        supervisor.kill()
        supervisor.wait()
        hit.append("supervisor")
    targets = list(runs_of(folder))
    if choice != "supervisor" and targets:
        try:
            os.kill(generator.choice(targets), signal.SIGKILL)
            hit.append("run")
        except ProcessLookupError:
            pass
    return hit


def serve(folder: Path) -> subprocess.Popen[bytes]:
    """The service as users start it."""
    command = [sys.executable, "-m", "core.jobs.service", str(folder)]
    with (folder / "supervisor.log").open("ab") as log:
        return subprocess.Popen(command, stderr=log, stdout=log, env=environment(1), start_new_session=True)


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


def accounts(store: Store, names: list[str]) -> dict[str, Any]:
    """What became of every job; a result counts only if it is the one that was asked for."""
    counts, report = store.counts(), Counter({"lost": 0, "duplicated": 0, "computed_twice": 0})
    attempts = adopted = 0
    for name in names:
        job, result = store.job(name), store.result(name)
        closings = [change for change in store.history(name) if State(change.after).final]
        folders = list(store.folder(name).parent.glob("a*/result.json"))
        report["lost"] += job.state is State.DONE and (result is None or result["name"] != job.question["name"])
        report["duplicated"] += len(closings) > 1
        report["computed_twice"] += len(folders) > 1
        attempts += job.attempt
    adopted = (store.path / "supervisor.log").read_text(errors="replace").count(": adopted")
    listed = {row[0] for row in store.database.rows("SELECT id FROM jobs")}
    report["lost"] += len(set(names) - listed)
    states = {state.value: counts[state] for state in (State.DONE, State.FAILED, State.CANCELLED)}
    stuck = counts[State.QUEUED] + counts[State.RUNNING]
    more = {"stuck": stuck, "attempts": attempts, "adopted": adopted, "integrity": store.database.integrity()}
    return {"jobs": len(names), **states, **report, **more}


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


def supervise_and_die(folder: Path, point: str) -> None:
    """In a child process: never returns."""
    try:
        signal.alarm(int(_PATIENCE_S))  # it never got there
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
    end = time.monotonic() + _PATIENCE_S
    while not store.job(name).state.final and time.monotonic() < end:
        supervisor.round()
        time.sleep(0.005)
    closings = [change for change in store.history(name) if State(change.after).final]
    answered = (store.result(name) is not None) == (expected is State.DONE)
    while supervisor.round():  # sees off what is still leaving
        time.sleep(0.005)
    return store.job(name).state is expected and len(closings) == 1 and answered


def wait_until(true: Callable[[], bool], most: float = _PATIENCE_S) -> None:
    """Look every few milliseconds."""
    end = time.monotonic() + most
    while not true() and time.monotonic() < end:
        time.sleep(0.005)


def died_as_run(folder: Path, point: str, repeats: int) -> int:
    """The first attempt's process dies at the point of its own accord."""
    store = Store(folder)
    command = [sys.executable, str(Path(__file__).resolve()), "--die-at", point]
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


def stale_finishes(folder: Path, tries: int) -> dict[str, int]:
    """Part 3: an attempt that was given back, and one that has been answered, try to close the job."""
    store, room = Store(folder), Room(1, 10_000, alone=True)
    ledger, refused = Ledger(store), 0
    for number in range(tries):
        name = store.submit(JobSpec("probe", {"name": f"stale {number}"})).id
        first = ledger.claim(folder / "runs", room)
        assert first is not None and ledger.give_back(first.key, Blame.INTERRUPTION, "killed") is State.QUEUED
        second = ledger.claim(folder / "runs", room)
        assert second is not None
        early = ledger.finish(first.key, State.DONE, "", {"status": "ok", "by": 1})
        right = ledger.finish(second.key, State.DONE, "", {"status": "ok", "by": 2})
        late = [ledger.finish(key, State.FAILED, "", {"by": 1}) for key in (first.key, second.key)]
        result = store.result(name)
        refused += not early and right and not any(late) and result is not None and result["by"] == 2
    return {"tried": tries, "refused": refused}


def races(folder: Path, tries: int, generator: random.Random, longest_s: float) -> dict[str, int]:
    """Part 4: the cancellation comes from another process than the one that closes jobs.

    Args:
        folder, tries, generator: where, how many, chance.
        longest_s: between start and cancellation; half again what a job takes here.
    """
    store = Store(folder)
    (folder / "jobs.toml").write_text("slots = 4\nthreads = 4\n", encoding="utf-8")
    names = [job.id for job in store.submit_all(short_job(number, generator) for number in range(tries))]
    supervisor, waiting = serve(folder), dict[str, float]()
    left, end = set(names), time.monotonic() + 10 * _PATIENCE_S
    while left and time.monotonic() < end:
        now = time.monotonic()
        for job in store.jobs():
            if job.id in left and job.state is State.RUNNING:
                waiting.setdefault(job.id, now + generator.uniform(0, longest_s))
            if job.state.final:
                left.discard(job.id)
        for name in [name for name in left if waiting.get(name, end) < now]:
            store.cancel(name)
        time.sleep(0.005)
    supervisor.terminate()
    supervisor.wait()
    states = Counter(store.job(name).state for name in names)
    finals = [sum(State(change.after).final for change in store.history(name)) for name in names]
    figures = {"tried": tries, "done": states[State.DONE], "cancelled": states[State.CANCELLED]}
    return figures | {"one_final_state": finals.count(1)}


def _quick_disk() -> Path | None:
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 500e6 else None


if __name__ == "__main__":
    raise SystemExit(main())
