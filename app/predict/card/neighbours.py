"""The reported complexes that look most like this one, beside what is predicted of it."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from app.shared.diagram import FONT
from app.tables import Row
from app.text import one_line, sentence
from core.learned.neighbours import HOW_TO_GET, Nearest
from core.learned.simdavis import SOURCE, Sample
from core.units import KELVIN_PER_CM1
from core.workflows.prediction import Prediction

RULE = (
    "Nearest by what is seen before any physics: the same ion first, then coordination number (a π ligand counts one), "
    "donor elements, family and number of ligands; no geometry is compared."
)

PLOT = (
    "Dots: complexes of your copy whose structure Kramers has, U_eff against the gap of the electrostatic model; open "
    "ones were measured in a field. Vertical line: the gap predicted here, with the U_eff of the nearest reported "
    "complexes on it (diamonds). On the dashed line the barrier is the gap. Far below it a barrier is cut short by "
    "tunnelling or is no Orbach barrier at all, far above it the gap is too small, or the barrier is a higher level's."
)

ENDS = [5.0, 3000.0]
"""Of the axis of barriers [K]."""

COLUMNS = {
    "U_eff / K": st.column_config.NumberColumn(format="%.3g"),
    "in a field / Oe": st.column_config.NumberColumn(help="Field in which U_eff was measured; empty for zero field"),
    "T_hyst / K": st.column_config.NumberColumn(format="%.3g", help="Highest temperature with open hysteresis"),
}


def show_nearest(prediction: Prediction) -> None:
    """The list and the plot; without a copy of the table one line says how to get it."""
    found = prediction.nearest
    if found is None:
        st.caption(HOW_TO_GET)
        return
    if found.fault:
        st.warning("No reported complexes are listed: your copy of SIMDAVIS cannot be read.", icon=":material/table:")
        st.text(sentence(found.fault), width="stretch")
        return
    if not found.near:
        return
    st.markdown("**Nearest reported complexes**")
    st.dataframe(
        [nearest_row(near.sample) for near in found.near],
        column_config=COLUMNS,
        hide_index=True,
        height="content",
        placeholder="",
    )
    st.caption(f"{RULE} Source: {SOURCE}.")
    gap = predicted_gap(prediction)
    if gap and (found.known or any(near.sample.barrier for near in found.near)):
        st.plotly_chart(barrier_plot(found, gap), config={"displaylogo": False})
        st.caption(PLOT)


def predicted_gap(prediction: Prediction) -> float | None:
    """First gap of the model that stands first on the card [cm⁻¹]."""
    said = prediction.verdict
    return None if said is None or said.electrostatic is None else said.electrostatic.gap


def nearest_row(sample: Sample) -> Row:
    """One line of the list."""
    slow = {True: "yes", False: "no", None: "not measured"}[sample.slow]
    diluted = {True: "diluted", False: "", None: "?"}[sample.sight.diluted]
    return {
        "compound": one_line(sample.compound),
        "ion": sample.sight.ion,
        "sites": sample.sight.sites,
        "donors": str(sample.sight.donors),
        "family": str(sample.sight.kind),
        "dilution": diluted,
        "slow in zero field": slow,
        "U_eff / K": sample.barrier,
        "in a field / Oe": sample.field,
        "T_hyst / K": sample.hysteresis,
        "DOI": one_line(sample.doi),
    }


def barrier_plot(found: Nearest, gap: float) -> go.Figure:
    """U_eff against the predicted gap, both axes logarithmic.

    Args:
        found: what the copy of the table has.
        gap: predicted of this complex [cm⁻¹], above 0.
    """
    figure = go.Figure()
    for name, symbol, in_field in (("zero field", "circle", False), ("in a field", "circle-open", True)):
        dots = [one for one in found.known if (one.field is not None) is in_field and one.gap > 0]
        figure.add_trace(
            go.Scatter(
                x=[one.gap for one in dots],
                y=[one.barrier for one in dots],
                text=[escape(one.name) for one in dots],
                mode="markers",
                name=f"structure known, {name}",
                marker={"symbol": symbol, "size": 9},
                hovertemplate="%{text}<br>gap %{x:.0f} cm⁻¹, U_eff %{y:.3g} K<extra></extra>",
            )
        )
    near = [one.sample for one in found.near if one.sample.barrier is not None]
    figure.add_trace(
        go.Scatter(
            x=[gap] * len(near),
            y=[sample.barrier for sample in near],
            text=[escape(one_line(sample.compound)) for sample in near],
            mode="markers",
            name="nearest reported, at the gap of this complex",
            marker={"symbol": "diamond", "size": 11},
            hovertemplate="%{text}<br>U_eff %{y:.3g} K<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(x=[gap, gap], y=ENDS, mode="lines", line={"width": 1.5}, name="this complex", hoverinfo="skip")
    )
    figure.add_trace(
        go.Scatter(
            x=[end / KELVIN_PER_CM1 for end in ENDS],
            y=ENDS,
            mode="lines",
            line={"dash": "dash", "width": 1},
            name="U_eff = gap",
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(type="log", dtick=1, title="predicted first gap / cm⁻¹")
    figure.update_yaxes(type="log", dtick=1, title="reported U<sub>eff</sub> / K")
    figure.update_layout(height=430, margin={"l": 64, "r": 24, "t": 24, "b": 52}, font={"size": 13, "family": FONT})
    return figure
