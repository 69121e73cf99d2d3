"""What ships of a trained ligand VAE: network, frame and heads, with a card that says what each is worth.

    python -m core.training.ligand_heads --set FILE --work FOLDER --name ligand-vae-DATE [--checkpoint] [--out FOLDER]

Heads are fitted on the frozen latents of the training ligands to whatever labels there are now, so labels that came
after the training still enter; they are judged on the test fold, whose scaffolds neither the network nor a head has
seen, and what ships is what was judged. The first gap has so few labels that it is a line, judged by leaving one out.
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

from core.design.generator import WEIGHTS, Frame
from core.design.heads import FEWEST_LABELS, Head, Regressions, judged
from core.design.scope import ScopedLigand
from core.design.tokens import Vocabulary
from core.design.vae import LigandVae, VaeConfig
from core.training.checkpoint import state_in, weights_in
from core.training.ligand_card import card
from core.training.ligand_labels import GAP, PROXIES, first_gaps
from core.training.ligand_lessons import properties
from core.training.ligand_regression import Array, Score, class_means, fit, fit_classes, left_out, score
from core.training.ligand_set import TEST, TRAIN, LigandSet
from core.weights import CONFIG, save_weights, write_manifest
from core.weights import WEIGHTS as WEIGHT_FILE

BENCHMARK: Final = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "ligand_vae.json"
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
        """The weights in a folder of `core.training.ligand_vae`, or those of its last checkpoint."""
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


def fitted(ligands: LigandSet, latents: Tensor, known: Mapping[str, Array], gap: tuple[Head, Any]) -> Fitted:
    """Every head, trained on the training fold and judged on the test fold.

    Args:
        ligands: the set; latents: (n, Z) of them, in the frame.
        known: (n,) labels by name, without the first gap. gap: that head and its line.
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
    tensors, shape = _with_line(regressions, *gap)
    tensors = {f"regressions.{k}": v for k, v in tensors.items()}
    tensors |= {f"classes.{k}": v for k, v in classes.state_dict().items()}
    return Fitted((*heads, gap[0]), scores, tensors, shape, right)


def gap_head(model: Model, frame: Frame) -> tuple[Head, dict[str, Any]]:
    """The head of the first gap, judged by leaving one out, and its line."""
    from core.design.scope import OutOfScope, scoped

    labels = first_gaps()
    ligands: list[ScopedLigand] = []
    tokens, values = [], []
    for (smiles, donor), value in labels.values.items():
        ligand = scoped(smiles, donor)
        try:
            tokens.append(model.vocabulary.rows([ligand])[0])
        except OutOfScope:
            continue
        ligands.append(ligand)
        values.append(value)
    latents, true = frame.shown(model.means(np.stack(tokens))), np.array(values)
    kinds = np.unique([str(ligand.donor_class) for ligand in ligands], return_inverse=True)[1]
    rest = [np.arange(len(true)) != k for k in range(len(true))]
    usual = np.array([class_means(true[r], kinds[r], kinds[~r])[0] for r in rest])
    off = left_out(latents.double().numpy(), true) - true
    head = judged(GAP, len(true), float(np.abs(off).mean()), float(np.abs(usual - true).mean()))
    none = torch.zeros(len(true), len(model.network.config.classes))
    line = fit(latents, none, kinds, [true])
    line.error[0] = float(np.sqrt(np.mean(np.square(off))))
    return head, line.state_dict()


def _with_line(heads: Regressions, _: Head, line: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, int]]:
    """State of the heads with one more, of which only its line counts, and their shape."""
    own = heads.state_dict()
    added = dict(line) | {"out": torch.zeros_like(own["out"][:, :, :1])}
    per_head = ("by_class", "line", "offset", "out", "scale", "error")
    state = own | {name: torch.cat([own[name], added[name]], dim=-1) for name in per_head}
    members, units, count = state["out"].shape
    return state, {"heads": count, "members": members, "units": units}


def main() -> None:
    """Writes the folder of the model, its card, and the manifest."""
    options = _options()
    torch.set_num_threads(1)
    ligands, model = LigandSet.load(options.set), Model.load(options.work, options.checkpoint)
    means = model.means(ligands.tokens)
    frame = Frame.of(means[ligands.rows(TRAIN)])
    known = {k: v for k, v in properties(ligands, options.proxies).items() if k not in (GAP, "charge")}
    made = fitted(ligands, frame.shown(means), known, gap_head(model, frame))
    tensors = {f"network.{k}": v.half() for k, v in model.network.state_dict().items()} | made.tensors
    tensors |= {f"frame.{name}": getattr(frame, name) for name in ("centre", "whiten", "colour")}
    record = dict(model.record) | {
        "regressions": made.shape,
        "heads": [asdict(head) for head in made.heads],
        "scores": {name: one.record() for name, one in made.scores.items()},
        "classes": made.classes,
        "gap_protocol": first_gaps().key,
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
    parser.add_argument("--work", type=Path, required=True, help="of core.training.ligand_vae")
    parser.add_argument("--name", required=True)
    parser.add_argument("--checkpoint", action="store_true", help="of a training that still runs")
    parser.add_argument("--proxies", type=Path, default=PROXIES)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--without-manifest", action="store_true", help="a preview, which is not shipped")
    return parser.parse_args()


if __name__ == "__main__":
    main()
