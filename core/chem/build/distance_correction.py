"""Bond lengths of the GFN2 protocol corrected towards DFT.

GFN2-xTB keeps the 4f shell in its core and was not made for lanthanide–ligand distances: among donors of one kind it
spreads the axial bonds too far. What it misses was measured on closed-shell yttrium analogues
(`training.geometry.yttrium`, r2SCAN-D4 in implicit water) and put into a table by `training.geometry.distances`: for
each family of axial donors (element and charge) a straight line over the length that GFN2 gives, or the mean where
references are few; for equatorial waters a line over the axial correction, since GFN2's waters give way to axial bonds
that are too short; one number for each other lanthanide, since GFN2 follows the lanthanide contraction only roughly.
Each ligand is moved as a rigid body along its bond, which leaves every angle at the metal and at the donor as it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays import FloatArray

TABLE: Final = Path(__file__).parent / "tables" / "distance_corrections.json"


@dataclass(frozen=True, slots=True)
class Line:
    """A correction that depends on another length x, fitted to references.

    Attributes:
        shift: the correction at x = `centre` [Å].
        centre: mean x of the references [Å].
        slope: its change with x; 0 where references are too few for a line.
        least, most: range of x among the references [Å]; beyond them the correction stays what it is there.
    """

    shift: float
    centre: float
    slope: float
    least: float
    most: float

    def at(self, x: float) -> float:
        """The correction of one bond [Å]."""
        return self.shift + self.slope * (min(max(x, self.least), self.most) - self.centre)


@dataclass(frozen=True, slots=True)
class Metal:
    """A lanthanide beside dysprosium: how much longer GFN2 makes its bonds, and what is missing from that [Å]."""

    step: float
    correction: float


@dataclass(frozen=True, slots=True)
class Corrections:
    """What is added to a bond length of the protocol.

    Attributes:
        axial: by the family of the axial donor, over the length that the protocol gives.
        neutral, anionic: for families without references, the mean over all of the same charge [Å].
        water: for equatorial water, over the mean correction of the two axial bonds to dysprosium.
        metals: by lanthanide.
    """

    axial: dict[str, Line]
    neutral: float
    anionic: float
    water: Line
    metals: dict[str, Metal]

    def of_axial(self, element: str, charge: int, length: float, metal: str = "Dy") -> float:
        """Correction of an axial bond, without that of the metal [Å].

        Args:
            element: of the donor.
            charge: of the ligand [e].
            length: of the bond, as the protocol gives it [Å].
            metal: lanthanide.
        """
        known = self.axial.get(family(element, charge))
        other = self.anionic if charge < 0 else self.neutral
        return other if known is None else known.at(length - self.metals[metal].step)


def family(element: str, charge: int) -> str:
    """Donors whose bonds GFN2 errs on in the same way: by element and charge, F⁻ with the anionic O."""
    if charge < 0:
        return "anionic O and F" if element in ("O", "F") else f"anionic {element}"
    return f"neutral {element}"


@lru_cache(maxsize=1)
def corrections() -> Corrections:
    """The stored table."""
    stored = json.loads(TABLE.read_text(encoding="utf-8"))["corrections_A"]
    return Corrections(
        axial={name: Line(**line) for name, line in stored["axial"].items()},
        neutral=stored["neutral"],
        anionic=stored["anionic"],
        water=Line(**stored["water"]),
        metals={symbol: Metal(**metal) for symbol, metal in stored["metals"].items()},
    )


def slid(
    positions: FloatArray, members: Sequence[Sequence[int]], donors: Sequence[int], shifts: Sequence[float]
) -> FloatArray:
    """Positions (n, 3) [Å] with each ligand moved along its bond.

    Args:
        positions: (n, 3) [Å], the metal at the origin.
        members: atoms of each ligand.
        donors: the donor of each.
        shifts: how much longer each bond becomes [Å].
    """
    moved = positions.copy()
    for atoms, donor, shift in zip(members, donors, shifts, strict=True):
        moved[list(atoms)] += shift * positions[donor] / np.linalg.norm(positions[donor])
    return moved
