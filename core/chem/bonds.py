"""Contacts across the cells of a crystal, and which of them are bonds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from core.arrays import BoolArray, FloatArray, IntArray, TextArray
from core.chem.radii import BOND_TOLERANCE, COVALENT_RADII, LANTHANIDE_TOLERANCE, LANTHANIDES, METALS


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Pairs of atoms, each in both directions: atom `first` in this cell, atom `second` in the cell moved by `shift`.

    Attributes:
        first, second: (p,) indices.
        shift: (p, 3) lattice translations of `second`.
        distance: (p,) [Å].
    """

    first: IntArray
    second: IntArray
    shift: IntArray
    distance: FloatArray

    def take(self, mask: BoolArray) -> Contacts:
        """The contacts where `mask` is true."""
        return Contacts(self.first[mask], self.second[mask], self.shift[mask], self.distance[mask])


def periodic_contacts(fractional: FloatArray, lattice: FloatArray, cutoff: float) -> Contacts:
    """All pairs within `cutoff` [Å]; `fractional` (n, 3) with 0 ≤ x < 1, `lattice` with rows a, b, c [Å]."""
    reach = cutoff * np.linalg.norm(np.linalg.inv(lattice), axis=0)  # cutoff over the spacing of the lattice planes
    shifts = np.array(list(itertools.product(*(range(-int(r) - 1, int(r) + 2) for r in reach))), dtype=np.int64)
    images = fractional[None, :, :] + shifts[:, None, :]
    near = ((images >= -reach) & (images <= 1 + reach)).all(axis=2)
    which, atom = np.nonzero(near)
    pairs = cKDTree(fractional @ lattice).sparse_distance_matrix(
        cKDTree(images[near] @ lattice), cutoff, output_type="ndarray"
    )
    first, image = pairs["i"].astype(np.int64), pairs["j"].astype(np.int64)
    second, shift = atom[image], shifts[which[image]]
    proper = (first != second) | shift.any(axis=1)
    return Contacts(first, second, shift, pairs["v"]).take(proper)


def cutoffs(elements: TextArray) -> tuple[FloatArray, float]:
    """Radius of every atom [Å] and the longest bonding distance that can occur among them [Å]."""
    radii = np.array([COVALENT_RADII[str(e)] for e in elements])
    metal = np.isin(elements, list(METALS))
    top = float(radii.max())
    ligand = float(radii[~metal].max()) if (~metal).any() else top
    longest = max(top + ligand, 2 * ligand) + LANTHANIDE_TOLERANCE
    return radii, longest


def bonded(contacts: Contacts, elements: TextArray) -> BoolArray:
    """Which contacts are bonds: within radii plus tolerance; a hydrogen has one parent and no metal unless a hydride.

    Metal–metal contacts are no bonds here: two metals belong together by the ligands between them.
    """
    radii, _ = cutoffs(elements)
    metal = np.isin(elements, list(METALS))
    lanthanide = np.isin(elements, LANTHANIDES)
    i, j = contacts.first, contacts.second
    tolerance = np.where(lanthanide[i] | lanthanide[j], LANTHANIDE_TOLERANCE, BOND_TOLERANCE)
    bonds: BoolArray = contacts.distance < radii[i] + radii[j] + tolerance
    bonds &= ~(metal[i] & metal[j])
    hydrogen = elements == "H"
    bonds &= ~(hydrogen[i] & hydrogen[j])
    return _one_parent(contacts, elements, bonds, hydrogen, metal)


def _one_parent(
    contacts: Contacts, elements: TextArray, bonds: BoolArray, hydrogen: BoolArray, metal: BoolArray
) -> BoolArray:
    """Keep for each hydrogen its nearest non-metal parent; bridging B–H–B and hydrides keep all their bonds."""
    i, j = contacts.first, contacts.second
    boron = elements == "B"
    to_parent = bonds & hydrogen[i] & ~metal[j] & ~boron[j]
    nearest = np.full(len(elements), np.inf)
    np.minimum.at(nearest, i[to_parent], contacts.distance[to_parent])
    owned = np.isfinite(nearest)  # has a parent other than boron
    wrong = np.zeros_like(bonds)
    for a, b in ((i, j), (j, i)):
        wrong |= hydrogen[a] & owned[a] & (metal[b] | boron[b] | (contacts.distance > nearest[a] + 1e-6))
    return bonds & ~wrong


def metal_bonds(
    elements: TextArray, fractional: FloatArray, sites: IntArray, lattice: FloatArray
) -> dict[int, tuple[tuple[str, float], ...]]:
    """Of each lanthanide site the metals nearer than the sum of their radii, with distances [Å]; none that a common
    ligand atom bridges, for such metals may come as near without a bond."""
    metal = np.isin(elements, list(METALS))
    if metal.sum() < 2 or not np.isin(elements[metal], LANTHANIDES).any():
        return {}
    radii, longest = cutoffs(elements)
    contacts = periodic_contacts(fractional, lattice, max(longest, 2 * float(radii[metal].max())))
    i, j = contacts.first, contacts.second
    near = np.nonzero(metal[i] & metal[j] & (contacts.distance < radii[i] + radii[j]))[0]
    around = _ligand_atoms(contacts.take(bonded(contacts, elements)), metal)
    found: dict[int, list[tuple[str, float]]] = {}
    for row in near:
        a, b, shift = int(i[row]), int(j[row]), contacts.shift[row]
        moved = {(atom, tuple(np.add(place, shift).tolist())) for atom, place in around.get(b, ())}
        if elements[a] in LANTHANIDES and not moved & set(around.get(a, ())):
            found.setdefault(int(sites[a]), []).append((str(elements[b]), float(contacts.distance[row])))
    return {site: tuple(sorted(set(bonds), key=lambda bond: bond[1])) for site, bonds in found.items()}


def _ligand_atoms(bonds: Contacts, metal: BoolArray) -> dict[int, list[tuple[int, tuple[int, ...]]]]:
    """Of each metal atom the ligand atoms it touches, each with the cell in which it stands."""
    found: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    for row in np.nonzero(metal[bonds.first] & ~metal[bonds.second])[0]:
        place = tuple(bonds.shift[row].tolist())
        found.setdefault(int(bonds.first[row]), []).append((int(bonds.second[row]), place))
    return found
