"""Trees as arrays answer as the program that fitted them, and outlive it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from core.learned import trees as module
from core.learned.trees import Trees

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(600, 7))
VALUES = ROWS[:, 0] * ROWS[:, 1] + np.sin(3 * ROWS[:, 2]) + 0.1 * RANDOM.normal(size=600)
SETTINGS = {"max_iter": 40, "max_leaf_nodes": 12, "max_features": 0.5, "random_state": 1}


def regressor(**settings: object) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(**SETTINGS, **settings).fit(ROWS, VALUES)


@pytest.mark.parametrize("loss", [{"loss": "squared_error"}, {"loss": "quantile", "quantile": 0.05}])
def test_the_arrays_answer_as_the_fitted_regressor(loss: dict[str, object]) -> None:
    fitted = regressor(**loss)
    fresh = np.random.default_rng(1).normal(size=(400, 7))
    assert Trees.of_fitted(fitted)(fresh) == pytest.approx(fitted.predict(fresh), abs=1e-6)


def test_the_arrays_answer_with_the_logit_of_the_fitted_classifier() -> None:
    fitted = HistGradientBoostingClassifier(**SETTINGS).fit(ROWS, VALUES > 0)
    fresh = np.random.default_rng(1).normal(size=(400, 7))
    logits = Trees.of_fitted(fitted)(fresh)
    assert logits == pytest.approx(fitted.decision_function(fresh), abs=1e-6)
    assert 1 / (1 + np.exp(-logits)) == pytest.approx(fitted.predict_proba(fresh)[:, 1], abs=1e-6)


def test_a_value_on_the_threshold_goes_left() -> None:
    fitted = Trees.of_fitted(regressor())
    inner = fitted.left != np.arange(len(fitted.left))
    root = int(fitted.roots[0])
    assert inner[root]
    row = np.zeros((2, 7))
    row[:, fitted.feature[root]] = [fitted.threshold[root], np.nextafter(fitted.threshold[root], np.inf)]
    alone = Trees(*(getattr(fitted, n) for n in ("feature", "threshold", "left", "right", "value")), *stump(fitted))
    left, right = alone(row)
    assert left != right


def stump(fitted: Trees) -> tuple[np.ndarray, np.ndarray]:
    """Roots and baseline of the first tree alone."""
    return fitted.roots[:1], np.zeros(1)


def test_trees_outlive_a_file(tmp_path: Path) -> None:
    fitted = Trees.of_fitted(regressor())
    save_file(fitted.arrays("gap"), tmp_path / "trees.safetensors")
    back = Trees.of_arrays("gap", load_file(tmp_path / "trees.safetensors"))
    assert (back(ROWS) == fitted(ROWS)).all()


def test_many_rows_are_answered_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Trees.of_fitted(regressor())
    whole = fitted(ROWS)
    monkeypatch.setattr(module, "ROWS", 64)
    assert (fitted(ROWS) == whole).all()
    assert fitted(ROWS[:0]).shape == (0,)


def test_a_tree_that_found_no_split_is_its_leaf() -> None:
    constant = HistGradientBoostingRegressor(max_iter=3).fit(np.zeros((50, 2)), np.arange(50.0))
    assert Trees.of_fitted(constant)(np.ones((3, 2))) == pytest.approx([24.5] * 3)
