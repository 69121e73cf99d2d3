"""What the queue does when things go wrong for real: `python -m benchmarks.robustness.queue_limits` (needs Chromium,
and root for two small disks).

1. A verification is killed in the middle together with its supervisor, and the app is stopped; the Verify page of a new
   app has it go on, and the levels are held against those of one that was left alone.
2. A job that wants 20 GB runs beside another one under a cap of 4 GB.
3. The disk that holds ledger and runs gets full, then has room again.
4. The folder is read-only, with jobs waiting in it, then writable again.
5. The clock is moved by a day, forwards and backwards, while jobs run and wait.

Writes benchmarks/results/queue_limits.json. Exit status 0 where all of it went as it should.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.harness.complexes import TINY, spec_of
from core.jobs.attempt import announced
from core.jobs.configuration import Configuration
from core.jobs.model import Job, JobSpec, LedgerError, Limits, State
from core.jobs.service import ensure_supervisor, supervisor_status
from core.jobs.store import Store
from core.jobs.supervisor import Supervisor
from core.qc.job import verification_job
from core.qc.request import Request
from tests.e2e.conftest import FLAGS, chromium, served

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "queue_limits.json"
_PATIENCE_S = 900.0
_DAY_S = 86_400.0


def main() -> int:
    """All five parts; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kramers-limits-") as scratch:
        folder = Path(scratch)
        figures: dict[str, Any] = {
            "killed_and_resumed": resumed(folder / "resumed"),
            "memory": memory(folder / "memory"),
            "disk_full": disk_full(folder / "full"),
            "read_only": read_only(folder / "read-only"),
            "clock": [clock_moved(folder / f"clock{jump:+.0f}", jump) for jump in (_DAY_S, -_DAY_S)],
        }
    figures = without_folder(figures, folder)
    options.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    parts = [part for found in figures.values() for part in (found if isinstance(found, list) else [found])]
    return 0 if all(part["as_it_should"] for part in parts) else 1


def without_folder(figures: Any, folder: Path) -> Any:
    """The same with DATA where sentences name the folder of this run."""
    if isinstance(figures, dict):
        return {name: without_folder(part, folder) for name, part in figures.items()}
    if isinstance(figures, list):
        return [without_folder(part, folder) for part in figures]
    return figures.replace(str(folder), "DATA") if isinstance(figures, str) else figures


def probe(name: str, limits: Limits | None = None, **question: Any) -> JobSpec:
    """A job that does what it is told."""
    return JobSpec("probe", {"name": name, **question}, name, limits or Limits())


def until(true: Callable[[], bool]) -> None:
    """Wait, but not for ever."""
    end = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("this took too long")
        time.sleep(0.02)


def finished(store: Store, job: Job) -> Job:
    """As it ended."""
    until(lambda: store.job(job.id).state.final)
    return store.job(job.id)


def stop(store: Store) -> None:
    """The service of a ledger."""
    status = supervisor_status(store.path)
    if status.pid is not None:
        os.kill(status.pid, signal.SIGTERM)
        until(lambda: not supervisor_status(store.path).running)


@contextmanager
def verify_page(folder: Path) -> Iterator[None]:
    """The app, started, with its Verify page open in a browser, which wakes the service; stopped in the end."""
    os.environ["KRAMERS_DATA"] = str(folder)
    with served("app/main.py") as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        page.goto(f"{app}/verify")
        page.get_by_role("heading", name="Verify").wait_for(timeout=_PATIENCE_S * 1000)
        until(lambda: supervisor_status(folder).running)
        yield
        browser.close()


def resumed(folder: Path) -> dict[str, Any]:
    """Part 1."""
    levels, facts = [], dict[str, Any]()
    for interrupted in (False, True):
        store = Store(folder / str(interrupted))
        request = Request(spec_of(TINY, "fast"), memory_mb=1000)
        job = store.submit(verification_job(request, TINY))
        if interrupted:
            with verify_page(store.path):
                until(lambda s=store, name=job.id: any(e.get("step", 0) >= 6 for e in s.events(name)))  # type: ignore[misc]
                who = announced(store.folder(job.id)) or {}
                os.kill(supervisor_status(store.path).pid or 0, signal.SIGKILL)
                os.kill(who["pid"], signal.SIGKILL)
            until(lambda s=store: not supervisor_status(s.path).running)  # type: ignore[misc]
        with verify_page(store.path):
            done = finished(store, job)
        result = store.result(job.id) or {}
        stop(store)
        levels.append([doublet["energy_cm1"] for doublet in result["levels"]["doublets"]])
        facts = {"attempts": done.attempt, "resumed": result["resumed"], "steps_after": result["builds"]}
    difference = max(abs(a - b) for a, b in zip(*levels, strict=True))
    right = difference < 0.1 and facts["attempts"] == 2 and facts["resumed"]
    told = {"complex": TINY, "preset": "fast", "levels_cm1": levels[0], "largest_difference_cm1": difference}
    return {**told, **facts, "as_it_should": right}


def memory(folder: Path) -> dict[str, Any]:
    """Part 2."""
    store = Store(folder)
    (folder / "jobs.toml").write_text("slots = 2\nthreads = 2\nmemory_mb = 100000\n", encoding="utf-8")
    greedy = store.submit(probe("greedy", Limits(memory_mb=4000), allocate_mb=20_000, steps=600, dt=0.1))
    other = store.submit(probe("other", steps=100, dt=0.1))
    ensure_supervisor(folder)
    failed, lived = finished(store, greedy), finished(store, other)
    supervisor = supervisor_status(folder).running
    stop(store)
    right = failed.state is State.FAILED and "4000 MB" in failed.reason and lived.state is State.DONE and supervisor
    told = {"cap_mb": 4000, "wanted_mb": 20_000, "reason": failed.reason, "largest_mb": failed.memory_mb}
    return {**told, "other_job": lived.state, "other_attempts": lived.attempt, "as_it_should": right}


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of its own in memory."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def disk_full(folder: Path) -> dict[str, Any]:
    """Part 3: two jobs run and three wait when the last byte is taken."""
    with small_disk(folder, "4m"):
        store = Store(folder)
        (folder / "jobs.toml").write_text("slots = 2\nthreads = 2\ndisk_mb = 1\n", encoding="utf-8")
        jobs = store.submit_all(probe(f"job {number}", steps=20, dt=0.1) for number in range(5))
        ensure_supervisor(folder)
        until(lambda: store.counts()[State.RUNNING] == 2)
        fill(folder / "filler")
        said = refused(lambda: store.submit(probe("one more", text="x" * 20_000)))
        time.sleep(8)
        (folder / "filler").unlink()
        states = [finished(store, job).state for job in jobs]
        log = (folder / "supervisor.log").read_text(errors="replace")
        reasons = sorted({change.why for job in jobs for change in store.history(job.id) if "disk" in change.why})
        integrity = store.database.integrity()
        stop(store)
        store.close()
    right = said != "" and states == [State.DONE] * 5 and integrity == "ok" and "Traceback" not in log
    return {"said": said, "jobs": states, "reasons": reasons, "integrity": integrity, "as_it_should": right}


def fill(file: Path) -> None:
    """Take every byte that is left."""
    with file.open("wb", buffering=0) as out:
        for size in (65_536, 4096, 512, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                continue


def refused(what: Callable[[], object]) -> str:
    """The sentence with which it was refused."""
    try:
        what()
    except LedgerError as error:
        return error.sentence
    return ""


def remount(folder: Path, way: str) -> None:
    """Read-only (ro) or not (rw)."""
    subprocess.run(["mount", "-o", f"remount,{way}", str(folder)], check=True)


def read_only(folder: Path) -> dict[str, Any]:
    """Part 4."""
    with small_disk(folder, "16m"):
        store = Store(folder)
        (folder / "jobs.toml").write_text("disk_mb = 1\n", encoding="utf-8")
        jobs = store.submit_all(probe(f"job {number}") for number in range(3))
        store.close()  # no file may be open for writing
        remount(folder, "ro")
        store = Store(folder)
        said = refused(lambda: store.submit(probe("one more")))
        listed = len(store.jobs())
        status = ensure_supervisor(folder)
        remount(folder, "rw")
        ensure_supervisor(folder)
        states = [finished(store, job).state for job in jobs]
        integrity = store.database.integrity()
        stop(store)
        store.close()
    right = said != "" and listed == 3 and not status.running and states == [State.DONE] * 3 and integrity == "ok"
    told = {"said": said, "service_said": status.message, "listed_meanwhile": listed}
    return {**told, "jobs": states, "integrity": integrity, "as_it_should": right}


def clock_moved(folder: Path, jump_s: float) -> dict[str, Any]:
    """Part 5: one job runs, two wait, one is asked for after the jump; the running one has an hour."""
    shift = [0.0]
    store = Store(folder, clock=lambda: time.time() + shift[0])
    jobs = store.submit_all([probe("a", Limits(wall_s=3600), steps=30, dt=0.1), probe("b"), probe("c")])
    supervisor = Supervisor(store, Configuration(folder / "runs"))
    end = time.monotonic() + _PATIENCE_S
    while not all(store.job(job.id).state.final for job in jobs) and time.monotonic() < end:
        supervisor.round()
        time.sleep(0.02)
        if not shift[0] and store.events(jobs[0].id):
            shift[0] = jump_s
            jobs.append(store.submit(probe("d")))
    ends = [store.job(job.id) for job in jobs]
    right = [job.state for job in ends] == [State.DONE] * 4 and [job.attempt for job in ends] == [1] * 4
    return {"jump_h": jump_s / 3600, "jobs": [job.state for job in ends], "as_it_should": right}


if __name__ == "__main__":
    raise SystemExit(main())
