"""Bond lengths and angles of a built complex, in the roles a chemist gives them: axial, equatorial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.angles import between
from core.arrays import FloatArray
from core.chem.build.complex import BuiltComplex


@dataclass(frozen=True, slots=True)
class DonorAngle:
    """The angle metal–donor–neighbour [°], with the atoms it is made of."""

    donor: int
    neighbour: int
    degrees: float


@dataclass(frozen=True, slots=True)
class ComplexGeometry:
    """What is compared with a crystal structure.

    Attributes:
        axial: distances from the metal to the two axial donors [Å].
        equatorial: distances to the equatorial donors [Å], in the order of `BuiltComplex.equatorial_donors`.
        axial_angle: L–M–L′ [°].
        donor_angles: M–D–X of every neighbour X of an axial donor D.
    """

    axial: tuple[float, float]
    equatorial: tuple[float, ...]
    axial_angle: float
    donor_angles: tuple[DonorAngle, ...]


def complex_geometry(built: BuiltComplex) -> ComplexGeometry:
    """Measure a complex."""
    molecule, (upper, lower) = built.molecule, built.axial_donors
    from_metal = np.linalg.norm(molecule.relative_positions, axis=1).tolist()
    return ComplexGeometry(
        axial=(from_metal[upper], from_metal[lower]),
        equatorial=tuple(from_metal[donor] for donor in built.equatorial_donors),
        axial_angle=_angle(molecule.positions, upper, molecule.metal, lower),
        donor_angles=tuple(
            DonorAngle(donor, neighbour, _angle(molecule.positions, molecule.metal, donor, neighbour))
            for donor in built.axial_donors
            for neighbour in _neighbours(built, donor)
        ),
    )


def _neighbours(built: BuiltComplex, donor: int) -> list[int]:
    pairs = built.molecule.bonds.tolist()
    return sorted(b if a == donor else a for a, b in pairs if donor in (a, b) and built.molecule.metal not in (a, b))


def _angle(positions: FloatArray, first: int, vertex: int, second: int) -> float:
    a, b = positions[first] - positions[vertex], positions[second] - positions[vertex]
    return float(between(a, b))
