"""Which ions of a molecule go to Verify, as one batch."""

from __future__ import annotations

import streamlit as st

from app.shared.several.handing import Ions, take_ions
from app.shared.several.judging import Judged, Question, wishes_of
from core.chem.sphere.metal_sites import Role

HELP = (
    "Each ion is computed by itself, closed shells in the place of the other magnetic ones; those that symmetry makes "
    "of one another once. Opens the Verify page, where the runs are set up; their results come together again there."
)


def offer_ions(key: str, question: Question, judged: Judged) -> None:
    """A box for every lanthanide that symmetry does not make of another, and the button."""
    metals = judged.found.metals
    labels = [site.label for site in metals.magnetic if site.role is Role.LANTHANIDE and not site.image_of]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Compute ab initio**", width="content")
        chosen = tuple(label for label in labels if st.checkbox(label, value=True, key=f"several/take/{key}/{label}"))
        pressed = st.button(
            "Verify these ions",
            key=f"several/verify/{key}",
            icon=":material/verified:",
            disabled=not chosen,
            help=HELP,
        )
    if pressed:
        take_ions(Ions(question, wishes_of(key).stated, chosen))
