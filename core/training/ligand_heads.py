"""What ships of a trained ligand VAE: network, frame and heads, with a card that says what each is worth.

    python -m core.training.ligand_heads --set FILE --work FOLDER --name ligand-vae-DATE [--checkpoint] [--out FOLDER]

Heads are fitted on the frozen latents of the training ligands to whatever labels there are now, so labels that came
after the training still enter; they are judged on the test fold, whose scaffolds neither the network nor a head has
seen, and what ships is what was judged.

The first gap has so few labels that a line on the latents says less than the mean of the donor class; so it is a line
through what the heads of the computed proxies say (training by proxy, after Khatibi et al., arXiv:2602.23230; the form
is ours), judged by leaving one out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from core.design.generator import WEIGHTS, Frame
from core.design.heads import FEWEST_LABELS, Classes, Head, Regressions, judged
from core.design.scope import OutOfScope, scoped
from core.design.tokens import Vocabulary
from core.design.vae import LigandVae, VaeConfig
from core.training.checkpoint import state_in, weights_in
from core.training.ligand_card import card
from core.training.ligand_labels import GAP, PROXIES, gaps_to_learn_from, proxies
from core.training.ligand_lessons import properties
from core.training.ligand_regression import (
    Array,
    Score,
    class_means,
    fit,
    fit_classes,
    left_out,
    ridge,
    score,
    strength_of,
)
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


@dataclass(frozen=True, eq=False)
class Gaps:
    """First gaps of the quantum engine's table.

    Attributes:
        latents: (n, Z) of the ligands, in the frame. values: (n,) [cm⁻¹]. classes: (n,) a number for each donor class.
    """

    latents: Tensor
    values: Array
    classes: NDArray[np.int64]

    @classmethod
    def read(cls, model: Model, frame: Frame) -> Gaps:
        """Those of the ligands that the model can read."""
        tokens, values, kinds = [], [], []
        for (smiles, donor), value in gaps_to_learn_from().values.items():
            ligand = scoped(smiles, donor)
            try:
                tokens.append(model.vocabulary.rows([ligand])[0])
            except OutOfScope:
                continue
            values.append(value)
            kinds.append(str(ligand.donor_class))
        classes = np.unique(kinds, return_inverse=True)[1]
        return cls(frame.shown(model.means(np.stack(tokens))), np.array(values), classes)

    def error_of_class_means(self) -> float:
        """Mean absolute error of the mean of the donor class, leaving one out [cm⁻¹]."""
        rest = [np.arange(len(self.values)) != k for k in range(len(self.values))]
        said = [class_means(self.values[r], self.classes[r], self.classes[~r])[0] for r in rest]
        return float(np.abs(np.array(said) - self.values).mean())

    def error_of_latents(self) -> float:
        """The same of a line on the latents."""
        return float(np.abs(left_out(self.latents.double().numpy(), self.values) - self.values).mean())


def fitted(
    ligands: LigandSet, latents: Tensor, known: Mapping[str, Array], gaps: Gaps, through: Collection[str]
) -> Fitted:
    """Every head, trained on the training fold and judged on the test fold; the first gap by a line through others.

    Args:
        ligands: the set; latents: (n, Z) of them, in the frame.
        known: (n,) labels by name, without the first gap. through: names of those that the first gap is read from.
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
    chosen = [k for k, name in enumerate(names) if name in through]
    head, tensors = line_through(regressions, chosen, classes, gaps)
    count = len(heads) + 1
    tensors = {f"regressions.{k}": v for k, v in tensors.items()}
    tensors |= {f"classes.{k}": v for k, v in classes.state_dict().items()}
    shape = {"heads": count, "members": regressions.out.shape[0], "units": regressions.out.shape[1]}
    return Fitted((*heads, head), scores, tensors, shape, right)


def line_through(
    heads: Regressions, chosen: Sequence[int], classes: Classes, gaps: Gaps
) -> tuple[Head, dict[str, Tensor]]:
    """The head of the first gap, a line through what the `chosen` heads say, and the state of all heads with it.

    What heads say is linear in their output layers, so a line through them is a head like any other.
    """
    with torch.inference_mode():
        said = heads(gaps.latents, classes(gaps.latents)[0])[0][:, chosen].double().numpy()
    centre, spread = said.mean(axis=0), said.std(axis=0)
    standard = (said - centre) / spread
    off = left_out(standard, gaps.values) - gaps.values
    slope, offset = ridge(standard, gaps.values, strength_of(standard, gaps.values))
    weights = torch.from_numpy(slope / spread).float()
    own = heads.state_dict()
    parts = own | {"out": own["out"] * own["scale"]}
    added = {name: parts[name][..., chosen] @ weights for name in ("by_class", "line", "offset", "out")}
    added["offset"] += offset - float(centre @ (slope / spread))
    added |= {"scale": torch.tensor(1.0), "error": torch.tensor(float(np.sqrt(np.mean(np.square(off)))))}
    state = own | {name: torch.cat([own[name], one[..., None].to(own[name])], dim=-1) for name, one in added.items()}
    return judged(GAP, len(gaps.values), float(np.abs(off).mean()), gaps.error_of_class_means()), state


def main() -> None:
    """Writes the folder of the model, its card, and the manifest."""
    options = _options()
    torch.set_num_threads(1)
    ligands, model = LigandSet.load(options.set), Model.load(options.work, options.checkpoint)
    means = model.means(ligands.tokens)
    frame = Frame.of(means[ligands.rows(TRAIN)])
    known = {k: v for k, v in properties(ligands, options.proxies).items() if k not in (GAP, "charge")}
    gaps = Gaps.read(model, frame)
    made = fitted(ligands, frame.shown(means), known, gaps, proxies(options.proxies))
    tensors = {f"network.{k}": v.half() for k, v in model.network.state_dict().items()} | made.tensors
    tensors |= {f"frame.{name}": getattr(frame, name) for name in ("centre", "whiten", "colour")}
    record = dict(model.record) | {
        "regressions": made.shape,
        "heads": [asdict(head) for head in made.heads],
        "scores": {name: one.record() for name, one in made.scores.items()},
        "classes": made.classes,
        "gap_protocol": gaps_to_learn_from().key,
        "gap_error_of_latents": gaps.error_of_latents(),
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
