"""``kramers jobs``: what turns files and ligands into jobs, and verified results into the table that training reads."""

from __future__ import annotations

import argparse
import csv
import io
import logging
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core import settings
from core.arguments import add_complex
from core.chem.ligand import ligand_from_text
from core.errors import InputError, KramersError
from core.jobs import command
from core.jobs.model import Filter, JobSpec, LedgerError, State
from core.jobs.store import Store, data_folder
from core.smm.screen import ranked, safe_cell

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers jobs`` and all that comes after it."""
    jobs = commands.add_parser("jobs", help="verify many complexes in the background, here or on a cluster")
    actions = jobs.add_subparsers(required=True, metavar="ACTION")
    _register_submit(actions)
    command.register(actions)
    export = actions.add_parser("export", help="verified results as the table that training reads")
    export.add_argument(
        "--out", type=Path, metavar="FOLDER", help="a CSV for each recipe (default: the only one, printed)"
    )
    export.add_argument("--data", type=Path, metavar="FOLDER", help="default: $KRAMERS_DATA")
    export.add_argument("--json", action="store_true", help="the rows as JSON, printed")
    export.set_defaults(run=_export)
    for action in actions.choices.values():
        action.set_defaults(run=_guarded(action.get_default("run")))


def _register_submit(actions: Any) -> None:
    submit = actions.add_parser("submit", help="ask for the doublets of one complex or of many")
    submit.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="XYZ, CIF, a folder of them, or a CSV")
    submit.add_argument("--smiles", action="append", default=[], help="axial ligand of a complex with five waters")
    submit.add_argument("--column", default="smiles", metavar="NAME", help="of a CSV: where the SMILES stand")
    add_complex(submit)
    submit.add_argument("--threads", type=int, default=1, metavar="N", help="default: 1")
    submit.add_argument("--memory", type=int, default=4000, metavar="MB", help="integrals beyond go to disk")
    submit.add_argument("--hours", type=float, default=24.0, metavar="H", help="time of one attempt")
    submit.add_argument("--priority", type=int, default=0, metavar="P", help="higher goes first")
    submit.add_argument("--data", type=Path, metavar="FOLDER", help="default: $KRAMERS_DATA")
    submit.add_argument("--json", action="store_true", help="JSON instead of text")
    submit.set_defaults(run=_submit)


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
            if job.state is State.FAILED:
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """One complex of a batch: a file, or a ligand; `title` is for people."""

    title: str
    file: Path | None = None
    smiles: str | None = None


def _submit(options: argparse.Namespace) -> int:
    """Jobs are asked for as soon as they are read, so a batch that is stopped has lost nothing."""
    wanted = [*(one for path in options.paths for one in batch(path, options.column))]
    wanted += [Wanted(smiles, smiles=smiles) for smiles in options.smiles]
    if not wanted:
        _log.error("kramers jobs submit: give files, a folder, a CSV or --smiles.")
        return 2
    store, jobs, refused = command.store_of(options), [], []
    for one in wanted:
        try:
            jobs.append(store.submit(spec_of(one, options)))
        except LedgerError:
            raise
        except KramersError as error:
            refused.append({"title": one.title, "status": "refused", "reason": error.sentence})
            _log.info("%s: %s", one.title, error.sentence)
        else:
            command.start_if_needed(store)
    if options.json:
        command.put({"jobs": [job.to_dict() for job in jobs], "refused": refused})
    else:
        command.put_jobs(jobs, as_json=False)
    return 1 if refused else 0


def batch(path: Path, column: str) -> Iterator[Wanted]:
    """The complexes behind a path.

    Raises:
        InputError: a folder without files, a CSV without the column.
    """
    if path.suffix.lower() == ".csv":
        yield from _ligands_of(path, column)
    elif path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in {".xyz", ".cif"} and file.is_file())
        if not files:
            raise InputError("there is no XYZ and no CIF in this folder.", where=str(path))
        yield from (Wanted(str(file.relative_to(path)), file=file) for file in files)
    else:
        yield Wanted(path.name, file=path)


def _ligands_of(path: Path, column: str) -> Iterator[Wanted]:
    if path.stat().st_size > settings.MAX_FILE_BYTES:
        raise InputError(f"the table has more than {settings.MAX_FILE_BYTES / 1e6:.0f} MB.", where=path.name)
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text))
    if column not in (rows.fieldnames or []):
        found = ", ".join(rows.fieldnames or [])[:200] or "none"
        raise InputError(f"no column “{column}”; found: {found}.", where=path.name, advice="Name it with --column.")
    for row in rows:
        if smiles := (row[column] or "").strip():
            yield Wanted(row.get("name") or smiles, smiles=smiles)


def spec_of(wanted: Wanted, options: argparse.Namespace) -> JobSpec:
    """The job behind one of a batch; errors as `core.qc.command.read`."""
    from core.qc import command as verification  # PySCF takes seconds to load: no other command waits for it
    from core.qc.job import verification_job
    from core.qc.request import Request
    from core.qc.spin_orbit_states import Multiplicities

    names = ("preset", "charge", "metal", "block", "component", "site")
    given = {name: getattr(options, name) for name in names}
    reading = verification.read(verification.Source(wanted.file, wanted.smiles, **given))
    spins = Multiplicities(options.multiplicities)
    request = Request(reading.spec, spins, reading.geometry, options.memory, options.threads)
    meta: dict[str, Any] = {"source": wanted.title, "warnings": list(reading.doubts), "metal": reading.spec.ion.symbol}
    if wanted.smiles is not None:
        ligand = ligand_from_text(wanted.smiles)
        meta |= {"smiles": ligand.smiles, "donor": ligand.donor, "donor_class": ligand.donor_class.value}
    wall = round(options.hours * 3600)
    return verification_job(request, wanted.title, wall_s=wall, priority=options.priority, meta=meta)


def _export(options: argparse.Namespace) -> int:
    from core.qc.label_table import columns, is_ligand, label_row, tables

    store = command.store_of(options)
    ended = Filter(states=(State.DONE, State.FAILED), kinds=("verify",), limit=sys.maxsize)
    rows = []
    for job in store.jobs(ended):
        record = store.result(job.id) or {"status": "failed", "reason": job.reason}
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
