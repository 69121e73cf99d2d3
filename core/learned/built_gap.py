"""What the engine would say of a built complex: its first gap by a line through donor class, bonds and GFN2 charges.

Between the electrostatic model, which knows distances and a charge a donor class, and the engine, which takes minutes,
lies what GFN2-xTB says of the complex in a second: the charges and bond orders that it really has. The line is fitted
to gaps that the engine computed for such complexes (`training.ligands.built_gap`); its form is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import torch

from core.angles import between
from core.arrays import FloatArray
from core.chem.build.electronics import bonding
from core.errors import UnreadableFile
from core.fields.crystal_field import crystal_field
from core.magnetism.levels import first_gap
from core.resources import shipped
from core.weights import ADVICE, CONFIG, load_weights, save_weights

FOLDER: Final = "built-gap"

NAMES: Final = (
    "electrostatic gap / cm⁻¹",
    "gap of GFN2 charges / cm⁻¹",
    "axial donor charge / e",
    "equatorial donor charge / e",
    "metal charge / e",
    "axial bond / Å",
    "equatorial bond / Å",
    "axial bond order",
    "equatorial bond order",
    "axial angle / °",
    "axial Σ q/r³ / e Å⁻³",
    "equatorial Σ q/r³ / e Å⁻³",
)
"""What the line reads of a complex beside the donor class, in this order; means over donors where nothing is said."""

FEWEST: Final = 3
"""Gaps of a donor class, below which the line says nothing of it."""

FARTHEST: Final = 4.0
"""Standard deviations that a descriptor may lie from those of the labels."""


def descriptors(
    elements: Sequence[str],
    positions: FloatArray,
    charge: int,
    axial: tuple[int, int],
    equatorial: Sequence[int],
    electrostatic: float,
) -> FloatArray:
    """(12,) what the line reads, see `NAMES`.

    Args:
        elements: (n,) symbols, Dy first.
        positions: (n, 3) [Å].
        charge: of the complex [e].
        axial, equatorial: indices of the donor atoms.
        electrostatic: first gap by the electrostatic model [cm⁻¹].

    Raises:
        DomainError: the wave function does not converge.
    """
    own = bonding(elements, positions, charge)
    out = positions - positions[0]
    away = np.linalg.norm(out, axis=1)
    levels = crystal_field(elements[0], out[1:], np.repeat(own.charges[1:, None], 3, axis=1))
    ends, ring = list(axial), list(equatorial)
    strength = own.charges[1:] / away[1:] ** 3
    return np.array(
        [
            electrostatic,
            float(first_gap(levels.energies)),
            own.charges[ends].mean(),
            own.charges[ring].mean(),
            own.charges[0],
            away[ends].mean(),
            away[ring].mean(),
            own.orders[ends].mean(),
            own.orders[ring].mean(),
            float(between(out[axial[0]], out[axial[1]])),
            strength[np.array(ends) - 1].sum(),
            strength[np.array(ring) - 1].sum(),
        ]
    )


@dataclass(frozen=True, slots=True)
class LearnedGap:
    """What the line says of one complex.

    Attributes:
        gap: [cm⁻¹]; None where it says nothing.
        interval: its 90 % interval [cm⁻¹].
        reason: why it says nothing; empty where it does.
        beyond: whether the gap lies above all that it learned from.
    """

    gap: float | None
    interval: tuple[float, float] | None = None
    reason: str = ""
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Worth:
    """What the line is worth.

    Attributes:
        labels: gaps behind it. scaffolds: of their ligands.
        error: mean absolute error on scaffolds left out. class_mean_error: that of the mean of the donor class.
        electrostatic_error: that of the electrostatic model, which is not fitted to these gaps. All in cm⁻¹.
        within: nine of ten errors on scaffolds left out are smaller [cm⁻¹].
        highest: the largest gap that it learned from [cm⁻¹].
        protocol: of the gaps.
    """

    labels: int
    scaffolds: int
    error: float
    class_mean_error: float
    electrostatic_error: float
    within: float
    highest: float
    protocol: str


@dataclass(frozen=True, slots=True, eq=False)
class BuiltGapLine:
    """offset + of the donor class + Σ slopes · descriptors.

    Attributes:
        worth: how good it is.
        classes: names of the donor classes with the number of their gaps, in the order of `of_class`.
        of_class: (C,) [cm⁻¹]. slopes: (12,) [cm⁻¹ a unit]. offset: [cm⁻¹].
        centre, spread: (12,) of the descriptors of the labels.
    """

    worth: Worth
    classes: dict[str, int]
    of_class: FloatArray
    slopes: FloatArray
    offset: float
    centre: FloatArray
    spread: FloatArray

    def say(self, values: FloatArray, donor_class: str) -> LearnedGap:
        """The gap of a complex with descriptors (12,) and this class of both axial donors."""
        known = self.classes.get(donor_class, 0)
        if known < FEWEST:
            return LearnedGap(None, reason=f"{known or 'no'} computed gaps with {donor_class} on the axis")
        far = np.abs(values - self.centre) / self.spread
        if far.max() > FARTHEST:
            name = NAMES[int(far.argmax())].split(" / ")[0]
            return LearnedGap(None, reason=f"its {name} lies far from those of the computed complexes")
        place = list(self.classes).index(donor_class)
        gap = float(self.offset + self.of_class[place] + values @ self.slopes)
        interval = max(gap - self.worth.within, 0.0), max(gap + self.worth.within, 0.0)
        return LearnedGap(max(gap, 0.0), interval, beyond=gap > self.worth.highest)

    def save(self, folder: Path) -> None:
        """Into a folder."""
        arrays = {"of_class": self.of_class, "slopes": self.slopes, "centre": self.centre, "spread": self.spread}
        config = {"worth": asdict(self.worth), "classes": self.classes, "offset": self.offset, "reads": NAMES}
        save_weights(folder, {name: torch.from_numpy(array) for name, array in arrays.items()}, config)

    @classmethod
    def load(cls, folder: Path) -> BuiltGapLine:
        """What `save` wrote; raises UnreadableFile."""
        tensors, config = load_weights(folder)
        try:
            arrays = {name: tensors[name].double().numpy() for name in ("of_class", "slopes", "centre", "spread")}
            if tuple(config["reads"]) != NAMES or len(arrays["of_class"]) != len(config["classes"]):
                raise ValueError("other descriptors")
            return cls(Worth(**config["worth"]), dict(config["classes"]), offset=float(config["offset"]), **arrays)
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableFile(
                "The files hold no line of the gap of built complexes.", where=str(folder / CONFIG), advice=ADVICE
            ) from error


@lru_cache(maxsize=1)
def line() -> BuiltGapLine:
    """The one that ships; raises UnreadableFile."""
    return BuiltGapLine.load(shipped("models_weights") / FOLDER)
