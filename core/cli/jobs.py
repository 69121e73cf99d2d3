"""``kramers jobs``: all of its commands, and results as the table that training reads."""

from __future__ import annotations

import argparse
import csv
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.cli import queue, submit
from core.errors import KramersError
from core.jobs.model import Filter, State
from core.workflows.screen import safe_cell

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers jobs`` and all that comes after it."""
    jobs = commands.add_parser("jobs", help="verify many complexes in the background, here or on a cluster")
    actions = jobs.add_subparsers(required=True, metavar="ACTION")
    submit.register(actions)
    queue.register(actions)
    export = actions.add_parser("export", help="verified results as the table that training reads")
    export.add_argument(
        "--out", type=Path, metavar="FOLDER", help="a CSV for each recipe (default: the only one, printed)"
    )
    export.add_argument("--batch", default="", metavar="NAME", help="of this batch alone")
    export.add_argument("--data", type=Path, metavar="FOLDER", help="default: $KRAMERS_DATA")
    export.add_argument("--json", action="store_true", help="the rows as JSON, printed")
    export.set_defaults(run=_export)
    for action in actions.choices.values():
        action.set_defaults(run=guarded(action.get_default("run")))


def guarded(run: queue.Action) -> queue.Action:
    """What cannot be done ends as a sentence."""

    def sure(options: argparse.Namespace) -> int:
        try:
            return run(options)
        except KramersError as error:
            _log.error("kramers jobs: %s", error.sentence)
        except BrokenPipeError:
            raise  # the reader of our output has gone, and no file of ours is at fault
        except OSError as error:
            _log.error("kramers jobs: %s cannot be used: %s.", error.filename, error.strerror)
        return 2

    return sure


def _export(options: argparse.Namespace) -> int:
    from core.qc.label_table import columns, is_ligand, label_row, tables

    store = queue.store_of(options)
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
        queue.put({"tables": found})
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
