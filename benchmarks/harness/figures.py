"""Figures of the documents, taken from committed results: python -m benchmarks.harness.figures [--check]

A figure in a Markdown file may carry a mark, which no reader sees:

    21.7<!--screen/structures_per_second as .1f-->

The mark names a result (`benchmarks/results/screen.json`, or a table that ships with the models), the way to a number
in it, keys and positions separated by slashes, and how it is written: a format of Python, where ``%`` gives the number
of per cent without the sign. This command writes the figure before each mark anew; with --check it changes nothing and
ends with status 1 where a figure is not the one of its result.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = tuple(REPOSITORY / name for name in ("benchmarks/results", "models_weights", "core/fields/tables"))

MARK: Final = re.compile(r"(?P<figure>[−-]?\d[\d,.]*)(?P<mark><!--(?P<way>[^<>]+?) as (?P<form>[^<> ]+)-->)")
_ANY: Final = re.compile(r"<!--[^<>]+? as [^<> ]+-->")


@cache
def result(name: str) -> Any:
    """The committed result of this name.

    Raises:
        KeyError: there is none.
    """
    for folder in RESULTS:
        if (file := folder / f"{name}.json").is_file():
            return json.loads(file.read_text(encoding="utf-8"))
    raise KeyError(f"no result is called {name}.json")


def number_at(way: str) -> float:
    """The number at ``result/key/…``; positions in lists count from 0.

    Raises:
        KeyError: the way leads nowhere, or to something else than a number.
    """
    name, *steps = way.split("/")
    found = result(name)
    for step in steps:
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, ValueError, TypeError):
            raise KeyError(f"{way}: nothing lies at {step!r}") from None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise KeyError(f"{way}: this is no number")
    return found


def written(way: str, form: str) -> str:
    """The figure as a document has it, with the minus sign of typography."""
    return format(number_at(way), form).rstrip("%").replace("-", "−")


def with_figures(text: str) -> str:
    """The text with every marked figure as its result has it.

    Raises:
        KeyError: a mark leads nowhere, or no figure stands before it.
    """
    marks = [match["mark"] for match in MARK.finditer(text)]
    if alone := [mark for mark in _ANY.findall(text) if mark not in marks]:
        raise KeyError(f"no figure stands before {alone[0]}")
    return MARK.sub(lambda match: written(match["way"], match["form"]) + match["mark"], text)


def documents() -> Iterator[Path]:
    """README and all pages."""
    yield REPOSITORY / "README.md"
    yield from sorted((REPOSITORY / "docs").rglob("*.md"))


def main() -> int:
    """Write or check; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; status 1 where a figure is another")
    check = parser.parse_args().check
    others = 0
    for document in documents():
        text = document.read_text(encoding="utf-8")
        new = with_figures(text)
        if new != text:
            others += 1
            print(f"{document.relative_to(REPOSITORY)}: figures {'differ' if check else 'written'}", file=sys.stderr)
            if not check:
                document.write_text(new, encoding="utf-8")
    return int(check and others > 0)


if __name__ == "__main__":
    raise SystemExit(main())
