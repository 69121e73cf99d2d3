"""How atoms and bonds are drawn: ball and stick, sticks, space filling, in element colours or tinted by role.

A style is a list of selections and styles of 3Dmol.js, of which later ones replace earlier ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from core.chem.molecule import Molecule

Rule = tuple[dict[str, Any], dict[str, Any]]
Tints = Mapping[str, Sequence[int]]

_ELEMENT = {"colorscheme": "Jmol"}
_METAL_SCALE = 0.34


class Style(StrEnum):
    """The value is the word on the screen."""

    BALL_AND_STICK = "ball and stick"
    STICKS = "sticks"
    SPACE_FILLING = "space filling"


def style_rules(
    style: Style,
    molecule: Molecule,
    tints: Tints,
    *,
    hydrogens: bool,
    whole: bool = False,
    metals: Sequence[int] = (),
) -> list[Rule]:
    """Rules that draw a molecule, to be applied in order.

    Args:
        style: how.
        molecule: what.
        tints: CSS colour of a role to the atoms that have it; carbon and the sticks take it, other atoms keep the
            colour of their element.
        hydrogens: whether they are drawn.
        whole: whether tinted atoms of every element take the colour.
        metals: ions drawn larger; the chosen one of the molecule if there are none.
    """
    rules: list[Rule] = [({}, _drawn(style, _ELEMENT, _ELEMENT))]
    for colour, atoms in tints.items():
        tint = {"color": colour}
        carbon = [atom for atom in atoms if whole or molecule.elements[atom] == "C"]
        other = [atom for atom in atoms if atom not in carbon]
        # Where sticks are all there is, those of a donor keep its element's colour, or nobody would know it.
        stick = _ELEMENT if style is Style.STICKS else tint
        rules.append(({"index": other}, _drawn(style, _ELEMENT, stick)))
        rules.append(({"index": carbon}, _drawn(style, tint, tint)))
    if style is not Style.SPACE_FILLING:
        rules.append(({"index": list(metals) or molecule.metal}, {"sphere": {"scale": _METAL_SCALE, **_ELEMENT}}))
    if not hydrogens:
        rules.append(({"elem": "H"}, {}))
    return rules


def _drawn(style: Style, ball: dict[str, str], stick: dict[str, str]) -> dict[str, Any]:
    """Radii in Å. `scale` counts in van der Waals radii; 3Dmol.js knows none of a lanthanide and takes 1.5 Å."""
    if style is Style.SPACE_FILLING:
        return {"sphere": {"scale": 1.0, **ball}}
    if style is Style.STICKS:  # the sphere keeps an atom without sticks, such as a bare water oxygen, in sight
        return {"stick": {"radius": 0.14, **stick}, "sphere": {"radius": 0.14, **stick}}
    return {"stick": {"radius": 0.09, **stick}, "sphere": {"scale": 0.2, **ball}}
