"""The tutorial runs from top to bottom, prints what its page says, and its notebook is that page."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from scripts import tutorial

NUMBER = re.compile(r"\d+(?:\.\d+)?")

PAGE = tutorial.PAGE.read_text(encoding="utf-8")


def numbers_agree(stated: str, printed: str) -> bool:
    """Within 2 %, or one unit of the last digit: another processor rounds otherwise."""
    unit = 10.0 ** -len(stated.partition(".")[2])
    return abs(float(stated) - float(printed)) <= max(0.02 * float(stated), 1.01 * unit)


def lines_agree(stated: str, printed: str) -> bool:
    """The same words, and numbers that agree; columns may shift by a space."""
    if NUMBER.sub("#", stated).split() != NUMBER.sub("#", printed).split():
        return False
    return all(map(numbers_agree, NUMBER.findall(stated), NUMBER.findall(printed)))


def outputs_agree(stated: str, printed: str) -> bool:
    """Line by line."""
    first, second = stated.splitlines(), printed.splitlines()
    return len(first) == len(second) and all(map(lines_agree, first, second))


def half_agrees(stated: str, printed: str) -> bool:
    """Of a list that a neural network wrote: rounding may turn one token into another."""
    first, second = set(stated.splitlines()), set(printed.splitlines())
    return 2 * len(first & second) >= len(first)


def test_the_notebook_is_made_of_the_page_and_holds_no_outputs() -> None:
    """Else: `make tutorial`."""
    committed = nbformat.read(tutorial.NOTEBOOK, as_version=4)
    nbformat.validate(committed)
    assert committed == tutorial.notebook_of(PAGE)
    assert not any(cell.outputs for cell in committed.cells if cell.cell_type == "code")


def test_the_notebook_runs_from_top_to_bottom_and_prints_what_the_page_says() -> None:
    notebook = tutorial.notebook_of(PAGE)
    printed, stated = tutorial.run(notebook), tutorial.stated_outputs(PAGE)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(printed) == len(stated) == len(cells) >= 7
    for cell, said, was in zip(cells, stated, printed, strict=True):
        agree = half_agrees if "explore" in cell.source else outputs_agree
        assert agree(said, was), f"{cell.source}\nthe page says\n{said}\nprinted was\n{was}"


def test_the_tutorial_uses_nothing_but_the_public_face() -> None:
    code = "\n".join(cell.source for cell in tutorial.notebook_of(PAGE).cells if cell.cell_type == "code")
    assert re.findall(r"^\s*(?:import|from) .*$", code, re.MULTILINE) == ["import kramers"]


def test_a_page_takes_outputs_back_and_gives_the_same_notebook() -> None:
    first, second = "```python\nprint(1)\n```\n", "```python\nx = 2\n```\n\n```text\nold\n```\n"
    page = f"# A\n\n{first}\ntext with a [link](b.md)\n\n{second}\nend\n"
    new = tutorial.with_outputs(page, ["1", ""])
    assert new.startswith("# A\n\n```python\nprint(1)\n```\n\n```text\n1\n```\n\ntext")
    assert "old" not in new and new.endswith("```\n\nend\n")
    assert tutorial.stated_outputs(new) == ["1", ""]
    assert tutorial.notebook_of(new) == tutorial.notebook_of(page)
    assert [cell.source for cell in tutorial.notebook_of(page).cells][2] == "text with a link"


def test_a_cell_that_fails_is_not_passed_over() -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        tutorial.run(tutorial.notebook_of("```python\n1 / 0\n```\n"))


@pytest.mark.parametrize(
    ("stated", "printed", "agree"),
    [
        ("gap 564 cm⁻¹", "gap 570 cm⁻¹", True),
        ("gap 564 cm⁻¹", "gap 590 cm⁻¹", False),
        ("g   0.0  19.9", "g   0.1  19.9", True),
        ("g   0.0  19.9", "g   0.5  19.9", False),
        ("status ok", "status failed", False),
        ("one 1", "one 1\ntwo 2", False),
    ],
)
def test_what_counts_as_the_same_output(stated: str, printed: str, agree: bool) -> None:
    assert outputs_agree(stated, printed) is agree
