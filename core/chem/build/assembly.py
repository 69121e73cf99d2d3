"""The parts of a complex numbered as one molecule, and which of its angles are restrained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.angles import between
from core.arrays import FloatArray
from core.chem.build.checks import POLYHEDRA
from core.chem.build.restraint import TERMINAL, UPRIGHT, Angle, Restraints, flatness, openness
from core.chem.build.start import LINEAR, Part
from core.chem.donor_class import DonorClass
from core.doubts import Doubt, doubt

METAL = 0
"""Index of the metal."""


@dataclass(frozen=True, slots=True, eq=False)
class Assembly:
    """The metal at the origin, then the ligand on +z, that on −z, and the equatorial ones.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) starting geometry [Å].
        bonds: pairs of atoms within the ligands.
        members: atoms of each ligand.
        donors: donor of each ligand.
        classes: its class.
        charge: of the whole [e].
    """

    elements: tuple[str, ...]
    positions: FloatArray
    bonds: tuple[tuple[int, int], ...]
    members: tuple[tuple[int, ...], ...]
    donors: tuple[int, ...]
    classes: tuple[DonorClass, ...]
    charge: int

    @property
    def restraints(self) -> Restraints:
        """The axis and M–O–X of LINEAR classes straight, other oxygens open, nitrogens upright, the equator flat."""
        first, second, *ring = self.donors
        linear = [c in LINEAR for c in self.classes[:2]]
        return Restraints(
            straight=((first, METAL, second), *self._at_axial("O", 1, linear)),
            opened=self._at_axial("O", 1, [not held for held in linear]),
            upright=self._at_axial("N", 2, [True, True]),
            flat=tuple((axial, METAL, donor) for axial in (first, second) for donor in ring),
        )

    def _at_axial(self, element: str, neighbours: int, wanted: Sequence[bool]) -> tuple[Angle, ...]:
        """M–D–X of the wanted axial donors of an element that have so many neighbours X."""
        return tuple(
            (METAL, donor, beside)
            for donor, is_wanted in zip(self.donors[:2], wanted, strict=True)
            if is_wanted and self.elements[donor] == element and len(self.neighbours(donor)) == neighbours
            for beside in self.neighbours(donor)
        )

    def neighbours(self, atom: int) -> tuple[int, ...]:
        """Atoms bonded to one, the metal aside."""
        return tuple(b if a == atom else a for a, b in self.bonds if atom in (a, b))

    def atoms_of(self, wanted: DonorClass) -> tuple[tuple[int, ...], ...]:
        """Atoms of each ligand whose donor has this class."""
        return tuple(m for m, found in zip(self.members, self.classes, strict=True) if found is wanted)


def assembled(metal: str, parts: tuple[Part, ...], classes: tuple[DonorClass, ...], charge: int) -> Assembly:
    """Number the parts behind the metal."""
    offsets = np.cumsum([1, *(len(part.elements) for part in parts)]).tolist()
    placed = list(zip(offsets, parts, strict=False))
    return Assembly(
        elements=(metal, *(element for part in parts for element in part.elements)),
        positions=np.concatenate([np.zeros((1, 3)), *(part.positions for part in parts)]),
        bonds=tuple((a + start, b + start) for start, part in placed for a, b in part.bonds),
        members=tuple(tuple(range(start, start + len(part.elements))) for start, part in placed),
        donors=tuple(start + part.donor for start, part in placed),
        classes=classes,
        charge=charge,
    )


def restraint_doubts(assembly: Assembly, positions: FloatArray) -> tuple[Doubt, ...]:
    """What the restraints did to a relaxed geometry (n, 3) [Å]."""
    metal, held = assembly.elements[METAL], assembly.restraints
    text = f"L–{metal}–L is held near 180°; left alone, GFN2 may leave the {POLYHEDRA[len(assembly.donors)][1]}."
    doubts = [doubt("angle-held", text)]
    linear = " and ".join(sorted({c.value for c in assembly.classes[:2] if c in LINEAR}))
    if linear:
        text = f"{metal}–O–X of the {linear} is held near 180°, as crystals have it; left alone, GFN2 may bend it."
        doubts.append(doubt("angle-held", text))
    if flatness(positions, held.flat)[0] > 0.0:
        text = "The equatorial donors are kept within 10° of their plane; left alone, GFN2 takes them further."
        doubts.append(doubt("equator-held", text))
    for angles, least in ((held.opened, TERMINAL), (held.upright, UPRIGHT)):
        closed = sorted((_degrees(positions, a), a) for a in angles if openness(positions, [a], least)[0] > 0.0)
        doubts += [_opened_doubt(assembly, angle, degrees) for degrees, angle in closed[:1]]
    return tuple(doubts)


def _opened_doubt(assembly: Assembly, angle: Angle, degrees: float) -> Doubt:
    """About the narrowest of the angles that a wall keeps open."""
    donor_class = assembly.classes[assembly.donors.index(angle[1])]
    bonds = "–".join(assembly.elements[atom] for atom in angle)
    text = f"{bonds} of the {donor_class.value} is kept open, at {degrees:.0f}°, as crystals have it; left alone, GFN2"
    if donor_class is DonorClass.CARBOXYLATE:
        return doubt("angle-opened", f"{text} closes it towards κ² binding by both oxygens: κ¹ is no minimum of it.")
    return doubt("angle-opened", f"{text} closes it further.")


def _degrees(positions: FloatArray, angle: Angle) -> float:
    a, b = (positions[end] - positions[angle[1]] for end in (angle[0], angle[2]))
    return float(between(a, b))
