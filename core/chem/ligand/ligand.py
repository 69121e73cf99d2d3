"""A ligand from SMILES, name, MOL or SDF: what binds, with what charge, and what a chemist should doubt.

Scope: one monodentate ligand of H B C N O F Si P S Cl, charge 0 or −1, closed shell (carbenes included), 25 heavy atoms
without a doubt and 60 at most.

==============================  ==================================================================
Step                            Rule, and where it stands
==============================  ==================================================================
read                            caps, charset, one fragment, no queries (`ligand_input`)
write                           one Lewis structure for all spellings of it (`ligand_forms`)
donor, charged ligand           O of alkoxide, siloxide, aryloxide, carboxylate, β-diketonate; then
                                N of amide, azolate; O of oxoanions; N of azide, NCS; halide, C, S
donor, neutral ligand           carbene C; O of P=O, N–O, S=O, amide; N of pyridine, amine, imine; O of
                                carbonyl, water, alcohol, ether; nitrile N; P, S (`ligand_donor.ORDER`)
several donors of one class     the charged, then the least crowded, then the first in the SMILES
doubts                          protons, zwitterions, chelation, bases, soft donors (`ligand_doubts`)
==============================  ==================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.chem.lewis.graph import atoms_of
from core.chem.ligand.donor import DonorChoice, DonorSites, donor_sites_of
from core.chem.ligand.doubts import doubts_about, other_charge_states
from core.chem.ligand.input import read_ligand
from core.chem.ligand.synthetic_accessibility import synthetic_accessibility
from core.chem.molecule import hill_formula
from core.doubts import Doubt
from core.errors import InputError, Refused


@dataclass(frozen=True, slots=True)
class Ligand:
    """One monodentate ligand; equal for every way of writing it, unless the reading itself left a doubt.

    Attributes:
        smiles: canonical SMILES, hydrogens implicit, charge state as given.
        charge: 0 or −1 [e].
        donor: index of the donor in the atom order of `smiles` (heavy atoms).
        donor_class: its chemical class.
        alternatives: other possible donors, best first; pass `atom` of one as `donor` of `ligand_from_text`.
        formula: Hill formula, hydrogens included.
        heavy_atoms: number of atoms other than hydrogen.
        synthetic_accessibility: SA score, 1 (easy) to 10 (hard); see `core.chem.ligand.synthetic_accessibility`.
        other_charge_states: canonical SMILES of the ligand as it may bind instead, less its most acidic proton.
        doubts: for the chemist.

    >>> import kramers
    >>> read = kramers.ligand("CP(C)(C)=O")
    >>> read.formula, read.donor_element, read.donor_class.value
    ('C3H9OP', 'O', 'phosphine oxide')
    """

    smiles: str
    charge: int
    donor: int
    donor_class: DonorClass
    alternatives: tuple[DonorChoice, ...]
    formula: str
    heavy_atoms: int
    synthetic_accessibility: float
    other_charge_states: tuple[str, ...]
    doubts: tuple[Doubt, ...]

    @property
    def donor_element(self) -> str:
        """Symbol of the donor."""
        return str(Chem.MolFromSmiles(self.smiles).GetAtomWithIdx(self.donor).GetSymbol())


@dataclass(frozen=True, slots=True)
class LigandName:
    """What tells a ligand from all others: enough to ask for its complex, at a third of the cost of a `Ligand`.

    Attributes:
        smiles, donor, donor_element, donor_class, formula: as in `Ligand`.
        doubts: about the reading alone.
    """

    smiles: str
    donor: int
    donor_element: str
    donor_class: DonorClass
    formula: str
    doubts: tuple[Doubt, ...]


def ligand_name(text: str) -> LigandName:
    """The name of a ligand; argument and errors as `ligand_from_text`, which reads and chooses alike."""
    smiles, mol, doubts = read_ligand(text)
    chosen = _chosen(donor_sites_of(mol), None)
    return LigandName(smiles, chosen.atom, chosen.element, chosen.donor_class, _formula(mol), doubts)


def ligand_from_text(text: str, *, donor: int | None = None) -> Ligand:
    """Read a ligand.

    Args:
        text: SMILES, common name, MOL block or SDF (of which the first record counts), told apart by content; hostile.
        donor: the atom that shall bind, in the order of the canonical SMILES; None leaves the choice to the rules.

    Raises:
        InputError: unreadable, or `donor` is no possible donor; TooLarge past the limits of `core.settings`.
        Refused: read, but outside the scope above, or without any donor.
    """
    smiles, mol, doubts = read_ligand(text)
    sites = donor_sites_of(mol)
    chosen = _chosen(sites, donor)
    states = other_charge_states(mol)
    return Ligand(
        smiles=smiles,
        charge=Chem.GetFormalCharge(mol),
        donor=chosen.atom,
        donor_class=chosen.donor_class,
        alternatives=tuple(choice for choice in sites.choices if choice != chosen),
        formula=_formula(mol),
        heavy_atoms=mol.GetNumHeavyAtoms(),
        synthetic_accessibility=synthetic_accessibility(mol),
        other_charge_states=states,
        doubts=doubts + doubts_about(sites, chosen, states),
    )


def _formula(mol: Any) -> str:
    """Hill formula of a molecule with implicit hydrogens."""
    atoms = atoms_of(mol)
    hydrogens = sum(atom.GetTotalNumHs(includeNeighbors=True) for atom in atoms)
    heavy = [atom.GetSymbol() for atom in atoms if atom.GetSymbol() != "H"]
    return hill_formula([*heavy, *["H"] * hydrogens])


def _chosen(sites: DonorSites, donor: int | None) -> DonorChoice:
    if not sites.choices:
        raise _no_donor(sites.mol)
    if donor is None:
        return sites.choices[0]
    for choice in sites.choices:
        if choice.atom == donor:
            return choice
    able = ", ".join(f"{choice.atom} ({choice.element})" for choice in sites.choices)
    raise InputError(f"atom {donor} cannot bind as the donor.", advice=f"Choose one of: {able}.")


def _no_donor(mol: Any) -> Refused:
    states = other_charge_states(mol)
    if states:
        return Refused("the ligand has no free lone pair while it holds its proton.", advice=f"Give {states[0]}.")
    if any(atom.GetSymbol() == "C" and atom.GetFormalCharge() < 0 for atom in mol.GetAtoms()):
        return Refused("the ligand binds through a π face, not one atom.", advice="Only single donors are covered.")
    return Refused(
        "no atom has a free lone pair for the metal.", advice="A ligand needs a donor: O, N, F, S, P or carbene C."
    )
