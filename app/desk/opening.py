"""From the desk to a page: her own things with a click, those of others by the address that they were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import streamlit as st

from app import page_file
from app.shared import desk
from core.desk.model import Kind, New

HOW_IT_OPENS: Final = {
    Kind.STRUCTURE: "On Predict",
    Kind.COMPARISON: "On Predict, its structures beside one another",
    Kind.LIGAND: "On Build, as axial ligand",
    Kind.BUILT: "On Build, as it was asked for",
}


def open_asked() -> None:
    """Go to what the address asks for; where it opens nothing, that is said and the page stays."""
    for word, kind in desk.WORDS.items():
        if (asked := st.query_params.get(word)) is not None:
            del st.query_params[word]
            open_named(asked, kind)


def open_named(word: str, kind: Kind) -> None:
    """Lay what a word opens on the page that shows it, and go there."""
    if things := desk.contents(word, kind):
        _open(kind, things)


def _open(kind: Kind, things: list[New]) -> NoReturn:
    if kind in (Kind.STRUCTURE, Kind.COMPARISON):
        from app.predict.files import put, take_off_all  # a page loads what it needs, and this is none of them

        if kind is Kind.COMPARISON:
            take_off_all()
        put(things)
        st.switch_page(page_file("predict"))
    from app.build.keeping import lay_out

    lay_out(ligand_of(things[0].meta) if kind is Kind.LIGAND else things[0].meta, build=kind is Kind.BUILT)
    st.switch_page(page_file("build"))


def ligand_of(meta: Mapping[str, Any]) -> dict[str, Any]:
    """A ligand as the part of a recipe that it is."""
    return {"axial": [meta["smiles"], meta["donor"]]}
