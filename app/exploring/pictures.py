"""Structural formulas as image addresses."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

import streamlit as st

from core.chem.ligand import Ligand
from core.chem.ligand_drawing import draw
from core.design.scope import ScopedLigand


def is_dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def formula(ligand: ScopedLigand, *, width: int, height: int, dark: bool) -> str:
    """SVG of a ligand, its donor on a disc."""
    return draw(cast(Ligand, ligand), width=width, height=height, dark=dark)  # a drawing reads SMILES and donor only


@st.cache_data(max_entries=2000, show_spinner=False)
def thumbnail(smiles: str, donor: int, dark: bool, _ligand: ScopedLigand) -> str:
    """Address (``data:``) of a small picture."""
    return f"data:image/svg+xml,{quote(formula(_ligand, width=150, height=110, dark=dark))}"


def thumbnail_of(ligand: ScopedLigand) -> str:
    """The same in the colours of the page."""
    return thumbnail(ligand.smiles, ligand.donor, is_dark(), ligand)
