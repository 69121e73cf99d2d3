"""One lanthanide ion and every atom around it: what the learned models read and the training sets are made of.

The metal stands at the origin. A training set moves whole ligands: to the distance of another ion, or a little at
random; both give a new environment, for which levels have to be computed anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import FloatArray, IntArray
from core.chem.donor_class import DonorClass
from core.chem.molecule import Molecule
from core.chem.radii import IONIC_RADII
from core.chem.sphere.coordination import CoordinationSphere

UNBOUND = -1
"""Ligand number of an atom that belongs to none of the ion's ligands."""


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """All atoms around one Ln(III) ion. Arrays are read-only.

    Attributes:
        name: of the structure it came from.
        metal: element symbol of the ion.
        elements: (n,) symbols of the other atoms.
        positions: (n, 3) relative to the ion [Å].
        ligand: (n,) number of the ligand of each atom, `UNBOUND` where it binds not to this ion.
        donors: (m,) index in `elements` of every donor atom, contacts at the edge of the sphere included.
        sites: (m,) number of the site of each donor atom: atoms of one hapto ligand share it.
        classes: (m,) donor class.
        formal_charges: (m,) on the donor atom after delocalisation [e].
        weights: (m,) of the contact, 1 inside the sphere, shared among the metals that it bridges.
    """

    name: str
    metal: str
    elements: tuple[str, ...]
    positions: FloatArray
    ligand: IntArray
    donors: IntArray
    sites: IntArray
    classes: tuple[DonorClass, ...]
    formal_charges: FloatArray
    weights: FloatArray

    def __post_init__(self) -> None:
        for array in (self.positions, self.ligand, self.donors, self.sites, self.formal_charges, self.weights):
            array.setflags(write=False)

    @property
    def donor_positions(self) -> FloatArray:
        """(m, 3) relative to the ion [Å]."""
        return self.positions[self.donors]

    @property
    def signature(self) -> str:
        """What binds, in words: the donor classes with their numbers, e.g. ``2 nitrate + 5 water``."""
        classes, counts = np.unique(np.array(self.classes), return_counts=True)
        return " + ".join(f"{n} {c}" for c, n in zip(classes.tolist(), counts.tolist(), strict=True))

    def of_ion(self, metal: str) -> Environment:
        """The same ligands around another Ln(III), each moved as a whole along the mean direction of its bonds, until
        these are longer or shorter by the difference of the ionic radii, as nearly as that can be had; a ligand that
        surrounds the ion stays where it is."""
        change = IONIC_RADII[metal] - IONIC_RADII[self.metal]
        positions = self.positions.copy()
        for number in self._ligands():
            bonds = self.donor_positions[self.ligand[self.donors] == number]
            positions[self.ligand == number] += _outward(bonds) * change
        return replace(self, metal=metal, positions=positions)

    def jittered(self, random: np.random.Generator, shift: float, turn: float) -> Environment:
        """Every ligand moved and turned about the middle of its donors, at random.

        Args:
            random: the source of randomness.
            shift: standard deviation along x, y and z [Å].
            turn: standard deviation of the components of the rotation vector [°].
        """
        positions = self.positions.copy()
        for number in self._ligands():
            own = self.ligand == number
            centre = self.donor_positions[self.ligand[self.donors] == number].mean(axis=0)
            rotation = _rotation(np.radians(random.normal(0.0, turn, 3)))
            positions[own] = (positions[own] - centre) @ rotation.T + centre + random.normal(0.0, shift, 3)
        return replace(self, positions=positions)

    def turned(self, rotation: FloatArray) -> Environment:
        """The whole environment rotated by a (3, 3) matrix."""
        return replace(self, positions=self.positions @ rotation.T)

    def _ligands(self) -> list[int]:
        return sorted(set(self.ligand[self.donors].tolist()) - {UNBOUND})


def environment(molecule: Molecule, sphere: CoordinationSphere, name: str = "") -> Environment:
    """The surroundings of a molecule's chosen ion."""
    return environment_of(molecule.elements, molecule.positions, sphere, name)


def environment_of(
    elements: tuple[str, ...], positions: FloatArray, sphere: CoordinationSphere, name: str = ""
) -> Environment:
    """The surroundings of `sphere.metal` among atoms `elements` at `positions` (n, 3) [Å]."""
    others = [k for k in range(len(elements)) if k != sphere.metal]
    index = {atom: k for k, atom in enumerate(others)}
    ligand = np.full(len(others), UNBOUND)
    for number, bound in enumerate(sphere.ligands):
        ligand[[index[atom] for atom in bound.atoms]] = number
    rows = [
        (index[atom], number, donor.donor_class, charge, weight / donor.shared_by)
        for number, donor in enumerate((*sphere.donors, *sphere.edge))
        for atom, charge, weight in zip(donor.atoms, donor.atom_charges, donor.atom_weights, strict=True)
    ]
    return Environment(
        name=name,
        metal=elements[sphere.metal],
        elements=tuple(elements[k] for k in others),
        positions=positions[others] - positions[sphere.metal],
        ligand=ligand,
        donors=np.array([row[0] for row in rows], dtype=np.int64),
        sites=np.array([row[1] for row in rows], dtype=np.int64),
        classes=tuple(row[2] for row in rows),
        formal_charges=np.array([row[3] for row in rows], dtype=np.float64),
        weights=np.array([row[4] for row in rows], dtype=np.float64),
    )


_SURROUNDS = 0.4
"""Least mean cosine between a ligand's bonds and their mean direction; below it the ligand surrounds the ion."""


def _outward(bonds: FloatArray) -> FloatArray:
    """(3,) shift of a ligand that makes its bonds (b, 3) longer by one, in the least-squares sense."""
    directions = bonds / np.linalg.norm(bonds, axis=1)[:, None]
    mean = directions.mean(axis=0)
    length = float(np.linalg.norm(mean))
    if length < _SURROUNDS:
        return np.zeros(3)
    cosines = directions @ mean / length
    shift: FloatArray = mean / length * float(cosines.sum() / (cosines @ cosines))
    return shift


def _rotation(vector: FloatArray) -> FloatArray:
    """(3, 3) rotation about `vector` by its length [rad] (Rodrigues' formula)."""
    angle = float(np.linalg.norm(vector))
    if angle == 0.0:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    rotation: FloatArray = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    return rotation
