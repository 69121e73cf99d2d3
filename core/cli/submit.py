"""``kramers jobs submit``: files and ligands into jobs, some hundred at a time, so that ten thousand take seconds.

Nothing is built here: a ligand is read and named, a crystal only kept, and their runs do the rest. An XYZ file is read,
which takes milliseconds, so that what is wrong with it is said at once. What cannot be read becomes a job too, refused
with its reason: of a batch nothing is lost.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from core.arguments import add_complex
from core.cli import queue
from core.cli.batch_rows import Wanted, rows_of, specs_of
from core.cli.site_options import add_substitution
from core.jobs.asking import Asked
from core.jobs.model import JobSpec, State
from core.jobs.store import Store

SHOWN: Final = 20
"""Most jobs that are listed one by one when they have been asked for."""

_CHUNK: Final = 500
_CHUNK_BYTES: Final = 50_000_000
"""Jobs, and what their files hold, that go into the ledger at once: each time the disk is waited for."""

_SAY_S: Final = 5.0
"""Between two lines of progress where nobody looks at a terminal [s]."""

_log = logging.getLogger("kramers")


def register(actions: Any) -> None:
    """``kramers jobs submit``."""
    submit = actions.add_parser("submit", help="ask for the doublets of one complex or of many")
    submit.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="XYZ, CIF, a folder of them, or a CSV")
    submit.add_argument("--smiles", action="append", default=[], help="axial ligand of a complex with five waters")
    submit.add_argument("--column", default="smiles", metavar="NAME", help="of a CSV: where the SMILES stand")
    submit.add_argument("--batch", default="", metavar="NAME", help="of all of them (default: file or folder, and day)")
    add_complex(submit)
    add_substitution(submit)
    submit.add_argument("--threads", type=int, default=1, metavar="N", help="default: 1")
    submit.add_argument("--memory", type=int, default=4000, metavar="MB", help="integrals beyond go to disk")
    submit.add_argument("--hours", type=float, default=24.0, metavar="H", help="time of one attempt")
    submit.add_argument("--priority", type=int, default=0, metavar="P", help="higher goes first")
    submit.add_argument("--data", type=Path, metavar="FOLDER", help="default: $KRAMERS_DATA")
    submit.add_argument("--json", action="store_true", help="JSON instead of text")
    submit.set_defaults(run=_submit)


def _submit(options: argparse.Namespace) -> int:
    rows = rows_of(options.paths, options.column)
    rows.wanted += [Wanted(smiles, smiles=smiles) for smiles in options.smiles]
    if not rows.wanted:
        _log.error("kramers jobs submit: give files, a folder, a CSV or --smiles.")
        return 2
    batch = options.batch or (default_batch(options.paths) if rows.many or options.all_sites else "")
    store, told, started = queue.store_of(options), Told(len(rows.wanted)), False
    for specs in chunks(specs_of(rows.wanted, options, store, told.lost)):
        told.add(store.ask(specs, batch))
        started = started or queue.start_if_needed(store)
    told.close()
    _report(store, told, rows.empty, batch, options)
    return 1 if told.asked.refused or told.unread else 0


class Told:
    """Counts what was asked, and shows it: a bar on a terminal, else a line now and then, nothing for a few.

    Args:
        total: complexes to come.
    """

    def __init__(self, total: int) -> None:
        self.total, self.asked = total, Asked()
        self.unread: list[dict[str, str]] = []
        shows = total > SHOWN
        self._bar = tqdm(total=total, unit="complex", file=sys.stderr, disable=not (shows and sys.stderr.isatty()))
        self._says = shows and not sys.stderr.isatty()
        self._said = time.monotonic()

    def add(self, asked: Asked) -> None:
        """So many more are in the ledger."""
        self.asked += asked
        self._bar.update(len(asked.ids))
        if self._says and time.monotonic() - self._said > _SAY_S:
            _log.info("%s of %s are in the queue.", f"{len(self.asked.ids):,}", f"{self.total:,}")
            self._said = time.monotonic()

    def lost(self, wanted: Wanted, reason: str) -> None:
        """A file that cannot be opened, or is too big to keep."""
        self.unread.append({"title": wanted.title, "status": "refused", "reason": reason})

    def close(self) -> None:
        """No more to come."""
        self._bar.close()

    def sentence(self, empty: int, batch: str) -> str:
        """What became of all rows."""
        asked, refused = self.asked, self.asked.refused + len(self.unread)
        parts = [(asked.new - asked.refused, "new"), (asked.known, "known already"), (asked.again, "asked for again")]
        parts += [(refused, "refused"), (empty, "empty")]
        words = ", ".join(f"{number:,} {word}" for number, word in parts if number) or "nothing"
        return f"{f'Batch “{batch}”: ' if batch else ''}{words}."


def _report(store: Store, told: Told, empty: int, batch: str, options: argparse.Namespace) -> None:
    """The jobs themselves where there are few or JSON is wanted; else how many, and where to look for the rest."""
    few = told.total <= SHOWN
    jobs = store.named(told.asked.ids) if few or options.json else []
    refused = [job for job in jobs if job.state is State.REFUSED]
    if options.json:
        listed = [{"title": job.title, "status": "refused", "reason": job.reason, "id": job.id} for job in refused]
        asked = [job.to_dict() for job in jobs if job.state is not State.REFUSED]
        new, known = told.asked.new - told.asked.refused, told.asked.known
        head = {"batch": batch, "new": new, "known": known, "again": told.asked.again, "empty": empty}
        queue.put({**head, "jobs": asked, "refused": [*listed, *told.unread]})
        return
    queue.put_jobs(jobs, as_json=False)
    for row in told.unread[:SHOWN]:
        _log.info("%s: %s", row["title"], row["reason"])
    _log.info("%s", told.sentence(empty, batch))
    if told.asked.refused and not few:
        _log.info("Why some were refused: kramers jobs list --state refused --batch “%s”", batch)


def chunks(specs: Iterable[JobSpec]) -> Iterator[list[JobSpec]]:
    """Some at a time, the first at once so that it can begin; fewer where they bring large files."""
    found: list[JobSpec] = []
    size, most = 0, 1
    for spec in specs:
        found.append(spec)
        size += sum(map(len, spec.files.values()))
        if len(found) >= most or size > _CHUNK_BYTES:
            yield found
            found, size, most = [], 0, _CHUNK
    if found:
        yield found


def default_batch(paths: Sequence[Path]) -> str:
    """``ligands 2026-11-29``: of the first path, or of the folder in which several files lie, and the day."""
    first = paths[0]
    folder = first.suffix.lower() != ".csv" and not first.is_dir()
    name = first.absolute().parent.name if folder else first.absolute().stem
    tidy = "".join(c for c in " ".join(name.split()) if c.isprintable())[:60]
    return f"{tidy} {time.strftime('%Y-%m-%d')}".strip()
