"""What another program says of a complex, in our units and conventions: one record, whichever program it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from core.angles import between_axes
from core.arrays import ComplexArray, FloatArray
from core.magnetism.ions import SYMBOLS, Ion, lanthanide
from core.magnetism.levels import group_levels
from core.magnetism.stevens import Parameters, rotate_parameters

SAME_PAIR_CM1: Final = 0.05
"""Both states of a Kramers doublet are printed within this of each other; ORCA prints two decimals [cm⁻¹]."""


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """g of two spin-orbit states.

    Attributes:
        states: their numbers, from 0.
        values: g_x ≤ g_y ≤ g_z, without the sign of their product.
        axes: (3, 3) unit vectors of g_x, g_y, g_z as rows, in the frame of the program's coordinates.
    """

    states: tuple[int, int]
    values: tuple[float, float, float]
    axes: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Crystal field of the ground J multiplet by SINGLE_ANISO.

    Attributes:
        parameters: B_k^q [cm⁻¹], extended Stevens with the Stevens factor inside, as ours (`core.magnetism.stevens`):
            SINGLE_ANISO's operators are the same to every sign (tests/test_openmolcas.py). In `frame`.
        frame: (3, 3) rows are the axes in which the parameters stand, in the frame of the program's coordinates.
        matrix: (2J+1, 2J+1) the multiplet in |J, M⟩, M = J … −J [cm⁻¹]; None where it is not printed whole.
    """

    parameters: Parameters
    frame: FloatArray
    matrix: ComplexArray | None

    @property
    def input_frame(self) -> Parameters:
        """B_k^q [cm⁻¹] in the frame of the program's coordinates."""
        return rotate_parameters(self.parameters, self.frame.T)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A doublet, pseudo-doublet or singlet, as in `core.magnetism.levels.Doublet`.

    Attributes:
        energy: mean above the lowest line [cm⁻¹].
        splitting: between its two states [cm⁻¹].
        tensor: None where the output has none of it.
        angle_to_ground: of its g_z axis with that of the lowest line [°]; None where one is missing.
    """

    energy: float
    splitting: float
    tensor: Tensor | None
    angle_to_ground: float | None

    def to_dict(self) -> dict[str, Any]:
        """In JSON types only; the names are those of our record."""
        return {
            "energy_cm1": self.energy,
            "splitting_cm1": self.splitting,
            "g": None if self.tensor is None else list(self.tensor.values),
            "easy_axis": None if self.tensor is None else self.tensor.axes[2].tolist(),
            "angle_to_ground_deg": self.angle_to_ground,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Calculation:
    """One output.

    Attributes:
        program: name, with its version where it is printed.
        method: where the levels come from, such as ``CASSCF`` or ``NEVPT2``.
        levels: (k,) all spin-orbit states, ascending, lowest 0 [cm⁻¹].
        tensors: g of pairs of states.
        crystal_field: its parameters; None where there are none.
        chi_t: χT [cm³ K mol⁻¹] by temperature [K].
        elements, positions: atoms and (n, 3) coordinates [Å] in the frame of all axes; empty where not printed.
        seconds: wall time by the program's own clock.
        notes: what a reader should know, sentences.
    """

    program: str
    method: str
    levels: FloatArray
    tensors: tuple[Tensor, ...] = ()
    crystal_field: Field | None = None
    chi_t: Mapping[float, float] = field(default_factory=dict)
    elements: tuple[str, ...] = ()
    positions: FloatArray = field(default_factory=lambda: np.empty((0, 3)))
    seconds: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def kramers(self) -> bool:
        """Whether every level is double, as those of an odd number of electrons are."""
        pairs = self.levels[: len(self.levels) // 2 * 2].reshape(-1, 2)
        return len(self.levels) % 2 == 0 and bool((pairs[:, 1] - pairs[:, 0] <= SAME_PAIR_CM1).all())

    @property
    def ion(self) -> Ion | None:
        """The lanthanide ion, taken as trivalent; None where no coordinates are printed, or several have one."""
        found = [element for element in self.elements if element in SYMBOLS]
        return lanthanide(found[0]) if len(found) == 1 else None

    def lines(self, states: int | None = None) -> tuple[Line, ...]:
        """The lowest so many states (default: all), two on a line where they belong together."""
        tensors: dict[tuple[int, ...], Tensor] = {tensor.states: tensor for tensor in self.tensors}
        groups = group_levels(self.levels[:states], self.kramers)
        origin = self.levels[list(groups[0])].mean()
        ground = tensors.get(groups[0])
        return tuple(self._line(group, origin, tensors, ground) for group in groups)

    def _line(
        self, group: tuple[int, ...], origin: float, tensors: Mapping[tuple[int, ...], Tensor], ground: Tensor | None
    ) -> Line:
        mine = tensors.get(group)
        apart = float(self.levels[group[-1]] - self.levels[group[0]])
        angle = None if mine is None or ground is None else float(between_axes(mine.axes[2], ground.axes[2]))
        return Line(float(self.levels[list(group)].mean() - origin), 0.0 if self.kramers else apart, mine, angle)

    def to_dict(self) -> dict[str, Any]:
        """In JSON types only; the names are those of our record."""
        cf = self.crystal_field
        return {
            "program": self.program,
            "method": self.method,
            "levels_cm1": self.levels.tolist(),
            "doublets": [line.to_dict() for line in self.lines()],
            "crystal_field": None
            if cf is None
            else {
                "magnetic_frame_cm1": _named(cf.parameters),
                "input_frame_cm1": _named(cf.input_frame),
                "rotation": cf.frame.tolist(),
            },
            "chiT": {"T_K": list(self.chi_t), "cm3_K_per_mol": list(self.chi_t.values())},
            "notes": list(self.notes),
        }


def _named(parameters: Parameters) -> dict[str, float]:
    return {f"B{k}{q:+d}": value for (k, q), value in parameters.items()}


def tensor(states: tuple[int, int], values: FloatArray, axes: FloatArray) -> Tensor:
    """A `Tensor` of printed numbers: sorted by size, signs of g left out.

    Args:
        values: (3,) in any order.
        axes: (3, 3) their axes as rows.
    """
    order = np.argsort(np.abs(values), kind="stable")
    x, y, z = np.abs(values)[order]
    return Tensor(states, (float(x), float(y), float(z)), np.asarray(axes)[order])
