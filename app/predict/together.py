"""Several structures of the table together: side by side, and to the engine in one go."""

from __future__ import annotations

import streamlit as st

from app.predict.batch import Source
from app.shared.handover import of_prediction, take_all
from app.tables import compared, unique
from app.text import one_line
from core.workflows.prediction import Prediction, Status


def offer_together(done: list[tuple[Source, Prediction]]) -> None:
    """The button that opens the comparison, where two structures were judged."""
    fit = [(source, prediction) for source, prediction in done if prediction.status is Status.OK]
    if len(fit) > 1 and st.button("Compare or verify several", icon=":material/table_chart:", key="together"):
        _show(fit)


@st.dialog("Compare or verify several", width="large")
def _show(fit: list[tuple[Source, Prediction]]) -> None:
    """Ticks, the comparison, and the way to Verify."""
    names = dict(zip((s.key for s, _ in fit), unique([one_line(s.name) for s, _ in fit]), strict=True))
    ticked = st.multiselect(
        "Structures", list(names), format_func=names.__getitem__, key="ticked", placeholder="tick two or more"
    )
    chosen = [prediction for source, prediction in fit if source.key in ticked]
    if len(chosen) > 1:
        st.dataframe(compared(chosen), hide_index=True, height="content", alt="Structures side by side")
    candidates = [one for prediction in chosen if (one := of_prediction(prediction)) is not None]
    pressed = st.button(
        "Verify all ticked",
        key="verify-all",
        icon=":material/verified:",
        disabled=not candidates,
        help="Opens Verify, where preset and spins are chosen once for all of them.",
    )
    if pressed:
        take_all(candidates)
