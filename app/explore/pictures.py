"""Structural formulas as image addresses."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import quote

import streamlit as st

from core.chem.ligand.drawing import draw
from core.chem.ligand.ligand import Ligand
from core.design.scope import ScopedLigand

_SUPERFLUOUS = re.compile(
    r"<\?xml[^>]*>\s*|<!--.*?-->\s*| class='[^']*'|\s+(?:xmlns:\w+|xml:space|baseProfile)='[^']*'"
    r"|(?:fill-rule:evenodd|stroke-linecap:butt|stroke-linejoin:miter);|;?stroke-opacity:1(?=[;'])"
)
"""Of a drawing: what names atoms for scripts, what browsers take for granted, and what strokes and discs do not need.
Half of its length, and dozens of drawings are sent at once."""

_LITERAL = " ='/:;,.()-"
"""What may stand in an address (``data:``) as it is."""


def is_dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def formula(ligand: ScopedLigand, *, width: int, height: int, dark: bool) -> str:
    """SVG of a ligand, its donor on a disc."""
    drawn = draw(cast(Ligand, ligand), width=width, height=height, dark=dark)  # a drawing reads SMILES and donor only
    return _SUPERFLUOUS.sub("", drawn)


@st.cache_data(max_entries=2000, show_spinner=False)
def thumbnail(smiles: str, donor: int, dark: bool, _ligand: ScopedLigand) -> str:
    """Address (``data:``) of a small picture."""
    return f"data:image/svg+xml,{quote(formula(_ligand, width=150, height=110, dark=dark), safe=_LITERAL)}"


def thumbnail_of(ligand: ScopedLigand) -> str:
    """The same in the colours of the page."""
    return thumbnail(ligand.smiles, ligand.donor, is_dark(), ligand)
