"""The whole way from the bytes of a CIF to one molecule with its coordination sphere, and the report of it.

bytes ─► blocks ─► sites, operators ─► cell ─► disorder resolved ─► molecules ─► ligands, charges ─► metal site
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.chem.charge import ChargeBalance, balance
from core.chem.cif import CrystalBlock, choose_block, parse, read_block, shown
from core.chem.components import Component, find_components
from core.chem.coordination import CoordinationSphere, coordination_sphere
from core.chem.crystal import expand, merge_duplicates
from core.chem.disorder import Ordered, resolve
from core.chem.formula import FormulaCheck, check_formula
from core.chem.fragments import Anatomy, dissect
from core.chem.hydrogens import with_neutron_distances
from core.chem.molecule import Molecule
from core.chem.radii import METALS
from core.chem.report import ComponentChoice, ParseReport, SiteChoice
from core.errors import ChoiceNeeded, DisorderedMetal, InputError, KramersError, NoMagneticIon, Polymeric

_FULL = 0.95  # a metal less occupied than this, with no other metal on its site, is disordered


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One molecule cut out of a crystal, with its sphere.

    Attributes:
        molecule: the record, metal chosen.
        sphere: its first coordination sphere.
        report: the way there.
        doubts: reasons to doubt it, sentences.
    """

    molecule: Molecule
    sphere: CoordinationSphere
    report: ParseReport
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Crystal:
    """A block after expansion and disorder, with its independent molecules."""

    block: CrystalBlock
    ordered: Ordered
    components: tuple[Component, ...]
    formula: FormulaCheck
    doubts: tuple[str, ...]


class StructureError(KramersError):
    """A refusal or an input error, with the report as far as it got, so that the page can offer the choice."""

    def __init__(self, error: KramersError, report: ParseReport) -> None:
        super().__init__(error.what, where=error.where, advice=error.advice)
        self.error, self.report = error, report


def read_structure(
    data: bytes, *, block: str | None = None, component: int | None = None, site: int | None = None
) -> Structure:
    """Read, choose and take apart.

    Args:
        data: bytes of the CIF.
        block: name of the data block; the first with atoms by default.
        component: number of the independent molecule, from 1; the largest magnetic one by default.
        site: number of the magnetic site, from 1; needed where there are several magnetic ions.

    Raises:
        StructureError: always of this type; its `error` is the `InputError` or `Refused` behind it.
    """
    report = ParseReport()
    try:
        blocks = parse(data)
        report = replace(report, blocks=tuple(b.name for b in blocks), block=blocks[0].name)
        chosen = choose_block(blocks, block)
        report = replace(report, block=chosen.name)
        crystal = read_crystal(read_block(chosen))
        report = _crystal_report(report, crystal)
        structure = _judge(crystal, report, component, site)
    except StructureError:
        raise
    except KramersError as error:
        raise StructureError(error, report) from error
    if len(blocks) > 1 and block is None:
        more = f"The file holds {len(blocks)} structures; the first was read."
        return replace(structure, doubts=(*structure.doubts, more))
    return structure


def read_crystal(block: CrystalBlock) -> Crystal:
    """Expand a block, resolve its disorder and find its molecules."""
    expanded = expand(block)
    contacts = expanded.contacts()
    atoms = merge_duplicates(expanded, contacts)
    if atoms is not expanded:
        contacts = atoms.contacts()
    ordered = resolve(atoms, contacts, block.sites)
    if ordered.dropped:
        contacts = ordered.atoms.contacts()
    components, doubts = find_components(ordered.atoms, contacts)
    formula = check_formula(block, atoms)
    doubts = (*block.doubts, *ordered.doubts, *doubts, *formula.doubts)
    return Crystal(block, ordered, components, formula, doubts)


def _crystal_report(report: ParseReport, crystal: Crystal) -> ParseReport:
    block, ordered, formula = crystal.block, crystal.ordered, crystal.formula
    return replace(
        report,
        symmetry=block.symmetry.origin,
        sites_read=len(block.sites.labels),
        sites_without_coordinates=block.skipped,
        atoms_in_cell=len(ordered.atoms.site),
        merged=ordered.atoms.merged,
        disorder_dropped=ordered.dropped,
        occupancy_discarded=round(ordered.occupancy_discarded, 3),
        components=tuple(_component_choice(crystal, number, None) for number in range(len(crystal.components))),
        formula_found=formula.found,
        formula_stated=formula.stated,
        formula_agrees=formula.agrees,
    )


def _component_choice(crystal: Crystal, number: int, charge: int | None) -> ComponentChoice:
    component = crystal.components[number]
    metals = tuple(component.elements[m] for m in component.metals)
    return ComponentChoice(
        number=number + 1,
        formula=component.formula,
        atoms=len(component.elements),
        copies=component.copies,
        charge=charge,
        metals=metals,
        magnetic=bool(component.magnetic_atoms),
    )


def _judge(crystal: Crystal, report: ParseReport, component: int | None, site: int | None) -> Structure:
    number = _choose_component(crystal, component)
    chosen = crystal.components[number]
    report = replace(
        report,
        component=number + 1,
        left_out=tuple((c.formula, c.copies) for k, c in enumerate(crystal.components) if k != number),
    )
    if chosen.endless:
        raise Polymeric(
            "the bond net is endless (a coordination polymer or framework); there is no molecule to judge.",
            advice="Cut out a model of one metal site and its ligands, and upload that.",
        )
    anatomies = [dissect(c) for c in crystal.components if not c.endless]
    chosen_index = [k for k, c in enumerate(crystal.components) if not c.endless].index(number)
    anatomy = anatomies[chosen_index]
    charges = balance(anatomies, chosen_index, crystal.block.formula_moiety, crystal.formula.hydrogens_missing)
    ions = _ions(crystal, chosen)
    spheres = {ion: coordination_sphere(anatomy, ion) for ion in ions}
    report = replace(
        report,
        sites=tuple(_site_choice(crystal, chosen, k + 1, ion, spheres[ion]) for k, ion in enumerate(ions)),
        components=tuple(
            replace(c, charge=charges.charge if c.number == number + 1 else None) for c in report.components
        ),
        charge_reasoning=charges.reasoning,
        charge_alternatives=charges.alternatives,
    )
    try:
        ion, doubts = _choose_ion(crystal, chosen, ions, site)
    except KramersError as error:
        raise StructureError(error, report) from error
    report = replace(report, site=ions.index(ion) + 1)
    return _structure(crystal, anatomy, ion, spheres[ion], charges, report, doubts)


def _choose_component(crystal: Crystal, wanted: int | None) -> int:
    if wanted is not None and not 1 <= wanted <= len(crystal.components):
        raise InputError(
            f"there is no molecule {wanted}; the crystal has {len(crystal.components)}.", advice="Choose a listed one."
        )
    number = 0 if wanted is None else wanted - 1
    if not crystal.components[number].magnetic_atoms:
        raise NoMagneticIon(_no_ion_sentence(crystal), advice="Kramers judges Ce(III) to Yb(III).")
    return number


def _no_ion_sentence(crystal: Crystal) -> str:
    elements = {e for c in crystal.components for e in c.elements}
    metals = sorted(elements & METALS)
    closed = sorted(elements & {"La", "Lu"})
    if closed:
        return f"the only lanthanide is {' and '.join(closed)}(III), which has no unpaired 4f electrons: no levels."
    if metals:
        return f"no lanthanide in the structure; its metals are {', '.join(metals)}."
    return "no metal in the structure."


def _ions(crystal: Crystal, component: Component) -> list[int]:
    """One atom for each symmetry-independent magnetic site, in an order that the file's order does not decide."""
    first: dict[int, int] = {}
    for atom in component.magnetic_atoms:
        first.setdefault(int(component.sites[atom]), atom)

    def rank(atom: int) -> tuple[str, tuple[float, ...]]:
        distances = np.sort(np.linalg.norm(component.positions - component.positions[atom], axis=1))
        return component.elements[atom], tuple(np.round(distances, 3).tolist())

    return sorted(first.values(), key=rank)


def _site_choice(
    crystal: Crystal, component: Component, number: int, ion: int, sphere: CoordinationSphere
) -> SiteChoice:
    site = int(component.sites[ion])
    elements = sorted(d.element for d in sphere.donors)
    counts = " ".join(f"{e}{elements.count(e)}" for e in dict.fromkeys(elements))
    return SiteChoice(
        number=number,
        label=crystal.block.sites.labels[site],
        element=component.elements[ion],
        copies=int((component.sites == site).sum()),
        summary=f"{component.elements[ion]}, coordination number {sphere.coordination_number}, donors {counts}",
    )


def _choose_ion(
    crystal: Crystal, component: Component, ions: list[int], wanted: int | None
) -> tuple[int, tuple[str, ...]]:
    """The ion to judge and what to say of the others.

    Raises:
        ChoiceNeeded: several magnetic ions and no choice.
        InputError: a choice that does not exist.
        DisorderedMetal: the ion is spread over several positions.
    """
    others = component.other_magnetic_atoms
    magnetic = len(component.magnetic_atoms) + len(others)
    if wanted is not None and not 1 <= wanted <= len(ions):
        raise InputError(
            f"there is no metal site {wanted}; the molecule has {len(ions)}.", advice="Choose a listed one."
        )
    if magnetic > 1 and wanted is None:
        raise ChoiceNeeded(
            _several_sentence(crystal, component, ions), advice="Choose one site; exchange is then ignored."
        )
    ion = ions[0 if wanted is None else wanted - 1]
    _check_order(crystal, component, ion)
    if magnetic == 1:
        return ion, ()
    metals = sorted({component.elements[a] for a in (*component.magnetic_atoms, *others)})
    return ion, (
        f"Exchange ignored: the molecule has {magnetic} magnetic ions ({', '.join(metals)}); the levels are those of "
        "one ion, as if the others were diamagnetic.",
    )


def _several_sentence(crystal: Crystal, component: Component, ions: list[int]) -> str:
    names = []
    for number, ion in enumerate(ions, 1):
        site = int(component.sites[ion])
        copies = int((component.sites == site).sum())
        label = shown(crystal.block.sites.labels[site])
        names.append(f"site {number}: {component.elements[ion]} {label}{f' (×{copies})' if copies > 1 else ''}")
    open_shell = sorted({component.elements[a] for a in component.other_magnetic_atoms})
    beside = f", beside {', '.join(open_shell)} ions that are probably magnetic" if open_shell else ""
    return f"the molecule has several magnetic ions ({'; '.join(names)}{beside})."


def _check_order(crystal: Crystal, component: Component, ion: int) -> None:
    sites, site = crystal.block.sites, int(component.sites[ion])
    shared = any("shared by" in doubt for doubt in crystal.ordered.doubts)
    atoms = crystal.ordered.atoms
    occupancy = float(atoms.occupancy[atoms.site == site].max())
    if occupancy < _FULL and not shared:
        raise DisorderedMetal(
            f"the metal {shown(sites.labels[site])} occupies its position to only {occupancy:.0%}: it is disordered.",
            advice="Upload a model with one position of the metal.",
        )


def _structure(
    crystal: Crystal,
    anatomy: Anatomy,
    ion: int,
    sphere: CoordinationSphere,
    charges: ChargeBalance,
    report: ParseReport,
    doubts: tuple[str, ...],
) -> Structure:
    component = anatomy.component
    positions, moved = with_neutron_distances(component)
    molecule = Molecule(
        elements=component.elements,
        positions=positions,
        bonds=component.bonds.copy(),
        labels=tuple(crystal.block.sites.labels[s] for s in component.sites.tolist()),
        metal=ion,
        charge=charges.charge,
        oxidation_state=charges.oxidation_states.get(component.elements[ion]),
    )
    disordered = {
        component.elements[a]
        for donor in sphere.donors
        for a in donor.atoms
        if int(component.sites[a]) in crystal.ordered.disordered_sites
    }
    more = (
        (f"Donor atoms ({', '.join(sorted(disordered))}) are disordered; the fuller part was used.",)
        if disordered
        else ()
    )
    every = (*doubts, *sphere.doubts, *more, *charges.doubts, *_radicals(anatomy), *crystal.doubts)
    return Structure(molecule, sphere, replace(report, hydrogens_moved=moved), tuple(dict.fromkeys(every)))


def _radicals(anatomy: Anatomy) -> tuple[str, ...]:
    if any(f.charges.radical and f.metals for f in anatomy.fragments):
        return ("A ligand is an organic radical: its exchange with the metal is ignored.",)
    return ()
