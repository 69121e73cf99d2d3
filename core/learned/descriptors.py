"""What a chemist sees of a lanthanide complex before any physics: the ion, how many donors of which elements, the kind.

These are the columns that SIMDAVIS has of a sample (Y. Duan et al., Nat. Commun. 2022, 13, 7626) and that a structure
tells as well. Of its families only those are kept that can be told from a structure without doubt: “mixed ligands”,
“diketonate” and “Schiff base” overlap there (tris(diketonates) with phenanthroline stand under the first two).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.donor_class import DonorClass
from core.chem.molecule import Molecule
from core.chem.radii import ALKALI, LANTHANIDES, METALS
from core.chem.sphere.coordination import CoordinationSphere
from core.magnetism.ions import lanthanide

IONS: Final = ("Pr", "Nd", "Sm", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb")
"""Ln(III) ions that the table of the literature has."""

SITES: Final = tuple(range(2, 10))
"""Coordination numbers that it has, a π ligand counting one."""


class Donors(StrEnum):
    """Which elements bind the ion."""

    OXYGEN = "O"
    NITROGEN = "N"
    OXYGEN_NITROGEN = "O,N"
    RINGS = "rings"  # π ligands and nothing else
    OTHERS = "others"  # anything with C, halogen, S, P, B or H in it


class Kind(StrEnum):
    """What sets a complex apart; the first that fits."""

    DOUBLE_DECKER = "tetrapyrrole double-decker"
    POLYOXOMETALATE = "polyoxometalate"
    OTHER_METAL = "a d-block or main-group metal beside it"
    RADICAL = "nitroxide radical"
    METALLOCENE = "metallocene"
    NONE = ""


@dataclass(frozen=True, slots=True)
class ChemicalDescriptors:
    """What is seen of one complex.

    Attributes:
        ion: element symbol, one of `IONS`.
        sites: coordination number, a π ligand counting one; None where it is not known.
        donors: their elements.
        ligands: number of ligands that bind the ion; None where it is not known.
        kind: what sets it apart.
        diluted: whether the ion sits thinly in a diamagnetic host; None where it is not known.
    """

    ion: str
    sites: int | None
    donors: Donors
    ligands: int | None
    kind: Kind
    diluted: bool | None


BLOCKS: Final = {"ion": 10, "4f density": 3, "sites": 8, "donors": 5, "ligands": 1, "kind": 5, "dilution": 1}
"""Columns of `features` by what they tell, in their order; “4f density” is oblate, prolate, Kramers ion."""


def features(sights: Sequence[ChemicalDescriptors]) -> FloatArray:
    """(s, 33) numbers that a model reads: flags, and the number of ligands; what is not known is 0 everywhere."""
    return np.array([_row(sight) for sight in sights], dtype=np.float64).reshape(-1, sum(BLOCKS.values()))


def _row(sight: ChemicalDescriptors) -> list[float]:
    ion = lanthanide(sight.ion)
    quadrupole = ion.stevens_factors[0]  # its sign is that of the 4f density: negative is oblate
    flags = [
        *(sight.ion == name for name in IONS),
        *(quadrupole < 0, quadrupole > 0, ion.kramers),
        *(sight.sites == number for number in SITES),
        *(sight.donors is donors for donors in Donors),
        sight.ligands or 0,
        *(sight.kind is kind for kind in Kind if kind is not Kind.NONE),
        bool(sight.diluted),
    ]
    return [float(flag) for flag in flags]


def columns(names: Sequence[str]) -> list[int]:
    """Indices of the columns of some blocks."""
    ends = dict(zip(BLOCKS, np.cumsum(list(BLOCKS.values())).tolist(), strict=True))
    return [column for name in names for column in range(ends[name] - BLOCKS[name], ends[name])]


def sight_of(molecule: Molecule, sphere: CoordinationSphere) -> ChemicalDescriptors | None:
    """What is seen of a structure; None for an ion that the literature's table does not have.

    A crystal is taken for undiluted: a host ion on the same site is not told from it.
    """
    ion = molecule.elements[molecule.metal]
    if ion not in IONS or molecule.oxidation_state not in (3, None) or not sphere.donors:
        return None
    ligands = len({donor.ligand for donor in sphere.donors})
    return ChemicalDescriptors(
        ion, sphere.coordination_number, donors_of(sphere), ligands, kind_of(molecule, sphere), False
    )


def donors_of(sphere: CoordinationSphere) -> Donors:
    """The elements that bind, in the words of the table."""
    if all(donor.hapticity > 1 for donor in sphere.donors):
        return Donors.RINGS
    elements = {donor.element if donor.hapticity == 1 else "π" for donor in sphere.donors}
    known = {frozenset("O"): Donors.OXYGEN, frozenset("N"): Donors.NITROGEN, frozenset("ON"): Donors.OXYGEN_NITROGEN}
    return known.get(frozenset(elements), Donors.OTHERS)


def kind_of(molecule: Molecule, sphere: CoordinationSphere) -> Kind:
    """The first kind that fits."""
    classes = {donor.donor_class for donor in sphere.donors}
    decks = {donor.ligand for donor in sphere.donors if donor.donor_class is DonorClass.TETRAPYRROLE}
    if len(decks) > 1:
        return Kind.DOUBLE_DECKER
    if DonorClass.POLYOXOMETALATE in classes:
        return Kind.POLYOXOMETALATE
    if set(molecule.elements) & (METALS - ALKALI - set(LANTHANIDES)):
        return Kind.OTHER_METAL
    if DonorClass.NITROXIDE in classes:
        return Kind.RADICAL
    return Kind.METALLOCENE if donors_of(sphere) is Donors.RINGS else Kind.NONE
