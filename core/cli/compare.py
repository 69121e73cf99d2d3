"""``kramers compare``: the output of OpenMolcas or ORCA beside a record of ``kramers verify``, level by level."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from core.errors import InputError, KramersError
from core.schema.files import from_json

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers compare``."""
    compare = commands.add_parser("compare", help="lay the output of OpenMolcas or ORCA beside a verification")
    compare.add_argument(
        "ours", type=Path, metavar="OURS.json", help="record that kramers verify --json or --out wrote"
    )
    compare.add_argument("theirs", type=Path, metavar="THEIRS", help="log of RASSI and SINGLE_ANISO, or output of ORCA")
    compare.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    compare.set_defaults(run=_compare)


def _compare(options: argparse.Namespace) -> int:
    from core.qc.outputs import comparison, reading, report  # PySCF takes seconds to load: no other command waits

    try:
        record = read_record(options.ours)
        calculation = reading.read_output(read_bytes(options.theirs))
        compared = comparison.compare(record, calculation)
    except KramersError as error:
        _log.error("kramers compare: %s", error.sentence)
        return 1
    if options.json:
        whole = report.as_record(calculation, compared)
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        sys.stdout.write(report.as_text(calculation, compared))
    return 0


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror}.", where=path.name) from None


def read_record(path: Path) -> dict[str, Any]:
    try:
        return dict(from_json(read_bytes(path).decode("utf-8", errors="replace")))
    except InputError as error:
        raise InputError(error.what, where=path.name, advice="Give the result.json of a verification.") from None
