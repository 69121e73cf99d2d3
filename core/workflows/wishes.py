"""What the chemist gives beside a structure with several metals: spins, exchange, levels from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.arrays import FloatArray
from core.chem.sphere.metal_sites import Stated
from core.magnetism.ion_levels import Levels, levels_in_field
from core.magnetism.ions import lanthanide
from core.magnetism.stevens import named, rotate_parameters


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """Levels of one ion from elsewhere, such as the multireference engine.

    Attributes:
        symbol: element.
        parameters: B_k^q [cm⁻¹] in the frame of the coordinates, extended Stevens.
        positions: (n, 3) of all atoms that they were computed with [Å].
        source: what computed them, in words.
    """

    symbol: str
    parameters: Mapping[tuple[int, int], float]
    positions: FloatArray
    source: str

    @property
    def in_field(self) -> Levels:
        """Levels of the ground multiplet in this crystal field."""
        return levels_in_field(lanthanide(self.symbol), dict(self.parameters), self.source)

    def image(self, operation: FloatArray, label: str) -> Computed:
        """Those of an ion that a symmetry of the molecule makes of this one.

        Args:
            operation: (3, 3) orthogonal; an inversion leaves a field of even ranks as it is.
            label: of this ion.
        """
        proper = operation * np.linalg.det(operation)
        return replace(
            self, parameters=rotate_parameters(self.parameters, proper), source=f"{self.source}, moved from {label}"
        )

    def record(self) -> dict[str, object]:
        """In JSON types, for the key of the result."""
        return {"source": self.source, "parameters": named(self.parameters), "positions": self.positions.tolist()}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the chemist gives beside the structure; keys are labels of ions, pairs as (label, label).

    Attributes:
        stated: oxidation states and spins.
        exchange: J of −J S₁·S₂ [cm⁻¹].
        bridged: the same for every bridged pair that `exchange` leaves out; none if None.
        g: g of spins, 2 unless given.
        zero_field: D of spins [cm⁻¹], 0 unless given.
        kept: lowest states of each ion in the coupling, chosen unless given.
        levels: of lanthanides, in place of the electrostatic model's.
        dipolar: whether moments couple through space.
    """

    stated: Stated = field(default_factory=Stated)
    exchange: Mapping[tuple[str, str], float] = field(default_factory=dict)
    bridged: float | None = None
    g: Mapping[str, float] = field(default_factory=dict)
    zero_field: Mapping[str, float] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, Computed] = field(default_factory=dict)
    dipolar: bool = True

    def record(self) -> dict[str, object]:
        """All of it in JSON types, for the key of the result."""
        return {
            "oxidation": dict(self.stated.oxidation),
            "two_s": dict(self.stated.two_s),
            "exchange": {f"{one}-{other}": strength for (one, other), strength in self.exchange.items()},
            "bridged": self.bridged,
            "g": dict(self.g),
            "zero_field": dict(self.zero_field),
            "kept": dict(self.kept),
            "levels": {label: given.record() for label, given in self.levels.items()},
            "dipolar": self.dipolar,
        }
