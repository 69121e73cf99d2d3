"""What Kramers says about one structure, and its JSON record: what ``kramers predict`` prints and the page offers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Any, Final, TypedDict, cast

from core.chem.handed_complex import Complex, complex_of
from core.chem.molecule import Molecule
from core.chem.report import ParseReport
from core.chem.sphere.coordination import BoundLigand, CoordinationSphere
from core.doubts import Doubt, Subject, records
from core.fields.donor_charges import calibration
from core.learned.literature import Reported
from core.learned.neighbours import Nearest
from core.learned.verdict import ModelEstimate, Verdict
from core.magnetism.ion_levels import Levels
from core.magnetism.levels_record import levels_record
from core.schema.files import to_json
from core.schema.provenance import provenance
from core.schema.results import (
    SCHEMA_VERSION,
    BoundLigandRecord,
    DonorRecord,
    LearnedRecord,
    OpinionRecord,
    PredictionRecord,
    Provenance,
)
from core.workflows.ring_caveat import ring_caveat


class Status(StrEnum):
    """How a structure came out."""

    OK = "ok"
    REFUSED = "refused"
    ERROR = "error"


STRAIGHT: Final = 150.0
"""Donor–metal–donor angle from which on two donors are called axial [°]; a rule of ours."""


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What Kramers says about one structure.

    Attributes:
        file: name as given (hostile text).
        block: data block (hostile text).
        status: ok; refused (read, but not judged); error (not readable).
        message: one sentence of plain text, with pieces of the file in it (escape it).
        metal: element symbol of the judged ion, empty where there is none.
        oxidation_state: of the judged ion; None where it could not be established.
        charge: total charge of the molecule [e]; None where it could not be established.
        molecule, sphere: None unless ok.
        shapes: continuous shape measure by label, ascending; empty where there is none.
        levels: of the electrostatic model; None unless ok and the model covers the ion.
        axial_angle: angle between the easy axis and the most axial donor pair [°].
        axial_pair: indices of that pair in `sphere.donors`.
        cell_angles: angles between the easy axis and the cell axes a, b, c [°] (`core.chem.unit_cell`); None without
            a crystal.
        verdict: what the trained models say; None unless ok.
        literature: what was reported of complexes that look like this one; None where nothing was.
        nearest: the reported complexes that look most like it; None without a copy of SIMDAVIS.
        report: how the file was read.
        doubts: reasons to doubt it, those that cost the most first.
        provenance: version, key, hash of the input and date.

    >>> import kramers
    >>> found = kramers.predict(kramers.example("dy2-methoxide-acac4.cif"), site=1)
    >>> str(found.status), found.metal, found.sphere.coordination_number
    ('ok', 'Dy', 7)
    >>> found.doubts[0].code, found.doubts[0].severity.value
    ('exchange-ignored', 'grave')
    """

    file: str
    block: str
    status: Status
    message: str
    metal: str = ""
    oxidation_state: int | None = None
    charge: int | None = None
    molecule: Molecule | None = None
    sphere: CoordinationSphere | None = None
    shapes: dict[str, float] = attribute(default_factory=dict)
    levels: Levels | None = None
    axial_angle: float | None = None
    axial_pair: tuple[int, int] | None = None
    cell_angles: tuple[float, float, float] | None = None
    verdict: Verdict | None = None
    literature: Reported | None = None
    nearest: Nearest | None = None
    report: ParseReport = attribute(default_factory=ParseReport)
    doubts: tuple[Doubt, ...] = ()
    provenance: Provenance = attribute(default_factory=lambda: provenance("predict", b""))

    @property
    def opposite(self) -> float | None:
        """Donor–metal–donor angle of the most axial pair [°] where it is one: nearly straight, or two rings, whose
        angle at the metal says how far the sandwich is bent. None where no donors are axial."""
        if self.sphere is None or self.axial_pair is None:
            return None
        angle = self.sphere.angle(*self.axial_pair)
        rings = all(self.sphere.donors[one].hapticity > 1 for one in self.axial_pair)
        return angle if rings or angle >= STRAIGHT else None

    @property
    def judged(self) -> bool:
        """Whether a model answers; figures of one that is refused are not put before the reader."""
        return self.verdict is not None and self.verdict.electrostatic is not None

    @property
    def among_metals(self) -> bool:
        """Whether other metals have a part in it, so that `core.workflows.several.judge_several` says more: an ion had
        to be chosen, or donors are shared with another metal."""
        if self.status is Status.REFUSED:
            return bool(self.report.sites)
        return self.sphere is not None and any(donor.bridges for donor in self.sphere.donors)

    @property
    def complex(self) -> Complex | None:
        """As it is handed on to be computed, less the doubts about the model; None unless there is a trivalent ion. The
        charge is open where the file does not confirm it."""
        if self.molecule is None or self.sphere is None or self.oxidation_state not in (3, None):
            return None
        certain = self.report.charge_confirmed and self.oxidation_state == 3
        about = tuple(one for one in self.doubts if one.subject is not Subject.LEVELS)
        return complex_of(self.molecule, self.sphere, "crystal", about, certain=certain)

    def to_dict(self) -> PredictionRecord:
        """The record that the command line prints, of JSON types only; see `core.schema.results`."""
        return _record(self)

    def to_json(self) -> str:
        """That record as text; `core.schema.files.from_json` reads it."""
        return to_json(self.to_dict())


LEAST_CHECKED = 30
"""Complexes that the fit never saw from which on they are quoted, rather than those left out in turn."""


def trust() -> str:
    """How the electrostatic levels were made and how wrong they are; stands beside every level, on page and in JSON."""
    table = calibration()
    checked = table.check.get("environments", 0) >= LEAST_CHECKED
    figures = table.check if checked else table.known
    which = "complexes that the fit never saw" if checked else "of them, each left out in turn"
    return (
        f"Electrostatic levels: their charges are fitted to {table.known['environments']} complexes computed ab initio "
        f"(CAHF + spin-orbit, preset fast). On {figures['environments']} {which}, the first gap is off by "
        f"{figures['gap_mean_abs_cm1']:.0f} cm⁻¹ on average (their mean gap: {figures['gap_mean_cm1']:.0f} cm⁻¹), and "
        f"ranks them with a Spearman coefficient of {figures['gap_spearman']:.2f}. Nothing here is a measurement."
    )


def _record(prediction: Prediction) -> PredictionRecord:
    """A prediction in JSON types, finite numbers only; units stand in the names."""
    sphere, levels, said = prediction.sphere, prediction.levels, _verdict(prediction.verdict)
    record: PredictionRecord = {
        "schema": SCHEMA_VERSION,
        "kind": "prediction",
        "provenance": prediction.provenance,
        "file": prediction.file,
        "block": prediction.block,
        "status": cast(Any, prediction.status.value),
        "message": prediction.message,
        "formula": prediction.molecule.formula if prediction.molecule else "",
        "metal": prediction.metal,
        "oxidation_state": prediction.oxidation_state,
        "charge": prediction.charge,
        "coordination_number": sphere.coordination_number if sphere else None,
        "donors": _donors(prediction),
        "ligands": [_ligand(ligand) for ligand in (sphere.ligands if sphere else ())],
        "shape": {label: round(value, 4) for label, value in prediction.shapes.items()},
        "levels": None if levels is None else levels_record(levels),
        "caveat": None if levels is None else f"{trust()} {ring_caveat(sphere, prediction.verdict)}".rstrip(),
        "axial_angle_deg": prediction.axial_angle,
        "easy_axis_to_abc_deg": None if prediction.cell_angles is None else list(prediction.cell_angles),
        "electrostatic": said["electrostatic"],
        "voxel": said["voxel"],
        "invariant": said["invariant"],
        "baseline": said["baseline"],
        "training": said["training"],
        "literature": None if prediction.literature is None else prediction.literature.record(),
        "report": _listed(asdict(prediction.report)),
        "doubts": records(prediction.doubts),
    }
    if prediction.nearest is not None:  # nothing at all without a copy of SIMDAVIS
        record["nearest_reported"] = prediction.nearest.records()
        if prediction.nearest.fault:
            record["nearest_reported_fault"] = prediction.nearest.fault
    return record


def _listed(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value


def _donors(prediction: Prediction) -> list[DonorRecord]:
    if prediction.sphere is None or prediction.molecule is None:
        return []
    names = prediction.molecule.names
    return [
        {
            "element": donor.element,
            "donor_class": donor.donor_class.value,
            "hapticity": donor.hapticity,
            "distance_A": round(donor.distance, 4),
            "formal_charge_e": round(donor.formal_charge, 4),
            "bridges": donor.bridges,
            "ligand": donor.ligand,
            "labels": [names[a] for a in donor.atoms],
        }
        for donor in prediction.sphere.donors
    ]


def _ligand(ligand: BoundLigand) -> BoundLigandRecord:
    return {
        "formula": ligand.formula,
        "kind": ligand.kind,
        "charge": ligand.charge,
        "alternatives": list(ligand.alternatives),
        "denticity": ligand.denticity,
        "metals": ligand.metals,
    }


class _VerdictRecord(TypedDict):
    """The part of `PredictionRecord` that the models fill."""

    electrostatic: OpinionRecord | None
    voxel: LearnedRecord | None
    invariant: LearnedRecord | None
    baseline: dict[str, float | None] | None
    training: dict[str, Any] | None


def _verdict(said: Verdict | None) -> _VerdictRecord:
    """What the trained models say, and what the metal alone would have said."""
    if said is None:
        return {"electrostatic": None, "voxel": None, "invariant": None, "baseline": None, "training": None}
    seen = None if said.field is None else levels_record(said.field.levels)
    return {
        "electrostatic": _opinion(said.electrostatic),
        "voxel": {**_opinion(said.voxel), "in_domain": said.in_domain, "reason": said.reason, "levels": seen},
        "invariant": {**_opinion(said.invariant), "in_domain": said.in_domain, "reason": said.reason, "levels": None},
        "baseline": {"p_smm_metal_only": said.metal_only},
        "training": {"distance": said.distance, "nearest": list(said.nearest)},
    }


def _opinion(opinion: ModelEstimate | None) -> OpinionRecord:
    if opinion is None:
        return {"p_smm": None, "gap_cm1": None, "gap_interval_cm1": None}
    return {"p_smm": opinion.p_smm, "gap_cm1": opinion.gap, "gap_interval_cm1": list(opinion.interval)}
