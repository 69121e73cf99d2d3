"""Boosted trees fitted with scikit-learn and handed over as arrays; the invariant model made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression

from core.arrays import BoolArray, FloatArray, IntArray, TextArray
from core.learned.applicability_domain import ApplicabilityDomain
from core.learned.invariant_model import InvariantModel, as_trained
from core.learned.invariants import columns, geometry_columns
from core.learned.trees import Trees

COVERAGE: Final = 0.9


@dataclass(frozen=True, slots=True)
class BoostingSettings:
    """Settings of the boosting, chosen by cross-validation among training folds.

    Attributes:
        trees, rate, leaves, fewest, ridge, share: number of trees, learning rate, leaves of a tree, fewest rows of a
            leaf, L2 penalty, share of the features that a split may ask about.
        kinds, hydrogens: which features are read (`core.learned.invariants.columns`).
        seed: of the choice of features.
    """

    trees: int = 300
    rate: float = 0.06
    leaves: int = 31
    fewest: int = 20
    ridge: float = 5.0
    share: float = 0.2
    kinds: tuple[str, ...] = ("ion", "shell", "field")
    hydrogens: bool = True
    seed: int = 0

    @property
    def settings(self) -> dict[str, Any]:
        """In scikit-learn's words."""
        return {
            "max_iter": self.trees,
            "learning_rate": self.rate,
            "max_leaf_nodes": self.leaves,
            "min_samples_leaf": self.fewest,
            "l2_regularization": self.ridge,
            "max_features": self.share,
            "early_stopping": False,
            "random_state": self.seed,
        }


def classifier(rows: FloatArray, verdicts: BoolArray, recipe: BoostingSettings) -> Trees:
    """Trees whose answer is the logit of True."""
    return Trees.of_fitted(HistGradientBoostingClassifier(**recipe.settings).fit(rows, verdicts))


def regressor(rows: FloatArray, values: FloatArray, recipe: BoostingSettings, quantile: float | None = None) -> Trees:
    """Trees whose answer is the mean, or a quantile."""
    loss = {"loss": "squared_error"} if quantile is None else {"loss": "quantile", "quantile": quantile}
    return Trees.of_fitted(HistGradientBoostingRegressor(**recipe.settings, **loss).fit(rows, values))


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Rows to learn from.

    Attributes:
        rows: (s, f) all features.
        smm: (s,) SMM-like.
        log_gap: (s,) log₁₀(gap/cm⁻¹ + 1), NaN where there is no gap.
    """

    rows: FloatArray
    smm: BoolArray
    log_gap: FloatArray

    def __getitem__(self, chosen: BoolArray) -> Examples:
        return Examples(self.rows[chosen], self.smm[chosen], self.log_gap[chosen])


def invariant_model(
    training: Examples,
    calibration: Examples,
    support: ApplicabilityDomain,
    recipe: BoostingSettings,
    card: Mapping[str, Any] | None = None,
) -> InvariantModel:
    """Fit to one part, calibrate on another that shares no group with it."""
    reads = columns(recipe.kinds, hydrogens=recipe.hydrogens)
    read, known = as_trained(training.rows, reads), np.isfinite(training.log_gap)
    gaps = (read[known], training.log_gap[known], recipe)
    tail = (1 - COVERAGE) / 2
    trees = {
        "verdict": classifier(read, training.smm, recipe),
        "middle": regressor(*gaps),
        "low": regressor(*gaps, quantile=tail),
        "high": regressor(*gaps, quantile=1 - tail),
    }
    seen = as_trained(calibration.rows, reads)
    platt = platt_scale(trees["verdict"](seen), calibration.smm)
    margin = conformal_margin(trees["low"](seen), trees["high"](seen), calibration.log_gap)
    return InvariantModel(trees, reads, platt, margin, support, {**(card or {}), "recipe": asdict(recipe)})


def platt_scale(logits: FloatArray, verdicts: BoolArray) -> FloatArray:
    """(2,) slope and offset that make logits probabilities."""
    fitted = LogisticRegression(C=1e3).fit(logits[:, None], verdicts)
    return np.array([fitted.coef_[0, 0], fitted.intercept_[0]])


def conformal_margin(low: FloatArray, high: FloatArray, truth: FloatArray, coverage: float = COVERAGE) -> FloatArray:
    """(1,) widening at which intervals cover `coverage` of the truths, with the correction for their number."""
    known = np.isfinite(truth)
    misses = np.sort(np.maximum(low - truth, truth - high)[known])
    rank = min(int(np.ceil((len(misses) + 1) * coverage)), len(misses))
    return misses[rank - 1 : rank]


def support_of(rows: FloatArray, groups: IntArray, names: TextArray, chosen: BoolArray) -> ApplicabilityDomain:
    """One environment a name among the chosen ones, the first."""
    indices = np.flatnonzero(chosen)
    indices = indices[np.sort(np.unique(names[indices], return_index=True)[1])]
    return ApplicabilityDomain.of(rows[indices][:, geometry_columns()], groups[indices], names[indices].tolist())
