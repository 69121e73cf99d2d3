"""``kramers app``: the page, served until it is stopped."""

from __future__ import annotations

import argparse
import os
from importlib.resources import files
from typing import Any, NoReturn

from core.arguments import positive
from core.cli.become import become
from core.resources import CHECKOUT


def register(commands: Any) -> None:
    """``kramers app``."""
    page = commands.add_parser("app", help="serve Kramers in the browser until it is stopped with Ctrl-C")
    page.add_argument("--port", type=positive, default=8501, metavar="N", help="default: 8501")
    page.add_argument("--address", default="127.0.0.1", metavar="HOST", help="default: 127.0.0.1, this machine alone")
    page.set_defaults(run=_app)


def _app(options: argparse.Namespace) -> NoReturn:
    """The page is Streamlit's program, which core does not import. Its settings lie beside it, in a checkout at the
    top: there it has to be started."""
    if CHECKOUT is not None:
        os.chdir(CHECKOUT)
    script = str(files("app") / "main.py")
    become("streamlit", "run", script, f"--server.port={options.port}", f"--server.address={options.address}")
