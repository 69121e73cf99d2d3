"""Does the queue lose or double anything? `python benchmarks/robustness/queue_torture.py --json` (under 8 minutes on
one core).

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
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.jobs.backends import environment
from core.jobs.ledger import Blame, Ledger, Room
from core.jobs.model import JobSpec, State
from core.jobs.store import Store

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a file, it finds no benchmarks otherwise

from benchmarks.robustness.queue_fail_points import PATIENCE_S, fail_points, runs_of

_RESULTS: Final = Path(__file__).resolve().parents[1] / "results" / "queue_torture.json"


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
    options = parser.parse_args()
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
        if time.monotonic() - progress[1] > PATIENCE_S:
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
    left, end = set(names), time.monotonic() + 10 * PATIENCE_S
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
