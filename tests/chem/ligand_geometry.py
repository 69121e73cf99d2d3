"""Geometries of ligands for the tests: embedded by RDKit, or built by hand from bond lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import gemmi
import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem

from core.chem.donor_class import DonorClass
from core.chem.lewis.donors import class_of
from core.chem.lewis.formal_charge import FormalCharges, formal_charges
from core.chem.lewis.graph import ADDENDA, lewis_molecule, ligand_graph


def classify(
    donor: int | Sequence[int], elements: Sequence[str], bonds: Sequence[tuple[int, int]], charges: FormalCharges
) -> DonorClass:
    """The class of a donor (an atom, or those of a hapto ligand) in the Lewis structure that `formal_charges` found."""
    believed = [(pair, order) for pair, order in zip(bonds, charges.bond_orders, strict=True) if order > 0]
    pairs = [pair for pair, _ in believed]
    if isinstance(donor, int) and elements[donor] == "O" and _touches_addenda(donor, elements, pairs):
        return DonorClass.POLYOXOMETALATE
    graph = ligand_graph(elements, None, pairs)
    orders = [believed[k][1] for k in graph.given]
    return class_of(donor, graph, lewis_molecule(graph, charges.atoms, orders))


def _touches_addenda(donor: int, elements: Sequence[str], bonds: Sequence[tuple[int, int]]) -> bool:
    return any(elements[j if i == donor else i] in ADDENDA for i, j in bonds if donor in (i, j))


SLACK = 0.35
"""What the bond graph of the project adds to the sum of covalent radii [Å]."""


@dataclass(frozen=True)
class Geometry:
    elements: tuple[str, ...]
    positions: np.ndarray
    bonds: tuple[tuple[int, int], ...]
    bound: dict[int, int] = field(default_factory=dict)

    def charges(self) -> FormalCharges:
        return formal_charges(self.elements, self.positions, self.bonds, self.bound)

    def donor(self, atoms) -> DonorClass:
        return classify(atoms, self.elements, self.bonds, self.charges())

    def touching(self, *atoms: int, metals: int = 1) -> Geometry:
        return Geometry(self.elements, self.positions, self.bonds, dict.fromkeys(atoms, metals))

    def without(self, *gone: int) -> Geometry:
        keep = [a for a in range(len(self.elements)) if a not in gone]
        new = {a: k for k, a in enumerate(keep)}
        bonds = tuple((new[i], new[j]) for i, j in self.bonds if i in new and j in new)
        bound = {new[a]: n for a, n in self.bound.items() if a in new}
        return Geometry(tuple(self.elements[a] for a in keep), self.positions[keep], bonds, bound)

    def with_length(self, i: int, j: int, length: float) -> Geometry:
        """Move everything on j's side of the bond along it; ring bonds cannot be changed."""
        side, stack = {i}, [j]
        moved: set[int] = set()
        while stack:
            a = stack.pop()
            if a not in side:
                side.add(a)
                moved.add(a)
                stack += [y if x == a else x for x, y in self.bonds if a in (x, y)]
        axis = self.positions[j] - self.positions[i]
        positions = self.positions.copy()
        positions[sorted(moved)] += axis * (length / np.linalg.norm(axis) - 1)
        return Geometry(self.elements, positions, self.bonds, self.bound)

    def hydrogens_on_nitrogen(self) -> list[int]:
        pairs = [ends for ends in self.bonds if {self.elements[a] for a in ends} == {"N", "H"}]
        return [j if self.elements[i] == "N" else i for i, j in pairs]

    def permuted(self, order: list[int]) -> Geometry:
        """Atom k of the new geometry is atom order[k] of this one."""
        new = {a: k for k, a in enumerate(order)}
        bonds = tuple(sorted((new[i], new[j]) for i, j in self.bonds))
        bound = {new[a]: n for a, n in self.bound.items()}
        return Geometry(tuple(self.elements[a] for a in order), self.positions[order], bonds, bound)


@lru_cache(maxsize=512)
def embedded(smiles: str) -> tuple[Geometry, int, dict[int, int]]:
    """(geometry with the mapped atoms bound, charge by RDKit, map number -> atom). Not relaxed if it is an anion:
    MMFF94 has no sensible parameters for many of those."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    if AllChem.EmbedMolecule(mol, randomSeed=7) != 0:
        assert AllChem.EmbedMolecule(mol, randomSeed=7, useRandomCoords=True) == 0, smiles
    charge = Chem.GetFormalCharge(mol)
    if charge >= 0 and AllChem.MMFFHasAllMoleculeParams(mol):
        AllChem.MMFFOptimizeMolecule(mol)
    maps = {a.GetAtomMapNum(): a.GetIdx() for a in mol.GetAtoms() if a.GetAtomMapNum()}
    bonds = tuple((b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds())
    elements = tuple(a.GetSymbol() for a in mol.GetAtoms())
    positions = mol.GetConformer().GetPositions()
    return Geometry(elements, positions, bonds, dict.fromkeys(maps.values(), 1)), charge, maps


def from_points(elements, points, bound=()) -> Geometry:
    """Bonds from covalent radii."""
    places = np.asarray(points, dtype=float)
    radii = [gemmi.Element(e).covalent_r for e in elements]
    bonds = tuple(
        (i, j)
        for i, j in combinations(range(len(elements)), 2)
        if np.linalg.norm(places[i] - places[j]) < radii[i] + radii[j] + SLACK
    )
    return Geometry(tuple(elements), places, bonds, dict.fromkeys(bound, 1))


def ring(members: str | list[str], side: float, substituents: list[tuple[str, float] | None]) -> Geometry:
    """A regular flat ring with one substituent (element, bond length) on each member; all members touch a metal."""
    n = len(members)
    radius = side / (2 * np.sin(np.pi / n))
    out = [np.array([np.cos(2 * np.pi * k / n), np.sin(2 * np.pi * k / n), 0.0]) for k in range(n)]
    elements, points = list(members), [radius * direction for direction in out]
    for direction, substituent in zip(out, substituents, strict=True):
        if substituent is not None:
            elements.append(substituent[0])
            points.append((radius + substituent[1]) * direction)
    return from_points(elements, points, range(n))


def icosahedron(radius: float) -> np.ndarray:
    """(12, 3) vertices; edges are 1.0515 radii long."""
    phi = (1 + 5**0.5) / 2
    signs = [(s, t) for s in (1, -1) for t in (1, -1)]
    points = np.array([p for s, t in signs for p in ((0, s, t * phi), (s, t * phi, 0), (t * phi, 0, s))])
    return radius * points / np.linalg.norm(points[0])
