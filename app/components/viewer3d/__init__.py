"""The 3-D view on a page: a frame around the py3Dmol view, with 3Dmol.js from our own server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from app.components.viewer3d.influence import COLOURS
from app.components.viewer3d.roles import AxialAtoms, Roles, equatorial_plane, ligand_roles
from app.components.viewer3d.styles import Style, style_rules
from app.components.viewer3d.view import DARK, LIGHT, Axis, Palette, Shown, atom_tints, build_view
from app.tables import atom_name, site_name
from app.text import file_stem
from core.chem.element_names import element_name
from core.smm.predictor import Prediction

SCRIPT = "app/static/3Dmol-min.js"
"""Address of 3Dmol.js. A frame made from a string resolves it against the page that holds it, so it stays on the same
host whatever that is called."""

HEIGHT = 520
"""Height of the frame with its row of buttons [px]."""

QUIET = "viewer_UNIQUEID.show = () => {};\n"
"""Every label, turn and style would draw the scene, some twenty times before anyone sees it: not until `startFrame` has
set up all of it and lets it draw."""

_FOLDER = Path(__file__).parent


def show(
    prediction: Prediction,
    shown: Shown,
    *,
    dark: bool,
    axial: AxialAtoms | None = None,
    axes: Sequence[Axis] = (),
) -> None:
    """Draw the view; while neither structure nor theme nor switches change, the frame stays as it is.

    Args:
        prediction: one that holds a molecule.
        shown: what to show beside the atoms.
        dark: whether the page is dark.
        axial: atom indices of the axial donors where they are known; else the most axial pair is taken.
        axes: further axes, drawn with the easy axis.
    """
    html = frame(prediction, shown, DARK if dark else LIGHT, axial, axes)
    st.iframe(html, height=HEIGHT, alt="The complex in three dimensions; drag to turn, scroll to zoom")


def switches(prediction: Prediction, axial: AxialAtoms | None = None) -> dict[str, str]:
    """Fields of `Shown` that make sense for this structure, with the chemist's word for each."""
    names = {
        "labels": "names",
        "distances": "distances",
        "hydrogens": "hydrogens",
        "faces": "polyhedron",
        "axis": "easy axis",
    }
    if equatorial_plane(prediction, axial) is not None:
        names["plane"] = "equatorial plane"
    if ligand_roles(prediction, axial) is not None:
        names["roles"] = "ligand roles"
    if prediction.verdict is not None and prediction.verdict.in_domain:
        names["influence"] = "what drives the verdict"
    return names


def frame(
    prediction: Prediction,
    shown: Shown,
    palette: Palette,
    axial: AxialAtoms | None = None,
    axes: Sequence[Axis] = (),
) -> str:
    """The whole document of the frame.

    Raises:
        ValueError: the prediction has no molecule, or an element symbol is none.
    """
    view = build_view(prediction, shown, palette, axial=axial, width="100%", height="100%", script=SCRIPT, axes=axes)
    roles = ligand_roles(prediction, axial) if shown.roles else None
    scripts = [(_FOLDER / name).read_text(encoding="utf-8") for name in ("measure.js", "frame.js")]
    start = f"startFrame(viewer_UNIQUEID, {json.dumps(_scene(prediction, shown, roles, palette))});\n"
    # py3Dmol would name the view after the time, and the frame would be drawn anew at every rerun.
    # endjs begins with the render call and closes the promise: our scripts go between the two.
    render, _, close = view.endjs.partition("\n")
    before, zoom, after = view.startjs.partition("viewer_UNIQUEID.zoomTo();\n")  # the first that is asked of the view
    drawn = "\n".join([before + QUIET + zoom + after + render, *scripts, start + close])
    legend = _legend(prediction, shown, roles, palette)
    return _document(drawn.replace("UNIQUEID", structure_key(prediction)), legend, palette)


def structure_key(prediction: Prediction) -> str:
    """Identity of what is drawn: the same structure keeps its camera, whatever is switched on around it."""
    molecule = prediction.molecule
    content = b"" if molecule is None else molecule.relative_positions.round(4).tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def _scene(prediction: Prediction, shown: Shown, roles: Roles | None, palette: Palette) -> dict[str, object]:
    """What the script of the frame knows: numbers, checked element symbols and words of our own."""
    molecule = prediction.molecule
    assert molecule is not None  # build_view has refused to draw none
    tints = atom_tints(prediction, shown, roles, palette)
    return {
        "key": f"kramers-view-{structure_key(prediction)}",
        "stem": file_stem(prediction.file),
        "names": [atom_name(molecule, atom) for atom in range(len(molecule.elements))],
        "elements": {symbol: element_name(symbol) for symbol in sorted(set(molecule.elements))},
        "metal": molecule.metal,
        "styles": {
            style: style_rules(style, molecule, tints, hydrogens=shown.hydrogens, whole=shown.influence)
            for style in Style
        },
        "ink": palette.ink,
        "ground": palette.background,
    }


def _legend(prediction: Prediction, shown: Shown, roles: Roles | None, palette: Palette) -> str:
    molecule, sphere = prediction.molecule, prediction.sphere
    if shown.influence:
        return _colours([(colour, name) for name, colour in COLOURS.items()])
    if roles is None or molecule is None or sphere is None:
        return ""
    names = [f"axial ligand at {site_name(molecule, sphere.donors[site].atoms)}" for site in roles.sites]
    lines = list(zip(palette.axial, names, strict=True))
    if roles.equatorial:
        lines.append((palette.equatorial, "equatorial ligands"))
    return _colours(lines)


def _colours(lines: Sequence[tuple[str, str]]) -> str:
    items = "".join(f'<li><i style="background: {colour}"></i>{name}</li>' for colour, name in lines)
    return f'<ul id="legend" aria-label="Colours">{items}</ul>'


def _document(view: str, legend: str, palette: Palette) -> str:
    html = (_FOLDER / "frame.html").read_text(encoding="utf-8")
    names = {"BACKGROUND": palette.background, "INK": palette.ink, "EDGE": palette.contact, "FACE": palette.face}
    names |= {"SCHEME": "dark" if palette is DARK else "light", "LEGEND": legend}
    for name, value in names.items():
        html = html.replace(name, value)
    return html.replace("VIEW", view)
