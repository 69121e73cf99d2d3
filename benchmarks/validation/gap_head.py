"""How many gaps the head of the first gap needs, on scaffolds put aside: `OMP_NUM_THREADS=1 python -m
benchmarks.validation.gap_head`.

Gaps are those of assets/labels and the pilot; the test half, 15 % of the scaffolds put aside for ever, is judged, the
rest is learned from, in growing random parts (the mean over `DRAWS` of them). Beside the shipped form (a line through
donor class and proxies as the network says them) stand the mean of the donor class, a Gaussian process on the same, on
proxies alone, lines on proxies alone and on latents, and ridge, random forest and Gaussian process on Morgan
fingerprints with the donor class. `interval`: share of test gaps within the 90 % interval of a model that has one.
Writes benchmarks/results/gap_head.json.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import NormalDist, mean
from typing import Any, Final

import numpy as np
import torch
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel
from sklearn.linear_model import RidgeCV

from core.arrays import FloatArray
from core.design.generator import LigandGenerator, model_folder
from training.common.level_labels import CONVERGED, labels
from training.ligands.gap_head import Gaps, answers, fitted
from training.ligands.labels import gaps_to_learn_from
from training.ligands.regression import class_means, ridge, score, strength_of

_RESULTS: Final = Path(__file__).resolve().parents[1] / "results" / "gap_head.json"

COUNTS: Final = (30, 60, 100, 150, 200, 300, 600, 1000)
DRAWS: Final = 5
WITHIN: Final = NormalDist().inv_cdf(0.95)
_morgan: Final[Any] = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)

Answers = tuple[FloatArray, FloatArray | None]
"""(m,) what a model says, and its standard deviation where it has one."""


def test_gaps(model: LigandGenerator) -> Gaps:
    """The gaps put aside."""
    rows = [row for row in labels("gaps") if row.status == CONVERGED and row.half == "test"]
    return Gaps.read(model, {(row.source["smiles"], int(row.source["donor"])): row.levels[1] for row in rows})


def said_by_the_line(learned: Gaps, asked: Gaps) -> Answers:
    """The shipped form."""
    error = fitted(learned, "", "").error
    return answers(learned, asked), np.full(len(asked.values), error)


def line_on(features: Callable[[Gaps, Gaps], FloatArray]) -> Callable[[Gaps, Gaps], Answers]:
    """A penalised line on features of gaps, given those that are learned from."""

    def asked_of(learned: Gaps, asked: Gaps) -> Answers:
        own = features(learned, learned)
        slope, offset = ridge(own, learned.values, strength_of(own, learned.values))
        return features(asked, learned) @ slope + offset, None

    return asked_of


def process_on(features: Callable[[Gaps, Gaps], FloatArray]) -> Callable[[Gaps, Gaps], Answers]:
    """A Gaussian process: a line, a smooth function and noise."""

    def asked_of(learned: Gaps, asked: Gaps) -> Answers:
        kernel = ConstantKernel() * DotProduct() + ConstantKernel() * RBF(3.0) + WhiteKernel(0.1)
        process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
        process.fit(features(learned, learned), learned.values)
        said, spread = process.predict(features(asked, learned), return_std=True)
        return said, spread

    return asked_of


def proxies_of(gaps: Gaps, about: Gaps) -> FloatArray:
    """(n, P) what heads say, standardised."""
    return gaps.features(about)[:, gaps.kinds.shape[1] :]


def bits_of(gaps: Gaps, about: Gaps) -> FloatArray:
    """(n, 2048 + C) Morgan fingerprints, and the true donor class."""
    bits = np.stack([_morgan.GetFingerprintAsNumPy(Chem.MolFromSmiles(one.smiles)) for one in gaps.ligands])
    return np.concatenate([bits, np.eye(gaps.kinds.shape[1])[gaps.classes]], axis=1).astype(float)


def ridge_on_bits(learned: Gaps, asked: Gaps) -> Answers:
    """Ridge on fingerprints."""
    line = RidgeCV(alphas=(1.0, 3.0, 10.0, 30.0, 100.0)).fit(bits_of(learned, learned), learned.values)
    return line.predict(bits_of(asked, learned)), None


def forest_on_bits(learned: Gaps, asked: Gaps) -> Answers:
    """Random forest on fingerprints."""
    forest = RandomForestRegressor(200, max_features=0.2, min_samples_leaf=2, random_state=1)
    forest.fit(bits_of(learned, learned), learned.values)
    return forest.predict(bits_of(asked, learned)), None


MODELS: Final[dict[str, Callable[[Gaps, Gaps], Answers]]] = {
    "donor-class mean": lambda learned, asked: (class_means(learned.values, learned.classes, asked.classes), None),
    "line, class and proxies (shipped)": said_by_the_line,
    "Gaussian process, class and proxies": process_on(lambda gaps, about: gaps.features(about)),
    "line, proxies": line_on(proxies_of),
    "Gaussian process, proxies": process_on(proxies_of),
    "line, latents": line_on(lambda gaps, about: gaps.latents),
    "ridge, Morgan": ridge_on_bits,
    "random forest, Morgan": forest_on_bits,
    "Gaussian process, Morgan": process_on(lambda gaps, about: bits_of(gaps, about) / 5.0),
}


def scored(learned: Gaps, asked: Gaps, said: Answers) -> dict[str, float]:
    """What a model is worth on gaps that took no part."""
    usual = class_means(learned.values, learned.classes, asked.classes)
    own = asdict(score(asked.values, said[0], usual, asked.classes))
    found = {name: own[name] for name in ("r2", "r2_within", "mae")}
    found["spearman"] = float(spearmanr(asked.values, said[0])[0])
    if said[1] is not None:
        found["interval"] = float((np.abs(said[0] - asked.values) < WITHIN * said[1]).mean())
    return found


def main() -> None:
    """Learn from growing parts, judge, write."""
    torch.set_num_threads(1)
    model, known = LigandGenerator.load(model_folder()), gaps_to_learn_from()
    whole, asked = Gaps.read(model, known.values), test_gaps(model)
    count = len(whole.values)
    curve: list[dict[str, Any]] = []
    for size in [*(one for one in COUNTS if one < count), count]:
        draws = 1 if size == count else DRAWS
        parts = [whole.part(np.random.default_rng(seed).permutation(count)[:size]) for seed in range(draws)]
        row: dict[str, Any] = {"labels": size}
        for name, say in MODELS.items():
            each = [scored(part, asked, say(part, asked)) for part in parts]
            row[name] = {key: float(f"{mean(one[key] for one in each):.3g}") for key in each[0]}
        curve.append(row)
        print(size, {name: row[name] for name in list(MODELS)[:3]}, flush=True)
    line = fitted(whole, "", known.key).head
    record = {
        "what": "the first gap on scaffolds put aside, against the number of gaps learned from",
        "protocol": known.key,
        "learned_from": count,
        "test": len(asked.values),
        "scaffolds_of_test": len(np.unique(asked.groups)),
        "draws": DRAWS,
        "leaving_a_scaffold_out": {"mae": round(line.error, 2), "class_mean_mae": round(line.baseline_error, 2)},
        "curve": curve,
    }
    _RESULTS.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
