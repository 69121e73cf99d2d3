"""A ligand built into its complex, judged and measured: what the Build page shows and ``kramers build`` prints."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.chem.buried_volume import buried_volume
from core.chem.complex import BuiltComplex, Progress, build_complex
from core.chem.complex_checks import Flaw, RejectedComplex
from core.chem.complex_geometry import ComplexGeometry, complex_geometry
from core.chem.electronics import Electronics, electronics
from core.chem.ligand import Ligand, ligand_from_text
from core.errors import DomainError, KramersError, Refused
from core.smm.built_record import as_record, failure_record
from core.smm.predictor import Prediction, Status, judge

_log = logging.getLogger(__name__)

ADVICE: Final = MappingProxyType(
    {
        Flaw.DONOR_LOST: "The ligand binds too weakly or is too bulky here; choose another donor or a smaller ligand.",
        Flaw.CHELATED: "Choose a donor that cannot chelate.",
        Flaw.EXTRA_DONOR: "The ligand folds back to the metal; choose one without donors within reach.",
        Flaw.PROTON_MOVED: "Try its protonated form, or another equatorial ligand.",
        Flaw.BOND_BROKEN: "The ligand does not survive next to the ion at this level; check its structure.",
        Flaw.SHAPE: "Try a less bulky ligand, or another equatorial ligand.",
        Flaw.NOT_CONVERGED: "Try a smaller or stiffer ligand.",
    }
)
"""What to do about a rejected complex, where the rejection itself does not say it."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is to be built; equal recipes give the same complex.

    Attributes:
        axial: the ligand on +z, and on −z too unless there is a `second`.
        second: another ligand for −z.
        metal: symbol of a lanthanide, taken as trivalent.
        equatorial: one of `core.chem.complex.EQUATORIAL`.
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
        return "-".join([self.metal, f"{self.equatorial}5", *(ligand.formula for ligand in self.ligands)])


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A complex that stands, with all that Kramers says about it.

    Attributes:
        recipe: what was asked for.
        complex: the relaxed complex.
        geometry: its bonds and angles.
        prediction: shapes and electrostatic levels.
        buried: %V_bur of each axial ligand.
        electronics: proxies of each axial ligand; None where its wave function does not converge.
    """

    recipe: Recipe
    complex: BuiltComplex
    geometry: ComplexGeometry
    prediction: Prediction
    buried: tuple[float, float]
    electronics: tuple[Electronics | None, Electronics | None]

    @property
    def status(self) -> Status:
        """Always ok: there is a complex."""
        return Status.OK

    @property
    def level(self) -> str:
        """How far the numbers can be trusted, in a line."""
        return f"GFN2-xTB geometry (protocol {self.complex.protocol}), electrostatic levels, not measured"

    def to_dict(self) -> dict[str, object]:
        """The record that the command line prints, of JSON types only."""
        return as_record(self)


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """Why there is no complex; `flaw` is the short reason of one that was rejected."""

    status: Status
    message: str
    flaw: str = ""

    def to_dict(self) -> dict[str, object]:
        """The record that the command line prints."""
        return failure_record(self)


def build(recipe: Recipe, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> Built:
    """Build, judge and measure; arguments and errors as in `build_complex`."""
    built = build_complex(
        recipe.axial, recipe.second, recipe.metal, recipe.equatorial, progress=progress, cancelled=cancelled
    )
    upper, lower = (_atoms_of(built, donor) for donor in built.axial_donors)
    first, second = recipe.ligands
    return Built(
        recipe=recipe,
        complex=built,
        geometry=complex_geometry(built),
        prediction=judge(built.structure, recipe.stem),
        buried=(buried_volume(built.molecule, upper), buried_volume(built.molecule, lower)),
        electronics=(
            _electronics(built, upper, built.axial_donors[0], first.charge),
            _electronics(built, lower, built.axial_donors[1], second.charge),
        ),
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
    recipe: Recipe, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Built | NotBuilt:
    """`build` where nothing may escape (page, command line): a fault of ours is an answer too."""
    try:
        return build(recipe, progress, cancelled)
    except KramersError as error:
        return not_built(error)
    except Exception as error:  # the process boundary: one ligand must not take the page down
        _log.exception("build failed on %s", recipe.axial.smiles)
        return NotBuilt(Status.ERROR, f"Kramers failed on this complex ({type(error).__name__}); please report it.")


def not_built(error: KramersError) -> NotBuilt:
    """An error as the answer that page and command line give."""
    status = Status.REFUSED if isinstance(error, Refused) else Status.ERROR
    if not isinstance(error, RejectedComplex):
        return NotBuilt(status, error.sentence)
    advice = "" if error.advice else ADVICE[error.flaw]
    return NotBuilt(status, f"{error.sentence} {advice}".strip(), error.flaw.value)


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
    """Build [M(eq)₅LL′] from text and judge it; never raises for bad input.

    Args:
        axial, second: ligands as SMILES, MOL or SDF (hostile text); without a second both are the same.
        metal, equatorial, progress, cancelled: as in `build_complex`.
        donor, second_donor: atom that binds, in the order of the canonical SMILES; None leaves it to the rules.
    """
    try:
        first = ligand_from_text(axial, donor=donor)
        other = None if second is None else ligand_from_text(second, donor=second_donor)
    except KramersError as error:
        return not_built(error)
    return build_guarded(Recipe(first, other, metal, equatorial), progress, cancelled)
