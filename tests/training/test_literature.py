"""Training on the literature: folds of papers, the ladder, what is written."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from core.learned.descriptors import ChemicalDescriptors, Donors, Kind
from core.learned.literature import Literature
from core.learned.simdavis import read_simdavis
from tests.learned.simdavis_table import made_up, sample, written
from training.predictor import literature as command
from training.predictor import literature_baselines as module
from training.predictor.literature_baselines import auc_within, barrier_figures, crossed, folds_of, known, rank_within


def test_a_paper_is_in_one_fold(tmp_path: Path) -> None:
    samples = read_simdavis(written(tmp_path / "t.tsv", made_up()))
    folds = folds_of(samples)
    places = {(one.doi, fold) for one, fold in zip(samples, folds.tolist(), strict=True)}
    assert len(places) == len({one.doi for one in samples}) == 30
    assert len(set(folds.tolist())) == module.FOLDS


def test_nobody_answers_a_row_that_was_learned_from() -> None:
    fold = np.array([0, 1, 1, 2, 0])

    def learn(known: np.ndarray, asked: np.ndarray) -> np.ndarray:
        assert not set(fold[known]) & set(fold[asked]) and len(known) + len(asked) == len(fold)
        return asked.astype(float)

    assert crossed(learn, fold).tolist() == [0, 1, 2, 3, 4]


def test_ranks_are_compared_within_folds_alone() -> None:
    truth, fold = np.array([True, False, True, False]), np.array([0, 0, 1, 1])
    assert auc_within(truth, np.array([0.2, 0.1, 0.9, 0.8]), fold) == 1.0
    assert auc_within(truth, np.array([0.5, 0.5, 0.4, 0.4]), fold) == 0.5
    values = np.array([1.0, 2.0, 3.0, 7.0, 8.0, 9.0])
    assert rank_within(values, np.array([7.0, 8.0, 9.0, 1.0, 2.0, 3.0]), np.array([0, 0, 0, 1, 1, 1])) == 1.0


def test_barriers_within_a_factor_of_two_are_counted() -> None:
    truth = np.log10([10.0, 100.0, 1000.0])
    found = barrier_figures(truth, np.log10([19.0, 100.0, 100.0]), np.zeros(3, np.int64), np.ones(3, bool))
    assert found["within_2x"] == pytest.approx(2 / 3)


def test_what_was_not_measured_is_not_learned_from(tmp_path: Path) -> None:
    rows = [sample(1, X_im_max="Not Measured"), sample(2, Ueff="NA"), sample(3, X_im_max="No Freq-dependent X''")]
    relaxed, fitted = known(read_simdavis(written(tmp_path / "t.tsv", rows)))
    assert relaxed.rows.tolist() == [1, 2] and relaxed.truth.tolist() == [1.0, 0.0]
    assert fitted.rows.tolist() == [0, 2] and fitted.truth.tolist() == [2.0, 2.0]


def test_the_command_learns_what_is_there_and_writes_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "t.tsv", [{**row, "compound": "[Dy(secret)]"} for row in made_up()])
    rungs = {name: module.RUNGS[name] for name in ("ion", "ion, donors", "all")}
    monkeypatch.setattr(module, "RUNGS", rungs)
    monkeypatch.setattr(module, "DRAWS", 3)
    out = tmp_path / "models" / "literature"
    monkeypatch.setattr(sys, "argv", ["literature", "--simdavis", str(file), "--out", str(out)])
    command.main()
    learned = Literature.load(out)
    slow = learned.card["ladder"]["slow"]
    assert slow["ion, donors"]["auc"][0] > 0.95 > 0.6 > slow["ion"]["auc"][0]
    assert "ion, donors" in capsys.readouterr().out
    said = learned.about(ChemicalDescriptors("Dy", 7, Donors.OXYGEN_NITROGEN, 7, Kind.NONE, False))
    assert said.p_slow > 0.9 and 300 < said.barrier < 700 and said.group.slow == said.group.measured == 30
    kept = b"".join(path.read_bytes() for path in out.parent.rglob("*") if path.is_file())
    assert b"secret" not in kept and b"10.0/" not in kept


def test_a_broken_table_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "t.tsv", [sample(1, Ueff="?")])
    monkeypatch.setattr(sys, "argv", ["literature", "--simdavis", str(file), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit):
        command.main()
    assert "line 2: Ueff is “?”" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
