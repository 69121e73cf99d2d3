"""How much what is seen of a complex tells of its slow relaxation and U_eff: rung by rung, by the same folds of papers.

Samples of one paper are much alike (one ligand, several ions or dilutions), so a paper is never in two folds. Ranks are
compared within folds alone: across them, even the mean of the training folds ranks, backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from core.arrays import BoolArray, FloatArray, IntArray
from core.learned.descriptors import BLOCKS, columns, features
from core.learned.literature import Group, counted, keys_of
from core.learned.simdavis import Sample
from training.common.scores import auc, expected_calibration_error, interval, rank_correlation, reliability, resampled
from training.predictor.boosting import BoostingSettings, classifier, regressor

FOLDS: Final = 10

DRAWS: Final = 400
"""Draws of papers behind an interval."""

RECIPE: Final = BoostingSettings(trees=100, leaves=8, fewest=15, share=1.0)
"""Small trees for a thousand rows of flags."""

ALL: Final = tuple(BLOCKS)

RUNGS: Final[Mapping[str, tuple[str, ...]]] = {
    "ion": ("ion",),
    "ion, sites": ("ion", "sites"),
    "ion, donors": ("ion", "donors"),
    "ion, sites, donors": ("ion", "sites", "donors"),
    "… and ligands": ("ion", "sites", "donors", "ligands"),
    "… and kind": ("ion", "sites", "donors", "ligands", "kind"),
    "all": ALL,
    **{f"less {left}": tuple(name for name in ALL if name != left) for left in ALL},
}
"""Inputs of the trees; “all” is what ships. What a 4f density says, the ion says already."""

LINEAR: Final = ("ion", "all")
"""Rungs that a linear model climbs too."""

Predict = Callable[[IntArray, IntArray], FloatArray]
"""What is said of rows by one who has learned from others: (rows to learn from, rows to answer) → answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Samples with an answer.

    Attributes:
        rows: (k,) index of the sample.
        truth: (k,) 1 for slow and 0 for not; or log₁₀(U_eff/K).
    """

    rows: IntArray
    truth: FloatArray


def known(samples: Sequence[Sample]) -> tuple[Known, Known]:
    """Samples whose relaxation was measured, and those with a barrier."""
    slow = [(row, float(s.slow)) for row, s in enumerate(samples) if s.slow is not None]
    barrier = [(row, float(np.log10(s.barrier))) for row, s in enumerate(samples) if s.barrier is not None]
    return _known(slow), _known(barrier)


def _known(pairs: list[tuple[int, float]]) -> Known:
    return Known(np.array([row for row, _ in pairs], dtype=np.int64), np.array([truth for _, truth in pairs]))


def folds_of(samples: Sequence[Sample], seed: int = 18) -> IntArray:
    """(s,) fold of every sample, by its paper."""
    papers = sorted({sample.doi for sample in samples})
    places = np.random.default_rng(seed).permutation(len(papers)) % FOLDS
    fold = dict(zip(papers, places.tolist(), strict=True))
    return np.array([fold[sample.doi] for sample in samples], dtype=np.int64)


def ladder(samples: Sequence[Sample]) -> tuple[dict[str, Any], FloatArray]:
    """Figures of all rungs with intervals, and how far (k,) the shipped kind of trees was off in log₁₀(U_eff)."""
    rows, folds = features([sample.sight for sample in samples]), folds_of(samples)
    papers = np.unique([sample.doi for sample in samples], return_inverse=True)[1].astype(np.int64)
    dysprosium = np.array([sample.sight.ion == "Dy" for sample in samples])
    relaxed, fitted = known(samples)
    record: dict[str, Any] = {}
    for name, target, learners, figures in (
        ("slow", relaxed, _slow_learners(samples, rows, relaxed), slow_figures),
        ("barrier", fitted, _barrier_learners(samples, rows, fitted), barrier_figures),
    ):
        fold, dy, paper = folds[target.rows], dysprosium[target.rows], papers[target.rows]
        answers = {rung: crossed(learn, fold) for rung, learn in learners.items()}
        record[name] = {
            rung: _with_intervals(target.truth, answer, fold, dy, paper, figures) for rung, answer in answers.items()
        }
        if name == "slow":
            record["reliability"] = reliability(target.truth > 0, answers["all"])
        else:
            missed = target.truth - answers["all"]
    return record, missed


def crossed(learn: Predict, fold: IntArray) -> FloatArray:
    """(k,) answers for every row by one who learned from the other folds."""
    answer = np.full(len(fold), np.nan)
    for number in np.unique(fold):
        asked = np.flatnonzero(fold == number)
        answer[asked] = learn(np.flatnonzero(fold != number), asked)
    return answer


def _slow_learners(samples: Sequence[Sample], rows: FloatArray, target: Known) -> dict[str, Predict]:
    seen, truth = rows[target.rows], target.truth > 0

    def trees(read: list[int]) -> Predict:
        def learn(known: IntArray, asked: IntArray) -> FloatArray:
            logit = classifier(seen[known][:, read], truth[known], RECIPE)(seen[asked][:, read])
            return np.asarray(1 / (1 + np.exp(-logit)))

        return learn

    def logistic(read: list[int]) -> Predict:
        def learn(known: IntArray, asked: IntArray) -> FloatArray:
            fitted = LogisticRegression(C=0.3, max_iter=2000).fit(seen[known][:, read], truth[known])
            return np.asarray(fitted.predict_proba(seen[asked][:, read])[:, 1])

        return learn

    def share(group: Group) -> float | None:
        return group.share if group.measured else None

    return _learners(samples, target, trees, logistic, "logistic", share)


def _barrier_learners(samples: Sequence[Sample], rows: FloatArray, target: Known) -> dict[str, Predict]:
    seen, truth = rows[target.rows], target.truth

    def trees(read: list[int]) -> Predict:
        return lambda known, asked: regressor(seen[known][:, read], truth[known], RECIPE)(seen[asked][:, read])

    def ridge(read: list[int]) -> Predict:
        return lambda known, asked: np.asarray(
            Ridge(3.0).fit(seen[known][:, read], truth[known]).predict(seen[asked][:, read])
        )

    def median(group: Group) -> float | None:
        return None if group.quartiles is None else float(np.log10(group.quartiles[1]))

    return _learners(samples, target, trees, ridge, "ridge", median)


def _learners(
    samples: Sequence[Sample],
    target: Known,
    trees: Callable[[list[int]], Predict],
    linear: Callable[[list[int]], Predict],
    word: str,
    of_group: Callable[[Group], float | None],
) -> dict[str, Predict]:
    """Every rung by its name: the mean, linear models, the table of counts, trees."""

    def mean(known: IntArray, asked: IntArray) -> FloatArray:
        return np.full(len(asked), target.truth[known].mean())

    def table(known: IntArray, asked: IntArray) -> FloatArray:
        groups = counted([samples[row] for row in target.rows[known].tolist()])
        rest = float(target.truth[known].mean())
        said = []
        for row in target.rows[asked].tolist():
            found = (groups[key] for key in keys_of(samples[row].sight) if key in groups)
            said.append(next((value for value in map(of_group, found) if value is not None), rest))
        return np.array(said)

    return {
        "majority": mean,
        **{f"{word}: {rung}": linear(columns(RUNGS[rung])) for rung in LINEAR},
        "table of counts": table,
        **{rung: trees(columns(read)) for rung, read in RUNGS.items()},
    }


Figures = Callable[[FloatArray, FloatArray, IntArray, BoolArray], dict[str, float]]


def slow_figures(truth: FloatArray, answer: FloatArray, fold: IntArray, dy: BoolArray) -> dict[str, float]:
    """Of probabilities: Brier score, AUC over all and within Dy, accuracy at ½, expected calibration error."""
    slow = truth > 0
    return {
        "brier": float(((answer - truth) ** 2).mean()),
        "auc": auc_within(slow, answer, fold),
        "auc_dy": auc_within(slow[dy], answer[dy], fold[dy]),
        "accuracy": float(((answer > 0.5) == slow).mean()),
        "ece": expected_calibration_error(slow, answer),
    }


def barrier_figures(truth: FloatArray, answer: FloatArray, fold: IntArray, dy: BoolArray) -> dict[str, float]:
    """Of log₁₀(U_eff): mean error, share within a factor of two, share of the variance, ρ over all and within Dy."""
    missed = answer - truth
    return {
        "mae_log": float(np.abs(missed).mean()),
        "within_2x": float((np.abs(missed) <= np.log10(2.0)).mean()),
        "r2": 1.0 - float((missed**2).mean() / truth.var()),
        "rho": rank_within(truth, answer, fold),
        "rho_dy": rank_within(truth[dy], answer[dy], fold[dy]),
    }


def auc_within(truth: BoolArray, score: FloatArray, fold: IntArray) -> float:
    """AUC over pairs of one fold."""
    parts = [(truth[fold == k], score[fold == k]) for k in np.unique(fold)]
    weights = [float(t.sum() * (~t).sum()) for t, _ in parts]
    return _mean([auc(*part) if weight else 0.0 for part, weight in zip(parts, weights, strict=True)], weights)


def rank_within(truth: FloatArray, answer: FloatArray, fold: IntArray) -> float:
    """Mean of Spearman's ρ over folds, by their sizes."""
    parts = [(truth[fold == k], answer[fold == k]) for k in np.unique(fold)]
    values = [rank_correlation(*part) for part in parts]
    weights = [float(len(t)) * np.isfinite(value) for (t, _), value in zip(parts, values, strict=True)]
    return _mean([float(np.nan_to_num(value)) for value in values], weights)


def _mean(values: list[float], weights: list[float]) -> float:
    return float(np.dot(values, weights) / sum(weights)) if sum(weights) else float("nan")


def _with_intervals(
    truth: FloatArray, answer: FloatArray, fold: IntArray, dy: BoolArray, paper: IntArray, figures: Figures
) -> dict[str, list[float]]:
    """Every figure with the ends of its 95 % interval."""

    def drawn(chosen: IntArray) -> NDArray[Any]:
        return np.array(list(figures(truth[chosen], answer[chosen], fold[chosen], dy[chosen]).values()))

    low, high = interval(resampled(paper, drawn, DRAWS))
    values = figures(truth, answer, fold, dy)
    return {
        name: [round(float(number), 3) for number in (value, low[k], high[k])]
        for k, (name, value) in enumerate(values.items())
    }


def text(record: Mapping[str, Any]) -> str:
    """Both ladders as tables, and the reliability of the shipped kind."""
    lines = []
    for name in ("slow", "barrier"):
        names = list(next(iter(record[name].values())))
        lines.append(f"{name:22s}" + "".join(f"{figure:>22s}" for figure in names))
        for rung, figures in record[name].items():
            cells = (f"{value:.3f} [{low:.3f} {high:.3f}]" for value, low, high in figures.values())
            lines.append(f"{rung:22s}" + "".join(f"{cell:>22s}" for cell in cells))
        lines.append("")
    lines.append("said, of how many, relax slowly (all)")
    lines += [f"{row['mean_p']:.2f} {row['count']:5d} {row['share']:.2f}" for row in record["reliability"]]
    return "\n".join(lines)
