"""What a built complex adds to its ligand: `OMP_NUM_THREADS=1 python -m benchmarks.validation.built_gap` (minutes).

The line of `core.learned.built_gap` beside the mean of the donor class, the electrostatic model alone and with the
class, the class with bonds alone, and the head of the first gap that sees the ligand alone (on the same gaps): leaving
one scaffold out, and on the scaffolds put aside for ever. The form of the line was chosen by the former; the latter was
asked for it when it was done. Also how the error falls with the number of gaps. Writes
benchmarks/results/built_gap.json.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from scipy.stats import spearmanr

from core.arrays import FloatArray
from core.design.generator import LigandGenerator, model_folder
from core.learned.built_gap import NAMES
from training.common.level_labels import CONVERGED, GAPS, labels
from training.ligands import gap_head
from training.ligands.built_gap import BuiltGaps, answers, fitted, known_gaps
from training.ligands.gap_head import Gaps
from training.ligands.regression import class_means, score

_RESULTS: Final = Path(__file__).resolve().parents[1] / "results" / "built_gap.json"
COUNTS: Final = (30, 60, 100, 200, 400, 800)
DRAWS: Final = 10

Say = Callable[[BuiltGaps, BuiltGaps], FloatArray]


def usual(learned: BuiltGaps, asked: BuiltGaps) -> FloatArray:
    """The mean of the donor class."""
    numbers = {name: k for k, name in enumerate(np.unique([*learned.classes, *asked.classes]))}
    known, wanted = (np.array([numbers[name] for name in part.classes]) for part in (learned, asked))
    return class_means(learned.values, known, wanted)


def reading(*names: str, classes: bool = True) -> Say:
    """The line that reads some of the descriptors alone."""
    columns = [NAMES.index(name) for name in names]

    def say(learned: BuiltGaps, asked: BuiltGaps) -> FloatArray:
        parts = [replace(part, read=part.read[:, columns]) for part in (learned, asked)]
        if not classes:
            parts = [replace(part, classes=np.full(len(part.values), "any")) for part in parts]
        return answers(*parts)

    return say


MODELS: Final[dict[str, Say]] = {
    "donor-class mean": usual,
    "electrostatic model": lambda learned, asked: asked.read[:, 0],
    "line, class and electrostatic gap": reading(NAMES[0]),
    "line, class and bonds": reading(*NAMES[5:7]),
    "line, class and GFN2 charges and bond orders": reading(*NAMES[1:5], *NAMES[7:9]),
    "line, descriptors without class": reading(*NAMES, classes=False),
    "line, class and all descriptors (shipped)": answers,
}


def judged(true: BuiltGaps, said: FloatArray, baseline: FloatArray) -> dict[str, float]:
    """R², R² within class, mean absolute error, Spearman."""
    numbers = np.unique(true.classes, return_inverse=True)[1]
    own = score(true.values, said, baseline, numbers)
    rank = float(spearmanr(true.values, said)[0])
    return {
        name: float(f"{value:.3g}")
        for name, value in (("mae", own.mae), ("r2", own.r2), ("r2_within", own.r2_within), ("spearman", rank))
    }


def left_out(gaps: BuiltGaps, say: Say) -> FloatArray:
    """(n,) what a model says of each gap, learned from all other scaffolds."""
    said = np.empty(len(gaps.values))
    for group in np.unique(gaps.groups):
        own = gaps.groups == group
        said[own] = say(gaps.part(~own), gaps.part(own))
    return said


def by_the_ligand_alone() -> dict[str, Any]:
    """The head of the first gap on the very same gaps of both halves."""
    model = LigandGenerator.load(model_folder())
    halves = []
    for half in ("train", "test"):
        rows = [row for row in labels(GAPS) if row.status == CONVERGED and row.half == half]
        halves.append(
            Gaps.read(model, {(row.source["smiles"], int(row.source["donor"])): row.levels[1] for row in rows})
        )
    learned, asked = halves
    aside = np.abs(gap_head.answers(learned, asked) - asked.values).mean()
    return {
        "left_out_mae": round(float(np.abs(learned.left_out()[0] - learned.values).mean()), 1),
        "aside_mae": round(float(aside), 1),
        "gaps": [len(learned.values), len(asked.values)],
    }


def main() -> None:
    """Judge every model both ways, and the line with fewer gaps; write."""
    torch.set_num_threads(1)
    learned, asked = known_gaps("train"), known_gaps("test")
    known = np.isin(asked.classes, [name for name in np.unique(learned.classes)])
    asked = asked.part(known)
    table: dict[str, Any] = {}
    base, base_aside = left_out(learned, usual), usual(learned, asked)
    for name, say in MODELS.items():
        table[name] = {
            "left_out": judged(learned, left_out(learned, say), base),
            "aside": judged(asked, say(learned, asked), base_aside),
        }
        print(name, table[name], flush=True)
    curve = {}
    for size in (*(one for one in COUNTS if one < len(learned.values)), len(learned.values)):
        draws = [np.random.default_rng(seed).permutation(len(learned.values))[:size] for seed in range(DRAWS)]
        off = [float(np.abs(answers(learned.part(rows), asked) - asked.values).mean()) for rows in draws]
        curve[str(size)] = round(float(np.mean(off)), 1)
    line = fitted(learned)
    said = answers(learned, asked)
    record = {
        "what": "first gap of built [Dy(H2O)5L2]: what bonds and charges of the complex add, MAE in cm-1",
        "protocol": learned.protocol,
        "learned_from": len(learned.values),
        "scaffolds": len(np.unique(learned.groups)),
        "aside": len(asked.values),
        "aside_of_unknown_class": int((~known).sum()),
        "models": table,
        "ligand_alone": by_the_ligand_alone(),
        "aside_mae_by_number_of_gaps": curve,
        "interval": {
            "within_cm1": line.worth.within,
            "share_of_aside": round(float(np.mean(np.abs(said - asked.values) <= line.worth.within)), 3),
        },
    }
    _RESULTS.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
