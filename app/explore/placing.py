"""A ligand of her own on the map, and how well the model gives it back; what the map is coloured by."""

from __future__ import annotations

import streamlit as st

from app.explore.charts import classes_of, colourings
from app.explore.state import Exploration
from app.shared import latent_model as model
from app.text import code_span, sentence
from core.design.atlas import Atlas
from core.design.latent_inspection import Reconstruction, reconstruct
from core.design.scope import scoped
from core.errors import KramersError


def ask_for_place(visit: Exploration) -> None:
    """The field for a SMILES."""
    st.text_input(
        "Find or place a ligand (SMILES)",
        key="explore/smiles",
        placeholder="O=P(c1ccccc1)(c1ccccc1)c1ccccc1",
        on_change=_place,
        args=(visit,),
        width=380,
    )


def _place(visit: Exploration) -> None:
    text = st.session_state["explore/smiles"].strip()
    visit.placed = None
    if not text:
        return
    try:
        generator, ligand = model.the_generator(), scoped(text)
        generator.encode([ligand])  # says why not, where a search would pass over it
        one = reconstruct(generator, [ligand])[0]
    except KramersError as error:
        visit.placed = error.sentence
        return
    visit.put(one.ligand, one.latent)
    visit.placed = one


def show_placed(visit: Exploration) -> None:
    """What became of the SMILES in the field."""
    placed = visit.placed
    if isinstance(placed, str):
        st.badge("cannot be placed", color="orange")
        st.text(sentence(placed), width="stretch")
        st.caption(
            "The map takes one ligand with one donor atom, as it binds: for example an alkoxide without its proton."
        )
    elif placed is not None:
        st.markdown(_words(placed, visit.atlas))


def _words(placed: Reconstruction, atlas: Atlas) -> str:
    known = "It is on the map." if atlas.number_of(placed.ligand.smiles) is not None else "It is not on the map."
    if placed.exact:
        return f":green-badge[given back exactly] The model knows this ligand. {known}"
    if placed.returned is None:
        words = f"{code_span(placed.reason or 'no ligand', 60)} comes back"
    else:
        words = f"{code_span(placed.returned.smiles, 120)} comes back"
    return (
        f":orange-badge[not given back] The model does not know this ligand well: {words}. {known} What decodes near "
        "it are ligands like the one that came back."
    )


def ask_for_colour(atlas: Atlas) -> tuple[str, str | None]:
    """What the map is coloured by, and the donor class that is lit."""
    words = colourings(atlas)
    colour = st.selectbox(
        "Colour by",
        list(words),
        format_func=words.__getitem__,
        key="explore/colour",
        width=280,
        persist_state="session",
    )
    lit = st.selectbox(
        "Light up a donor class", classes_of(atlas), index=None, key="explore/lit", placeholder="all", width=220
    )
    return str(colour), lit
