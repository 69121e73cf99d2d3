"""How many DFT labels a head needs, on unseen scaffolds: `OMP_NUM_THREADS=1 python -m benchmarks.validation.dft_labels
--labels FILE`.

FILE holds B3LYP/6-31G(2df,p) numbers of QM9 ligands (columns smiles, donor_idx, homo_eV, lumo_eV, gap_eV, dipole_D,
donor_mulliken_e; csv.gz); it is no part of Kramers. Ligands that are in scope with that donor are split by scaffold as
`training.ligands.ligand_set` does; heads on the shipped latents, which no DFT number has guided, stand beside ridge and
random forest on Morgan fingerprints and the mean of the donor class (`training.ligands.curves`). The encoder has seen
most of these ligands, the test ones too, but without any DFT label: that is what semi-supervised means here. Writes
benchmarks/results/dft_labels.json.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from core.design.generator import MODEL, generator
from training.ligands.curves import curves
from training.ligands.ligand_set import TRAIN, LigandSet, assembled
from training.ligands.reading import distinct, read
from training.ligands.regression import fit_classes

_RESULTS: Final = Path(__file__).resolve().parents[1] / "results" / "dft_labels.json"

COUNTS: Final = (300, 1000, 4000, 11_000, 1_000_000)

COLUMNS: Final = {
    "homo_eV": "HOMO, eV",
    "lumo_eV": "LUMO, eV",
    "gap_eV": "HOMO–LUMO gap, eV",
    "dipole_D": "dipole moment, D",
    "donor_mulliken_e": "Mulliken charge of the donor, e",
}

BATCH: Final = 256


def main() -> None:
    """Read, encode, fit, judge, write."""
    options = _options()
    started = time.process_time()
    with gzip.open(options.labels, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[: options.limit]
    refused: Counter[str] = Counter()
    ligands, known = labelled(rows, refused)
    placed = {"head on latents": latents(ligands)}
    record = {
        "what": "R² and error of heads for DFT properties against the number of labels, unseen scaffolds",
        "level": "B3LYP/6-31G(2df,p), QM9",
        "model": MODEL,
        "rows": len(rows),
        "refused": dict(refused),
        "ligands": len(ligands),
        "properties": COLUMNS,
        **curves(ligands, placed, known, trees=options.trees, wanted=COUNTS),
    }
    record["processor_seconds"] = round(time.process_time() - started)
    _RESULTS.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for line in record["scores"]["gap_eV"]:
        told = ", ".join(f"{name} {one['r2']:.3f}" for name, one in line.items() if name != "labels")
        print(f"gap, {line['labels']} labels: R² {told}")


def labelled(rows: list[dict[str, str]], refused: Counter[str]) -> tuple[LigandSet, dict[str, Any]]:
    """The ligands of the table as a set, and (n,) numbers of each column in its order, NaN where there is none."""
    asked: Iterator[tuple[str, list[int | None], str]] = (
        (row["smiles"], [int(row["donor_idx"])], str(number)) for number, row in enumerate(rows)
    )
    ligands = assembled(distinct(read(asked, refused)).values())
    refused_at = Counter[str]()
    for key, count in refused.items():
        refused_at[key.split(": ", 1)[1]] += count
    refused.clear()
    refused.update(refused_at)
    numbers = [int(source) for source in ligands.source]
    return ligands, {name: np.array([float(rows[k][name] or "nan") for k in numbers]) for name in COLUMNS}


def latents(ligands: LigandSet) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, Z) of the shipped encoder, and (n, C) donor classes told from them, learned from the training fold."""
    model = generator()
    parts = np.array_split(np.arange(len(ligands)), len(ligands) // BATCH + 1)
    found = torch.from_numpy(np.concatenate([model.encode([ligands.ligand(int(k)) for k in part]) for part in parts]))
    own, anion = torch.from_numpy(ligands.donor_class), torch.from_numpy(ligands.charge < 0).float()
    taught = torch.from_numpy(ligands.rows(TRAIN))
    classes = fit_classes(found[taught], own[taught], anion[taught], len(ligands.classes))
    with torch.no_grad():
        return found, classes(found)[0]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True, metavar="FILE", help="csv.gz of DFT numbers")
    parser.add_argument("--trees", type=int, default=60, help="of the random forest")
    parser.add_argument("--limit", type=int, help="rows that are read, for a try")
    return parser.parse_args()


if __name__ == "__main__":
    main()
