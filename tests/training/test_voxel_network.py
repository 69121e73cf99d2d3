"""Training of the voxel network: what is learned from what, and that a stopped training goes on."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.fields.donor_charges import ion_factor
from core.learned.network import UNIT_DISTANCE, NetworkConfig
from core.learned.voxel_model import VoxelModel
from core.learned.voxels import Grid
from core.magnetism.stevens import RANKS
from tests.fields.environments import aquo_hydroxide, strengths
from training.common.learning_rate import schedule
from training.levels.structures import Source, StructureSet, structure_set
from training.predictor.voxel_network import LEAST_RATE, WARM_UP, Training, TrainingSettings, main, random_rotations
from training.predictor.voxel_samples import RANK_SLICES, judged_rows, samples, training_rows

CONFIG = NetworkConfig(grid=Grid(points=12), width=16, blocks=1)
RECIPE = TrainingSettings(minutes=100.0, batch=16, seed=5)


@pytest.fixture(scope="module")
def structures() -> StructureSet:
    """Ten distortions of one complex with every ion, dealt out over the folds by distortion."""
    sources = [Source(aquo_hydroxide(seed=n), f"s{n}", f"f{n}", f"k{n}", "ref") for n in range(10)]
    made = structure_set(sources, 0, seed=1)
    number = np.array([int(name[1:]) for name in made.name])
    return replace(made, fold=(number % 5).astype(np.int8))


def training(structures: StructureSet, recipe: TrainingSettings = RECIPE) -> Training:
    return Training(CONFIG, recipe, samples(structures, training_rows(structures), CONFIG))


def test_folds_0_and_1_are_not_trained_on(structures: StructureSet) -> None:
    assert set(structures.fold[training_rows(structures)].tolist()) == {2, 3, 4}
    assert set(structures.fold[judged_rows(structures, 1)].tolist()) == {1}
    assert not structures.moved[judged_rows(structures, 1)].any()


def test_the_moments_learned_are_those_behind_the_labels(structures: StructureSet) -> None:
    rows = training_rows(structures)[::7]
    found = samples(structures, rows, CONFIG).moments.numpy()
    arounds = [structures.environment(int(row)) for row in rows]
    true = np.array([strengths(around) / ion_factor(around.metal) for around in arounds])  # as Dy sees them
    for k, (a, b), strength in zip(RANKS, RANK_SLICES, true.T, strict=True):
        np.testing.assert_allclose(
            np.linalg.norm(found[:, a:b], axis=1), strength * UNIT_DISTANCE ** (k + 1), rtol=1e-4
        )


def test_errors_fall_in_training(structures: StructureSet) -> None:
    run = training(structures, replace(RECIPE, rate=4e-3, minutes=1e-6))
    run.seconds = 0.03 * 60e-6  # past the warm-up: the highest rate
    errors = []
    for _ in range(40):
        seconds = run.seconds
        errors.append(run.advance()["rank_2"])
        run.seconds = seconds
    assert np.mean(errors[-5:]) < 0.6 * np.mean(errors[:3])


def test_a_stopped_training_goes_on_as_if_nothing_had_been(structures: StructureSet, tmp_path: Path) -> None:
    whole, first, second = (training(structures) for _ in range(3))
    for _ in range(4):
        whole.advance()
    for _ in range(2):
        first.advance()
    first.save(tmp_path)
    assert second.resume(tmp_path)
    assert second.step == 2 and second.seconds == first.seconds
    for _ in range(2):
        second.advance()
    for name in ("network", "average"):
        for key, value in getattr(whole, name).state_dict().items():
            torch.testing.assert_close(getattr(second, name).state_dict()[key], value, rtol=1e-2, atol=2e-4)
    assert not (tmp_path / "new.safetensors").exists()


def test_without_a_checkpoint_training_begins_anew(structures: StructureSet, tmp_path: Path) -> None:
    assert not training(structures).resume(tmp_path)


def test_the_seed_fixes_the_first_step(structures: StructureSet) -> None:
    losses = [training(structures, replace(RECIPE, seed=seed)).advance() for seed in (1, 1, 2)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    assert losses[0]["rank_2"] != pytest.approx(losses[2]["rank_2"], rel=1e-3)


def test_rotations_are_orthogonal_and_half_of_them_mirror() -> None:
    rotations = random_rotations(4000, torch.Generator().manual_seed(1))
    torch.testing.assert_close(
        rotations @ rotations.transpose(1, 2), torch.eye(3).expand(4000, 3, 3), atol=1e-5, rtol=0
    )
    assert (torch.linalg.det(rotations) > 0).float().mean().item() == pytest.approx(0.5, abs=0.04)
    assert rotations.mean(dim=0).abs().max() < 0.05


def test_the_rate_rises_and_falls() -> None:
    rates = [schedule(share, WARM_UP, LEAST_RATE) for share in np.linspace(0, 1, 101)]
    top = int(np.argmax(rates))
    assert 2 <= top <= 4
    assert rates[top] == pytest.approx(1.0, abs=0.01)
    assert np.all(np.diff(rates[top:]) < 0) and rates[-1] == pytest.approx(0.01)


def test_the_command_writes_weights_that_predict_and_a_log(
    structures: StructureSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    structures.save(tmp_path / "set.npz")
    shape = ["--points", "12", "--width", "16", "--blocks", "1", "--minutes", "0.01"]
    monkeypatch.setattr("sys.argv", ["x", "--set", str(tmp_path / "set.npz"), "--out", str(tmp_path / "model"), *shape])
    main()
    assert json.loads(capsys.readouterr().out)["auc_all"] > 0.3
    with (tmp_path / "model" / "log.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert lines and float(lines[-1]["seconds"]) >= 0.6
    model = VoxelModel.load(tmp_path / "model")
    assert model.record["set"] == structures.fingerprint
    moments = model.predict_field([aquo_hydroxide("Dy"), aquo_hydroxide("La")]).moments
    assert moments.shape == (2, 27) and np.isfinite(moments).all()
