"""Which atom of a free ligand binds a lanthanide(III) ion: every atom with a lone pair to give, best first.

The order is a rule of this project, not a measurement: charged donors before neutral ones, and among the neutral ones
hard oxygen donors first, then nitrogen, roughly along Gutmann's donor numbers (V. Gutmann, Coord. Chem. Rev. 1976, 18,
225), except that amines stand behind the harder oxygen of P=O, N–O, S=O and amide C=O. `ORDER` is the table, from the
best donor to the worst. Within a class the charged atom comes first, then the less crowded (fewer heavy atoms within
three bonds), then the first in the canonical SMILES; so the choice never depends on how the ligand was written.

A lone pair does not count where it is tied up: nitrogen of amides, sulfonamides, phosphoramides, amidines, pyrroles;
the single-bonded oxygen of esters and acids; furan oxygen, thiophene sulfur; sulfoxide sulfur; covalent halogens. It
counts last where it is delocalised (`_WEAK`). Carbanions that bind through a π face (cyclopentadienide, allyl) are no
donors here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.chem.lewis.donors import class_of
from core.chem.lewis.graph import LigandGraph, atoms_of, bonds_of, compiled


@dataclass(frozen=True, slots=True)
class DonorChoice:
    """One atom that could bind.

    Attributes:
        atom: index in the order of the canonical SMILES.
        element: its symbol.
        donor_class: what a chemist calls it.
        reason: why it stands where it does, as a phrase.
    """

    atom: int
    element: str
    donor_class: DonorClass
    reason: str


_D = DonorClass

ORDER: Final[tuple[tuple[DonorClass, str], ...]] = (
    # anionic
    (_D.ALKOXIDE, "charged oxygen of an alkoxide"),
    (_D.SILOXIDE, "charged oxygen of a siloxide"),
    (_D.ARYLOXIDE, "charged oxygen of an aryloxide"),
    (_D.HYDROXIDE, "charged oxygen of a hydroxide"),
    (_D.OXIDE, "charged oxygen"),
    (_D.CARBOXYLATE, "charged oxygen of a carboxylate"),
    (_D.BETA_DIKETONATE, "oxygen of a β-diketonate"),
    (_D.ANIONIC_O, "charged oxygen"),
    (_D.AMIDE_N, "charged nitrogen of an amide"),
    (_D.ANIONIC_N, "charged nitrogen"),
    (_D.AZOLATE, "nitrogen of an azolate"),
    (_D.OXOANION, "charged oxygen of an oxoanion"),
    (_D.NITRATE, "oxygen of a nitrate"),
    (_D.PSEUDOHALIDE_N, "nitrogen of a pseudohalide"),
    (_D.FLUORIDE, "fluoride"),
    (_D.ALKYL, "carbanion"),
    (_D.ARYL, "aryl carbanion"),
    (_D.CHLORIDE, "chloride"),
    (_D.OTHER_ANIONIC, "charged atom"),
    (_D.PHOSPHIDE, "charged phosphorus"),
    (_D.THIOLATE, "sulfur of a thiolate"),
    # neutral
    (_D.CARBENE, "carbene carbon"),
    (_D.PHOSPHINE_OXIDE, "oxygen of P=O"),
    (_D.N_OXIDE, "oxygen of an N-oxide"),
    (_D.SULFOXIDE, "oxygen of a sulfoxide"),
    (_D.AMIDE_O, "carbonyl oxygen of an amide or urea"),
    (_D.PYRIDINE, "aromatic nitrogen"),
    (_D.AMINE, "amine nitrogen"),
    (_D.IMINE, "imine nitrogen"),
    (_D.CARBONYL, "carbonyl oxygen"),
    (_D.WATER, "water"),
    (_D.ALCOHOL, "oxygen of an alcohol or phenol"),
    (_D.ETHER, "ether oxygen"),
    (_D.CYANIDE_C, "carbon of a cyanide, isocyanide or carbonyl"),
    (_D.NITRILE, "nitrile nitrogen"),
    (_D.PEROXIDE, "peroxide oxygen"),
    (_D.NEUTRAL_O, "oxygen of a nitro, sulfone or similar group"),
    (_D.NEUTRAL_N, "nitrogen"),
    (_D.PHOSPHINE, "phosphine phosphorus"),
    (_D.THIOETHER, "thioether sulfur"),
    (_D.OTHER_NEUTRAL, "atom with a lone pair"),
    (_D.HALOCARBON, "halogen of a weakly binding anion"),
)
"""Donor classes of monodentate ligands, best first, each with the phrase that names it."""

_RANK: Final[dict[DonorClass, int]] = {name: k for k, (name, _) in enumerate(ORDER)}
_PHRASE: Final[dict[DonorClass, str]] = dict(ORDER)

ANIONIC: Final[frozenset[DonorClass]] = frozenset(name for name, _ in ORDER[: _RANK[_D.CARBENE]])
"""Classes that carry charge, or share it with the atom that does."""

# The lone pair of the first atom is tied up in a bond system.
_TIED_UP: Final[tuple[str, ...]] = (
    "[nX3]",
    "[NX3]-[C;v2]",  # beside a carbene
    "[o,s]",
    "[NX3]-[#6X3,#7X3]=[O,S,N,n]",
    "[NX3]-[#6X3]=[NX3;+1]",
    "[NX3]-[c]:[n;+1]",
    "[NX3]-[P,S]=[O,S,N]",
    "[NX3]-[CX2]#N",
    "[NX2](=[N+]=[N-])",
    "[OX2]-[#6X3]=[O,S,N]",
    "[OX2]-[P,S]=[O,S,N]",
    "[OX2]-[NX3;+1]",
    "[SX3]",
    "[OX1]=[OX1]",
    "[NX1]#[NX1]",
    "[OX1]=[CX2]=*",
    "[F,Cl;X1;+0]-[!B;!P]",
    "[F,Cl;D0;H1]",
    "[F,Cl;X1;+0]-[B,P;+0]",
    "[c-]",  # with a hydrogen or a substituent; the aryl anion is excepted below
    "[CX3-]-[CX3]=[CX3]",
)
_ARYL_ANION: Final[str] = "[cX2-]"

# The lone pair of the first atom is delocalised or hardly basic: behind every other neutral donor.
_WEAK: Final[tuple[tuple[str, str], ...]] = (
    ("[NX3]-c", "its lone pair is shared with an aromatic ring"),
    ("[NX3]-[CX3]=[CX3]", "its lone pair is shared with a C=C bond"),
    ("[NX3]-[Si]", "its lone pair is shared with silicon"),
    ("[NX3]-[#7X2]", "its lone pair is shared with N=X"),
    ("[OX2H0]-c", "an aryl ether binds poorly"),
    ("[OX2H0]-[CX3]=[CX3]", "a vinyl ether binds poorly"),
    ("[OX2H0]-[Si]", "a silyl ether or siloxane binds poorly"),
    ("[OX2]-[#7]", "oxygen on nitrogen binds poorly"),
    ("[NX1;-1]=[NX2;+1]=[*;+0]", "an organic azide or diazo group binds poorly"),
)

# Oxygens on one centre that share the charge or the double bond: one of them stands for all.
_SHARED: Final[frozenset[DonorClass]] = frozenset({_D.CARBOXYLATE, _D.OXOANION, _D.NITRATE, _D.NEUTRAL_O})

_CROWD_BONDS: Final[int] = 3
"""Heavy atoms within so many bonds of a donor crowd it: the atoms that face the other ligands of a seven-coordinate
ion. A project choice that only breaks ties."""


@dataclass(frozen=True, slots=True, eq=False)
class DonorSites:
    """What a ligand could bind with.

    Attributes:
        mol: the ligand, an RDKit molecule in the order of its canonical SMILES, hydrogens implicit.
        choices: the distinct donors, best first: of equivalent atoms one stands for all.
        atoms: every atom that could bind, equivalent ones too, with its class.
        weak: atoms whose lone pair is delocalised.
    """

    mol: Any
    choices: tuple[DonorChoice, ...]
    atoms: dict[int, DonorClass]
    weak: frozenset[int]


def donor_sites_of(mol: Any) -> DonorSites:
    """Every possible donor of a ligand (a sanitised RDKit molecule with implicit hydrogens)."""
    classes = _classes(mol)
    elements = _elements(mol, classes)
    weak = {
        atom: why
        for smarts, why in reversed(_WEAK)
        if elements & _led_by(smarts)
        for atom in _firsts(mol, smarts)
        if atom in classes
    }
    ranked = sorted(classes, key=lambda a: _place(mol, a, classes[a], a in weak))
    choices = tuple(_choice(mol, a, classes[a], weak.get(a, "")) for a in _distinct(mol, ranked, classes))
    return DonorSites(mol, choices, classes, frozenset(weak))


def _choice(mol: Any, atom: int, name: DonorClass, weakness: str) -> DonorChoice:
    phrase = f"{_PHRASE[name]}; {weakness}" if weakness else _PHRASE[name]
    return DonorChoice(atom, mol.GetAtomWithIdx(atom).GetSymbol(), name, phrase)


def _classes(mol: Any) -> dict[int, DonorClass]:
    """Class of every atom with a lone pair to give, with the patterns that also name donors of crystal structures."""
    graph, lewis = lewis_view(mol)
    able = [a for a in range(mol.GetNumAtoms()) if _has_lone_pair(lewis, a)]
    asked = [smarts for smarts in _TIED_UP if _elements(mol, able) & _led_by(smarts)]
    tied_up = {atom for smarts in asked for atom in _firsts(mol, smarts)} - _firsts(mol, _ARYL_ANION)
    classes = {a: class_of(a, graph, lewis) for a in able if a not in tied_up}
    return {a: name for a, name in classes.items() if name in _RANK}


def lewis_view(mol: Any) -> tuple[Any, Any]:
    """The ligand with explicit hydrogens as `LigandGraph` and as Kekulé structure, the form `class_of` asks for.

    One molecule serves as both: the patterns ask the graph for elements and connections only. `ligand_graph` would
    build it atom by atom and doubt its bonds, at ten times the cost.
    """
    full = Chem.AddHs(mol)
    Chem.Kekulize(full, clearAromaticFlags=True)
    elements = tuple(atom.GetSymbol() for atom in atoms_of(full))
    neighbours: list[list[int]] = [[] for _ in elements]
    ends = (sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())) for bond in bonds_of(full))
    bonds = tuple(sorted((i, j) for i, j in ends))
    for i, j in bonds:
        neighbours[i].append(j)
        neighbours[j].append(i)
    rings = tuple(tuple(ring) for ring in mol.GetRingInfo().AtomRings())
    places = np.zeros((len(elements), 3))
    around = tuple(tuple(sorted(found)) for found in neighbours)
    return LigandGraph(elements, places, bonds, tuple(range(len(bonds))), {}, around, rings, full), full


def _has_lone_pair(lewis: Any, index: int) -> bool:
    """Whether two valence electrons stay outside the bonds of an atom without positive charge."""
    atom = lewis.GetAtomWithIdx(index)
    bonded = atom.GetValence(Chem.ValenceType.EXPLICIT)  # hydrogens are atoms here
    outer = Chem.GetPeriodicTable().GetNOuterElecs(atom.GetAtomicNum())
    return bool(atom.GetFormalCharge() <= 0 and outer - atom.GetFormalCharge() - bonded >= 2)


def _elements(mol: Any, atoms: Iterable[int]) -> set[str]:
    return {mol.GetAtomWithIdx(atom).GetSymbol() for atom in atoms}


@cache
def _led_by(smarts: str) -> frozenset[str]:
    """Elements that the first atom of one of the patterns above may be: the others need not be looked for."""
    first = smarts[1 : smarts.index("]")].partition(";")[0]
    return frozenset(symbol.capitalize() for symbol in re.findall("Cl|[NOSFC]", first, flags=re.IGNORECASE))


def _firsts(mol: Any, smarts: str) -> set[int]:
    return {match[0] for match in mol.GetSubstructMatches(compiled(smarts), uniquify=False, maxMatches=5000)}


def _place(mol: Any, atom: int, name: DonorClass, weak: bool) -> tuple[bool, int, int, int, int]:
    """Sort key: smaller binds better."""
    charge = mol.GetAtomWithIdx(atom).GetFormalCharge()
    rank = _RANK[_D.ALKYL] if name == _D.CYANIDE_C and _is_anion(mol, atom) else _RANK[name]
    return weak, rank, charge, crowding(mol, atom), atom


def _is_anion(mol: Any, index: int) -> bool:
    """Whether an atom has a negative charge that no positive neighbour balances: alkynyl, not isocyanide or CO."""
    atom = mol.GetAtomWithIdx(index)
    return bool(atom.GetFormalCharge() < 0 and all(n.GetFormalCharge() <= 0 for n in atom.GetNeighbors()))


def crowding(mol: Any, atom: int) -> int:
    """Heavy atoms within three bonds of an atom."""
    seen, edge = {atom}, {atom}
    for _ in range(_CROWD_BONDS):
        edge = {n.GetIdx() for a in edge for n in mol.GetAtomWithIdx(a).GetNeighbors()} - seen
        seen |= edge
    return len(seen) - 1


def _distinct(mol: Any, ranked: Sequence[int], classes: dict[int, DonorClass]) -> list[int]:
    """The first of each set of equivalent donors: by symmetry, or by resonance on one centre."""
    symmetry = list(Chem.CanonicalRankAtoms(mol, breakTies=False))
    seen: set[tuple[object, ...]] = set()
    kept = []
    for atom in ranked:
        keys: list[tuple[object, ...]] = [("symmetry", symmetry[atom])]
        if classes[atom] in _SHARED:
            centre = [n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors()]
            keys.append(("resonance", classes[atom], *centre))
        if seen.isdisjoint(keys):
            kept.append(atom)
        seen.update(keys)
    return kept
