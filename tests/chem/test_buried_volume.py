"""%V_bur against what geometry says of one sphere inside another."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.molecule import Molecule
from core.chem.sphere.buried_volume import RADII_SCALE, SPHERE_RADIUS, buried_volume

BONDI_OXYGEN = 1.52  # Å, A. Bondi, J. Phys. Chem. 1964, 68, 441, doi:10.1021/j100785a001


def molecule(*atoms: tuple[str, tuple[float, float, float]]) -> Molecule:
    elements = ("Dy", *(element for element, _ in atoms))
    positions = np.array([(0.0, 0.0, 0.0), *(position for _, position in atoms)]) + 5.0
    return Molecule(elements, positions, np.empty((0, 2), dtype=np.int64), elements, 0)


def lens(distance: float) -> float:
    """Share of the sphere that lies inside the oxygen [%]; the volume of two spheres' overlap."""
    big, small = SPHERE_RADIUS, RADII_SCALE * BONDI_OXYGEN
    height = (big + small - distance) ** 2
    inner = distance**2 + 2 * distance * (big + small) - 3 * (big - small) ** 2
    return 100 * np.pi * height * inner / (12 * distance) / (4 / 3 * np.pi * big**3)


@pytest.mark.parametrize("distance", [2.0, 2.4, 3.0, 4.0])
def test_one_oxygen_fills_the_lens_that_two_spheres_share(distance: float) -> None:
    oxygen = molecule(("O", (0.0, 0.0, distance)))
    assert buried_volume(oxygen, [1]) == pytest.approx(lens(distance), abs=0.3)  # points of a grid are counted


def test_only_the_atoms_of_the_ligand_count_and_hydrogens_do_not() -> None:
    alone = molecule(("O", (0.0, 0.0, 2.2)))
    crowded = molecule(("O", (0.0, 0.0, 2.2)), ("H", (0.0, 0.8, 2.8)), ("O", (2.4, 0.0, 0.0)))
    assert buried_volume(crowded, [1, 2]) == pytest.approx(buried_volume(alone, [1]))
    assert buried_volume(crowded, [1, 3]) > 1.5 * buried_volume(alone, [1])


def test_what_lies_outside_the_sphere_buries_nothing() -> None:
    assert buried_volume(molecule(("O", (0.0, 0.0, 9.0))), [1]) == 0.0
