"""Physical constants and conversion factors, each derived from CODATA 2022 as `scipy.constants` ships it.

Energies inside Kramers are wavenumbers [cm⁻¹], lengths are ångström [Å], charges are in units of e.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from scipy import constants as _c

BOHR_IN_ANGSTROM: Final[float] = _c.physical_constants["Bohr radius"][0] * 1e10
"""Bohr radius a₀ [Å]."""

HARTREE_IN_CM1: Final[float] = _c.physical_constants["hartree-inverse meter relationship"][0] / 100.0
"""Hartree energy E_h [cm⁻¹]."""

HARTREE_IN_EV: Final[float] = _c.physical_constants["Hartree energy in eV"][0]
"""Hartree energy E_h [eV]."""

KELVIN_PER_CM1: Final[float] = 100.0 * _c.h * _c.c / _c.k
"""Temperature that corresponds to 1 cm⁻¹ [K per cm⁻¹]."""

MEV_PER_CM1: Final[float] = 1e5 * _c.h * _c.c / _c.e
"""Energy of a quantum of 1 cm⁻¹ [meV per cm⁻¹]."""

ENERGY_UNITS: Final = MappingProxyType({"cm⁻¹": 1.0, "K": KELVIN_PER_CM1, "meV": MEV_PER_CM1})
"""What levels can be given in, and how much of it is 1 cm⁻¹."""

BOHR_MAGNETON_IN_CM1_PER_TESLA: Final[float] = (
    _c.physical_constants["Bohr magneton in inverse meter per tesla"][0] / 100.0
)
"""Bohr magneton μ_B [cm⁻¹ T⁻¹]."""

COULOMB_IN_CM1_ANGSTROM: Final[float] = HARTREE_IN_CM1 * BOHR_IN_ANGSTROM
"""e²/(4πε₀) [cm⁻¹ Å]: the energy of two elementary charges one ångström apart."""

DIPOLE_IN_CM1_ANGSTROM3: Final[float] = (
    _c.mu_0 / (4 * _c.pi) * _c.value("Bohr magneton") ** 2 * 1e30 / (_c.h * _c.c * 100.0)
)
"""μ₀μ_B²/4π [cm⁻¹ Å³]: the energy of two magnetic moments of 1 μ_B side by side, 1 Å apart."""
