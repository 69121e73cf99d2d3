"""The frozen record that every room of Kramers passes on: one molecule, its atoms, bonds and chosen metal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.arrays import FloatArray, IntArray
from core.chem.atom_names import unique_names
from core.chem.unit_cell import UnitCell


def numbered(elements: Sequence[str]) -> tuple[str, ...]:
    """Names of atoms that a file does not name, by element and number from 1: ``Dy1``, ``O2``."""
    return tuple(f"{element}{number}" for number, element in enumerate(elements, start=1))


def hill_formula(elements: list[str] | tuple[str, ...]) -> str:
    """Formula in the Hill order (C, H, then alphabetical), e.g. ``C12H10DyO2``.

    Source: E. A. Hill, J. Am. Chem. Soc. 1900, 22, 478, doi:10.1021/ja02046a005.
    """
    counts = Counter(elements)
    first = [e for e in ("C", "H") if e in counts] if "C" in counts else []
    rest = sorted(e for e in counts if e not in first)
    return "".join(f"{e}{counts[e] if counts[e] > 1 else ''}" for e in [*first, *rest])


@dataclass(frozen=True, slots=True, eq=False)
class Molecule:
    """One molecule or ion with one chosen metal ion. Arrays are read-only.

    Attributes:
        elements: (n,) element symbols.
        positions: (n, 3) Cartesian coordinates [Å].
        bonds: (m, 2) pairs of atom indices, i < j, metal–ligand contacts included.
        labels: (n,) atom labels as the file spells them (hostile text: escape before showing).
        metal: index of the metal ion that is judged.
        charge: total charge [e], None when it could not be established.
        oxidation_state: oxidation state of the chosen metal, None when it could not be established.
        cell: of the crystal that it was cut out of, in the frame of `positions`; None without a crystal.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    bonds: IntArray
    labels: tuple[str, ...]
    metal: int
    charge: int | None = None
    oxidation_state: int | None = None
    cell: UnitCell | None = None

    def __post_init__(self) -> None:
        for array in (self.positions, self.bonds):
            array.setflags(write=False)

    @property
    def formula(self) -> str:
        """Hill formula."""
        return hill_formula(self.elements)

    @property
    def names(self) -> tuple[str, ...]:
        """(n,) what the atoms are called: their labels, safe to show, no two alike."""
        return unique_names(self.labels, self.elements)

    @property
    def relative_positions(self) -> FloatArray:
        """(n, 3) coordinates with the metal at the origin [Å]."""
        relative: FloatArray = self.positions - self.positions[self.metal]
        return relative
