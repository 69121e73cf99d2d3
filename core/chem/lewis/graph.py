"""One ligand as a graph: cleaned bonds, neighbours, rings, and SMARTS queries over them (through RDKit).

Bonds that come from distances carry no order, so the queries of this project use ``~`` and count connections (``X``),
never implicit hydrogens or aromaticity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import dist
from typing import Any

import numpy as np
from rdkit import Chem

from core.arrays import FloatArray

MAX_CONTACTS = {"H": 1, "C": 4, "N": 4, "O": 3, "F": 1}
"""Most covalent bonds of an atom in a ligand without metals; longer contacts beyond these are no bonds."""

ADDENDA = {"W": 6, "Mo": 6, "V": 5, "Nb": 5, "Ta": 5}
"""Addenda atoms of polyoxometalates with their highest oxidation state, counted as ions."""

BORON_CAGE_MINIMUM = 3
"""A boron or carbon with this many boron neighbours may be a vertex of a boron cage."""


@dataclass(frozen=True, slots=True, eq=False)
class LigandGraph:
    """A ligand without its metals.

    Attributes:
        elements: (n,) element symbols.
        positions: (n, 3) [Å].
        bonds: (m, 2) covalent bonds that were believed.
        given: (m,) where each of them stands in the caller's list.
        bound: ligand atom -> number of metals it touches.
        neighbours: (n,) neighbours of each atom, sorted.
        rings: smallest rings (symmetrised SSSR), as atoms in ring order.
        mol: the same graph as an RDKit molecule, all bonds single; for `matches` only.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    bonds: tuple[tuple[int, int], ...]
    given: tuple[int, ...]
    bound: Mapping[int, int]
    neighbours: tuple[tuple[int, ...], ...]
    rings: tuple[tuple[int, ...], ...]
    mol: Any

    def degree(self, atom: int) -> int:
        """Number of covalent bonds."""
        return len(self.neighbours[atom])

    def length(self, i: int, j: int) -> float:
        """Distance of two atoms [Å]."""
        return dist(self.positions[i], self.positions[j])

    def is_bound(self, atom: int) -> bool:
        """Whether the atom touches a metal."""
        return self.bound.get(atom, 0) > 0

    def count_bound(self, atoms: Iterable[int]) -> int:
        """How many of the atoms touch a metal."""
        return sum(self.is_bound(a) for a in atoms)

    def matches(self, smarts: str) -> tuple[tuple[int, ...], ...]:
        """All distinct matches of a SMARTS pattern, atoms in the order of the pattern."""
        return tuple(self.mol.GetSubstructMatches(compiled(smarts), maxMatches=5000))


@lru_cache(maxsize=256)
def compiled(smarts: str) -> Any:
    """The RDKit query of a SMARTS pattern."""
    return Chem.MolFromSmarts(smarts)


def atoms_of(mol: Any) -> list[Any]:
    """The atoms of an RDKit molecule; its own iterator asks twice for each whether the molecule has changed."""
    return [mol.GetAtomWithIdx(k) for k in range(mol.GetNumAtoms())]


def bonds_of(mol: Any) -> list[Any]:
    """Its bonds, as `atoms_of`."""
    return [mol.GetBondWithIdx(k) for k in range(mol.GetNumBonds())]


def ligand_graph(
    elements: Sequence[str],
    positions: FloatArray | None,
    bonds: Sequence[tuple[int, int]],
    bound: Mapping[int, int] | None = None,
) -> LigandGraph:
    """Build the graph, dropping contacts that cannot be bonds.

    Without positions (the donor classifier has none) every contact is believed.
    """
    places = np.zeros((len(elements), 3)) if positions is None else np.asarray(positions, dtype=float)
    kept = _believable(elements, places, bonds)
    pairs = tuple((int(bonds[k][0]), int(bonds[k][1])) for k in kept)
    mol = _rdkit_molecule(elements, pairs)
    rings = tuple(tuple(ring) for ring in Chem.GetSymmSSSR(mol))
    return LigandGraph(
        tuple(elements), places, pairs, kept, dict(bound or {}), _neighbours(len(elements), pairs), rings, mol
    )


def equal_atoms(graph: LigandGraph, bound: Iterable[int]) -> tuple[int, ...]:
    """(n,) a number for each atom, the same for atoms that neither bonds nor the metal (`bound` touches it) tell
    apart."""
    mol = Chem.RWMol(graph.mol)
    for atom in bound:
        mol.GetAtomWithIdx(atom).SetIsotope(1)
    return tuple(Chem.CanonicalRankAtoms(mol, breakTies=False))


def canonical_order(
    elements: Sequence[str], positions: FloatArray, bonds: Sequence[tuple[int, int]], bound: Mapping[int, int]
) -> list[int]:
    """The atoms in an order that is a matter of the ligand and not of the file: by contacts, metals and distances."""
    mol = _rdkit_molecule(elements, [(int(i), int(j)) for i, j in bonds])
    Chem.FastFindRings(mol)
    spread = np.linalg.norm(positions[:, None] - positions[None], axis=2).sum(axis=1)
    seen = [(bound.get(atom, 0), round(far, 3)) for atom, far in enumerate(spread.tolist())]
    number = {key: k for k, key in enumerate(sorted(set(seen)))}
    for atom, key in enumerate(seen):
        mol.GetAtomWithIdx(atom).SetIsotope(number[key])
    ranks = list(Chem.CanonicalRankAtoms(mol, breakTies=True))
    return sorted(range(len(ranks)), key=ranks.__getitem__)


def planarity(points: FloatArray) -> float:
    """Largest distance of (n, 3) points from their least-squares plane [Å]."""
    centred = points - points.mean(axis=0)
    normal = np.linalg.svd(centred)[2][2]
    return float(np.abs(centred @ normal).max())


def _neighbours(n: int, bonds: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    lists: list[list[int]] = [[] for _ in range(n)]
    for i, j in bonds:
        lists[i].append(j)
        lists[j].append(i)
    return tuple(tuple(sorted(found)) for found in lists)


def _believable(elements: Sequence[str], positions: FloatArray, bonds: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Indices of the bonds that stay: shortest first, until an atom has its fill; bonds to addenda atoms are ionic."""
    cages = _boron_cage_atoms(elements, bonds)
    ends = np.array(bonds, dtype=int).reshape(-1, 2)
    lengths = np.linalg.norm(positions[ends[:, 0]] - positions[ends[:, 1]], axis=1).round(6).tolist()
    around = _neighbours(len(elements), [(int(i), int(j)) for i, j in bonds])
    degree = [0] * len(elements)
    kept: list[int] = []
    for k in sorted(range(len(bonds)), key=lambda k: (lengths[k], k)):
        i, j = bonds[k]
        full = any(a not in cages and degree[a] >= MAX_CONTACTS.get(elements[a], 6) for a in (i, j))
        # Oxygens of a squeezed nitrate or perchlorate touch each other without a bond.
        squeezed = elements[i] == elements[j] == "O" and not set(around[i]).isdisjoint(around[j])
        if full or squeezed or elements[i] in ADDENDA or elements[j] in ADDENDA:
            continue
        degree[i] += 1
        degree[j] += 1
        kept.append(k)
    return tuple(sorted(kept))


def _boron_cage_atoms(elements: Sequence[str], bonds: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Boron and carbon with three or more boron neighbours, and the hydrogens that bridge them."""
    around = _neighbours(len(elements), [(int(i), int(j)) for i, j in bonds])
    borons = [sum(elements[j] == "B" for j in found) for found in around]
    cage = {i for i, e in enumerate(elements) if e in ("B", "C") and borons[i] >= BORON_CAGE_MINIMUM}
    bridges = {i for i, e in enumerate(elements) if e == "H" and borons[i] >= 2}
    return frozenset(cage | bridges)


def _rdkit_molecule(elements: Sequence[str], bonds: Iterable[tuple[int, int]]) -> Any:
    mol = Chem.RWMol()
    for element in elements:
        atom = Chem.Atom(element)
        atom.SetNoImplicit(True)
        mol.AddAtom(atom)
    for i, j in bonds:
        mol.AddBond(i, j, Chem.BondType.SINGLE)
    mol.UpdatePropertyCache(strict=False)
    return mol


def lewis_molecule(graph: LigandGraph, charges: Sequence[int], orders: Sequence[int]) -> Any:
    """The graph as an RDKit molecule with formal charges and bond orders (unsanitised), for `fits`."""
    kinds = {1: Chem.BondType.SINGLE, 2: Chem.BondType.DOUBLE, 3: Chem.BondType.TRIPLE}
    mol = Chem.RWMol(graph.mol)
    for atom, charge in zip(mol.GetAtoms(), charges, strict=True):
        atom.SetFormalCharge(int(charge))
    for (i, j), order in zip(graph.bonds, orders, strict=True):
        mol.GetBondBetweenAtoms(i, j).SetBondType(kinds[order])
    return mol


def fits(mol: Any, smarts: str, atom: int) -> bool:
    """Whether the atom is the first of some match of the pattern."""
    return any(match[0] == atom for match in mol.GetSubstructMatches(compiled(smarts), uniquify=False, maxMatches=5000))
