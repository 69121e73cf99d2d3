"""A complex as a MOL file (V3000): Lewis structures of its ligands, dative bonds from the donors to the metals.

V3000, because V2000 has no dative bond. The CTfile format is BIOVIA's; RDKit writes it, with bond type 9 for a dative
bond. Formal charges stand where the Lewis structures put them, the metal's charge is its oxidation state.
"""

from __future__ import annotations

from typing import Any, Final

from rdkit import Chem
from rdkit.Geometry import Point3D

from core.chem.lewis.fragments import Anatomy
from core.chem.molecule import Molecule
from core.errors import DomainError

_ORDERS: Final = {1: Chem.BondType.SINGLE, 2: Chem.BondType.DOUBLE, 3: Chem.BondType.TRIPLE}


def to_molfile(molecule: Molecule, anatomy: Anatomy) -> str:
    """MOL block (V3000), metal at the origin [Å]; atoms in the order of the molecule.

    Args:
        molecule: what `anatomy` takes apart, with a metal of known oxidation state and no other.

    Raises:
        DomainError: several metals, or an oxidation state that is not known.
    """
    if len(anatomy.metals) != 1 or molecule.oxidation_state is None:
        raise DomainError("A MOL file needs one metal of known oxidation state.")
    editable = Chem.RWMol()
    for element in molecule.elements:
        atom = Chem.Atom(element)
        atom.SetNoImplicit(True)
        editable.AddAtom(atom)
    editable.GetAtomWithIdx(molecule.metal).SetFormalCharge(molecule.oxidation_state)
    _add_ligands(editable, anatomy)
    for site in anatomy.sites[molecule.metal]:
        for donor in site.atoms:
            editable.AddBond(donor, molecule.metal, Chem.BondType.DATIVE)
    editable.AddConformer(_conformer(molecule))
    return str(Chem.MolToMolBlock(editable, forceV3000=True, kekulize=False, includeStereo=False))


def _add_ligands(editable: Any, anatomy: Anatomy) -> None:
    pairs = anatomy.component.bonds.tolist()
    for fragment in anatomy.fragments:
        own = set(fragment.atoms)
        inside = [(a, b) for a, b in pairs if a in own and b in own]
        for atom, charge in zip(fragment.atoms, fragment.charges.atoms, strict=True):
            editable.GetAtomWithIdx(atom).SetFormalCharge(charge)
        for (a, b), order in zip(inside, fragment.charges.bond_orders, strict=True):
            if order:
                editable.AddBond(a, b, _ORDERS[order])


def _conformer(molecule: Molecule) -> Any:
    conformer = Chem.Conformer(len(molecule.elements))
    conformer.Set3D(True)
    for index, position in enumerate(molecule.relative_positions.tolist()):
        conformer.SetAtomPosition(index, Point3D(*position))
    return conformer
