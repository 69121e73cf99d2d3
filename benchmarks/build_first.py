"""Twelve ligands through `build_complex`, one line each: `python -m benchmarks.build_first`.

Writes benchmarks/results/build_first.json: outcome, distances, angles, shape measure and seconds of [Dy(H2O)5L2].
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path

import numpy as np

from core.chem.complex import PROTOCOL, BuiltComplex, build_complex
from core.chem.complex_checks import RejectedComplex
from core.chem.ligand import ligand_from_text

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
    accepted = [row for row in rows.values() if row["outcome"] == "accepted"]
    record = {
        "protocol": PROTOCOL,
        "threads": os.environ.get("OMP_NUM_THREADS", "all"),
        "accepted": len(accepted),
        "median_seconds": round(statistics.median(float(str(row["seconds"])) for row in rows.values()), 2),
        "ligands": rows,
    }
    options.out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _row(smiles: str) -> dict[str, object]:
    started = time.perf_counter()
    try:
        built = build_complex(ligand_from_text(smiles))
    except RejectedComplex as error:
        outcome: dict[str, object] = {"outcome": error.flaw.value, "message": error.sentence}
    else:
        outcome = {"outcome": "accepted", **_geometry(built)}
    return {**outcome, "seconds": round(time.perf_counter() - started, 2)}


def _geometry(built: BuiltComplex) -> dict[str, object]:
    positions = built.molecule.positions
    lengths = np.linalg.norm(positions, axis=1)
    up, down = built.axial_donors
    return {
        "atoms": len(positions),
        "steps": built.steps,
        "axial_angstrom": lengths[[up, down]].round(3).tolist(),
        "water_angstrom": lengths[list(built.equatorial_donors)].round(3).tolist(),
        "axial_angle_degrees": round(_angle(positions, up, 0, down), 1),
        "M_D_X_degrees": [round(_angle(positions, 0, d, x), 1) for d in (up, down) for x in _neighbours(built, d)],
        "PBPY_7": round(built.shape_measure, 2),
        "restraint_cm-1": round(built.restraint_energy, 1),
    }


def _neighbours(built: BuiltComplex, donor: int) -> list[int]:
    pairs = built.molecule.bonds.tolist()
    return sorted(b if a == donor else a for a, b in pairs if donor in (a, b) and 0 not in (a, b))


def _angle(positions: np.ndarray, first: int, vertex: int, second: int) -> float:
    a, b = positions[first] - positions[vertex], positions[second] - positions[vertex]
    return float(np.degrees(np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1.0, 1.0))))


if __name__ == "__main__":
    main()
