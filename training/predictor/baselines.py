"""The ladder of baselines that a network has to climb, all rungs on the same folds.

    python -m training.predictor.baselines --set FILE [--out JSON] [--cross] [--save FOLDER] [--answers NAME=FILE …]

majority → metal → formula → donors → invariant, and whatever else has answered (`Answers.load`): voxel network,
electrostatic model. Figures are of unmoved `ref` structures of the test fold, one a refcode family and ion. Rungs learn
from all structures of the folds that neither test nor calibrate; the fold after the test fold calibrates. Intervals are
of a bootstrap that draws whole groups, the same for all rungs.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import BoolArray, FloatArray, IntArray
from core.errors import DomainError
from core.learned.invariants import features
from training.common.scores import (
    auc,
    coverage,
    expected_calibration_error,
    interval,
    rank_correlation,
    reliability,
    resampled,
)
from training.common.splits import FOLDS, assert_together
from training.levels.structures import StructureSet
from training.predictor.baseline_models import (
    Answers,
    Baseline,
    Split,
    ablation,
    donors,
    fitted,
    formula,
    invariant,
    majority,
    metal,
    tested,
)
from training.predictor.boosting import BoostingSettings

FIGURES: Final = ("auc", "auc_dy", "rho", "rho_dy", "mae_log", "mae_log_dy", "mae_cm1", "mae_cm1_dy")
"""AUC of SMM-like over all ions and within Dy; of the first gap: Spearman's ρ, mean absolute error of log₁₀(gap + 1)
and in cm⁻¹."""

REFERENCES: Final = ("donors", "invariant")
"""Rungs that every other one is compared with."""

ATOMS: Final = BoostingSettings(kinds=("ion", "count", "shell"))
POWER: Final = BoostingSettings(kinds=("ion", "count", "atoms"), share=0.05)
"""Elements and positions alone, as a network on voxels has them: with shells guessed from distances, or without."""

ABLATIONS: Final[dict[str, tuple[BoostingSettings, float]]] = {
    "invariant, shells and pairs of donors too": (
        BoostingSettings(kinds=("ion", "count", "shell", "donors", "field")),
        1.0,
    ),
    "atoms alone": (ATOMS, 1.0),
    "atoms alone without hydrogens": (replace(ATOMS, hydrogens=False), 1.0),
    "power spectrum": (POWER, 1.0),
    "invariant without hydrogens": (BoostingSettings(hydrogens=False), 1.0),
    "invariant, 30 % of the groups": (BoostingSettings(), 0.3),
    "invariant, 10 % of the groups": (BoostingSettings(), 0.1),
}
"""Recipe, and share of the training groups."""

_log = logging.getLogger("kramers.ladder")


RUNGS: Final[dict[str, Baseline]] = {
    "majority": majority,
    "metal": metal,
    "formula": formula,
    "donors": donors,
    "invariant": invariant,
    **{name: partial(ablation, recipe=recipe, share=share) for name, (recipe, share) in ABLATIONS.items()},
}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="what training.levels.structures made")
    parser.add_argument("--out", type=Path, help="all figures as JSON")
    parser.add_argument("--cross", action="store_true", help="test on every fold in turn, not on fold 0 alone")
    parser.add_argument("--save", type=Path, help="folder for the invariant model that fold 0 tests")
    parser.add_argument("--keep", type=Path, help="folder for the answers of every rung")
    parser.add_argument(
        "--answers", nargs="*", default=[], metavar="NAME=FILE", help="other rungs, as Answers.load reads"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    structures = StructureSet.load(options.set)
    rows = invariants(structures)
    model = fitted(Split(structures, rows, 0), {"set": structures.fingerprint, "test_fold": 0})
    if options.save:
        model.save(options.save)
    rungs: dict[str, Baseline] = {**RUNGS, "invariant": partial(invariant, shipped=model)}
    answers = climbed(structures, rows, range(FOLDS) if options.cross else [0], rungs)
    answers |= {name: Answers.load(Path(file)) for name, file in (pair.split("=", 1) for pair in options.answers)}
    for name, own in answers.items() if options.keep else ():
        options.keep.mkdir(parents=True, exist_ok=True)
        own.save(options.keep / f"{name}.npz")
    record = {"set": structures.fingerprint, **ladder(structures, answers)}
    if options.out:
        options.out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(record))


def invariants(structures: StructureSet) -> FloatArray:
    """(S, f) features of all structures, single precision, a thousand structures at a time."""
    parts = [range(start, min(start + 1000, len(structures))) for start in range(0, len(structures), 1000)]
    return np.vstack([features([structures.environment(k) for k in part]).astype(np.float32) for part in parts])


def climbed(
    structures: StructureSet, rows: FloatArray, folds: Sequence[int], rungs: Mapping[str, Baseline] = RUNGS
) -> dict[str, Answers]:
    """The answers of every rung on the tested structures of some folds, each learned from the others."""
    assert_together(structures.family.tolist(), structures.fold)
    assert_together(structures.group.astype(str).tolist(), structures.fold)
    found = {}
    for name, rung in rungs.items():
        answers = Answers(*np.full((4, len(structures)), np.nan))
        for fold in folds:
            answers = answers.merged(rung(Split(structures, rows, fold)), structures.fold == fold)
            _log.info("%s, fold %d", name, fold)
        found[name] = answers
    return found


def ladder(structures: StructureSet, answers: Mapping[str, Answers], draws: int = 1000) -> dict[str, Any]:
    """All figures with intervals, of the tested structures that the rungs were asked about.

    Args:
        structures: the set.
        answers: of every rung.
        draws: of the bootstrap.

    Raises:
        DomainError: a rung is silent about a structure that the first one answers.
    """
    asked = tested(structures) & np.isfinite(next(iter(answers.values())).p_smm)
    for name, rung in answers.items():
        if not np.isfinite(rung.p_smm[asked]).all():
            raise DomainError(f"The rung {name} has no answer to {int(np.isnan(rung.p_smm[asked]).sum())} structures.")
    own = {name: each.at(asked) for name, each in answers.items()}
    exam = Exam.of(structures, asked)
    samples = resampled(exam.group, lambda drawn: np.array([exam.figures(rung, drawn) for rung in own.values()]), draws)
    others = references(samples, list(own))
    return {
        "pairs": len(exam.smm),
        "dy": int(exam.dysprosium.sum()),
        "groups": len(np.unique(exam.group)),
        "share_smm": float(exam.smm.mean()),
        "share_smm_dy": float(exam.smm[exam.dysprosium].mean()),
        "rungs": {name: _rung(exam, rung, samples[:, k], others) for k, (name, rung) in enumerate(own.items())},
    }


def _rung(exam: Exam, rung: Answers, draws: FloatArray, others: Mapping[str, FloatArray]) -> dict[str, Any]:
    figures = exam.figures(rung, np.arange(len(exam.smm)))
    return {
        **{name: _number(value) for name, value in zip(FIGURES, figures.tolist(), strict=True)},
        "intervals": _named(interval(draws)),
        "over": {name: _named(interval(draws - other)) for name, other in others.items()},
        **exam.calibration(rung),
    }


def references(draws: FloatArray, names: Sequence[str]) -> dict[str, FloatArray]:
    """The draws (count, figures) of the rungs that others are compared with, out of all (count, rungs, figures)."""
    return {name: draws[:, names.index(name)] for name in REFERENCES if name in names}


def _named(ends: FloatArray) -> dict[str, list[float | None]]:
    return {name: [_number(end) for end in pair] for name, pair in zip(FIGURES, ends.T.tolist(), strict=True)}


def _number(value: float) -> float | None:
    """JSON knows no NaN."""
    return round(value, 5) if np.isfinite(value) else None


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """The truths that rungs are held against.

    Attributes:
        smm: (s,) SMM-like.
        gap: (s,) first gap [cm⁻¹], NaN where there is none.
        dysprosium: (s,) whether the ion is Dy.
        group: (s,)
    """

    smm: BoolArray
    gap: FloatArray
    dysprosium: BoolArray
    group: IntArray

    @classmethod
    def of(cls, structures: StructureSet, rows: BoolArray) -> Exam:
        """Of some structures of a set."""
        gap = structures.gap[rows].astype(np.float64)
        return cls(structures.smm[rows], gap, structures.ion[rows] == "Dy", structures.group[rows].astype(np.int64))

    def figures(self, rung: Answers, drawn: IntArray) -> FloatArray:
        """(8,) `FIGURES` over the rows that were drawn."""
        dy = drawn[self.dysprosium[drawn]]
        verdicts = [auc(self.smm[rows], rung.p_smm[rows]) for rows in (drawn, dy)]
        known = [rows[np.isfinite(self.gap[rows])] for rows in (drawn, dy)]
        pairs = [(self.gap[rows], rung.log_gap[rows]) for rows in known]
        ranks = [rank_correlation(truth, answer) for truth, answer in pairs]
        logs = [np.abs(np.log10(truth + 1) - answer).mean() for truth, answer in pairs]
        gaps = [np.abs(truth - 10**answer + 1).mean() for truth, answer in pairs]
        return np.array([*verdicts, *ranks, *logs, *gaps])

    def calibration(self, rung: Answers) -> dict[str, Any]:
        """Reliability of the probabilities, and coverage of the intervals where the rung gives any."""
        told = {
            "ece": round(expected_calibration_error(self.smm, rung.p_smm), 5),
            "ece_dy": round(expected_calibration_error(self.smm[self.dysprosium], rung.p_smm[self.dysprosium]), 5),
            "reliability": reliability(self.smm, rung.p_smm),
        }
        if np.isnan(rung.log_low).all():
            return told
        known, dy = np.isfinite(self.gap), np.isfinite(self.gap) & self.dysprosium
        logs = np.log10(self.gap + 1)
        shares = [coverage(logs[rows], rung.log_low[rows], rung.log_high[rows]) for rows in (known, dy)]
        width = float(np.median((rung.log_high - rung.log_low)[known]))
        return {**told, "coverage": shares[0], "coverage_dy": shares[1], "median_width_log": width}


def table(record: Mapping[str, Any]) -> str:
    """One line a rung: figures with their 95 % intervals."""
    head = (
        f"{record['pairs']} pairs ({record['dy']} Dy) in {record['groups']} groups, SMM-like {record['share_smm']:.2f}"
    )
    lines = [f"{head} ({record['share_smm_dy']:.2f} of Dy)", " " * 42 + "".join(f"{name:>21}" for name in FIGURES)]
    for name, rung in record["rungs"].items():
        cells = (_cell(rung[figure], *rung["intervals"][figure]) for figure in FIGURES)
        lines.append(f"{name:42}" + "".join(f"{cell:>21}" for cell in cells))
    return "\n".join(lines)


def _cell(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return "–"
    digits = 1 if value > 3 else 3
    return f"{value:.{digits}f} [{low:.{digits}f} {high:.{digits}f}]"


if __name__ == "__main__":
    main()
