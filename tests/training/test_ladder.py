"""Every rung is asked the same, learns nothing of what it is asked, and is judged by figures anybody can check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from core.chem.donor_class import DonorClass
from core.errors import DomainError, UnreadableFile
from core.learned.invariant_model import InvariantModel
from core.learned.invariants import features
from training.common.scores import (
    auc,
    coverage,
    expected_calibration_error,
    interval,
    rank_correlation,
    reliability,
    resampled,
)
from training.levels.structures import CLASSES, StructureSet
from training.predictor import baseline_models as rungs
from training.predictor.baseline_models import Answers, Split, donors, fitted, formula, invariant, majority, metal
from training.predictor.baselines import climbed, invariants, ladder, table
from training.predictor.boosting import BoostingSettings, conformal_margin, platt_scale

SMALL = BoostingSettings(trees=30, leaves=6, fewest=5)


def made(count: int = 120) -> StructureSet:
    """Two donors around Dy or Er, four copies each, the last two moved; SMM-like where the first donor is near and an
    alkoxide, Dy more often than Er."""
    random = np.random.default_rng(0)
    size = 4 * count
    origin = np.repeat(np.arange(count), 4)
    near = random.uniform(2.0, 2.8, count)[origin] + random.normal(0, 0.01, size)
    ion = np.where(np.arange(size) % 2 == 0, "Dy", "Er")
    alkoxide = origin % 3 > 0
    gap = np.where(ion == "Dy", 1.5, 1.0) * np.where(alkoxide, 400.0, 80.0) * (2.9 - near)
    positions = np.zeros((2 * size, 3))
    positions[0::2, 2], positions[1::2, 0] = near, -2.4
    contacts = np.stack([np.where(alkoxide, 3, 1), np.full(size, 1)], axis=1)
    classes = np.array([CLASSES.index(c) for c in (DonorClass.WATER, DonorClass.ALCOHOL, DonorClass.ALKOXIDE)])
    classes = np.stack([np.where(alkoxide, classes[2], classes[1]), np.full(size, classes[0])], axis=1)
    none = np.full(size, np.nan, dtype=np.float32)
    return StructureSet(
        atoms=2 * np.arange(size + 1),
        contacts=2 * np.arange(size + 1),
        elements=np.full(2 * size, "O"),
        positions=positions.astype(np.float32),
        ligand=np.tile([0, 1], size).astype(np.int16),
        donors=np.tile([0, 1], size).astype(np.int16),
        sites=np.tile([0, 1], size).astype(np.int16),
        classes=classes.ravel().astype(np.int16),
        formal_charges=np.where(contacts == 3, -1.0, 0.0).ravel().astype(np.float32),
        weights=np.ones(2 * size, dtype=np.float32),
        ion=ion,
        name=np.char.add("N", origin.astype(str)),
        family=np.char.add("F", origin.astype(str)),
        skeleton=np.char.add("S", origin.astype(str)),
        kind=np.full(size, "ref"),
        moved=np.arange(size) % 4 > 1,
        native=np.full(size, True),
        group=origin,
        fold=(origin % 5).astype(np.int8),
        gap=gap.astype(np.float32),
        g=np.stack([none] * 3, axis=1),
        tunnelling=none,
        axiality=none,
        smm=gap > 150.0,
    )


@pytest.fixture(scope="module")
def structures() -> StructureSet:
    return made()


@pytest.fixture(scope="module")
def rows(structures: StructureSet) -> np.ndarray:
    return invariants(structures)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMALL", "SHIPPED"):
        monkeypatch.setattr(rungs, name, SMALL)


def test_figures_are_those_of_the_textbooks() -> None:
    random = np.random.default_rng(2)
    truth, score = random.random(200) < 0.3, random.integers(0, 20, 200).astype(float)
    assert auc(truth, score) == pytest.approx(roc_auc_score(truth, score))
    assert rank_correlation(score, -score + random.normal(size=200)) < -0.9
    assert rank_correlation(score, np.sqrt(score)) == pytest.approx(1.0)
    other = random.normal(size=200)
    assert rank_correlation(score, other) == pytest.approx(spearmanr(score, other).statistic)
    assert np.isnan(auc(np.ones(3, dtype=bool), np.ones(3)))


def test_calibration_is_that_of_the_bins() -> None:
    truth = np.array([True, True, False, False])
    sure = np.array([0.95, 0.95, 0.15, 0.15])
    assert expected_calibration_error(truth, sure) == pytest.approx(0.1)
    assert [row["share"] for row in reliability(truth, sure)] == [0.0, 1.0]
    assert expected_calibration_error(truth, np.full(4, 0.5)) == 0.0


def test_draws_hold_whole_groups_and_their_interval_is_that_of_the_mean() -> None:
    groups = np.repeat(np.arange(50), 4)
    values = np.repeat(np.random.default_rng(1).normal(size=50), 4)
    counts = resampled(groups, lambda drawn: np.bincount(groups[drawn], minlength=50), 20)
    assert (counts % 4 == 0).all() and (counts.sum(axis=1) == 200).all()
    low, high = interval(resampled(groups, lambda drawn: values[drawn].mean()))
    error = values[::4].std() / np.sqrt(50)
    assert (high - low) / (2 * 1.96 * error) == pytest.approx(1.0, abs=0.15)


def test_a_conformal_interval_covers_what_it_says() -> None:
    random = np.random.default_rng(4)
    seen, fresh = random.normal(size=(2, 2000))
    margin = conformal_margin(np.full(2000, -0.1), np.full(2000, 0.1), seen)
    assert coverage(fresh, -0.1 - margin, 0.1 + margin) == pytest.approx(0.9, abs=0.03)
    known = np.where(np.arange(2000) < 1000, seen, np.nan)
    assert conformal_margin(np.zeros(2000), np.zeros(2000), known)[0] == pytest.approx(margin[0] + 0.1, abs=0.15)


def test_platt_makes_boastful_logits_modest() -> None:
    random = np.random.default_rng(4)
    logit = random.normal(size=4000)
    truth = random.random(4000) < 1 / (1 + np.exp(-logit))
    assert platt_scale(5 * logit, truth) == pytest.approx([0.2, 0.0], abs=0.1)


def test_only_unmoved_reference_structures_are_asked_one_a_family_and_ion(structures: StructureSet) -> None:
    kind = structures.kind.copy()
    kind[:4] = "opt"
    family = structures.family.copy()
    family[4:12] = "F1"
    asked = rungs.tested(replace(structures, kind=kind, family=family))
    assert not asked[structures.moved].any() and not asked[:4].any()
    assert np.flatnonzero(asked[4:12]).tolist() == [0, 1]
    assert asked.sum() == 2 * 120 - 2 - 2


@pytest.mark.parametrize("rung", [majority, metal, formula, donors, invariant])
def test_no_rung_learns_from_the_labels_that_it_is_asked_for(
    structures: StructureSet, rows: np.ndarray, rung: rungs.Rung
) -> None:
    test = structures.fold == 0
    asked = test & ~structures.moved
    other = replace(structures, smm=structures.smm ^ test, gap=np.where(test, 1e4, structures.gap).astype(np.float32))
    first, second = (rung(Split(own, rows, 0)) for own in (structures, other))
    assert (first.p_smm[asked] == second.p_smm[asked]).all()
    assert (first.log_gap[asked] == second.log_gap[asked]).all()


def test_the_rungs_climb_where_geometry_decides(structures: StructureSet, rows: np.ndarray) -> None:
    steps = {"majority": majority, "metal": metal, "donors": donors, "invariant": invariant}
    record = ladder(structures, climbed(structures, rows, [0], steps), draws=200)
    assert (record["pairs"], record["dy"], record["groups"]) == (48, 24, 24)
    climb = [record["rungs"][name]["auc_dy"] for name in steps]
    assert climb[:2] == [0.5, 0.5] and climb[2] > 0.6 and climb[3] > climb[2]
    gain = record["rungs"]["invariant"]["over"]["donors"]["rho_dy"]
    assert 0 < gain[0] < gain[1]
    assert record["rungs"]["donors"]["over"]["donors"]["auc"] == [0.0, 0.0]
    assert 0.6 < record["rungs"]["invariant"]["coverage"] <= 1.0
    assert table(record).count("\n") == 1 + len(steps)


def test_every_fold_in_turn_asks_about_every_structure(structures: StructureSet, rows: np.ndarray) -> None:
    record = ladder(structures, climbed(structures, rows, range(5), {"metal": metal}), draws=2)
    assert record["pairs"] == 240


def test_answers_of_others_are_read_and_a_silent_one_is_told(
    structures: StructureSet, rows: np.ndarray, tmp_path: Path
) -> None:
    answers = climbed(structures, rows, [0], {"metal": metal})
    p_smm = np.where(structures.fold == 0, structures.smm.astype(float), np.nan)
    np.savez(tmp_path / "oracle.npz", p_smm=p_smm, log_gap=np.log10(structures.gap + 1))
    oracle = Answers.load(tmp_path / "oracle.npz")
    assert ladder(structures, {**answers, "oracle": oracle}, draws=2)["rungs"]["oracle"]["auc"] == 1.0
    p_smm[:] = np.nan
    with pytest.raises(DomainError, match="The rung oracle has no answer to 48 structures"):
        ladder(structures, {**answers, "oracle": replace(oracle, p_smm=p_smm)})


def test_a_family_on_both_sides_stops_the_ladder(structures: StructureSet, rows: np.ndarray) -> None:
    family = structures.family.copy()
    family[:8] = "F0"
    with pytest.raises(ValueError, match="F0 stands in folds 0 and 1"):
        climbed(replace(structures, family=family), rows, [0], {"metal": metal})


def test_the_model_outlives_its_folder_and_says_how_far_it_is_asked(
    structures: StructureSet, rows: np.ndarray, tmp_path: Path
) -> None:
    model = fitted(Split(structures, rows, 0), {"set": "made"})
    model.save(tmp_path / "invariant")
    back = InvariantModel.load(tmp_path / "invariant")
    asked = [structures.environment(k) for k in np.flatnonzero(structures.fold == 0)[:8].tolist()]
    stretched = asked[0].turned(1.3 * np.eye(3))
    said, again = model.predict([*asked, stretched]), back.predict([*asked, stretched])
    for name in ("p_smm", "log_gap", "log_low", "log_high", "distance"):
        assert (getattr(said, name) == getattr(again, name)).all()
    assert said.nearest == again.nearest and set(said.nearest[0]) <= set(structures.name.tolist())
    assert said.in_domain[:-1].all() and not said.in_domain[-1]
    assert (said.log_low <= said.log_gap).all() and (said.log_gap <= said.log_high).all()
    assert back.card["set"] == "made"
    assert features(asked).shape[1] > model.reads.max()


def test_an_ion_that_nothing_splits_has_no_gap(structures: StructureSet, rows: np.ndarray) -> None:
    model = fitted(Split(structures, rows, 0))
    silent, split = model.predict([replace(structures.environment(0), metal=ion) for ion in ("Lu", "Dy")]).log_gap
    assert np.isnan(silent) and np.isfinite(split)


def test_a_damaged_folder_is_one_clear_sentence(structures: StructureSet, rows: np.ndarray, tmp_path: Path) -> None:
    fitted(Split(structures, rows, 0)).save(tmp_path / "invariant")
    (tmp_path / "invariant" / "weights.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(UnreadableFile):
        InvariantModel.load(tmp_path / "invariant")
