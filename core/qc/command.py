"""``kramers verify``: a file or a ligand in, the record of its run out, and the files of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import settings
from core.chem.handed_complex import Complex
from core.chem.io.export import to_xyz
from core.chem.sphere.metal_sites import Stated
from core.doubts import records
from core.errors import DomainError, InputError, KramersError, TooLarge
from core.progress import Progress
from core.qc.engine import Verification
from core.qc.export import to_openmolcas, to_orca, to_phi
from core.qc.reading import from_cif, from_smiles, from_xyz
from core.qc.report import as_text
from core.qc.request import Request, requested
from core.qc.run import Folder, failure, not_verified, run
from core.qc.spin_orbit_states import Multiplicities
from core.qc.stored_result import molecule
from core.qc.substitution import every_site, from_several, stand_ins
from core.schema.files import to_json


@dataclass(frozen=True, slots=True)
class Source:
    """What shall be verified: a file, or a ligand as SMILES; the rest as in `core.qc.reading`.

    With `substitute`, diamagnetic ions stand in for all magnetic ones but `site` (`core.qc.substitution`): those of
    `stand_ins` where they are named; `stated` is what is known of single ions.
    """

    file: Path | None
    smiles: str | None
    preset: str = "standard"
    charge: int | None = None
    metal: str | None = None
    block: str | None = None
    component: int | None = None
    site: int | None = None
    substitute: bool = False
    stand_ins: tuple[str, ...] = ()
    stated: Stated = field(default_factory=Stated)

    @property
    def title(self) -> str:
        """File or ligand as given (hostile text)."""
        return self.file.name if self.file is not None else str(self.smiles)


def verify(
    source: Source,
    multiplicities: str,
    memory_mb: int,
    threads: int,
    out: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The record of a run; what cannot be run has one too, which says why.

    Args:
        source: what shall be verified.
        multiplicities: ``all`` or ``high-spin``.
        memory_mb, threads: as in `core.qc.request.Request`.
        out: folder for the files of the run, which goes on from a checkpoint there.
        progress: told the stage and a fraction.

    Raises:
        OSError: the folder cannot be written.
    """
    try:
        given = read(source, progress)
    except KramersError as error:
        return refused(source, error)
    return verify_complex(source, given, multiplicities, memory_mb, threads, out, progress)


def refused(source: Source, error: KramersError) -> dict[str, Any]:
    """The record of a source that cannot be run."""
    return {**not_verified("refused", error.sentence, source.title.encode()), "source": source.title}


def verify_complex(
    source: Source,
    given: Complex,
    multiplicities: str,
    memory_mb: int,
    threads: int,
    out: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The same for a complex of that source which has been read; arguments and errors as of `verify`."""
    head = {"source": source.title}
    try:
        request = requested(given, source.preset, Multiplicities(multiplicities), memory_mb, threads)
    except KramersError as error:
        return refused(source, error)
    folder = None if out is None else Folder(out)
    if folder is not None:
        folder.prepare(request)
        _write_inputs(folder, request, source.title)
    result, outcome = _outcome(request, folder, progress)
    record = {**outcome, **head, "doubts": records(given.doubts)}
    if folder is not None:
        _write_outcome(folder, result, record)
    return record


def as_json(record: Mapping[str, Any]) -> str:
    """One JSON object on one line."""
    return to_json(record) + "\n"


def read(source: Source, progress: Progress | None = None) -> Complex:
    """The complex behind a source.

    Raises:
        KramersError: as the functions of `core.qc.reading` do; no file of a kind that is read.
    """
    if source.smiles is not None:
        return from_smiles(source.smiles, source.preset, metal=source.metal, progress=progress)
    data, kind = bytes_of(source.file), source.file.suffix.lower() if source.file is not None else ""
    if source.substitute:
        return from_several(data, source.title, source.preset, site=source.site, **_choice(source))
    if kind == ".xyz":
        return from_xyz(data, source.preset, charge=source.charge, metal=source.metal)
    if kind == ".cif":
        return from_cif(
            data,
            source.preset,
            charge=source.charge,
            metal=source.metal,
            block=source.block,
            component=source.component,
            site=source.site,
        )
    raise InputError("only .xyz and .cif files are read.", advice="Convert the file, or give a ligand with --smiles.")


def read_every_site(source: Source) -> tuple[Complex, ...]:
    """Every lanthanide of the source's file by itself, with stand-ins for other magnetic ions.

    Raises:
        KramersError: as of `core.qc.substitution.every_site`; no file.
    """
    return every_site(bytes_of(source.file), source.title, source.preset, **_choice(source))


def _choice(source: Source) -> dict[str, Any]:
    choice = {name: getattr(source, name) for name in ("charge", "block", "component", "stated")}
    return {**choice, "chosen": stand_ins(source.stand_ins)}


def bytes_of(file: Path | None) -> bytes:
    """What a file holds.

    Raises:
        InputError: no file, one that cannot be read, one past the limit of `core.settings`.
    """
    if file is None:
        raise InputError("there is neither a file nor a ligand.", advice="Give FILE.xyz, FILE.cif or --smiles.")
    try:
        if file.stat().st_size > settings.MAX_FILE_BYTES:
            raise TooLarge(f"the file has {file.stat().st_size / 1e6:.0f} MB.", advice="Give one structure.")
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}.") from None


def _outcome(
    request: Request, folder: Folder | None, progress: Progress | None
) -> tuple[Verification | None, dict[str, Any]]:
    checkpoint = None if folder is None else folder.checkpoint
    try:
        return run(request, progress=progress or (lambda stage, fraction: None), checkpoint=checkpoint)
    except KramersError as error:
        return None, failure(request, error.sentence)
    except MemoryError:
        return None, failure(request, "the memory of this machine did not suffice.")


def _write_inputs(folder: Folder, request: Request, title: str) -> None:
    """The complex and the inputs for other programs, which do not wait for a result."""
    folder.write("complex.xyz", to_xyz(molecule(request.spec)))
    folder.write("molcas.input", to_openmolcas(request.spec, title))
    folder.write("orca.inp", to_orca(request.spec, request.multiplicities, title))


def _write_outcome(folder: Folder, result: Verification | None, record: dict[str, Any]) -> None:
    folder.write_record(record)
    folder.write("result.txt", as_text(record))
    if result is None:
        return
    try:
        folder.write("crystal_field.crf", to_phi(result.levels.stevens, result.spec.ion))
    except DomainError:  # Eu and Gd have no Stevens factors; their parameters stand in result.json
        (folder.path / "crystal_field.crf").unlink(missing_ok=True)
