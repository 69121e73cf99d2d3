"""Explore: a map of ligand space, and what stands where on it."""

from __future__ import annotations

import streamlit as st

from app.explore.basket import basket_of_session, show_basket
from app.explore.explorer import show_explorer
from app.explore.placing import ask_for_colour, ask_for_place, show_placed
from app.explore.sending import leave_if_sent
from app.explore.state import exploration
from app.shared import latent_model as model
from app.shared.error_boundary import error_boundary


def show_page() -> None:
    """The field and the choices, the map, the basket."""
    leave_if_sent()
    atlas = model.the_atlas()
    visit, basket = exploration(atlas), basket_of_session()
    st.caption(
        f"{len(atlas):,} ligands with one donor atom that we wrote down (plausible, not all of them known), like ones "
        "near one another. Drag the handle and watch the ligand that the model writes there; click a point to start "
        "from it; arrow keys, wheel and pinching work."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        ask_for_place(visit)
        colour, lit = ask_for_colour(atlas)
    show_placed(visit)
    show_explorer(visit, basket, colour, lit)
    show_basket(basket, visit)


st.title("Explore")
with error_boundary():
    show_page()
