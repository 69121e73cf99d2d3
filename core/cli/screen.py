"""``kramers screen``: every CIF of a folder into a table, by processes here or by jobs of the queue."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core.arguments import positive
from core.cli.jobs import guarded
from core.cli.queue import start_if_needed
from core.errors import InputError, KramersError
from core.jobs.model import State
from core.jobs.store import Store, data_folder
from core.schema.answers import ScreenRecord
from core.schema.results import SCHEMA_VERSION
from core.workflows.prediction import Status
from core.workflows.screen import ranked, rows_of, screen

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers screen``."""
    many = commands.add_parser("screen", help="judge every CIF of a folder into a table, on all cores")
    many.add_argument("folder", type=Path, metavar="FOLDER")
    many.add_argument("--out", type=_table, required=True, metavar="TABLE.csv", help="table to write or to go on with")
    many.add_argument("--jobs", type=positive, default=None, metavar="N", help="processes (default: all cores)")
    many.add_argument("--queue", action="store_true", help="as jobs of kramers jobs, here or on your cluster")
    many.add_argument("--chunk", type=int, default=200, metavar="N", help="with --queue: files of one job (200)")
    many.add_argument("--no-wait", action="store_true", help="with --queue: ask only; the same line again fetches")
    many.add_argument("--json", action="store_true", help="print one JSON object: counts, and all rows in their rank")
    many.set_defaults(run=_screen)


def _screen(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        _log.error("kramers screen: there is no folder %s.", options.folder)
        return 2
    if options.queue:
        return guarded(_by_queue)(options)
    try:
        summary = screen(options.folder, options.out, jobs=options.jobs, progress=sys.stderr)
        counts: dict[str, int] = {Status.OK: summary.ok, Status.REFUSED: summary.refused, Status.ERROR: summary.error}
        return _told(options, summary.sentence, counts, summary.skipped)
    except (KramersError, OSError) as error:
        _log.error("kramers screen: %s", error)
        return 2


def _told(options: argparse.Namespace, sentence: str, counts: Mapping[str, int], skipped: int = 0) -> int:
    """Rank the table, say what became of it; 1 where a file could not be read, 0 where some were merely refused."""
    order = ranked(options.out)
    _log.info("%s The likeliest first: %s", sentence, order)
    if options.json:
        record: ScreenRecord = {
            "schema": SCHEMA_VERSION,
            "kind": "screen",
            "table": str(options.out),
            "ranked": str(order),
            "skipped": skipped,
            "counts": {status.value: counts.get(status, 0) for status in Status},
            "rows": rows_of(order),
        }
        json.dump(record, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    return 1 if counts.get(Status.ERROR) else 0


def _by_queue(options: argparse.Namespace) -> int:
    """The same table, made by jobs. Given again, it goes on."""
    from core.workflows.screen_job import screen_jobs, write_table

    if options.chunk < 1:
        raise InputError("a job has one file at least.", where="--chunk")
    store = Store(data_folder())
    names = [job.id for job in store.submit_all(screen_jobs(options.folder, options.chunk))]
    start_if_needed(store)
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
    return _told(options, f"{told}.", counts)


def _wait(store: Store, names: Sequence[str]) -> None:
    """Until all have ended; a supervisor that has died meanwhile is started again."""
    with tqdm(total=len(names), unit="job", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
        left = set(names)
        while left:
            left -= {name for name in left if store.job(name).state.final}
            bar.update(len(names) - len(left) - bar.n)
            if left:
                start_if_needed(store)
                time.sleep(0.5)


def _table(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".csv":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .csv")
    return path
