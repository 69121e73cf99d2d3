"""A ligand of the map, taken to another page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.building.entry import set_smiles
from core.design.scope import ScopedLigand

VIEWS = Path(__file__).resolve().parents[1] / "views"

HELP = "Build makes the complex of two of it, and hands that on to Verify."


def offer_sending(ligand: ScopedLigand) -> None:
    """One button a page that takes a ligand."""
    if st.button("Send to Build", icon=":material/deployed_code:", key="explore/build", help=HELP):
        set_smiles("axial", ligand.smiles)
        st.session_state["axial/example"] = None
        st.session_state[f"axial/donor/{ligand.smiles}"] = ligand.donor
        st.switch_page(VIEWS / "build.py")
