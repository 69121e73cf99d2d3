"""``kramers jobs``: look after the queue. What is asked of it is in `core.cli.submit`."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from core.cli.choosing import add_selection, is_selection, selection
from core.jobs.batches import number_of_jobs, sentence
from core.jobs.model import Filter, Job, Limits, State
from core.jobs.overview import headline, line, look, watch
from core.jobs.service import ensure_supervisor, supervise, supervisor_status
from core.jobs.store import Store, data_folder
from core.schema.results import SCHEMA_VERSION

_log = logging.getLogger("kramers")

Action = Callable[[argparse.Namespace], int]

LISTED: Final = 200
"""Most jobs that are listed for people unless they ask for more."""

_ID: Final[dict[str, Any]] = {"metavar": "JOB", "help": "its name, or the beginning of it"}


def register(actions: Any) -> None:
    """The subcommands, each with its `run`."""
    shown = _add(actions, "list", _list, "what waits, runs and is done; the newest first")
    shown.add_argument("--state", choices=[state.value for state in State], action="append", default=[])
    shown.add_argument("--text", default="", help="part of the title, or the beginning of the name")
    shown.add_argument("--limit", type=int, metavar="N", help=f"default: {LISTED}, with --json 1000")
    shown.add_argument("--watch", action="store_true", help="follow them until all have ended, or until Ctrl-C")
    add_selection(shown)
    _add(actions, "batches", _batches, "what was asked for together, and how far it is")
    stopped = _add(actions, "cancel", _cancel, "stop jobs, or never start them: by name, or all that is meant")
    stopped.add_argument("job", nargs="*", **_ID)
    stopped.add_argument("--all-queued", action="store_true", help="only what waits; what runs goes on")
    add_selection(stopped)
    _add(actions, "show", _show, "all that is known of one job, its result included").add_argument("job", **_ID)
    log = _add(actions, "logs", _logs, "what the last attempt wrote")
    log.add_argument("job", **_ID)
    log.add_argument("--events", action="store_true", help="its progress, one JSON object a line")
    log.add_argument("--last", type=int, default=200, metavar="N", help="lines")
    for name, what, text in (
        ("retry", _tried_again, "queue failed, refused or cancelled ones anew, from their checkpoints"),
        ("prioritise", lambda store, job, options: store.prioritise(job, options.priority), "higher goes first"),
        ("delete", _deleted, "forget jobs that have ended, with their results"),
    ):
        several = _add(actions, name, _each(name, what), text)
        several.add_argument("job", nargs="*", **_ID)
        add_selection(several)
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
    """One JSON value on one line of standard output; each of its objects says its schema."""
    told = [_versioned(one) for one in value] if isinstance(value, list) else _versioned(value)
    sys.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n")


def _versioned(value: dict[str, Any]) -> dict[str, Any]:
    return {"schema": SCHEMA_VERSION, **value}


def put_jobs(jobs: Iterable[Job], as_json: bool) -> None:
    """Jobs as JSON, or a line each."""
    if as_json:
        put([job.to_dict() for job in jobs])
        return
    for job in jobs:
        sys.stdout.write(line(job) + "\n")


def start_if_needed(store: Store) -> bool:
    """Have someone run what was asked; whether there is anything to run."""
    counts = store.counts()
    needed = bool(counts[State.QUEUED] + counts[State.RUNNING])
    if needed:
        status = ensure_supervisor(store.path)
        if not status.running:
            _log.info("%s", status.message)
    return needed


def _list(options: argparse.Namespace) -> int:
    store = store_of(options)
    limit = options.limit or (1000 if options.json else LISTED)
    states = tuple(State(name) for name in options.state)
    wanted = selection(options, states=states, text=options.text, limit=limit)
    if options.watch:
        _watch(store, wanted, options)
    if options.json:
        put_jobs(store.jobs(wanted), as_json=True)
    elif not options.watch:
        counts, left = look(store, wanted)
        sys.stdout.write(headline(counts, left) + "\n")
        put_jobs(store.jobs(wanted), as_json=False)
        if (more := sum(counts.values()) - limit) > 0:
            _log.info("… and %s more; see --limit.", f"{more:,}")
        _log.info("%s", supervisor_status(store.path).message)
    return 0


def _watch(store: Store, wanted: Filter, options: argparse.Namespace) -> None:
    """Ctrl-C is how one stops watching, so it is no failure."""
    with contextlib.suppress(KeyboardInterrupt):
        watch(store, wanted, lambda: ensure_supervisor(store.path), out=sys.stderr if options.json else sys.stdout)


def _batches(options: argparse.Namespace) -> int:
    found = store_of(options).batches()
    if options.json:
        put([batch.to_dict() for batch in found])
        return 0
    for batch in found:
        moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(batch.created))
        sys.stdout.write(f"{moment}  {batch.name:40}  {batch.jobs:>7,} jobs  {sentence(batch.counts)}\n")
    if not found:
        _log.info("No batches.")
    return 0


def _cancel(options: argparse.Namespace) -> int:
    """By name, each answered by its line; or all that options mean, answered by how many."""
    many = options.all_queued or is_selection(options)
    if many == bool(options.job):
        _log.error("kramers jobs cancel: give names of jobs, or --all-queued, --batch, --class, --since.")
        return 2
    if options.job:
        return _by_name(store_of(options), options.job, lambda store, job, _: store.cancel(job), options)
    states = (State.QUEUED,) if options.all_queued else ()
    store = store_of(options)
    done = store.cancel_all(selection(options, states=states))
    if options.json:
        put({"never_started": done.never_started, "stopping": done.stopping, "shared": done.shared})
    else:
        sys.stdout.write(f"{done.sentence}\n")
    start_if_needed(store)  # who ends what runs
    return 0


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


What = Callable[[Store, str, argparse.Namespace], Job | None]

MEANT: Final = {
    "retry": tuple(state for state in State if state.can_be_retried),
    "prioritise": (State.QUEUED,),
    "delete": tuple(state for state in State if state.final),
}
"""The states a job can be in for what is done to all that options mean."""


def _each(name: str, what: What) -> Action:
    def run(options: argparse.Namespace) -> int:
        store = store_of(options)
        if is_selection(options) == bool(options.job):
            _log.error("kramers jobs %s: give names of jobs, or --batch, --class, --since.", name)
            return 2
        if options.job:
            return _by_name(store, options.job, what, options)
        chosen = store.jobs(selection(options, states=MEANT[name], limit=sys.maxsize))
        for job in chosen:
            what(store, job.id, options)
        put({"jobs": len(chosen)}) if options.json else sys.stdout.write(f"{name}: {number_of_jobs(len(chosen))}.\n")
        start_if_needed(store)
        return 0

    return run


def _by_name(store: Store, names: Iterable[str], what: What, options: argparse.Namespace) -> int:
    jobs = [what(store, name, options) for name in names]
    put_jobs((job for job in jobs if job is not None), options.json)
    start_if_needed(store)
    return 0


def _tried_again(store: Store, name: str, options: argparse.Namespace) -> Job:
    known = store.job(name).limits
    wall = known.wall_s if options.hours is None else round(options.hours * 3600)
    memory = known.memory_mb if options.memory is None else options.memory
    return store.retry(name, Limits(known.threads, memory, wall))


def _deleted(store: Store, name: str, options: argparse.Namespace) -> None:
    store.delete(name)


def _supervise(options: argparse.Namespace) -> int:
    return supervise(options.data or data_folder(), options.idle)
