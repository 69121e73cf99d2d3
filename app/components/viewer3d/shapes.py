"""Bodies of the 3-D view, each in one colour: sticks, polyhedron, disc, arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.components.viewer3d.polyhedron import polyhedron
from app.components.viewer3d.roles import Plane
from core.arrays import FloatArray
from core.chem.molecule import Molecule
from core.qc.svg_molecule import ANGSTROM_PER_G, THINNEST

Point = dict[str, float]

ARROW_CLEARANCE = 1.6
"""Atoms nearer to the easy axis than this hide its arrow [Å]."""


MOST_AMONG_OTHERS = 4.2
"""Longest arrow from one of several ions [Å]: longer ones would cross."""

RINGS, SPOKES = 14, 20
"""Facets of an ellipsoid from pole to pole, and around."""

PLANE_THICKNESS = 0.03
"""Thickness of the disc that stands for the equatorial plane [Å]."""

DISC_CORNERS = 72
"""Corners of the polygon that stands for a circle."""

PLANE_RIM = 0.7
"""How far the disc reaches beyond the farthest donor [Å]: enough to be seen around the polyhedron."""


def point(values: FloatArray) -> Point:
    """(3,) coordinates [Å] as 3Dmol.js takes them."""
    return {key: round(float(value), 5) for key, value in zip("xyz", values, strict=True)}


def add_stick(view: Any, start: FloatArray, end: FloatArray, radius: float, colour: str, dashed: bool = False) -> None:
    """A round-ended cylinder between two (3,) points; lengths in Å."""
    view.addCylinder(
        {
            "start": point(start),
            "end": point(end),
            "radius": radius,
            "color": colour,
            "dashed": dashed,
            "fromCap": "round",
            "toCap": "round",
        }
    )


def add_faces(view: Any, sites: FloatArray, colour: str) -> None:
    """The translucent polyhedron with its edges, where the sites span one."""
    solid = polyhedron(sites)
    if solid is None:
        return
    view.addCustom(
        {
            "vertexArr": [point(v) for v in solid.vertices],
            "normalArr": [point(n) for n in solid.normals],
            "faceArr": list(range(len(solid.vertices))),
            "color": colour,
            "opacity": 0.55,
        }
    )
    for start, end in solid.edges:
        add_stick(view, start, end, 0.02, colour)


def add_disc(view: Any, plane: Plane, colour: str) -> None:
    """A translucent disc with its rim: two fans of triangles back to back, for each is lit from its own side."""
    first = np.eye(3)[np.abs(plane.normal).argmin()]
    across = np.cross(plane.normal, first) / np.linalg.norm(np.cross(plane.normal, first))
    turns = np.linspace(0.0, 2.0 * np.pi, DISC_CORNERS, endpoint=False)[:, None]
    ring = np.cos(turns) * across + np.sin(turns) * np.cross(plane.normal, across)
    rim = plane.centre + (plane.radius + PLANE_RIM) * ring
    for normal, corners in ((plane.normal, rim), (-plane.normal, rim[::-1])):
        above = 0.5 * PLANE_THICKNESS * normal
        _add_fan(view, plane.centre + above, corners + above, normal, colour)
    closed = [point(v) for v in (*rim, rim[0])]
    view.addCurve({"points": closed, "smooth": 1, "radius": 0.03, "color": colour})


def _add_fan(view: Any, centre: FloatArray, rim: FloatArray, normal: FloatArray, colour: str) -> None:
    """Triangles from the centre to a closed rim, which runs counter-clockwise seen from where `normal` points."""
    corners = range(1, len(rim) + 1)
    view.addCustom(
        {
            "vertexArr": [point(v) for v in (centre, *rim)],
            "normalArr": [point(normal)] * (len(rim) + 1),
            "faceArr": [index for i in corners for index in (0, i, i % len(rim) + 1)],
            "color": colour,
            "opacity": 0.5,
        }
    )


def add_arrows(
    view: Any, molecule: Molecule, axis: FloatArray, colour: str, centre: FloatArray | None = None, sense: int = 0
) -> None:
    """An arrow both ways: a magnetic axis is a line, not a direction.

    Args:
        view: of py3Dmol.
        molecule: whose atoms the heads stand clear of.
        axis: (3,) unit vector.
        colour: CSS colour.
        centre: (3,) of the ion [Å]; the origin if None.
        sense: where a moment has one, +1 along the axis or −1 against it: then only that end has a head.
    """
    middle = np.zeros(3) if centre is None else centre
    for way in (1, -1):
        end = middle + reach(molecule, way * axis, middle) * way * axis
        if sense in (0, way):
            arrow = {"start": point(middle), "end": point(end), "color": colour}
            view.addArrow({**arrow, "radius": 0.07, "radiusRatio": 2.8, "mid": 0.92})
        else:
            add_stick(view, middle, end, 0.07, colour)


def reach(molecule: Molecule, way: FloatArray, centre: FloatArray | None = None) -> float:
    """Length of an arrow from an ion [Å]: its head stands clear of the atoms that lie along it."""
    heavy = molecule.relative_positions[[element != "H" for element in molecule.elements]]
    if centre is not None:
        heavy = heavy - centre
    along = heavy @ way
    beside = np.linalg.norm(heavy - np.outer(along, way), axis=1) < ARROW_CLEARANCE
    return float(np.clip(along[beside].max() + 1.3, 3.4, 9.0 if centre is None else MOST_AMONG_OTHERS))


def add_g_ellipsoid(
    view: Any, centre: FloatArray, g: Sequence[float], axes: FloatArray, colour: str, opacity: float = 0.6
) -> None:
    """The ellipsoid of a g tensor about an ion: its values along the rows of `axes` (3, 3)."""
    add_ellipsoid(view, centre, np.maximum(ANGSTROM_PER_G * np.array(g), THINNEST), axes, colour, opacity)


def add_ellipsoid(
    view: Any, centre: FloatArray, half_axes: FloatArray, frame: FloatArray, colour: str, opacity: float
) -> None:
    """An ellipsoid: half axes (3,) [Å] along the rows of a frame (3, 3)."""
    polar, around = np.meshgrid(np.linspace(0, np.pi, RINGS + 1), np.linspace(0, 2 * np.pi, SPOKES + 1), indexing="ij")
    ball = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], axis=-1)
    ball = ball.reshape(-1, 3)
    normals = (ball / half_axes) @ frame
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    row = SPOKES + 1
    corners = [ring * row + spoke for ring in range(RINGS) for spoke in range(SPOKES)]
    order = (0, row, 1) if np.linalg.det(frame) > 0 else (0, 1, row)
    other = (1, row, row + 1) if np.linalg.det(frame) > 0 else (1, row + 1, row)
    view.addCustom(
        {
            "vertexArr": [point(v) for v in centre + (ball * half_axes) @ frame],
            "normalArr": [point(n) for n in normals],
            "faceArr": [corner + step for corner in corners for step in (*order, *other)],
            "color": colour,
            "opacity": opacity,
        }
    )
