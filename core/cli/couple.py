"""``kramers couple``: the magnetic ions of one molecule together, with exchange given or fitted to measured data."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from core import settings
from core.arguments import positive
from core.chem.io.structure import StructureError
from core.cli.site_options import (
    add_stated,
    number,
    pair_name,
    pair_value,
    site_count,
    site_file,
    site_number,
    stated,
    temperature,
)
from core.coupling.magnetometry import magnetisation
from core.coupling.states import solve
from core.errors import InputError, KramersError, UnreadableFile
from core.qc.measured import read_measured
from core.schema.answers import CouplingRecord
from core.schema.files import from_json
from core.workflows.coupled_fit import fit_pairs, fit_record
from core.workflows.coupled_record import coupling_record, several_record
from core.workflows.joined import computed, together
from core.workflows.several import Several, judge_several, require_coupled
from core.workflows.wishes import Computed, Wishes

_log = logging.getLogger("kramers")

FIELDS: Final = np.linspace(0.5, 7.0, 14)
"""Of M(H) [T]."""


def register(commands: Any) -> None:
    """``kramers couple``."""
    one = commands.add_parser(
        "couple", help="couple the magnetic ions of a molecule by dipoles and exchange; fit J to χT(T) and M(H)"
    )
    one.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH",
        help="a structure (CIF, XYZ, PDB, MOL2, MOL, SDF), or results of its ions (kramers verify --all-sites --out)",
    )  # fmt: skip
    one.add_argument("--J", type=number, metavar="CM1", help="the same J for every bridged pair [cm⁻¹]")
    one.add_argument(
        "--site-J", dest="exchange", type=pair_value, action="append", default=[], metavar="Dy1-Dy2=-0.05",
        help="J of −J S₁·S₂ [cm⁻¹] (POLY_ANISO's sign; J of −2J S₁·S₂ is half of it); holds for all equal pairs",
    )  # fmt: skip
    one.add_argument("--fit", type=Path, metavar="CSV", help="measured χT(T) or M(H): fits J of every bridged pair")
    one.add_argument(
        "--fit-pair", type=pair_name, action="append", default=[], metavar="Dy1-Dy2", help="fit this pair's J only"
    )
    one.add_argument("--zj", action="store_true", help="fit a mean field zJ′ between molecules, too")
    one.add_argument("--tip", action="store_true", help="fit a temperature-independent paramagnetism, too")
    one.add_argument("--g", type=site_number, action="append", default=[], metavar="Cu1=2.1", help="g of a 3d ion")
    one.add_argument("--D", type=site_number, action="append", default=[], metavar="Mn1=-3.5", help="its D [cm⁻¹]")
    one.add_argument("--keep", type=site_count, action="append", default=[], metavar="Dy1=2", help="states of an ion")
    one.add_argument(
        "--levels", type=site_file, action="append", default=[], metavar="Dy1=RESULT.json",
        help="levels of an ion from kramers verify --substitute --json, in place of the electrostatic model's",
    )  # fmt: skip
    one.add_argument("--no-dipole", action="store_true", help="exchange alone")
    one.add_argument("--magnetisation", type=temperature, action="append", metavar="K", help="M(H) at so many kelvin")
    one.add_argument("--json", action="store_true", help="print the JSON without line breaks")
    one.add_argument("--block", help="data block to read (default: the first with atoms)")
    one.add_argument("--component", type=positive, metavar="K", help="independent molecule, from 1")
    one.add_argument("--charge", type=int, metavar="Q", help="total charge of a molecule that comes without a crystal")
    add_stated(one)
    one.set_defaults(run=_couple)


def _couple(options: argparse.Namespace) -> int:
    try:
        record = couple(options)
    except KramersError as error:
        _log.error("%s: %s", options.paths[0], error.sentence)
        return 1
    json.dump(record, sys.stdout, ensure_ascii=False, allow_nan=False, indent=None if options.json else 1)
    sys.stdout.write("\n")
    return 0


def couple(options: argparse.Namespace) -> CouplingRecord:
    """The record that is printed.

    Raises:
        KramersError: a file that cannot be read, a molecule or a wish that is refused.
    """
    wishes = Wishes(
        stated=stated(options),
        exchange=dict(options.exchange),
        bridged=options.J,
        g=dict(options.g),
        zero_field=dict(options.D),
        kept=dict(options.keep),
        levels={label: _result(path) for label, path in options.levels},
        dipolar=not options.no_dipole,
    )
    try:
        found = _found(options, wishes)
    except StructureError as error:
        raise error.error from error
    system = require_coupled(found)
    record = several_record(found)
    if options.fit:
        data = read_measured(_bytes(options.fit))
        fit = fit_pairs(found, system, data, options.fit_pair, between=options.zj, tip=options.tip)
        record["fit"], system = fit_record(fit), fit.system
        record["coupling"] = coupling_record(found, solve(system))
    if options.magnetisation:
        curves = magnetisation(system, FIELDS, tuple(options.magnetisation))
        record["magnetisation"] = {
            "B_tesla": FIELDS.tolist(),
            "T_K": list(options.magnetisation),
            "muB_per_molecule": curves.tolist(),
        }
    return record


def _found(options: argparse.Namespace, wishes: Wishes) -> Several:
    """The molecule: out of a structure, or out of results of its ions."""
    if all(path.suffix.lower() == ".json" for path in options.paths):
        results = [read_result(path) for path in options.paths]
        return together(results, wishes, [str(path) for path in options.paths])
    if len(options.paths) > 1:
        raise InputError(
            "there are several files, and not all are results (.json).",
            advice="Give one structure, with results by --levels Dy1=FILE.json; or results alone.",
        )
    chosen = {key: getattr(options, key) for key in ("block", "component", "charge")}
    return judge_several(_bytes(options.paths[0]), str(options.paths[0]), wishes, **chosen)


def _result(path: Path) -> Computed:
    """Levels out of the JSON of ``kramers verify``."""
    return computed(read_result(path), path.name)


def read_result(path: Path) -> Mapping[str, Any]:
    """The JSON of one result.

    Raises:
        UnreadableFile: no JSON of ours.
    """
    try:
        return from_json(_bytes(path).decode("utf-8", errors="replace"))
    except (KeyError, InputError) as error:
        raise UnreadableFile(
            "this is no result of kramers verify.", where=path.name, advice="Give its JSON."
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > settings.MAX_RAW_BYTES:
            raise InputError(f"the file has more than the {settings.MAX_RAW_BYTES / 1e6:.0f} MB read.", where=path.name)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}.", where=path.name) from error
