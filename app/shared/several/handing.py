"""Ions of one molecule on their way from Predict to Verify, to be computed one by one. Light: no engine here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from app.shared.handover import KEY, PAGE
from app.shared.several.judging import Question
from core.chem.sphere.metal_sites import Stated

IONS: Final = "verify/ions"


@dataclass(frozen=True, slots=True, eq=False)
class Ions:
    """Which ions of which molecule.

    Attributes:
        question: the structure.
        stated: what the chemist states of its ions.
        labels: of the ions that are to be computed.
    """

    question: Question
    stated: Stated
    labels: tuple[str, ...]


def take_ions(ions: Ions) -> None:
    """Open the Verify page with them, in place of what was brought there before."""
    st.session_state.pop(KEY, None)
    st.session_state[IONS] = ions
    st.switch_page(PAGE)
