"""Refinement: the decoder is asked, only ligands are its answers, and taught it says them first."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.design.generator import Frame
from core.design.scope import OutOfScope
from core.design.tokens import Vocabulary
from core.design.vae import LigandVae, VaeConfig
from core.training.ligand_heads import Model
from core.training.ligand_lessons import Taught
from core.training.ligand_refinement import Refining, _step, answered, asked_latents
from core.training.ligand_vae import Recipe, Training

VOCABULARY = Vocabulary(("[C]", "[O-1]", "[O]", "[=O]", "[N]", "[Branch1]", "[P]", "[C][C]"), 9)
CONFIG = VaeConfig(VOCABULARY.size, VOCABULARY.longest, size=6, encoder=12, decoder=24, classes=("alkoxide",))


@pytest.fixture
def training() -> Training:
    tokens = torch.tensor([[2, 1, 1, 0, 0, 0, 0, 0, 0], [2, 1, 0, 0, 0, 0, 0, 0, 0]] * 8)
    data = Taught(tokens, np.array([3, 2] * 8), torch.zeros(16, 0), torch.zeros(16, dtype=torch.long))
    recipe = Recipe(steps=100, batch=8, rate=3e-3, withheld=0.0)
    made = Training(CONFIG, recipe, data, torch.device("cpu"))
    torch.nn.init.normal_(made.network.decoder.latent.weight)
    torch.nn.init.normal_(made.network.decoder.out.weight)
    return made


def model_of(network: LigandVae) -> Model:
    return Model(network.eval(), VOCABULARY, {})


def test_half_of_what_is_asked_is_the_prior_and_half_lies_about_ligands() -> None:
    random = torch.Generator().manual_seed(1)
    means = torch.randn(200, 6, generator=random) * 0.1 + 5.0
    frame = Frame.of(means)
    asked = frame.shown(asked_latents(frame, means, 400, random))
    assert asked.shape == (400, 6)
    assert asked[:200].std() == pytest.approx(1.0, abs=0.1)
    assert asked[200:].std() > 1.1  # ligands, and a step


def test_answers_are_ligands_and_the_first_answers_are_counted(training: Training) -> None:
    model = model_of(training.network)
    latents = 3 * torch.randn(80, 6, generator=torch.Generator().manual_seed(2))
    answers = answered(model, latents)
    for row in answers.tokens.tolist():
        VOCABULARY.ligand(row)  # raises where it is none
    first = [_in_scope(row) for row in model.network.written(latents).tokens.tolist()]
    assert answers.valid == pytest.approx(np.mean(first))
    assert 0.0 < answers.valid < 1.0
    assert len(answers.tokens) == len(answers.latents) > sum(first)


def _in_scope(row: list[int]) -> bool:
    try:
        VOCABULARY.ligand(row)
    except OutOfScope:
        return False
    return True


def test_what_is_taught_is_said_first_afterwards(training: Training) -> None:
    random = torch.Generator().manual_seed(3)
    latents = 3 * torch.randn(40, 6, generator=random)
    answers = answered(model_of(training.network), latents)
    training.network.train()
    for _ in range(100):
        _step(training, answers, Refining(rate=1e-2, pairs=32), 0.2, random)
    after = answered(model_of(training.network), latents)
    assert answers.valid < 0.3
    assert after.valid > 2 * answers.valid, after.valid
