"""What stands around the atoms of the 3-D view: contacts, polyhedron, plane, axes, names. Each part draws itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import py3Dmol

from app.components.viewer3d.palette import Palette
from app.components.viewer3d.roles import AxialAtoms, Roles, equatorial_plane, ligand_roles
from app.components.viewer3d.shapes import add_arrows, add_disc, add_faces, add_g_ellipsoid, add_stick, point, reach
from app.tables import site_name
from core.arrays import FloatArray
from core.chem.molecule import Molecule
from core.chem.sphere.coordination import CoordinationSphere
from core.workflows.prediction import Prediction


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


def parts(
    prediction: Prediction, palette: Palette, axial: AxialAtoms | None = None, axes: Sequence[Axis] = ()
) -> dict[str, Callable[[Any], None]]:
    """All that can stand around the atoms, by name, in the order in which it has to be drawn: fields of `Shown`, and
    ``contacts``, which ``roles`` replace. Arguments as in `build_view`."""
    molecule, sphere = prediction.molecule, prediction.sphere
    found: dict[str, Callable[[Any], None]] = {}
    if (plane := equatorial_plane(prediction, axial)) is not None:
        # before the faces, which hide what is drawn behind them later
        found["plane"] = lambda view: add_disc(view, plane, palette.equatorial)
    if sphere is not None and molecule is not None:
        found["contacts"] = lambda view: _add_contacts(view, sphere, None, palette)
        if (roles := ligand_roles(prediction, axial)) is not None:
            found["roles"] = lambda view: _add_contacts(view, sphere, roles, palette)
        if (field := prediction.levels) is not None and (g := field.g) is not None:
            found["ellipsoids"] = lambda view: add_g_ellipsoid(
                view,
                np.zeros(3),
                g,
                field.rotation,
                palette.axial[0],
                1.0,  # one body inside another that is translucent, too, would vanish
            )
        found["faces"] = lambda view: add_faces(view, sphere.site_positions, palette.face)
        found["labels"] = lambda view: _add_names(view, molecule, sphere, palette)
        found["distances"] = lambda view: _add_distances(view, sphere, palette)
    found["axis"] = lambda view: _add_axes(view, prediction, palette, axes)
    return found


def recorded(draw: Callable[[Any], None]) -> str:
    """What a part asks of the view, as lines of its script."""
    view = py3Dmol.view(js="")
    before = len(view.startjs)
    draw(view)
    return str(view.startjs[before:])


def _add_contacts(view: Any, sphere: CoordinationSphere, roles: Roles | None, palette: Palette) -> None:
    """Sticks from the metal to its donor sites."""
    for site, donor in enumerate(sphere.donors):
        colour = _contact_colour(site, roles, palette)
        add_stick(view, np.zeros(3), donor.position, 0.045, colour, dashed=donor.hapticity > 1)


def _add_names(view: Any, molecule: Molecule, sphere: CoordinationSphere, palette: Palette) -> None:
    """Names of the metal and of the donor sites."""
    add_label(view, molecule.names[molecule.metal], np.zeros(3), palette)
    for donor in sphere.donors:
        add_label(view, site_name(molecule, donor.atoms), donor.position, palette)


def _add_distances(view: Any, sphere: CoordinationSphere, palette: Palette) -> None:
    """Length of each contact [Å]."""
    for donor in sphere.donors:
        add_label(view, f"{donor.distance:.2f}", 0.55 * donor.position, palette, size=11)


def _add_axes(view: Any, prediction: Prediction, palette: Palette, axes: Sequence[Axis]) -> None:
    """The easy axis, where there is one, and further axes."""
    molecule, field = prediction.molecule, prediction.levels
    if molecule is None:
        return
    if field is not None and field.easy_axis is not None:
        _add_axis(view, molecule, field.easy_axis, field.axis_name, palette)
    for axis in axes:
        _add_further_axis(view, molecule, axis, palette)


def _contact_colour(site: int, roles: Roles | None, palette: Palette) -> str:
    if roles is None:
        return palette.contact
    return palette.axial[roles.sites.index(site)] if site in roles.sites else palette.equatorial


def _add_axis(view: Any, molecule: Molecule, axis: FloatArray, name: str, palette: Palette) -> None:
    """The arrows of the easy axis, with its name at the lower end."""
    add_arrows(view, molecule, axis, palette.axis)
    below = -axis if axis[1] >= 0 else axis
    add_label(view, name, (reach(molecule, below) + 0.4) * below, palette, color=palette.axis)


def _add_further_axis(view: Any, molecule: Molecule, axis: Axis, palette: Palette) -> None:
    """Its arrows, with its name at the upper end: at the lower one stands that of the easy axis."""
    add_arrows(view, molecule, axis.direction, axis.colour)
    above = axis.direction if axis.direction[1] >= 0 else -axis.direction
    add_label(view, axis.name, (reach(molecule, above) + 0.4) * above, palette, color=axis.colour)


def add_label(view: Any, text: str, at: FloatArray, palette: Palette, size: int = 13, color: str = "") -> None:
    """Words at a point, over everything; `text` is a name made safe, or ours."""
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
