"""``kramers build``: the complex of a ligand, built, judged, and told to people or as JSON."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from core.chem.build.complex import EQUATORIAL
from core.cli.prediction_text import built_text
from core.cli.progress import progress_line
from core.workflows.build import Built, build_from_text
from core.workflows.build_files import WRITERS

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers build``."""
    build = commands.add_parser("build", help="build and judge the complex of a ligand, seven- or six-coordinate")
    build.add_argument("smiles", metavar="SMILES", help="axial ligand; a common name such as HMPA too")
    build.add_argument("--second", metavar="SMILES", help="another ligand opposite to it (default: the same)")
    build.add_argument("--donor", type=_atom, metavar="K", help="atom that binds (see alternatives with --json)")
    build.add_argument("--second-donor", type=_atom, metavar="K", help="the same for the other ligand")
    build.add_argument("--metal", default="Dy", metavar="LN", help="lanthanide, taken as trivalent (default: Dy)")
    build.add_argument("--equatorial", default="water", choices=sorted(EQUATORIAL), help="five of it, or four")
    build.add_argument(
        "--out", type=_structure, metavar="FILE", help=f"write the complex there too ({', '.join(WRITERS)})"
    )
    build.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    build.set_defaults(run=_build)


def _build(options: argparse.Namespace) -> int:
    with progress_line() as progress:
        outcome = build_from_text(
            options.smiles,
            options.second,
            options.metal,
            options.equatorial,
            progress,
            donor=options.donor,
            second_donor=options.second_donor,
        )
    record = outcome.to_dict()
    if options.out is not None and isinstance(outcome, Built):
        try:
            options.out.write_text(WRITERS[options.out.suffix.lower()](outcome), encoding="utf-8")
        except OSError as error:
            _log.error("kramers build: %s cannot be written: %s.", options.out, error.strerror)
            return 2
    if options.json:
        _log.info("%s", record["message"])
        json.dump(record, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(built_text(record))
    return 0 if isinstance(outcome, Built) else 1


def _atom(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of an atom")
    return int(text)


def _structure(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in WRITERS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in none of {', '.join(WRITERS)}")
    return path
