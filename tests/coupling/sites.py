"""Ions for the tests: ideal Ising doublets, and Dy(III) in an axial field."""

from __future__ import annotations

import numpy as np

from core.arrays import FloatArray
from core.coupling.site import MagneticSite, lanthanide_site
from core.magnetism.stevens import rotate_parameters

PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


DIPOLE = 219474.6313632 * 0.529177210903**3 / 137.035999**2 / 4
"""μ₀ μ_B²/4π [cm⁻¹ Å³] from atomic units, where it is α²/4."""


def ising_site(label: str, axis: FloatArray, position: FloatArray, gz: float = 20.0, spin: float = 2.5) -> MagneticSite:
    """A doublet whose moment g_z/2 and spin lie along one axis alone, as those of |±15/2⟩ of Dy(III)."""
    along = np.einsum("a,ij->aij", axis, PAULI[2])
    return MagneticSite(
        label, "Dy(III)", np.zeros(2), gz / 2 * along, spin * along, np.array(position, dtype=np.float64), True
    )


def dysprosium(label: str, axis: FloatArray, position: FloatArray, field: float = -2.0) -> MagneticSite:
    """Dy(III) with B₂⁰ = `field` [cm⁻¹] about an axis, and a little of it across."""
    z = axis / np.linalg.norm(axis)
    x = np.cross(z, [0.3, 0.5, 0.81])
    x /= np.linalg.norm(x)
    own = np.array([x, np.cross(z, x), z])
    parameters = rotate_parameters({(2, 0): field, (2, 2): 0.1 * field}, own.T)
    return lanthanide_site(label, "Dy", parameters, position)
