"""Complexes that this visitor built, as recipes on her desk; the last one stands on the page again when she is back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.build.entry import set_smiles
from app.shared import desk
from core.chem.ligand.ligand import Ligand
from core.chem.radii import LANTHANIDES
from core.desk.model import Kind, New
from core.schema.files import to_json
from core.workflows.build import ComplexRequest

PAGE = "build"
AGAIN = "build/again"
"""Whether what stands in the fields is to be built, without going on to another page."""


def keep_recipe(recipe: ComplexRequest) -> None:
    """Put what was built on the desk, once."""
    meta = meta_of(recipe)
    if desk.note(PAGE).get("last") != meta:
        desk.keep([New(Kind.BUILT, recipe.stem, to_json(meta).encode(), meta)])
        desk.set_note(PAGE, last=meta)


def meta_of(recipe: ComplexRequest) -> dict[str, Any]:
    """A recipe in JSON types."""
    second = None if recipe.second is None else _side(recipe.second)
    return {"axial": _side(recipe.axial), "second": second, "metal": recipe.metal, "plane": recipe.equatorial}


def _side(ligand: Ligand) -> list[Any]:
    return [ligand.smiles, ligand.donor]


def recall_last() -> None:
    """In a new visit, what was built in the last one stands there again."""
    if st.session_state.setdefault("build/recalled", False) or "axial/smiles" in st.session_state:
        return
    st.session_state["build/recalled"] = True
    if last := desk.note(PAGE).get("last"):
        lay_out(last, build=True)


def lay_out(meta: Mapping[str, Any], *, build: bool) -> None:
    """Put a recipe, or a part of one, into the fields; only before they are drawn."""
    for side in ("axial", "second"):
        if meta.get(side):
            smiles, donor = meta[side]
            set_smiles(side, smiles)
            st.session_state[f"{side}/example"] = None
            st.session_state[f"{side}/donor/{smiles}"] = donor
    if meta.get("metal") in LANTHANIDES:
        st.session_state["metal"] = meta["metal"]
        st.session_state["plane"] = meta["plane"]
        st.session_state["two"] = meta.get("second") is not None
    st.session_state[AGAIN] = build


def is_again() -> bool:
    """Whether to build what was laid out; told once."""
    return bool(st.session_state.pop(AGAIN, False))
