"""A verification as a job of the queue, and back: its question is what the levels depend on, nothing else.

Three kinds of question: a complex with all its coordinates; a ligand, whose complex the run builds; a crystal, out of
which the run cuts the complex. So to ask takes milliseconds, and what takes seconds is done by the run (`asked`).

::

    {"elements": …, "positions_A": …, "charge": …, "donors": …, RECIPE}
    {"ligand": "CP(C)(C)=O", "donor": 4, "metal": "Dy", RECIPE}
    {"file": "input.cif", "sha256": …, "charge", "metal", "block", "component", "site", RECIPE}

(An XYZ file is read when it is asked for, since that takes milliseconds; only one that is refused is kept as a file.)

RECIPE is ``geometry``, ``preset``, ``multiplicities``, ``engine``: what results have to share to be compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.chem.build.complex import PROTOCOL
from core.chem.handed_complex import Complex
from core.chem.ligand.ligand import LigandName
from core.doubts import records
from core.errors import InputError
from core.jobs.model import JobSpec, Limits, canonical
from core.qc.request import ENGINE, LEAST_MEMORY_MB, MEMORY_MB, Request, check_memory, read_request, requested
from core.qc.spin_orbit_states import Multiplicities

OVERHEAD_MB: Final = 1500
"""What a run may hold beyond the integrals: 128 atoms (779 functions) took 1,988 MB in all when asked to keep its
integrals within 4,000 (benchmarks/results/big_crystal.json)."""

_DECIMALS: Final = 6
"""Of coordinates [Å] in a question: the same file read twice is one question."""

DAY_S: Final = 86_400

MOST_UNREAD: Final = 1000
"""Of a text that is no ligand, what is kept [characters]."""

CIF: Final = "input.cif"
XYZ: Final = "input.xyz"
CHOICE: Final = ("charge", "metal", "block", "component", "site")
"""What may be said about a crystal: entries of a question."""


def verification_job(
    request: Request,
    title: str,
    *,
    wall_s: int = DAY_S,
    priority: int = 0,
    meta: Mapping[str, Any] | None = None,
) -> JobSpec:
    """The job of a request.

    Args:
        request: what is computed.
        title: for people (hostile text).
        wall_s: time of one attempt [s].
        priority: higher goes first.
        meta: what belongs to the answer without changing it: source, smiles, donor, donor_class, doubts.
    """
    asked = request.to_dict()
    memory, threads = asked.pop("memory_mb"), asked.pop("threads")
    asked["positions_A"] = [[round(x, _DECIMALS) + 0.0 for x in row] for row in asked["positions_A"]]
    limits = Limits(threads=threads, memory_mb=memory + OVERHEAD_MB, wall_s=wall_s)
    return JobSpec("verify", {**asked, "engine": ENGINE}, title, limits, priority, dict(meta or {}))


@dataclass(frozen=True, slots=True)
class Method:
    """How complexes are computed that are not known yet, and what each run may take.

    Attributes:
        preset: name in `core.qc.hamiltonian.PRESETS`.
        multiplicities: spins in the spin-orbit interaction.
        memory_mb, threads: as in `core.qc.request.Request`.
        wall_s: time of one attempt [s].
        priority: higher goes first.

    Raises:
        InputError: too little memory, or limits that make no sense.
    """

    preset: str = "standard"
    multiplicities: Multiplicities = Multiplicities.ALL
    memory_mb: int = MEMORY_MB
    threads: int = 1
    wall_s: int = DAY_S
    priority: int = 0

    def __post_init__(self) -> None:
        check_memory(self.memory_mb)
        _ = self.limits

    @property
    def limits(self) -> Limits:
        """Of the job."""
        return Limits(threads=self.threads, memory_mb=self.memory_mb + OVERHEAD_MB, wall_s=self.wall_s)

    def recipe(self, geometry: str) -> dict[str, str]:
        """What results have to share to be compared, as in `core.qc.request.Request.key`."""
        spins = self.multiplicities.value
        return {"geometry": geometry, "preset": self.preset, "multiplicities": spins, "engine": ENGINE}


def given_job(given: Complex, method: Method, title: str) -> JobSpec:
    """The job of a complex with its coordinates; of one of several ions the title says which.

    Args:
        given: the complex.
        method: how it is computed.
        title: for people (hostile text).
    """
    request = requested(given, method.preset, method.multiplicities, method.memory_mb, method.threads)
    meta = {"source": title, "doubts": records(given.doubts), "metal": given.ion}
    name = title if given.site is None else f"{title}, {given.site.label}"
    return verification_job(request, name, wall_s=method.wall_s, priority=method.priority, meta=meta)


def ligand_job(ligand: LigandName, method: Method, title: str, metal: str = "Dy") -> JobSpec:
    """The job that builds [M(H₂O)₅L₂] of a ligand and computes it.

    Args:
        ligand: by its canonical name, so that two spellings are one question.
        method: how it is computed.
        title: for people (hostile text).
        metal: symbol of a lanthanide.
    """
    question = {"ligand": ligand.smiles, "donor": ligand.donor, "metal": metal, **method.recipe(PROTOCOL)}
    meta = {
        "source": title,
        "doubts": records(ligand.doubts),
        "metal": metal,
        "smiles": ligand.smiles,
        "donor": ligand.donor,
        "donor_class": ligand.donor_class.value,
        "donor_element": ligand.donor_element,
        "formula": ligand.formula,
    }
    return JobSpec("verify", question, title, method.limits, method.priority, meta)


def unread_ligand_job(text: str, reason: str, method: Method, title: str, metal: str = "Dy") -> JobSpec:
    """The record of a ligand that cannot be read: refused at once, and kept so that nothing of a batch is lost.

    Args:
        text: what should have been a ligand (hostile text).
        reason: why it is none, a sentence.
        method, title, metal: as in `ligand_job`.
    """
    question = {"ligand": text[:MOST_UNREAD], "donor": None, "metal": metal, **method.recipe(PROTOCOL)}
    meta = {"source": title, "metal": metal}
    return JobSpec("verify", question, title, method.limits, method.priority, meta, refusal=reason)


def file_job(data: bytes, name: str, method: Method, title: str, refusal: str = "", **choice: Any) -> JobSpec:
    """The job that cuts a complex out of a crystal structure and computes it; or the record of a file that was refused.

    Args:
        data: kept with the job, so what is computed is what was submitted (hostile bytes).
        name: `CIF` or `XYZ`.
        method, title: as in `ligand_job`.
        refusal: why it is refused at once, a sentence.
        choice: `CHOICE`, as in `core.qc.reading.from_cif`; what is not given is None.
    """
    digest = hashlib.sha256(data).hexdigest()
    given = {entry: choice.get(entry) for entry in CHOICE}
    question = {"file": name, "sha256": digest, **given, **method.recipe("crystal" if name == CIF else "given")}
    meta: dict[str, Any] = {"source": title, "doubts": [], "metal": choice.get("metal") or ""}
    files = {name: data}
    return JobSpec("verify", question, title, method.limits, method.priority, meta, files, refusal)


def request_of(question: Mapping[str, Any], limits: Mapping[str, int]) -> Request:
    """The request behind a question.

    Raises:
        InputError: as `core.qc.request.read_request`; or the question was put to another engine.
    """
    check_engine(question)
    asked = {name: value for name, value in question.items() if name != "engine"}
    return read_request(canonical({**asked, **means(limits)}))


def means(limits: Mapping[str, int]) -> dict[str, int]:
    """Memory for integrals and threads of a run, from the limits of its job."""
    memory = max(LEAST_MEMORY_MB, limits["memory_mb"] - OVERHEAD_MB)
    return {"memory_mb": memory, "threads": limits["threads"]}


def check_engine(question: Mapping[str, Any]) -> None:
    """Raises InputError where a question was put to another version of the engine or of the geometries."""
    engine, geometry = question.get("engine"), question.get("geometry")
    if engine != ENGINE:
        text = f"this was asked of the engine “{str(engine)[:20]}”, and this Kramers has “{ENGINE}”."
        raise InputError(text, advice="Ask again: it is another question.")
    if "ligand" in question and geometry != PROTOCOL:
        text = f"this was asked of geometries “{str(geometry)[:20]}”, and this Kramers builds “{PROTOCOL}”."
        raise InputError(text, advice="Ask again: it is another question.")
