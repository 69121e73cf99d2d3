"""Crystal-field parameters of point charges around a 4f ion."""

from __future__ import annotations

import numpy as np

from core.magnetism.angular_momentum import FloatArray
from core.magnetism.ions import Ion
from core.magnetism.stevens import RANKS, Parameters, addition_coefficient, stevens_functions
from core.units import BOHR_IN_ANGSTROM, COULOMB_IN_CM1_ANGSTROM


def point_charge_parameters(ion: Ion, positions: FloatArray, charges: FloatArray) -> Parameters:
    """B_k^q [cm⁻¹] of the Stevens convention, Stevens factor included, for k = 2, 4, 6.

    B_k^q = −e²/(4πε₀) θ_k ⟨r^k⟩(1 − σ_k) n_kq Σ_i Z_i O_k^q(R_i/|R_i|) / |R_i|^(k+1): the energy of an electron in the
    potential of charges Z_i, expanded by the addition theorem (Hutchings 1964, doi:10.1016/S0081-1947(08)60517-2).
    A negative charge repels the electron.

    Args:
        ion: with its θ_k, ⟨r^k⟩ and σ_k.
        positions: (m, 3) relative to the ion [Å].
        charges: (m,) Z [e].
    """
    distances = np.linalg.norm(positions, axis=1)
    directions = positions / distances[:, None]
    shell = zip(RANKS, ion.stevens_factors, ion.radial, ion.shielding, strict=True)
    parameters: Parameters = {}
    for k, factor, radial, shielding in shell:
        strength = -COULOMB_IN_CM1_ANGSTROM * float(factor) * radial * BOHR_IN_ANGSTROM**k * (1 - shielding)
        sums = (charges / distances ** (k + 1)) @ stevens_functions(k, directions)
        for q, value in zip(range(-k, k + 1), sums, strict=True):
            parameters[k, q] = float(strength * addition_coefficient(k, q) * value)
    return parameters
