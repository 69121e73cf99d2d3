"""A complex with its coordination polyhedron and easy axis, as a py3Dmol view: for the app and for a notebook.

In a notebook::

    from app.components.viewer3d.view import build_view
    build_view(prediction).show()

What the browser gets is made from numbers, checked element symbols, words of our own, and names of atoms without any
sign that starts markup (`core.chem.atom_names`): py3Dmol writes its arguments into a <script> without escaping
``</script>``.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import py3Dmol
from scipy.spatial.transform import Rotation

from app.components.viewer3d.around import Axis as Axis
from app.components.viewer3d.around import add_label as add_label
from app.components.viewer3d.around import parts
from app.components.viewer3d.influence import influence_tints
from app.components.viewer3d.palette import DARK as DARK
from app.components.viewer3d.palette import LIGHT as LIGHT
from app.components.viewer3d.palette import Palette as Palette
from app.components.viewer3d.roles import AxialAtoms, Roles, ligand_roles
from app.components.viewer3d.styles import Rule, Style, Tints, style_rules
from core.arrays import FloatArray
from core.chem.molecule import Molecule
from core.workflows.prediction import Prediction

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
class Shown:
    """What the view shows beside the atoms; plane and roles only where there are any (`roles`)."""

    labels: bool = True
    distances: bool = False
    hydrogens: bool = False
    faces: bool = True
    axis: bool = True
    ellipsoids: bool = False
    plane: bool = False
    roles: bool = False
    influence: bool = False


@cache
def _enclosed() -> str:
    """3Dmol.js as an address that holds the script."""
    script = (files("app") / "static" / "3Dmol-min.js").read_bytes()
    return "data:text/javascript;base64," + b64encode(script).decode("ascii")


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
    bare: bool = False,
) -> Any:
    """The 3-D view of a prediction, metal at the origin, easy axis upright.

    Args:
        prediction: one that holds a molecule.
        shown: what to show; the default is what the page starts with.
        palette: colours.
        axial: atom indices of the axial donors where they are known; else the most axial pair is taken.
        width: [px], or a CSS length.
        height: [px], or a CSS length.
        script: address of 3Dmol.js; by default the script itself, so that a notebook needs no network.
        axes: further axes, drawn with the easy axis.
        bare: atoms and bonds alone; whoever asks for it draws `parts` as she likes.

    Returns:
        A `py3Dmol.view`.

    Raises:
        ValueError: the prediction has no molecule, or an element symbol is none.
    """
    molecule, sphere = prediction.molecule, prediction.sphere
    if molecule is None:
        raise ValueError("There is no molecule to show.")
    shown = shown or Shown()
    view = py3Dmol.view(width=width, height=height, js=script or _enclosed())
    view.setBackgroundColor(palette.background)
    roles = ligand_roles(prediction, axial) if shown.roles else None
    tints = atom_tints(prediction, shown, roles, palette)
    rules = style_rules(Style.BALL_AND_STICK, molecule, tints, hydrogens=shown.hydrogens, whole=shown.influence)
    add_atoms(view, molecule, () if sphere is None else (molecule.metal,), rules)
    around = {} if bare else parts(prediction, palette, axial, axes)
    for name, draw in around.items():
        if name != ("contacts" if roles else "roles") and getattr(shown, name, True):
            draw(view)
    field = prediction.levels
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


def add_atoms(view: Any, molecule: Molecule, bare: Collection[int], rules: Sequence[Rule]) -> None:
    """Atoms, with the bonds that Kramers found: 3Dmol.js would guess its own.

    Args:
        view: of py3Dmol.
        molecule: what is drawn, its metal at the origin.
        bare: atoms whose bonds are drawn as contacts of their own, not as sticks.
        rules: how.
    """
    view.addModel(xyz_block(molecule), "xyz", {"assignBonds": False})
    view.startjs += _ADOPT_BONDS.replace("BONDS", json.dumps(_neighbours(molecule, bare)))
    for selection, style in rules:
        view.setStyle(selection, style)


def _neighbours(molecule: Molecule, bare: Collection[int]) -> list[list[int]]:
    """Bonded atoms of each atom."""
    lists: list[list[int]] = [[] for _ in molecule.elements]
    for i, j in molecule.bonds.tolist():
        if i not in bare and j not in bare:
            lists[i].append(j)
            lists[j].append(i)
    return lists


def _turn_upright(view: Any, axis: FloatArray) -> None:
    """Turn the camera so that `axis` points up, by the shortest way."""
    up = axis if axis[1] >= 0 else -axis
    turn_camera(view, Rotation.from_quat([*np.cross(up, [0.0, 1.0, 0.0]), 1.0 + up[1]]))


def turn_camera(view: Any, upright: Rotation) -> None:
    """Look at the scene as a rotation turns it, from a little above.

    The last four numbers of 3Dmol's view are a quaternion (x, y, z, w).
    """
    turn = Rotation.from_euler("x", TILT_DEGREES, degrees=True) * upright
    quaternion = [round(float(number), 6) for number in turn.as_quat()]
    view.startjs += f"\tviewer_UNIQUEID.setView(viewer_UNIQUEID.getView().slice(0, 4).concat({quaternion}));\n"
