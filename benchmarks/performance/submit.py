"""Ten thousand ligands into the queue: `python -m benchmarks.performance.submit --json` (half a minute).

Ligands of the library, drawn by a seed and each spelled in another way, as a table that `kramers jobs submit` gets;
some rows are no ligand, some empty, some stand there twice. The whole command is timed, in a process of its own, with
nobody to run the jobs; then once more, when all are known; and what a page or a service asks of such a ledger. Writes
benchmarks/results/submit.json. Exit status 0 where every row is accounted for.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from rdkit import Chem

from core.jobs.configuration import load
from core.jobs.estimate import estimate
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Filter, State
from core.jobs.processes import cores
from core.jobs.store import Store

_RESULTS: Final = Path(__file__).resolve().parents[1] / "results" / "submit.json"
_LIBRARY: Final = Path(__file__).resolve().parents[2] / "assets" / "ligands" / "library.csv.gz"
_ODD: Final = 30
"""Rows that are no ligand, rows that are empty, and rows that stand there twice: so many of each."""


def main() -> int:
    """The figures; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), options.rows, options.seed)
    options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=None if options.json else 1) + "\n")
    return 0 if figures["accounted_for"] else 1


def measured(folder: Path, rows: int, seed: int) -> dict[str, Any]:
    """All figures of a table of so many rows."""
    load_before = os.getloadavg()[0]
    table = folder / "ligands.csv"
    write_table(table, rows, random.Random(seed))
    data = folder / "data"
    said, seconds = submitted(table, data)
    said_again, seconds_again = submitted(table, data)
    store = Store(data)
    counts, (batch,) = store.counts(), store.batches()
    ligands = rows - 3 * _ODD
    right = (counts[State.QUEUED], counts[State.REFUSED], batch.jobs) == (ligands, _ODD, ligands + _ODD)
    right = right and f" {ligands:,} new, {_ODD} known already, {_ODD} refused, {_ODD} empty." in said
    right = right and f" {ligands + 2 * _ODD:,} known already, {_ODD} empty." in said_again
    return {
        "rows": rows,
        "submit_s": seconds,
        "submit_again_s": seconds_again,
        "said": said,
        "accounted_for": right,
        "ledger_mb": round((data / "jobs.sqlite").stat().st_size / 1e6, 1),
        "questions_ms": questions(store, batch.name),
        "cores": cores(),
        "load_before": round(load_before, 1),
    }


def write_table(path: Path, rows: int, generator: random.Random) -> None:
    """Ligands that differ, in the library's order nowhere, each spelled at random."""
    with gzip.open(_LIBRARY, "rt", encoding="utf-8") as file:
        library = [row["smiles"] for row in csv.DictReader(file)]
    drawn = generator.sample(library, rows - 3 * _ODD)
    lines = [(f"ligand {number}", respelled(smiles, generator)) for number, smiles in enumerate(drawn)]
    lines += [(f"twice {number}", respelled(drawn[number], generator)) for number in range(_ODD)]
    lines += [(f"no ligand {number}", f"[Na+].[Cl-].{'C' * (number + 1)}") for number in range(_ODD)]
    lines += [(f"empty {number}", "") for number in range(_ODD)]
    with path.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([("name", "smiles"), *lines])


def respelled(smiles: str, generator: random.Random) -> str:
    """The same molecule, its atoms in another order."""
    mol = Chem.MolFromSmiles(smiles)
    order = generator.sample(range(mol.GetNumAtoms()), mol.GetNumAtoms())
    return str(Chem.MolToSmiles(Chem.RenumberAtoms(mol, order), canonical=False))


def submitted(table: Path, data: Path) -> tuple[str, float]:
    """How `kramers jobs submit` counts a table, and how long the whole command takes [s]."""
    command = [sys.executable, "-m", "core.cli", "jobs", "submit", str(table), "--preset", "fast", "--data", str(data)]
    environment = {**os.environ, "KRAMERS_SUPERVISOR": "none"}
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment, check=False, stderr=subprocess.PIPE, text=True)
    seconds = round(time.perf_counter() - begun, 1)
    return next(line for line in done.stderr.splitlines() if line.startswith("Batch")), seconds


def questions(store: Store, batch: str) -> dict[str, float]:
    """How long a page, a command or the service waits for what it asks of the ledger [ms], the median of five."""
    ledger, room = Ledger(store), Room(64, 10_000_000, alone=True)

    def claimed() -> None:
        claim = ledger.claim(store.path / "runs", room)
        if claim is not None:
            ledger.finish(claim.key, State.DONE, "")

    asked: dict[str, Callable[[], object]] = {
        "counts": store.counts,
        "batches": store.batches,
        "first 200 of the batch": lambda: store.jobs(Filter(batch=batch, lively=True, limit=200)),
        "newest 200": lambda: store.jobs(Filter(kinds=("verify",), limit=200)),
        "claim and finish": claimed,
        "when all will be done": lambda: estimate(store, load(store.path), Filter(batch=batch)),
        "of one class": lambda: store.counts(Filter(donor_class="phosphine oxide")),
    }
    return {name: _median_ms(ask) for name, ask in asked.items()}


def _median_ms(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begun)
    return round(1e3 * sorted(times)[2], 1)


if __name__ == "__main__":
    raise SystemExit(main())
