"""``kramers schema``: the JSON Schema of all that the commands print with ``--json``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from core.schema.files import schema_text


def register(commands: Any) -> None:
    """``kramers schema``."""
    schema = commands.add_parser("schema", help="print the JSON Schema of results")
    schema.set_defaults(run=_schema)


def _schema(options: argparse.Namespace) -> int:
    sys.stdout.write(schema_text())
    return 0
