"""From the sites of a CIF block to the atoms of one cell: expanded by symmetry, copies merged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import BoolArray, FloatArray, IntArray, TextArray
from core.chem.bonds import Contacts, cutoffs, periodic_contacts
from core.chem.crystal.cif import CrystalBlock
from core.doubts import Doubt, doubt
from core.words import counted

SPECIAL_TOLERANCE = 0.05
"""Copies of a site nearer than this lie on a special position [Å]."""

COPY_TOLERANCE = 0.6
"""Copies of a site nearer than this cannot both be there: they are averaged onto the special position [Å]."""

DUPLICATE_TOLERANCE = 0.10
"""Two sites of one element, full or of one disorder part, nearer than this are one atom listed twice [Å]."""


@dataclass(frozen=True, slots=True, eq=False)
class CellAtoms:
    """The atoms of one unit cell, n rows.

    Attributes:
        elements: (n,) symbols.
        fractional: (n, 3), 0 ≤ x < 1.
        site: (n,) index of the site in the file that each atom comes from.
        image: (n,) index of the operator that made it; 0 is the identity.
        occupancy: (n,).
        group: (n,) disorder group, 0 for none.
        lattice: (3, 3) rows a, b, c [Å].
        merged: copies merged so far.
        doubts: about it.
    """

    elements: TextArray
    fractional: FloatArray
    site: IntArray
    image: IntArray
    occupancy: FloatArray
    group: IntArray
    lattice: FloatArray
    merged: int = 0
    doubts: tuple[Doubt, ...] = ()

    def take(self, keep: BoolArray) -> CellAtoms:
        """The atoms where `keep` is true."""
        return replace(
            self,
            elements=self.elements[keep],
            fractional=self.fractional[keep],
            site=self.site[keep],
            image=self.image[keep],
            occupancy=self.occupancy[keep],
            group=self.group[keep],
        )

    def contacts(self) -> Contacts:
        """Every pair near enough to be a bond between the elements present."""
        return periodic_contacts(self.fractional, self.lattice, cutoffs(self.elements)[1])


def expand(block: CrystalBlock) -> CellAtoms:
    """Apply the operators to every site; copies on special positions are merged and averaged onto them."""
    sites, symmetry = block.sites, block.symmetry
    fractional, occupancy, moved = _on_special_positions(block)
    images = np.einsum("kab,sb->ska", symmetry.rotations, fractional) + symmetry.translations[None]
    keep = _first_copies(images, block.lattice, np.array(sites.group))
    n_sites, n_images = keep.shape
    site, image = np.nonzero(keep)
    doubts = (
        (doubt("sites-on-symmetry", f"Placed on a symmetry element within 0.6 Å: {counted(moved, 'site')}."),)
        if moved
        else ()
    )
    return CellAtoms(
        elements=np.array(sites.elements)[site],
        fractional=_wrapped(images[keep]),
        site=site.astype(np.int64),
        image=image.astype(np.int64),
        occupancy=occupancy[site],
        group=np.array(sites.group, dtype=np.int64)[site],
        lattice=block.lattice,
        merged=n_sites * n_images - len(site),
        doubts=doubts,
    )


def _wrapped(fractional: FloatArray) -> FloatArray:
    inside = fractional - np.floor(fractional)
    inside[inside >= 1.0] = 0.0  # −1e-17 wraps to 1.0 in floating point
    return inside


def _self_distances(images: FloatArray, reference: FloatArray, lattice: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shortest vectors (s, k, 3, fractional) and lengths (s, k) [Å] from `reference` (s, 3) to `images` (s, k, 3)."""
    step = images - reference[:, None, :]
    step -= np.rint(step)
    return step, np.linalg.norm(step @ lattice, axis=2)


def _on_special_positions(block: CrystalBlock) -> tuple[FloatArray, FloatArray, int]:
    """Positions averaged over the copies that fall together, occupancies to match, and how many sites moved visibly."""
    sites, symmetry = block.sites, block.symmetry
    images = np.einsum("kab,sb->ska", symmetry.rotations, sites.fractional) + symmetry.translations[None]
    step, distance = _self_distances(images, sites.fractional, block.lattice)
    negative = np.array(sites.group) < 0
    limit = np.where(negative, SPECIAL_TOLERANCE, COPY_TOLERANCE)[:, None]
    together = distance < limit
    count = together.sum(axis=1)
    mean = sites.fractional + (step * together[:, :, None]).sum(axis=1) / count[:, None]
    apart = (distance >= SPECIAL_TOLERANCE) & together
    occupancy = np.where(apart.any(axis=1), np.minimum(1.0, sites.occupancy * count), sites.occupancy)
    return mean, occupancy, int(apart.any(axis=1).sum())


def _first_copies(images: FloatArray, lattice: FloatArray, group: IntArray) -> BoolArray:
    """(s, k) true for the first of each set of coinciding images of a site."""
    _, distance = _self_distances(images, images[:, 0], lattice)
    special = (distance < SPECIAL_TOLERANCE).sum(axis=1) > 1
    keep = np.ones(images.shape[:2], dtype=bool)
    for site in np.nonzero(special)[0]:
        step = images[site][:, None] - images[site][None]
        step -= np.rint(step)
        together = np.linalg.norm(step @ lattice, axis=2) < SPECIAL_TOLERANCE
        keep[site] = ~np.tril(together, k=-1).any(axis=1)
    return keep


def merge_duplicates(atoms: CellAtoms, contacts: Contacts) -> CellAtoms:
    """Drop sites that only repeat another one: files that list the complete molecule besides the operators."""
    i, j = contacts.first, contacts.second
    same = (contacts.distance < DUPLICATE_TOLERANCE) & (atoms.elements[i] == atoms.elements[j])
    full = (atoms.occupancy[i] > 0.99) & (atoms.occupancy[j] > 0.99)
    one_part = (atoms.group[i] != 0) & (np.abs(atoms.occupancy[i] - atoms.occupancy[j]) < 0.01)
    same &= (atoms.site[i] < atoms.site[j]) & (atoms.group[i] == atoms.group[j]) & (full | one_part)
    repeated = np.unique(atoms.site[j[same]])
    if not len(repeated):
        return atoms
    keep = ~np.isin(atoms.site, repeated)
    text = f"{counted(len(repeated), 'site')} left out: the file lists symmetry copies besides the operators."
    merged = atoms.merged + int((~keep).sum())
    return replace(atoms.take(keep), merged=merged, doubts=(*atoms.doubts, doubt("sites-repeated", text)))
