"""What ships of a trained ligand VAE: network, frame and heads, with a card that says what each is worth.

    python -m training.ligands.heads --set FILE --work FOLDER --name ligand-vae-DATE [--checkpoint] [--out FOLDER]

Heads are fitted on the frozen latents of the training ligands to whatever labels there are now, so labels that came
after the training still enter; they are judged on the test fold, whose scaffolds neither the network nor a head has
seen, and what ships is what was judged.

The first gap has a head of its own, fitted anew whenever there are more of them: `training.ligands.gap_head`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from core.arrays import FloatArray
from core.design.generator import WEIGHTS, Frame
from core.design.heads import FEWEST_LABELS, Head, judged
from core.design.tokens import Vocabulary
from core.design.vae import LigandVae, VaeConfig
from core.resources import shipped
from core.weights import CONFIG, save_weights, write_manifest
from core.weights import WEIGHTS as WEIGHT_FILE
from training.common.checkpoint import state_in, weights_in
from training.ligands.card import card
from training.ligands.labels import GAP, PROXIES
from training.ligands.ligand_set import TEST, TRAIN, LigandSet
from training.ligands.regression import Score, class_means, fit, fit_classes, score
from training.ligands.vae_dataset import properties

BENCHMARK: Final = shipped("benchmarks/results") / "ligand_vae.json"
LATENTS_AT_ONCE: Final = 500


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network as its training left it.

    Attributes:
        network, vocabulary: themselves. record: the configuration that was written with them.
    """

    network: LigandVae
    vocabulary: Vocabulary
    record: Mapping[str, Any]

    @classmethod
    def load(cls, work: Path, checkpoint: bool = False) -> Model:
        """The weights in a folder of `training.ligands.vae`, or those of its last checkpoint."""
        record = json.loads((work / CONFIG).read_text(encoding="utf-8"))
        shape: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in record["network"].items()}
        network = LigandVae(VaeConfig(**shape))
        tensors = weights_in(work, "network") if checkpoint else load_file(work / WEIGHT_FILE)
        if checkpoint:
            record["last"] = state_in(work)["history"][-1]
        # shipped in half the bytes, and judged as shipped
        network.load_state_dict({name: value.half().float() for name, value in tensors.items()})
        return cls(network.eval(), Vocabulary(tuple(record["tokens"]), network.config.longest), record)

    def means(self, tokens: NDArray[np.uint8]) -> Tensor:
        """(n, Z) latents of tokens (n, T) as the encoder gives them, sorted by length on the way for speed."""
        order = np.argsort((tokens > 0).sum(axis=1), kind="stable")
        means = torch.empty(len(tokens), self.network.config.size)
        for first in range(0, len(order), LATENTS_AT_ONCE):
            rows = order[first : first + LATENTS_AT_ONCE]
            means[rows] = self.network.means(torch.from_numpy(tokens[rows]))
        return means


@dataclass(frozen=True, eq=False)
class Fitted:
    """Heads with what they are worth.

    Attributes:
        heads: one a property. scores: of the test fold, by name. tensors: all of them, named as they ship.
        shape: of the regressions.
        classes: share of donor classes and of charges told right on the test fold.
    """

    heads: tuple[Head, ...]
    scores: dict[str, Score]
    tensors: dict[str, Tensor]
    shape: dict[str, int]
    classes: dict[str, float]


def fitted(ligands: LigandSet, latents: Tensor, known: Mapping[str, FloatArray]) -> Fitted:
    """Every head, trained on the training fold and judged on the test fold.

    Args:
        ligands: the set; latents: (n, Z) of them, in the frame.
        known: (n,) labels by name, without the first gap.
    """
    train, test = ligands.rows(TRAIN), ligands.rows(TEST)
    own, anion = torch.from_numpy(ligands.donor_class), torch.from_numpy(ligands.charge < 0).float()
    classes = fit_classes(latents[train], own[train], anion[train], len(ligands.classes))
    with torch.inference_mode():
        kinds, said_anion = classes(latents)
    right = {
        "donor_class": float((kinds.argmax(dim=1) == own)[test].float().mean()),
        "charge": float(((said_anion > 0.5) == (anion > 0.5))[test].float().mean()),
    }
    kinds = kinds.clone()  # out of inference mode
    names = [name for name, values in known.items() if np.isfinite(values[train]).sum() >= FEWEST_LABELS]
    columns = [known[name][train] for name in names]
    regressions = fit(latents[train], kinds[train], ligands.donor_class[train], columns)
    heads, scores = [], {}
    for k, name in enumerate(names):
        asked = test[np.isfinite(known[name][test])]
        with torch.inference_mode():
            said = regressions(latents[asked], kinds[asked])[0][:, k].double().numpy()
        taught = train[np.isfinite(known[name][train])]
        usual = class_means(known[name][taught], ligands.donor_class[taught], ligands.donor_class[asked])
        scores[name] = score(known[name][asked], said, usual, ligands.donor_class[asked])
        regressions.error[k] = float(np.sqrt(np.mean(np.square(said - known[name][asked]))))
        heads.append(judged(name, len(taught), scores[name].mae, scores[name].class_mean_mae))
    tensors = {f"regressions.{k}": v for k, v in regressions.state_dict().items()}
    tensors |= {f"classes.{k}": v for k, v in classes.state_dict().items()}
    shape = {"heads": len(heads), "members": regressions.out.shape[0], "units": regressions.out.shape[1]}
    return Fitted(tuple(heads), scores, tensors, shape, right)


def main() -> None:
    """Writes the folder of the model, its card, and the manifest."""
    options = _options()
    torch.set_num_threads(1)
    ligands, model = LigandSet.load(options.set), Model.load(options.work, options.checkpoint)
    means = model.means(ligands.tokens)
    frame = Frame.of(means[ligands.rows(TRAIN)])
    known = {k: v for k, v in properties(ligands, options.proxies).items() if k not in (GAP, "charge")}
    made = fitted(ligands, frame.shown(means), known)
    tensors = {f"network.{k}": v.half() for k, v in model.network.state_dict().items()} | made.tensors
    tensors |= {f"frame.{name}": getattr(frame, name) for name in ("centre", "whiten", "colour")}
    record = dict(model.record) | {
        "regressions": made.shape,
        "heads": [asdict(head) for head in made.heads],
        "scores": {name: one.record() for name, one in made.scores.items()},
        "classes": made.classes,
    }
    folder = options.out / options.name
    save_weights(folder, tensors, record)
    (folder / "README.md").write_text(card(options.name, record, BENCHMARK), encoding="utf-8")
    if not options.without_manifest:
        write_manifest(options.out)
    print(json.dumps({"heads": record["heads"], "scores": record["scores"], "classes": record["classes"]}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="what the network was trained on")
    parser.add_argument("--work", type=Path, required=True, help="of training.ligands.vae")
    parser.add_argument("--name", required=True)
    parser.add_argument("--checkpoint", action="store_true", help="of a training that still runs")
    parser.add_argument("--proxies", type=Path, default=PROXIES)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--without-manifest", action="store_true", help="a preview, which is not shipped")
    return parser.parse_args()


if __name__ == "__main__":
    main()
