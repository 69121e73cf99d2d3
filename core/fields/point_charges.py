"""Crystal-field parameters of point charges around a 4f ion."""

from __future__ import annotations

import numpy as np

from core.arrays import FloatArray
from core.magnetism.ions import Ion
from core.magnetism.stevens import RANKS, Parameters, addition_coefficient, stevens_functions
from core.units import BOHR_IN_ANGSTROM, COULOMB_IN_CM1_ANGSTROM


def rank_strength(ion: Ion, k: int) -> float:
    """−e²/(4πε₀) θ_k ⟨r^k⟩(1 − σ_k) [cm⁻¹ Å^(k+1) e⁻²]: what of a rank belongs to the ion alone."""
    index = RANKS.index(k)
    factor, radial, shielding = float(ion.stevens_factors[index]), ion.radial[index], ion.shielding[index]
    return -COULOMB_IN_CM1_ANGSTROM * factor * radial * BOHR_IN_ANGSTROM**k * (1 - shielding)


def point_charge_parameters(ion: Ion, positions: FloatArray, charges: FloatArray) -> Parameters:
    """B_k^q [cm⁻¹] of the Stevens convention, Stevens factor included, for k = 2, 4, 6.

    B_k^q = −e²/(4πε₀) θ_k ⟨r^k⟩(1 − σ_k) n_kq Σ_i Z_i O_k^q(R_i/|R_i|) / |R_i|^(k+1): the energy of an electron in the
    potential of charges Z_i, expanded by the addition theorem (Hutchings 1964, doi:10.1016/S0081-1947(08)60517-2).
    A negative charge repels the electron.

    Args:
        ion: with its θ_k, ⟨r^k⟩ and σ_k.
        positions: (m, 3) relative to the ion [Å].
        charges: (m,) Z [e], or (m, 3) for k = 2, 4 and 6.
    """
    by_rank = np.broadcast_to(charges[:, None], (len(charges), len(RANKS))) if charges.ndim == 1 else charges
    distances = np.linalg.norm(positions, axis=1)
    directions = positions / distances[:, None]
    parameters: Parameters = {}
    for column, k in enumerate(RANKS):
        strength = rank_strength(ion, k)
        sums = (by_rank[:, column] / distances ** (k + 1)) @ stevens_functions(k, directions)
        for q, value in zip(range(-k, k + 1), sums, strict=True):
            parameters[k, q] = float(strength * addition_coefficient(k, q) * value)
    return parameters
