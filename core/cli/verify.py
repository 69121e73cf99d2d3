"""``kramers verify``: the doublets of one complex ab initio, as a table or as JSON."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.arguments import add_complex, positive
from core.cli.progress import progress_line
from core.cli.site_options import add_substitution, stated
from core.errors import KramersError

if TYPE_CHECKING:
    from core.qc.command import Source  # PySCF takes seconds to load

_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers verify``."""
    verify = commands.add_parser("verify", help="compute the doublets of one complex ab initio and print them")
    verify.add_argument("file", nargs="?", type=Path, metavar="FILE", help="XYZ or CIF")
    verify.add_argument("--smiles", help="instead of a file: axial ligand of a complex that is built with five waters")
    add_complex(verify)
    verify.add_argument(
        "--substitute", action="store_true", help="put Lu, Zn or Ga for all magnetic ions but --site (the first)"
    )
    add_substitution(verify)
    verify.add_argument("--memory", type=positive, default=4000, metavar="MB", help="integrals beyond go to disk")
    verify.add_argument("--threads", type=positive, default=os.cpu_count() or 1, metavar="N", help="default: all cores")
    verify.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    verify.add_argument(
        "--out", type=Path, metavar="DIR", help="write everything there; a killed run goes on from there"
    )
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    if (options.file is None) == (options.smiles is None):
        _log.error("kramers verify: give either a file or --smiles.")
        return 2
    from core.qc import command  # PySCF takes seconds to load: no other command waits for it

    names = ("file", "smiles", "preset", "charge", "metal", "block", "component", "site", "substitute")
    given = {name: getattr(options, name) for name in names}
    source = command.Source(**given, stand_ins=tuple(options.stand_in), stated=stated(options))
    if options.all_sites:
        return _every_site(source, options)
    spins, memory, threads = options.multiplicities, options.memory, options.threads
    try:
        with progress_line() as progress:
            record = command.verify(source, spins, memory, threads, options.out, progress)
    except OSError as error:
        return _unwritten(options, error)
    return _put(record, options)


def _every_site(source: Source, options: argparse.Namespace) -> int:
    """One run after the other; a table or a line of JSON each, and a folder each, called after the ion."""
    from core.qc import command

    if options.file is None or options.site is not None:
        _log.error("kramers verify: --all-sites takes a file, and no --site.")
        return 2
    try:
        complexes = command.read_every_site(source)
    except KramersError as error:
        return _put(command.refused(source, error), options)
    spins, memory, threads = options.multiplicities, options.memory, options.threads
    status = 0
    for given in complexes:
        label = given.site.label if given.site is not None else given.ion
        out = None if options.out is None else options.out / label.replace("#", "-")
        _log.info("%s: %s", label, given.origin)
        try:
            with progress_line() as progress:
                record = command.verify_complex(source, given, spins, memory, threads, out, progress)
        except OSError as error:
            return _unwritten(options, error)
        status = max(status, _put(record, options))
    return status


def _unwritten(options: argparse.Namespace, error: OSError) -> int:
    _log.error("kramers verify: %s cannot be written: %s.", options.out, error.strerror)
    return 2


def _put(record: dict[str, Any], options: argparse.Namespace) -> int:
    from core.qc import command, report

    sys.stdout.write(command.as_json(record) if options.json else report.as_text(record))
    sys.stdout.flush()
    return 0 if record["status"] == "ok" else 1
