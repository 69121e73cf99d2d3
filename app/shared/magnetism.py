"""χT(T) and M(H) of levels that a model predicts: asked for, since the curves of M take a second or two."""

from __future__ import annotations

import numpy as np
import streamlit as st

from app.components.viewer3d.palette import Palette
from app.shared.curves import chi_t_figure, magnetisation_figure, show_plot
from core.arrays import FloatArray
from core.qc.multiplet_magnetism import FIELDS, TEMPERATURES, magnetisation_of
from core.qc.outcome import Outcome
from core.qc.stored_levels import Record


def show_model_magnetism(key: str, outcome: Outcome, palette: Palette) -> None:
    """Both curves, folded until somebody looks."""
    with st.expander("χT(T) and M(H)", on_change="rerun", key=f"magnetism/{key}") as magnetism:
        if not magnetism.open:
            return
        left, right = st.columns([1, 1], gap="medium")
        with left:
            show_plot(f"chiT/{key}", chi_t_figure(outcome.record, (), palette), f"{outcome.stem}-chiT")
        with right:
            curves = dict(zip(TEMPERATURES, magnetisation_curves(outcome.record, TEMPERATURES), strict=True))
            figure = magnetisation_figure(FIELDS, curves, (), palette)
            show_plot(f"magnetisation/{key}", figure, f"{outcome.stem}-magnetisation")
        st.caption(f"Of a powder of isolated ions, ground multiplet alone. Level of theory: {outcome.theory}.")


def magnetisation_curves(record: Record, temperatures: tuple[float, ...]) -> FloatArray:
    """(t, b) M at `FIELDS` [μ_B]; computed once for all visitors.

    Raises:
        DomainError: Eu, whose ground multiplet has no moment.
    """
    levels = record["levels"]
    field = tuple(levels["crystal_field"]["magnetic_frame_cm1"].values())
    return _curves(levels["ion"], field, temperatures, record)


@st.cache_data(show_spinner="Computing M(H) …", max_entries=64)
def _curves(ion: str, field: tuple[float, ...], temperatures: tuple[float, ...], _record: Record) -> FloatArray:
    return np.asarray(magnetisation_of(_record, FIELDS, temperatures))
