"""The spin of a metal ion from its oxidation state and geometry: which ions are diamagnetic, and where it is open.

High spin unless bond lengths or the shape of the sphere say otherwise: textbook inorganic chemistry (e.g. N. N.
Greenwood, A. Earnshaw, Chemistry of the Elements, 2nd ed. 1997). Mean bond lengths that part high from low spin are
halfway between the usual values of six-coordinate Fe(II), Fe(III) and Co(II) with O and N donors; a rule of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.arrays import FloatArray

_CLOSED: Final[dict[int, str]] = {
    1: "Li Na K Rb Cs Cu Ag Au Tl Rh Ir",
    2: "Be Mg Ca Sr Ba Zn Cd Hg Pb Ra Pd Pt Ru Os Yb",
    3: "Al Ga In Sc Y La Lu Bi Tl Au Rh Ir",
    4: "Ti Zr Hf Th Pb Pd Pt Ce",
    5: "V Nb Ta",
    6: "Cr Mo W U",
}

CLOSED: Final = frozenset((element, state) for state, elements in _CLOSED.items() for element in elements.split())
"""Element and oxidation state of ions without an unpaired electron in any usual complex."""

_ALONE: Final[dict[tuple[str, int], int]] = {
    **{("Ti", 3): 1, ("V", 4): 1, ("V", 3): 2, ("V", 2): 3, ("Cr", 3): 3, ("Mn", 2): 5, ("Mn", 3): 4, ("Mn", 4): 3},
    **{("Cu", 2): 1, ("Eu", 2): 7, ("Cr", 2): 4},
}
"""2S of ions whose spin is the same in nearly every complex with O, N and halide donors (of Mn and Cr(II): high)."""

_LONGEST_LOW: Final[dict[tuple[str, int], float]] = {("Fe", 2): 2.08, ("Fe", 3): 2.00, ("Co", 2): 2.02, ("Co", 3): 2.02}
"""Mean bond length up to which a six-coordinate ion counts as low-spin [Å]."""

_HIGH_LOW: Final[dict[tuple[str, int], tuple[int, int]]] = {
    **{("Fe", 2): (4, 0), ("Fe", 3): (5, 1), ("Co", 2): (3, 1), ("Co", 3): (4, 0)}
}
"""2S of high and low spin."""

_OPEN: Final = 0.04
"""A mean bond length this near to the limit leaves the spin open [Å]."""

_FLAT: Final = 0.35
"""Four donors whose metal-centred plane they leave by this much at most are square planar [Å]."""


@dataclass(frozen=True, slots=True)
class Spin:
    """What is taken of one ion.

    Attributes:
        two_s: 2S; 0 for a diamagnetic ion.
        words: in the chemist's words, ``high spin``, ``low spin``, ``square planar``; empty where there is no choice.
        doubt: a sentence without the ion's name where the geometry leaves it open, else empty.
    """

    two_s: int
    words: str = ""
    doubt: str = ""


def spin_of(element: str, oxidation: int, donors: FloatArray) -> Spin | None:
    """The spin of a d ion or a closed shell; None where no rule knows it.

    Args:
        element: symbol.
        oxidation: oxidation state.
        donors: (n, 3) donor sites relative to the metal [Å].
    """
    ion = (element, oxidation)
    if ion in CLOSED:
        return Spin(0)
    if ion in _ALONE:
        return Spin(_ALONE[ion])
    if ion == ("Ni", 2):
        return Spin(0, "square planar") if _square_planar(donors) else Spin(2)
    if ion == ("Co", 2) and _square_planar(donors):
        return Spin(1, "low spin, square planar")
    if ion in _HIGH_LOW:
        return _by_length(ion, donors)
    return None


def _by_length(ion: tuple[str, int], donors: FloatArray) -> Spin:
    high, low = _HIGH_LOW[ion]
    if len(donors) != 6:
        # four- and five-coordinate ions have a weak field; of Co(III) alone nearly all are low-spin
        return Spin(low, "low spin") if ion == ("Co", 3) else Spin(high, "high spin")
    mean, limit = float(np.linalg.norm(donors, axis=1).mean()), _LONGEST_LOW[ion]
    doubt = ""
    if abs(mean - limit) < _OPEN:
        doubt = f"its mean bond length of {mean:.2f} Å lies between high and low spin"
    return Spin(low, "low spin", doubt) if mean < limit else Spin(high, "high spin", doubt)


def _square_planar(donors: FloatArray) -> bool:
    """Whether four donors lie in a plane with the metal."""
    if len(donors) != 4:
        return False
    normal = np.linalg.svd(donors)[2][-1]
    return float(np.abs(donors @ normal).max()) <= _FLAT
