"""The pentagonal-bipyramidal complex [M(eq)₅LL′], or the octahedral [M(eq)₄LL′], of one or two axial ligands with a
trivalent lanthanide.

============  =========================================================================================
Step          Rule
============  =========================================================================================
start         conformers of the canonical SMILES, clear of each other (`complex_start`)
relax         GFN2-xTB with ALPB water, charge 3 + ligands, 4f in core (`xtb`, `relax`). L–M–L′ and M–O–X of
              alkoxide, aryloxide and siloxide are held near 180°; M–O–X of other terminal oxygens may not close
              below 130°, M–N–X of nitrogens with two neighbours not below 110°, L–M–D of equatorial donors not
              leave 80–100° (`restraint`). All else is free, distances included
correct       every ligand slides along its bond towards DFT (`distance_correction`)
check         its donors, no proton moved, no κ² carboxylate, a pentagonal bipyramid or an octahedron
              (`complex_checks`); what fails is tried from up to three starts
============  =========================================================================================

Implicit water was measured on twelve ligands from the same starts: Dy–OH₂ of 2.34–2.48 Å against 2.43–2.59 Å in the
gas phase, and 10 of 12 nearer to the pentagonal bipyramid (tetramethylurea: measure 0.9 against 3.0). So it is always
on.

The axis and the equator are held because GFN2 lets some complexes slip into the capped trigonal prism: with a free
axis Ph₃PO ended at a shape measure of 4.4, with a free equator dimethylformamide at 3.0. M–O–X is kept open because
GFN2 folds phosphates and carboxylates over until a second oxygen binds (Dy–O–P 108°, Dy–O–C 94°), M–N–X because it
takes triazoles side on (Dy–N–N 77°).

The protocol has a name, which every number derived from these geometries carries with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.build.assembly import METAL, Assembly, assembled, restraint_doubts
from core.chem.build.checks import Flaw, RejectedComplex, anatomy_of, check_bonds, check_donors, check_shape
from core.chem.build.distance_correction import corrections, family, slid
from core.chem.build.relax import LARGEST_GRADIENT, Minimum, relax
from core.chem.build.start import STARTS, Binder, Equator, displaced, starting_parts
from core.chem.build.xtb import Gfn2
from core.chem.donor_class import DonorClass
from core.chem.handed_complex import Complex, complex_of
from core.chem.io.structure import Structure
from core.chem.lewis.fragments import Anatomy
from core.chem.ligand.chelates import check_single
from core.chem.ligand.ligand import Ligand
from core.chem.molecule import Molecule, numbered
from core.chem.radii import LANTHANIDES
from core.chem.report import ParseReport
from core.chem.sphere.coordination import coordination_sphere
from core.doubts import Doubt, doubt
from core.errors import DomainError
from core.progress import Progress, Stopped
from core.units import HARTREE_IN_CM1

PROTOCOL: Final = "gfn2-5"
"""Name of the recipe above; a change of any of its numbers needs a new one."""

UNCORRECTED: Final = f"{PROTOCOL}-uncorrected"
"""The same without the correction of bond lengths, which is derived from it."""

SOLVENT: Final = "water"
MOST_STEPS: Final = 400
"""Evaluations of GFN2 at most; 220 accepted complexes of 32 to 134 atoms took 14 to 400
(benchmarks.validation.pool)."""

WATER: Final = "water"

EQUATORIAL: Final = MappingProxyType(
    {
        WATER: Equator("O", 0, DonorClass.WATER),
        "pyridine": Equator("c1ccncc1", 3, DonorClass.PYRIDINE),
        "thf": Equator("C1CCOC1", 3, DonorClass.ETHER),
        "pyridine4": Equator("c1ccncc1", 3, DonorClass.PYRIDINE, 4),
        "thf4": Equator("C1CCOC1", 3, DonorClass.ETHER, 4),
    }
)
"""Neutral ligands that may fill the equator: five of it, or four where the name says so."""

COUNTER_IONS_DOUBT: Final = doubt(
    "counter-ions-not-modelled",
    "One ion in implicit water: counter-ions and the crystal's hydrogen bonds are not modelled.",
)

_FIRST_SHARE: Final = 0.8
"""Share of the progress that the first start may take."""


@dataclass(frozen=True, slots=True, eq=False)
class BuiltComplex:
    """A relaxed complex.

    Attributes:
        molecule: the metal first, then the ligand on +z, that on −z, and the equatorial ones.
        axial_donors, equatorial_donors: atom indices.
        protocol: name of the recipe.
        energy: GFN2 energy of the relaxed geometry, before its bonds are corrected, without the restraint [E_h].
        restraint_energy: of all restraints [cm⁻¹]. It does not contain the strain that they put into the molecule.
        steps: GFN2 evaluations from the start that led here.
        shape_measure: continuous shape measure against PBPY-7 or OC-6.
        anatomy: the complex taken apart as a crystal structure would be.
        doubts: about it.
    """

    molecule: Molecule
    axial_donors: tuple[int, int]
    equatorial_donors: tuple[int, ...]
    protocol: str
    energy: float
    restraint_energy: float
    steps: int
    shape_measure: float
    anatomy: Anatomy
    doubts: tuple[Doubt, ...]

    @property
    def structure(self) -> Structure:
        """What the predictor takes, as if it had been read from a crystal."""
        sphere = coordination_sphere(self.anatomy, self.molecule.metal)
        return Structure(self.molecule, sphere, ParseReport(), tuple(dict.fromkeys((*self.doubts, *sphere.doubts))))

    @property
    def complex(self) -> Complex:
        """As it is handed on to be computed."""
        return complex_of(self.molecule, (*self.axial_donors, *self.equatorial_donors), self.protocol, self.doubts)


def build_complex(
    axial: Ligand,
    second: Ligand | None = None,
    metal: str = "Dy",
    equatorial: str = WATER,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    corrected: bool = True,
) -> BuiltComplex:
    """Build [M(eq)₅LL′], or [M(eq)₄LL′], and relax it.

    Args:
        axial: the ligand on +z, and on −z too unless `second` is given.
        second: another ligand for −z.
        metal: symbol of a lanthanide, taken as trivalent.
        equatorial: one of `EQUATORIAL`: five waters, pyridines or THF, or four pyridines or THF.
        progress: told what is going on and a fraction 0 to 1 that never falls, between steps.
        cancelled: asked between steps; True ends the building.
        corrected: whether bond lengths are corrected; only the derivation of the correction wants them as they are.

    Raises:
        DomainError: no lanthanide, an unknown equatorial ligand, no conformer, or a wave function without solution.
        Refused: a ligand takes two places at the metal (`core.chem.ligand.chelates`).
        RejectedComplex: what came out is not the complex that was asked for; `flaw` names the reason.
        Stopped: `cancelled` said so.
    """
    if metal not in LANTHANIDES:
        raise DomainError("only a lanthanide can be the metal here.", advice="Choose one from La to Lu.")
    if equatorial not in EQUATORIAL:
        raise DomainError("this equatorial ligand is not offered.", advice=f"Choose one of: {', '.join(EQUATORIAL)}.")
    ligands = (axial, axial if second is None else second)
    for ligand in ligands:
        check_single(ligand)
    report = _Reporter(progress, cancelled)
    report.say("starting geometry")
    doubts = _distance_doubts(ligands, equatorial) if corrected else ()
    doubts += tuple(
        one for ligand in ligands for one in ligand.doubts if one.code != "ligand-base" or equatorial == WATER
    )
    flaws: list[RejectedComplex] = []
    for number in range(STARTS):
        assembly = _start(metal, ligands, EQUATORIAL[equatorial], number)
        try:
            minimum = _relaxed(assembly, number, report)
            built = _checked(assembly, minimum, ligands, doubts, corrected=corrected)
        except RejectedComplex as flaw:
            flaws.append(flaw)
            report.next_start()
        else:
            report.finish()
            return built
    raise flaws[0]  # of the clearest start


def _start(metal: str, ligands: tuple[Ligand, Ligand], ring: Equator, number: int) -> Assembly:
    binders = (_binder(ligands[0]), _binder(ligands[1]))
    classes = (*(binder.donor_class for binder in binders), *[ring.donor_class] * ring.places)
    parts = starting_parts(metal, binders, ring, number)
    return assembled(metal, parts, classes, 3 + sum(ligand.charge for ligand in ligands))


def _binder(ligand: Ligand) -> Binder:
    return Binder(ligand.smiles, ligand.donor, ligand.donor_class)


def _relaxed(assembly: Assembly, number: int, report: _Reporter) -> Minimum:
    gfn2, restraints = Gfn2(assembly.elements, assembly.charge, SOLVENT), assembly.restraints

    def surface(positions: FloatArray) -> tuple[float, FloatArray]:
        energy, gradient = gfn2.energy_and_gradient(positions)
        held, pull = restraints.energy_and_gradient(positions)
        return energy + held, gradient + pull

    start = displaced(assembly.positions, number)
    minimum = relax(surface, assembly.elements, start, most_steps=MOST_STEPS, after_step=report.after_step)
    if not minimum.converged:
        raise RejectedComplex(Flaw.NOT_CONVERGED, f"the geometry did not settle within {minimum.steps} steps.")
    return minimum


def _distance_doubts(ligands: tuple[Ligand, Ligand], equatorial: str) -> tuple[Doubt, ...]:
    """What is to be said about the corrected bond lengths."""
    waters = ", 0.02 Å (0.05 Å) for waters" if equatorial == WATER else ""
    text = (
        "Bond lengths: GFN2, corrected towards DFT of yttrium analogues. On ligands left out they missed DFT on "
        f"average by 0.01 Å (at most 0.02 Å) for axial neutral O donors, 0.04 Å (0.08 Å) for anionic O and F{waters}; "
        "N and Cl donors have one reference each. No crystal structure has confirmed them yet."
    )
    doubts = [doubt("distances-corrected", text)]
    families = [family(ligand.donor_element, ligand.charge) for ligand in ligands]
    unmeasured = sorted(set(families) - set(corrections().axial))
    if unmeasured:
        text = (
            f"No donor of this kind ({', '.join(unmeasured)}) was among the DFT references: its bond is corrected by "
            "the mean of other donors of the same charge."
        )
        doubts.append(doubt("distances-unmeasured", text))
    if EQUATORIAL[equatorial].places == 4:
        text = "Bonds in an octahedron: their corrections were measured with seven donors at the metal, not with six."
        doubts.append(doubt("distances-unmeasured", text))
    if equatorial != WATER:
        text = "Equatorial bonds are those of GFN2: their correction was measured for water alone."
        doubts.append(doubt("distances-unmeasured", text))
    return tuple(doubts)


def _shifts(assembly: Assembly, ligands: tuple[Ligand, Ligand], positions: FloatArray) -> list[float]:
    """By how much each bond is lengthened [Å]."""
    table, metal = corrections(), assembly.elements[METAL]
    lengths = np.linalg.norm(positions[list(assembly.donors)], axis=1)
    axial = [
        table.of_axial(ligand.donor_element, ligand.charge, float(length), metal)
        for ligand, length in zip(ligands, lengths[:2], strict=True)
    ]
    water = table.water.at(sum(axial) / len(axial))
    equatorial = [water if found is DonorClass.WATER else 0.0 for found in assembly.classes[2:]]
    return [table.metals[metal].correction + shift for shift in axial + equatorial]


def _checked(
    assembly: Assembly,
    minimum: Minimum,
    ligands: tuple[Ligand, Ligand],
    known_doubts: tuple[Doubt, ...],
    *,
    corrected: bool,
) -> BuiltComplex:
    """The record of a minimum that is what was asked for, its bonds corrected."""
    relaxed = minimum.positions - minimum.positions[METAL]
    positions = relaxed
    if corrected:
        positions = slid(relaxed, assembly.members, assembly.donors, _shifts(assembly, ligands, relaxed))
    waters = tuple(atoms[0] for atoms in assembly.atoms_of(DonorClass.WATER))
    check_bonds(assembly.elements, positions, assembly.bonds, waters)
    anatomy = anatomy_of(assembly.elements, positions, assembly.bonds, METAL)
    check_donors(anatomy, METAL, assembly.donors, assembly.atoms_of(DonorClass.CARBOXYLATE))
    measure = check_shape(positions[list(assembly.donors)])
    held, _ = assembly.restraints.energy_and_gradient(relaxed)
    doubts = (COUNTER_IONS_DOUBT, *restraint_doubts(assembly, relaxed), *known_doubts)
    return BuiltComplex(
        molecule=_molecule(assembly, positions, anatomy),
        axial_donors=(assembly.donors[0], assembly.donors[1]),
        equatorial_donors=assembly.donors[2:],
        protocol=PROTOCOL if corrected else UNCORRECTED,
        energy=minimum.energy - held,
        restraint_energy=held * HARTREE_IN_CM1,
        steps=minimum.steps,
        shape_measure=measure,
        anatomy=anatomy,
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _molecule(assembly: Assembly, positions: FloatArray, anatomy: Anatomy) -> Molecule:
    """Bonds to the metal are those of its donor sites, not every contact: P of a bent phosphine oxide is no donor."""
    contacts = [(METAL, atom) for site in anatomy.sites[METAL] for atom in site.atoms]
    return Molecule(
        elements=assembly.elements,
        positions=positions,
        bonds=np.array(sorted([*contacts, *assembly.bonds]), dtype=np.int64),
        labels=numbered(assembly.elements),
        metal=METAL,
        charge=assembly.charge,
        oxidation_state=3,
    )


class _Reporter:
    """Tells how far the building is, as far as one can know, and ends it when asked to."""

    def __init__(self, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self._progress, self._cancelled = progress, cancelled
        self._fraction, self._before, self._share = 0.0, 0.0, _FIRST_SHARE

    def say(self, what: str) -> None:
        """Name the stage."""
        if self._cancelled is not None and self._cancelled():
            raise Stopped("stopped before the complex was ready.")
        if self._progress is not None:
            self._progress(what, self._fraction)

    def after_step(self, step: int, largest_gradient: float) -> None:
        """The gradient falls about exponentially, from 0.1 E_h Å⁻¹ or so: its logarithm tells how far it is."""
        done = 1.0 - math.log(max(largest_gradient, LARGEST_GRADIENT) / LARGEST_GRADIENT) / math.log(100.0)
        self._fraction = max(self._fraction, self._before + self._share * min(1.0, done))
        self.say(f"relaxing, step {step}")

    def next_start(self) -> None:
        """The rest of the bar is for the starts still to come, in the same shares."""
        self._before += self._share
        self._share = _FIRST_SHARE * (1.0 - self._before)

    def finish(self) -> None:
        """The complex is ready."""
        self._fraction = 1.0
        self.say("ready")
