"""Teaches a trained decoder to write ligands where no ligand was: the last part of the training of the ligand VAE.

    python -m core.training.ligand_refinement --set FILE --work FOLDER --out FOLDER [--minutes 15] [--checkpoint]

Between known ligands a decoder writes molecules that are no ligands: most of them hold a second donor that would
chelate, a rule that spans the whole string. So the network is asked itself: for draws of the prior and for points about
training ligands, the likeliest of its 8 best strings that `core.design.scope` takes is the answer it should have given
first, and is taught beside the usual loss (rejection sampling, as language models are taught; the judge is a rule here,
not a model). Nothing but the training fold and the rule enters. `--out` gets weights.safetensors and config.json, as
`core.training.ligand_vae` writes them, and log.jsonl; a stopped refinement begins anew.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import deque
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.design.generator import BEAMS, Frame
from core.design.scope import OutOfScope
from core.training.ligand_heads import Model
from core.training.ligand_labels import PROXIES
from core.training.ligand_lessons import IGNORED, Teacher, told_and_wanted
from core.training.ligand_set import CHECK, TRAIN, LigandSet
from core.training.ligand_vae import (
    CHECKED,
    Recipe,
    Training,
    checked,
    schedule,
)
from core.weights import save_weights

SPREADS: Final = (0.5, 1.0)
"""Steps from training ligands at which the decoder is asked as well [σ]."""

KEPT_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class Refining:
    """How a decoder is refined.

    Attributes:
        minutes: by the clock. rate: highest learning rate. asked: latents a round. steps: between rounds.
        pairs: taught a step, beside a batch of ligands. weight: of their loss. seed: of everything.
    """

    minutes: float = 15.0
    rate: float = 5e-4
    asked: int = 8000
    steps: int = 200
    pairs: int = 160
    weight: float = 0.8
    seed: int = 7


@dataclass(frozen=True, eq=False)
class Answers:
    """Latents and what should be written for them.

    Attributes:
        latents: (n, Z) of the encoder. tokens: (n, T). valid: share of the asked whose first answer was a ligand.
    """

    latents: Tensor
    tokens: Tensor
    valid: float


def asked_latents(frame: Frame, means: Tensor, count: int, random: torch.Generator) -> Tensor:
    """(count, Z) half of them draws of the prior, half about training ligands of means (n, Z)."""
    prior = frame.meant(torch.randn(count // 2, means.shape[1], generator=random))
    rows = torch.randint(len(means), (count - len(prior),), generator=random)
    spread = torch.tensor(SPREADS)[torch.randint(len(SPREADS), (len(rows), 1), generator=random)]
    noise = torch.randn(len(rows), means.shape[1], generator=random)
    return torch.cat([prior, frame.meant(frame.shown(means[rows]) + spread * noise)])


def answered(model: Model, latents: Tensor, batch: int = 250) -> Answers:
    """The likeliest ligand that the network writes for each of latents (n, Z); those without one are left out."""
    kept, rows, first = [], [], 0
    for part in latents.split(batch):  # type: ignore[no-untyped-call]
        written = model.network.written(part).tokens
        lost = []
        for k, row in enumerate(written.tolist()):
            if _is_ligand(model, row):
                kept.append(part[k])
                rows.append(row)
            else:
                lost.append(k)
        first += len(part) - len(lost)
        if lost:
            for k, beams in zip(lost, model.network.likeliest(part[lost], BEAMS[0])[0].tolist(), strict=True):
                row = next((beam for beam in beams if _is_ligand(model, beam)), None)
                if row is not None:
                    kept.append(part[k])
                    rows.append(row)
    tokens = torch.zeros(len(rows), model.vocabulary.longest, dtype=torch.long)
    for k, row in enumerate(rows):
        tokens[k, : len(row)] = torch.tensor(row)
    return Answers(torch.stack(kept), tokens, first / len(latents))


def _is_ligand(model: Model, row: list[int]) -> bool:
    try:
        model.vocabulary.ligand(row)
    except OutOfScope:
        return False
    return True


def taught_loss(training: Training, answers: Answers, rows: Tensor, random: torch.Generator) -> Tensor:
    """−log p of the answers of some rows, summed over a ligand."""
    tokens = answers.tokens[rows]
    tokens = tokens[:, : max(1, int((tokens > 0).sum(dim=1).max()))]
    told, wanted = told_and_wanted(tokens, training.recipe.withheld, random)
    logits = training.network.decoder(answers.latents[rows], told, training.kind)
    total = functional.cross_entropy(logits.flatten(0, 1), wanted.t().flatten(), ignore_index=IGNORED, reduction="sum")
    return total / len(rows)


def refine(training: Training, model: Model, ligands: LigandSet, plan: Refining, out: Path) -> dict[str, Any]:
    """Rounds of asking and teaching, to the end of the time; the last line of the log."""
    random = torch.Generator().manual_seed(plan.seed)
    rows = np.random.default_rng(plan.seed).permutation(ligands.rows(TRAIN))[:6000]
    watched = np.random.default_rng(0).permutation(ligands.rows(CHECK))[:CHECKED]
    memory: deque[Answers] = deque(maxlen=KEPT_ROUNDS)
    history: list[dict[str, Any]] = []
    began = time.perf_counter()
    while (used := (time.perf_counter() - began) / (60 * plan.minutes)) < 1.0:
        means = model.means(ligands.tokens[rows])
        memory.append(answered(model, asked_latents(Frame.of(means), means, plan.asked, random)))
        line = {"seconds": round(used * 60 * plan.minutes, 1), "step": training.step, "valid": memory[-1].valid}
        history.append(line | checked(training.network, ligands, watched, training.device))
        out.mkdir(parents=True, exist_ok=True)
        (out / "log.jsonl").write_text("".join(json.dumps(one) + "\n" for one in history), encoding="utf-8")
        training.network.train()
        for _ in range(plan.steps):
            used = (time.perf_counter() - began) / (60 * plan.minutes)
            _step(training, memory[int(torch.randint(len(memory), (), generator=random))], plan, used, random)
        training.network.eval()
    return history[-1]


def _step(training: Training, answers: Answers, plan: Refining, used: float, random: torch.Generator) -> None:
    """One step on a batch of ligands and some answers."""
    picked = torch.randint(len(answers.tokens), (plan.pairs,), generator=random)
    extra = taught_loss(training, answers, picked, random)
    training.advance(extra=plan.weight * extra, rate=plan.rate * schedule(min(1.0, used), 0.05))


def main() -> None:
    """Refines and writes the weights."""
    options = _options()
    torch.set_num_threads(1)
    ligands, model = LigandSet.load(options.set), Model.load(options.work, options.checkpoint)
    recipe = replace(Recipe(**model.record["recipe"]), divergence_rise=1e-9)
    teacher = Teacher(ligands, ligands.rows(TRAIN), options.proxies)
    training = Training(model.network.config, recipe, teacher.data(), torch.device("cpu"))
    training.network.load_state_dict(model.network.state_dict())
    training.step = 1_000_000  # other batches and other noise than the training had
    model = replace(model, network=training.network)
    plan = Refining(minutes=options.minutes, asked=options.asked, steps=options.steps)
    last = refine(training, model, ligands, plan, options.out)
    record = dict(model.record) | {"refining": asdict(plan), "refined": last}
    save_weights(options.out, training.network.state_dict(), record)
    print(json.dumps(last))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="of core.training.ligand_vae")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--asked", type=int, default=Refining().asked, help="latents a round")
    parser.add_argument("--steps", type=int, default=Refining().steps, help="between rounds")
    parser.add_argument("--checkpoint", action="store_true", help="begin with that of a training that still runs")
    parser.add_argument("--proxies", type=Path, default=PROXIES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
