"""The tutorial has one source, docs/tutorial.md: this makes the notebook of it, runs it, and writes outputs back.

A ``python`` block is a cell; a ``text`` block right after it is what the cell prints. All else is text between cells.

    python scripts/tutorial.py        # runs the notebook, writes docs/tutorial.md with outputs and docs/tutorial.ipynb
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

REPOSITORY: Final = Path(__file__).resolve().parents[1]
PAGE: Final = REPOSITORY / "docs" / "tutorial.md"
NOTEBOOK: Final = REPOSITORY / "docs" / "tutorial.ipynb"

SECONDS: Final = 900
"""For one cell on a busy machine."""

_CELL: Final = re.compile(
    r"^```python\n(?P<code>.*?)\n```\n(?:\n```text\n(?P<output>.*?)\n```\n)?", re.DOTALL | re.MULTILINE
)
_LINK: Final = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:)[^)]*\)")


def notebook_of(page: str) -> nbformat.NotebookNode:
    """The notebook of a page, without outputs; links to other pages, which a notebook does not have, become text."""
    cells, end = [], 0
    for found in _CELL.finditer(page):
        cells += [*_text(page[end : found.start()]), new_code_cell(found["code"])]
        end = found.end()
    cells += _text(page[end:])
    for number, cell in enumerate(cells):  # else they are drawn by lot
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def _text(between: str) -> list[nbformat.NotebookNode]:
    plain = _LINK.sub(lambda link: "" if link[1] else link[2], between).strip()
    return [new_markdown_cell(plain)] if plain else []


def stated_outputs(page: str) -> list[str]:
    """What the page says that each cell prints."""
    return [found["output"] or "" for found in _CELL.finditer(page)]


def run(notebook: nbformat.NotebookNode) -> list[str]:
    """Run all cells in an empty folder and give what each printed.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell fails.
    """
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": folder}})
        client.execute(env={**os.environ, "PYTHONPATH": path})
    return [printed(cell) for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell: nbformat.NotebookNode) -> str:
    """Standard output of a cell that ran."""
    return "".join(out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stdout").rstrip()


def with_outputs(page: str, outputs: list[str]) -> str:
    """The page with these outputs after its cells."""
    left = iter(outputs)

    def cell(found: re.Match[str]) -> str:
        output = next(left)
        return f"```python\n{found['code']}\n```\n" + (f"\n```text\n{output}\n```\n" if output else "")

    return _CELL.sub(cell, page)


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """As the committed file has it."""
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def main() -> None:
    """Write page and notebook."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_outputs(page, run(notebook_of(page))), encoding="utf-8")
    write(notebook_of(page), NOTEBOOK)


if __name__ == "__main__":
    main()
