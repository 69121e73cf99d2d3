"""What stands behind the paths and SMILES of ``kramers jobs submit``: complexes, and the job of each."""

from __future__ import annotations

import argparse
import csv
import io
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core import settings
from core.chem.ligand.ligand import LigandName, ligand_name
from core.cli.site_options import stated
from core.errors import InputError, KramersError
from core.jobs.model import Filter, JobSpec
from core.jobs.processes import cores
from core.jobs.store import Store

if TYPE_CHECKING:
    from core.chem.handed_complex import Complex
    from core.qc.job import Method  # PySCF takes seconds to load: no other command waits for it

_MANY: Final = 400
"""From so many ligands on, several processes read them: one takes some 2 ms a ligand."""

_MOST_PROCESSES: Final = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """One complex of a batch: a file, or a ligand; `title` is for people."""

    title: str
    file: Path | None = None
    smiles: str | None = None


@dataclass(slots=True)
class Rows:
    """What stands behind the paths that were given.

    Attributes:
        wanted: the complexes.
        empty: rows of tables without a ligand.
        many: whether a table or a folder was among them, or several files.
    """

    wanted: list[Wanted] = field(default_factory=list)
    empty: int = 0
    many: bool = False


def rows_of(paths: Sequence[Path], column: str) -> Rows:
    """The complexes behind paths.

    Raises:
        InputError: a folder without files, a CSV that cannot be read or lacks the column.
        OSError: a table cannot be opened.
    """
    found = Rows(many=len(paths) > 1)
    for path in paths:
        if path.suffix.lower() == ".csv":
            ligands, empty = _ligands_of(path, column)
            found.wanted += ligands
            found.empty += empty
            found.many = True
        elif path.is_dir():
            found.wanted += _files_of(path)
            found.many = True
        else:
            found.wanted.append(Wanted(path.name, file=path))
    return found


def _files_of(folder: Path) -> list[Wanted]:
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in {".xyz", ".cif"} and file.is_file())
    if not files:
        raise InputError("there is no XYZ and no CIF in this folder.", where=str(folder))
    return [Wanted(str(file.relative_to(folder)), file=file) for file in files]


def _ligands_of(path: Path, column: str) -> tuple[list[Wanted], int]:
    """The ligands of a table, and how many of its rows have none."""
    if path.stat().st_size > settings.MAX_FILE_BYTES:
        raise InputError(f"the table has more than {settings.MAX_FILE_BYTES / 1e6:.0f} MB.", where=path.name)
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig", errors="replace")))
    try:
        found, ligands, empty = rows.fieldnames or [], [], 0
        if column not in found:
            names = ", ".join(found)[:200] or "none"
            raise InputError(f"no column “{column}”; found: {names}.", where=path.name, advice="Name it with --column.")
        for row in rows:
            smiles = (row[column] or "").strip()
            empty += not smiles
            if smiles:
                ligands.append(Wanted(row.get("name") or smiles, smiles=smiles))
    except csv.Error as error:
        raise InputError(f"line {rows.line_num} cannot be read ({error}).", where=path.name) from None
    return ligands, empty


def specs_of(
    wanted: Sequence[Wanted], options: argparse.Namespace, store: Store, lost: Callable[[Wanted, str], None]
) -> Iterator[JobSpec]:
    """The job behind each of a batch, in their order.

    Args:
        wanted: the complexes.
        options: of the command line.
        store: the ledger, where a ligand's complex may have been computed already.
        lost: told of a file that cannot even be opened, and why.

    Raises:
        KramersError: no such metal, limits that make no sense.
    """
    from core.magnetism.ions import lanthanide

    metal = lanthanide(options.metal or "Dy").symbol
    with naming([one.smiles for one in wanted if one.smiles is not None]) as names:
        method = _method(options)  # loads PySCF, while others read ligands
        known = _built_before(store) if any(one.smiles is not None for one in wanted) else {}
        for one in wanted:
            if one.smiles is not None:
                spec = _of_ligand(one, next(names), method, metal)
                yield known.get(_key(spec.question, spec.meta), spec)
                continue
            try:
                yield from _of_file(one, method, options)
            except (KramersError, OSError) as error:
                lost(one, error.sentence if isinstance(error, KramersError) else f"{error.strerror}.")


def _method(options: argparse.Namespace) -> Method:
    from core.qc.job import Method
    from core.qc.spin_orbit_states import Multiplicities

    wall = round(options.hours * 3600)
    spins = Multiplicities(options.multiplicities)
    return Method(options.preset, spins, options.memory, options.threads, wall, options.priority)


@contextmanager
def naming(texts: Sequence[str]) -> Iterator[Iterator[LigandName | str]]:
    """The names of ligands, in their order; for what is none, the reason. Many are read by several processes, which
    begin at once."""
    processes = min(cores(), _MOST_PROCESSES)
    if len(texts) < _MANY or processes == 1:
        yield map(_named, texts)
        return
    way = "fork" if "fork" in multiprocessing.get_all_start_methods() else None  # it brings what is loaded already
    context, deaf = multiprocessing.get_context(way), (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for us to hear
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=signal.signal, initargs=deaf)
    try:
        yield pool.map(_named, texts, chunksize=50)
    finally:
        pool.shutdown(cancel_futures=True)


def _named(text: str) -> LigandName | str:
    try:
        return ligand_name(text)
    except KramersError as error:
        return error.sentence


def _of_ligand(wanted: Wanted, name: LigandName | str, method: Method, metal: str) -> JobSpec:
    from core.qc.job import ligand_job, unread_ligand_job

    if isinstance(name, str):
        return unread_ligand_job(wanted.smiles or "", name, method, wanted.title, metal)
    return ligand_job(name, method, wanted.title, metal)


def _of_file(wanted: Wanted, method: Method, options: argparse.Namespace) -> tuple[JobSpec, ...]:
    """A crystal is kept as it is; the complex of an XYZ file is read, or refused with its reason. Where every site is
    wanted of a molecule with several metals, either is read: a job a site."""
    from core.qc import command as verification
    from core.qc.job import CHOICE, CIF, XYZ, file_job, given_job
    from core.qc.reading import from_xyz

    file = wanted.file or Path()
    data, kind = verification.bytes_of(file), file.suffix.lower()
    if kind not in (".cif", ".xyz"):
        raise InputError(
            "only .xyz and .cif files are read.", advice="Convert the file, or give a ligand with --smiles."
        )
    sites = _every_site(file, method, options) if options.all_sites else ()
    if sites:
        return tuple(given_job(given, method, wanted.title) for given in sites)
    choice = {name: getattr(options, name) for name in CHOICE}
    if kind == ".cif":
        return (file_job(data, CIF, method, wanted.title, **choice),)
    try:
        given = from_xyz(data, method.preset, charge=options.charge, metal=options.metal)
    except KramersError as error:
        return (file_job(data, XYZ, method, wanted.title, error.sentence, **choice),)
    return (given_job(given, method, wanted.title),)


def _every_site(file: Path, method: Method, options: argparse.Namespace) -> tuple[Complex, ...]:
    """Of a molecule with several metals; none of one with a single metal, whose question is that of its file."""
    from core.qc import command as verification

    source = verification.Source(
        file,
        None,
        method.preset,
        charge=options.charge,
        block=options.block,
        component=options.component,
        stand_ins=tuple(options.stand_in),
        stated=stated(options),
    )
    found = verification.read_every_site(source)
    several = any(given.site is not None and len(given.site.ions) > 1 for given in found)
    return found if several else ()


def _built_before(store: Store) -> dict[tuple[Any, ...], JobSpec]:
    """Ligands whose complexes were asked for with all their coordinates: by the Build page, or before runs could build.

    Such a question has another name, but the same answer.
    """
    from core.qc.label_table import is_ligand

    jobs = store.jobs(Filter(kinds=("verify",), limit=sys.maxsize))
    built = (job for job in jobs if "elements" in job.question and is_ligand(job.meta))
    return {_key(job.question, job.meta): job.spec for job in built}


def _key(question: Mapping[str, Any], meta: Mapping[str, Any]) -> tuple[Any, ...]:
    """What two questions about a ligand's complex have to share to have one answer."""
    from core.qc.label_table import RECIPE

    return (meta.get("smiles"), meta.get("donor"), meta.get("metal"), *(question.get(name) for name in RECIPE))
