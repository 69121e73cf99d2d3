"""Twelve ligands built into [Dy(H2O)5L2], one line each: `OMP_NUM_THREADS=1 python -m benchmarks.build_first`.

Writes benchmarks/results/build_first.json: outcome, distances [Å], angles [°], shape measure and seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

from core.chem.complex import PROTOCOL
from core.smm.build import build_from_text

_RESULTS = Path(__file__).resolve().parent / "results" / "build_first.json"
_LIGANDS = {
    "trimethylphosphine oxide": "CP(C)(C)=O",
    "hexamethylphosphoramide": "CN(C)P(=O)(N(C)C)N(C)C",
    "triphenylphosphine oxide": "O=P(c1ccccc1)(c1ccccc1)c1ccccc1",
    "pyridine N-oxide": "[O-][n+]1ccccc1",
    "dimethylformamide": "CN(C)C=O",
    "tetramethylurea": "CN(C)C(=O)N(C)C",
    "dimethyl sulfoxide": "CS(C)=O",
    "pyridine": "c1ccncc1",
    "tert-butoxide": "CC(C)(C)[O-]",
    "phenoxide": "[O-]c1ccccc1",
    "trimethylsiloxide": "C[Si](C)(C)[O-]",
    "acetate": "CC(=O)[O-]",
}


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    rows = {name: _row(smiles) for name, smiles in _LIGANDS.items()}
    record = {
        "protocol": PROTOCOL,
        "threads": os.environ.get("OMP_NUM_THREADS", "all"),
        "outcomes": Counter(row["outcome"] for row in rows.values()),
        "median_seconds": statistics.median(row["seconds"] for row in rows.values()),
        "ligands": rows,
    }
    options.out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _row(smiles: str) -> dict[str, Any]:
    wall, started = time.perf_counter(), time.process_time()
    built: dict[str, Any] = build_from_text(smiles).to_dict()
    seconds = {
        "seconds": round(time.perf_counter() - wall, 2),
        "processor_seconds": round(time.process_time() - started, 2),
    }
    if built["status"] != "ok":
        return {"outcome": built["flaw"] or built["status"], "message": built["message"], **seconds}
    return {
        "outcome": "accepted",
        **{key: built[key] for key in ("distances_A", "angles_deg", "restraint_energy_cm-1", "steps")},
        "PBPY-7": built["shape"]["PBPY-7"],
        "first_gap_cm-1": round(built["crystal_field"]["first_gap_cm1"], 1),
        **seconds,
    }


if __name__ == "__main__":
    main()
