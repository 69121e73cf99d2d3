"""Training of the ligand VAE.

    python -m training.ligands.vae --set FILE --work FOLDER [--minutes 75] [--seed 1] [--unguided]

Loss: −log p(tokens | z) summed over a ligand, β times the divergence from the normal prior (free bits a coordinate),
and the guide's errors in donor class, charge, size, SA score and whatever computed labels there are, each ligand
counting where it has one. The learning rate rises and falls over `--minutes` by the clock, all calls together; a
stopped training goes on from its last checkpoint (every two minutes) and draws the same numbers as if it had not.

Products run in bf16 where the processor has units for them, or on a GPU. glibc gives large blocks back to the system
and fetches them again at every step unless MALLOC_MMAP_THRESHOLD_ and MALLOC_TRIM_THRESHOLD_ are set above a gigabyte.

In --work: checkpoint.safetensors and state.json (to go on), log.jsonl, weights.safetensors and config.json.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.arrays import BoolArray, IntArray
from core.design.vae import LigandVae, VaeConfig
from core.weights import CONFIG, save_weights
from training.common.checkpoint import load_checkpoint, save_checkpoint
from training.common.learning_rate import schedule
from training.ligands.labels import PROXIES
from training.ligands.ligand_set import CHECK, TRAIN, LigandSet
from training.ligands.vae_dataset import IGNORED, Taught, Teacher, batches, told_and_wanted

CHECKPOINT_SECONDS: Final = 120.0
LOG_SECONDS: Final = 120.0
CHECKED: Final = 1000
"""Ligands of the check fold that are reconstructed for a line of the log."""

LEAST_RATE: Final = 0.005
"""Share of the highest learning rate that is left at the end."""

ACTIVE_VARIANCE: Final = 0.01
"""A coordinate is active if the variance of its mean over ligands is above this (Y. Burda et al., ICLR 2016,
arXiv:1509.00519)."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a network is trained.

    Attributes:
        minutes: by the clock, in all; steps: if positive, this many instead, whatever they take.
        batch: ligands a step. rate: highest learning rate. decay: weight decay. warm_up: share in which the rate rises.
        divergence: β at the end; it rises in the first `divergence_rise` of the training.
        free: divergence of a coordinate that costs nothing [nat].
        withheld: share of tokens that the decoder is not told. guidance: weight of the guide.
        seed: of everything.
    """

    minutes: float = 75.0
    steps: int = 0
    batch: int = 192
    rate: float = 1.5e-3
    decay: float = 1e-3
    warm_up: float = 0.02
    divergence: float = 0.04
    divergence_rise: float = 0.15
    free: float = 0.05
    withheld: float = 0.08
    guidance: float = 0.3
    seed: int = 1


class Training:
    """A network on its way; everything that a checkpoint has to hold."""

    def __init__(self, config: VaeConfig, recipe: TrainingSettings, data: Taught, device: torch.device) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.data, self.device = recipe, data, device
        self.kind = product_type(device)
        self.network = LigandVae(config).to(device)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=recipe.rate, weight_decay=recipe.decay, betas=(0.9, 0.99), fused=True
        )
        self.step, self.seconds = 0, 0.0
        self._batches = batches(data.lengths, recipe.batch, recipe.seed)

    @property
    def progress(self) -> float:
        """Share of the training that is done."""
        return self.step / self.recipe.steps if self.recipe.steps else self.seconds / (60 * self.recipe.minutes)

    def advance(self) -> dict[str, float]:
        """One step: its losses."""
        began = time.perf_counter()
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate * schedule(self.progress, self.recipe.warm_up, LEAST_RATE)
        losses = self._losses(next(self._batches))
        self.optimizer.zero_grad()
        (losses["tokens"] + self._divergence_weight() * losses["divergence"] + losses["guide"]).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimizer.step()
        self.step += 1
        self.seconds += time.perf_counter() - began
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def _divergence_weight(self) -> float:
        return self.recipe.divergence * min(1.0, self.progress / self.recipe.divergence_rise)

    def _losses(self, rows: IntArray) -> dict[str, Tensor]:
        random = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step)
        longest = int(self.data.lengths[rows].max())
        tokens = self.data.tokens[rows, :longest].long().to(self.device)
        mean, spread = self.network.encoder(tokens, self.kind)
        noise = torch.randn(mean.shape, generator=random).to(self.device)
        latents = mean + noise * torch.exp(0.5 * spread)
        told, wanted = told_and_wanted(tokens, self.recipe.withheld, random)
        logits = self.network.decoder(latents, told, self.kind)  # (T + 1, B, V)
        each = 0.5 * (mean.square() + spread.exp() - 1.0 - spread).mean(dim=0)  # (Z,)
        return {
            "tokens": functional.cross_entropy(
                logits.flatten(0, 1), wanted.t().flatten(), ignore_index=IGNORED, reduction="sum"
            )
            / len(rows),
            "divergence": each.clamp(min=self.recipe.free).sum(),
            "guide": self.recipe.guidance * self._guide_loss(latents, rows),
        }

    def _guide_loss(self, latents: Tensor, rows: IntArray) -> Tensor:
        if self.recipe.guidance == 0.0:
            return latents.new_zeros(())
        seen, logits = self.network.guide(latents)
        true, classes = self.data.targets[rows].to(self.device), self.data.classes[rows].to(self.device)
        known = true.isfinite()
        off = functional.smooth_l1_loss(seen, true.nan_to_num(), reduction="none", beta=0.5) * known
        each = off.sum(dim=0) / known.sum(dim=0).clamp(min=8)  # few labels in a batch count for less
        return each.sum() + functional.cross_entropy(logits, classes)

    def save(self, folder: Path, history: list[dict[str, Any]]) -> None:
        """Write a checkpoint."""
        state = {"step": self.step, "seconds": self.seconds, "recipe": asdict(self.recipe), "history": history}
        save_checkpoint(folder, {"network": self.network}, self.optimizer, state)

    def resume(self, folder: Path) -> list[dict[str, Any]]:
        """Go on from a checkpoint, if there is one: the lines of its log."""
        state = load_checkpoint(folder, {"network": self.network}, self.optimizer)
        if state is None:
            return []
        self.step, self.seconds = state["step"], state["seconds"]
        self._batches = batches(self.data.lengths, self.recipe.batch, self.recipe.seed, self.step)
        history: list[dict[str, Any]] = state["history"]
        return history


def product_type(device: torch.device) -> torch.dtype:
    """Numbers that products run in: bf16 where that is faster."""
    fast = device.type == "cuda" or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if fast else torch.float32


def token_exact(network: LigandVae, tokens: Tensor, batch: int = 250) -> BoolArray:
    """(n,) whether the likeliest tokens of a ligand's mean are its own."""
    same = []
    for part in torch.split(tokens, batch):
        written = network.written(network.means(part)).tokens
        padded = functional.pad(written, (0, part.shape[1] - written.shape[1]))
        same.append((padded.cpu() == part.cpu()).all(dim=1).numpy())
    return np.concatenate(same)


def checked(network: LigandVae, ligands: LigandSet, rows: IntArray, device: torch.device) -> dict[str, float]:
    """Figures of the check fold for a line of the log."""
    network.eval()
    tokens = torch.from_numpy(ligands.tokens[rows]).to(device)
    same, small = token_exact(network, tokens), ligands.heavy_atoms[rows] <= 18
    active = (network.means(tokens).var(dim=0) > ACTIVE_VARIANCE).sum()
    network.train()
    return {"exact": float(same.mean()), "exact_18": float(same[small].mean()), "active": float(active)}


def train(training: Training, teacher: Teacher, out: Path) -> dict[str, Any]:
    """To the end; the last line of the log."""
    history, ligands = training.resume(out), teacher.ligands
    watched = np.random.default_rng(0).permutation(ligands.rows(CHECK))[:CHECKED]
    sums: dict[str, float] = {}
    steps, logged, saved = 0, training.seconds, training.seconds
    while training.progress < 1.0:
        for name, loss in training.advance().items():
            sums[name] = sums.get(name, 0.0) + loss
        steps += 1
        last = training.progress >= 1.0
        if training.seconds - logged > LOG_SECONDS or last:
            line: dict[str, Any] = {"step": training.step, "seconds": round(training.seconds, 1)}
            line |= {"epochs": round(training.step * training.recipe.batch / len(training.data), 3)}
            line |= {name: round(total / steps, 5) for name, total in sums.items()}
            line |= {"labels": training.data.labels}
            history.append(line | checked(training.network, ligands, watched, training.device))
            _logged(history, out)
            sums, steps, logged = {}, 0, training.seconds
            teacher.refresh(training)
        if training.seconds - saved > CHECKPOINT_SECONDS or last:
            training.save(out, history)
            saved = training.seconds
    return history[-1]


def _logged(history: list[dict[str, Any]], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in history), encoding="utf-8")


def main() -> None:
    """Trains, or goes on training, and writes the weights."""
    options = _options()
    torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    ligands = LigandSet.load(options.set)
    rows = ligands.rows(TRAIN)
    rows = np.sort(np.random.default_rng(0).permutation(rows)[: options.count or None])
    teacher = Teacher(ligands, rows, options.proxies)
    config = VaeConfig(
        ligands.vocabulary.size,
        ligands.vocabulary.longest,
        options.size,
        options.encoder,
        options.decoder,
        teacher.names,
        ligands.classes,
    )
    recipe = TrainingSettings(
        minutes=options.minutes, steps=options.steps, batch=options.batch, rate=options.rate,
        divergence=options.divergence, withheld=options.withheld, seed=options.seed,
    )  # fmt: skip
    recipe = replace(recipe, guidance=0.0) if options.unguided else recipe
    training = Training(config, recipe, teacher.data(), device)
    record = described(training, ligands)
    options.work.mkdir(parents=True, exist_ok=True)
    (options.work / CONFIG).write_text(json.dumps(record), encoding="utf-8")  # for those who read a checkpoint
    last = train(training, teacher, options.work)
    save_weights(options.work, training.network.state_dict(), record | {"last": last})
    print(json.dumps(last))


def described(training: Training, ligands: LigandSet) -> dict[str, Any]:
    """What the weights are made of."""
    return {
        "network": asdict(training.network.config),
        "tokens": ligands.vocabulary.tokens,
        "recipe": asdict(training.recipe),
        "set": ligands.fingerprint,
        "ligands": len(training.data),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    recipe = TrainingSettings()
    parser.add_argument("--set", type=Path, required=True, help="written by training.ligands.ligand_set")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=recipe.minutes)
    parser.add_argument("--steps", type=int, default=0, help="train so many steps instead")
    parser.add_argument("--count", type=int, default=0, help="of the training ligands: the study of sizes")
    parser.add_argument("--seed", type=int, default=recipe.seed)
    parser.add_argument("--proxies", type=Path, default=PROXIES, help="may grow while the training runs")
    parser.add_argument("--size", type=int, default=80, help="of the latent")
    parser.add_argument("--encoder", type=int, default=512)
    parser.add_argument("--decoder", type=int, default=768)
    parser.add_argument("--batch", type=int, default=recipe.batch)
    parser.add_argument("--rate", type=float, default=recipe.rate)
    parser.add_argument("--divergence", type=float, default=recipe.divergence)
    parser.add_argument("--withheld", type=float, default=recipe.withheld)
    parser.add_argument("--unguided", action="store_true", help="no guide: an ablation")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
