"""What was read, merged, dropped and doubted on the way from a CIF to one molecule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """One magnetic metal site that can be judged. `number` is what ``--site`` takes, from 1."""

    number: int
    label: str
    element: str
    copies: int
    summary: str


@dataclass(frozen=True, slots=True)
class ComponentChoice:
    """One symmetry-independent molecule of the crystal. `number` is what ``--component`` takes, from 1."""

    number: int
    formula: str
    atoms: int
    copies: int
    charge: int | None
    metals: tuple[str, ...]
    magnetic: bool


@dataclass(frozen=True, slots=True)
class ParseReport:
    """The whole way from the file to the molecule, one field a step.

    Attributes:
        blocks: names of the data blocks that hold atoms (hostile text).
        block: the one that was read.
        symmetry: how the operators were found, e.g. ``P 2₁/c, 4 operators listed in the file``.
        sites_read: atom sites in the file.
        sites_without_coordinates: sites whose coordinates are ``.`` or ``?`` (not modelled).
        atoms_in_cell: atoms in the cell after expansion and merging.
        merged: copies merged on special positions, or because the file lists the whole molecule already.
        disorder_dropped: atoms of the cell dropped as minor disorder parts.
        occupancy_discarded: occupancy dropped with them [atoms of the cell].
        hydrogens_moved: X–H distances set to neutron values.
        components: independent molecules found, largest magnetic one first.
        component: number of the chosen one, from 1.
        sites: magnetic metal sites of the chosen component.
        site: number of the chosen one, from 1; None when none is chosen.
        left_out: formula and number per cell of what was left out (solvent, counter-ions).
        formula_found: Hill formula per formula unit of what the atoms give.
        formula_stated: ``_chemical_formula_sum`` as the file has it, empty when it has none.
        formula_agrees: None when the file states none.
        alone: whether the file holds a molecule without a crystal.
        charge_given: total charge of such a molecule [e], by its file or by who asked; None where nobody gives it.
        charge_confirmed: whether the neutrality of the crystal or the stated moieties confirm the molecule's charge.
        charge_reasoning: how charge and oxidation state were established, in one sentence.
        charge_alternatives: other total charges of the molecule that are plausible.
        magnetic_ions: in the chosen molecule.
        disordered_donors: elements of the judged ion's donor atoms that are disordered.
        hydrogens_missing: hydrogen atoms per formula unit that the stated formula has and the coordinates lack.
    """

    blocks: tuple[str, ...] = ()
    block: str = ""
    symmetry: str = ""
    sites_read: int = 0
    sites_without_coordinates: int = 0
    atoms_in_cell: int = 0
    merged: int = 0
    disorder_dropped: int = 0
    occupancy_discarded: float = 0.0
    hydrogens_moved: int = 0
    components: tuple[ComponentChoice, ...] = ()
    component: int = 1
    sites: tuple[SiteChoice, ...] = ()
    site: int | None = None
    left_out: tuple[tuple[str, int], ...] = ()
    formula_found: str = ""
    formula_stated: str = ""
    formula_agrees: bool | None = None
    alone: bool = False
    charge_given: int | None = None
    charge_confirmed: bool = False
    charge_reasoning: str = ""
    charge_alternatives: tuple[int, ...] = ()
    magnetic_ions: int = 1
    disordered_donors: tuple[str, ...] = ()
    hydrogens_missing: int = 0
