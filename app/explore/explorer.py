"""The map with what follows its handle, of which the most runs again while a hand drags."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app.components.latent_map import Place, Thumb, draw_points, latent_map
from app.explore.basket import Basket
from app.explore.charts import chart
from app.explore.finding import ask_for_kind, mark_found, show_found
from app.explore.live import look, show_live
from app.explore.pictures import thumbnail_of
from app.explore.state import Exploration
from app.shared.error_boundary import error_boundary


def show_explorer(visit: Exploration, basket: Basket, colour: str, lit: str | None) -> None:
    """Map, ligand under its handle, and below them what was found."""
    map_and_all, points = st.container(), st.container()
    with points:  # first, and below what they are shown on: they take no room, but Streamlit leaves a gap
        draw_points(chart(visit.atlas, colour, lit), key="explore/points")
    visit.tell()
    with map_and_all:
        _show_explorer(visit, basket)


@st.fragment
def _show_explorer(visit: Exploration, basket: Basket) -> None:
    """The part that runs again while a hand drags."""
    if visit.whole:
        visit.whole = False
        st.rerun()
    left, right = st.columns([5, 3], gap="medium")
    with left:  # first: a map is there before the model is loaded, and does not wait for what is sought
        _show_map(visit)
    below = st.container()
    with right, error_boundary():
        show_live(visit, look(visit), basket)
        with below:
            kind = ask_for_kind()
            show_found(visit, kind, basket)
            mark_found(visit, kind)


def _show_map(visit: Exploration) -> None:
    latent_map(
        len(visit.atlas),
        visit.told,
        visit.revision,
        key="explore/map",
        on_handle=visit.move,
        on_pick=visit.take,
        on_hover=partial(setattr, visit, "hovered"),
        on_lasso=partial(_select, visit),
        thumb=_thumb(visit),
    )


def _select(visit: Exploration, corners: Sequence[Place]) -> None:
    visit.selected = tuple(int(one) for one in visit.atlas.within(corners)) if corners else ()
    if visit.selected:
        st.session_state["explore/kind"] = "lasso"


def _thumb(visit: Exploration) -> Thumb | None:
    if visit.hovered is None:
        return None
    ligand = visit.atlas.ligands[visit.hovered]
    return Thumb(
        visit.hovered, thumbnail_of(ligand), f"{ligand.donor_class.value}, {visit.atlas.families[visit.hovered]}"
    )
