"""Several structures of the table together: side by side, and to the engine in one go."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.predict.batch import Source
from app.shared.handover import of_prediction, take_all
from app.tables import Row, compared, unique
from core.workflows.prediction import Prediction, Status


def offer_together(done: Sequence[tuple[Source, Prediction]], rows: Sequence[Row]) -> None:
    """The button that opens the comparison, where two structures were judged.

    Args:
        done: the files with what was said of each.
        rows: their lines of the table.
    """
    fit = [one for one in zip(done, rows, strict=True) if one[1]["status"] == Status.OK.value]
    if len(fit) > 1 and st.button("Compare or verify several", icon=":material/table_chart:", key="together"):
        _show([(source.key, prediction, row) for (source, prediction), row in fit])


@st.dialog("Compare or verify several", width="large")
def _show(fit: list[tuple[str, Prediction, Row]]) -> None:
    """Ticks, the comparison, and the way to Verify."""
    names = dict(zip((key for key, _, _ in fit), unique([str(row["file"]) for _, _, row in fit]), strict=True))
    ticked = st.multiselect(
        "Structures", list(names), format_func=names.__getitem__, key="ticked", placeholder="tick two or more"
    )
    chosen = [(prediction, row) for key, prediction, row in fit if key in ticked]
    if len(chosen) > 1:
        table = compared([row for _, row in chosen])
        st.dataframe(table, hide_index=True, height="content", alt="Structures side by side")
    if any(row["leading ion"] for _, row in chosen):
        st.caption("Of several lanthanides the leading one stands here; to Verify they go from their own card.")
    candidates = [one for prediction, _ in chosen if (one := of_prediction(prediction)) is not None]
    pressed = st.button(
        "Verify all ticked",
        key="verify-all",
        icon=":material/verified:",
        disabled=not candidates,
        help="Opens Verify, where preset and spins are chosen once for all of them.",
    )
    if pressed:
        take_all(candidates)
