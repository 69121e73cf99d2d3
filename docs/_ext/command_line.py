"""The directive ``command-line``: a section for ``kramers`` and each of its commands, with its ``--help``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from core import cli

_WIDTH = {"COLUMNS": "96", "NO_COLOR": "1"}
"""What argparse asks the environment before it writes help."""


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """`parser` and all its subcommands, each before its own."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from commands(command)


def section(parser: argparse.ArgumentParser) -> nodes.section:
    """Heading and help of one command."""
    made = nodes.section(ids=[nodes.make_id(parser.prog)], names=[nodes.fully_normalize_name(parser.prog)])
    text = parser.format_help()
    made += [nodes.title(text=parser.prog), nodes.literal_block(text, text, language="text")]
    return made


class CommandLine(Directive):
    """Takes no argument; the commands are those of `core.cli`."""

    def run(self) -> list[nodes.Node]:
        """A section for each command."""
        os.environ.update(_WIDTH)
        return [section(parser) for parser in commands(cli._parser())]


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directive."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
