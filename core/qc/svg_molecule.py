"""The complex as SVG text for files that stand on their own: easy axis upright, g ellipsoid about the metal."""

from __future__ import annotations

from html import escape
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.molecule import Molecule
from core.qc.stored_levels import Record

WIDTH: Final = 420
HEIGHT: Final = 380
MARGIN: Final = 34
"""Room around the drawing [px], for the name of the axis and balls at the rim."""

ANGSTROM_PER_G: Final = 0.1
"""Half axis of the ellipsoid for g = 1 [Å], here and in the 3-D view of the pages."""

THINNEST: Final = 0.28
"""Least half axis that is drawn [Å]: g_x and g_y of an Ising ion vanish."""

TILT_DEGREES: Final = 14.0
"""How far from above the complex is seen, as on the pages."""

SHORTEST: Final = 3.4
"""Least length of half the arrow [Å], as on the pages."""

REACH: Final = 1.2
"""How far the arrow of the axis goes beyond the atoms that lie along it [Å]."""

_INK: Final = "#1f2a2e"
_AXIS: Final = "#c2410c"
_ELLIPSOID: Final = "#2f6f73"
_CONTACT: Final = "#8a9599"
_METAL: Final = "#4f9a97"
_COLOURS: Final = {
    "C": "#6b7478", "N": "#3050c8", "O": "#d8342c", "S": "#c9a227", "P": "#e07b1f", "F": "#4fae4a", "Cl": "#2f9e44",
    "B": "#e0a5a0", "Si": "#b59a6a", "Br": "#8f3a2a", "I": "#6f3a8f", "H": "#cfd6d8",
}  # fmt: skip
_OTHER: Final = "#7a6f9b"


def molecule_svg(molecule: Molecule, record: Record) -> str:
    """Heavy atoms and bonds, donors by name, the easy axis as an arrow both ways, the ellipsoid of g.

    Args:
        molecule: the complex, in the frame of the levels.
        record: of a run or of a model; without g there is neither axis nor ellipsoid.
    """
    levels = record["levels"]
    axis = None if levels["easy_axis"] is None else np.array(levels["easy_axis"], dtype=np.float64)
    eye = _eye(molecule, axis)
    seen = molecule.relative_positions @ eye.T
    kept = [k for k, element in enumerate(molecule.elements) if element != "H" or k == molecule.metal]
    arrow = None if axis is None else (_length(molecule, axis) * axis) @ eye.T
    ends = [] if arrow is None else [arrow, -arrow]
    scale = _scale(np.array([*seen[kept], *ends]))
    drawn = [*_bonds(molecule, seen, scale), *_atoms(molecule, seen, kept, scale)]
    if levels["g"] is not None:
        axes = np.array(levels["crystal_field"]["rotation"], dtype=np.float64) @ eye.T
        drawn.append((0.0, _ellipse(np.array(levels["g"], dtype=np.float64), axes, scale)))
    if arrow is not None:
        drawn += [(float(way * arrow[2]), _arrow(way * arrow, scale)) for way in (1, -1)]
    body = [svg for _, svg in sorted(drawn, key=lambda one: one[0])]
    if arrow is not None:
        x, y = _pixel(-arrow if arrow[1] > 0 else arrow, scale)
        body.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{_AXIS}">easy axis</text>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="8.3cm" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="The complex with its easy axis and the ellipsoid of g" '
        f'font-family="system-ui, DejaVu Sans, sans-serif" font-size="11" fill="{_INK}">'
    )
    return "\n".join([head, *body, "</svg>"])


def _eye(molecule: Molecule, axis: FloatArray | None) -> FloatArray:
    """(3, 3) rows are right, up and towards the reader: the axis upright, the widest side of the rest across."""
    heavy = molecule.relative_positions[[element != "H" for element in molecule.elements]]
    up = np.linalg.svd(heavy - heavy.mean(axis=0))[2][0] if axis is None else axis / np.linalg.norm(axis)
    right = np.linalg.svd(heavy - np.outer(heavy @ up, up))[2][0]
    right -= (right @ up) * up
    right /= np.linalg.norm(right)
    turn = np.radians(TILT_DEGREES)
    towards = np.cross(right, up)
    above = np.cos(turn) * up - np.sin(turn) * towards
    return np.array([right, above, np.cross(right, above)])


def _length(molecule: Molecule, axis: FloatArray) -> float:
    """Of half the arrow [Å]: past the atoms that lie along it."""
    heavy = molecule.relative_positions[[element != "H" for element in molecule.elements]]
    along = heavy @ axis
    beside = np.linalg.norm(heavy - np.outer(along, axis), axis=1) < 1.5  # Å, the width of an arrow and an atom
    return max(SHORTEST, float(np.abs(along[beside]).max()) + REACH)


def _scale(places: FloatArray) -> float:
    """Pixels for an Å, the metal in the middle."""
    across, high = np.abs(places[:, 0]).max(), np.abs(places[:, 1]).max()
    return float(min((WIDTH / 2 - MARGIN) / max(across, 1.0), (HEIGHT / 2 - MARGIN) / max(high, 1.0)))


def _pixel(place: FloatArray, scale: float) -> tuple[float, float]:
    return float(WIDTH / 2 + scale * place[0]), float(HEIGHT / 2 - scale * place[1])


def _bonds(molecule: Molecule, seen: FloatArray, scale: float) -> list[tuple[float, str]]:
    """Each with its depth; those to the metal are thin."""
    drawn = []
    for i, j in molecule.bonds.tolist():
        if "H" in (molecule.elements[i], molecule.elements[j]):
            continue
        (x, y), (u, v) = _pixel(seen[i], scale), _pixel(seen[j], scale)
        contact = molecule.metal in (i, j)
        look = f'stroke="{_CONTACT}" stroke-width="{1.4 if contact else 2.4}"'
        depth = float(min(seen[i, 2], seen[j, 2]))
        drawn.append((depth, f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}" {look}/>'))
    return drawn


def _atoms(molecule: Molecule, seen: FloatArray, kept: list[int], scale: float) -> list[tuple[float, str]]:
    """Discs with their depth; the metal and its donors have their names."""
    bonds = molecule.bonds[(molecule.bonds == molecule.metal).any(axis=1)] if len(molecule.bonds) else molecule.bonds
    named = {molecule.metal, *bonds.ravel().tolist()}
    drawn = []
    for k in kept:
        x, y = _pixel(seen[k], scale)
        element = molecule.elements[k]
        metal = k == molecule.metal
        radius = scale * (0.5 if metal else 0.28)
        colour = _METAL if metal else _COLOURS.get(element, _OTHER)
        disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" stroke="#fff" stroke-width="0.8"/>'
        if k in named and element != "C":  # rings bound by their face would be nothing but names
            text = escape(molecule.names[k])
            disc += f'<text x="{x:.1f}" y="{y + 3:.1f}" text-anchor="middle" font-size="9">{text}</text>'
        drawn.append((float(seen[k, 2]), disc))
    return drawn


def _ellipse(g: FloatArray, axes: FloatArray, scale: float) -> str:
    """The outline of the ellipsoid: half axes (3,) along the rows of `axes` (3, 3), seen along the third direction."""
    half = np.maximum(ANGSTROM_PER_G * g, THINNEST)
    flat = axes[:, :2].T @ np.diag(half**2) @ axes[:, :2]
    sizes, ways = np.linalg.eigh(flat)
    long, short = scale * np.sqrt(sizes[1]), scale * np.sqrt(sizes[0])
    angle = -np.degrees(np.arctan2(ways[1, 1], ways[0, 1]))
    return (
        f'<ellipse cx="{WIDTH / 2}" cy="{HEIGHT / 2}" rx="{long:.1f}" ry="{short:.1f}" fill="{_ELLIPSOID}" '
        f'fill-opacity="0.35" stroke="{_ELLIPSOID}" transform="rotate({angle:.1f} {WIDTH / 2} {HEIGHT / 2})"/>'
    )


def _arrow(end: FloatArray, scale: float) -> str:
    """From the metal to one end, with its head."""
    (x, y), tip = _pixel(np.zeros(3), scale), np.array(_pixel(end, scale))
    way = tip - (x, y)
    way /= max(float(np.linalg.norm(way)), 1.0)
    side = np.array([-way[1], way[0]])
    corners = [tip, tip - 11 * way + 4.5 * side, tip - 11 * way - 4.5 * side]
    head = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
    stop = tip - 10 * way
    line = f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{stop[0]:.1f}" y2="{stop[1]:.1f}" stroke="{_AXIS}" stroke-width="2"/>'
    return f'{line}<polygon points="{head}" fill="{_AXIS}"/>'
