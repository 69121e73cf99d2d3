"""Gradient-boosted trees as plain arrays: written by whatever fitted them, read without it.

A row goes left where its feature is at most the threshold. The answer is the baseline plus the leaves that it reaches,
one in every tree (J. H. Friedman, Ann. Statist. 2001, 29, 1189, doi:10.1214/aos/1013203451). Values may not be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray

Indices = NDArray[np.int32]

ROWS = 4096
"""Rows that go down all trees together: bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """N nodes of T trees.

    Attributes:
        feature: (N,) column that a node asks about; 0 in leaves.
        threshold: (N,) largest value that goes left; infinite in leaves.
        left, right: (N,) the next node; a leaf is its own.
        value: (N,) of a leaf; 0 elsewhere.
        roots: (T,) first node of every tree.
        baseline: (1,) answer of no trees.
    """

    feature: Indices
    threshold: FloatArray
    left: Indices
    right: Indices
    value: FloatArray
    roots: Indices
    baseline: FloatArray

    def __call__(self, rows: FloatArray) -> FloatArray:
        """(s,) sum of baseline and leaves for rows (s, f)."""
        parts = [self._leaves(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS)]
        return np.concatenate([np.empty(0), *parts])

    def _leaves(self, rows: FloatArray) -> FloatArray:
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        number = np.arange(len(rows))[:, None]
        while True:
            below = rows[number, self.feature[node]] <= self.threshold[node]
            following = np.where(below, self.left[node], self.right[node])
            if (following == node).all():
                return np.asarray(self.baseline + self.value[node].sum(axis=1))
            node = following

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """What is kept in a file, every array under ``name.attribute``."""
        return {f"{name}.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of_arrays(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Trees:
        """What `arrays` gave."""
        return cls(**{field.name: arrays[f"{name}.{field.name}"] for field in fields(cls)})

    @classmethod
    def of_fitted(cls, model: Any) -> Trees:
        """The trees of a fitted HistGradientBoostingRegressor, or of a classifier of two classes (whose answer is then
        the logit of the second). scikit-learn has no public way to its nodes; a test holds the answers together."""
        nodes = [tree.nodes for (tree,) in model._predictors]
        starts = np.concatenate([[0], np.cumsum([len(tree) for tree in nodes])])
        everything = np.concatenate(nodes)
        start, own = np.repeat(starts[:-1], np.diff(starts)), np.arange(starts[-1])
        leaf = everything["is_leaf"].astype(bool)
        return cls(
            feature=np.where(leaf, 0, everything["feature_idx"]).astype(np.int32),
            threshold=np.where(leaf, np.inf, everything["num_threshold"]),
            left=np.where(leaf, own, everything["left"] + start).astype(np.int32),
            right=np.where(leaf, own, everything["right"] + start).astype(np.int32),
            value=np.where(leaf, everything["value"], 0.0),
            roots=starts[:-1].astype(np.int32),
            baseline=np.asarray(model._baseline_prediction, dtype=np.float64).reshape(1),
        )
