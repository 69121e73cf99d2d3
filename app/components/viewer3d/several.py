"""A molecule with several metals in 3-D: each ion with its easy axis and the ellipsoid of its g, and what bridges them.

The moments of Ising-like ions have a sense: the axes carry their heads as the lowest configuration has them (all of
them may be turned round together).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import py3Dmol
import streamlit as st
from scipy.spatial.transform import Rotation

from app.components.viewer3d import HEIGHT, SCRIPT, document, with_packing
from app.components.viewer3d.around import recorded
from app.components.viewer3d.packing import WORD, packing_legend, packing_script
from app.components.viewer3d.shapes import add_arrows, add_faces, add_g_ellipsoid, add_stick
from app.components.viewer3d.styles import Style, style_rules
from app.components.viewer3d.view import DARK, LIGHT, Palette, add_atoms, add_label, turn_camera
from app.text import file_stem
from core.arrays import FloatArray
from core.chem.crystal.packing import Packing
from core.chem.element_names import element_name
from core.chem.molecule import Molecule
from core.coupling.ising import ising_picture
from core.coupling.site import MagneticSite, lanthanide_site
from core.workflows.several import Several

CLOSER: Final = 1.02
"""Zoom after fitting the atoms."""

SWITCHES: Final = {
    "labels": "names",
    "axis": "easy axes",
    "ellipsoids": "g ellipsoids",
    "bridges": "bridges",
    "faces": "polyhedra",
    "hydrogens": "hydrogens",
}
"""What the view switches by itself, with the word of each; words are shared with the view of one ion."""

AT_FIRST: Final = ("labels", "axis", "ellipsoids", "bridges")
"""What is shown until she switches otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ion:
    """A metal ion as it is drawn: its place from the origin [Å], its magnetism, and the sense of its moment or 0."""

    label: str
    atom: int
    position: FloatArray
    site: MagneticSite | None
    sense: int


def show(found: Several, *, dark: bool, packing: Packing | None = None) -> None:
    """Draw the view, which has its own switches; while neither molecule nor theme changes, the frame stays as it is."""
    html = several_frame(found, DARK if dark else LIGHT, packing)
    st.iframe(html, height=HEIGHT, alt="The molecule with all its metal ions; drag to turn, scroll to zoom")


def several_frame(found: Several, palette: Palette, packing: Packing | None = None) -> str:
    """The whole document of the frame.

    Args:
        found: the molecule.
        palette: colours.
        packing: what stands around it in its crystal; None for no such switch.

    Raises:
        ValueError: no ion of the molecule was judged, or an element symbol is none.
    """
    molecule = molecule_of(found)
    atoms = [site.atom for site in found.metals.sites]
    content = b"several" + molecule.relative_positions.round(4).tobytes()
    key = hashlib.sha256(content).hexdigest()[:16]
    scene: dict[str, Any] = {
        "key": f"kramers-view-{key}",
        "stem": file_stem(found.file),
        "names": molecule.names,
        "elements": {symbol: element_name(symbol) for symbol in sorted(set(molecule.elements))},
        "metals": atoms,
        "switches": SWITCHES,
        "shown": AT_FIRST,
        "styles": {"plain": {style: style_rules(style, molecule, {}, hydrogens=True, metals=atoms) for style in Style}},
        "legends": {"plain": _legend(found, palette)},
        "ink": palette.ink,
        "ground": palette.background,
    }
    ions = _ions(found, molecule)
    around = {name: recorded(draw) for name, draw in _parts(found, molecule, ions, palette).items()}
    if packing is not None:
        around[WORD] = packing_script(packing, molecule, palette)
        with_packing(scene, packing_legend(packing, molecule, palette))
    return document(_view(molecule, ions, palette), key, scene, palette, around)


def molecule_of(found: Several) -> Molecule:
    """The molecule, its origin at the first lanthanide.

    Raises:
        ValueError: no ion of it was judged.
    """
    for prediction in found.predictions.values():
        if prediction.molecule is not None:
            return prediction.molecule
    raise ValueError("There is no molecule to show.")


def _view(molecule: Molecule, ions: Sequence[_Ion], palette: Palette) -> Any:
    """Atoms and bonds, seen as they should be at first."""
    view = py3Dmol.view(width="100%", height="100%", js=SCRIPT)
    view.setBackgroundColor(palette.background)
    atoms = [ion.atom for ion in ions]
    add_atoms(view, molecule, atoms, style_rules(Style.BALL_AND_STICK, molecule, {}, hydrogens=False, metals=atoms))
    view.zoomTo()
    view.zoom(CLOSER)
    turn_camera(view, _upright(molecule, [ion.position for ion in ions if ion.site is not None]))
    return view


def _parts(
    found: Several, molecule: Molecule, ions: Sequence[_Ion], palette: Palette
) -> dict[str, Callable[[Any], None]]:
    """What stands around the atoms, by name, in the order in which it has to be drawn."""

    def each(draw: Callable[[Any, Molecule, _Ion, Palette], None]) -> Callable[[Any], None]:
        def all_of_them(view: Any) -> None:
            for ion in ions:
                draw(view, molecule, ion, palette)

        return all_of_them

    return {
        "contacts": lambda view: _add_contacts(view, found, molecule, palette),
        "bridges": lambda view: _add_bridges(view, found, molecule, palette),
        "ellipsoids": each(_add_ellipsoid),
        "axis": each(_add_axis),
        "faces": lambda view: _add_polyhedra(view, found, ions, palette),
        "labels": each(lambda view, _, ion, colours: add_label(view, ion.label, ion.position, colours)),
    }


def _ions(found: Several, molecule: Molecule) -> list[_Ion]:
    magnetic, senses = magnetic_sites(found), _senses(found)
    places = molecule.relative_positions
    return [
        _Ion(site.label, site.atom, places[site.atom], magnetic.get(site.label), senses.get(site.label, 0))
        for site in found.metals.sites
    ]


def magnetic_sites(found: Several) -> dict[str, MagneticSite]:
    """The magnetic ions by label; those of the coupling where there is one."""
    if found.system is not None:
        return {site.label: site for site in found.system.sites}
    return {
        label: lanthanide_site(label, own.metal, own.levels.stevens_input, np.zeros(3))
        for label, own in found.predictions.items()
        if own.levels is not None
    }


def _senses(found: Several) -> dict[str, int]:
    """σ of each ion along its `main_axis` in the lowest configuration; empty where not all are Ising-like."""
    picture = None if found.system is None else ising_picture(found.system)
    if picture is None or found.system is None:
        return {}
    senses = {}
    for site, along, sign in zip(found.system.sites, picture.axes, picture.configurations[0].signs, strict=True):
        axis = None if site.ground is None else site.ground.main_axis
        senses[site.label] = 0 if axis is None else int(np.sign(sign * along @ axis))
    return senses


def _add_ellipsoid(view: Any, _molecule: Molecule, ion: _Ion, palette: Palette) -> None:
    if ion.site is not None and (tensor := ion.site.ground) is not None:
        add_g_ellipsoid(view, ion.position, tensor.values, tensor.axes, palette.face)


def _add_axis(view: Any, molecule: Molecule, ion: _Ion, palette: Palette) -> None:
    tensor = None if ion.site is None else ion.site.ground
    if tensor is not None and tensor.main_axis is not None:
        add_arrows(view, molecule, tensor.main_axis, palette.axis, ion.position, ion.sense)


def _add_polyhedra(view: Any, found: Several, ions: Sequence[_Ion], palette: Palette) -> None:
    for ion in ions:
        own = found.predictions.get(ion.label)
        if own is not None and own.sphere is not None:
            add_faces(view, ion.position + own.sphere.site_positions, palette.face)


def _add_contacts(view: Any, found: Several, molecule: Molecule, palette: Palette) -> None:
    """From each judged ion to its donors, dashed to the middle of a π ligand; from the others to what they bind."""
    places = molecule.relative_positions
    for site in found.metals.sites:
        own = found.predictions.get(site.label)
        centre = places[site.atom]
        if own is not None and own.sphere is not None:
            for donor in own.sphere.donors:
                end = centre + donor.position
                add_stick(view, centre, end, 0.045, palette.contact, dashed=donor.hapticity > 1)
            continue
        for i, j in molecule.bonds.tolist():
            if site.atom in (i, j):
                add_stick(view, centre, places[j if i == site.atom else i], 0.045, palette.contact)


def _add_bridges(view: Any, found: Several, molecule: Molecule, palette: Palette) -> None:
    """Each bridging donor to its metals, and the distance of the two."""
    places = molecule.relative_positions
    for bridge in found.metals.bridges:
        first, last = bridge.metals
        add_stick(view, places[first], places[bridge.atoms[0]], 0.085, palette.axial[0])
        add_stick(view, places[last], places[bridge.atoms[-1]], 0.085, palette.axial[0])
    for (first, last), distance in {bridge.metals: bridge.distance for bridge in found.metals.bridges}.items():
        add_stick(view, places[first], places[last], 0.03, palette.ink, dashed=True)
        add_label(view, f"{distance:.2f} Å", (places[first] + places[last]) / 2, palette, size=11)


def _upright(molecule: Molecule, ions: Sequence[FloatArray]) -> Rotation:
    """The magnetic ions across the screen: two of them from left to right, more of them in its plane."""
    heavy = molecule.relative_positions[[element != "H" for element in molecule.elements]]
    if len(ions) < 2:
        return Rotation.from_matrix(_frame(heavy))
    places = np.array(ions) - np.mean(ions, axis=0)
    across = np.linalg.svd(places)[2][0]
    if np.linalg.svd(places, compute_uv=False)[1] > 0.5:
        return Rotation.from_matrix(_frame(places))
    around = heavy - heavy.mean(axis=0)
    second = np.linalg.svd(around - np.outer(around @ across, across))[2][0]
    return Rotation.from_matrix(np.array([across, second, np.cross(across, second)]))


def _frame(points: FloatArray) -> FloatArray:
    """(3, 3) principal directions as rows, the widest first, right-handed."""
    first, second, _ = np.linalg.svd(points - points.mean(axis=0), full_matrices=True)[2]
    return np.array([first, second, np.cross(first, second)])


def _legend(found: Several, palette: Palette) -> list[tuple[str, str, str]]:
    """Colours with what they mean, each with the part that it goes with."""
    axis = "easy axis, head by the lowest configuration" if _senses(found) else "easy axis"
    lines = [(palette.axis, axis, "axis"), (palette.face, "g ellipsoid", "ellipsoids")]
    return [*lines, (palette.axial[0], "bridges", "bridges")] if found.metals.bridges else lines
