"""Fits of heads on frozen latents, and how good a regression is beside the mean of the donor class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.arrays import FloatArray, IntArray
from core.design.heads import FEWEST_LABELS, Classes, Regressions

MEMBERS: Final = 4
UNITS: Final = 256
STEPS: Final = 3000
BATCH: Final = 256
RATE: Final = 3e-3
DECAY: Final = 0.3
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


def class_means(values: FloatArray, classes: IntArray, asked: IntArray) -> FloatArray:
    """(m,) mean of `values` (n,) of `classes` (n,) for the classes asked (m,); the mean of all for one never seen."""
    mean = {int(one): float(values[classes == one].mean()) for one in np.unique(classes)}
    return np.array([mean.get(int(one), float(values.mean())) for one in asked])


def score(true: FloatArray, said: FloatArray, baseline: FloatArray, classes: IntArray) -> Score:
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


def _explained(true: FloatArray, said: FloatArray, reference: FloatArray) -> float:
    """1 − Σ(true − said)² / Σ(true − reference)²."""
    return float(1.0 - np.square(true - said).sum() / max(float(np.square(true - reference).sum()), 1e-12))


def ridge(latents: FloatArray, values: FloatArray, strength: float) -> tuple[FloatArray, float]:
    """(Z,) slope and offset of a line through (n, Z) and (n,), penalised."""
    centre, mean = latents.mean(axis=0), float(values.mean())
    off = latents - centre
    slope = np.linalg.solve(off.T @ off + strength * np.eye(off.shape[1]), off.T @ (values - mean))
    return slope, mean - float(centre @ slope)


def strength_of(latents: FloatArray, values: FloatArray) -> float:
    """The penalty with the least squared error leaving one out."""
    return min(RIDGES, key=lambda strength: float(np.square(_residuals(latents, values, strength)).sum()))


def _residuals(latents: FloatArray, values: FloatArray, strength: float) -> FloatArray:
    """(n,) errors leaving one out, from the hat matrix of a ridge (Allen's PRESS, Technometrics 1974, 16, 125)."""
    off = latents - latents.mean(axis=0)
    gram = off @ off.T
    hat = gram @ np.linalg.inv(gram + strength * np.eye(len(values))) + 1.0 / len(values)
    return np.asarray((values - hat @ values) / (1.0 - np.diag(hat)))


def fit(
    latents: Tensor,
    kinds: Tensor,
    classes: IntArray,
    values: Sequence[FloatArray],
    seed: int = 1,
    steps: int = STEPS,
) -> Regressions:
    """Heads for columns of labels: of few a line, else the mean of each donor class, and networks for the rest.

    Held-out errors are not known yet: `Regressions.error` stays 1.

    Args:
        latents: (n, Z). kinds: (n, C) probabilities of donor classes that follow from them. classes: (n,) true ones.
        values: of each property (n,), NaN where unknown.
    """
    heads = Regressions(latents.shape[1], kinds.shape[1], len(values), MEMBERS, UNITS)
    rest = torch.full((len(latents), len(values)), torch.nan)
    for k, column in enumerate(values):
        known = np.flatnonzero(np.isfinite(column))
        own = column[known]
        with torch.no_grad():
            if len(known) < FEWEST_LABELS:
                narrow = latents[known].double().numpy()
                scale = float(own.std()) or 1.0
                slope, offset = ridge(narrow, own / scale, strength_of(narrow, own / scale))
                heads.line[:, k], heads.offset[k] = scale * torch.from_numpy(slope), scale * offset
                continue
            usual = class_means(own, classes[known], np.arange(kinds.shape[1]))
            heads.by_class[:, k] = torch.from_numpy(usual)
            left = torch.from_numpy(own).float() - kinds[known] @ heads.by_class[:, k]
            heads.scale[k] = max(float(left.std()), 1e-6)
            rest[known, k] = left / heads.scale[k]
    if bool(rest.isfinite().any()):
        _train(heads, latents, kinds, rest, seed, steps)
    return heads


def _train(heads: Regressions, latents: Tensor, kinds: Tensor, rest: Tensor, seed: int, steps: int) -> None:
    """The networks on what is left over, (n, H) in units of `scale` and NaN where unknown; each sees its own draws,
    half of them from the ligands that have most labels."""
    random = torch.Generator().manual_seed(seed)
    known = rest.isfinite()
    rich = torch.nonzero(known.sum(dim=1) == known.sum(dim=1).max())[:, 0]
    poor = torch.nonzero(known.any(dim=1))[:, 0]
    for part, spread in ((heads.into, latents.shape[1]), (heads.within, UNITS)):
        part.data = torch.randn(part.shape, generator=random) / spread**0.5
    trained = [heads.into, heads.into_bias, heads.within, heads.within_bias, heads.out]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=DECAY)
    falling = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for _ in range(steps):
        rows = torch.cat(
            [pool[torch.randint(len(pool), (MEMBERS, BATCH // 2), generator=random)] for pool in (rich, poor)], dim=1
        )
        said = heads.members(latents[rows], kinds[rows])  # (M, b, H)
        off = functional.smooth_l1_loss(said, rest[rows].nan_to_num(), beta=0.5, reduction="none") * known[rows]
        loss = (off.sum(dim=1) / known[rows].sum(dim=1).clamp(min=BATCH // 8)).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        falling.step()


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
