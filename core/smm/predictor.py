"""From the bytes of a CIF to a prediction: the molecule, its sphere and shape, and the electrostatic crystal field.

Nothing here raises for bad input: what cannot be judged comes back as a `Prediction` that says why.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum

from core.angles import between_axes
from core.chem.coordination import CoordinationSphere, Donor
from core.chem.molecule import FloatArray, Molecule
from core.chem.report import ParseReport
from core.chem.shape import shape_measures
from core.chem.structure import Structure, StructureError, read_structure
from core.errors import DomainError, InputError
from core.smm.crystal_field import CrystalField
from core.smm.donor_charges import effective_charges
from core.smm.electrostatic import field_of, thin_ground
from core.smm.environment import environment
from core.smm.record import as_record
from core.smm.verdict import Verdict, covered, refusal, verdict

_log = logging.getLogger(__name__)


class Status(StrEnum):
    """How a structure came out."""

    OK = "ok"
    REFUSED = "refused"
    ERROR = "error"


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
        field: None unless ok and the model covers the ion.
        axial_angle: angle between the easy axis and the most axial donor pair [°].
        axial_pair: indices of that pair in `sphere.donors`.
        verdict: what the trained models say; None unless ok.
        report: how the file was read.
        warnings: reasons to doubt, sentences.
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
    field: CrystalField | None = None
    axial_angle: float | None = None
    axial_pair: tuple[int, int] | None = None
    verdict: Verdict | None = None
    report: ParseReport = attribute(default_factory=ParseReport)
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The record that the command line prints, of JSON types only; schema in `core.smm.record`."""
        return as_record(self)


def predict(
    data: bytes, file: str, *, block: str | None = None, component: int | None = None, site: int | None = None
) -> Prediction:
    """Judge one structure of one file. Never raises for bad input.

    Args:
        data: bytes of the CIF.
        file: its name, for the record only.
        block: data block; the first with atoms by default.
        component: number of the independent molecule, from 1; the largest magnetic one by default.
        site: number of the magnetic site, from 1; needed where there are several magnetic ions.
    """
    try:
        structure = read_structure(data, block=block, component=component, site=site)
    except StructureError as error:
        status = Status.ERROR if isinstance(error.error, InputError) else Status.REFUSED
        return Prediction(file, error.report.block, status, error.sentence, report=error.report)
    return judge(structure, file)


def predict_guarded(
    data: bytes, file: str, *, block: str | None = None, component: int | None = None, site: int | None = None
) -> Prediction:
    """`predict` where nothing may escape (page, command line, worker): a fault of ours is an answer too."""
    try:
        return predict(data, file, block=block, component=component, site=site)
    except Exception as error:  # the process boundary: one broken file must not end the batch
        _log.exception("predict failed on %r", file)
        return Prediction(
            file, block or "", Status.ERROR, f"Kramers failed on this file ({type(error).__name__}); please report it."
        )


def judge(structure: Structure, file: str) -> Prediction:
    """Shape and crystal field of a structure that has been read."""
    molecule, sphere = structure.molecule, structure.sphere
    metal = molecule.elements[molecule.metal]
    doubts = list(structure.doubts)
    shapes = _shapes(sphere, doubts)
    levels = _field(molecule, sphere, doubts)
    pair, angle = axial_pair(sphere, None if levels is None else levels.easy_axis)
    if levels is not None:
        doubts.extend(levels.notes)
    around = environment(molecule, sphere)
    reason = refusal(metal, molecule.oxidation_state, sphere, structure.report)
    return Prediction(
        file=file,
        block=structure.report.block,
        status=Status.OK,
        message=_message(molecule, sphere, shapes),
        metal=metal,
        oxidation_state=molecule.oxidation_state,
        charge=molecule.charge,
        molecule=molecule,
        sphere=sphere,
        shapes=shapes,
        field=levels,
        axial_angle=angle,
        axial_pair=pair,
        verdict=verdict(around, reason),
        report=structure.report,
        warnings=tuple(dict.fromkeys(doubts)),
    )


def _message(molecule: Molecule, sphere: CoordinationSphere, shapes: dict[str, float]) -> str:
    shape = f", {next(iter(shapes))}" if shapes else ""
    metal = molecule.elements[molecule.metal]
    return f"{molecule.formula}: {metal}, coordination number {sphere.coordination_number}{shape}."


def _shapes(sphere: CoordinationSphere, doubts: list[str]) -> dict[str, float]:
    if sphere.hapto_ligands and sphere.coordination_number < 3:
        return {}  # a sandwich has no reference polyhedron, and needs none
    try:
        return shape_measures(sphere.site_positions)
    except DomainError as error:
        doubts.append(f"No shape measure: {error.sentence}")
        return {}


def _field(molecule: Molecule, sphere: CoordinationSphere, doubts: list[str]) -> CrystalField | None:
    if molecule.oxidation_state not in (3, None):
        doubts.append("No crystal-field levels: the model covers trivalent lanthanides only.")
        return None
    if not covered(sphere):
        doubts.append(
            f"Coordination number {sphere.coordination_number} lies outside 3 to 10: the model was not made for it."
        )
    around = environment(molecule, sphere)
    doubts.extend(thin_ground(around))
    try:
        return field_of(around)
    except DomainError as error:
        doubts.append(f"No crystal-field levels: {error.sentence}")
        return None


def axial_pair(sphere: CoordinationSphere, easy_axis: FloatArray | None) -> tuple[tuple[int, int] | None, float | None]:
    """The most axial pair of donors and the angle of the easy axis to the line through them [°].

    The pair is the one nearest to 180° seen from the metal among those of the two most charged kinds of site: the
    search weighs linearity by charge over distance, so that two alkoxides win over two waters just as linear.
    """
    if len(sphere.donors) < 2:
        return None, None
    best = max(
        ((i, j) for i in range(len(sphere.donors)) for j in range(i)), key=lambda p: _axiality(sphere.donors, *p)
    )
    if easy_axis is None:
        return best, None
    line = sphere.donors[best[0]].position - sphere.donors[best[1]].position
    return best, float(between_axes(line, easy_axis))


def _axiality(donors: tuple[Donor, ...], i: int, j: int) -> float:
    a, b = donors[i], donors[j]
    linearity = -float(a.position @ b.position) / (a.distance * b.distance)
    return linearity * (_strength(a) + _strength(b))


def _strength(donor: Donor) -> float:
    """Electrostatic weight of a site: its effective charge over the cube of its distance, as in the rank-2 field."""
    atoms = zip(donor.atom_charges, donor.atom_weights, strict=True)
    charge = sum(float(effective_charges(donor.donor_class, q)[0]) * w for q, w in atoms)
    return -charge / donor.shared_by / donor.distance**3
