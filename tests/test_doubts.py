"""Doubts: every kind is known and said, they come in the order of what they cost, and no program reads prose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.doubts import KINDS, Severity, Subject, by_subject, codes, doubt, doubt_from, ordered, records
from core.resources import example
from core.workflows import predict as predictor
from core.workflows.predict import predict_file

CORE = Path(__file__).parents[1] / "core"
FOUND = [
    doubt("hapto-one-site", "A note."),
    doubt("edge-of-sphere", "A caution."),
    doubt("charge-unbalanced", "Grave."),
]


def test_every_kind_is_said_by_a_program_and_no_program_says_another() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in CORE.rglob("*.py") if path != CORE / "doubts.py")
    said = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source))
    assert set(KINDS) - {"unspecified"} <= said
    calls = set(re.findall(r'\bdoubt\(\s*"([^"]+)"', source))
    assert calls <= set(KINDS), calls - set(KINDS)


def test_no_program_searches_the_sentences() -> None:
    searching = re.compile(r"\"[^\"]+\" in (doubt|note|warning|one\.text)\b")
    places = [str(path) for path in CORE.rglob("*.py") if searching.search(path.read_text(encoding="utf-8"))]
    assert places == []


def test_they_come_in_the_order_of_what_they_cost_and_each_once() -> None:
    assert [one.text for one in ordered([*FOUND, FOUND[0]])] == ["Grave.", "A caution.", "A note."]
    assert [record["severity"] for record in records(FOUND)] == ["grave", "caution", "note"]
    assert list(by_subject(FOUND)) == [Subject.CHARGE, Subject.SPHERE]
    assert [one.severity for one in by_subject(FOUND)[Subject.SPHERE]] == [Severity.CAUTION, Severity.NOTE]


def test_they_are_read_again_from_json_and_old_sentences_are_of_no_kind() -> None:
    assert [doubt_from(record) for record in records(FOUND)] == list(ordered(FOUND))
    assert doubt_from("An old sentence.") == doubt("unspecified", "An old sentence.")
    assert doubt_from({"code": "<script>", "text": "x"}).code == "unspecified"
    with pytest.raises(KeyError):
        doubt("no-such-kind", "x")


def test_the_page_shows_them_by_subject_the_gravest_first_and_takes_them_literally() -> None:
    def page() -> None:
        from app.doubts import show_doubts
        from core.doubts import doubt

        show_doubts([doubt("hapto-one-site", "*a note* <b>"), doubt("charge-unbalanced", "grave.")])

    shown = AppTest.from_function(page).run()
    assert [one.value for one in shown.markdown] == [
        "##### Reasons to doubt it",
        "**Charge**",
        "**Coordination sphere**",
    ]
    assert [one.value for one in shown.text] == ["‼ Grave.", "– *a note* <b>"]


def test_a_prediction_holds_its_gravest_doubt_first() -> None:
    found = predict_file(example("dy2-methoxide-acac4.cif"), site=1)
    assert found.doubts[0].code == "exchange-ignored" and "exchange-ignored" in codes(found.doubts)
    assert found.doubts == ordered(found.doubts)


def test_from_bytes_to_a_card_the_surroundings_are_perceived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    perceive = predictor.environment
    monkeypatch.setattr(predictor, "environment", lambda *given: made.append(1) or perceive(*given))
    found = predict_file(example("dy-h2o5-opme3-2.cif"))
    assert found.verdict is not None and found.levels is not None and made == [1]
