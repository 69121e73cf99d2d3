"""One block as a crystal: expanded, its disorder resolved, its independent molecules found."""

from __future__ import annotations

from dataclasses import dataclass

from core.chem.bonds import Contacts, metal_bonds
from core.chem.crystal.cell import CellAtoms, expand, merge_duplicates
from core.chem.crystal.cif import CrystalBlock
from core.chem.crystal.components import Component, find_components
from core.chem.crystal.disorder import Ordered, resolve, without_positive_marks
from core.chem.crystal.formula import FormulaCheck, check_formula, kept_differs, kept_sentence
from core.chem.crystal.sites import AtomSites
from core.doubts import Doubt, doubt


@dataclass(frozen=True, slots=True, eq=False)
class Crystal:
    """A block after expansion and disorder, with its independent molecules.

    Attributes:
        block: what was read.
        ordered: the atoms that were kept.
        components: independent molecules, magnetic and large ones first.
        formula: the atoms against the stated formula.
        metal_bonds: of each lanthanide site, the other metals that it is bonded to with their distances [Å].
        setting: whether the chosen setting of the disorder gives the stated formula, a sentence; empty where it does.
        doubts: about it.
    """

    block: CrystalBlock
    ordered: Ordered
    components: tuple[Component, ...]
    formula: FormulaCheck
    metal_bonds: dict[int, tuple[tuple[str, float], ...]]
    setting: tuple[Doubt, ...]
    doubts: tuple[Doubt, ...]


def read_crystal(block: CrystalBlock) -> Crystal:
    """Expand a block, resolve its disorder and find its molecules.

    Where the parts that the file marks leave molecules that do not give its own formula, and occupancies and distances
    alone do, the marks are not believed.
    """
    expanded = expand(block)
    contacts = expanded.contacts()
    atoms = merge_duplicates(expanded, contacts)
    if atoms is not expanded:
        contacts = atoms.contacts()
    formula = check_formula(block, atoms)
    (ordered, components, doubts), setting = _choose_setting(atoms, contacts, block.sites, formula)
    doubts = (*doubts, *block.doubts, *ordered.doubts, *formula.doubts)
    bonds = metal_bonds(ordered.atoms.elements, ordered.atoms.fractional, ordered.atoms.site, ordered.atoms.lattice)
    return Crystal(block, ordered, components, formula, bonds, setting, doubts)


_Molecules = tuple[Ordered, tuple[Component, ...], tuple[Doubt, ...]]
"""The atoms that are kept, the molecules that they make, and doubts."""


def _choose_setting(
    atoms: CellAtoms, contacts: Contacts, sites: AtomSites, formula: FormulaCheck
) -> tuple[_Molecules, tuple[Doubt, ...]]:
    """The molecules of the setting that gives the stated formula, and a doubt where it is not the first choice or where
    none does."""
    found = _molecules(atoms, contacts, sites)
    wrong = kept_differs(formula, found[1])
    if not wrong:
        return found, ()
    if any(group > 0 for group in sites.group):
        other = _molecules(atoms, contacts, without_positive_marks(sites))
        if not kept_differs(formula, other[1]):
            text = (
                "The disorder parts that the file marks do not give its formula; occupancies and distances do, and "
                "were believed instead."
            )
            return other, (doubt("disorder-marks-ignored", text),)
    return found, (doubt("formula-of-kept-atoms-differs", kept_sentence(wrong)),)


def _molecules(atoms: CellAtoms, contacts: Contacts, sites: AtomSites) -> _Molecules:
    ordered = resolve(atoms, contacts, sites)
    left = ordered.atoms.contacts() if ordered.dropped else contacts
    return ordered, *find_components(ordered.atoms, left, ordered.share)
