"""X–H bonds set to neutron distances: X-ray structures show them too short, and their length betrays the source."""

from __future__ import annotations

from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.crystal.components import Component

NEUTRON_DISTANCES: Final[dict[str, float]] = {"C": 1.089, "N": 1.015, "O": 0.993}
"""Mean X–H distance from neutron diffraction [Å]: F. H. Allen, I. J. Bruno, Acta Cryst. B 2010, 66, 380,
doi:10.1107/S0108768110012048 (the defaults of the CSD programs). Other elements are left alone."""


def with_neutron_distances(component: Component) -> tuple[FloatArray, int]:
    """(n, 3) positions with C–H, N–H, O–H at neutron distances [Å], and how many hydrogens moved > 0.01 Å."""
    positions = component.positions.copy()
    moved = 0
    for a, b in component.bonds.tolist():
        hydrogen, parent = (a, b) if component.elements[a] == "H" else (b, a)
        length = NEUTRON_DISTANCES.get(component.elements[parent])
        if component.elements[hydrogen] != "H" or length is None:
            continue
        bond = component.positions[hydrogen] - component.positions[parent]
        now = float(np.linalg.norm(bond))
        positions[hydrogen] = component.positions[parent] + bond * (length / now)
        moved += abs(now - length) > 0.01
    return positions, moved
