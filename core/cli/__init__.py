"""``kramers``: what the app can do, without a browser. A file for each subcommand; each registers itself.

Standard output holds results only: text for people, or with ``--json`` exactly one JSON array (``predict``) or object;
progress and messages go to standard error.
Exit status: 0 all structures ok, 1 some refused or failed (``screen``: some unreadable), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import Final

from core import __version__
from core.cli import app, build, compare, couple, design, jobs, predict, relax, schema, screen, train, verify

SUBCOMMANDS: Final = (predict, couple, screen, build, verify, compare, relax, design, jobs, app, schema, train)
"""In the order of ``kramers --help``."""

_log = logging.getLogger("kramers")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the console script; returns the exit status."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        run: int = options.run(options)
    except KeyboardInterrupt:
        _log.error("Stopped.")
        return 1
    except BrokenPipeError:  # the reader of our output has gone
        sys.stderr.close()
        return 1
    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kramers", description="What the app can do, without a browser.")
    parser.add_argument("--version", action="version", version=f"kramers {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for subcommand in SUBCOMMANDS:
        subcommand.register(commands)
    return parser
