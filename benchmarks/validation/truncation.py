"""What cutting ligands down costs: `OMP_NUM_THREADS=1 python -m benchmarks.validation.truncation --environments
FOLDER`.

Five environments of the computed levels (`training.levels.computed_levels`) from which atoms were cut off, whole and
truncated, both around the same ion in the same places with the preset `fast`. Writes
benchmarks/results/truncation.json: first gap, largest difference of the ground multiplet, angle between the easy axes.
What is there is not computed again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.harness.resumable import Row, Table
from core.angles import axes_apart
from core.errors import KramersError
from core.fields.environment import Environment
from core.qc.engine import verify
from core.qc.request import ENGINE
from training.levels.computed_levels import PRESET, Task, chosen, functions, levels_row
from training.levels.environments import Frame, frames

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "truncation.json"

COUNT = 5
LEAST_CUT = 6
"""Fewer atoms cut off are no test."""

MOST_FUNCTIONS = 420
"""Of the whole complex."""


def main() -> None:
    """Computes what the table lacks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    table = Table(options.out, summary, keep=lambda row: bool(row["engine"] == ENGINE))
    for task, whole in _pairs(list(frames(options.environments / "structures.xyz.gz"))):
        if task.key not in table:
            table.put(task.key, _row(task, whole))
            print(task.key, table[task.key], flush=True)


def _pairs(found: Sequence[Frame]) -> list[tuple[Task, Task]]:
    """Truncated and whole, the five smallest, of five different sets of donors."""
    by_name = {frame.name: frame for frame in found}
    pairs = sorted(_wholes(chosen(found), by_name), key=lambda pair: pair[1].functions)
    signatures = {pair[0].environment.signature: pair for pair in reversed(pairs)}
    return sorted(signatures.values(), key=lambda pair: pair[1].functions)[:COUNT]


def _wholes(tasks: Iterable[Task], frames_by_name: dict[str, Frame]) -> Iterator[tuple[Task, Task]]:
    for task in tasks:
        around = frames_by_name[task.environment.name].environment.of_ion(task.environment.metal)
        size = functions(around)
        if task.removed >= LEAST_CUT and size <= MOST_FUNCTIONS:
            yield task, _task(task, around, size)


def _task(task: Task, around: Environment, size: int) -> Task:
    return Task(around, task.refcode, task.native, "environments ref", task.charge, 0, size, task.half)


def _row(task: Task, whole: Task) -> Row:
    head = {"engine": ENGINE, "preset": PRESET, "donors": task.environment.signature, "atoms_cut_off": task.removed}
    try:
        short, full = levels_row(verify(task.spec)), levels_row(verify(whole.spec))
    except KramersError as error:
        return {**head, "status": "failed", "reason": error.sentence}
    apart = np.abs(np.array(short["levels_cm1"]) - np.array(full["levels_cm1"]))
    turned = axes_apart(short["axis"], full["axis"])
    return {
        **head,
        "status": "converged",
        "functions": [short["functions"], full["functions"]],
        "first_gap_cm1": [short["levels_cm1"][2], full["levels_cm1"][2]],
        "largest_difference_cm1": round(float(apart.max()), 2),
        "axes_apart_deg": None if turned is None else round(turned, 2),
    }


def summary(rows: Sequence[Row]) -> Row:
    """Mean and largest errors."""
    done = [row for row in rows if row["status"] == "converged"]
    gaps = [abs(row["first_gap_cm1"][0] - row["first_gap_cm1"][1]) for row in done]
    return {
        "what": "truncated ligands against whole ones [truncated, whole]",
        "complexes": len(done),
        "gap_mean_abs_cm1": round(float(np.mean(gaps)), 2) if gaps else None,
        "gap_largest_cm1": round(float(max(gaps)), 2) if gaps else None,
        "level_largest_cm1": max((row["largest_difference_cm1"] for row in done), default=None),
    }


if __name__ == "__main__":
    main()
