"""Training of the voxel network.

    python -m training.predictor.voxel_network --set FILE --out FOLDER [--mode chemical|rgb] [--minutes 60] [--seed 1]

Folds 2, 3 and 4 train, fold 1 watches (unmoved `ref` structures, averaged weights) and sets the scale of the errors,
fold 0 stays shut. What is learned are the 27 moments of the crystal field behind the labels. Every sample is turned at
random, mirrored half of the time (even ranks do not tell an image from its mirror image), and drawn anew: the moments
turn with it. The levels need no learning: they follow from moments and ion.

Trains for `--minutes` by the clock, all calls together; a stopped one goes on where it wrote its last checkpoint
(every two minutes) and draws the same numbers as if it had not stopped. In --out: checkpoint.safetensors
and state.json (to go on), log.csv (one line an epoch), weights.safetensors and config.json (averaged weights).
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.learned.network import Field, NetworkConfig, VoxelNetwork, moment_rotations
from core.learned.voxels import Grid, voxels
from core.magnetism.stevens import RANKS
from core.weights import save_weights
from training.common.checkpoint import load_checkpoint, save_checkpoint
from training.common.learning_rate import schedule
from training.levels.structures import StructureSet
from training.predictor.voxel_figures import Watched, figures
from training.predictor.voxel_samples import CHECK_FOLD, RANK_SLICES, Samples, judged_rows, samples, training_rows

CHECKPOINT_SECONDS: Final = 120.0
RANK_WEIGHTS: Final = {2: 1.0, 4: 0.6, 6: 0.3}
"""What errors of a rank cost: the share of the ranks in the splitting falls, and so does what a grid can resolve."""

WARM_UP: Final = 0.03
"""Share of the time in which the learning rate rises; it then falls as a cosine."""

LEAST_RATE: Final = 0.01
"""Share of the highest learning rate that is left at the end."""

_REMEMBERED: Final = ("step", "seconds", "processor", "history")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a network is trained.

    Attributes:
        minutes: by the clock, in all.
        batch: structures drawn a step.
        rate: highest learning rate. decay: weight decay. memory: of the average over weights, per step.
        seed: of everything.
    """

    minutes: float = 60.0
    batch: int = 32
    rate: float = 2e-3
    decay: float = 1e-2
    memory: float = 0.998
    seed: int = 1


class Training:
    """A network on its way; everything that a checkpoint has to hold."""

    def __init__(self, config: NetworkConfig, recipe: TrainingSettings, data: Samples) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.data = recipe, data
        self.scale = rank_scale(data.moments)
        self.network = VoxelNetwork(config).to(data.moments.device)
        self.average = VoxelNetwork(config).to(data.moments.device)
        self.average.load_state_dict(self.network.state_dict())
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
        self.step, self.seconds, self.processor = 0, 0.0, 0.0
        self.history: list[dict[str, Any]] = []

    @property
    def progress(self) -> float:
        """Share of the time that is used."""
        return self.seconds / (60 * self.recipe.minutes)

    @property
    def epochs(self) -> float:
        """How often every structure was drawn, on average."""
        return self.step * self.recipe.batch / len(self.data)

    def advance(self) -> dict[str, float]:
        """One step: its losses."""
        began, worked = time.perf_counter(), time.process_time()
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate * schedule(self.progress, WARM_UP, LEAST_RATE)
        losses = self._losses(torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step))
        self.optimizer.zero_grad()
        sum(losses.values(), torch.zeros(())).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self._remember()
        self.step += 1
        self.seconds += time.perf_counter() - began
        self.processor += time.process_time() - worked
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def _losses(self, random: torch.Generator) -> dict[str, Tensor]:
        device = self.data.moments.device
        rows = torch.randint(len(self.data), (self.recipe.batch,), generator=random).to(device)
        rotations = random_rotations(self.recipe.batch, random).to(device)
        densities = voxels(self.data.atoms(rows).turned(rotations), self.network.config.grid)
        true = torch.einsum("bij,bj->bi", moment_rotations(rotations), self.data.moments[rows])
        seen: Field = self.network(densities)
        return field_losses(seen, true, self.scale)

    def _remember(self) -> None:
        share = min(self.recipe.memory, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for kept, new in zip(self.average.parameters(), self.network.parameters(), strict=True):
                kept.lerp_(new, 1.0 - share)

    def save(self, folder: Path) -> None:
        """Write a checkpoint."""
        state = {name: getattr(self, name) for name in _REMEMBERED}
        save_checkpoint(folder, self._networks, self.optimizer, {**state, "recipe": asdict(self.recipe)})

    def resume(self, folder: Path) -> bool:
        """Go on from a checkpoint, if there is one."""
        state = load_checkpoint(folder, self._networks, self.optimizer)
        if state is None:
            return False
        for name in _REMEMBERED:
            setattr(self, name, state[name])
        return True

    @property
    def _networks(self) -> dict[str, VoxelNetwork]:
        return {"network": self.network, "average": self.average}


def random_rotations(count: int, random: torch.Generator) -> Tensor:
    """(count, 3, 3) uniform over rotations and their mirror images: Q of random normal matrices, signs made fair."""
    q, r = torch.linalg.qr(torch.randn(count, 3, 3, generator=random))
    rotations: Tensor = q * torch.sign(torch.diagonal(r, dim1=1, dim2=2))[:, None, :]
    return rotations


def field_losses(seen: Field, true: Tensor, scale: Tensor) -> dict[str, Tensor]:
    """Error of (B, 27) moments, rank by rank and relative to the strength of that rank, weak ones counting less; and
    how well their errors were foretold.

    Args:
        seen: by the network.
        true: (B, 27).
        scale: (3,) usual size of a moment of each rank.
    """
    losses: dict[str, Tensor] = {}
    errors = []
    for (a, b), k, usual in zip(RANK_SLICES, RANKS, scale, strict=True):
        size = (0.5 * (true[:, a:b].square().mean(dim=1, keepdim=True) + usual**2)).sqrt()
        difference = (seen.moments[:, a:b] - true[:, a:b]) / size
        losses[f"rank_{k}"] = RANK_WEIGHTS[k] * functional.smooth_l1_loss(
            difference, torch.zeros_like(difference), beta=0.2
        )
        errors.append((seen.moments[:, a:b] - true[:, a:b]).detach().square().mean(dim=1))
    square = torch.stack(errors, dim=1)  # (B, 3)
    losses["error"] = 0.1 * (0.5 * square * torch.exp(-2 * seen.log_error) + seen.log_error).mean()
    return losses


def rank_scale(moments: Tensor) -> Tensor:
    """(3,) usual size of a moment of each rank, from medians: a few short bonds must not rule."""
    return torch.stack([moments[:, a:b].norm(dim=1).median() / math.sqrt(b - a) for a, b in RANK_SLICES])


def train(training: Training, watched: Watched, out: Path) -> None:
    """To the end of the time; a line in the log for every epoch."""
    sums: dict[str, float] = {}
    steps, saved = 0, training.seconds
    while training.progress < 1.0:
        epoch = int(training.epochs)
        for name, loss in training.advance().items():
            sums[name] = sums.get(name, 0.0) + loss
        steps += 1
        if int(training.epochs) > epoch or training.progress >= 1.0:
            line: dict[str, Any] = {
                name: getattr(training, name) for name in ("epochs", "step", "seconds", "processor")
            }
            losses = {name: total / steps for name, total in sums.items()}
            training.history.append(line | losses | figures(training.average, watched, turns=4, draws=16))
            sums, steps = {}, 0
            write_log(training.history, out / "log.csv")
        if training.seconds - saved > CHECKPOINT_SECONDS or training.progress >= 1.0:
            training.save(out)
            saved = training.seconds


def write_log(history: list[dict[str, Any]], path: Path) -> None:
    """One line an epoch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(history[-1]))
        writer.writeheader()
        writer.writerows({name: f"{value:.5g}" for name, value in line.items()} for line in history)


def main() -> None:
    """Trains, or goes on training, and writes the weights."""
    options = _options()
    torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    structures = StructureSet.load(options.set)
    config = NetworkConfig(
        grid=Grid(mode=options.mode, points=options.points, hydrogens=not options.without_hydrogens),
        framed=not options.unframed,
        width=options.width,
        blocks=options.blocks,
    )
    recipe = TrainingSettings(minutes=options.minutes, seed=options.seed)
    rows = training_rows(structures)
    rows = np.random.default_rng(recipe.seed).permutation(rows)[: max(1, round(options.share * len(rows)))]
    training = Training(config, recipe, samples(structures, rows, config).to(device))
    training.resume(options.out)
    rows = judged_rows(structures, CHECK_FOLD)
    check = samples(structures, rows, config).to(device)
    watched = Watched(check, structures.ion[rows], structures.gap[rows], structures.smm[rows])
    train(training, watched, options.out)
    last = figures(training.average, watched)
    record = {
        "network": asdict(config), "recipe": asdict(recipe), "set": structures.fingerprint,
        "structures": len(training.data),
        "steps": training.step, "seconds": training.seconds, "processor_seconds": training.processor, "fold_1": last,
    }  # fmt: skip
    save_weights(options.out, training.average.state_dict(), record)
    print(json.dumps(last))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="written by training.levels.structures")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mode", choices=("chemical", "rgb"), default="chemical")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--share", type=float, default=1.0, help="of the training structures: an ablation")
    parser.add_argument("--unframed", action="store_true", help="no frame of the first sphere: an ablation")
    parser.add_argument("--without-hydrogens", action="store_true", help="an ablation")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
