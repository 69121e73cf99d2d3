"""All files of the page in a table: the ticked line is the card that stands beside it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.predict import files
from app.predict.batch import Batch, Source
from app.predict.several.line import row_of
from app.predict.together import offer_together
from app.shared import desk
from app.tables import CELL_ANGLES, to_csv
from core.workflows.prediction import Prediction

FIRST = ("file", "SMM-like / %", "first gap / cm⁻¹")
"""What is seen of the table beside a card without scrolling."""

COLUMNS = {
    "file": st.column_config.TextColumn(width=150, pinned=True),
    "leading ion": st.column_config.TextColumn(
        help="Of several lanthanides the likeliest SMM, or else the one with the largest gap: the line is its own"
    ),
    "CShM": st.column_config.NumberColumn(format="%.3f", help="Continuous shape measure, 0 for the ideal polyhedron"),
    "CN": st.column_config.NumberColumn(help="Coordination number by donor atoms; of a ring, all that touch the metal"),
    "network: SMM-like / %": st.column_config.NumberColumn(format="%.0f"),
    "network: gap / cm⁻¹": st.column_config.NumberColumn(format="%.0f"),
    "first gap / cm⁻¹": st.column_config.NumberColumn("gap / cm⁻¹", format="%.1f", width=85, help="First gap"),
    "SMM-like / %": st.column_config.NumberColumn(
        "SMM / %", format="%.0f", width=75, help="Probability that it is SMM-like, by the electrostatic model"
    ),
    "g_z": st.column_config.NumberColumn(format="%.2f"),
    "tunnelling / cm⁻¹": st.column_config.NumberColumn(format="%.3g"),
    "first doubt": st.column_config.TextColumn(help="The reason to doubt it that costs the most"),
    "axis angle / °": st.column_config.NumberColumn(
        format="%.1f", help="Between the easy axis and the most axial pair of donors"
    ),
    **dict.fromkeys(CELL_ANGLES),  # in the CSV only
}

ROW_PX = 35
"""Height of a line; the head has one too."""

MOST_ROWS = 16
"""Lines that are seen at once beside a card."""


def show_table(batch: Batch, done: list[tuple[Source, Prediction]], shown: str) -> None:
    """One line a file, and the same as CSV; a line that is clicked opens its card."""
    rows = [row_of(source, batch, prediction) for source, prediction in done]
    keys = [source.key for source, _ in done]
    st.session_state.summary = {"selection": {"rows": [keys.index(shown)], "columns": [], "cells": []}}
    st.dataframe(
        rows,
        column_config=COLUMNS,
        column_order=[*FIRST, *(name for name in rows[0] if name not in FIRST)],
        hide_index=True,
        placeholder="",
        height=ROW_PX * (1 + min(len(rows), MOST_ROWS)) + 3,
        key="summary",
        selection_mode="single-row-required",
        on_select=partial(_open_ticked, keys),
        alt="The files, a line each; the ticked one is shown beside the table",
    )
    with st.container(horizontal=True):
        offer_together(done, rows)
        st.download_button(
            "Table as CSV", to_csv(rows), "kramers.csv", "text/csv", icon=":material/download:", on_click="ignore"
        )
        _offer_link(keys)
        st.button(
            "Clear the table",
            icon=":material/close:",
            on_click=files.take_off,
            args=keys,
            key="clear",
            help="All files stay on your desk, from where they open again.",
        )


def _offer_link(keys: list[str]) -> None:
    """A link that opens these structures for somebody else."""
    with st.popover("Share", icon=":material/link:"):
        shared = files.comparison_of(keys)
        if shared is None:
            st.caption("Private: only this browser opens them.")
            st.button("Make a link to all of them", key="share", on_click=files.share_all, args=(keys,))
        else:
            st.caption("Whoever has this link opens copies of all of them; the Desk page takes it back.")
            st.code(desk.link_of(shared), language=None)


def _open_ticked(keys: list[str]) -> None:
    """Open the card of the line that was clicked."""
    ticked = st.session_state.summary.selection.rows
    if ticked and ticked[0] < len(keys):
        files.show(keys[ticked[0]])
