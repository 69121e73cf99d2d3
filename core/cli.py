"""``kramers``: what the app can do, without a browser.

Standard output holds results only (for ``predict`` exactly one JSON array, for ``build`` and ``verify --json`` one JSON
object); progress and messages go to standard error.
Exit status: 0 all structures ok, 1 some refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core import __version__, jobs_cli, settings
from core.arguments import add_complex, positive
from core.chem.complex import EQUATORIAL, Progress
from core.design import command as design
from core.errors import KramersError
from core.smm.build import Built, build_from_text
from core.smm.build_files import WRITERS
from core.smm.predictor import Prediction, Status, predict_guarded
from core.smm.screen import find_cifs, ranked, screen

TRAINING: Final = {
    "levels": "computed_levels",
    "label-list": "label_list",
    "labels": "label_factory",
    "calibration": "calibration",
    "structures": "structures",
    "voxel-network": "voxel_network",
    "predictor": "predictor",
    "ligand-library": "ligand_library",
    "ligand-proxies": "ligand_proxies",
    "ligand-set": "ligand_set",
    "ligand-vae": "ligand_vae",
    "ligand-heads": "ligand_heads",
    "atlas": "atlas",
}
"""Steps of ``kramers train`` and the modules behind them, in the order in which one needs the other."""

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
    parser = argparse.ArgumentParser(prog="kramers", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--version", action="version", version=f"kramers {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("predict", help="judge CIFs and print one JSON array")
    one.add_argument("paths", nargs="+", metavar="PATH", help="CIF files, or folders that hold them")
    one.add_argument("--json", action="store_true", help="print the JSON without line breaks")
    one.add_argument("--block", help="data block to read (default: the first with atoms)")
    one.add_argument("--component", type=positive, metavar="K", help="independent molecule, from 1")
    one.add_argument("--site", type=positive, metavar="K", help="magnetic site, from 1; exchange is then ignored")
    one.set_defaults(run=_predict)

    many = commands.add_parser("screen", help="judge every CIF of a folder into a table, on all cores")
    many.add_argument("folder", type=Path, metavar="FOLDER")
    many.add_argument("--out", type=_table, required=True, metavar="TABLE.csv", help="table to write or to go on with")
    many.add_argument("--jobs", type=positive, default=None, metavar="N", help="processes (default: all cores)")
    jobs_cli.register_screen(many)
    many.set_defaults(run=_screen)

    build = commands.add_parser("build", help="build the pentagonal-bipyramidal complex of a ligand and print its JSON")
    build.add_argument("smiles", metavar="SMILES", help="axial ligand")
    build.add_argument("--second", metavar="SMILES", help="another ligand opposite to it (default: the same)")
    build.add_argument("--donor", type=_atom, metavar="K", help="atom that binds (see alternatives in the JSON)")
    build.add_argument("--second-donor", type=_atom, metavar="K", help="the same for the other ligand")
    build.add_argument("--metal", default="Dy", metavar="LN", help="lanthanide, taken as trivalent (default: Dy)")
    build.add_argument("--equatorial", default="water", choices=sorted(EQUATORIAL), help="the five in the plane")
    build.add_argument(
        "--out", type=_structure, metavar="FILE", help=f"write the complex there too ({', '.join(WRITERS)})"
    )
    build.add_argument("--json", action="store_true", help="print the JSON without line breaks")
    build.set_defaults(run=_build)

    verify = commands.add_parser("verify", help="compute the doublets of one complex ab initio and print them")
    verify.add_argument("file", nargs="?", type=Path, metavar="FILE", help="XYZ or CIF")
    verify.add_argument("--smiles", help="instead of a file: axial ligand of a complex that is built with five waters")
    add_complex(verify)
    verify.add_argument("--memory", type=positive, default=4000, metavar="MB", help="integrals beyond go to disk")
    verify.add_argument("--threads", type=positive, default=os.cpu_count() or 1, metavar="N", help="default: all cores")
    verify.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    verify.add_argument(
        "--out", type=Path, metavar="DIR", help="write everything there; a killed run goes on from there"
    )
    verify.set_defaults(run=_verify)

    design.add_parser(commands, positive)
    jobs_cli.register(commands)

    train = commands.add_parser("train", help="make the shipped models and tables again, step by step")
    train.add_argument("step", choices=TRAINING, help="in this order; --help after it tells its options")
    train.add_argument("rest", nargs=argparse.REMAINDER, metavar="OPTIONS")
    train.set_defaults(run=_train)
    return parser


def _train(options: argparse.Namespace) -> int:
    """Training is a program of its own, in the place of this one: it imports what no other command wants, and a signal
    that ends it has nobody else to reach."""
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", f"core.training.{TRAINING[options.step]}", *options.rest])


def _table(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".csv":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .csv")
    return path


def _atom(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of an atom")
    return int(text)


def _structure(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in WRITERS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in none of {', '.join(WRITERS)}")
    return path


def _predict(options: argparse.Namespace) -> int:
    files = list(_files(options.paths))
    records, failed = [], 0
    for path in files:
        prediction = _read(path, options)
        failed += prediction.status is not Status.OK
        _log.info("%s: %s", prediction.file, prediction.message)
        records.append(prediction.to_dict())
    json.dump(records, sys.stdout, ensure_ascii=False, allow_nan=False, indent=None if options.json else 1)
    sys.stdout.write("\n")
    return 1 if failed else 0


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for text in paths:
        path = Path(text)
        if path.is_dir():
            yield from find_cifs(path)
        else:
            yield path


def _read(path: Path, options: argparse.Namespace) -> Prediction:
    name = str(path)
    try:
        if path.stat().st_size > settings.MAX_FILE_BYTES:
            size = path.stat().st_size / 1e6
            limit = settings.MAX_FILE_BYTES / 1e6
            return Prediction(name, "", Status.ERROR, f"the file has {size:.0f} MB, more than the {limit:.0f} MB read.")
        data = path.read_bytes()
    except OSError as error:
        return Prediction(name, "", Status.ERROR, f"the file cannot be read: {error.strerror}.")
    return predict_guarded(data, name, block=options.block, component=options.component, site=options.site)


def _build(options: argparse.Namespace) -> int:
    with _progress_line() as progress:
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
    _log.info("%s", record["message"])
    if options.out is not None and isinstance(outcome, Built):
        try:
            options.out.write_text(WRITERS[options.out.suffix.lower()](outcome), encoding="utf-8")
        except OSError as error:
            _log.error("kramers build: %s cannot be written: %s.", options.out, error.strerror)
            return 2
    json.dump(record, sys.stdout, ensure_ascii=False, allow_nan=False, indent=None if options.json else 1)
    sys.stdout.write("\n")
    return 0 if isinstance(outcome, Built) else 1


def _verify(options: argparse.Namespace) -> int:
    if (options.file is None) == (options.smiles is None):
        _log.error("kramers verify: give either a file or --smiles.")
        return 2
    from core.qc import command, report  # PySCF takes seconds to load: no other command waits for it

    names = ("file", "smiles", "preset", "charge", "metal", "block", "component", "site")
    source = command.Source(**{name: getattr(options, name) for name in names})
    spins, memory, threads = options.multiplicities, options.memory, options.threads
    try:
        with _progress_line() as progress:
            record = command.verify(source, spins, memory, threads, options.out, progress)
    except OSError as error:
        _log.error("kramers verify: %s cannot be written: %s.", options.out, error.strerror)
        return 2
    sys.stdout.write(command.as_json(record) if options.json else report.as_text(record))
    return 0 if record["status"] == "ok" else 1


@contextmanager
def _progress_line() -> Iterator[Progress | None]:
    """One line on the terminal, written over again and wiped at the end; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield lambda stage, fraction: _overwrite(f"{fraction:4.0%} {stage}")
    finally:
        _overwrite("")


def _overwrite(text: str) -> None:
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()


def _screen(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        _log.error("kramers screen: there is no folder %s.", options.folder)
        return 2
    if options.queue:
        return jobs_cli.screen_by_queue(options)
    try:
        summary = screen(options.folder, options.out, jobs=options.jobs, progress=sys.stderr)
        order = ranked(options.out)
    except (KramersError, OSError) as error:
        _log.error("kramers screen: %s", error)
        return 2
    _log.info("%s The likeliest first: %s", summary.sentence, order)
    return 1 if summary.not_ok else 0


if __name__ == "__main__":
    raise SystemExit(main())
