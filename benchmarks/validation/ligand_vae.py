"""How good the ligand generator is: reconstruction, samples, neighbourhoods, heads; beside baselines and the field.

    OMP_NUM_THREADS=1 python -m benchmarks.validation.ligand_vae --set FILE [--samples 10000] [--beside NAME=FOLDER …]
        [--sizes --work FOLDER --updates 6000]

Judges the shipped model on the test fold of the set it was trained on, whose scaffolds it has not seen. `--beside`
names other trainings (`training.ligands.vae --unguided`, say) whose latents get heads of their own. `--sizes`
trains four more, on 5,000, 20,000, 60,000 and all training ligands, with equal updates. Every part that is made
replaces that part of benchmarks/results/ligand_vae.json; parts of another set are dropped.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from core.design.generator import Frame, LigandGenerator, generator, model_folder
from core.design.heads import Classes, Regressions
from core.design.vae import VaeConfig
from core.weights import CONFIG, save_weights
from training.ligands import evaluation as judged
from training.ligands.curves import curves
from training.ligands.heads import BENCHMARK, Model
from training.ligands.labels import PROXIES, proxies
from training.ligands.ligand_set import TEST, TRAIN, LigandSet
from training.ligands.regression import fit_classes
from training.ligands.vae import Training, TrainingSettings, described, train
from training.ligands.vae_dataset import Teacher

SIZES: Final = (5_000, 20_000, 60_000, 0)
PARENTS: Final = 500
WAYS: Final = 200

PUBLISHED: Final = [
    {
        "model": "JT-VAE (arXiv:1802.04364)",
        "set": "ZINC250k",
        "exact": 0.767,
        "valid": 1.0,
        "not comparable because": "drug-like molecules with stereo, random split, mean over draws of the posterior and "
        "of the decoder instead of the likeliest from the mean; valid means a molecule, not a ligand",
    },
    {
        "model": "VAE of MOSES (doi:10.3389/fphar.2020.565644)",
        "set": "MOSES (ZINC clean leads)",
        "valid": 0.977,
        "unique": 0.998,
        "novel": 0.695,
        "not comparable because": "SMILES; valid means a molecule, not a ligand; 30,000 samples of another chemistry, "
        "and no reconstruction is asked for",
    },
]


def main() -> None:
    """Judges and writes the figures."""
    options = _options()
    torch.set_num_threads(1)
    ligands, model = LigandSet.load(options.set), generator()
    config = json.loads((model_folder() / CONFIG).read_text(encoding="utf-8"))
    if config["set"] != ligands.fingerprint:
        raise SystemExit("The shipped model was trained on another set; its test fold would not be unseen.")
    record = _begun(ligands.fingerprint)
    for name, part in _parts(options).items():
        began = time.process_time()
        record[name] = part(ligands, model)
        record["processor_seconds"][name] = round(time.process_time() - began, 1)
        BENCHMARK.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1, ensure_ascii=False))


def _begun(fingerprint: str) -> dict[str, Any]:
    """What an earlier run said of the same set."""
    known = json.loads(BENCHMARK.read_text(encoding="utf-8")) if BENCHMARK.exists() else {}
    fresh = {"what": "the ligand generator on unseen scaffolds", "set": fingerprint, "processor_seconds": {}}
    return (known if known.get("set") == fingerprint else fresh) | {"published": PUBLISHED}


def _parts(options: argparse.Namespace) -> dict[str, Any]:
    if options.sizes:
        return {"sizes": lambda ligands, _: sizes(ligands, options.work, options.updates, options.samples)}
    parts = {
        "reconstruction": lambda ligands, model: judged.reconstruction(model, ligands, ligands.rows(TEST)),
        "samples": lambda ligands, model: sampling(ligands, model, options.samples),
        "latent": latent,
        "speed": speed,
        "heads": lambda ligands, _: heads(ligands, options.beside, options.trees),
    }
    return {name: part for name, part in parts.items() if name in options.parts}


def sampling(ligands: LigandSet, model: LigandGenerator, count: int) -> dict[str, Any]:
    """Samples of the prior, and how far their descriptors are from those of test ligands; training ligands beside."""
    known = {smiles.decode() for smiles in ligands.smiles[ligands.rows(TRAIN)]}
    drawn = judged.sampled(model, count)
    made = [one.smiles for one in drawn if one.ligand is not None and one.smiles is not None]
    random = np.random.default_rng(1)
    rows = {fold: random.permutation(ligands.rows(fold))[:3000] for fold in (TRAIN, TEST)}
    real = {fold: judged.described([s.decode() for s in ligands.smiles[own]]) for fold, own in rows.items()}
    without = judged.samples(judged.sampled(model, count, ()), known)
    return judged.samples(drawn, known) | {
        "without_beams": {name: without[name] for name in ("valid", "unique", "novel", "refused")},
        "distances_to_test": judged.distances(judged.described(made[:3000]), real[TEST]),
        "distances_to_train": judged.distances(judged.described(made[:3000]), real[TRAIN]),
        "distances_of_train_to_test": judged.distances(real[TRAIN], real[TEST]),
    }


def latent(ligands: LigandSet, model: LigandGenerator) -> dict[str, Any]:
    """Active units, neighbourhoods and ways."""
    test = np.random.default_rng(1).permutation(ligands.rows(TEST))
    parents = [ligands.ligand(int(row)) for row in test[:PARENTS]]
    means = model.network.means(torch.from_numpy(ligands.tokens[test[:5000]])).numpy()
    return {
        "size": model.size,
        "active": judged.active_units(means),
        "neighbourhood": judged.neighbourhood(model, parents),
        "interpolation": judged.interpolation(model, parents[:WAYS], parents[WAYS : 2 * WAYS]),
    }


def speed(ligands: LigandSet, model: LigandGenerator) -> dict[str, float]:
    """Processor time of decoding, validity included [ms]: medians of 20 draws about test ligands, one thread."""
    random = np.random.default_rng(1)
    start = model.encode([ligands.ligand(int(row)) for row in ligands.rows(TEST)[:640]])
    near = start + 0.3 * random.standard_normal(start.shape).astype(np.float32)
    found = {}
    for count in (1, 32):
        times = []
        for k in range(20):
            began = time.process_time()
            model.decode(near[k * count : (k + 1) * count])
            times.append(time.process_time() - began)
        found[f"decode_{count}_ms"] = round(1000 * float(np.median(times)), 2)
    return found


def heads(ligands: LigandSet, beside: Sequence[str], trees: int) -> dict[str, Any]:
    """Learning curves of the computed proxies."""
    folders = dict(one.split("=", 1) for one in beside)
    sites = [(smiles.decode(), int(donor)) for smiles, donor in zip(ligands.smiles, ligands.donor, strict=True)]
    known = {name: labels.of(sites) for name, labels in proxies(PROXIES).items()}
    rows = np.flatnonzero(np.any([np.isfinite(values) for values in known.values()], axis=0))
    placed = {"head on latents": _placed(generator().network, generator().frame, ligands, rows)}
    for name, folder in folders.items():
        other = Model.load(Path(folder))
        frame = Frame.of(other.means(ligands.tokens[ligands.rows(TRAIN)[:20_000]]))
        placed[f"head on latents, {name}"] = _placed(other.network, frame, ligands, rows)
    config = json.loads((model_folder() / CONFIG).read_text(encoding="utf-8"))
    guided = dict(zip(config["network"]["targets"], config["last"]["labels"], strict=True))
    caution = (
        "the shipped network was itself guided by so many labels of the training fold, so its heads know more than the "
        "labels they were fitted to; only an unguided network beside it shows what a latent gives for few labels"
    )
    return {"guided_by": {name: guided[name] for name in known}, "caution": caution} | curves(
        ligands, placed, known, trees=trees
    )


def _placed(network: Any, frame: Frame, ligands: LigandSet, rows: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, Z) latents in the frame and (n, C) donor classes told from them, of `rows`; the others stay 0.

    The classes are learned from 20,000 training ligands: they need no labels but the structure.
    """
    latents = torch.zeros(len(ligands), network.config.size)
    taught = np.random.default_rng(1).permutation(ligands.rows(TRAIN))[:20_000]
    for part in np.array_split(np.union1d(rows, taught), 100):
        latents[part] = frame.shown(network.means(torch.from_numpy(ligands.tokens[part])))
    own, anion = torch.from_numpy(ligands.donor_class), torch.from_numpy(ligands.charge < 0).float()
    classes = fit_classes(latents[taught], own[taught], anion[taught], len(ligands.classes))
    with torch.no_grad():
        return latents, classes(latents)[0]


def sizes(ligands: LigandSet, work: Path, updates: int, count: int) -> list[dict[str, Any]]:
    """The same figures of networks trained on fewer ligands with equal updates."""
    return [_of_size(ligands, work / str(size or "all"), size, updates, count) for size in SIZES]


def _of_size(ligands: LigandSet, work: Path, size: int, updates: int, count: int) -> dict[str, Any]:
    rows = np.random.default_rng(0).permutation(ligands.rows(TRAIN))
    rows = np.sort(rows[: size or None])
    teacher = Teacher(ligands, rows, PROXIES)
    vocabulary = ligands.vocabulary
    config = VaeConfig(vocabulary.size, vocabulary.longest, targets=teacher.names, classes=ligands.classes)
    training = Training(config, TrainingSettings(steps=updates), teacher.data(), torch.device("cpu"))
    last = train(training, teacher, work)
    save_weights(work, training.network.state_dict(), described(training, ligands) | {"last": last})
    model = bare(Model.load(work), ligands, rows)
    test = np.random.default_rng(1).permutation(ligands.rows(TEST))[:3000]
    drawn = judged.sampled(model, count)
    known = {smiles.decode() for smiles in ligands.smiles[rows]}
    made = [one.smiles for one in drawn if one.ligand is not None and one.smiles is not None]
    real = judged.described([smiles.decode() for smiles in ligands.smiles[test]])
    return {
        "ligands": len(rows),
        "updates": training.step,
        "epochs": round(training.step * training.recipe.batch / len(rows), 2),
        "seconds": round(training.seconds, 1),
        "reconstruction": judged.reconstruction(model, ligands, test),
        "samples": judged.samples(drawn, known),
        "frechet_to_test": judged.distances(judged.described(made[:3000]), real)["frechet"],
        "latent": latent(ligands, model),
    }


def bare(model: Model, ligands: LigandSet, rows: Any) -> LigandGenerator:
    """A generator without heads."""
    frame = Frame.of(model.means(ligands.tokens[rows[:20_000]]))
    size, kinds = model.network.config.size, len(ligands.classes)
    return LigandGenerator(
        model.network, model.vocabulary, frame, Regressions(size, kinds, 0, 1, 1), Classes(size, kinds), ()
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="what the shipped model was trained on")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--parts", nargs="+", default=["reconstruction", "samples", "latent", "speed", "heads"])
    parser.add_argument("--beside", nargs="*", default=[], help="NAME=FOLDER of other trainings, for the heads")
    parser.add_argument("--trees", type=int, default=60, help="of the random forest")
    parser.add_argument("--sizes", action="store_true", help="the study of training sizes instead")
    parser.add_argument("--work", type=Path, help="where that study trains; it goes on where it ended")
    parser.add_argument("--updates", type=int, default=6000, help="steps of each of its trainings")
    options = parser.parse_args()
    if options.sizes and options.work is None:
        parser.error("--sizes needs --work")
    return options


if __name__ == "__main__":
    main()
