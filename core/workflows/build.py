"""A ligand built into its complex, judged and measured: what the Build page shows and ``kramers build`` prints."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from core.chem.build.checks import Flaw, RejectedComplex
from core.chem.build.complex import EQUATORIAL, BuiltComplex, build_complex
from core.chem.build.electronics import Electronics, electronics
from core.chem.build.geometry import ComplexGeometry, complex_geometry
from core.chem.io.export import to_xyz
from core.chem.ligand.ligand import Ligand, ligand_from_text
from core.chem.sphere.buried_volume import buried_volume
from core.errors import DomainError, KramersError, Refused
from core.progress import Progress
from core.schema.files import to_json
from core.schema.provenance import provenance
from core.schema.results import SCHEMA_VERSION, BuiltRecord, NotBuiltRecord, Provenance
from core.workflows.learned_gap import learned_gap, record_of
from core.workflows.predict import judge
from core.workflows.prediction import Prediction, Status

if TYPE_CHECKING:
    from core.learned.built_gap import LearnedGap

_log = logging.getLogger(__name__)

ADVICE: Final = MappingProxyType(
    {
        Flaw.DONOR_LOST: "The ligand binds too weakly or is too bulky here; choose another donor or a smaller ligand.",
        Flaw.CHELATED: "Choose a donor that cannot chelate.",
        Flaw.EXTRA_DONOR: "The ligand folds back to the metal; choose one without donors within reach.",
        Flaw.PROTON_MOVED: "Try its protonated form, or another equatorial ligand.",
        Flaw.BOND_BROKEN: "The ligand does not survive next to the ion at this level; check its structure.",
        Flaw.SHAPE: "Try a less bulky ligand, or another equatorial ligand.",
        Flaw.OCTAHEDRON: "Try a less bulky ligand, or five equatorial ligands.",
        Flaw.NOT_CONVERGED: "Try a smaller or stiffer ligand.",
    }
)
"""What to do about a rejected complex, where the rejection itself does not say it."""


@dataclass(frozen=True, slots=True)
class ComplexRequest:
    """What is to be built; equal recipes give the same complex.

    Attributes:
        axial: the ligand on +z, and on −z too unless there is a `second`.
        second: another ligand for −z.
        metal: symbol of a lanthanide, taken as trivalent.
        equatorial: one of `core.chem.build.complex.EQUATORIAL`.
    """

    axial: Ligand
    second: Ligand | None = None
    metal: str = "Dy"
    equatorial: str = "water"

    @property
    def ligands(self) -> tuple[Ligand, Ligand]:
        """Both axial ligands."""
        return self.axial, self.axial if self.second is None else self.second

    @property
    def stem(self) -> str:
        """A name for files: ``Dy-water5-C3H9OP-C3H9OP``."""
        ring = f"{self.equatorial.removesuffix('4')}{EQUATORIAL[self.equatorial].places}"
        return "-".join([self.metal, ring, *(ligand.formula for ligand in self.ligands)])


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A complex that stands, with all that Kramers says about it.

    Attributes:
        recipe: what was asked for.
        complex: the relaxed complex.
        geometry: its bonds and angles.
        prediction: shapes and electrostatic levels.
        learned: the first gap as the engine would say, see `core.learned.built_gap`.
        buried: %V_bur of each axial ligand.
        electronics: proxies of each axial ligand; None where its wave function does not converge.
        provenance: version, key, hash of the input and date.

    >>> import kramers
    >>> built = kramers.build("[F-]", metal="Tb")
    >>> built.recipe.stem, next(iter(built.prediction.shapes))
    ('Tb-water5-F-F', 'PBPY-7')
    """

    recipe: ComplexRequest
    complex: BuiltComplex
    geometry: ComplexGeometry
    prediction: Prediction
    learned: LearnedGap
    buried: tuple[float, float]
    electronics: tuple[Electronics | None, Electronics | None]
    provenance: Provenance

    @property
    def status(self) -> Status:
        """Always ok: there is a complex."""
        return Status.OK

    @property
    def level(self) -> str:
        """How far the numbers can be trusted, in a line."""
        return "GFN2-xTB geometry, electrostatic levels, not measured"

    def to_dict(self) -> BuiltRecord:
        """The record that the command line prints, of JSON types only."""
        return _record(self)

    def to_json(self) -> str:
        """That record as text; `core.schema.files.from_json` reads it."""
        return to_json(self.to_dict())


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """Why there is no complex; `flaw` is the short reason of one that was rejected.

    >>> import kramers
    >>> kramers.build("[F-]", metal="Fe").message
    'only a lanthanide can be the metal here. Choose one from La to Lu.'
    """

    status: Status
    message: str
    flaw: str = ""
    provenance: Provenance = field(default_factory=lambda: provenance("build", b""))

    def to_dict(self) -> NotBuiltRecord:
        """The record that the command line prints."""
        return _failure_record(self)

    def to_json(self) -> str:
        """That record as text; `core.schema.files.from_json` reads it."""
        return to_json(self.to_dict())


def build(
    recipe: ComplexRequest, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Built:
    """Build, judge and measure; arguments and errors as in `build_complex`."""
    built = build_complex(
        recipe.axial, recipe.second, recipe.metal, recipe.equatorial, progress=progress, cancelled=cancelled
    )
    upper, lower = (_atoms_of(built, donor) for donor in built.axial_donors)
    first, second = recipe.ligands
    prediction = judge(built.structure, recipe.stem)
    return Built(
        recipe=recipe,
        complex=built,
        geometry=complex_geometry(built),
        prediction=prediction,
        learned=learned_gap(built, recipe.ligands, recipe.metal, recipe.equatorial, prediction.levels),
        buried=(buried_volume(built.molecule, upper), buried_volume(built.molecule, lower)),
        electronics=(
            _electronics(built, upper, built.axial_donors[0], first.charge),
            _electronics(built, lower, built.axial_donors[1], second.charge),
        ),
        provenance=_origin(recipe),
    )


def _atoms_of(built: BuiltComplex, donor: int) -> tuple[int, ...]:
    return next(fragment.atoms for fragment in built.anatomy.fragments if donor in fragment.atoms)


def _electronics(built: BuiltComplex, atoms: tuple[int, ...], donor: int, charge: int) -> Electronics | None:
    elements = [built.molecule.elements[atom] for atom in atoms]
    try:
        return electronics(elements, built.molecule.positions[list(atoms)], charge, atoms.index(donor))
    except DomainError:  # a proxy less is no reason to withhold the complex
        return None


def build_guarded(
    recipe: ComplexRequest, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Built | NotBuilt:
    """`build` where nothing may escape (page, command line): a fault of ours is an answer too."""
    try:
        return build(recipe, progress, cancelled)
    except KramersError as error:
        return not_built(error, _origin(recipe))
    except Exception as error:  # the process boundary: one ligand must not take the page down
        _log.exception("build failed on %s", recipe.axial.smiles)
        return NotBuilt(
            Status.ERROR,
            f"Kramers failed on this complex ({type(error).__name__}); please report it.",
            "",
            _origin(recipe),
        )


def _origin(recipe: ComplexRequest) -> Provenance:
    ligands = [[ligand.smiles, ligand.donor] for ligand in recipe.ligands]
    given = "\n".join(ligand.smiles for ligand in recipe.ligands).encode()
    return provenance("build", given, ligands=ligands, metal=recipe.metal, equatorial=recipe.equatorial)


def not_built(error: KramersError, origin: Provenance) -> NotBuilt:
    """An error as the answer that page and command line give."""
    status = Status.REFUSED if isinstance(error, Refused) else Status.ERROR
    if not isinstance(error, RejectedComplex):
        return NotBuilt(status, error.sentence, "", origin)
    advice = "" if error.advice else ADVICE[error.flaw]
    return NotBuilt(status, f"{error.sentence} {advice}".strip(), error.flaw.value, origin)


def build_from_text(
    axial: str,
    second: str | None = None,
    metal: str = "Dy",
    equatorial: str = "water",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    donor: int | None = None,
    second_donor: int | None = None,
) -> Built | NotBuilt:
    """Build [M(eq)₅LL′], or [M(eq)₄LL′], from text and judge it; never raises for bad input.

    Args:
        axial, second: ligands as SMILES, common name, MOL or SDF (hostile text); without a second both are the same.
        metal, equatorial, progress, cancelled: as in `build_complex`.
        donor, second_donor: atom that binds, in the order of the canonical SMILES; None leaves it to the rules.
    """
    try:
        first = ligand_from_text(axial, donor=donor)
        other = None if second is None else ligand_from_text(second, donor=second_donor)
    except KramersError as error:
        given = "\n".join(text for text in (axial, second) if text is not None).encode("utf-8", "surrogatepass")
        chosen = {"metal": metal, "equatorial": equatorial, "donor": donor, "second_donor": second_donor}
        return not_built(error, provenance("build", given, **chosen))
    return build_guarded(ComplexRequest(first, other, metal, equatorial), progress, cancelled)


def _record(built: Built) -> BuiltRecord:
    """JSON types only, units in the keys; lists of two follow the axial ligands, the one on +z first."""
    judged = built.prediction.to_dict()
    complex_, geometry, ligands = built.complex, built.geometry, built.recipe.ligands
    return {
        "schema": SCHEMA_VERSION,
        "kind": "built",
        "provenance": built.provenance,
        "status": "ok",
        "message": f"{built.prediction.message} {built.level}.",
        "protocol": complex_.protocol,
        "metal": built.recipe.metal,
        "equatorial": built.recipe.equatorial,
        "axial": [
            {"smiles": x.smiles, "donor": x.donor, "donor_class": x.donor_class.value, "charge": x.charge}
            for x in ligands
        ],
        "alternatives": [[asdict(choice) for choice in ligand.alternatives] for ligand in ligands],
        "charge": complex_.molecule.charge,
        "shape": judged["shape"],
        "distances_A": {
            "axial": [round(length, 4) for length in geometry.axial],
            "equatorial": [round(length, 4) for length in geometry.equatorial],
        },
        "angles_deg": {
            "donor_metal_donor": round(geometry.axial_angle, 2),
            "metal_donor_neighbour": [
                [round(angle.degrees, 2) for angle in geometry.donor_angles if angle.donor == donor]
                for donor in complex_.axial_donors
            ],
        },
        "buried_volume_percent": [round(share, 2) for share in built.buried],
        "donor_charge_e": [None if x is None else round(x.donor_charge, 4) for x in built.electronics],
        "frontier_gap_eV": [
            None if x is None or x.frontier_gap is None else round(x.frontier_gap, 3) for x in built.electronics
        ],
        "sa_score": [round(ligand.synthetic_accessibility, 2) for ligand in ligands],
        "steps": complex_.steps,
        "energy_hartree": complex_.energy,
        "restraint_energy_cm1": complex_.restraint_energy,
        "xyz": to_xyz(complex_.molecule),
        "levels": judged["levels"],
        "learned_gap": record_of(built.learned),
        "caveat": judged["caveat"],
        "axial_angle_deg": judged["axial_angle_deg"],
        "doubts": judged["doubts"],
    }


def _failure_record(failure: NotBuilt) -> NotBuiltRecord:
    """What is printed where there is no complex."""
    return {
        "schema": SCHEMA_VERSION,
        "kind": "not-built",
        "provenance": failure.provenance,
        "status": "refused" if failure.status is Status.REFUSED else "error",
        "message": failure.message,
        "flaw": failure.flaw,
    }
