"""What commands print with ``--json`` that is no result of one structure, ligand or molecule, in JSON types alone."""

from __future__ import annotations

from typing import (
    Any,
    Literal,
    NotRequired,  # those of `typing` tell too little before Python 3.12
)

from typing_extensions import TypedDict

from core.schema.results import BridgeRecord, DoubtRecord, MetalSiteRecord, Provenance


class HeadRecord(TypedDict):
    """A property that the generator predicts, and whether it can be relied on."""

    name: str
    label: str
    unit: str
    labels: int
    error: float
    baseline_error: float
    reliable: bool
    doubt: str | None
    level: str


class EstimateRecord(TypedDict):
    """A predicted property, in the unit of its head."""

    mean: float
    sd: float


class DesignedLigandRecord(TypedDict):
    """One ligand of the latent space."""

    smiles: str
    donor: int
    donor_class: str
    charge: int
    heavy_atoms: int
    distance_sigma: float
    properties: dict[str, EstimateRecord]


class DesignRecord(TypedDict):
    """Ligands of ``kramers design sample``, ``neighbours`` or ``path``."""

    schema: Literal[2]
    kind: Literal["ligands"]
    provenance: Provenance
    status: Literal["ok"]
    decoded: int
    ligands: list[DesignedLigandRecord]
    rejected: dict[str, int]
    heads: list[HeadRecord]


class ScreenRecord(TypedDict):
    """Of ``kramers screen``."""

    schema: Literal[2]
    kind: Literal["screen"]
    table: str
    ranked: str
    """The same table in its rank: by the probability of the electrostatic model, then by its gap."""
    skipped: int
    """Files that the table had already."""
    counts: dict[str, int]
    """Structures that were read now, by status."""
    rows: list[dict[str, str | float | None]]
    """All of the ranked table, by the names of its columns."""


class AlertRecord(TypedDict):
    """A group of a ligand that does not last, or a base that bound water would protonate."""

    code: str
    group: str
    text: str


class OutOfScopeRecord(TypedDict):
    """Why nothing is said of a ligand."""

    reason: str
    message: str


class GivenLigandRecord(TypedDict):
    """A ligand as it was asked for."""

    smiles: str
    canonical: str | None
    donor: int | None
    donor_class: str | None
    charge: int | None
    heavy_atoms: int | None
    sa_score: float | None
    properties: dict[str, EstimateRecord]
    alerts: list[AlertRecord]
    out_of_scope: OutOfScopeRecord | None


class LigandPropertiesRecord(TypedDict):
    """Of ``kramers design predict``."""

    schema: Literal[2]
    kind: Literal["ligand-properties"]
    provenance: Provenance
    status: Literal["ok"]
    rows: list[GivenLigandRecord]
    heads: list[HeadRecord]


class ComparisonRecord(TypedDict):
    """Of ``kramers compare``: what another program's output holds, and both level by level."""

    schema: Literal[2]
    kind: Literal["comparison"]
    theirs: dict[str, Any]
    comparison: dict[str, Any]


class RelaxationRecord(TypedDict):
    """Of ``kramers relax``: generalised Debye fits by temperature, and the rates fitted to them."""

    schema: Literal[2]
    kind: Literal["relaxation"]
    debye: list[dict[str, Any]]
    not_fitted: list[str]
    relaxation: dict[str, Any] | None
    why_not: str
    predicted_barrier_cm1: dict[str, float]


class CouplingRecord(TypedDict):
    """Of ``kramers couple``: all metal ions of a molecule, and the magnetic ones together."""

    schema: Literal[2]
    kind: Literal["coupling"]
    provenance: Provenance
    file: str
    block: str
    status: Literal["ok"]
    message: str
    formula: str
    charge: int
    sites: list[MetalSiteRecord]
    bridges: list[BridgeRecord]
    coupling: dict[str, Any] | None
    """Pairs, exchange spectrum, χT and what they mean."""
    fit: NotRequired[dict[str, Any]]
    """Exchange constants fitted to measured data, with standard errors."""
    magnetisation: NotRequired[dict[str, Any]]
    doubts: list[DoubtRecord]


class ReconstructionRecord(TypedDict):
    """Which ligands ``kramers design reconstruct`` brings back unchanged."""

    schema: Literal[2]
    kind: Literal["reconstruction"]
    provenance: Provenance
    status: Literal["ok"]
    lines: int
    exact_rate: float | None
    exact_rate_in_scope: float | None
    exact_rate_up_to_18_heavy_atoms: float | None
    out_of_scope: list[dict[str, Any]]
    rows: list[dict[str, Any]]


class OptimisedRecord(TypedDict):
    """The best ligand that ``kramers design optimise`` met."""

    schema: Literal[2]
    kind: Literal["optimised"]
    provenance: Provenance
    status: Literal["ok"]
    head: str
    budget: int
    start: DesignedLigandRecord
    best: DesignedLigandRecord
    trace: list[float]
    rejected: dict[str, int]
    heads: list[HeadRecord]


class NotDesignedRecord(TypedDict):
    """Why ``kramers design`` gives nothing."""

    schema: Literal[2]
    kind: Literal["not-designed"]
    provenance: Provenance
    status: Literal["refused"]
    reason: str


class JobRecord(TypedDict):
    """A job of the queue."""

    schema: Literal[2]
    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "refused", "cancelled"]
    attempt: int
    priority: int
    title: str
    created: float
    started: float | None
    ended: float | None
    stage: str
    fraction: float
    detail: str
    energy_change: float | None
    place: int | None
    reason: str
    memory_mb: float
    cancelling: bool
    limits: dict[str, int]
    meta: dict[str, Any]


class ShownJobRecord(JobRecord):
    """``kramers jobs show``: with its question, history and result."""

    folder: str
    question: dict[str, Any]
    history: list[dict[str, Any]]
    result: dict[str, Any] | None
    """As `core.schema.results` has it, of whichever kind the job is."""


class BatchRecord(TypedDict):
    """What was asked for together."""

    schema: Literal[2]
    name: str
    created: float
    jobs: int
    counts: dict[str, int]


class SubmittedRecord(TypedDict):
    """``kramers jobs submit``."""

    schema: Literal[2]
    batch: str
    new: int
    known: int
    again: int
    empty: int
    jobs: list[dict[str, Any]]
    refused: list[dict[str, Any]]


class CancelledRecord(TypedDict):
    """``kramers jobs cancel`` of many."""

    schema: Literal[2]
    never_started: int
    stopping: int
    shared: int


class ChangedRecord(TypedDict):
    """How many jobs were queued again, moved or deleted."""

    schema: Literal[2]
    jobs: int


class LogRecord(TypedDict):
    """``kramers jobs logs``."""

    schema: Literal[2]
    log: str


class EventRecord(TypedDict):
    """A line of ``kramers jobs logs --events``; energies while orbitals converge."""

    schema: Literal[2]
    stage: NotRequired[str]
    fraction: NotRequired[float]
    detail: NotRequired[str]


class LabelTablesRecord(TypedDict):
    """``kramers jobs export``: rows by table."""

    schema: Literal[2]
    tables: dict[str, list[dict[str, Any]]]
