"""Measured barriers beside ours: where they are read, and how agreement is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.validation.measured_complexes import SUBJECTS, Build, Crystal, Ideal, Source, Subject
from benchmarks.validation.measured_page import group_of, reported_gaps, tables
from benchmarks.validation.measured_truth import Truth, agreement, compared, lead, said, truth_of
from core.errors import InputError
from core.learned.simdavis import read_simdavis
from tests.learned.simdavis_table import COLUMNS, sample, written

ROOT = Path(__file__).resolve().parents[1]
SUBJECT = Subject("[Dy(L)3]", "Dy", Build("[F-]"), Source((1, 2), ("10.0/a", "10.0/a")))


def test_there_are_enough_complexes_each_with_a_source_of_its_barrier() -> None:
    assert len(SUBJECTS) >= 20 and len({subject.name for subject in SUBJECTS}) == len(SUBJECTS)
    for subject in SUBJECTS:
        source = subject.source
        assert len(source.samples) == len(source.doi)
        assert bool(source.samples) + bool(source.chilton) + bool(source.landmark) == 1
        assert all(re.fullmatch(r"10\.\d{4}/\S+", doi) for doi in source.doi)


def test_a_barrier_is_the_geometric_mean_over_salts_in_wavenumbers(tmp_path: Path) -> None:
    rows = [sample(1, Ueff="100", T_hyst="2", H="500"), sample(2, Ueff="400", T_hyst="5", H="NA")]
    table = read_simdavis(written(tmp_path / "t.tsv", rows, (*COLUMNS, "H")))
    found = truth_of(SUBJECT, {one.number: one for one in table}, {})
    assert found.barrier == pytest.approx(200 * 0.695035, rel=1e-4)  # k_B = 0.695035 cm⁻¹/K, CODATA
    assert (found.field, found.diluted, found.slow, found.hysteresis) == (True, False, True, 5.0)


def test_a_number_that_belongs_to_another_sample_is_a_sentence(tmp_path: Path) -> None:
    table = read_simdavis(written(tmp_path / "t.tsv", [sample(1), sample(2, DOI="10.0/other")]))
    with pytest.raises(InputError, match=r"sample 2 is not \[Dy\(L\)3\] of doi:10.0/a"):
        truth_of(SUBJECT, {one.number: one for one in table}, {})


def test_other_sources_are_chiltons_rows_and_our_landmarks() -> None:
    other = Subject("x", "Dy", Build("[F-]"), Source(chilton=3))
    assert truth_of(other, {}, {3: 660.0}).barrier == 660.0
    known = Subject("y", "Dy", Ideal("dy-cl6"), Source(landmark="dy-cl6"))
    assert truth_of(known, {}, {}).barrier is None and truth_of(known, {}, {}).slow is False


def test_agreement_is_told_in_ranks_and_factors() -> None:
    measured = np.array([10.0, 100.0, 1000.0, 50.0])
    found = agreement(2 * measured, measured)
    assert (found["spearman"], found["median_ratio"], found["median_factor"]) == (1.0, 2.0, 2.0)
    assert found["mean_abs_error_cm1"] == 290 and found["within_a_factor_of_two"] == 1.0
    assert found["spearman_95"] == [1.0, 1.0]
    wrong = agreement(1 / measured, measured)
    assert wrong["spearman"] == -1.0 and wrong["within_a_factor_of_two"] == 0.0


def test_one_model_leads_another_by_the_difference_of_their_ranks() -> None:
    measured = np.arange(1.0, 9.0)
    assert lead(measured, measured, measured) == (0.0, 0.0, 0.0)
    found, low, high = lead(measured, -measured, measured)
    assert (found, low, high) == pytest.approx((2.0, 2.0, 2.0))


def test_a_model_that_says_nothing_is_left_out() -> None:
    rows = {
        "a": {"electrostatic": {"gap_cm1": 30.0}, "engine": {"refused": "no basis"}, "literature": {"ueff_K": 100.0}},
        "b": {"electrostatic": None, "engine": {"gap_cm1": 60.0, "criterion_barrier_cm1": None}, "literature": None},
        "c": {"not_made": "cannot be built."},
    }
    truth = {name: Truth(50.0, False, False, True, None) for name in rows}
    assert [said(rows[name], "electrostatic") for name in rows] == [30.0, None, None]
    assert [said(rows[name], "engine") for name in rows] == [None, 60.0, None]
    assert [said(rows[name], "engine_criterion") for name in rows] == [None, None, None]
    assert said(rows["a"], "literature") == pytest.approx(69.5035, rel=1e-4)
    assert compared(rows, truth, "engine", list(rows))[0] == ["b"]


def test_the_page_tells_the_order_of_barriers_and_no_barrier() -> None:
    names = [subject.name for subject in SUBJECTS[:6]]
    rows = {
        name: {"ion": "Dy", "geometry": "x", "electrostatic": {"gap_cm1": 10.0 * k}} for k, name in enumerate(names)
    }
    truth = {name: Truth(777.125 + k, False, False, True, None) for k, name in enumerate(names)}
    text = tables(rows, truth)
    lines = [line for line in text.splitlines() if line.startswith("| 1 |") or line.startswith("| 6 |")]
    assert names[5] in lines[0] and names[0] in lines[1]
    assert "777" not in text and "782" not in text
    assert "1.00 (1.00 to 1.00)" in text


def test_gaps_for_the_predict_page_name_their_sample() -> None:
    rows = {SUBJECTS[0].name: {"electrostatic": {"gap_cm1": 12.5}}, SUBJECTS[1].name: {"electrostatic": None}}
    (row,) = json.loads(reported_gaps(rows))["rows"]
    assert (row["sample"], row["gap_cm1"]) == (SUBJECTS[0].source.samples[0], 12.5)


def test_every_complex_has_a_colour() -> None:
    assert {group_of(subject) for subject in SUBJECTS if isinstance(subject.geometry, Crystal)} >= {"other crystals"}
    assert len({group_of(subject) for subject in SUBJECTS}) <= 7  # as many colours are there


def test_the_committed_rows_hold_figures_of_ours_alone() -> None:
    rows = json.loads((ROOT / "benchmarks/results/measured.json").read_text(encoding="utf-8"))["rows"]
    ours = {"key", "ion", "geometry", "atoms", "donors", "charge", "refused", "electrostatic", "voxel", "invariant",
            "literature", "engine", "not_made"}  # fmt: skip
    assert len(rows) >= 20 and all(set(row) <= ours for row in rows)
