"""From what a magnetometer prints to molar quantities: mass, molar mass, diamagnetism.

With m the moment [emu], H the field [Oe], w the mass [g] and W the molar mass [g mol⁻¹]::

    χ = (m/H) W/w − χ_dia        M = m W / (w N_A μ_B) − χ_dia H / (N_A μ_B)

χ_dia is negative. Where no value from Pascal's constants is given it can be estimated as −½ W · 10⁻⁶ cm³ mol⁻¹ (G. A.
Bain, J. F. Berry, J. Chem. Educ. 2008, 85, 532, doi:10.1021/ed085p532), an estimate that is said to be one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from scipy import constants

from core.errors import InputError

EMU_PER_MOLE_BOHR_MAGNETON: Final = constants.N_A * constants.physical_constants["Bohr magneton"][0] * 1e3
"""N_A μ_B [emu mol⁻¹]: 5584.94; 1 J T⁻¹ is 10³ emu."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What lay in the magnetometer.

    Attributes:
        mass_mg: of the compound [mg].
        molar_mass: of one complex with all that crystallises with it [g mol⁻¹].
        diamagnetism: χ_dia [cm³ mol⁻¹], negative or 0; None: none is taken off.
        estimated: whether it is the estimate from the molar mass.
    """

    mass_mg: float
    molar_mass: float
    diamagnetism: float | None = None
    estimated: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mass_mg) and 0 < self.mass_mg < 1e5):
            raise InputError("the mass of the sample is no mass in mg.", advice="Give milligrams.")
        if not (math.isfinite(self.molar_mass) and 10 < self.molar_mass < 1e5):
            raise InputError("the molar mass is none in g/mol.", advice="Give that of one complex with its solvent.")
        if self.diamagnetism is not None and not -0.1 <= self.diamagnetism <= 0:
            raise InputError(
                "the diamagnetic susceptibility is none in cm³/mol.", advice="It is negative: −0.0005, say."
            )

    @classmethod
    def with_estimate(cls, mass_mg: float, molar_mass: float) -> Sample:
        """With χ_dia estimated as −½ W · 10⁻⁶ cm³ mol⁻¹."""
        return cls(mass_mg, molar_mass, -0.5e-6 * molar_mass, estimated=True)

    @property
    def moles(self) -> float:
        """[mol]."""
        return self.mass_mg * 1e-3 / self.molar_mass

    def susceptibility(self, emu_per_oersted: float) -> float:
        """χ [cm³ mol⁻¹] of a moment divided by its field."""
        return emu_per_oersted / self.moles - (self.diamagnetism or 0.0)

    def moment(self, emu: float, oersted: float) -> float:
        """M [μ_B per complex]."""
        return (emu / self.moles - (self.diamagnetism or 0.0) * oersted) / EMU_PER_MOLE_BOHR_MAGNETON
