"""Fits of heads on frozen latents, and how good a regression is beside the mean of the donor class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.design.heads import FEWEST_LABELS, Classes, Regressions

Array = NDArray[np.float64]

MEMBERS: Final = 5
UNITS: Final = 128
STEPS: Final = 3000
BATCH: Final = 256
RATE: Final = 3e-3
DECAY: Final = 0.1
RIDGES: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Strengths of the penalty on a line with few labels, of which leaving one out chooses."""


@dataclass(frozen=True, slots=True)
class Score:
    """How good answers are, on ligands that took no part.

    Attributes:
        ligands: number of them.
        r2: explained share of the variance. r2_within: of the variance that is left about the mean of each donor class.
        mae: mean absolute error. class_mean_mae, class_mean_r2: of the mean of the donor class, taken from training.
    """

    ligands: int
    r2: float
    r2_within: float
    mae: float
    class_mean_mae: float
    class_mean_r2: float

    def record(self) -> dict[str, Any]:
        """As JSON, to four figures."""
        return {name: float(f"{value:.4g}") for name, value in asdict(self).items()}


def class_means(values: Array, classes: NDArray[np.int64], asked: NDArray[np.int64]) -> Array:
    """(m,) mean of `values` (n,) of `classes` (n,) for the classes asked (m,); the mean of all for one never seen."""
    mean = {int(one): float(values[classes == one].mean()) for one in np.unique(classes)}
    return np.array([mean.get(int(one), float(values.mean())) for one in asked])


def score(true: Array, said: Array, baseline: Array, classes: NDArray[np.int64]) -> Score:
    """Answers (m,) against what is true, with the baseline's answers and the donor classes (m,) beside them."""
    own = class_means(true, classes, classes)
    return Score(
        len(true),
        _explained(true, said, np.full(len(true), true.mean())),
        _explained(true, said, own),
        float(np.abs(said - true).mean()),
        float(np.abs(baseline - true).mean()),
        _explained(true, baseline, np.full(len(true), true.mean())),
    )


def _explained(true: Array, said: Array, reference: Array) -> float:
    """1 − Σ(true − said)² / Σ(true − reference)²."""
    return float(1.0 - np.square(true - said).sum() / max(float(np.square(true - reference).sum()), 1e-12))


def ridge(latents: Array, values: Array, strength: float) -> tuple[Array, float]:
    """(Z,) slope and offset of a line through (n, Z) and (n,), penalised."""
    centre, mean = latents.mean(axis=0), float(values.mean())
    off = latents - centre
    slope = np.linalg.solve(off.T @ off + strength * np.eye(off.shape[1]), off.T @ (values - mean))
    return slope, mean - float(centre @ slope)


def left_out(latents: Array, values: Array) -> Array:
    """(n,) what a line says of each label when it was fitted to the others, its penalty chosen among them too."""
    return np.array([_without(latents, values, k) for k in range(len(values))])


def _without(latents: Array, values: Array, row: int) -> float:
    rest = np.arange(len(values)) != row
    slope, offset = ridge(latents[rest], values[rest], strength_of(latents[rest], values[rest]))
    return float(latents[row] @ slope + offset)


def strength_of(latents: Array, values: Array) -> float:
    """The penalty with the least squared error leaving one out."""
    return min(RIDGES, key=lambda strength: float(np.square(_residuals(latents, values, strength)).sum()))


def _residuals(latents: Array, values: Array, strength: float) -> Array:
    """(n,) errors leaving one out, from the hat matrix of a ridge (Allen's PRESS, Technometrics 1974, 16, 125)."""
    off = latents - latents.mean(axis=0)
    gram = off @ off.T
    hat = gram @ np.linalg.inv(gram + strength * np.eye(len(values))) + 1.0 / len(values)
    return np.asarray((values - hat @ values) / (1.0 - np.diag(hat)))


def fit(latents: Tensor, values: Sequence[Array], seed: int = 1, steps: int = STEPS) -> Regressions:
    """Heads for columns of labels (n,), NaN where unknown, on latents (n, Z); of few labels a line, else networks too.

    Held-out errors are not known yet: `Regressions.error` stays 1.
    """
    heads = Regressions(latents.shape[1], len(values), MEMBERS, UNITS)
    for k, column in enumerate(values):
        known = np.flatnonzero(np.isfinite(column))
        rows, own = latents[known], column[known]
        scale, mean = float(own.std()) or 1.0, float(own.mean())
        standard = (own - mean) / scale
        narrow = rows.double().numpy()
        few = len(known) < FEWEST_LABELS
        slope, offset = ridge(narrow, standard, strength_of(narrow, standard) if few else 10.0)
        with torch.no_grad():
            heads.scale[k] = scale  # type: ignore[operator]
            heads.line[k] = torch.from_numpy(slope)
            heads.offset[k] = offset + mean / scale
        if not few:
            _train(heads, k, rows, torch.from_numpy(own / scale).float(), seed, steps)
    return heads


def _train(heads: Regressions, k: int, latents: Tensor, values: Tensor, seed: int, steps: int) -> None:
    """The networks of head k: each sees draws of its own of latents (n, Z) with values (n,) in units of `scale`."""
    random = torch.Generator().manual_seed(seed + 1000 * k)
    line = (latents @ heads.line[k] + heads.offset[k]).detach()
    size, (members, _, units) = latents.shape[1], heads.into.shape[1:]
    into = (torch.randn(members, size, units, generator=random) / size**0.5).requires_grad_()
    bias, out = torch.zeros(members, 1, units, requires_grad=True), torch.zeros(members, units, 1, requires_grad=True)
    optimizer = torch.optim.AdamW([into, bias, out], lr=RATE, weight_decay=DECAY)
    falling = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for _ in range(steps):
        rows = torch.randint(len(latents), (members, min(BATCH, len(latents))), generator=random)
        said = functional.silu(latents[rows] @ into + bias) @ out  # (M, b, 1)
        loss = (
            functional.smooth_l1_loss(said[:, :, 0], (values - line)[rows], beta=0.5, reduction="sum") / rows.shape[1]
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        falling.step()
    with torch.no_grad():
        heads.into[k], heads.bias[k], heads.out[k] = into, bias[:, 0], out[:, :, 0]


def fit_classes(latents: Tensor, classes: Tensor, anion: Tensor, count: int, steps: int = 1500) -> Classes:
    """Donor class (n,) and charge −1 (n,) of latents (n, Z)."""
    made = Classes(latents.shape[1], count)
    optimizer = torch.optim.AdamW(made.parameters(), lr=1e-2, weight_decay=1e-3)
    random = torch.Generator().manual_seed(1)
    falling = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=steps)
    for _ in range(steps):
        rows = torch.randint(len(latents), (1024,), generator=random)
        loss = functional.cross_entropy(made.donor_class(latents[rows]), classes[rows])
        loss = loss + functional.binary_cross_entropy_with_logits(made.anion(latents[rows])[:, 0], anion[rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        falling.step()
    return made
