"""A molecule with several metals in 3-D: each ion with its easy axis and the ellipsoid of its g, and what bridges them.

The moments of Ising-like ions have a sense: the axes carry their heads as the lowest configuration has them (all of
them may be turned round together).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import py3Dmol
import streamlit as st
from scipy.spatial.transform import Rotation

from app.components.viewer3d import HEIGHT, SCRIPT, document
from app.components.viewer3d.shapes import add_arrows, add_ellipsoid, add_faces, add_stick
from app.components.viewer3d.styles import Style, style_rules
from app.components.viewer3d.view import DARK, LIGHT, Palette, add_atoms, add_label, turn_camera
from app.text import file_stem
from core.arrays import FloatArray
from core.chem.element_names import element_name
from core.chem.molecule import Molecule
from core.coupling.ising import ising_picture
from core.coupling.site import MagneticSite, lanthanide_site
from core.workflows.several import Several

ANGSTROM_PER_G: Final = 0.1
"""Half axis of the ellipsoid for g = 1 [Å]: that of g_z = 20 is about as long as a bond to a donor."""

THINNEST: Final = 0.28
"""Least half axis that is drawn [Å]: g_x and g_y of an Ising ion vanish, and its arrow has to stay inside."""

CLOSER: Final = 1.02
"""Zoom after fitting the atoms."""

SWITCHES: Final = {
    "labels": "names",
    "axes": "easy axes",
    "ellipsoids": "ellipsoids of g",
    "bridges": "bridges",
    "faces": "polyhedra",
    "hydrogens": "hydrogens",
}
"""Fields of `ShownIons` with the words of each."""


@dataclass(frozen=True, slots=True)
class ShownIons:
    """What the view shows beside the atoms."""

    labels: bool = True
    axes: bool = True
    ellipsoids: bool = True
    bridges: bool = True
    faces: bool = False
    hydrogens: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Ion:
    """A metal ion as it is drawn: its place from the origin [Å], its magnetism, and the sense of its moment or 0."""

    label: str
    atom: int
    position: FloatArray
    site: MagneticSite | None
    sense: int


def show(found: Several, shown: ShownIons, *, dark: bool) -> None:
    """Draw the view; while neither molecule nor theme nor switches change, the frame stays as it is."""
    html = several_frame(found, shown, DARK if dark else LIGHT)
    st.iframe(html, height=HEIGHT, alt="The molecule with all its metal ions; drag to turn, scroll to zoom")


def several_frame(found: Several, shown: ShownIons, palette: Palette) -> str:
    """The whole document of the frame.

    Raises:
        ValueError: no ion of the molecule was judged, or an element symbol is none.
    """
    molecule = molecule_of(found)
    view = _view(found, molecule, shown, palette)
    atoms = [site.atom for site in found.metals.sites]
    content = b"several" + molecule.relative_positions.round(4).tobytes()
    key = hashlib.sha256(content).hexdigest()[:16]
    scene: dict[str, object] = {
        "key": f"kramers-view-{key}",
        "stem": file_stem(found.file),
        "names": molecule.names,
        "elements": {symbol: element_name(symbol) for symbol in sorted(set(molecule.elements))},
        "metals": atoms,
        "switches": {},
        "shown": ["hydrogens"] if shown.hydrogens else [],
        "styles": {"plain": {style: style_rules(style, molecule, {}, hydrogens=True, metals=atoms) for style in Style}},
        "legends": {"plain": _legend(found, shown, palette)},
        "ink": palette.ink,
        "ground": palette.background,
    }
    return document(view, key, scene, palette)


def molecule_of(found: Several) -> Molecule:
    """The molecule, its origin at the first lanthanide.

    Raises:
        ValueError: no ion of it was judged.
    """
    for prediction in found.predictions.values():
        if prediction.molecule is not None:
            return prediction.molecule
    raise ValueError("There is no molecule to show.")


def _view(found: Several, molecule: Molecule, shown: ShownIons, palette: Palette) -> Any:
    ions = _ions(found, molecule)
    view = py3Dmol.view(width="100%", height="100%", js=SCRIPT)
    view.setBackgroundColor(palette.background)
    atoms = [ion.atom for ion in ions]
    rules = style_rules(Style.BALL_AND_STICK, molecule, {}, hydrogens=shown.hydrogens, metals=atoms)
    add_atoms(view, molecule, atoms, rules)
    _add_contacts(view, found, molecule, palette)
    if shown.bridges:
        _add_bridges(view, found, molecule, palette)
    for ion in ions:
        _add_ion(view, molecule, ion, shown, palette)
    if shown.faces:
        for label, prediction in found.predictions.items():
            centre = next(ion.position for ion in ions if ion.label == label)
            if prediction.sphere is not None:
                add_faces(view, centre + prediction.sphere.site_positions, palette.face)
    view.zoomTo()
    view.zoom(CLOSER)
    turn_camera(view, _upright(molecule, [ion.position for ion in ions if ion.site is not None]))
    return view


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


def _add_ion(view: Any, molecule: Molecule, ion: _Ion, shown: ShownIons, palette: Palette) -> None:
    tensor = None if ion.site is None else ion.site.ground
    if tensor is not None and shown.ellipsoids:
        half = np.maximum(ANGSTROM_PER_G * np.array(tensor.values), THINNEST)
        add_ellipsoid(view, ion.position, half, tensor.axes, palette.face)
    if tensor is not None and tensor.main_axis is not None and shown.axes:
        add_arrows(view, molecule, tensor.main_axis, palette.axis, ion.position, ion.sense)
    if shown.labels:
        add_label(view, ion.label, ion.position, palette)


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


def _legend(found: Several, shown: ShownIons, palette: Palette) -> list[tuple[str, str]]:
    lines: Mapping[str, str] = {
        "easy axis, head as in the lowest configuration" if _senses(found) else "easy axis": palette.axis,
        "ellipsoid of g": palette.face,
        "bridges": palette.axial[0],
    }
    on = (shown.axes, shown.ellipsoids, shown.bridges and bool(found.metals.bridges))
    return [(colour, words) for (words, colour), wanted in zip(lines.items(), on, strict=True) if wanted]
