"""The level diagram: energy against the magnetic moment that each level has along its own easy axis."""

from __future__ import annotations

import plotly.graph_objects as go

from app.tables import main_weights
from core.smm.crystal_field import CrystalField, Doublet
from core.units import KELVIN_PER_CM1

FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
"""Fonts of the reader's machine, as the rest of the page."""

BAR = 0.7
"""Half width of a level's bar, in units of the abscissa [μ_B]."""


def level_diagram(field: CrystalField, *, ink: str, accent: str, ground: str) -> go.Figure:
    """Levels as bars at ±g_z/2 (singlets at 0), energies in cm⁻¹ on the left and K on the right.

    Args:
        field: a crystal field with at least one level.
        ink: colour of text and excited levels.
        accent: colour of the ground level.
        ground: colour of the paper.
    """
    figure = go.Figure()
    for number, level in enumerate(field.doublets):
        figure.add_trace(_bars(level, number, accent if number == 0 else ink))
    figure.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", hoverinfo="skip"))  # without it Plotly hides the axis
    top = max((level.energy for level in field.doublets), default=0.0) or 1.0
    span = [-0.06 * top, 1.06 * top]
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": ink,
        "ticks": "outside",
        "tickcolor": ink,
        "color": ink,
        "fixedrange": True,
    }
    figure.update_layout(
        xaxis={**axis, "title": "moment ± g<sub>z</sub>/2 / μ<sub>B</sub>"},
        yaxis={**axis, "title": "E / cm⁻¹", "range": span},
        yaxis2={
            **axis,
            "title": "E / K",
            "overlaying": "y",
            "side": "right",
            "tickmode": "auto",  # else Plotly repeats the ticks of the left axis, at odd numbers
            "range": [KELVIN_PER_CM1 * value for value in span],
        },
        showlegend=False,
        height=430,
        margin={"l": 64, "r": 64, "t": 40, "b": 52},
        paper_bgcolor=ground,
        plot_bgcolor=ground,
        font={"color": ink, "size": 13, "family": FONT},
        hoverlabel={"align": "left"},
    )
    return figure


def _bars(level: Doublet, number: int, color: str) -> go.Scatter:
    """One level: a bar on either side, or one in the middle, broken by None between."""
    moment = level.g[2] / 2 if level.g is not None else 0.0
    centres = (-moment, moment) if moment > 0 else (0.0,)
    x = [value for centre in centres for value in (centre - BAR, centre + BAR, None)]
    y = [value for _ in centres for value in (level.energy, level.energy, None)]
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": color, "width": 3},
        hovertemplate=_hover(level, number) + "<extra></extra>",
    )


def _hover(level: Doublet, number: int) -> str:
    """What a level says when pointed at."""
    g = "no g tensor" if level.g is None else f"g<sub>z</sub> = {level.g[2]:.2f}"
    energy = f"{level.energy:.1f} cm⁻¹ = {level.energy * KELVIN_PER_CM1:.1f} K"
    return f"<b>level {number + 1}</b>: {energy}<br>{g}<br>{main_weights(level).replace(', ', '<br>')}"
