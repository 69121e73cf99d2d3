"""``kramers predict``: structures judged, told to people or as one JSON array."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.arguments import positive
from core.cli.prediction_text import overview, structure_text
from core.cli.site_options import add_stated, stated
from core.schema.results import PredictionRecord
from core.workflows.coupled_record import whole_record
from core.workflows.predict import predict_file
from core.workflows.prediction import Prediction
from core.workflows.screen import find_cifs
from core.workflows.wishes import Wishes

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers predict``."""
    one = commands.add_parser("predict", help="judge structures: levels, g_z, verdict, doubts")
    formats = "CIF, XYZ, PDB, MOL2, MOL, SDF, outputs of ORCA and OpenMolcas, gzip or zip of them; folders of CIFs"
    one.add_argument("paths", nargs="+", metavar="PATH", help=formats)
    one.add_argument("--json", action="store_true", help="print one JSON array instead of text")
    one.add_argument("--block", help="data block to read (default: the first with atoms)")
    one.add_argument("--component", type=positive, metavar="K", help="independent molecule, from 1")
    one.add_argument("--site", type=positive, metavar="K", help="one magnetic site, from 1, as if it were alone")
    one.add_argument("--charge", type=int, metavar="Q", help="total charge of a molecule that comes without a crystal")
    add_stated(one)
    one.set_defaults(run=_predict)


def _predict(options: argparse.Namespace) -> int:
    quiet = sys.stdout.isatty() and not options.json  # the text itself shows how far it is
    records = []
    for path in _files(options.paths):
        chosen = {key: getattr(options, key) for key in ("block", "component", "site", "charge")}
        prediction = predict_file(path, **chosen)
        record = _record(prediction, path, options)
        records.append(record)
        if not quiet:
            _log.info("%s: %s", record["file"], record["message"])
        if not options.json:
            sys.stdout.write(("\n" if len(records) > 1 else "") + structure_text(record))
        for hint in _hints(prediction):
            _log.info("%s: %s", record["file"], hint)
    if options.json:
        json.dump(records, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    elif len(records) > 1:
        sys.stdout.write("\n" + overview(records))
    return 0 if all(record["status"] == "ok" for record in records) else 1


def _hints(prediction: Prediction) -> Iterator[str]:
    """Which options would tell what the file does not."""
    report = prediction.report
    if report.alone and report.charge_given is None:
        yield "the file states no total charge; give it with --charge."
    others = [c.number for c in report.components if c.magnetic and c.number != report.component]
    if others:
        numbers = ", ".join(f"--component {number}" for number in others)
        yield f"more molecules with a magnetic ion are judged with {numbers}."


def _record(prediction: Prediction, path: Path, options: argparse.Namespace) -> PredictionRecord:
    """A record; of a molecule with several metals, of which none was chosen, with all of them together."""
    record = prediction.to_dict()
    if not prediction.among_metals or options.site is not None:
        return record
    chosen = {key: getattr(options, key) for key in ("block", "component", "charge")}
    return whole_record(record, path, Wishes(stated=stated(options)), **chosen)


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for text in paths:
        path = Path(text)
        if path.is_dir():
            yield from find_cifs(path)
        else:
            yield path
