"""The 3-D view on a page: a frame around the py3Dmol view, with 3Dmol.js from our own server."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import streamlit as st

from app.components.viewer3d.view import DARK, LIGHT, Palette, Shown, build_view
from app.text import file_stem
from core.smm.predictor import Prediction

SCRIPT = "app/static/3Dmol-min.js"
"""Address of 3Dmol.js. A frame made from a string resolves it against the page that holds it, so it stays on the same
host whatever that is called."""

HEIGHT = 460
"""Height of the view [px]."""

_FOLDER = Path(__file__).parent


def show(prediction: Prediction, shown: Shown, *, dark: bool) -> None:
    """Draw the view; while neither structure nor theme nor switches change, the frame stays as it is.

    Args:
        prediction: one that holds a molecule.
        shown: what to show beside the atoms.
        dark: whether the page is dark.
    """
    html = frame(prediction, shown, DARK if dark else LIGHT)
    st.iframe(html, height=HEIGHT, alt="The complex in three dimensions; drag to turn, scroll to zoom")


def frame(prediction: Prediction, shown: Shown, palette: Palette) -> str:
    """The whole document of the frame."""
    view = build_view(prediction, shown, palette, width="100%", height=f"{HEIGHT}px", script=SCRIPT)
    identity = structure_key(prediction)
    script = (_FOLDER / "frame.js").read_text(encoding="utf-8")
    script = script.replace("KEY", json.dumps(f"kramers-view-{identity}"))
    script = script.replace("STEM", json.dumps(file_stem(prediction.file))).replace("viewer.", "viewer_UNIQUEID.")
    # py3Dmol would name the view after the time, and the frame would be drawn anew at every rerun.
    # endjs begins with the render call and closes the promise: our script goes between the two.
    render, _, close = view.endjs.partition("\n")
    drawn = f"{view.startjs}{render}\n{script}{close}".replace("UNIQUEID", identity)
    return _document(drawn, palette)


def structure_key(prediction: Prediction) -> str:
    """Identity of what is drawn: the same structure keeps its camera, whatever is switched on around it."""
    molecule = prediction.molecule
    content = b"" if molecule is None else molecule.relative_positions.round(4).tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def _document(view: str, palette: Palette) -> str:
    html = (_FOLDER / "frame.html").read_text(encoding="utf-8")
    names = {"BACKGROUND": palette.background, "INK": palette.ink, "EDGE": palette.contact, "FACE": palette.face}
    for name, value in names.items():
        html = html.replace(name, value)
    return html.replace("VIEW", view)
