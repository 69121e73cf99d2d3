"""From the bytes of a CIF to a prediction: the molecule, its sphere and shape, and the electrostatic crystal field.

Nothing here raises for bad input: what cannot be judged comes back as a `Prediction` that says why.
"""

from __future__ import annotations

import logging
from pathlib import Path

from core import settings
from core.angles import axes_apart
from core.arrays import FloatArray
from core.chem.io.structure import Structure, StructureError, read_structure
from core.chem.molecule import Molecule
from core.chem.shape.measure import shape_measures
from core.chem.sphere.coordination import CoordinationSphere, Donor
from core.doubts import Doubt, doubt, ordered
from core.errors import DomainError, InputError, UnreadableFile
from core.fields.donor_charges import effective_charges
from core.fields.electrostatic import field_of, uncalibrated_donors
from core.fields.environment import Environment, environment
from core.learned.literature import Reported, reported
from core.learned.neighbours import nearest_reported
from core.learned.verdict import covered, refusal, verdict
from core.magnetism.ion_levels import Levels
from core.schema.provenance import provenance
from core.schema.results import Provenance
from core.workflows.prediction import Prediction, Status

_log = logging.getLogger(__name__)


def predict(
    data: bytes,
    file: str,
    *,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
    charge: int | None = None,
) -> Prediction:
    """Judge one structure of one file. Never raises for bad input.

    Args:
        data: bytes of the CIF, or of another format that `core.chem.io.geometry_file` reads, packed or not.
        file: its name; the ending tells the format.
        block: data block; the first with atoms by default.
        component: number of the independent molecule, from 1; the largest magnetic one by default.
        site: number of the magnetic site, from 1; needed where there are several magnetic ions.
        charge: total charge of a molecule without a crystal [e], where its file states none or another.
    """
    origin = provenance("predict", data, block=block, component=component, site=site, charge=charge)
    try:
        structure = read_structure(data, file, block=block, component=component, site=site, charge=charge)
    except StructureError as error:
        status = Status.ERROR if isinstance(error.error, InputError) else Status.REFUSED
        return Prediction(file, error.report.block, status, error.sentence, report=error.report, provenance=origin)
    return judge(structure, file, origin)


def predict_guarded(
    data: bytes,
    file: str,
    *,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
    charge: int | None = None,
) -> Prediction:
    """`predict` where nothing may escape (page, command line, worker): a fault of ours is an answer too."""
    try:
        return predict(data, file, block=block, component=component, site=site, charge=charge)
    except Exception as error:  # the process boundary: one broken file must not end the batch
        _log.exception("predict failed on %r", file)
        return Prediction(
            file, block or "", Status.ERROR, f"Kramers failed on this file ({type(error).__name__}); please report it."
        )


def predict_file(
    path: Path,
    *,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
    charge: int | None = None,
) -> Prediction:
    """`predict_guarded` of a file on disk; one that is too large or cannot be read is an answer too."""
    name = str(path)
    try:
        if path.stat().st_size > settings.MAX_RAW_BYTES:
            size, limit = path.stat().st_size / 1e6, settings.MAX_RAW_BYTES / 1e6
            return Prediction(name, "", Status.ERROR, f"the file has {size:.0f} MB, more than the {limit:.0f} MB read.")
        data = path.read_bytes()
    except OSError as error:
        return Prediction(name, "", Status.ERROR, f"the file cannot be read: {error.strerror}.")
    return predict_guarded(data, name, block=block, component=component, site=site, charge=charge)


def judge(structure: Structure, file: str, origin: Provenance | None = None) -> Prediction:
    """Shape and crystal field of a structure that has been read.

    Args:
        structure: the molecule and its sphere.
        file: its name (hostile text).
        origin: where it comes from; of its atoms alone unless it is told.
    """
    molecule, sphere = structure.molecule, structure.sphere
    metal = molecule.elements[molecule.metal]
    doubts = list(structure.doubts)
    shapes = _shapes(sphere, doubts)
    around = environment(molecule, sphere)
    levels = _levels(molecule, sphere, around, doubts)
    pair, angle = axial_pair(sphere, None if levels is None else levels.easy_axis)
    if levels is not None:
        doubts.extend(levels.doubts)
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
        levels=levels,
        axial_angle=angle,
        axial_pair=pair,
        cell_angles=cell_angles(molecule, levels),
        verdict=verdict(around, reason),
        literature=_literature(molecule, sphere, doubts),
        nearest=nearest_reported(molecule, sphere),
        report=structure.report,
        doubts=ordered(doubts),
        provenance=origin or provenance("judge", molecule.positions.tobytes(), elements=molecule.elements),
    )


def cell_angles(molecule: Molecule, levels: Levels | None) -> tuple[float, float, float] | None:
    """Angles between the easy axis and the cell axes a, b, c [°]; None without a crystal or an axis."""
    if molecule.cell is None or levels is None or levels.easy_axis is None:
        return None
    return molecule.cell.angles(levels.easy_axis)


def _message(molecule: Molecule, sphere: CoordinationSphere, shapes: dict[str, float]) -> str:
    shape = f", {next(iter(shapes))}" if shapes and not sphere.hapto_ligands else ""
    return f"{molecule.formula}: {molecule.elements[molecule.metal]}, {sphere.words}{shape}."


def _literature(molecule: Molecule, sphere: CoordinationSphere, doubts: list[Doubt]) -> Reported | None:
    try:
        return reported(molecule, sphere)
    except UnreadableFile as error:
        doubts.append(doubt("no-literature", f"Nothing is said of the literature: {error.sentence}"))
        return None


def _shapes(sphere: CoordinationSphere, doubts: list[Doubt]) -> dict[str, float]:
    if sphere.hapto_ligands and sphere.coordination_number < 3:
        return {}  # a sandwich has no reference polyhedron, and needs none
    try:
        return shape_measures(sphere.site_positions)
    except DomainError as error:
        doubts.append(doubt("no-shape", f"No shape measure: {error.sentence}"))
        return {}


def _levels(molecule: Molecule, sphere: CoordinationSphere, around: Environment, doubts: list[Doubt]) -> Levels | None:
    if molecule.oxidation_state not in (3, None):
        text = "No crystal-field levels: the model covers trivalent lanthanides only."
        doubts.append(doubt("no-levels", text))
        return None
    if not covered(sphere):
        text = f"{sphere.coordination_number} donor sites are outside 3 to 10: the model was not made for it."
        doubts.append(doubt("coordination-number-outside", text))
    doubts.extend(uncalibrated_donors(around))
    try:
        return field_of(around)
    except DomainError as error:
        doubts.append(doubt("no-levels", f"No crystal-field levels: {error.sentence}"))
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
    line = sphere.donors[best[0]].position - sphere.donors[best[1]].position
    return best, axes_apart(line, easy_axis)


def _axiality(donors: tuple[Donor, ...], i: int, j: int) -> float:
    a, b = donors[i], donors[j]
    linearity = -float(a.position @ b.position) / (a.distance * b.distance)
    return linearity * (_strength(a) + _strength(b))


def _strength(donor: Donor) -> float:
    """Electrostatic weight of a site: its effective charge over the cube of its distance, as in the rank-2 field."""
    atoms = zip(donor.atom_charges, donor.atom_weights, strict=True)
    charge = sum(float(effective_charges(donor.donor_class, q)[0]) * w for q, w in atoms)
    return -charge / donor.shared_by / donor.distance**3
