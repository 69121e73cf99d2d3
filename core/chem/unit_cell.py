"""The unit cell of a crystal: its axes, its symmetry, and directions seen from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.angles import between


@dataclass(frozen=True, slots=True, eq=False)
class UnitCell:
    """Axes and symmetry of a crystal. Arrays are read-only.

    Attributes:
        constants: a, b, c [Å], α, β, γ [°] as the file has them.
        lattice: (3, 3) rows are the vectors a, b, c in the Cartesian frame of the molecule [Å].
        rotations, translations: (k, 3, 3) integers and (k, 3) fractions of operators x' = R x + t, identity first.
    """

    constants: tuple[float, float, float, float, float, float]
    lattice: NDArray[np.float64]
    rotations: NDArray[np.int64]
    translations: NDArray[np.float64]

    def __post_init__(self) -> None:
        for array in (self.lattice, self.rotations, self.translations):
            array.setflags(write=False)

    def fractional(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 3) fractional coordinates of Cartesian positions (n, 3) [Å]."""
        return np.asarray(positions @ np.linalg.inv(self.lattice))

    def angles(self, axis: NDArray[np.float64]) -> tuple[float, float, float]:
        """Angles [°] between an axis, a (3,) vector in the frame of the lattice, and a, b, c.

        An axis has no sense; the one is taken that points along the cell axis it is nearest to. So that angle is at
        most 90°, and the three together say which line is meant.
        """
        cosines = self.lattice @ axis / np.linalg.norm(self.lattice, axis=1)
        nearest = int(np.abs(cosines).argmax())
        a, b, c = between(self.lattice, np.copysign(1.0, cosines[nearest]) * axis).tolist()
        return a, b, c
