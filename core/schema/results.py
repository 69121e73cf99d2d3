"""Results as JSON: predictions, built complexes and verifications, in JSON types alone; units stand in the names.

``kramers-result-2.schema.json``, which ``kramers schema`` prints, is generated from these types
(``python -m scripts.result_schema``).
"""

from __future__ import annotations

from typing import (
    Any,
    Final,
    Literal,
    NotRequired,  # those of `typing` tell too little before Python 3.12
)

from typing_extensions import TypedDict

SCHEMA_VERSION: Final = 2
"""Version of the JSON; what version 1 called otherwise is read by `core.schema.old`."""

CONVENTION: Final = "extended Stevens operators, Stevens factor included"
"""Of the B_k^q of every result."""


class Provenance(TypedDict):
    """Where a result comes from."""

    kramers: str
    """Version of Kramers."""
    key: str
    """SHA-256 of all that the result depends on: input, what was chosen about it, method and version."""
    input_sha256: str
    """SHA-256 of the input alone: bytes of the file, or the ligands as text."""
    date: str
    """When it was made, ISO 8601, UTC."""


class DoubtRecord(TypedDict):
    """A reason to doubt a result; `core.doubts.KINDS` has all codes."""

    code: str
    subject: str
    severity: Literal["grave", "caution", "note"]
    """What it costs: the result may be another's; a figure may be off; nothing where what was done is right."""
    text: str


class DoubletRecord(TypedDict):
    """A Kramers doublet, a pseudo-doublet or a singlet."""

    states: list[int]
    energy_cm1: float
    splitting_cm1: float
    g: list[float] | None
    easy_axis: list[float] | None
    """Of g_z in the frame of the coordinates; null where there is none."""
    angle_to_ground_deg: float | None
    mj_weights: list[list[float]]
    """Pairs of |M_J| and weight, largest first, quantised along g_z of the ground level."""
    tunnelling_criterion_deg: NotRequired[float | None]
    """g_T θ₃ of a computed Kramers doublet."""


class CrystalFieldRecord(TypedDict):
    """Crystal-field parameters by name, ``B2+0`` … ``B6-6``."""

    convention: str
    magnetic_frame_cm1: dict[str, float]
    input_frame_cm1: dict[str, float]
    wybourne_magnetic_frame_cm1: dict[str, float]
    """Of one f electron, real form; empty for ions without Stevens factors."""
    rotation: list[list[float]]
    """Rows are the magnetic x, y, z axes in the frame of the coordinates."""
    residual: float
    """What ranks up to 6 leave of the traceless Hamiltonian, as a share of its norm."""


class LevelsRecord(TypedDict):
    """The ground multiplet of one ion, whichever model it comes from."""

    level_of_theory: str
    ion: str
    multiplet: str
    energies_cm1: list[float]
    first_gap_cm1: float | None
    tunnelling_cm1: float | None
    g: list[float] | None
    easy_axis: list[float] | None
    doublets: list[DoubletRecord]
    crystal_field: CrystalFieldRecord


class DonorRecord(TypedDict):
    """One site of the coordination sphere."""

    element: str
    donor_class: str
    hapticity: int
    distance_A: float
    formal_charge_e: float
    bridges: int
    ligand: int
    labels: list[str]


class BoundLigandRecord(TypedDict):
    """One ligand of a structure."""

    formula: str
    kind: str
    charge: int
    alternatives: list[int]
    denticity: int
    metals: int


class OpinionRecord(TypedDict):
    """What one model says; null where it is not asked."""

    p_smm: float | None
    gap_cm1: float | None
    gap_interval_cm1: list[float] | None


class LearnedRecord(OpinionRecord):
    """What one trained model says."""

    in_domain: bool
    reason: str
    levels: NotRequired[LevelsRecord | None]
    """In the field that the voxel network sees; null of a model that predicts no field."""


class LiteratureRecord(TypedDict):
    """What was reported of complexes that look like this one."""

    p_slow: float
    ueff_K: float
    ueff_half_K: list[float]
    n: int
    n_slow: int
    n_ueff: int
    ueff_K_quartiles: list[float] | None
    group: str
    source: str


class ReportedRecord(TypedDict):
    """A complex of the literature, from the user's own copy of SIMDAVIS."""

    sample: int
    compound: str
    ion: str
    coordination_number: int | None
    donors: str
    kind: str
    diluted: bool | None
    slow_in_zero_field: bool | None
    ueff_K: float | None
    field_Oe: float | None
    """In which the barrier was measured; null: in none."""
    t_hyst_K: float | None
    doi: str
    unlikeness: float
    """0 for one that looks the same."""
    source: str


class MetalSiteRecord(TypedDict):
    """One metal ion of a molecule; what stands after its doubts is of lanthanides alone."""

    label: str
    element: str
    oxidation_state: int
    role: Literal["lanthanide", "spin", "diamagnetic"]
    spin: float | None
    """S of an ion without orbital moment; null for a lanthanide, which has J."""
    spin_state: str
    image_of: str | None
    """Label of the ion that symmetry makes it of."""
    position_A: list[float]
    doubts: list[DoubtRecord]
    coordination_number: NotRequired[int | None]
    donors: NotRequired[list[DonorRecord]]
    shape: NotRequired[dict[str, float]]
    levels: NotRequired[LevelsRecord | None]
    electrostatic: NotRequired[OpinionRecord | None]
    voxel: NotRequired[LearnedRecord | None]
    invariant: NotRequired[LearnedRecord | None]
    smm_like: NotRequired[bool | None]
    """By the levels in `computed` where they are there; null, too, where those of the electrostatic model are rough."""
    computed: NotRequired[ComputedRecord]


class ComputedRecord(TypedDict):
    """Levels from elsewhere that were coupled in place of the electrostatic model's."""

    source: str
    levels: LevelsRecord


class BridgeRecord(TypedDict):
    """What joins two metal ions."""

    between: list[str]
    kind: str
    metal_metal_A: float
    angle_deg: float | None
    """Metal–donor–metal; null of a bridge of three atoms."""


class PredictionRecord(TypedDict):
    """What ``kramers predict`` says of one structure."""

    schema: Literal[2]
    kind: Literal["prediction"]
    provenance: Provenance
    file: str
    block: str
    status: Literal["ok", "refused", "error"]
    message: str
    formula: str
    metal: str
    oxidation_state: int | None
    charge: int | None
    coordination_number: int | None
    donors: list[DonorRecord]
    ligands: list[BoundLigandRecord]
    shape: dict[str, float]
    """Continuous shape measures by label, nearest first."""
    levels: LevelsRecord | None
    """Of the calibrated electrostatic model."""
    caveat: str | None
    """How wrong those are."""
    axial_angle_deg: float | None
    """Between the easy axis and the most axial pair of donors."""
    easy_axis_to_abc_deg: list[float] | None
    """Between the easy axis and the axes a, b, c of the crystal; null without one."""
    electrostatic: OpinionRecord | None
    voxel: LearnedRecord | None
    invariant: LearnedRecord | None
    baseline: dict[str, float | None] | None
    training: dict[str, Any] | None
    literature: LiteratureRecord | None
    sites: NotRequired[list[MetalSiteRecord]]
    """All metal ions, where the molecule has several and none was chosen; so are the two that follow."""
    bridges: NotRequired[list[BridgeRecord]]
    coupling: NotRequired[dict[str, Any] | None]
    """Pairs, exchange spectrum, χT and what they mean; null where one ion alone is magnetic."""
    nearest_reported: NotRequired[list[ReportedRecord]]
    """Only where a copy of SIMDAVIS is named."""
    nearest_reported_fault: NotRequired[str]
    """Why that copy cannot be read."""
    report: dict[str, Any]
    """Every step from the file to the molecule."""
    doubts: list[DoubtRecord]


class AxialDonorRecord(TypedDict):
    """An axial ligand and what of it binds."""

    smiles: str
    donor: int
    donor_class: str
    charge: int


class LearnedGapRecord(TypedDict):
    """First gap of a built complex as the engine would say, by a line fitted to its runs; or why there is none.

    `error_cm1` and `class_mean_error_cm1` are mean absolute errors of the line, and of the mean of the donor class, on
    scaffolds left out.
    """

    gap_cm1: float | None
    interval_90_cm1: list[float] | None
    reason: str
    above_all_labels: bool
    labels: int | None
    error_cm1: float | None
    class_mean_error_cm1: float | None


class BuiltRecord(TypedDict):
    """What ``kramers build`` makes of a ligand; lists of two follow the axial ligands, the one on +z first."""

    schema: Literal[2]
    kind: Literal["built"]
    provenance: Provenance
    status: Literal["ok"]
    message: str
    protocol: str
    metal: str
    equatorial: str
    axial: list[AxialDonorRecord]
    alternatives: list[list[dict[str, Any]]]
    charge: int | None
    shape: dict[str, float]
    distances_A: dict[str, list[float]]
    angles_deg: dict[str, Any]
    buried_volume_percent: list[float]
    donor_charge_e: list[float | None]
    frontier_gap_eV: list[float | None]
    sa_score: list[float]
    steps: int
    energy_hartree: float
    restraint_energy_cm1: float
    xyz: str
    levels: LevelsRecord | None
    learned_gap: NotRequired[LearnedGapRecord]
    caveat: str | None
    axial_angle_deg: float | None
    doubts: list[DoubtRecord]


class NotBuiltRecord(TypedDict):
    """Why ``kramers build`` made nothing."""

    schema: Literal[2]
    kind: Literal["not-built"]
    provenance: Provenance
    status: Literal["refused", "error"]
    message: str
    flaw: str


class ChiT(TypedDict):
    """χT of the free molecule."""

    T_K: list[float]
    cm3_K_per_mol: list[float]


class VerificationRecord(TypedDict):
    """What ``kramers verify`` computes."""

    schema: Literal[2]
    kind: Literal["verification"]
    provenance: Provenance
    status: Literal["ok"]
    source: NotRequired[str]
    metal: str
    charge: int
    method: dict[str, Any]
    recipe: dict[str, str]
    """Geometry, preset, multiplicities and engine: only results that share them can be compared."""
    input: dict[str, Any]
    versions: dict[str, str]
    levels: LevelsRecord
    barrier_cm1: float | None
    criterion_barrier_cm1: NotRequired[float | None]
    """Results of version 1 may lack it; `core.qc.tunnelling_barrier` has it for them too."""
    transition_moments_muB: list[list[float]]
    moments_along_axis_muB: list[float]
    spin_free_cm1: list[float]
    excited_states_cm1: list[float]
    chiT: ChiT
    energy_hartree: float
    converged: bool
    checks: dict[str, float]
    timings_s: dict[str, float]
    cpu_s: NotRequired[float]
    memory_mb: float
    resumed: NotRequired[bool]
    builds: NotRequired[int]
    doubts: NotRequired[list[DoubtRecord]]


class NotVerifiedRecord(TypedDict):
    """Why ``kramers verify`` has no result."""

    schema: Literal[2]
    kind: Literal["not-verified"]
    provenance: Provenance
    status: Literal["refused", "failed"]
    reason: str
    source: NotRequired[str]
    recipe: NotRequired[dict[str, str]]
    input: NotRequired[dict[str, Any]]
    versions: NotRequired[dict[str, str]]
    doubts: NotRequired[list[DoubtRecord]]


Result = PredictionRecord | BuiltRecord | NotBuiltRecord | VerificationRecord | NotVerifiedRecord
"""Every result of one structure, ligand or molecule."""
