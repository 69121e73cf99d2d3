"""In which order found ligands are shown, and which of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from app.explore.state import Exploration
from app.explore.values import accessibility, label_of
from app.glossary import meaning
from app.shared import latent_model as model
from core.chem.ligand.alerts import alerts_of_smiles
from core.design.search import Candidate

NEARNESS: Final = "nearness"
SIZE: Final = "size"
EASE: Final = "ease of synthesis"


def is_known(visit: Exploration, candidate: Candidate) -> bool:
    """Whether the map or the library has it."""
    smiles = candidate.ligand.smiles
    return visit.atlas.number_of(smiles) is not None or smiles in model.the_library()


def ask_for_order(visit: Exploration, candidates: Sequence[Candidate], kind: str) -> list[Candidate]:
    """The controls above the cards, and the candidates as they say."""
    heads = {label_of(head): head.name for head in model.heads()}
    classes = sorted({one.ligand.donor_class.value for one in candidates})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.selectbox(
            "Sort by",
            ["as found", NEARNESS, SIZE, EASE, *heads],
            key=f"explore/sort/{kind}",
            width=240,
            persist_state="session",
        )
        if order != "as found":
            falling = st.toggle("largest first", key=f"explore/falling/{kind}", persist_state="session")
        with st.popover("Filter", icon=":material/filter_alt:"):
            wanted = st.multiselect("Donor classes", classes, key=f"explore/classes/{kind}", placeholder="all")
            most = st.number_input("Heavy atoms, at most", 1, 200, 200, key=f"explore/most/{kind}")
            new = st.toggle("new ligands only", key=f"explore/new/{kind}")
            safe = st.toggle("without alerts", key=f"explore/safe/{kind}", help=meaning("alert"))
    shown = [
        one
        for one in candidates
        if (not wanted or one.ligand.donor_class.value in wanted)
        and one.ligand.heavy_atoms <= most
        and not (new and is_known(visit, one))
        and not (safe and alerts_of_smiles(one.ligand.smiles, one.ligand.donor_class))
    ]
    if len(shown) < len(candidates):
        st.caption(f"{len(shown)} of {len(candidates)} pass the filter.")
    if order == "as found":
        return shown
    return sorted(shown, key=_key(str(order), heads), reverse=falling)


def _key(order: str, heads: dict[str, str]) -> Callable[[Candidate], float]:
    if order == NEARNESS:
        return lambda one: one.distance
    if order == SIZE:
        return lambda one: one.ligand.heavy_atoms
    if order == EASE:
        return lambda one: accessibility(one.ligand.smiles)
    return lambda one: one.values[heads[order]][0]
