"""Reasons to doubt, on any page: by subject, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from app.text import sentence
from core.doubts import Doubt, Severity, by_subject

MARKS: Final = {Severity.GRAVE: "‼", Severity.CAUTION: "!", Severity.NOTE: "–"}
"""What stands before a sentence of each severity."""

LEGEND: Final = "‼ the result may be another's · ! a figure may be off · – what was done, to be checked"


def show_doubts(doubts: Iterable[Doubt], *, title: str = "Reasons to doubt it") -> None:
    """Under a title and their subjects; nothing where there are none."""
    groups = by_subject(doubts)
    if not groups:
        return
    st.markdown(f"##### {title}")
    st.caption(LEGEND)
    for subject, found in groups.items():
        st.markdown(f"**{sentence(subject.value)}**")
        for one in found:
            st.text(f"{MARKS[one.severity]} {sentence(one.text)}", width="stretch")
