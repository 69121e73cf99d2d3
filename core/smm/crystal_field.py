"""The fast electrostatic crystal field of a Ln(III) ion: effective point charges on the ground J multiplet.

    positions, charges ──► B_k^q ──► (2J+1)² matrix ──► levels ──► doublets, g, easy axis, first gap

The model of Stevens (Proc. Phys. Soc. A 1952, 65, 209, doi:10.1088/0370-1298/65/3/308) as Hutchings writes it (Solid
State Phys. 1964, 16, 227, doi:10.1016/S0081-1947(08)60517-2), with effective charges on the donors in the spirit of
SIMPRE (J. J. Baldoví et al., J. Comput. Chem. 2013, 34, 1961). Only the ground multiplet: no
mixing of higher J, no covalency, no exchange. The charges that the pages use are fitted to computed levels
(`core.smm.donor_charges`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.errors import DomainError
from core.magnetism.angular_momentum import ComplexArray, FloatArray
from core.magnetism.ions import Ion, lanthanide
from core.magnetism.levels import DEGENERATE_CM1, PAIRING_RATIO, Doublet, tabulate
from core.magnetism.pseudospin import GTensor, magnetic_frame
from core.magnetism.stevens import RANKS, Parameters, hamiltonian, rotate_parameters
from core.smm.point_charges import point_charge_parameters
from core.units import KELVIN_PER_CM1

__all__ = ["LEVEL", "CrystalField", "Doublet", "crystal_field"]

LEVEL = "electrostatic, calibrated on computed levels"
"""How far the numbers can be trusted, in the words of the page."""

EASY_AXIS_LIMIT = 0.5
"""Where max(g_x, g_y) exceeds this share of g_z, the g_z axis is not called an easy axis; a convention of ours."""

NEAREST_CHARGE = 1.0
"""No nucleus of a donor comes this close to a lanthanide [Å]; a charge that does is an error of the input."""

LARGEST_CHARGE = 15.0
"""More than any atom's effective charge [e]; what is beyond is a slip of units or columns."""


@dataclass(frozen=True, slots=True, eq=False)
class CrystalField:
    """Crystal-field levels of one ion. Arrays are read-only.

    Attributes:
        ion: element symbol.
        multiplet: ground multiplet, e.g. ⁶H₁₅/₂.
        J, g_J: its angular momentum and Landé factor.
        level: level of theory, in words.
        levels: (2J+1,) energies, lowest 0 [cm⁻¹].
        doublets: the table of levels; empty for Eu and Gd.
        first_gap: energy of the second doublet (Kramers), E₃ − (E₁+E₂)/2 (others) [cm⁻¹]; None where the ground level
            is no pair, and for Eu and Gd.
        tunnelling: E₂ − E₁ of a non-Kramers ion [cm⁻¹]; None for Kramers ions and Eu.
        g: principal values of the ground doublet, ascending; None where it has none.
        easy_axis: (3,) its g_z axis in the input frame; None where it has none.
        stevens: B_k^q [cm⁻¹] in the ground doublet's magnetic frame; extended Stevens convention, Stevens factor
            included.
        stevens_input: the same in the input frame.
        rotation: (3, 3) rows are the magnetic x, y, z axes in the input frame; the identity where there are none.
        axiality: max(g_x, g_y)/g_z of the ground doublet, 0 for a perfect easy axis.
        notes: what the reader must know, in plain sentences.
    """

    ion: str
    multiplet: str
    J: float
    g_J: float
    level: str
    levels: FloatArray
    doublets: tuple[Doublet, ...]
    first_gap: float | None
    tunnelling: float | None
    g: tuple[float, float, float] | None
    easy_axis: FloatArray | None
    stevens: Parameters
    stevens_input: Parameters
    rotation: FloatArray
    axiality: float | None
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        for array in (self.levels, self.rotation):
            array.setflags(write=False)

    @property
    def levels_kelvin(self) -> FloatArray:
        """(2J+1,) the levels as temperatures [K]."""
        return self.levels * KELVIN_PER_CM1

    @property
    def axis_name(self) -> str:
        """What `easy_axis` may be called: ``easy axis``, or ``g_z axis`` where the ground doublet is hardly axial."""
        return "easy axis" if self.axiality is not None and self.axiality <= EASY_AXIS_LIMIT else "g_z axis"

    @property
    def kramers(self) -> bool:
        """Whether 2J is odd, so that every level is a doublet in zero field."""
        return len(self.levels) % 2 == 0


def crystal_field(ion: str, positions: ArrayLike, charges: ArrayLike) -> CrystalField:
    """Levels, g tensor and easy axis of a Ln(III) ion among point charges.

    Args:
        ion: element symbol, Ce … Yb.
        positions: (m, 3) of the charges relative to the ion [Å].
        charges: (m,) effective charges [e], negative on donors, positive ones (bound metals) are allowed; or (m, 3) for
            the ranks 2, 4 and 6.

    Raises:
        DomainError: an ion that is not covered, no charges, a charge nearer than 1 Å, numbers that are not finite.
    """
    lanthanide_ion = lanthanide(ion)
    parameters = point_charge_parameters(lanthanide_ion, *_checked(positions, charges))
    if lanthanide_ion.symbol in ("Eu", "Gd"):
        return _unsplit(lanthanide_ion, parameters)
    return _split(lanthanide_ion, parameters)


def _checked(positions: ArrayLike, charges: ArrayLike) -> tuple[FloatArray, FloatArray]:
    xyz = np.asarray(positions, dtype=np.float64)
    q = np.asarray(charges, dtype=np.float64)
    if not np.any(q):
        raise DomainError("There is no charge around the ion.", advice="The model needs at least one donor.")
    if q.shape not in ((len(xyz),), (len(xyz), len(RANKS))) or xyz.shape != (len(q), 3):
        raise DomainError(f"Positions {xyz.shape} and charges {q.shape} do not belong together.")
    if not (np.isfinite(xyz).all() and np.isfinite(q).all()):
        raise DomainError("A position or a charge is not a finite number.")
    if np.abs(q).max() > LARGEST_CHARGE:
        raise DomainError(f"A charge of {q.flat[np.abs(q).argmax()]:g} e is not that of an atom.")
    nearest = float(np.linalg.norm(xyz, axis=1).min())
    if nearest < NEAREST_CHARGE:
        raise DomainError(f"A charge is {nearest:.2f} Å from the ion.", advice="Check for disorder.")
    return xyz, q


def diagonalise(ion: Ion, parameters: Parameters) -> tuple[FloatArray, ComplexArray]:
    """Energies (2J+1,) [cm⁻¹], lowest 0, and states in columns; Kramers pairs exactly equal."""
    energies, states = np.linalg.eigh(hamiltonian(ion.two_j, parameters))
    levels = energies
    if ion.kramers:
        levels = np.repeat(energies.reshape(-1, 2).mean(axis=1), 2)
    return levels - levels[0], states


def _split(ion: Ion, parameters: Parameters) -> CrystalField:
    levels, states = diagonalise(ion, parameters)
    doublets, tensor = tabulate(levels, states, float(ion.g_J), ion.kramers)
    frame = None if tensor is None else magnetic_frame(tensor, parameters)
    ground = doublets[0]
    return CrystalField(
        ion=ion.symbol,
        multiplet=ion.multiplet,
        J=float(ion.J),
        g_J=float(ion.g_J),
        level=LEVEL,
        levels=levels,
        doublets=doublets,
        first_gap=doublets[1].energy if len(ground.states) == 2 and ion.kramers else _gap_above_pair(levels, ground),
        tunnelling=None if ion.kramers else float(levels[1] - levels[0]),
        g=ground.g,
        easy_axis=ground.easy_axis,
        stevens=dict(parameters) if frame is None else rotate_parameters(parameters, frame),
        stevens_input=dict(parameters),
        rotation=np.eye(3) if frame is None else frame,
        axiality=_axiality(tensor),
        notes=_notes(ion, levels, doublets, tensor),
    )


def _gap_above_pair(levels: FloatArray, ground: Doublet) -> float | None:
    """E₃ − (E₁+E₂)/2 [cm⁻¹] where the two lowest states are a pair, else None."""
    return float(levels[2] - levels[:2].mean()) if len(ground.states) == 2 else None


def _axiality(tensor: GTensor | None) -> float | None:
    return tensor.values[1] / tensor.values[2] if tensor is not None and tensor.magnetic else None


def _notes(ion: Ion, levels: FloatArray, doublets: tuple[Doublet, ...], tensor: GTensor | None) -> tuple[str, ...]:
    notes = []
    ground = doublets[0]
    if len(ground.states) == 1 and levels[2] < DEGENERATE_CM1:
        notes.append(
            "The ground level is threefold (high symmetry): it is no doublet, so it has no g tensor or first gap."
        )
    elif len(ground.states) == 1:
        notes.append(
            f"The ground level is a singlet: the two lowest states are {levels[1] - levels[0]:.2f} cm⁻¹ apart, more "
            f"than {PAIRING_RATIO:g} of the gap next to them, so there is no pseudo-doublet, g tensor or first gap."
        )
    elif tensor is None:
        notes.append(
            f"The ground doublet and the next lie within {DEGENERATE_CM1:g} cm⁻¹ (high symmetry): such a level has no "
            "g tensor and no easy axis of a doublet."
        )
    else:
        notes.extend(_axis_notes(tensor))
    if any(d.g is None and len(d.states) == 2 for d in doublets[1:]):
        notes.append("Some excited doublets coincide in energy: they have no g tensor each of their own.")
    if ion.symbol == "Sm":
        notes.append("Excited multiplets of Sm(III) lie low and mix in; this model leaves them out.")
    return tuple(notes)


def _axis_notes(tensor: GTensor) -> list[str]:
    if not tensor.magnetic:
        return ["The ground pair carries no magnetic moment to first order (g = 0): it has no easy axis."]
    if tensor.main_axis is not None:
        ratio = tensor.values[1] / tensor.values[2]
        weak = f"The ground doublet is hardly axial (g_y/g_z = {ratio:.2f}): its g_z axis is not an easy axis."
        return [weak] if ratio > EASY_AXIS_LIMIT else []
    if tensor.unique_axis is not None:
        return ["The ground doublet has an easy plane, no easy axis; |M_J⟩ weights are along its hard axis."]
    return ["The g tensor of the ground doublet is isotropic: there is no easy axis, and no |M_J⟩ weights are given."]


def _unsplit(ion: Ion, parameters: Parameters) -> CrystalField:
    """Eu(III) and Gd(III), on which the crystal field does not act at this level."""
    note = (
        "The ground multiplet of Eu(III) has J = 0: one level without a moment, so no doublet and no first gap."
        if ion.symbol == "Eu"
        else "Gd(III) has no orbital moment: only a zero-field splitting, which this model does not describe."
    )
    return CrystalField(
        ion=ion.symbol,
        multiplet=ion.multiplet,
        J=float(ion.J),
        g_J=float(ion.g_J),
        level=LEVEL,
        levels=np.zeros(ion.two_j + 1),
        doublets=(),
        first_gap=None,
        tunnelling=None,
        g=None,
        easy_axis=None,
        stevens=dict(parameters),
        stevens_input=dict(parameters),
        rotation=np.eye(3),
        axiality=None,
        notes=(note,),
    )
