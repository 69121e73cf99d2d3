"""The nearest reported complexes, from made-up tables in the form of SIMDAVIS."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.cli import main
from core.learned.descriptors import ChemicalDescriptors, Donors, Kind
from core.learned.neighbours import known_gaps, nearest, unlikeness
from core.learned.simdavis import read_simdavis
from core.settings import MAX_NEAREST
from core.workflows.predict import predict
from tests.learned.simdavis_table import COLUMNS, made_up, sample, written

EXAMPLE = Path(__file__).resolve().parents[2] / "assets" / "examples" / "dy-h2o5-opme3-2.cif"
SIGHT = ChemicalDescriptors("Dy", 7, Donors.OXYGEN, 7, Kind.NONE, False)


def test_the_same_ion_comes_first_however_unlike_the_rest() -> None:
    stranger = ChemicalDescriptors("Dy", 2, Donors.RINGS, 2, Kind.METALLOCENE, True)
    assert unlikeness(SIGHT, SIGHT) == 0.0
    assert unlikeness(SIGHT, stranger) < unlikeness(SIGHT, replace(SIGHT, ion="Tb"))


@pytest.mark.parametrize(
    "nearer, farther",
    [
        ({"sites": 8}, {"sites": 9}),
        ({"sites": 8}, {"donors": Donors.NITROGEN}),
        ({"ligands": 6}, {"sites": 8}),
        ({"diluted": True}, {"ligands": 6}),
        ({"sites": 9}, {"kind": Kind.RADICAL}),
    ],
)
def test_what_weighs_more(nearer: dict[str, object], farther: dict[str, object]) -> None:
    assert 0 < unlikeness(SIGHT, replace(SIGHT, **nearer)) < unlikeness(SIGHT, replace(SIGHT, **farther))  # type: ignore[arg-type]


def test_of_equals_those_come_first_that_report_more(tmp_path: Path) -> None:
    rows = [
        sample(1, Ueff="NA", X_im_max="Not Measured"),
        sample(2, Ueff="NA"),
        sample(3, T_hyst="4"),
        sample(4),
        sample(5, coordination_number="8", T_hyst="9"),
    ]
    found = nearest(SIGHT, read_simdavis(written(tmp_path / "t.tsv", rows)))
    assert [near.sample.number for near in found] == [3, 4, 2, 1, 5]


def test_json_lists_them_when_a_copy_is_named_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KRAMERS_SIMDAVIS", raising=False)
    assert "nearest_reported" not in predict(EXAMPLE.read_bytes(), EXAMPLE.name).to_dict()
    rows = [*made_up(), sample(500, Ueff="321", T_hyst="7", H="900", DOI="10.0/X")]
    copy = written(tmp_path / "t.tsv", rows, (*COLUMNS, "H"))
    monkeypatch.setenv("KRAMERS_SIMDAVIS", str(copy))
    assert main(["predict", "--json", str(EXAMPLE)]) == 0
    (record,) = json.loads(capsys.readouterr().out)
    first, *others = record["nearest_reported"]
    assert len(others) == MAX_NEAREST - 1
    assert (first["sample"], first["ueff_K"], first["t_hyst_K"], first["doi"]) == (500, 321.0, 7.0, "10.0/x")
    assert first["field_Oe"] == 900.0 and first["unlikeness"] == 0.0


def test_a_copy_that_was_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = written(tmp_path / "t.tsv", [sample(1)])
    monkeypatch.setenv("KRAMERS_SIMDAVIS", str(copy))

    def numbers() -> list[int]:
        found = predict(EXAMPLE.read_bytes(), EXAMPLE.name).nearest
        assert found is not None
        return [near.sample.number for near in found.near]

    assert numbers() == [1]
    written(copy, [sample(2), sample(33)])
    assert numbers() == [2, 33]


@pytest.mark.parametrize(
    "text, word",
    [
        (None, "cannot be read"),
        ("a table of something else\n", "should name the columns of SIMDAVIS once each"),
        ("\t".join(COLUMNS) + "\n1\t2\n", "line 2: 2 cells under 13 columns"),
        ("\t".join(COLUMNS) + "\n", "no sample below"),
    ],
)
def test_a_broken_copy_gives_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, word: str
) -> None:
    copy = tmp_path / "t.tsv"
    if text is not None:
        copy.write_text(text, encoding="utf-8")
    monkeypatch.setenv("KRAMERS_SIMDAVIS", str(copy))
    prediction = predict(EXAMPLE.read_bytes(), EXAMPLE.name)
    assert prediction.levels is not None  # all else is there
    record = prediction.to_dict()
    assert record["nearest_reported"] == []
    assert word in str(record["nearest_reported_fault"])


def test_a_gap_of_ours_stands_beside_the_barrier_of_the_same_sample_alone(tmp_path: Path) -> None:
    gaps = tmp_path / "gaps.json"
    row = {"name": "[Dy(L)3]", "sample": 3, "ion": "Dy", "doi": "10.0/a", "gap_cm1": 55.0}
    gaps.write_text(json.dumps({"rows": [row, row | {"sample": 4}, row | {"sample": 9}]}), encoding="utf-8")
    rows = [sample(3, Ueff="80"), sample(4, DOI="10.0/other"), sample(5)]
    (known,) = known_gaps(read_simdavis(written(tmp_path / "t.tsv", rows)), gaps)
    assert (known.name, known.gap, known.barrier, known.field) == ("[Dy(L)3]", 55.0, 80.0, None)
