"""Figures of the documents are those of the committed results."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.harness import figures

DOCUMENTS = list(figures.documents())
MARKED = {document: len(figures.MARK.findall(document.read_text(encoding="utf-8"))) for document in DOCUMENTS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(figures.REPOSITORY)))
def test_a_document_has_the_figures_of_the_results(document: Path) -> None:
    """Else: `python -m benchmarks.harness.figures`."""
    text = document.read_text(encoding="utf-8")
    assert figures.with_figures(text) == text


def test_the_validation_page_and_readme_are_tied_to_results() -> None:
    assert MARKED[figures.REPOSITORY / "docs" / "validation.md"] > 120
    assert MARKED[figures.REPOSITORY / "README.md"] > 15


def test_a_figure_that_moved_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {"rate": 0.4118, "rows": [{"n": 20000}], "low": -0.25}
    monkeypatch.setattr(figures, "result", lambda name: {"made": numbers}[name])
    old = "99<!--made/rate as .0%--> % of 1<!--made/rows/0/n as ,--> and 1.0<!--made/low as .2f-->."
    new = "41<!--made/rate as .0%--> % of 20,000<!--made/rows/0/n as ,--> and −0.25<!--made/low as .2f-->."
    assert figures.with_figures(old) == new
    assert figures.with_figures(new) == new


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1<!--screen/no such key as d-->", "nothing lies at 'no such key'"),
        ("1<!--no-such-result/a as d-->", "no result is called no-such-result.json"),
        ("1<!--screen/what as d-->", "this is no number"),
        ("many<!--screen/files as d-->", "no figure stands before"),
    ],
)
def test_a_mark_that_leads_nowhere_is_an_error(text: str, why: str) -> None:
    with pytest.raises(KeyError, match=why):
        figures.with_figures(text)
