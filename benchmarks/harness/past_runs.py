"""What past runs took, for the estimates of the Verify page: `python -m benchmarks.harness.past_runs`.

Collects sizes, seconds and memory from the results of the other benchmarks into core/qc/tables/past_runs.json. Seconds
of the pilot are processor time on one thread, because other work shared its machine; the others are wall time. The runs
against OpenMolcas had two threads and two free cores, the big crystal two threads on a machine that was busy.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

_RESULTS = Path(__file__).resolve().parents[1] / "results"
_TABLE = Path(__file__).resolve().parents[2] / "core" / "qc" / "tables" / "past_runs.json"

Row = dict[str, float | None]


def main() -> None:
    """Write the table."""
    rows = [*pilot_rows("fast"), *pilot_rows("standard"), *compared_rows(), *crystal_rows(), *_SMALL]
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    source = "benchmarks/harness/past_runs.py, from pilot_fast.csv, pilot_standard.csv, qc_vs_openmolcas.json"
    source += ", big_crystal.json"
    _TABLE.write_text(f'{{\n "source": {json.dumps(source)},\n "runs": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def pilot_rows(preset: str) -> list[Row]:
    """[Dy(H2O)5L2] on one thread; memory was not recorded."""
    with (_RESULTS / f"pilot_{preset}.csv").open(encoding="utf-8", newline="") as file:
        done = [row for row in csv.DictReader(file) if row["status"] == "converged"]
    return [_row(int(row["atoms"]), int(row["functions"]), 1, float(row["cpu_s"]), None) for row in done]


def compared_rows() -> list[Row]:
    """The complexes that OpenMolcas computed too."""
    record = json.loads((_RESULTS / "qc_vs_openmolcas.json").read_text(encoding="utf-8"))
    ours = [row for row in record["rows"] if row["program"] == "Kramers" and row["status"] == "ok"]
    return [_row(_ATOMS[row["complex"]], row["functions"], 2, row["wall_s"], row["memory_mb"]) for row in ours]


def crystal_rows() -> list[Row]:
    """Whole complexes of crystals, integrals on disk beyond 4 GB."""
    record = json.loads((_RESULTS / "big_crystal.json").read_text(encoding="utf-8"))
    done = [row for row in record["rows"] if row["status"] == "ok"]
    return [_row(row["atoms"], row["functions"], row["threads"], row["wall_s"], row["memory_mb"]) for row in done]


_ATOMS = {
    "[Dy(H2O)5(OH)2]+": 20,
    "[Er(H2O)5(OMe)2]+": 26,
    "[Dy(H2O)5(OPMe3)2]3+": 44,
    "[Tb(H2O)5(OPH3)2]3+": 26,
    "[Dy(H2O)5(OMe)(DMF)]2+": 33,
}
"""Atoms by formula; the results of that benchmark do not hold them."""


def _small(atoms: int, functions: int, seconds: float, memory: float) -> Row:
    return _row(atoms, functions, 1, seconds, memory)


def _row(atoms: int, functions: int, threads: int, seconds: float, memory: float | None) -> Row:
    return {"atoms": atoms, "functions": functions, "threads": threads, "seconds": seconds, "memory_mb": memory}


_SMALL = [_small(7, 113, 8.1, 327), _small(4, 110, 11.8, 502), _small(18, 176, 18.0, 651)]
"""[Dy(OH)F(H2O)]+, TbF3 and [Dy(H2O)5F2]+, `fast`, each `python -m core.qc.run` of its own; processor time. A process
of its own makes the auxiliary functions of each element anew, which the pilot did once for all."""


if __name__ == "__main__":
    main()
