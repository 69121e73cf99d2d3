"""How good answers are: ranks, errors, calibration, and how sure one can be of a difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.arrays import BoolArray, FloatArray, IntArray

BINS: Final = 10
"""Bins of equal width of a reliability table."""


def auc(truth: BoolArray, score: FloatArray) -> float:
    """Area under the receiver operating characteristic, ties counted half; NaN where all truths are one."""
    yes = int(truth.sum())
    if yes in (0, len(truth)):
        return float("nan")
    return float((rankdata(score)[truth].sum() - yes * (yes + 1) / 2) / (yes * (len(truth) - yes)))


def rank_correlation(truth: FloatArray, answer: FloatArray) -> float:
    """Spearman's ρ; 0 where all answers are one, which rank nothing."""
    if len(truth) < 3 or np.ptp(truth) == 0:
        return float("nan")
    return 0.0 if np.ptp(answer) == 0 else float(np.corrcoef(rankdata(truth), rankdata(answer))[0, 1])


def reliability(truth: BoolArray, probability: FloatArray) -> list[dict[str, float]]:
    """By bin of probability: how many, their mean probability, and the share that is true."""
    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    return [
        {
            "from": k / BINS,
            "count": int((place == k).sum()),
            "mean_p": float(probability[place == k].mean()),
            "share": float(truth[place == k].mean()),
        }
        for k in np.unique(place).tolist()
    ]


def expected_calibration_error(truth: BoolArray, probability: FloatArray) -> float:
    """Mean distance of probability and share over the bins, by their numbers."""
    rows = reliability(truth, probability)
    return sum(row["count"] * abs(row["mean_p"] - row["share"]) for row in rows) / len(truth)


def coverage(truth: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Share of the known truths within their interval."""
    known = np.isfinite(truth)
    return float(((low <= truth) & (truth <= high))[known].mean())


def resampled(
    groups: IntArray, statistic: Callable[[IntArray], NDArray[Any]], count: int = 1000, seed: int = 0
) -> NDArray[Any]:
    """(count, …) a statistic of rows drawn with replacement, whole groups at a time.

    Args:
        groups: (s,) of the rows.
        statistic: of the indices of the rows that were drawn.
        count: number of draws.
        seed: of the draws.
    """
    random = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    draws = random.integers(0, len(members), (count, len(members)))
    return np.array([statistic(np.concatenate([members[k] for k in draw])) for draw in draws])


def interval(samples: NDArray[Any]) -> NDArray[Any]:
    """(2, …) the middle 95 % of samples (count, …); draws without an answer (NaN) do not count."""
    return np.asarray(np.nanquantile(samples, [0.025, 0.975], axis=0))
