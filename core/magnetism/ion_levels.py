"""The levels of one ion: one class, whichever model they come from.

The electrostatic model (`core.fields.crystal_field`), a field that the voxel network predicts
(`core.learned.field_levels`) and the ab initio engine (`core.qc.engine`) all hand out `Levels`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.doubts import Doubt
from core.magnetism.ions import Ion, lanthanide
from core.magnetism.levels import Doublet, first_gap, paired, tabulate
from core.magnetism.pseudospin import ZERO_G, magnetic_frame
from core.magnetism.stevens import Parameters, hamiltonian, rotate_parameters
from core.units import KELVIN_PER_CM1

EASY_AXIS_LIMIT = 0.5
"""Where max(g_x, g_y) exceeds this share of g_z, the g_z axis is not called an easy axis; a convention of ours."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The ground J multiplet of one trivalent lanthanide ion in its surroundings. Arrays are read-only.

    Attributes:
        ion: element symbol.
        level_of_theory: what computed them, in the words of the page.
        energies: (2J+1,) lowest 0, Kramers pairs exactly equal [cm⁻¹].
        doublets: the table of doublets, pseudo-doublets and singlets; empty where nothing splits the multiplet (Eu, Gd
            in a model of the crystal field alone).
        stevens: B_k^q [cm⁻¹] in the ground doublet's magnetic frame; extended Stevens convention, Stevens factor
            included.
        stevens_input: the same in the frame of the coordinates.
        rotation: (3, 3) rows are the magnetic x, y, z axes in the frame of the coordinates; the identity where there
            are none.
        residual: what these parameters leave of the traceless Hamiltonian, as a share of its norm; 0 for a model that
            is a crystal field.
        doubts: what the reader must know.

    >>> import kramers
    >>> levels = kramers.predict(kramers.example("dy-h2o5-opme3-2.cif")).levels
    >>> levels.ion, levels.multiplet, len(levels.doublets), round(levels.first_gap)
    ('Dy', '⁶H₁₅/₂', 8, 315)
    """

    ion: str
    level_of_theory: str
    energies: FloatArray
    doublets: tuple[Doublet, ...]
    stevens: Parameters
    stevens_input: Parameters
    rotation: FloatArray
    residual: float = 0.0
    doubts: tuple[Doubt, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.energies, self.rotation):
            array.setflags(write=False)

    @property
    def multiplet(self) -> str:
        """Its term symbol, e.g. ⁶H₁₅/₂."""
        return lanthanide(self.ion).multiplet

    @property
    def J(self) -> float:
        """Angular momentum of the multiplet."""
        return float(lanthanide(self.ion).J)

    @property
    def g_J(self) -> float:
        """Landé factor of the multiplet."""
        return float(lanthanide(self.ion).g_J)

    @property
    def kramers(self) -> bool:
        """Whether 2J is odd, so that every level is a doublet in zero field."""
        return lanthanide(self.ion).kramers

    @property
    def energies_kelvin(self) -> FloatArray:
        """(2J+1,) the energies as temperatures [K]."""
        return self.energies * KELVIN_PER_CM1

    @property
    def first_gap(self) -> float | None:
        """From the ground (pseudo-)doublet to the next level, see `core.magnetism.levels.first_gap` [cm⁻¹]; None where
        the ground level is no pair."""
        pair = len(self.energies) > 2 and bool(self.doublets) and len(self.doublets[0].states) == 2
        return float(first_gap(self.energies)) if pair else None

    @property
    def tunnelling(self) -> float | None:
        """E₂ − E₁ of a non-Kramers ion [cm⁻¹]; None for Kramers ions and where there is one state alone."""
        return None if self.kramers or len(self.energies) < 2 else float(self.energies[1] - self.energies[0])

    @property
    def g(self) -> tuple[float, float, float] | None:
        """Principal values of the ground doublet, ascending; None where it has none."""
        return self.doublets[0].g if self.doublets else None

    @property
    def easy_axis(self) -> FloatArray | None:
        """(3,) g_z axis of the ground doublet in the frame of the coordinates; None where it has none."""
        return self.doublets[0].easy_axis if self.doublets else None

    @property
    def axiality(self) -> float | None:
        """max(g_x, g_y)/g_z of the ground doublet, 0 for a perfect easy axis; None where it has no moment."""
        return self.g[1] / self.g[2] if self.g is not None and self.g[2] > ZERO_G else None

    @property
    def axis_name(self) -> str:
        """What `easy_axis` may be called: ``easy axis``, or ``g_z axis`` where the ground doublet is hardly axial."""
        return "easy axis" if self.axiality is not None and self.axiality <= EASY_AXIS_LIMIT else "g_z axis"


def diagonalise(ion: Ion, parameters: Parameters) -> tuple[FloatArray, ComplexArray]:
    """Energies (2J+1,) [cm⁻¹], lowest 0, and states in columns; Kramers pairs exactly equal."""
    energies, states = np.linalg.eigh(hamiltonian(ion.two_j, parameters))
    levels = paired(energies) if ion.kramers else energies
    return levels - levels[0], states


def levels_in_field(ion: Ion, parameters: Parameters, level_of_theory: str) -> Levels:
    """Levels, g and axes of an ion in a crystal field.

    Args:
        ion: with a multiplet that the field splits.
        parameters: B_k^q [cm⁻¹] in the frame of the coordinates, Stevens factor included.
        level_of_theory: where the field comes from, in words.
    """
    energies, states = diagonalise(ion, parameters)
    doublets, tensor = tabulate(energies, states, float(ion.g_J), ion.kramers)
    frame = None if tensor is None else magnetic_frame(tensor, parameters)
    return Levels(
        ion=ion.symbol,
        level_of_theory=level_of_theory,
        energies=energies,
        doublets=doublets,
        stevens=dict(parameters) if frame is None else rotate_parameters(parameters, frame),
        stevens_input=dict(parameters),
        rotation=np.eye(3) if frame is None else frame,
    )
