"""What stands around a structure of the page in its crystal, read once for each choice."""

from __future__ import annotations

import streamlit as st

from app.predict.batch import Batch, Choice, Source
from core.chem.crystal.packing import Packing
from core.chem.io.surroundings import read_packing
from core.errors import KramersError

MOST_CRYSTALS = 64
"""Surroundings that the server holds, some hundred kilobytes each."""


def packing_of(source: Source, batch: Batch) -> Packing | None:
    """Neighbours and cell of the chosen molecule; None without a crystal."""
    return _packing(source.key, source.name, batch.choice(source.key), source)


@st.cache_resource(show_spinner=False, max_entries=MOST_CRYSTALS, hash_funcs={Choice: repr})
def _packing(key: str, name: str, choice: Choice, _source: Source) -> Packing | None:
    """Kept for one file and its choice."""
    try:
        return read_packing(_source.read(), name, block=choice.block, component=choice.component)
    except KramersError:  # the card has said why, where it matters
        return None
