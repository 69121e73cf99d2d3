"""The 3-D view on a page: a frame around the py3Dmol view, with 3Dmol.js from our own server."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from app.components.viewer3d.around import parts, recorded
from app.components.viewer3d.influence import COLOURS
from app.components.viewer3d.packing import WORD, packing_legend, packing_script
from app.components.viewer3d.roles import AxialAtoms, Roles, equatorial_plane, ligand_roles
from app.components.viewer3d.styles import Style, style_rules
from app.components.viewer3d.view import DARK, LIGHT, Axis, Palette, Shown, atom_tints, build_view
from app.tables import site_name
from app.text import file_stem
from core.chem.crystal.packing import Packing
from core.chem.element_names import element_name
from core.workflows.prediction import Prediction

SCRIPT = "app/static/3Dmol-min.js"
"""Address of 3Dmol.js. A frame made from a string resolves it against the page that holds it, so it stays on the same
host whatever that is called."""

HEIGHT = 470
"""Height of the frame with its rows of buttons [px]."""

QUIET = "viewer_UNIQUEID.show = () => {};\n"
"""Every label, turn and style would draw the scene, some twenty times before anyone sees it: not until `startFrame` has
set up all of it and lets it draw."""

Line = tuple[str, str] | tuple[str, str, str]
"""A colour of the legend, what it means, and of which part it is if the line goes with one."""

_FOLDER = Path(__file__).parent


def show(
    prediction: Prediction,
    shown: Shown,
    *,
    dark: bool,
    axial: AxialAtoms | None = None,
    axes: Sequence[Axis] = (),
    packing: Packing | None = None,
) -> None:
    """Draw the view, which has its own switches; while neither structure nor theme changes, the frame stays as it is.

    Args:
        prediction: one that holds a molecule.
        shown: what to show beside the atoms until she switches otherwise.
        dark: whether the page is dark.
        axial: atom indices of the axial donors where they are known; else the most axial pair is taken.
        axes: further axes, drawn with the easy axis.
        packing: what stands around it in its crystal; None for no such switch.
    """
    html = frame(prediction, shown, DARK if dark else LIGHT, axial, axes, packing)
    st.iframe(html, height=HEIGHT, alt="The complex in three dimensions; drag to turn, scroll to zoom")


def switches(prediction: Prediction, axial: AxialAtoms | None = None) -> dict[str, str]:
    """Fields of `Shown` that the view switches by itself, with the chemist's word for each."""
    names = {
        "labels": "names",
        "distances": "distances",
        "hydrogens": "hydrogens",
        "faces": "polyhedron",
        "axis": "easy axis",
    }
    if prediction.levels is not None and prediction.levels.g is not None:
        names["ellipsoids"] = "g ellipsoid"
    if equatorial_plane(prediction, axial) is not None:
        names["plane"] = "equatorial plane"
    if ligand_roles(prediction, axial) is not None:
        names["roles"] = "ligand roles"
    return names


def frame(
    prediction: Prediction,
    shown: Shown,
    palette: Palette,
    axial: AxialAtoms | None = None,
    axes: Sequence[Axis] = (),
    packing: Packing | None = None,
) -> str:
    """The whole document of the frame.

    Raises:
        ValueError: the prediction has no molecule, or an element symbol is none.
    """
    bare = Shown(influence=shown.influence)
    view = build_view(prediction, bare, palette, width="100%", height="100%", script=SCRIPT, bare=True)
    around = parts(prediction, palette, axial, axes)
    scripts = {name: recorded(draw) for name, draw in around.items()}
    scene, molecule = _scene(prediction, shown, palette, axial), prediction.molecule
    if packing is not None and molecule is not None:
        scripts[WORD] = packing_script(packing, molecule, palette)
        with_packing(scene, packing_legend(packing, molecule, palette))
    return document(view, structure_key(prediction), scene, palette, scripts)


def with_packing(scene: dict[str, Any], legend: Sequence[Line]) -> None:
    """Add the switch of the surroundings to a scene, off at first, and the lines of its legend."""
    scene["switches"] = {**scene["switches"], WORD: WORD}
    scene["legends"] = {colours: [*lines, *legend] for colours, lines in scene["legends"].items()}


def document(
    view: Any, key: str, scene: dict[str, Any], palette: Palette, around: Mapping[str, str] | None = None
) -> str:
    """The document of a frame.

    Args:
        view: of py3Dmol, made with `SCRIPT`.
        key: 16 hexadecimal digits: the identity of what is drawn.
        scene: what frame.js knows beside it.
        palette: colours.
        around: what the view switches by itself: by name the script that draws it, in the order of drawing.
    """
    # py3Dmol would name the view after the time, and the frame would be drawn anew at every rerun.
    # endjs begins with the render call and closes the promise: our scripts go between the two.
    render, _, close = view.endjs.partition("\n")
    before, zoom, after = view.startjs.partition("viewer_UNIQUEID.zoomTo();\n")  # the first that is asked of the view
    scripts = [(_FOLDER / name).read_text(encoding="utf-8") for name in ("parts.js", "measure.js", "frame.js")]
    functions = ",\n".join(f"{name}: (viewer_UNIQUEID) => {{\n{script}}}" for name, script in (around or {}).items())
    set_up = (
        f"const scene = {json.dumps(scene)};\n"
        f"const parts = new Parts(viewer_UNIQUEID, {{\n{functions}\n}});\n"
        "parts.draw(scene.shown);\n"
    )
    start = "startFrame(viewer_UNIQUEID, scene, parts);\n"
    drawn = "\n".join([before + QUIET, *scripts, set_up + zoom + after + render, start + close])
    return _document(drawn.replace("UNIQUEID", key), palette)


def structure_key(prediction: Prediction) -> str:
    """Identity of what is drawn: the same structure keeps its camera, whatever is switched on around it."""
    molecule = prediction.molecule
    content = b"" if molecule is None else molecule.relative_positions.round(4).tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def _scene(prediction: Prediction, shown: Shown, palette: Palette, axial: AxialAtoms | None) -> dict[str, Any]:
    """What the script of the frame knows: numbers, checked symbols, names of atoms made safe, words of our own."""
    molecule, words = prediction.molecule, switches(prediction, axial)
    assert molecule is not None  # build_view has refused to draw none
    roles = ligand_roles(prediction, axial)
    tints = {
        "plain": atom_tints(prediction, shown, None, palette),
        "roles": atom_tints(prediction, shown, roles, palette),
    }
    return {
        "key": f"kramers-view-{structure_key(prediction)}",
        "stem": file_stem(prediction.file),
        "names": molecule.names,
        "elements": {symbol: element_name(symbol) for symbol in sorted(set(molecule.elements))},
        "metals": [molecule.metal],
        "switches": words,
        "shown": [name for name in words if getattr(shown, name)],
        "styles": {
            colours: {
                style: style_rules(style, molecule, tint, hydrogens=True, whole=shown.influence) for style in Style
            }
            for colours, tint in tints.items()
        },
        "legends": {
            "plain": _legend(prediction, shown, None, palette),
            "roles": _legend(prediction, shown, roles, palette),
        },
        "ink": palette.ink,
        "ground": palette.background,
    }


def _legend(prediction: Prediction, shown: Shown, roles: Roles | None, palette: Palette) -> list[tuple[str, str]]:
    """Colours with what they mean."""
    molecule, sphere = prediction.molecule, prediction.sphere
    if shown.influence:
        return [(colour, name) for name, colour in COLOURS.items()]
    if roles is None or molecule is None or sphere is None:
        return []
    names = [f"axial ligand at {site_name(molecule, sphere.donors[site].atoms)}" for site in roles.sites]
    lines = list(zip(palette.axial, names, strict=True))
    return [*lines, (palette.equatorial, "equatorial ligands")] if roles.equatorial else lines


def _document(view: str, palette: Palette) -> str:
    html = (_FOLDER / "frame.html").read_text(encoding="utf-8")
    parts = {"BACKGROUND": palette.background, "INK": palette.ink, "EDGE": palette.contact, "FACE": palette.face}
    parts |= {"SCHEME": "dark" if palette is DARK else "light", "VIEW": view}
    # all at once, for an atom may be called INK
    return re.sub("|".join(parts), lambda found: parts[found[0]], html)
