"""The control of the voxel network: boosted trees on invariants, with a calibrated probability and an interval.

The probability is Platt's logistic of the trees' logit (J. Platt, in Advances in Large Margin Classifiers, MIT Press
1999). The interval is that of two quantile regressions, widened until it covers 90 % of structures that no tree has
seen (Y. Romano, E. Patterson, E. Candès, NeurIPS 2019, arXiv:1905.03222).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from torch import from_numpy

from core.arrays import BoolArray, FloatArray, IntArray
from core.fields.environment import Environment
from core.learned.applicability_domain import ApplicabilityDomain
from core.learned.invariants import features, geometry_columns, ion_descriptors
from core.learned.trees import Trees
from core.weights import load_weights, save_weights

TREES: Final = ("verdict", "middle", "low", "high")


@dataclass(frozen=True, slots=True, eq=False)
class InvariantPrediction:
    """What the model says of S environments.

    Attributes:
        p_smm: (S,) probability of SMM-like.
        log_gap, log_low, log_high: (S,) log₁₀(first gap/cm⁻¹ + 1) and its 90 % interval, NaN for an ion that the
            crystal field does not split.
        distance: (S,) to the nearest training environment, 1 being usual among those.
        nearest: (S,) names of the three nearest.
        in_domain: (S,) whether the distance is within the model's limit.
    """

    p_smm: FloatArray
    log_gap: FloatArray
    log_low: FloatArray
    log_high: FloatArray
    distance: FloatArray
    nearest: tuple[tuple[str, ...], ...]
    in_domain: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class InvariantModel:
    """Trees and what makes numbers of their answers.

    Attributes:
        trees: logit of the verdict, and middle, 5 % and 95 % quantile of log₁₀(gap + 1), by `TREES`.
        reads: (f,) indices of the features that the trees read.
        platt: (2,) slope and offset on the logit.
        margin: (1,) by which the interval is widened.
        support: the training environments.
        card: what else the makers want kept, of JSON types.
    """

    trees: Mapping[str, Trees]
    reads: IntArray
    platt: FloatArray
    margin: FloatArray
    support: ApplicabilityDomain
    card: Mapping[str, Any]

    def predict(self, environments: Sequence[Environment]) -> InvariantPrediction:
        """Verdict, gap and distance of every environment."""
        rows = features(environments)
        split = np.array([bool(ion_descriptors(around.metal)[8:11].any()) for around in environments], dtype=np.bool_)
        p_smm, *logs = self.answers(rows)
        middle, low, high = (np.where(split, log, np.nan) for log in logs)
        apart, order = self.support.nearest(rows[:, geometry_columns()], 3)
        nearest = tuple(tuple(self.support.names[k] for k in row) for row in order.tolist())
        return InvariantPrediction(p_smm, middle, low, high, apart[:, 0], nearest, apart[:, 0] <= self.support.limit)

    def answers(self, rows: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """(s,) probability, middle, lower and upper end of log₁₀(gap + 1) for features (s, all)."""
        read = as_trained(rows, self.reads)
        logit, middle, low, high = (self.trees[name](read) for name in TREES)
        p_smm = 1 / (1 + np.exp(-(self.platt[0] * logit + self.platt[1])))
        # two regressions may cross each other or the middle; an interval may not
        return p_smm, middle, np.minimum(low - self.margin, middle), np.maximum(high + self.margin, middle)

    def save(self, folder: Path) -> None:
        """Weights and configuration."""
        arrays = {"reads": self.reads, "platt": self.platt, "margin": self.margin, **self.support.arrays()}
        for name, trees in self.trees.items():
            arrays |= trees.arrays(name)
        tensors = {name: from_numpy(np.array(array)) for name, array in arrays.items()}
        save_weights(folder, tensors, {"environments": list(self.support.names), "card": dict(self.card)})

    @classmethod
    def load(cls, folder: Path) -> InvariantModel:
        """What `save` wrote.

        Raises:
            UnreadableFile: a file is missing or damaged.
        """
        tensors, config = load_weights(folder)
        arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
        return cls(
            trees={name: Trees.of_arrays(name, arrays) for name in TREES},
            reads=arrays["reads"],
            platt=arrays["platt"],
            margin=arrays["margin"],
            support=ApplicabilityDomain.of_arrays(arrays, config["environments"]),
            card=config["card"],
        )


def as_trained(rows: FloatArray, reads: IntArray) -> FloatArray:
    """The columns that trees read, rounded to single precision as for their training."""
    return rows[:, reads].astype(np.float32).astype(np.float64)
