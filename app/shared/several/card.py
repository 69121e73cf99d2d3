"""What the cards of several metals on Predict and on Verify share."""

from __future__ import annotations

import json
from collections.abc import Callable

import streamlit as st

from app.doubts import show_doubts
from app.shared.several.coupling import coupling_tabs, show_numbers, show_picture, show_reasoning
from app.shared.several.judging import Judged
from app.text import file_stem, ion_name, signed, subscripted


def summary_line(judged: Judged) -> str:
    """Formula, charge and ions, as Markdown of our own words."""
    record = judged.record
    ions = ", ".join(f"{one['label']} {ion_name(one['element'], one['oxidation_state'])}" for one in record["sites"])
    return f"**{subscripted(record['formula'])}**, charge {signed(record['charge'])} · **{ions}**".replace("#", "\\#")


def show_judged(key: str, judged: Judged, show_ions: Callable[[], None]) -> None:
    """Figures, pictures, what the molecule is, the tables, reasons to doubt, and the record as a file.

    Args:
        key: identity of the molecule, for the widgets.
        judged: what is shown.
        show_ions: draws the first tab.
    """
    coupling = judged.coupling
    if coupling is not None:
        show_numbers(coupling)
    show_picture(key, judged)
    if coupling is not None:
        show_reasoning(coupling)
    tabs = {"Ions": show_ions, **coupling_tabs(key, judged)}
    for tab, show in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with tab:
            show()
    show_doubts((*judged.found.parts.added, *judged.found.doubts))
    st.download_button(
        "JSON",
        json.dumps(judged.record, indent=2, ensure_ascii=False).encode(),
        f"{file_stem(judged.found.file)}-coupling.json",
        "application/json",
        key=f"several/json/{key}",
        icon=":material/download:",
        on_click="ignore",
    )
