"""Training of the ligand VAE: it learns, goes on as if it had not stopped, and counts labels where there are some."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.design.scope import scoped
from core.design.tokens import selfies_of
from core.design.vae import VaeConfig
from core.errors import InputError
from training.common.learning_rate import schedule
from training.ligands import ligand_set
from training.ligands.labels import first_gaps
from training.ligands.ligand_set import TRAIN, LigandSet, assembled
from training.ligands.reading import Read, group_of
from training.ligands.regression import class_means, fit, ridge, score
from training.ligands.vae import LEAST_RATE, Training, TrainingSettings, token_exact, train
from training.ligands.vae_dataset import IGNORED, Taught, Teacher, batches, told_and_wanted

RECIPE = TrainingSettings(steps=40, batch=16, rate=1e-2, divergence=1e-3, withheld=0.0)


@pytest.fixture(scope="module")
def ligands() -> LigandSet:
    """Forty ligands in one fold."""
    from rdkit import Chem

    heads = ("[O-]{}", "CP(C)(=O){}", "CS(=O){}", "CN(C)C(=O){}", "n1ccc({})cc1")
    tails = ("C", "CC", "CCC", "C(C)C", "CCCC", "C(C)(C)C", "CC(C)C", "CCCCC")
    known = [scoped(head.format(tail)) for head in heads for tail in tails]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ligand_set, "RAREST", 1)
        patch.setattr(ligand_set, "TOKENS", 24)
        patch.setattr(ligand_set, "LARGEST_GROUP", 0.0)
        return assembled(
            Read(one, 2.0, group_of(Chem.MolFromSmiles(one.smiles)), "library", "".join(selfies_of(one)))
            for one in known
        )


def training_of(ligands: LigandSet, recipe: TrainingSettings = RECIPE) -> tuple[Training, Teacher]:
    teacher = Teacher(ligands, np.arange(len(ligands)), Path("no-such-table.csv.gz"))
    config = VaeConfig(ligands.vocabulary.size, ligands.vocabulary.longest, 16, 32, 48, teacher.names, ligands.classes)
    return Training(config, recipe, teacher.data(), torch.device("cpu")), teacher


def test_it_learns_to_write_what_it_reads(ligands: LigandSet) -> None:
    training, _ = training_of(ligands, replace(RECIPE, steps=160))
    tokens = torch.from_numpy(ligands.tokens)
    before = token_exact(training.network, tokens).mean()
    losses = [training.advance()["tokens"] for _ in range(160)]
    after = token_exact(training.network, tokens).mean()
    assert losses[-1] < 0.2 * losses[0]
    assert before < 0.1
    assert after > 0.8


def test_a_stopped_training_goes_on_as_if_it_had_not(ligands: LigandSet, tmp_path: Path) -> None:
    whole, _ = training_of(ligands)
    for _ in range(12):
        whole.advance()
    first, _ = training_of(ligands)
    for _ in range(7):
        first.advance()
    first.save(tmp_path, [{"step": 7}])
    second, _ = training_of(ligands)
    assert second.resume(tmp_path) == [{"step": 7}]
    for _ in range(5):
        second.advance()
    assert second.step == 12
    for a, b in zip(whole.network.parameters(), second.network.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_the_log_has_a_line_with_its_figures(
    ligands: LigandSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.ligands.vae.CHECK", TRAIN)
    training, teacher = training_of(ligands, replace(RECIPE, steps=3))
    last = train(training, teacher, tmp_path)
    (line,) = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == last
    assert {"step", "tokens", "divergence", "exact", "exact_18", "active", "labels"} <= set(last)
    assert last["step"] == 3


def test_every_epoch_draws_every_ligand_once_and_like_lengths_together() -> None:
    lengths = np.random.default_rng(0).integers(2, 20, 96)
    drawn = batches(lengths, 16, seed=1)
    epoch = [next(drawn) for _ in range(6)]
    assert sorted(np.concatenate(epoch).tolist()) == list(range(96))
    assert np.mean([np.ptp(lengths[rows]) for rows in epoch]) < 6
    resumed = batches(lengths, 16, seed=1, start=4)
    assert next(resumed).tolist() == epoch[4].tolist()


def test_after_the_end_of_a_ligand_nothing_counts() -> None:
    told, wanted = told_and_wanted(torch.tensor([[5, 6, 7], [8, 0, 0]]), 0.0, torch.Generator())
    assert told.tolist() == [[0, 5, 6, 7], [0, 8, 0, 0]]
    assert wanted.tolist() == [[5, 6, 7, 0], [8, 0, IGNORED, IGNORED]]


def test_labels_that_come_late_enter_and_those_that_are_missing_do_not_count(
    ligands: LigandSet, tmp_path: Path
) -> None:
    import gzip

    table = tmp_path / "proxies.csv.gz"
    teacher = Teacher(ligands, np.arange(len(ligands)), table)
    training, _ = training_of(ligands)
    place = teacher.names.index("donor_charge_e")
    assert training.data.labels[place] == 0
    one = ligands.ligand(0)
    with gzip.open(table, "wt", encoding="utf-8") as file:
        file.write(f"smiles,donor,donor_charge_e\n{one.smiles},{one.donor},-0.5\n")
    teacher.refresh(training)
    assert training.data.labels[place] == 1
    assert np.isfinite(training.advance()["guide"])


def test_an_unguided_training_has_no_loss_of_its_guide(ligands: LigandSet) -> None:
    training, _ = training_of(ligands, replace(RECIPE, guidance=0.0))
    assert training.advance()["guide"] == 0.0


def test_the_learning_rate_rises_and_falls() -> None:
    rates = [schedule(k / 100, 0.05, LEAST_RATE) for k in range(101)]
    assert max(rates) == pytest.approx(1.0, abs=0.01)
    assert np.argmax(rates) == 5
    assert np.all(np.diff(rates[5:]) < 0) and rates[-1] == pytest.approx(LEAST_RATE)


def test_taught_counts_its_labels() -> None:
    targets = torch.tensor([[1.0, float("nan")], [2.0, 3.0]])
    assert Taught(torch.zeros(2, 3), np.array([1, 2]), targets, torch.zeros(2)).labels == [2, 1]


HEADER = "smiles,donor,status,level_2_cm1,geometry,preset,multiplicities,engine\n"


def test_gaps_of_two_protocols_are_refused_and_failures_left_out(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    row = "CP(C)(C)=O,4,converged,336.1,gfn2-5,standard,all,cahf-1\n"
    one.write_text(HEADER + row + "CS(C)=O,3,failed,,gfn2-5,standard,all,cahf-1\n", encoding="utf-8")
    two.write_text(HEADER + row.replace("standard", "fast"), encoding="utf-8")
    labels = first_gaps(one)
    assert list(labels.values.values()) == [336.1]
    assert labels.key == "gfn2-5/standard/all/cahf-1"
    assert np.isnan(labels.of([("CS(C)=O", 3)])).all()
    with pytest.raises(InputError, match="2 protocols"):
        first_gaps(one, two)


def test_the_mean_of_the_donor_class_is_scored_beside_a_head() -> None:
    true, classes = np.array([1.0, 3.0, 10.0, 12.0]), np.array([0, 0, 1, 1])
    usual = class_means(true, classes, classes)
    perfect = score(true, true, usual, classes)
    assert (perfect.r2, perfect.r2_within, perfect.mae, perfect.class_mean_mae) == (1.0, 1.0, 0.0, 1.0)
    lazy = score(true, usual, usual, classes)
    assert lazy.r2_within == pytest.approx(0.0)
    assert lazy.r2 == pytest.approx(lazy.class_mean_r2) and lazy.r2 > 0.9


def test_heads_of_many_labels_bend_and_of_few_are_lines() -> None:
    random = np.random.default_rng(0)
    latents = torch.from_numpy(random.standard_normal((600, 4))).float()
    curved = 5.0 + 3.0 * latents[:, 0].square().double().numpy()
    few = np.where(np.arange(600) < 50, curved, np.nan)
    classes, kinds = np.zeros(600, dtype=np.int64), torch.ones(600, 1)
    heads = fit(latents, kinds, classes, [curved, few], steps=150)
    with torch.inference_mode():
        mean, _ = heads(latents, kinds)
    assert np.abs(mean[:, 0].numpy() - curved).mean() < 1.0
    assert heads.line[:, 1].any() and not heads.line[:, 0].any()
    slope, offset = ridge(latents.double().numpy(), 2.0 * latents[:, 1].double().numpy() + 1.0, 1e-6)
    np.testing.assert_allclose(slope, [0, 2, 0, 0], atol=1e-5)
    assert offset == pytest.approx(1.0)
