"""Learning curves of properties: a head on the latents beside ridge and random forest on Morgan fingerprints.

Training labels are drawn from the training fold, answers judged on the test fold, whose scaffolds none of them has
seen; the mean of the donor class stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeCV
from torch import Tensor

from core.arrays import FloatArray, IntArray, SingleArray
from training.ligands.ligand_set import TEST, TRAIN, LigandSet
from training.ligands.regression import class_means, fit, score

COUNTS: Final = (100, 300, 1000, 4000, 10_000)
TREES: Final = 60
RIDGES: Final = (1.0, 3.0, 10.0, 30.0, 100.0)
_morgan: Final[Any] = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)


def fingerprints(ligands: LigandSet, rows: IntArray) -> SingleArray:
    """(m, 2048 + classes) Morgan bits, and the donor class as a one-hot vector: the latent knows the donor as well."""
    mols = [Chem.MolFromSmiles(ligands.smiles[row].decode()) for row in rows]
    bits = np.stack([_morgan.GetFingerprintAsNumPy(mol) for mol in mols]).astype(np.float32)
    kinds = np.eye(len(ligands.classes), dtype=np.float32)[ligands.donor_class[rows]]
    return np.concatenate([bits, kinds], axis=1)


def curves(
    ligands: LigandSet,
    latents: Mapping[str, tuple[Tensor, Tensor]],
    known: Mapping[str, FloatArray],
    seed: int = 1,
    trees: int = TREES,
    wanted: Sequence[int] = COUNTS,
) -> dict[str, Any]:
    """Scores of every property by model and number of labels.

    Args:
        latents: (n, Z) of the set by name of the model, in its frame, and (n, C) the probabilities of donor classes
            that follow from them.
        known: (n,) labels by name of the property, NaN where unknown; ligands that lack one are left out.
        seed: of the draw. trees: of the random forest. wanted: numbers of labels; no more than there are.
    """
    whole = np.all([np.isfinite(values) for values in known.values()], axis=0)
    train = np.random.default_rng(seed).permutation(ligands.rows(TRAIN)[whole[ligands.rows(TRAIN)]])
    test = ligands.rows(TEST)[whole[ligands.rows(TEST)]]
    bits = {"train": fingerprints(ligands, train[: max(wanted)]), "test": fingerprints(ligands, test)}
    counts = sorted({min(count, len(train)) for count in wanted})
    found: dict[str, Any] = {"test": len(test), "counts": counts, "scores": {name: [] for name in known}}
    for count in counts:
        rows = train[:count]
        true = np.stack([values[rows] for values in known.values()], axis=1)  # (count, p)
        kinds = ligands.donor_class
        said = {name: on_latents(own, kinds, rows, true, test) for name, own in latents.items()}
        said |= on_bits(bits["train"][:count], true, bits["test"], trees, seed)
        for k, (name, values) in enumerate(known.items()):
            usual = class_means(values[rows], kinds[rows], kinds[test])
            scores = {model: score(values[test], answers[:, k], usual, kinds[test]) for model, answers in said.items()}
            line = {model: {"r2": one.r2, "r2_within": one.r2_within, "mae": one.mae} for model, one in scores.items()}
            one = next(iter(scores.values()))
            line["donor-class mean"] = {"r2": one.class_mean_r2, "r2_within": 0.0, "mae": one.class_mean_mae}
            found["scores"][name].append({"labels": count} | _rounded(line))
    return found


def on_latents(
    placed: tuple[Tensor, Tensor],
    classes: IntArray,
    rows: IntArray,
    true: FloatArray,
    asked: IntArray,
) -> FloatArray:
    """(m, p) answers for the rows asked (m,), of heads fitted to labels (k, p) of other rows (k,) of a set."""
    latents, kinds = placed
    heads = fit(latents[rows], kinds[rows], classes[rows], list(true.T))
    with torch.inference_mode():
        return np.asarray(heads(latents[asked], kinds[asked])[0].double().numpy())


def on_bits(bits: SingleArray, true: FloatArray, asked: SingleArray, trees: int, seed: int) -> dict[str, FloatArray]:
    """The same by ridge and by random forest on fingerprints."""
    centre, scale = true.mean(axis=0), np.maximum(true.std(axis=0), 1e-9)
    standard = (true - centre) / scale
    line = RidgeCV(alphas=RIDGES).fit(bits, standard)
    forest = RandomForestRegressor(trees, max_features=0.2, min_samples_leaf=2, random_state=seed, n_jobs=1)
    forest.fit(bits, standard)
    models = {"ridge, Morgan": line, "random forest, Morgan": forest}
    return {name: np.asarray(model.predict(asked)) * scale + centre for name, model in models.items()}


def _rounded(line: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {model: {k: float(f"{v:.4g}") for k, v in one.items()} for model, one in line.items()}
