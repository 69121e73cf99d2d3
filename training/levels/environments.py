"""Real lanthanide environments from a multi-frame XYZ file, taken apart, and only those whose charges are beyond doubt.

The file is no part of Kramers. Each frame's comment line holds ``file=NAME refcode=CODE charge=Q kind=ref|opt|rm1``.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.crystal.hydrogens import with_neutron_distances
from core.chem.lewis.fragments import Anatomy
from core.chem.molecule import hill_formula
from core.chem.radii import LANTHANIDES
from core.chem.sphere.coordination import CoordinationSphere, coordination_sphere, shorter_than, shortest_bond
from core.chem.sphere.isolated import dissect_isolated
from core.errors import DomainError
from core.fields.environment import Environment, environment_of
from core.learned.verdict import covered

BROKEN: Final = 0.72
"""A frame with a bond below this share of the covalent radii's sum is not read at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One lanthanide complex.

    Attributes:
        name: of the frame.
        refcode: of its crystal, or of what it was optimised from.
        kind: ``ref`` (metal–donor distances mostly of the crystal), ``opt`` or ``rm1`` (semi-empirical).
        charge: total [e], as stated and as the formal charges give it.
        elements, positions: (n,) symbols, (n, 3) [Å], X–H at neutron distances.
        anatomy, sphere: what `core.chem` makes of it.
    """

    name: str
    refcode: str
    kind: str
    charge: int
    elements: tuple[str, ...]
    positions: FloatArray
    anatomy: Anatomy
    sphere: CoordinationSphere

    @property
    def family(self) -> str:
        """Letters of the refcode: redeterminations of one crystal share them."""
        return self.refcode.rstrip("0123456789")

    @property
    def environment(self) -> Environment:
        """As the models read it."""
        return environment_of(self.elements, self.positions, self.sphere, self.name)


def frames(path: Path) -> Iterator[Frame]:
    """Every frame with one lanthanide, a sphere within the models' domain, and charges that agree without a doubt."""
    for header, elements, positions in _read(path):
        frame = _frame(header, elements, positions)
        if frame is not None:
            yield frame


def formulas(path: Path) -> frozenset[str]:
    """Hill formula of all but the lanthanides of every frame, whether it can be taken apart or not."""
    return frozenset(hill_formula([e for e in elements if e not in LANTHANIDES]) for _, elements, _ in _read(path))


def sound(around: Environment) -> bool:
    """Whether no bond is shorter than any such bond known (`shortest_bond`). Most that are lie between La and N, 2.0 Å
    long instead of 2.6: charges that make the fields of these are not those of real bonds."""
    lengths = np.linalg.norm(around.donor_positions, axis=1)
    alone = np.bincount(around.sites)[around.sites] == 1
    shortest = np.array([shortest_bond(around.metal, around.elements[atom]) for atom in around.donors])
    return bool((lengths >= shortest)[alone].all())


def _read(path: Path) -> Iterator[tuple[dict[str, str], tuple[str, ...], FloatArray]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        while count := lines.readline():
            header = dict(pair.split("=", 1) for pair in lines.readline().split())
            rows = [lines.readline().split() for _ in range(int(count))]
            yield header, tuple(row[0] for row in rows), np.array([[float(x) for x in row[1:4]] for row in rows])


def _frame(header: dict[str, str], elements: tuple[str, ...], positions: FloatArray) -> Frame | None:
    if sum(element in LANTHANIDES for element in elements) != 1:
        return None
    try:
        (anatomy,) = dissect_isolated(elements, positions)
    except (ValueError, DomainError):
        return None  # several molecules, or an element without rules
    if len(anatomy.metals) != 1 or anatomy.component.elements[anatomy.metals[0]] not in LANTHANIDES:
        return None
    charge = int(header["charge"])
    charges = [fragment.charges for fragment in anatomy.fragments]
    if anatomy.ligand_charge + 3 != charge or any(c.doubts or c.radical or c.alternatives for c in charges):
        return None
    sphere = coordination_sphere(anatomy, anatomy.metals[0])
    elements = anatomy.component.elements
    if not covered(sphere) or shorter_than(BROKEN, elements[sphere.metal], sphere.donors):
        return None
    straightened, _ = with_neutron_distances(anatomy.component)
    return Frame(header["file"], header["refcode"], header["kind"], charge, elements, straightened, anatomy, sphere)
