"""The structure editor: JSME (Bienfait & Ertl, J. Cheminform. 2013, 5, 24, doi:10.1186/1758-2946-5-24) in a frame.

JSME lies in `app/static/jsme`. Its frame may load from our own server only, and may open no window.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

HEIGHT = 400
"""Height of the editor [px]."""

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sheet:
    """What page and editor agree on between two runs.

    Attributes:
        revision: number of the text that the editor started from; a new one makes it load `smiles`.
        given: SMILES that the page gave.
        smiles: SMILES on the sheet: the one drawn, or `given` while nothing was drawn.
    """

    revision: int
    given: str
    smiles: str

    def after(self, given: str, drawing: object) -> Sheet:
        """The sheet of the next run.

        Args:
            given: what the page gives now. Text that is neither what it gave nor what it got replaces the drawing.
            drawing: what the browser reports; hostile. A drawing that started from older text no longer counts.
        """
        if given not in (self.given, self.smiles):
            return Sheet(self.revision + 1, given, given)
        drawn = _smiles_of(drawing, self.revision)
        return Sheet(self.revision, given, given if drawn is None else drawn)


def sketch(smiles: str, *, dark: bool, key: str) -> str:
    """Show the editor and tell what is drawn in it.

    The page runs again at every change of the drawing, unfinished ones too. A page that puts the answer into its own
    text field and gives it back unchanged keeps the drawing as it is; any other text is drawn anew. A double bond
    counts as it is drawn, cis or trans, also where the text left that open.

    Args:
        smiles: the ligand to start from; what is no SMILES leaves the sheet empty, with a message below it.
        dark: whether the page is dark.
        key: name of this editor in the session.

    Returns:
        SMILES of the drawing, empty where it was wiped, or `smiles` while nothing was drawn. The browser wrote it: read
        it with `core.chem.ligand.ligand`.
    """
    before: Sheet = st.session_state.get(f"{key}-sheet", Sheet(0, smiles, smiles))
    sheet = before.after(smiles, st.session_state.get(key, {}).get("drawing"))
    st.session_state[f"{key}-sheet"] = sheet
    editor = st.components.v2.component(
        "kramers_sketcher", html=_frame(), js=(_FOLDER / "sketcher.js").read_text(encoding="utf-8")
    )
    data = {"revision": sheet.revision, "smiles": sheet.smiles, "dark": dark}
    editor(key=key, data=data, on_drawing_change=lambda: None)
    return sheet.smiles


def _smiles_of(drawing: object, revision: int) -> str | None:
    """SMILES of a report of the browser; None where it is none or started from other text."""
    if not isinstance(drawing, Mapping) or drawing.get("revision") != revision:
        return None
    smiles = drawing.get("smiles")
    return smiles if isinstance(smiles, str) else None


def _frame() -> str:
    document = (_FOLDER / "frame.html").read_text(encoding="utf-8").replace("HEIGHT", str(HEIGHT))
    return (
        f'<iframe srcdoc="{html.escape(document)}" sandbox="allow-scripts allow-same-origin" '
        'title="Structure editor, for the mouse; the SMILES field takes the same ligand as text" '
        f'style="width: 100%; height: {HEIGHT}px; border: 0; display: block"></iframe>'
    )
