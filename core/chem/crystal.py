"""One block as a crystal: expanded, its disorder resolved, its independent molecules found."""

from __future__ import annotations

from dataclasses import dataclass

from core.chem.cell import expand, merge_duplicates
from core.chem.cif import CrystalBlock
from core.chem.components import Component, find_components
from core.chem.disorder import Ordered, resolve
from core.chem.formula import FormulaCheck, check_formula


@dataclass(frozen=True, slots=True, eq=False)
class Crystal:
    """A block after expansion and disorder, with its independent molecules."""

    block: CrystalBlock
    ordered: Ordered
    components: tuple[Component, ...]
    formula: FormulaCheck
    doubts: tuple[str, ...]


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
