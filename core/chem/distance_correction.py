"""Bond lengths of the GFN2 protocol corrected towards DFT, by the class of the donor.

GFN2-xTB keeps the 4f shell in its core and was not made for lanthanide–ligand distances. What it misses was measured on
closed-shell yttrium analogues (`core.training.yttrium`, r2SCAN-D4 in implicit water) and put into a table by
`core.training.distances`: one number for each class of axial donor, one for equatorial water, and one for each other
lanthanide, since GFN2 follows the lanthanide contraction only roughly. Each ligand is moved as a rigid body along its
bond, which leaves every angle at the metal and at the donor as it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from core.chem.donor_class import DonorClass
from core.chem.molecule import FloatArray

TABLE: Final = Path(__file__).parent / "tables" / "distance_corrections.json"


@dataclass(frozen=True, slots=True)
class Corrections:
    """What is added to a bond length of the protocol.

    Attributes:
        axial: by the class of an axial donor [Å].
        neutral, anionic: for axial donors of other classes, the mean over those of the same charge [Å].
        water: for equatorial water [Å].
        metals: by lanthanide, for every bond of another one than dysprosium [Å].
    """

    axial: dict[DonorClass, float]
    neutral: float
    anionic: float
    water: float
    metals: dict[str, float]

    def of_axial(self, donor: DonorClass, charge: int) -> float:
        """Correction of an axial bond to dysprosium [Å]; `charge` is the ligand's."""
        return self.axial.get(donor, self.anionic if charge < 0 else self.neutral)


@lru_cache(maxsize=1)
def corrections() -> Corrections:
    """The stored table."""
    stored = json.loads(TABLE.read_text(encoding="utf-8"))["corrections_A"]
    return Corrections(
        axial={DonorClass(name): value for name, value in stored["axial"].items()},
        neutral=stored["neutral"],
        anionic=stored["anionic"],
        water=stored["water"],
        metals=stored["metals"],
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
