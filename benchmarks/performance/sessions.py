"""Ten people at once while a job runs: `python -m benchmarks.performance.sessions [--sessions 10] [--minutes 3]`
(Linux, Chromium).

Starts the app with a data folder of its own and a supervisor, gives it real jobs with the default slots, and plays
visitors who upload, drag, press, reload and build (`benchmarks.performance.visitors`). A rerun is timed by the
browser's own clock, from the frame of the websocket that asks for it until the one that tells the end of the run that
answers it (`benchmarks.harness.reruns`); so it holds the time in which this browser is too busy to listen, and all
reruns in between.
A first visitor opens every page of the fresh server before the clock starts: what he waits for imports and networks is
told apart, and counted in `with_first_visitor`. No rerun holds the building of a complex, which is a thread of its own;
how long visitors waited for it stands in `builds_s`. Ten browsers, which in life stand on ten desks, take more of two
cores than the app does, and lag behind it: who took how much of the processor is told, and `--browser-nice` lets them
step back, so that the app gets what it asks for; sessions.json was made with 7, sessions_equal.json with 0. Writes
benchmarks/results/sessions.json; exit status 0 where all went as it should.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from benchmarks.harness.complexes import TINY, spec_of
from benchmarks.harness.listening import Findings, Own, belongings
from benchmarks.harness.process_tree import Watch, below, busy_seconds, step_back
from benchmarks.harness.sessions_record import Row, between_sessions, is_right, of_jobs, waits, went_wrong
from benchmarks.performance.screen import _processor as processor
from benchmarks.performance.visitors import KNOWN, XYZ, Visitor, enter
from core.jobs.ledger import Ledger, Room
from core.jobs.model import JobSpec, State
from core.jobs.service import ensure_supervisor, supervisor_status
from core.jobs.store import Store
from core.qc.hamiltonian import spec_of as handed_spec
from core.qc.job import verification_job
from core.qc.reading import from_xyz
from core.qc.request import Request
from tests.e2e.conftest import chromium, wait_for
from tests.verified import verified

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = _ROOT / "benchmarks" / "results" / "sessions.json"
_ROLES = {
    "core.jobs.start": "jobs",
    "core.jobs.service": "supervisor",
    "-m streamlit": "app",
    "chrom": "browser",
    "benchmarks.performance.sessions": "driver of the browser",
    "run-driver": "driver of the browser",
}

# WebGL without a graphics card; the rest of a page is drawn without WebGL's emulation, which costs a third less.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]


@dataclass(slots=True)
class App:
    """The running app.

    Attributes:
        address: of its pages.
        pid: of its process. log: what it writes to its standard error.
    """

    address: str
    pid: int
    log: Path


def main() -> int:
    """Start, play, write; the exit status."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="kramers-sessions-") as scratch:
        folder = Path(scratch)
        os.environ["KRAMERS_DATA"] = str(folder / "data")
        os.environ.pop("KRAMERS_SUPERVISOR", None)
        store = Store(folder / "data")
        with _served(folder / "stderr.txt") as app, _supervised(store):
            os.nice(options.browser_nice)  # what is started from here on: the browser and what drives it
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leave nothing running
            record = asyncio.run(_play(options, app, store))
    options.json.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    return 0 if record["as_it_should"] else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--pause", type=float, nargs=2, default=(1.0, 4.0), metavar=("LEAST", "MOST"), help="s")
    parser.add_argument("--browser-nice", type=int, default=0, help="by how much the browsers step back")
    parser.add_argument("--after", type=float, default=150.0, help="s until memory is looked at again at the end")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, default=_RESULTS, metavar="FILE")
    return parser.parse_args()


@contextmanager
def _served(log: Path) -> Iterator[App]:
    """The app as `make app` starts it, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=errors) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address, process)
            yield App(address, process.pid, log)
        finally:
            process.terminate()


@contextmanager
def _supervised(store: Store) -> Iterator[None]:
    """A supervisor, and a result to look at; at the end nothing is left of either."""
    spec = handed_spec(from_xyz(XYZ.encode(), "fast"), "fast")
    store.submit(verification_job(Request(spec), KNOWN, meta={"source": "xyz"}))
    ledger = Ledger(store)
    claim = ledger.claim(store.path / "runs", Room(1, 1, True))
    if claim is None or not ledger.finish(claim.key, State.DONE, "", verified(), 651.0):
        raise SystemExit("the ledger does not take a result")
    ensure_supervisor(store.path)
    try:
        yield
    finally:
        for job in store.jobs():
            if not job.state.final:
                store.cancel(job.id)
        _until(lambda: all(job.state.final for job in store.jobs()))
        status = supervisor_status(store.path)
        if status.pid is not None:
            os.kill(status.pid, signal.SIGTERM)
            _until(lambda: not supervisor_status(store.path).running)


def _queue() -> list[JobSpec]:
    """Longer than the visit: a small complex that ends meanwhile, probes that burn, one that runs for minutes, others
    behind it (the same, stretched by a little)."""
    big = handed_spec(from_xyz(XYZ.encode(), "standard"), "standard")
    short = verification_job(Request(spec_of(TINY, "fast"), memory_mb=1000), TINY, priority=2)
    probes = [
        JobSpec("probe", {"name": f"probe {number}", "steps": 20, "dt": 0.1, "burn": True}, priority=1)
        for number in range(3)
    ]
    stretched = [replace(big, positions=big.positions * (1 + number / 1000)) for number in range(24)]
    return [short, *probes, *(verification_job(Request(spec), "[Dy(H2O)5F2]+ standard") for spec in stretched)]


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.1)


async def _play(options: argparse.Namespace, app: App, store: Store) -> Row:
    """First the first visitor alone, then all others together; the record."""
    owns, pace = belongings(options.sessions + 1, options.seed), tuple(options.pause)
    watch, first, findings = Watch(os.getpid(), _ROLES), Findings(), Findings()
    memory: dict[str, float] = {"fresh": _memory(watch)}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        pid = next(one.pid for one in below(os.getpid(), _ROLES) if one.role == "browser")
        step_back(pid, options.browser_nice)  # with all that are of its session
        await _alone(browser, app, owns, first)
        memory["after_first_visitor"] = _memory(watch)
        store.submit_all(_queue())
        before = _taken(watch)
        load, watch.moments = os.getloadavg()[0], 0
        watch.present.clear()
        visitors = [await enter(browser, number, owns, findings, pace) for number in range(options.sessions)]
        await _together(visitors, app, options.minutes, findings, watch, memory)
        after = _taken(watch)
        machine = _machine(load, {role: after[role] - before.get(role, 0.0) for role in after})
        await _leave(visitors, watch, memory, options.after)
        await browser.close()
    told = {"what": "visitors of the app at once, in headless Chromium, while jobs run", **_asked(options)}
    parts = {
        "reruns": waits(findings, first),
        "went_wrong": went_wrong(findings, first, app.log),
        "between_sessions": between_sessions(findings),
        "memory_of_the_app_mb": {"largest": round(watch.memory["app"]), **memory},
        "jobs": of_jobs(watch, store),
    }
    right = is_right(parts)
    return {**told, "as_it_should": right, **parts, "machine": machine}


def _asked(options: argparse.Namespace) -> Row:
    return {"sessions": options.sessions, "minutes": options.minutes, "pause_s": list(options.pause)} | {
        "browser_nice": options.browser_nice
    }


async def _alone(browser: Browser, app: App, owns: Sequence[Own], findings: Findings) -> None:
    """Every page once, for whoever comes later."""
    visitor = await enter(browser, len(owns) - 1, owns, findings, (0.0, 0.2))
    await visitor.tour(app.address)
    await visitor.page.context.close()


async def _together(
    visitors: Sequence[Visitor], app: App, minutes: float, findings: Findings, watch: Watch, memory: dict[str, float]
) -> None:
    """All of them, coming within the first seconds, and a look at the processes each second."""
    findings.begun = time.monotonic()
    end = findings.begun + 60 * minutes

    async def come(visitor: Visitor) -> None:
        await asyncio.sleep(0.5 * visitor.number)
        await visitor.visit(app.address, end)

    tasks = [asyncio.create_task(come(visitor)) for visitor in visitors]
    told = 0
    while not all(task.done() for task in tasks):
        await asyncio.sleep(1.0)
        watch.look()
        if (passed := int((time.monotonic() - findings.begun) / 30)) > told:
            told = passed
            memory[f"at_{30 * told}_s"] = round(watch.latest.get("app", 0.0))
    for task in tasks:
        task.result()


async def _leave(visitors: Sequence[Visitor], watch: Watch, memory: dict[str, float], seconds: float) -> None:
    """Streamlit keeps a session that was left for two minutes, in case that it comes back."""
    for visitor in visitors:
        await visitor.page.context.close()
    memory["all_have_left"] = _memory(watch)
    await asyncio.sleep(seconds)
    memory[f"{seconds:.0f}_s_later"] = _memory(watch)


def _memory(watch: Watch) -> float:
    watch.look()
    return round(watch.latest.get("app", 0.0))


def _taken(watch: Watch) -> dict[str, float]:
    """Processor time so far of us by role, and of the whole machine [s]."""
    watch.look()
    return {**watch.seconds(), "whole machine": busy_seconds()}


def _machine(load: float, taken: dict[str, float]) -> Row:
    others = taken["whole machine"] - sum(seconds for role, seconds in taken.items() if role != "whole machine")
    return {
        "cores": os.cpu_count(),
        "processor": processor(),
        "load_at_start": round(load, 1),
        "load_at_end": round(os.getloadavg()[0], 1),
        "processor_s": {role: round(seconds, 1) for role, seconds in (*taken.items(), ("other work", others))},
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
