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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import py3Dmol
from scipy.spatial.transform import Rotation

from app.components.viewer3d.influence import influence_tints
from app.components.viewer3d.roles import AxialAtoms, Roles, equatorial_plane, ligand_roles
from app.components.viewer3d.shapes import add_arrows, add_disc, add_faces, add_stick, point, reach
from app.components.viewer3d.styles import Rule, Style, Tints, style_rules
from app.tables import atom_name, site_name
from core.chem.coordination import CoordinationSphere
from core.chem.molecule import FloatArray, Molecule
from core.smm.predictor import Prediction

_ADOPT_BONDS = """
\tviewer_UNIQUEID.getModel().selectedAtoms({}).forEach((atom, i) => {
\t  atom.index = i;  // 3Dmol.js numbers atoms only while it guesses bonds, and draws a stick from the lower number
\t  atom.bonds = BONDS[i];
\t  atom.bondOrder = atom.bonds.map(() => 1);
\t});
"""

_ELEMENT = re.compile(r"[A-Z][a-z]?\Z")


MARGIN = 0.88
"""Zoom after fitting the atoms, so that the arrow with its name fits too."""


TILT_DEGREES = 14.0
"""How far from above the complex is first seen: enough for a polyhedron to look solid."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of what is not an atom, of the ground, and of the roles of ligands.

    The three colours of roles differ by at least 30 in CIELAB for normal and for colour-blind eyes; a test holds it.
    """

    background: str
    ink: str
    face: str
    axis: str
    contact: str
    axial: tuple[str, str]
    equatorial: str


LIGHT = Palette(
    background="#fbfbf9",
    ink="#1f2a2e",
    face="#4f9a97",
    axis="#c2410c",
    contact="#8a9599",
    axial=("#2b5c9e", "#d07a92"),
    equatorial="#9a9430",
)
DARK = Palette(
    background="#14191c",
    ink="#e4e9e8",
    face="#63b3b1",
    axis="#fb923c",
    contact="#7d8b91",
    axial=("#4f86d0", "#efa3b8"),
    equatorial="#b9bb55",
)


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A further axis through the metal, beside that of the prediction.

    Attributes:
        name: word of ours beside its upper end.
        direction: (3,) unit vector in the frame of the molecule.
        colour: CSS colour.
    """

    name: str
    direction: FloatArray
    colour: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the view shows beside the atoms; plane and roles only where there are any (`roles`)."""

    labels: bool = True
    distances: bool = False
    hydrogens: bool = False
    faces: bool = True
    axis: bool = True
    plane: bool = False
    roles: bool = False
    influence: bool = False


def build_view(
    prediction: Prediction,
    shown: Shown | None = None,
    palette: Palette = LIGHT,
    *,
    axial: AxialAtoms | None = None,
    width: int | str = 640,
    height: int | str = 480,
    script: str | None = None,
    axes: Sequence[Axis] = (),
) -> Any:
    """The 3-D view of a prediction, metal at the origin, easy axis upright.

    Args:
        prediction: one that holds a molecule.
        shown: what to show; the default is what the page starts with.
        palette: colours.
        axial: atom indices of the axial donors where they are known; else the most axial pair is taken.
        width: [px], or a CSS length.
        height: [px], or a CSS length.
        script: address of 3Dmol.js; by default the one that py3Dmol knows, on the network.
        axes: further axes, drawn with the easy axis.

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
    roles = ligand_roles(prediction, axial) if shown.roles else None
    plane = equatorial_plane(prediction, axial) if shown.plane else None
    tints = atom_tints(prediction, shown, roles, palette)
    rules = style_rules(Style.BALL_AND_STICK, molecule, tints, hydrogens=shown.hydrogens, whole=shown.influence)
    _add_atoms(view, molecule, sphere, rules)
    if plane is not None:  # before the faces, which hide what is drawn behind them later
        add_disc(view, plane, palette.equatorial)
    if sphere is not None:
        _add_sphere(view, molecule, sphere, shown, roles, palette)
    field = prediction.field
    if field is not None and field.easy_axis is not None and shown.axis:
        _add_axis(view, molecule, field.easy_axis, field.axis_name, palette)
    for axis in axes if shown.axis else ():
        _add_further_axis(view, molecule, axis, palette)
    view.zoomTo()
    view.zoom(MARGIN)
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


def atom_tints(prediction: Prediction, shown: Shown, roles: Roles | None, palette: Palette) -> Tints:
    """Colours of atoms that are not those of their elements: influence on the gap if that is shown, else roles."""
    return influence_tints(prediction) if shown.influence else role_tints(roles, palette)


def role_tints(roles: Roles | None, palette: Palette) -> Tints:
    """Colour of each role, with its atoms; nothing without roles."""
    if roles is None:
        return {}
    first, second = palette.axial
    return {first: roles.axial[0], second: roles.axial[1], palette.equatorial: roles.equatorial}


def _add_atoms(view: Any, molecule: Molecule, sphere: CoordinationSphere | None, rules: Sequence[Rule]) -> None:
    """Atoms, with the bonds that Kramers found: 3Dmol.js would guess its own."""
    view.addModel(xyz_block(molecule), "xyz", {"assignBonds": False})
    view.startjs += _ADOPT_BONDS.replace("BONDS", json.dumps(_neighbours(molecule, sphere)))
    for selection, style in rules:
        view.setStyle(selection, style)


def _neighbours(molecule: Molecule, sphere: CoordinationSphere | None) -> list[list[int]]:
    """Bonded atoms of each atom; what binds the judged metal is drawn as a contact of its own, not as a stick."""
    lists: list[list[int]] = [[] for _ in molecule.elements]
    for i, j in molecule.bonds.tolist():
        if sphere is None or molecule.metal not in (i, j):
            lists[i].append(j)
            lists[j].append(i)
    return lists


def _add_sphere(
    view: Any, molecule: Molecule, sphere: CoordinationSphere, shown: Shown, roles: Roles | None, palette: Palette
) -> None:
    """Contacts to the donor sites, faces of their polyhedron, names and distances."""
    for site, donor in enumerate(sphere.donors):
        colour = _contact_colour(site, roles, palette)
        add_stick(view, np.zeros(3), donor.position, 0.045, colour, dashed=donor.hapticity > 1)
    if shown.faces:
        add_faces(view, sphere.site_positions, palette.face)
    if shown.labels:
        _add_label(view, atom_name(molecule, molecule.metal), np.zeros(3), palette)
        for donor in sphere.donors:
            _add_label(view, site_name(molecule, donor.atoms), donor.position, palette)
    if shown.distances:
        for donor in sphere.donors:
            _add_label(view, f"{donor.distance:.2f}", 0.55 * donor.position, palette, size=11)


def _contact_colour(site: int, roles: Roles | None, palette: Palette) -> str:
    if roles is None:
        return palette.contact
    return palette.axial[roles.sites.index(site)] if site in roles.sites else palette.equatorial


def _add_axis(view: Any, molecule: Molecule, axis: FloatArray, name: str, palette: Palette) -> None:
    """The arrows of the easy axis, with its name at the lower end."""
    add_arrows(view, molecule, axis, palette.axis)
    below = -axis if axis[1] >= 0 else axis
    _add_label(view, name, (reach(molecule, below) + 0.4) * below, palette, color=palette.axis)


def _add_further_axis(view: Any, molecule: Molecule, axis: Axis, palette: Palette) -> None:
    """Its arrows, with its name at the upper end: at the lower one stands that of the easy axis."""
    add_arrows(view, molecule, axis.direction, axis.colour)
    above = axis.direction if axis.direction[1] >= 0 else -axis.direction
    _add_label(view, axis.name, (reach(molecule, above) + 0.4) * above, palette, color=axis.colour)


def _add_label(view: Any, text: str, at: FloatArray, palette: Palette, size: int = 13, color: str = "") -> None:
    view.addLabel(
        text,
        {
            "position": point(at),
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
