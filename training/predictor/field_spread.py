"""How far fields of the calibrated model lie from computed ones, and how wide the intervals of gaps must be for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from core.arrays import FloatArray
from core.learned.field_levels import field_error, outlook, parameter_scale
from core.magnetism.ion_levels import Levels
from core.magnetism.ions import lanthanide
from core.magnetism.levels import first_gap
from core.magnetism.stevens import KQ, RANKS
from training.factory.level_samples import Sample


@dataclass(frozen=True, slots=True)
class Spread:
    """How far moments of ranks 2, 4, 6 lie from computed ones: see `core.fields.donor_charges.Calibration`.

    Attributes:
        floor, share: (3,).
        widening: of the intervals of gaps that follow from these.
    """

    floor: FloatArray
    share: FloatArray
    widening: float


def spread(known: Sequence[Sample], models: Sequence[Levels]) -> Spread:
    """From left-out environments: floor and share of greatest likelihood, one rank after the other, for normal errors;
    the widening by conformal prediction (J. Lei et al., J. Am. Stat. Assoc. 2018, 113, 1094) of the gap's logarithm."""
    scales = [parameter_scale(lanthanide(sample.environment.metal)) for sample in known]
    ours = [_moments(np.array([m.stevens_input[kq] for kq in KQ]), s) for m, s in zip(models, scales, strict=True)]
    true = [_moments(sample.stevens, scale) for sample, scale in zip(known, scales, strict=True)]
    ranks = np.array([k for k, _ in KQ])
    found = []
    for rank in RANKS:
        own = [np.flatnonzero((ranks == rank) & (scale != 0)) for scale in scales]
        pairs = [(o[rows], t[rows]) for o, t, rows in zip(ours, true, own, strict=True) if len(rows)]
        found.append(_likeliest([(float((o**2).mean()), float(((o - t) ** 2).mean())) for o, t in pairs]))
    floor, share = np.array(found).T
    symbols = [sample.environment.metal for sample in known]
    fields = np.array(ours)
    said = outlook(symbols, fields, field_error(fields, share, floor))
    truth = np.log10([first_gap(sample.levels) + 1 for sample in known])
    apart = np.abs(truth - said.log_gap) / np.maximum(said.log_high - said.log_gap, 1e-9)
    level = min(1.0, 0.9 * (1 + 1 / len(apart)))
    return Spread(floor, share, float(np.quantile(apart, level)))


def _moments(stevens: FloatArray, scale: FloatArray) -> FloatArray:
    """(27,) from B_k^q; 0 where the ion has no such rank."""
    return np.divide(stevens, scale, out=np.zeros_like(stevens), where=scale != 0)


def _likeliest(squares: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Floor and share from mean squares of moments and of their errors."""
    size, error = np.array(squares).T

    def cost(logs: FloatArray) -> float:
        variance = np.exp(2 * logs[0]) + np.exp(2 * logs[1]) * size
        return float((np.log(variance) + error / variance).sum())

    starts = [(np.log(error.mean() ** 0.5) + a, np.log(0.3) + b) for a in (0.0, -1.0) for b in (0.0, -1.0)]
    best = min((minimize(cost, start, method="Nelder-Mead") for start in starts), key=lambda result: float(result.fun))
    floor, share = np.exp(best.x)
    return float(floor), float(share)
