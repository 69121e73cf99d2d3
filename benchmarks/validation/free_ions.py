"""Bare Ln(III) ions by our own method against spectroscopy: `OMP_NUM_THREADS=1 python -m
benchmarks.validation.free_ions`.

CAHF and the spin-orbit interaction of all determinants, in two contractions of ANO-RCC, against the levels of
benchmarks/validation/free_ion_levels.json, which says where each was read. Writes benchmarks/results/free_ions.json:
all levels up to 20,000 cm⁻¹ with the largest spread within a multiplet, and the error of each level of the ground term.
An ion that is there is not computed again; `--again` starts anew.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.resumable import Row, Table
from core.errors import KramersError
from core.magnetism.ions import SYMBOLS
from core.qc.free_ion import FreeLevel, free_ion, free_levels
from core.qc.request import ENGINE

_HERE = Path(__file__).resolve().parent
SOURCE = _HERE / "free_ion_levels.json"
_RESULTS = _HERE.parent / "results" / "free_ions.json"
_CONTRACTIONS = ("7s6p4d2f", "8s7p5d3f")  # s, p, d, f of VDZP and of VTZP
_HIGHEST = 20_000.0


def main() -> None:
    """Computes what the table lacks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=SYMBOLS, default=list(SYMBOLS))
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    table = Table(options.out, summary, keep=lambda row: bool(row["engine"] == ENGINE), again=options.again)
    for symbol in options.only:
        for contraction in _CONTRACTIONS:
            if f"{symbol} {contraction}" not in table:
                _fill(table, symbol, contraction)


def _fill(table: Table, symbol: str, contraction: str) -> None:
    begun = time.perf_counter()
    try:
        levels = free_levels(free_ion(symbol, contraction))
    except KramersError as error:
        print(f"{symbol}: {error.sentence}")  # no table of integrals yet: no row, so that the next call tries again
        return
    table.put(f"{symbol} {contraction}", ion_row(symbol, contraction, levels, time.perf_counter() - begun))


def ion_row(symbol: str, contraction: str, levels: Sequence[FreeLevel], seconds: float) -> Row:
    """Levels, degeneracies and errors of one ion."""
    shown = [level for level in levels if level.energy < _HIGHEST]
    known = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        "ion": symbol,
        "contraction": contraction,
        "engine": ENGINE,
        "levels_two_j_cm1": [[level.two_j, round(level.energy, 1)] for level in shown],
        "largest_spread_cm1": max(level.spread for level in shown),
        "compared": [_compared(entry, known["sources"], levels) for entry in known["levels"] if entry["ion"] == symbol],
        "seconds": round(seconds, 1),
    }


def _compared(entry: Row, sources: Row, levels: Sequence[FreeLevel]) -> Row:
    """Ours beside the published level; `nth` counts the levels of one J from the lowest."""
    ours = [level.energy for level in levels if level.two_j == entry["two_j"]][entry["nth"] - 1]
    published = published_level(entry)
    return {
        "level": entry["level"],
        "ours_cm1": round(ours, 1),
        "published_cm1": round(published, 1),
        "error_percent": round(100 * (ours / published - 1), 2),
        "state": entry["state"],
        "source": entry["source"],
        "counts": entry["ground_term"] and sources[entry["source"]]["read"] is not None,
    }


def published_level(entry: Row) -> float:
    """Energy above the ground level [cm⁻¹]; of one f electron or hole 7/2 ζ."""
    return float(3.5 * entry["zeta"]) if "zeta" in entry else float(entry["printed"] - entry["ground"])


def summary(rows: Sequence[Row]) -> Row:
    """Errors over what counts, by contraction."""
    head: Row = {
        "what": "bare ions, CAHF and spin-orbit interaction of all determinants; source: free_ion_levels.json",
        "largest_spread_cm1": max((row["largest_spread_cm1"] for row in rows), default=None),
    }
    for contraction in dict.fromkeys(row["contraction"] for row in rows):
        of_it = [row for row in rows if row["contraction"] == contraction]
        errors = [entry["error_percent"] for row in of_it for entry in row["compared"] if entry["counts"]]
        head[contraction] = {
            "ions": len(of_it),
            "levels": len(errors),
            "mean_error_percent": round(statistics.mean(errors), 2) if errors else None,
            "largest_error_percent": max(errors, key=abs, default=None),
        }
    return head


if __name__ == "__main__":
    main()
