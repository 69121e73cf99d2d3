"""The whole way from the bytes of a CIF to one molecule with its coordination sphere, and the report of it.

bytes ─► blocks ─► sites, operators ─► cell ─► disorder resolved ─► molecules ─► ligands, charges ─► metal site
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.chem.charge import ChargeBalance, balance
from core.chem.choice import choose_component, choose_ion, ions_of, site_choice
from core.chem.cif import choose_block, parse, read_block
from core.chem.coordination import CoordinationSphere, coordination_sphere
from core.chem.crystal import Crystal, read_crystal
from core.chem.fragments import Anatomy, dissect
from core.chem.hydrogens import with_neutron_distances
from core.chem.molecule import Molecule
from core.chem.report import ComponentChoice, ParseReport
from core.errors import KramersError, Polymeric


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
        hydrogens_missing=formula.hydrogens_missing,
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
    number = choose_component(crystal, component)
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
    ions = ions_of(chosen)
    spheres = {ion: coordination_sphere(anatomy, ion) for ion in ions}
    report = replace(
        report,
        sites=tuple(site_choice(crystal, chosen, k + 1, ion, spheres[ion]) for k, ion in enumerate(ions)),
        components=tuple(
            replace(c, charge=charges.charge if c.number == number + 1 else None) for c in report.components
        ),
        charge_confirmed=charges.confirmed,
        charge_reasoning=charges.reasoning,
        charge_alternatives=charges.alternatives,
    )
    try:
        ion, doubts = choose_ion(crystal, chosen, ions, site)
    except KramersError as error:
        raise StructureError(error, report) from error
    report = replace(report, site=ions.index(ion) + 1)
    return _structure(crystal, anatomy, ion, spheres[ion], charges, report, doubts)


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
    report = replace(
        report,
        hydrogens_moved=moved,
        magnetic_ions=len(component.magnetic_atoms) + len(component.other_magnetic_atoms),
        disordered_donors=tuple(sorted(disordered)),
    )
    return Structure(molecule, sphere, report, tuple(dict.fromkeys(every)))


def _radicals(anatomy: Anatomy) -> tuple[str, ...]:
    if any(f.charges.radical and f.metals for f in anatomy.fragments):
        return ("A ligand is an organic radical: its exchange with the metal is ignored.",)
    return ()
