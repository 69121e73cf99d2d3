"""A complex with its coordination polyhedron and easy axis, as a py3Dmol view: for the app and for a notebook.

In a notebook::

    from app.components.viewer3d.view import build_view
    build_view(prediction).show()

What the browser gets is made from numbers, checked element symbols and words of our own; no text of the file reaches
it, because py3Dmol writes its arguments into a <script> without escaping ``</script>``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import py3Dmol
from scipy.spatial.transform import Rotation

from app.components.viewer3d.polyhedron import polyhedron
from app.tables import atom_name, site_name
from core.chem.coordination import CoordinationSphere
from core.chem.molecule import FloatArray, Molecule
from core.smm.predictor import Prediction

Point = dict[str, float]

_ADOPT_BONDS = """
\tviewer_UNIQUEID.getModel().selectedAtoms({}).forEach((atom, i) => {
\t  atom.index = i;  // 3Dmol.js numbers atoms only while it guesses bonds, and draws a stick from the lower number
\t  atom.bonds = BONDS[i];
\t  atom.bondOrder = atom.bonds.map(() => 1);
\t});
"""

_ELEMENT = re.compile(r"[A-Z][a-z]?\Z")


ARROW_CLEARANCE = 1.6
"""Atoms nearer to the easy axis than this hide its arrow [Å]."""


TILT_DEGREES = 14.0
"""How far from above the complex is first seen: enough for a polyhedron to look solid."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of what is not an atom, and of the ground."""

    background: str
    ink: str
    face: str
    axis: str
    contact: str


LIGHT = Palette(background="#fbfbf9", ink="#1f2a2e", face="#4f9a97", axis="#c2410c", contact="#8a9599")
DARK = Palette(background="#14191c", ink="#e4e9e8", face="#63b3b1", axis="#fb923c", contact="#7d8b91")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the view shows beside the atoms."""

    labels: bool = True
    distances: bool = False
    hydrogens: bool = False
    faces: bool = True
    axis: bool = True


def build_view(
    prediction: Prediction,
    shown: Shown | None = None,
    palette: Palette = LIGHT,
    *,
    width: int | str = 640,
    height: int | str = 480,
    script: str | None = None,
) -> Any:
    """The 3-D view of a prediction, metal at the origin, easy axis upright.

    Args:
        prediction: one that holds a molecule.
        shown: what to show; the default is what the page starts with.
        palette: colours.
        width: [px], or a CSS length.
        height: [px], or a CSS length.
        script: address of 3Dmol.js; by default the one that py3Dmol knows, on the network.

    Returns:
        A `py3Dmol.view`.

    Raises:
        ValueError: the prediction has no molecule, or an element symbol is none.
    """
    molecule, sphere = prediction.molecule, prediction.sphere
    if molecule is None:
        raise ValueError("There is no molecule to show.")
    shown = shown or Shown()
    view = py3Dmol.view(width=width, height=height, **({"js": script} if script else {}))
    view.setBackgroundColor(palette.background)
    _add_atoms(view, molecule, sphere, shown)
    if sphere is not None:
        _add_sphere(view, molecule, sphere, shown, palette)
    field = prediction.field
    if field is not None and field.easy_axis is not None and shown.axis:
        _add_axis(view, molecule, field.easy_axis, field.axis_name, palette)
    view.zoomTo()
    if field is not None and field.easy_axis is not None:
        _turn_upright(view, field.easy_axis)
    return view


def xyz_block(molecule: Molecule) -> str:
    """XYZ with the metal at the origin and no text of the file: the comment line is empty.

    Raises:
        ValueError: an element symbol is none, or a coordinate is not finite.
    """
    positions = molecule.relative_positions
    if not all(map(_ELEMENT.match, molecule.elements)) or not np.isfinite(positions).all():
        raise ValueError("The molecule holds what is no atom.")
    atoms = (f"{e} {x:.6f} {y:.6f} {z:.6f}" for e, (x, y, z) in zip(molecule.elements, positions, strict=True))
    return "\n".join([str(len(molecule.elements)), "", *atoms, ""])


def _add_atoms(view: Any, molecule: Molecule, sphere: CoordinationSphere | None, shown: Shown) -> None:
    """Ball and stick, with the bonds that Kramers found: 3Dmol.js would guess its own."""
    view.addModel(xyz_block(molecule), "xyz", {"assignBonds": False})
    view.startjs += _ADOPT_BONDS.replace("BONDS", json.dumps(_neighbours(molecule, sphere)))
    view.setStyle(
        {}, {"stick": {"radius": 0.09, "colorscheme": "Jmol"}, "sphere": {"scale": 0.2, "colorscheme": "Jmol"}}
    )
    view.setStyle({"index": molecule.metal}, {"sphere": {"scale": 0.34, "colorscheme": "Jmol"}})
    if not shown.hydrogens:
        view.setStyle({"elem": "H"}, {})


def _neighbours(molecule: Molecule, sphere: CoordinationSphere | None) -> list[list[int]]:
    """Bonded atoms of each atom; what binds the judged metal is drawn as a contact of its own, not as a stick."""
    lists: list[list[int]] = [[] for _ in molecule.elements]
    for i, j in molecule.bonds.tolist():
        if sphere is None or molecule.metal not in (i, j):
            lists[i].append(j)
            lists[j].append(i)
    return lists


def _add_sphere(view: Any, molecule: Molecule, sphere: CoordinationSphere, shown: Shown, palette: Palette) -> None:
    """Contacts to the donor sites, faces of their polyhedron, names and distances."""
    for donor in sphere.donors:
        _add_stick(view, np.zeros(3), donor.position, 0.045, palette.contact, dashed=donor.hapticity > 1)
    if shown.faces:
        _add_faces(view, np.array([donor.position for donor in sphere.donors]), palette)
    if shown.labels:
        _add_label(view, atom_name(molecule, molecule.metal), np.zeros(3), palette)
        for donor in sphere.donors:
            _add_label(view, site_name(molecule, donor.atoms), donor.position, palette)
    if shown.distances:
        for donor in sphere.donors:
            _add_label(view, f"{donor.distance:.2f}", 0.55 * donor.position, palette, size=11)


def _add_faces(view: Any, sites: FloatArray, palette: Palette) -> None:
    """The translucent polyhedron with its edges, where the sites span one."""
    solid = polyhedron(sites)
    if solid is None:
        return
    view.addCustom(
        {
            "vertexArr": [_point(v) for v in solid.vertices],
            "normalArr": [_point(n) for n in solid.normals],
            "faceArr": list(range(len(solid.vertices))),
            "color": palette.face,
            "opacity": 0.55,
        }
    )
    for start, end in solid.edges:
        _add_stick(view, start, end, 0.02, palette.face)


def _add_axis(view: Any, molecule: Molecule, axis: FloatArray, name: str, palette: Palette) -> None:
    """An arrow both ways: a magnetic axis is a line, not a direction."""
    for way in (axis, -axis):
        arrow = {"start": _point(np.zeros(3)), "end": _point(_reach(molecule, way) * way), "color": palette.axis}
        view.addArrow({**arrow, "radius": 0.07, "radiusRatio": 2.8, "mid": 0.92})
    below = -axis if axis[1] >= 0 else axis
    _add_label(view, name, (_reach(molecule, below) + 0.4) * below, palette, color=palette.axis)


def _reach(molecule: Molecule, way: FloatArray) -> float:
    """Length of an arrow from the metal [Å]: its head stands clear of the atoms that lie along it."""
    heavy = molecule.relative_positions[[element != "H" for element in molecule.elements]]
    along = heavy @ way
    beside = np.linalg.norm(heavy - np.outer(along, way), axis=1) < ARROW_CLEARANCE
    return float(np.clip(along[beside].max() + 1.3, 3.4, 9.0))


def _add_stick(view: Any, start: FloatArray, end: FloatArray, radius: float, color: str, dashed: bool = False) -> None:
    view.addCylinder(
        {
            "start": _point(start),
            "end": _point(end),
            "radius": radius,
            "color": color,
            "dashed": dashed,
            "fromCap": "round",
            "toCap": "round",
        }
    )


def _add_label(view: Any, text: str, at: FloatArray, palette: Palette, size: int = 13, color: str = "") -> None:
    view.addLabel(
        text,
        {
            "position": _point(at),
            "fontSize": size,
            "fontColor": color or palette.ink,
            "showBackground": True,
            "backgroundColor": palette.background,
            "backgroundOpacity": 0.62,
            "inFront": True,
            "alignment": "center",
            "borderThickness": 0,
            "padding": 1,
        },
    )


def _turn_upright(view: Any, axis: FloatArray) -> None:
    """Turn the camera so that `axis` points up, by the shortest way, seen from a little above.

    The last four numbers of 3Dmol's view are a quaternion (x, y, z, w).
    """
    up = axis if axis[1] >= 0 else -axis
    upright = Rotation.from_quat([*np.cross(up, [0.0, 1.0, 0.0]), 1.0 + up[1]])
    turn = Rotation.from_euler("x", TILT_DEGREES, degrees=True) * upright
    quaternion = [round(float(number), 6) for number in turn.as_quat()]
    view.startjs += f"\tviewer_UNIQUEID.setView(viewer_UNIQUEID.getView().slice(0, 4).concat({quaternion}));\n"


def _point(values: FloatArray) -> Point:
    return {key: round(float(value), 5) for key, value in zip("xyz", values, strict=True)}
