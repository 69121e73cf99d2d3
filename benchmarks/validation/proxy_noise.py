"""How much of a proxy is chance: `OMP_NUM_THREADS=1 python -m benchmarks.validation.proxy_noise [--count 200]`.

Two ligands with the same structure get the same label only where the protocol (`training.ligands.descriptors`)
finds the same conformer. So ligands drawn from the table of proxies are computed again from other conformers. Half the
mean squared difference is the variance of chance; over the variance within donor classes it is the share that no model
can learn from structure, and one less that share the R² within donor class that no model can pass on average. Writes
benchmarks/results/proxy_noise.json.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import DomainError
from training.ligands.descriptors import NAMES, SEED, descriptors
from training.ligands.labels import PROXIES

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "proxy_noise.json"
_OTHER = SEED + 1


def main() -> None:
    """Draws, computes again, compares, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    with gzip.open(PROXIES, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [pair for row in drawn(rows, options.count) if (pair := _twice(row))]
    record = {
        "what": "share of the variance within donor classes that is chance of the conformer",
        "ligands": len(pairs),
        "proxies": {name: noise(rows, pairs, name) for name in NAMES},
    }
    _RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


def drawn(rows: list[dict[str, str]], count: int) -> list[dict[str, str]]:
    """`count` ligands as the classes are in the table."""
    return [rows[one] for one in np.random.default_rng(5).permutation(len(rows))[:count]]


def _twice(row: dict[str, str]) -> tuple[dict[str, str], dict[str, float | None]] | None:
    try:
        return row, descriptors(row["smiles"], int(row["donor"]), _OTHER)
    except DomainError:
        return None


def noise(
    rows: list[dict[str, str]], pairs: list[tuple[dict[str, str], dict[str, float | None]]], name: str
) -> dict[str, Any]:
    """Standard deviations of one proxy, by chance and within classes, and the best R² within classes."""
    off = [float(row[name]) - value for row, again in pairs if row[name] and (value := again[name]) is not None]
    chance = float(np.mean(np.square(off))) / 2
    within = _within(rows, name)
    return {
        "compared": len(off),
        "sd_of_chance": round(float(np.sqrt(chance)), 4),
        "sd_within_class": round(float(np.sqrt(within)), 4),
        "best_r2_within_class": round(1 - chance / within, 3),
    }


def _within(rows: list[dict[str, str]], name: str) -> float:
    """Variance about the means of the donor classes."""
    groups: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row[name]:
            groups[row["donor_class"]].append(float(row[name]))
    return float(np.mean(np.concatenate([np.square(np.array(one) - np.mean(one)) for one in groups.values()])))


if __name__ == "__main__":
    main()
