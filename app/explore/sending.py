"""A ligand of the map, taken to another page."""

from __future__ import annotations

import streamlit as st

from app import page_file
from app.build.entry import set_smiles
from app.build.onward import send_through
from core.design.scope import ScopedLigand

BUILD, VERIFY = "Build", "Verify"
LEAVING = "explore/leaving"

HELP = {
    BUILD: "Build makes the complex of two of it.",
    VERIFY: "Builds [Dy(H₂O)₅L₂] of it, which takes seconds to a minute, and opens that on Verify, ready to compute.",
}


def offer_sending(ligand: ScopedLigand) -> None:
    """One button a page that takes a ligand."""
    icons = {BUILD: ":material/deployed_code:", VERIFY: ":material/verified:"}
    for page, icon in icons.items():
        if st.button(f"Send to {page}", icon=icon, key=f"explore/{page}", help=HELP[page]):
            send(ligand, page)
            leave_if_sent()


def send(ligand: ScopedLigand, page: str) -> None:
    """Lay a ligand down for a page; may be done in a callback, where no page can be left."""
    set_smiles("axial", ligand.smiles)
    st.session_state["axial/example"] = None
    st.session_state[f"axial/donor/{ligand.smiles}"] = ligand.donor
    st.session_state[LEAVING] = True
    if page == VERIFY:
        send_through()


def leave_if_sent() -> None:
    """Go where a ligand was sent; all ways lead through Build, which has the geometry."""
    if st.session_state.pop(LEAVING, False):
        st.switch_page(page_file("build"))
