"""The surroundings of a molecule in its crystal, drawn thin: neighbours, unit cell, the nearest lanthanide."""

from __future__ import annotations

import json
from itertools import product
from typing import Any, Final

import numpy as np

from app.components.viewer3d.around import add_label, recorded
from app.components.viewer3d.palette import Palette
from app.components.viewer3d.shapes import add_stick, point
from core.arrays import FloatArray, IntArray
from core.chem.crystal.packing import Neighbour, Packing
from core.chem.molecule import Molecule
from core.chem.radii import LANTHANIDES, METALS

WORD: Final = "packing"
"""Of the switch, and the name of the part."""

_LINES: Final = """\
\t{
\t  const lines = viewer_UNIQUEID.addShape({ color: COLOUR, wireframe: true, linewidth: 1 });
\t  const at = ([x, y, z]) => ({ x, y, z });
\t  for (const [start, end] of ENDS) lines.addLine({ start: at(start), end: at(end) });
\t}
"""


def packing_script(packing: Packing, molecule: Molecule, palette: Palette) -> str:
    """What a view is asked for, as lines of its script.

    Args:
        packing: of this molecule.
        molecule: what is drawn, its metal at the origin.
        palette: colours.
    """
    origin = molecule.positions[molecule.metal]
    lines = [ends for one in packing.neighbours for ends in _bonds(one, origin)]
    return (
        _lines(np.array(lines), palette.contact)
        + _lines(_edges(packing.lattice, origin), palette.axial[0])
        + recorded(lambda view: _draw_points(view, packing, molecule, palette))
    )


def packing_legend(packing: Packing, molecule: Molecule, palette: Palette) -> list[tuple[str, str, str]]:
    """Colours with what they mean, while the part is shown."""
    lines = [(palette.contact, "neighbours in the crystal, without hydrogens", WORD)]
    lines.append((palette.axial[0], "unit cell", WORD))
    if (words := nearest_words(packing, molecule)) is not None:
        lines.append((palette.axis, words, WORD))
    return lines


def nearest_words(packing: Packing, molecule: Molecule) -> str | None:
    """The nearest lanthanide of another molecule with its operator; None where there is none."""
    near = packing.nearest
    if near is None:
        return None
    first, other = molecule.elements[near.atom], near.neighbour.elements[near.other]
    independent = near.neighbour.component != packing.component
    whose = f"molecule {near.neighbour.component + 1} at " if independent else ""
    where = near.neighbour.operator.replace("-", "−").replace(",", ", ")
    return f"nearest {first}···{other} between molecules: {near.distance:.2f} Å ({whose}{where})"


def _bonds(one: Neighbour, origin: FloatArray) -> list[FloatArray]:
    """(2, 3) ends of each bond between heavy atoms."""
    heavy: IntArray = np.array([element != "H" for element in one.elements])
    kept = one.bonds[heavy[one.bonds].all(axis=1)] if len(one.bonds) else one.bonds
    return list(one.positions[kept] - origin)


def _edges(lattice: FloatArray, origin: FloatArray) -> FloatArray:
    """(12, 2, 3) edges of the cell that holds the metal."""
    corner = _corner(lattice, origin)
    return np.array(
        [
            [corner + np.array(start) @ lattice, corner + (np.array(start) + np.eye(3)[axis]) @ lattice]
            for start in product((0, 1), repeat=3)
            for axis in range(3)
            if start[axis] == 0
        ]
    )


def _corner(lattice: FloatArray, origin: FloatArray) -> FloatArray:
    """(3,) the lattice point below the metal, seen from there."""
    place: FloatArray = np.floor(origin @ np.linalg.inv(lattice)) @ lattice - origin
    return place


def _lines(ends: FloatArray, colour: str) -> str:
    written = json.dumps(np.round(ends, 2).tolist(), separators=(",", ":"))
    return _LINES.replace("COLOUR", json.dumps(colour)).replace("ENDS", written)


def _draw_points(view: Any, packing: Packing, molecule: Molecule, palette: Palette) -> None:
    """Metals of the neighbours, names of the cell's edges, and the shortest way to a lanthanide."""
    origin = molecule.positions[molecule.metal]
    for one in packing.neighbours:
        for element, place in zip(one.elements, one.positions, strict=True):
            if element in METALS:
                colour = palette.face if element in LANTHANIDES else palette.contact
                _sphere(view, place - origin, colour)
    corner = _corner(packing.lattice, origin)
    add_label(view, "o", corner, palette, size=12)
    for name, edge in zip("abc", packing.lattice, strict=True):
        add_label(view, name, corner + edge, palette, size=12)
    if (near := packing.nearest) is not None:
        ends = molecule.positions[near.atom] - origin, near.neighbour.positions[near.other] - origin
        add_stick(view, *ends, 0.05, palette.axis, dashed=True)
        add_label(view, f"{near.distance:.2f} Å", (ends[0] + ends[1]) / 2, palette, size=12, color=palette.axis)


def _sphere(view: Any, place: FloatArray, colour: str) -> None:
    view.addSphere({"center": point(place), "radius": 0.45, "color": colour})
