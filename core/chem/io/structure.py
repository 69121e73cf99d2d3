"""The whole way from the bytes of a CIF to one molecule with its coordination sphere, and the report of it.

bytes ─► blocks ─► sites, operators ─► cell ─► disorder resolved ─► molecules ─► ligands, charges ─► metal site
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from core.chem.atom_names import label_of_hydrogen
from core.chem.crystal.cif import CrystalBlock, choose_block, parse, read_block
from core.chem.crystal.components import Component
from core.chem.crystal.crystal import Crystal, read_crystal
from core.chem.crystal.hydrogens import with_neutron_distances
from core.chem.crystal.sites import AtomSites
from core.chem.io.boxed import boxed, read_as_geometry
from core.chem.io.choice import (
    check_molecule,
    check_sphere,
    choose_component,
    choose_ion,
    ions_of,
    other_molecules,
    site_choice,
)
from core.chem.io.geometry_file import GeometryFile
from core.chem.io.riding import bare_oxygens, with_hydrogens_on_oxygens
from core.chem.io.unpacking import unpacked
from core.chem.lewis.charge import balance
from core.chem.lewis.fragments import Anatomy, dissect
from core.chem.molecule import Molecule
from core.chem.quoting import shown
from core.chem.report import ComponentChoice, ParseReport
from core.chem.sphere.coordination import CoordinationSphere, coordination_sphere
from core.chem.sphere.parts import Parts
from core.chem.unit_cell import UnitCell
from core.doubts import Doubt, doubt
from core.errors import KramersError


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One molecule cut out of a crystal, with its sphere.

    Attributes:
        molecule: the record, metal chosen.
        sphere: its first coordination sphere.
        report: the way there.
        doubts: reasons to doubt it.
    """

    molecule: Molecule
    sphere: CoordinationSphere
    report: ParseReport
    doubts: tuple[Doubt, ...]


class StructureError(KramersError):
    """A refusal or an input error, with the report as far as it got, so that the page can offer the choice."""

    def __init__(self, error: KramersError, report: ParseReport) -> None:
        super().__init__(error.what, where=error.where, advice=error.advice)
        self.error, self.report = error, report


def read_structure(
    data: bytes,
    name: str = "",
    *,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
    charge: int | None = None,
) -> Structure:
    """Read, choose and take apart.

    Args:
        data: bytes of the CIF, of another format of `geometry_file`, or of a gzip or zip of one.
        name: of the file; its ending tells the format, a CIF where it tells none.
        block: name of the data block; the first with atoms by default.
        component: number of the independent molecule, from 1; the largest magnetic one by default.
        site: number of the magnetic site, from 1; needed where there are several magnetic ions.
        charge: total charge of a molecule that comes without a crystal [e]; what the file states by default.

    Raises:
        StructureError: always of this type; its `error` is the `InputError` or `Refused` behind it.
    """
    parts = take_apart(data, name, block=block, component=component, charge=charge)
    try:
        structure = _judge(parts, component, site)
    except StructureError:
        raise
    except KramersError as error:
        # no other choice of a site helps: none is offered
        raise StructureError(error, replace(parts.report, sites=())) from error
    return replace(structure, doubts=(*structure.doubts, *parts.doubts))


def take_apart(
    data: bytes, name: str = "", *, block: str | None = None, component: int | None = None, charge: int | None = None
) -> Parts:
    """Read a file and take the chosen molecule apart; arguments and errors as of `read_structure`."""
    report = ParseReport()
    try:
        data, name, more = unpacked(data, name)
        geometry = read_as_geometry(data, name)
        if geometry is not None:
            return take_apart_geometry(geometry, component=component, charge=charge, doubts=more)
        parsed = parse(data)
        blocks = parsed.blocks
        report = replace(report, blocks=tuple(b.name for b in blocks), block=blocks[0].name)
        chosen = choose_block(blocks, block)
        report = replace(report, block=chosen.name)
        crystal = read_crystal(read_block(chosen))
        more = (*more, *parsed.doubts)
        if len(blocks) > 1 and block is None:
            others = ", ".join(shown(b.name) for b in blocks if b is not chosen)
            text = f"The file holds {len(blocks)} structures; {shown(chosen.name)} was read, {others} not."
            more = (*more, doubt("file-several-structures", text))
        report = _crystal_report(report, crystal)
        return _parts(crystal, report, component, more)
    except StructureError:
        raise
    except KramersError as error:
        raise StructureError(error, report) from error


def take_apart_geometry(
    geometry: GeometryFile,
    *,
    component: int | None = None,
    charge: int | None = None,
    doubts: tuple[Doubt, ...] = (),
) -> Parts:
    """The same for a molecule without a crystal.

    Args:
        geometry: the atoms.
        component, charge: as of `read_structure`.
        doubts: of the file.

    Raises:
        KramersError: as of `take_apart`, a `StructureError` or what is behind one.
    """
    crystal = read_crystal(boxed(geometry, charge))
    report = _crystal_report(replace(ParseReport(), blocks=("",)), crystal)
    return _parts(crystal, report, component, doubts)


def _crystal_report(report: ParseReport, crystal: Crystal) -> ParseReport:
    block, ordered, formula = crystal.block, crystal.ordered, crystal.formula
    return replace(
        report,
        symmetry=block.symmetry.origin,
        alone=block.alone,
        charge_given=block.charge if block.alone else None,
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


def _parts(crystal: Crystal, report: ParseReport, component: int | None, doubts: tuple[Doubt, ...]) -> Parts:
    number = choose_component(crystal, component)
    chosen = crystal.components[number]
    report = replace(
        report,
        component=number + 1,
        left_out=tuple((c.formula, c.copies) for k, c in enumerate(crystal.components) if k != number),
    )
    check_molecule(crystal, chosen)
    anatomies = [dissect(c) for c in crystal.components if not c.endless]
    chosen_index = [k for k, c in enumerate(crystal.components) if not c.endless].index(number)
    anatomy = anatomies[chosen_index]
    bare = bare_oxygens(anatomies)
    missing = max(0, crystal.formula.hydrogens_missing - round(2 * bare / crystal.formula.units))
    charges, anatomy = balance(anatomies, chosen_index, crystal.block.formula_moiety, missing, crystal.block.charge)
    anatomy, added = (anatomy, ()) if missing else with_hydrogens_on_oxygens(anatomy)  # on all that lack them or none
    report = replace(report, hydrogens_missing=missing)
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
    return Parts(crystal, anatomy, charges, spheres, report, added, doubts)


def _judge(parts: Parts, component: int | None, site: int | None) -> Structure:
    ions = list(parts.spheres)
    try:
        ion, doubts = choose_ion(parts.crystal, parts.anatomy.component, ions, site)
    except KramersError as error:
        raise StructureError(error, parts.report) from error
    report = replace(parts.report, site=ions.index(ion) + 1)
    check_sphere(parts.crystal, parts.anatomy, ion)
    doubts = (*doubts, *parts.added, *other_molecules(parts.crystal, component))
    return structure_of(replace(parts, report=report), ion, parts.spheres[ion], doubts)


def structure_of(parts: Parts, ion: int, sphere: CoordinationSphere, doubts: tuple[Doubt, ...]) -> Structure:
    """One ion of a molecule, with its sphere, as what is judged."""
    crystal, anatomy, charges, report = parts.crystal, parts.anatomy, parts.charges, parts.report
    component = anatomy.component
    positions, moved = with_neutron_distances(component)
    block = crystal.block
    molecule = Molecule(
        elements=component.elements,
        positions=positions,
        bonds=component.bonds.copy(),
        labels=_labels(component, block.sites),
        metal=ion,
        charge=charges.charge,
        oxidation_state=charges.oxidation_states.get(component.elements[ion]),
        cell=None if block.alone else _cell(block),
    )
    disordered = {
        component.elements[a]
        for donor in sphere.donors
        for a in donor.atoms
        if int(component.sites[a]) in crystal.ordered.disordered_sites
    }
    more: tuple[Doubt, ...] = (
        (
            doubt(
                "donors-disordered",
                f"Donor atoms ({', '.join(sorted(disordered))}) are disordered; the fuller part was used.",
            ),
        )
        if disordered
        else ()
    )
    if component.partly:
        text = (
            f"Of the molecule {component.partly} atoms are there only part of the time, with nothing in their place; "
            "they were counted as whole."
        )
        more += (doubt("atoms-part-time", text),)
    every = (*crystal.setting, *doubts, *sphere.doubts, *more, *charges.doubts, *_radicals(anatomy), *crystal.doubts)
    report = replace(
        report,
        hydrogens_moved=moved,
        magnetic_ions=len(component.magnetic_atoms) + len(component.other_magnetic_atoms),
        disordered_donors=tuple(sorted(disordered)),
    )
    return Structure(molecule, sphere, report, tuple(dict.fromkeys(every)))


def _labels(component: Component, sites: AtomSites) -> tuple[str, ...]:
    """Labels of the file; a hydrogen that was added is called after the oxygen that it sits on."""
    added: Counter[int] = Counter()
    labels = []
    for element, site in zip(component.elements, component.sites.tolist(), strict=True):
        label = sites.labels[site]
        if element != sites.elements[site]:
            label = label_of_hydrogen(label, sites.elements[site], added[site] % 2)
            added[site] += 1
        labels.append(label)
    return tuple(labels)


def _cell(block: CrystalBlock) -> UnitCell:
    return UnitCell(block.cell, block.lattice, block.symmetry.rotations, block.symmetry.translations)


def _radicals(anatomy: Anatomy) -> tuple[Doubt, ...]:
    if any(f.charges.radical and f.metals for f in anatomy.fragments):
        text = "A ligand is an organic radical: its exchange with the metal is ignored."
        return (doubt("radical-exchange-ignored", text),)
    return ()
