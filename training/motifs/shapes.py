"""A ligand as a rigid body around an ion at the origin: RDKit's conformers, relaxed with the donors at their lengths.

Embedding: ETKDG (S. Riniker, G. A. Landrum, J. Chem. Inf. Model. 2015, 55, 2562, doi:10.1021/acs.jcim.5b00654); force
field: UFF (A. K. Rappé et al., J. Am. Chem. Soc. 1992, 114, 10024, doi:10.1021/ja00051a040) with the ion as a point
that is tied to the donors, has angles to keep and stays clear of all other atoms.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, Final

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from rdkit.Geometry import Point3D
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray
from core.errors import DomainError
from training.motifs.ligands import Ligand

_SEEDS: Final = range(7, 19)
_SHAPES: Final = 2
"""Conformers kept of each ligand."""

_OFF: Final = 0.08
"""A donor farther than this from its length spoils a shape [Å]."""

_CLEAR: Final = {"H": 2.75}
_CLEAR_HEAVY: Final = 2.95
"""Atoms that do not bind stay this far from the ion [Å]; the middle atom of a κ² group may come nearer."""

_DELOCALISED: Final = tuple(
    Chem.MolFromSmarts(smarts)
    for smarts in ("O=CC=C[O-]", "[O;X1]=[N+]([O-])[O-]", "O=C[O-]", "[O;X1]=[N+][O-]", "N=C[N-]", "S=C[S-]")
)
"""Bonds that UFF takes as one and a half."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One conformer around the ion at the origin.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        donors: (d,) indices in the order of the ligand's numbers.
        charge: [e].
        hapto: whether the donors are one π-bound ring, which is one site.
        pieces: number of ligands that are handled as one.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    donors: tuple[int, ...]
    charge: int
    hapto: bool = False
    pieces: int = 1

    @property
    def site_directions(self) -> FloatArray:
        """(s, 3) unit vectors from the ion to each site."""
        sites = self.positions[list(self.donors)]
        sites = sites.mean(axis=0, keepdims=True) if self.hapto else sites
        return np.asarray(sites / np.linalg.norm(sites, axis=1)[:, None])

    def turned(self, rotation: Rotation) -> Shape:
        """Rotated about the ion."""
        return replace(self, positions=rotation.apply(self.positions))

    def stretched(self, change: float) -> Shape:
        """Moved as a whole so that the bonds grow by `change` [Å], as nearly as one shift can: a ring around the ion
        stays where it is (the rule of `core.fields.environment.Environment.of_ion`)."""
        bonds = self.positions[list(self.donors)]
        directions = bonds / np.linalg.norm(bonds, axis=1)[:, None]
        shift = np.linalg.lstsq(directions, np.full(len(bonds), change), rcond=0.2)[0]
        return replace(self, positions=self.positions + shift)


@cache
def shapes(ligand: Ligand) -> tuple[Shape, ...]:
    """Up to two shapes.

    Raises:
        DomainError: none keeps its donors at their lengths.
    """
    with rdBase.BlockLogs():  # UFF warns of every charged atom
        found = _chelating(ligand) if ligand.ring or ligand.sites else _dangling(ligand)
    if not found:
        raise DomainError(f"{ligand.name}: no conformer has its donors where they belong.")
    return tuple(found)


def _molecule(ligand: Ligand) -> tuple[Chem.Mol, tuple[int, ...]]:
    mol = Chem.AddHs(Chem.MolFromSmiles(ligand.smiles))
    index = {atom.GetAtomMapNum(): atom.GetIdx() for atom in mol.GetAtoms() if atom.GetAtomMapNum()}
    return mol, tuple(index[number] for number in sorted(index))


def _embedded(mol: Chem.Mol, seed: int, places: dict[int, Point3D]) -> FloatArray | None:
    """(n, 3) [Å], or None where there is no conformer."""
    if mol.GetNumAtoms() == 1:
        mol.AddConformer(Chem.Conformer(1), assignId=True)
        return np.zeros((1, 3))
    settings: Any = rdDistGeom.ETKDGv3()  # its attributes carry wrong types
    settings.randomSeed, settings.useRandomCoords, settings.embedFragmentsSeparately = seed, True, False
    settings.SetCoordMap(places if len(places) > 1 else {})
    if rdDistGeom.EmbedMolecule(mol, settings) != 0:
        return None
    return np.array(mol.GetConformer().GetPositions())


def _as_uff_sees_it(mol: Chem.Mol) -> Chem.Mol:
    typed = Chem.Mol(mol)
    for pattern in _DELOCALISED:
        for match in typed.GetSubstructMatches(pattern):
            for bond in pattern.GetBonds():
                ends = match[bond.GetBeginAtomIdx()], match[bond.GetEndAtomIdx()]
                typed.GetBondBetweenAtoms(*ends).SetBondType(Chem.BondType.AROMATIC)
    return typed


# ---- one donor ------------------------------------------------------------------------------------------------------


def _dangling(ligand: Ligand) -> list[Shape]:
    """The donor on +z; among the turns about the donor's bond that keep the M–D–X angle those clear of the ion."""
    found: list[Shape] = []
    for seed in _SEEDS:
        mol, donors = _molecule(ligand)
        if _embedded(mol, seed, {}) is None:
            continue
        if mol.GetNumAtoms() > 1:
            rdForceFieldHelpers.UFFOptimizeMolecule(_as_uff_sees_it(mol), maxIters=500)
            rdForceFieldHelpers.UFFOptimizeMolecule(mol, maxIters=500)
        placed = _best_turn(ligand, mol, donors[0], seed)
        found.append(placed)
        if len(found) == (1 if mol.GetNumAtoms() < 4 else _SHAPES):
            break
    return found


def _best_turn(ligand: Ligand, mol: Chem.Mol, donor: int, seed: int) -> Shape:
    elements = tuple(atom.GetSymbol() for atom in mol.GetAtoms())
    positions = np.array(mol.GetConformer().GetPositions())
    positions = positions - positions[donor]
    beside = [atom.GetIdx() for atom in mol.GetAtomWithIdx(donor).GetNeighbors()]
    others = [k for k in range(len(elements)) if k != donor and k not in beside]
    bend = float(np.random.default_rng(seed).uniform(*ligand.angle))
    best, most = positions, -1.0
    for direction in _directions(positions[beside], bend):
        turned = _to_minus_z(direction).apply(positions) + np.array([0.0, 0.0, ligand.lengths[0]])
        room = float(np.linalg.norm(turned[others], axis=1).min()) if others else 9.0
        if room > most:
            best, most = turned, room
    return Shape(elements, best, (donor,), ligand.charge)


def _directions(neighbours: FloatArray, bend: float) -> list[FloatArray]:
    """Unit vectors (3,) from the donor along which the ion may stand."""
    if len(neighbours) == 0:
        return [np.array([0.0, 0.0, -1.0])]
    units = neighbours / np.linalg.norm(neighbours, axis=1)[:, None]
    if len(units) > 1:
        total = -units.sum(axis=0)
        length = float(np.linalg.norm(total))
        return [total / length] if length > 0.2 else [np.cross(units[0], units[1])]
    across = np.cross(units[0], np.eye(3)[np.abs(units[0]).argmin()])
    across /= np.linalg.norm(across)
    tilted = Rotation.from_rotvec(np.radians(bend) * across).apply(units[0])
    return [Rotation.from_rotvec(units[0] * angle).apply(tilted) for angle in np.arange(24) * np.pi / 12]


def _to_minus_z(direction: FloatArray) -> Rotation:
    return Rotation.align_vectors([[0.0, 0.0, -1.0]], [direction])[0]


# ---- several donors -------------------------------------------------------------------------------------------------


def _chelating(ligand: Ligand) -> list[Shape]:
    """The first shapes that can be made, or of many those whose donors are nearest to the sites."""
    wanted = 1 if ligand.ring or "." in ligand.smiles else _SHAPES
    made = (_relaxed(ligand, seed) for seed in range(_SEEDS.start, _SEEDS.start + max(ligand.search, len(_SEEDS))))
    found = list(islice((shape for shape in made if shape is not None), ligand.search or wanted))
    return sorted(found, key=lambda shape: _strain(ligand, shape))[:wanted] if ligand.search else found


def _strain(ligand: Ligand, shape: Shape) -> float:
    """How far the donors' directions are from the sites, root mean square."""
    return aligned(np.array(ligand.sites), shape.site_directions)[1]


def aligned(wanted: FloatArray, own: FloatArray, weights: list[float] | None = None) -> tuple[Rotation, float]:
    """The rotation that takes vectors (n, 3) nearest to the wanted ones, and the distance that is left."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # vectors along one line leave a turn about it open: any will do
        rotation, distance = Rotation.align_vectors(wanted, own, weights=weights)
    return rotation, float(distance)


def _relaxed(ligand: Ligand, seed: int) -> Shape | None:
    mol, donors = _molecule(ligand)
    wanted = _ring_places(ligand) if ligand.ring else np.array(ligand.sites) * np.array(ligand.lengths)[:, None]
    here = _embedded(mol, seed, {donor: Point3D(*place) for donor, place in zip(donors, wanted, strict=True)})
    if here is None:
        return None
    placed = _onto(here, list(donors), wanted, upright=not ligand.ring)
    if ligand.ring:
        placed[list(donors)] = wanted
    for atom, position in enumerate(placed):
        mol.GetConformer().SetAtomPosition(atom, Point3D(*position.tolist()))
    positions = _minimised(ligand, _as_uff_sees_it(mol), donors, fixed=bool(ligand.ring))
    elements = tuple(atom.GetSymbol() for atom in mol.GetAtoms())
    lengths = np.linalg.norm(positions[list(donors)], axis=1)
    if np.abs(lengths - np.array(ligand.lengths)).max() > _OFF or not _room_for_the_ion(mol, positions, donors):
        return None
    pieces = ligand.smiles.count(".") + 1
    return Shape(elements, positions, donors, ligand.charge, bool(ligand.ring), pieces)


def _ring_places(ligand: Ligand) -> FloatArray:
    """(n, 3) regular polygon about z, C–C 1.41 Å, as far from the ion as the lengths say."""
    n = ligand.ring
    radius = 1.41 / (2.0 * np.sin(np.pi / n))
    angle = 2.0 * np.pi * np.arange(n) / n
    height = np.sqrt(ligand.lengths[0] ** 2 - radius**2)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(n, height)])


def _onto(positions: FloatArray, donors: list[int], wanted: FloatArray, *, upright: bool) -> FloatArray:
    """Moved as a rigid body: donors near `wanted`; all other atoms, if upright, on the far side of the ion."""
    middle, target = positions[donors].mean(axis=0), wanted.mean(axis=0)
    body = positions.mean(axis=0) - middle
    upright = upright and bool(np.linalg.norm(target) > 0.3 and np.linalg.norm(body) > 0.1)
    weights = [*np.ones(len(donors)), 0.5 if upright else 0.0]
    sources, targets = np.vstack([positions[donors] - middle, body]), np.vstack([wanted - target, target])
    rotation = aligned(targets, sources, weights)[0]
    return np.asarray(rotation.apply(positions - middle) + target)


def _minimised(ligand: Ligand, mol: Chem.Mol, donors: tuple[int, ...], *, fixed: bool) -> FloatArray:
    """(n, 3) [Å] with the donors at their lengths."""
    forces: Any = rdForceFieldHelpers.UFFGetMoleculeForceField(mol, ignoreInterfragInteractions=False)
    forces.Initialize()
    ion = forces.AddExtraPoint(0.0, 0.0, 0.0, True) - 1
    forces.Initialize()
    _tie(forces, ligand, mol, donors, ion, fixed)
    for _ in range(6):
        if forces.Minimize(maxIts=400) == 0:
            break
    return np.array(mol.GetConformer().GetPositions())


def _tie(forces: Any, ligand: Ligand, mol: Chem.Mol, donors: tuple[int, ...], ion: int, fixed: bool) -> None:
    near = set(donors)
    for donor, length in zip(donors, ligand.lengths, strict=True):
        if fixed:
            forces.AddFixedPoint(donor)
        else:
            forces.UFFAddDistanceConstraint(ion, donor, False, length - 0.01, length + 0.01, 800.0)
        for neighbour in mol.GetAtomWithIdx(donor).GetNeighbors():
            near.add(neighbour.GetIdx())
            if not fixed and mol.GetAtomWithIdx(donor).GetDegree() <= 3:
                forces.UFFAddAngleConstraint(ion, donor, neighbour.GetIdx(), False, *ligand.angle, 60.0)
    for atom in mol.GetAtoms():
        if atom.GetIdx() not in near:
            least = _CLEAR.get(atom.GetSymbol(), _CLEAR_HEAVY)
            forces.UFFAddDistanceConstraint(ion, atom.GetIdx(), False, least, 100.0, 50.0)


def _room_for_the_ion(mol: Chem.Mol, positions: FloatArray, donors: tuple[int, ...]) -> bool:
    """No other atom where it would count as a donor or touch."""
    distance = np.linalg.norm(positions, axis=1)
    return all(distance[a.GetIdx()] > 2.5 for a in mol.GetAtoms() if a.GetIdx() not in donors)
