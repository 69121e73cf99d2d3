"""What bridges two metal ions: single donor atoms (µ-O, µ-OH, µ-phenoxide, µ-Cl …) and groups such as carboxylates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from core.angles import between
from core.chem.donor_class import DonorClass
from core.chem.lewis.donor_sites import COUNTED_WEIGHT, neighbour_lists
from core.chem.lewis.fragments import Anatomy

_NAMES: Final[dict[DonorClass, str]] = {
    DonorClass.OXIDE: "µ-O",
    DonorClass.HYDROXIDE: "µ-OH",
    DonorClass.WATER: "µ-OH₂",
    DonorClass.ALKOXIDE: "µ-alkoxide",
    DonorClass.ARYLOXIDE: "µ-phenoxide",
    DonorClass.CARBOXYLATE: "µ-carboxylate O",
    DonorClass.FLUORIDE: "µ-F",
    DonorClass.CHLORIDE: "µ-Cl",
    DonorClass.BROMIDE: "µ-Br",
    DonorClass.IODIDE: "µ-I",
}

_LINKS: Final = frozenset("C N P S B".split())
"""Elements in the middle of a bridge of three atoms, as the C of a carboxylate."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """One path between two metal ions.

    Attributes:
        metals: indices of the two in the molecule.
        kind: chemist's word.
        atoms: the donor atoms on the way, one or two.
        distance: between the metals [Å].
        angle: metal–donor–metal [°]; None for a bridge of three atoms.
    """

    metals: tuple[int, int]
    kind: str
    atoms: tuple[int, ...]
    distance: float
    angle: float | None


def bridges_between(anatomy: Anatomy, metals: tuple[int, ...]) -> tuple[Bridge, ...]:
    """All bridges between the given metals: single atoms first, then groups of three atoms."""
    neighbours = neighbour_lists(anatomy.component)
    found: list[Bridge] = []
    for one, other in combinations(metals, 2):
        found += _single(anatomy, one, other)
        found += _groups(anatomy, neighbours, one, other)
    return tuple(found)


def _donors(anatomy: Anatomy, metal: int) -> set[int]:
    return {atom for site in anatomy.sites[metal] if site.weight >= COUNTED_WEIGHT for atom in site.atoms}


def _single(anatomy: Anatomy, one: int, other: int) -> list[Bridge]:
    positions = anatomy.component.positions
    distance = float(np.linalg.norm(positions[one] - positions[other]))
    return [
        Bridge(
            metals=(one, other),
            kind=_name(_class(anatomy, atom)),
            atoms=(atom,),
            distance=distance,
            angle=float(between(positions[one] - positions[atom], positions[other] - positions[atom])),
        )
        for atom in sorted(_donors(anatomy, one) & _donors(anatomy, other))
    ]


def _groups(anatomy: Anatomy, neighbours: tuple[frozenset[int], ...], one: int, other: int) -> list[Bridge]:
    """Donor of the one, an atom between, donor of the other: carboxylate, nitrate, pyrazolate and their like."""
    positions, elements = anatomy.component.positions, anatomy.component.elements
    distance = float(np.linalg.norm(positions[one] - positions[other]))
    mine, theirs = _donors(anatomy, one), _donors(anatomy, other)
    shared = mine & theirs
    pairs = {
        (a, b)
        for a in mine - shared
        for b in theirs - shared
        if a != b and any(elements[m] in _LINKS for m in neighbours[a] & neighbours[b])
    }
    return [
        Bridge((one, other), f"µ-{_class(anatomy, a)} (1,3)", (a, b), distance, None)
        for a, b in sorted(pairs)
        if _class(anatomy, a) == _class(anatomy, b)
    ]


def _class(anatomy: Anatomy, atom: int) -> DonorClass:
    fragment = next(f for f in anatomy.fragments if atom in f.shares)
    return next(found for atoms, found in fragment.classes.items() if atom in atoms)


def _name(donor_class: DonorClass) -> str:
    return _NAMES.get(donor_class, f"µ-{donor_class}")
