"""A bipyramid before it is relaxed: two axial ligands on ±z, five equatorial donors 72° apart or four 90° apart.

Each ligand's conformers come from RDKit (ETKDG: S. Riniker, G. A. Landrum, J. Chem. Inf. Model. 2015, 55, 2562,
doi:10.1021/acs.jcim.5b00654), always from the canonical SMILES and one seed, so that a ligand written differently
starts alike. Conformer, bend at the donor and rotation about the bond are then chosen together: those that keep the
parts furthest from each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray
from core.chem.donor_class import DonorClass
from core.chem.radii import COVALENT_RADII
from core.errors import DomainError

SEED: Final = 20251
CONFORMERS: Final = 8
"""Seed and number of conformers; any seed serves, one must be kept."""

WINDOW: Final = 3.0
"""Conformers up to this force-field energy above the lowest are considered [kcal mol⁻¹]: a rule of ours, about what
coordination pays for easily."""

LINEAR: Final = frozenset({DonorClass.ALKOXIDE, DonorClass.ARYLOXIDE, DonorClass.SILOXIDE})
"""Donors whose M–O–X is near linear in crystals and is held so."""

_STRAIGHT: Final = LINEAR | {DonorClass.NITRILE, DonorClass.CYANIDE_C}

BEND: Final = 145.0
"""M–D–X from which a terminal donor of another class starts [°]; it then finds its own angle. Nearer to 180° the search
may linger on the ridge between the bends to either side."""

STARTS: Final = 3
"""Different starts that there are: the first is the clearest, each later one stands a third further down the order."""

DISPLACEMENT: Final = 0.03
"""Standard deviation of a fixed random displacement of every atom [Å]: without it a start of high symmetry ends on a
saddle point (tert-butoxide with waters: 1 kcal/mol above the minimum)."""

_AXIAL_SHARE: Final = 0.87
_EQUATORIAL_SHARE: Final = 0.93
"""Starting bond as a share of the sum of covalent radii: 2.24 Å for axial Dy–O, 2.40 Å for Dy–OH₂."""

_TURNS: Final = 12
"""Rotations tried about each bond."""

_SWEEPS: Final = 3
"""Rounds in which every ligand may turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One ligand where it stands.

    Attributes:
        elements: (n,) symbols, hydrogens last, heavy atoms in the order of the canonical SMILES.
        positions: (n, 3) [Å], metal at the origin.
        bonds: (m, 2) pairs i < j.
        donor: index of the donor.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    bonds: tuple[tuple[int, int], ...]
    donor: int

    def moved(self, rotation: Rotation) -> Part:
        """The same ligand rotated about the metal."""
        return Part(self.elements, rotation.apply(self.positions), self.bonds, self.donor)


@dataclass(frozen=True, slots=True)
class Binder:
    """What is placed: canonical SMILES, index of the donor in it, class of the donor."""

    smiles: str
    donor: int
    donor_class: DonorClass


@dataclass(frozen=True, slots=True)
class Equator(Binder):
    """What stands around the axis, and how many of it: five for a pentagonal bipyramid, four for an octahedron."""

    places: int = 5


def starting_parts(metal: str, axial: tuple[Binder, Binder], equator: Equator, number: int = 0) -> tuple[Part, ...]:
    """Two axial ligands, then the equatorial ones.

    Args:
        metal: symbol.
        axial: the ligands on +z and −z; equal ones start related by a twofold axis, but for a turn about z.
        equator: the ligand that stands in the plane, and how many times.
        number: which start, 0 to `STARTS` − 1.

    Raises:
        DomainError: RDKit finds no conformer.
    """
    beside = _shapes(metal, equator, _EQUATORIAL_SHARE)[0]
    ring = tuple(_on_x(beside, 360.0 * place / equator.places) for place in range(equator.places))
    donors = tuple(_only_donor(part) for part in ring)
    upper = _clearest(_shapes(metal, axial[0], _AXIAL_SHARE), donors, number)
    below = [upper] if axial[0] == axial[1] else _shapes(metal, axial[1], _AXIAL_SHARE)
    down = Rotation.from_euler("x", 180, degrees=True)
    lower = _clearest([part.moved(down) for part in below], (*donors, upper), number)
    return _settled((upper, lower, *ring))


def displaced(positions: FloatArray, number: int = 0) -> FloatArray:
    """Positions (n, 3) [Å] off every element of symmetry, by the same displacements for all starts of one number."""
    return np.asarray(positions + np.random.default_rng(SEED + number).normal(0.0, DISPLACEMENT, positions.shape))


def _shapes(metal: str, binder: Binder, share: float) -> list[Part]:
    """The ligand on +z in each conformer and bend."""
    mol = _embedded(binder.smiles)
    elements = tuple(atom.GetSymbol() for atom in mol.GetAtoms())
    bonds = tuple(sorted(_ordered(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()))
    neighbours = sorted(atom.GetIdx() for atom in mol.GetAtomWithIdx(binder.donor).GetNeighbors())
    length = share * (COVALENT_RADII[metal] + COVALENT_RADII[elements[binder.donor]])
    bend = 180.0 if binder.donor_class in _STRAIGHT else BEND
    return [
        Part(elements, _aligned(centred, direction) + np.array([0.0, 0.0, length]), bonds, binder.donor)
        for centred in (positions - positions[binder.donor] for positions in _low_conformers(mol))
        for direction in _directions_to_metal(centred[neighbours], bend)
    ]


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _embedded(smiles: str) -> Chem.Mol:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    settings: Any = rdDistGeom.ETKDGv3()  # its attributes carry wrong types
    settings.randomSeed = SEED
    if not rdDistGeom.EmbedMultipleConfs(mol, CONFORMERS, settings):
        settings.useRandomCoords = True  # serves cages that the default start does not
        if not rdDistGeom.EmbedMultipleConfs(mol, CONFORMERS, settings):
            raise DomainError("no conformer of this ligand could be made.", advice="Check its SMILES.")
    return mol


def _low_conformers(mol: Chem.Mol) -> list[FloatArray]:
    """Relaxed conformers within the window, lowest first: (n, 3) [Å] each."""
    known = rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol)
    if not known and not rdForceFieldHelpers.UFFHasAllMoleculeParams(mol):
        return [mol.GetConformer(c.GetId()).GetPositions() for c in mol.GetConformers()]
    optimise = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs if known else rdForceFieldHelpers.UFFOptimizeMoleculeConfs
    energies = np.array([energy for _, energy in optimise(mol, numThreads=1, maxIters=500)])
    order = [k for k in np.argsort(energies, kind="stable").tolist() if energies[k] < energies.min() + WINDOW]
    numbers = [c.GetId() for c in mol.GetConformers()]
    return [mol.GetConformer(numbers[k]).GetPositions() for k in order]


def _directions_to_metal(neighbours: FloatArray, bend: float) -> Iterator[FloatArray]:
    """Unit vectors from the donor along which the metal may stand, (3,) each.

    With one neighbour X the angle M–D–X is `bend`, any way round the bond; with several, the metal is opposite them.
    """
    units = neighbours / np.linalg.norm(neighbours, axis=1)[:, None]
    if len(units) == 0:
        yield np.array([0.0, 0.0, -1.0])
    elif len(units) > 1:
        yield _opposite(units)
    elif bend == 180.0:
        yield -units[0]
    else:
        across = np.cross(units[0], np.eye(3)[np.abs(units[0]).argmin()])
        tilted = Rotation.from_rotvec(np.radians(bend) * across / np.linalg.norm(across)).apply(units[0])
        for turn in _turns(units[0]):
            yield turn.apply(tilted)


def _opposite(units: FloatArray) -> FloatArray:
    total = -units.sum(axis=0)
    if np.linalg.norm(total) < 0.2:  # flat donor with three neighbours: above the plane
        total = np.cross(units[0], units[1])
    return np.asarray(total / np.linalg.norm(total))


def _aligned(positions: FloatArray, direction: FloatArray) -> FloatArray:
    """Positions turned so that `direction` becomes −z."""
    return Rotation.align_vectors([[0.0, 0.0, -1.0]], [direction])[0].apply(positions)


def _turns(axis: FloatArray) -> list[Rotation]:
    """Rotations about a unit vector."""
    return [Rotation.from_rotvec(axis * angle, degrees=True) for angle in np.arange(_TURNS) * 360.0 / _TURNS]


def _on_x(part: Part, longitude: float) -> Part:
    """From +z to a longitude [°] on the equator."""
    return part.moved(Rotation.from_euler("yz", [90.0, longitude], degrees=True))


def _only_donor(part: Part) -> Part:
    return Part((part.elements[part.donor],), part.positions[[part.donor]], (), 0)


def _clearest(shapes: Sequence[Part], others: Sequence[Part], number: int) -> Part:
    """The shape, in the rotation about z that stays clearest of the others: the best, or one further down."""
    turns = _turns(np.array([0.0, 0.0, 1.0]))
    best = [_least_crowded([shape.moved(turn) for turn in turns], others) for shape in shapes]
    best.sort(key=lambda part: round(_crowding(part, others), 6))
    return best[number * len(best) // STARTS]


def _least_crowded(parts: Sequence[Part], others: Sequence[Part]) -> Part:
    return min(parts, key=lambda part: round(_crowding(part, others), 6))


def _settled(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Every ligand turned about its bond, in rounds, to stay clear of all others."""
    turned = list(parts)
    for _ in range(_SWEEPS):
        for k, part in enumerate(turned):
            axis = part.positions[part.donor] / np.linalg.norm(part.positions[part.donor])
            others = (*turned[:k], *turned[k + 1 :])
            turned[k] = _least_crowded([part.moved(turn) for turn in _turns(axis)], others)
    return tuple(turned)


def _crowding(part: Part, others: Sequence[Part]) -> float:
    """Sum over pairs of atoms of (van der Waals distance / distance)⁸: smooth, and ruled by the closest pairs."""
    table = Chem.GetPeriodicTable()
    own = np.array([table.GetRvdw(e) for e in part.elements])
    rest = np.array([table.GetRvdw(e) for other in others for e in other.elements])
    places = np.concatenate([other.positions for other in others])
    squared = ((part.positions[:, None] - places[None]) ** 2).sum(axis=2)
    return float((((own[:, None] + rest) ** 2 / squared) ** 4).sum())
