"""``kramers jobs``: look after the queue. What is asked of it, and read out of it as a table, is in `core.jobs_cli`."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from core.jobs.model import Filter, Job, Limits, State
from core.jobs.service import ensure_supervisor, supervise, supervisor_status
from core.jobs.store import Store, data_folder
from core.jobs.watchdog import span

_log = logging.getLogger("kramers")

Action = Callable[[argparse.Namespace], int]

_ID: Final[dict[str, Any]] = {"metavar": "JOB", "help": "its name, or the beginning of it"}


def register(actions: Any) -> None:
    """The subcommands, each with its `run`."""
    shown = _add(actions, "list", _list, "what waits, runs and is done; the newest first")
    shown.add_argument("--state", choices=[state.value for state in State], action="append", default=[])
    shown.add_argument("--text", default="", help="part of the title, or the beginning of the name")
    shown.add_argument("--limit", type=int, default=1000, metavar="N")
    _add(actions, "show", _show, "all that is known of one job, its result included").add_argument("job", **_ID)
    log = _add(actions, "logs", _logs, "what the last attempt wrote")
    log.add_argument("job", **_ID)
    log.add_argument("--events", action="store_true", help="its progress, one JSON object a line")
    log.add_argument("--last", type=int, default=200, metavar="N", help="lines")
    for name, what, text in (
        ("cancel", lambda store, job, options: store.cancel(job), "stop it, or never start it"),
        ("retry", _tried_again, "queue failed or cancelled ones anew, from their checkpoints"),
        ("prioritise", lambda store, job, options: store.prioritise(job, options.priority), "higher goes first"),
        ("delete", _deleted, "forget jobs that have ended, with their results"),
    ):
        several = _add(actions, name, _each(what), text)
        several.add_argument("job", nargs="+", **_ID)
        if name == "prioritise":
            several.add_argument("--priority", type=int, required=True, metavar="P")
        if name == "retry":
            several.add_argument("--memory", type=int, metavar="MB", help="another limit")
            several.add_argument("--hours", type=float, metavar="H", help="another limit")
    service = _add(actions, "supervise", _supervise, "run the jobs, as a service in the foreground")
    service.add_argument("--idle", type=float, default=None, metavar="S", help="leave after so long without work")


def _add(actions: Any, name: str, run: Action, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text)
    parser.add_argument("--data", type=Path, default=None, metavar="FOLDER", help="default: $KRAMERS_DATA")
    parser.add_argument("--json", action="store_true", help="JSON instead of text")
    parser.set_defaults(run=run)
    return parser


def store_of(options: argparse.Namespace) -> Store:
    """The ledger that is meant."""
    return Store(options.data or data_folder())


def put(value: Any) -> None:
    """One JSON value on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def put_jobs(jobs: Iterable[Job], as_json: bool) -> None:
    """Jobs as JSON, or a line each."""
    if as_json:
        put([job.to_dict() for job in jobs])
        return
    for job in jobs:
        sys.stdout.write(line(job) + "\n")


def line(job: Job) -> str:
    """A job on one line of plain text; what comes from files is held to printable characters."""
    if job.state is State.QUEUED:
        doing = f"place {job.place}"
    elif job.state is State.RUNNING:
        doing = "being cancelled" if job.cancelling else f"{job.fraction:4.0%} {job.stage} {job.detail}"
    else:
        doing = span(max(0.0, (job.ended or 0) - (job.started or job.ended or 0)))
    cells = (job.id[:10], f"{job.state:9}", f"{doing.strip():28}", job.title, f"({job.reason})" if job.reason else "")
    return "".join(c if c.isprintable() else "?" for c in "  ".join(cells)).rstrip()


def start_if_needed(store: Store) -> None:
    """Have someone run what was asked."""
    counts = store.counts()
    if counts[State.QUEUED] + counts[State.RUNNING]:
        status = ensure_supervisor(store.path)
        if not status.running:
            _log.info("%s", status.message)


def _list(options: argparse.Namespace) -> int:
    store = store_of(options)
    states = tuple(State(name) for name in options.state)
    put_jobs(store.jobs(Filter(states=states, text=options.text, limit=options.limit)), options.json)
    counts = store.counts()
    _log.info("%s; %s", ", ".join(f"{n} {s}" for s, n in counts.items() if n) or "no jobs", _who(store))
    return 0


def _who(store: Store) -> str:
    return supervisor_status(store.path).message


def _show(options: argparse.Namespace) -> int:
    store = store_of(options)
    job = store.job(options.job)
    history = store.history(job.id)
    if options.json:
        changes = [{"time": c.time, "attempt": c.attempt, "state": c.after, "why": c.why} for c in history]
        more = {"question": job.question, "history": changes, "result": store.result(job.id)}
        put({**job.to_dict(), "folder": str(store.folder(job.id)), **more})
        return 0
    sys.stdout.write(line(job) + "\n")
    for change in history:
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(change.time))
        sys.stdout.write(f"{moment}  attempt {change.attempt}  {change.after or 'deleted'}  {change.why}\n")
    sys.stdout.write(f"{store.folder(job.id)}\n")
    return 0


def _logs(options: argparse.Namespace) -> int:
    store = store_of(options)
    if options.events:
        for event in store.events(options.job)[-options.last :]:
            put(event)
        return 0
    text = store.log(options.job, options.last)
    put({"log": text}) if options.json else sys.stdout.write(text + "\n")
    return 0


def _each(what: Callable[[Store, str, argparse.Namespace], Job | None]) -> Action:
    def run(options: argparse.Namespace) -> int:
        store = store_of(options)
        jobs = [what(store, name, options) for name in options.job]
        put_jobs((job for job in jobs if job is not None), options.json)
        start_if_needed(store)
        return 0

    return run


def _tried_again(store: Store, name: str, options: argparse.Namespace) -> Job:
    known = store.job(name).limits
    wall = known.wall_s if options.hours is None else round(options.hours * 3600)
    memory = known.memory_mb if options.memory is None else options.memory
    return store.retry(name, Limits(known.threads, memory, wall))


def _deleted(store: Store, name: str, options: argparse.Namespace) -> None:
    store.delete(name)


def _supervise(options: argparse.Namespace) -> int:
    return supervise(options.data or data_folder(), options.idle)
