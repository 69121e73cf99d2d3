"""``kramers jobs``: all of its commands, a screen made by jobs, and results as the table that training reads."""

from __future__ import annotations

import argparse
import csv
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core import submission
from core.errors import InputError, KramersError
from core.jobs import command
from core.jobs.model import Filter, State
from core.jobs.store import Store, data_folder
from core.smm.screen import ranked, safe_cell

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers jobs`` and all that comes after it."""
    jobs = commands.add_parser("jobs", help="verify many complexes in the background, here or on a cluster")
    actions = jobs.add_subparsers(required=True, metavar="ACTION")
    submission.register(actions)
    command.register(actions)
    export = actions.add_parser("export", help="verified results as the table that training reads")
    export.add_argument(
        "--out", type=Path, metavar="FOLDER", help="a CSV for each recipe (default: the only one, printed)"
    )
    export.add_argument("--batch", default="", metavar="NAME", help="of this batch alone")
    export.add_argument("--data", type=Path, metavar="FOLDER", help="default: $KRAMERS_DATA")
    export.add_argument("--json", action="store_true", help="the rows as JSON, printed")
    export.set_defaults(run=_export)
    for action in actions.choices.values():
        action.set_defaults(run=_guarded(action.get_default("run")))


def register_screen(many: argparse.ArgumentParser) -> None:
    """What ``kramers screen`` takes more, to have the queue do it."""
    many.add_argument("--queue", action="store_true", help="as jobs of kramers jobs, here or on your cluster")
    many.add_argument("--chunk", type=int, default=200, metavar="N", help="with --queue: files of one job (200)")
    many.add_argument("--no-wait", action="store_true", help="with --queue: ask only; the same line again fetches")


def screen_by_queue(options: argparse.Namespace) -> int:
    """``kramers screen FOLDER --out TABLE.csv --queue``: the same table, made by jobs. Given again, it goes on."""
    return _guarded(_screen_by_queue)(options)


def _screen_by_queue(options: argparse.Namespace) -> int:
    from core.smm.screen_job import screen_jobs, write_table

    if options.chunk < 1:
        raise InputError("a job has one file at least.", where="--chunk")
    store = Store(data_folder())
    names = [job.id for job in store.submit_all(screen_jobs(options.folder, options.chunk))]
    command.start_if_needed(store)
    if not options.no_wait:
        _wait(store, names)
    states = Counter(store.job(name).state for name in names)
    _log.info("%d jobs: %s.", len(names), ", ".join(f"{n} {state}" for state, n in states.items()))
    if states[State.DONE] < len(names):
        for job in (store.job(name) for name in names):
            if job.state.can_be_retried:
                _log.error("%s: %s", job.title, job.reason)
        return 1
    counts = write_table((store.result(name) or {} for name in names), options.out)
    told = ", ".join(f"{n} {status}" for status, n in sorted(counts.items()))
    _log.info("%s. The likeliest first: %s", told, ranked(options.out))
    return 0 if set(counts) <= {"ok"} else 1


def _wait(store: Store, names: Sequence[str]) -> None:
    """Until all have ended; a supervisor that has died meanwhile is started again."""
    with tqdm(total=len(names), unit="job", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
        left = set(names)
        while left:
            left -= {name for name in left if store.job(name).state.final}
            bar.update(len(names) - len(left) - bar.n)
            if left:
                command.start_if_needed(store)
                time.sleep(0.5)


def _guarded(run: command.Action) -> command.Action:
    """What cannot be done ends as a sentence."""

    def guarded(options: argparse.Namespace) -> int:
        try:
            return run(options)
        except KramersError as error:
            _log.error("kramers jobs: %s", error.sentence)
        except BrokenPipeError:
            raise  # the reader of our output has gone, and no file of ours is at fault
        except OSError as error:
            _log.error("kramers jobs: %s cannot be used: %s.", error.filename, error.strerror)
        return 2

    return guarded


def _export(options: argparse.Namespace) -> int:
    from core.qc.label_table import columns, is_ligand, label_row, tables

    store = command.store_of(options)
    states = (State.DONE, State.FAILED, State.REFUSED)
    batch = " ".join(options.batch.split())
    rows = []
    for job in store.jobs(Filter(states=states, kinds=("verify",), batch=batch, limit=sys.maxsize)):
        if job.state is State.REFUSED and not is_ligand(job.meta):
            continue  # no ligand was read and no complex found, so there is nothing that a row could be about
        record = store.result(job.id) or {"status": job.state.value, "reason": job.reason}
        rows.append((label_row(job.id, job.title, job.question, job.meta, record), is_ligand(job.meta)))
    found = tables(rows)
    if options.json:
        command.put(found)
    elif options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, of_it in found.items():
            with (options.out / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                _write(file, columns(of_it), of_it)
            _log.info("%s: %d rows", options.out / f"{name}.csv", len(of_it))
    elif len(found) == 1:
        only = next(iter(found.values()))
        _write(sys.stdout, columns(only), only)
    else:
        _log.error("kramers jobs export: %s.", _choice(list(found)))
        return 1
    return 0


def _choice(names: Sequence[str]) -> str:
    if not names:
        return "nothing has been verified yet"
    return f"there are {len(names)} tables ({', '.join(names)}), which must not be mixed; give --out FOLDER"


def _write(file: Any, header: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, **{name: safe_cell(str(row[name])) for name in ("name", "reason")}} for row in rows)
