"""Effective charges of the electrostatic model from levels of the multireference engine:

    python -m core.training.calibration --environments FOLDER [--tables FILE]

Each donor atom i of class c with formal charge f_i acts in rank k = 2, 4, 6 as a point charge

    Z_ik = −P_ck + A_k f_i

so that the B_k^q of an environment are linear in P_ck and A_k. They are fitted to the computed B_k^q of the
calibration half (`core.training.computed_levels`) by least squares of the Hamiltonian's Frobenius norm, each weighted
by 1/(its splitting + `SCALE`), with a ridge that pulls towards S_k times the charges chosen by chemical judgement
(`core.training.judged_charges`); S_k is fitted first, without a ridge. The strength of the ridge is the one whose
left-out environments are reproduced best. Classes that do not occur keep S_k times their judged charge. Writes
core/smm/tables/calibration.json, with the errors that remain on left-out environments and on the check half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize
from scipy.stats import spearmanr

from core.chem.donor_class import DonorClass
from core.chem.molecule import FloatArray
from core.magnetism.ions import lanthanide
from core.magnetism.stevens import KQ, RANKS, addition_coefficient, stevens_functions, stevens_operators
from core.smm.crystal_field import CrystalField, crystal_field
from core.smm.environment import Environment
from core.smm.field_levels import field_error, outlook, parameter_scale
from core.smm.point_charges import rank_strength
from core.training.computed_levels import TABLE, built, chosen
from core.training.environments import frames
from core.training.judged_charges import ANIONIC_SHARE, POLARITY

OUT: Final = Path(__file__).resolve().parents[1] / "smm" / "tables" / "calibration.json"

SCALE: Final = 100.0
"""Splittings well below this count alike [cm⁻¹]."""

RIDGES: Final = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)

CLASSES: Final = tuple(DonorClass)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """An environment with computed levels.

    Attributes:
        environment: truncated, around the computed ion.
        stevens: (27,) computed B_k^q in the order of `KQ` [cm⁻¹].
        levels: (2J+1,) computed [cm⁻¹].
        g: computed g of the ground doublet, ascending; None where it has none.
        axis: (3,) its g_z axis, None where it has none.
        half: calibration, check or built.
    """

    environment: Environment
    stevens: FloatArray
    levels: FloatArray
    g: tuple[float, float, float] | None
    axis: FloatArray | None
    half: str

    @property
    def weights(self) -> FloatArray:
        """(27,) what an error of each B_k^q counts [cm⁻¹ of splitting, relative]."""
        operators = stevens_operators(lanthanide(self.environment.metal).two_j)
        norms = np.sqrt(np.einsum("nij,nij->n", operators.conj(), operators).real / operators.shape[1])
        spread = float(np.sqrt(((norms * self.stevens) ** 2).sum()))
        return np.asarray(norms / (spread + SCALE))


@dataclass(frozen=True, slots=True, eq=False)
class Charges:
    """P_ck (number of classes, 3) and A_k (3,) [e]."""

    polarity: FloatArray
    anionic: FloatArray


def samples(table: Path, environments: Path) -> list[Sample]:
    """The computed rows with the environments that they were computed for."""
    rows = {row["key"]: row for row in json.loads(table.read_text(encoding="utf-8"))["rows"]}
    found = []
    for task in [*built(), *chosen(frames(environments / "structures.xyz.gz"))]:
        row = rows.get(task.key)
        if row is not None and row["status"] == "converged":
            found.append(
                Sample(
                    environment=task.environment,
                    stevens=np.array(row["stevens_input_cm1"]),
                    levels=np.array(row["levels_cm1"]),
                    g=None if row["g"] is None else tuple(row["g"]),
                    axis=None if row["axis"] is None else np.array(row["axis"]),
                    half=task.half,
                )
            )
    return found


def design(around: Environment, rank: int) -> FloatArray:
    """(2k+1, classes + 1) what P_c and A of one rank contribute to B_k^q [cm⁻¹ e⁻¹]."""
    positions = around.donor_positions
    distances = np.linalg.norm(positions, axis=1)
    functions = stevens_functions(rank, positions / distances[:, None]) / distances[:, None] ** (rank + 1)
    prefactors = [addition_coefficient(rank, q) for q in range(-rank, rank + 1)]
    single = rank_strength(lanthanide(around.metal), rank) * functions * prefactors * around.weights[:, None]
    matrix = np.zeros((2 * rank + 1, len(CLASSES) + 1))
    for atom, donor_class in enumerate(around.classes):
        matrix[:, CLASSES.index(donor_class)] -= single[atom]
    matrix[:, -1] = around.formal_charges @ single
    return matrix


def fitted(known: Sequence[Sample], ridge: float) -> Charges:
    """Charges that reproduce the samples."""
    prior = np.array([*(POLARITY[c] for c in CLASSES), ANIONIC_SHARE])
    columns = []
    for rank in RANKS:
        blocks = [_block(sample, rank) for sample in known]
        x, y = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        start = prior * _scale(x @ prior, y)
        # the ridge in units of the mean curvature, so that it means the same in every rank
        curvature = x.T @ x
        penalty = ridge * np.trace(curvature) / max(1, int((np.diag(curvature) > 0).sum()))
        shift = np.linalg.solve(curvature + penalty * np.eye(len(prior)), x.T @ (y - x @ start))
        columns.append(start + shift)
    found = np.array(columns).T
    return Charges(found[:-1], found[-1])


@lru_cache(maxsize=4096)
def _block(sample: Sample, rank: int) -> tuple[FloatArray, FloatArray]:
    """Weighted design (2k+1, classes + 1) and computed B_k^q (2k+1,) of a sample."""
    rows = [k == rank for k, _ in KQ]
    weights = sample.weights[rows]
    return design(sample.environment, rank) * weights[:, None], sample.stevens[rows] * weights


def _scale(x: FloatArray, y: FloatArray) -> float:
    return float((x @ y) / (x @ x))


def modelled(around: Environment, charges: Charges) -> CrystalField:
    """Levels of an environment with given charges."""
    polarity = charges.polarity[[CLASSES.index(c) for c in around.classes]]
    atoms = (around.formal_charges[:, None] * charges.anionic - polarity) * around.weights[:, None]
    return crystal_field(around.metal, around.donor_positions, atoms)


def left_out(known: Sequence[Sample], ridge: float) -> list[CrystalField]:
    """Each sample by charges that were fitted without it."""
    return [
        modelled(sample.environment, fitted([other for other in known if other is not sample], ridge))
        for sample in known
    ]


def gap(levels: FloatArray, kramers: bool) -> float:
    """Energy of the second doublet of a Kramers ion, E₃ − (E₁ + E₂)/2 of another [cm⁻¹]."""
    return float(levels[2] - levels[:2].mean()) if not kramers else float(levels[2] - levels[0])


@dataclass(frozen=True, slots=True)
class Spread:
    """How far moments of ranks 2, 4, 6 lie from computed ones: see `core.smm.donor_charges.Calibration`.

    Attributes:
        floor, share: (3,).
        widening: of the intervals of gaps that follow from these.
    """

    floor: FloatArray
    share: FloatArray
    widening: float


def spread(known: Sequence[Sample], models: Sequence[CrystalField]) -> Spread:
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
    kramers = [model.kramers for model in models]
    truth = np.log10([gap(sample.levels, k) + 1 for sample, k in zip(known, kramers, strict=True)])
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


def errors(known: Sequence[Sample], models: Sequence[CrystalField]) -> dict[str, Any]:
    """How far the model is from the computed levels."""
    kramers = [model.kramers for model in models]
    truth = np.array([gap(sample.levels, k) for sample, k in zip(known, kramers, strict=True)])
    found = np.array([gap(model.levels, k) for model, k in zip(models, kramers, strict=True)])
    dy = np.array([sample.environment.metal == "Dy" for sample in known])
    rms = [float(np.sqrt(((m.levels - s.levels) ** 2).mean())) for s, m in zip(known, models, strict=True)]
    angles = [
        np.degrees(np.arccos(min(1.0, abs(float(s.axis @ m.easy_axis)))))
        for s, m in zip(known, models, strict=True)
        if s.axis is not None and m.easy_axis is not None and s.g is not None and s.g[2] > 3 * s.g[1]
    ]
    return {
        "environments": len(known),
        "gap_mean_abs_cm1": _round(np.abs(found - truth).mean()),
        "gap_median_abs_cm1": _round(np.median(np.abs(found - truth))),
        "gap_mean_cm1": _round(truth.mean()),
        "log_gap_90": _round(np.quantile(np.abs(np.log10(found + 1) - np.log10(truth + 1)), 0.9), 3),
        "gap_spearman": _round(spearmanr(found, truth).statistic, 3),
        "with_Dy": int(dy.sum()),
        "gap_spearman_Dy": _round(spearmanr(found[dy], truth[dy]).statistic, 3),
        "gap_mean_abs_Dy_cm1": _round(np.abs(found - truth)[dy].mean()),
        "levels_median_rms_cm1": _round(np.median(rms)),
        "axis_median_angle_deg": _round(np.median(angles)),
        "axes": len(angles),
    }


def _round(value: Any, digits: int = 1) -> float:
    return round(float(value), digits)


def best_ridge(known: Sequence[Sample]) -> tuple[float, dict[str, dict[str, Any]]]:
    """The ridge whose left-out environments come out best, by the mean error of the levels in log space."""
    table, scores = {}, {}
    for ridge in RIDGES:
        models = left_out(known, ridge)
        table[f"{ridge:g}"] = errors(known, models)
        scores[ridge] = np.mean([_misfit(s, m) for s, m in zip(known, models, strict=True)])
    return min(scores, key=lambda ridge: scores[ridge]), table


def _misfit(sample: Sample, model: CrystalField) -> float:
    """Distance of the levels, relative to the splitting."""
    apart = np.sqrt(((model.levels - sample.levels) ** 2).mean())
    return float(apart / (np.sqrt((sample.levels**2).mean()) + SCALE))


def main() -> None:
    """Fits, writes the table and prints the errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    every = samples(options.table, options.environments)
    known = [sample for sample in every if sample.half != "check"]
    check = [sample for sample in every if sample.half == "check"]
    ridge, ridges = best_ridge(known)
    charges = fitted(known, ridge)
    off = spread(known, left_out(known, ridge))
    judged = Charges(np.array([[POLARITY[c]] * 3 for c in CLASSES]), np.full(3, ANIONIC_SHARE))
    record = {
        "what": "effective charges of the electrostatic model, fitted to levels of the multireference engine",
        "order": "ranks 2, 4, 6",
        "ridge": ridge,
        "calibration": errors(known, [modelled(s.environment, charges) for s in known]),
        "left_out": ridges[f"{ridge:g}"],
        "check": errors(check, [modelled(s.environment, charges) for s in check]) if check else None,
        "check_judged": errors(check, [modelled(s.environment, judged) for s in check]) if check else None,
        "floor": off.floor.round(4).tolist(),
        "share": off.share.round(4).tolist(),
        "widening": round(off.widening, 3),
        "anionic": charges.anionic.round(4).tolist(),
        "classes": _classes(known, charges),
    }
    shown = ("ridge", "calibration", "left_out", "check", "check_judged")
    print(json.dumps({key: record[key] for key in shown}, indent=1))
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _classes(known: Iterable[Sample], charges: Charges) -> dict[str, Mapping[str, Any]]:
    """P_ck of each class and in how many environments it was."""
    seen = [set(sample.environment.classes) for sample in known]
    return {
        str(c): {"environments": sum(c in classes for classes in seen), "polarity": row.round(4).tolist()}
        for c, row in zip(CLASSES, charges.polarity, strict=True)
    }


if __name__ == "__main__":
    main()
