"""Levels of several runs side by side."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.components.viewer3d.view import Palette
from app.shared.curves import layout_of


def comparison_figure(runs: Sequence[tuple[str, Sequence[float]]], palette: Palette) -> go.Figure:
    """Levels of several runs, each a ladder of its own: (name, energies [cm⁻¹])."""
    figure = go.Figure()
    for place, (name, energies) in enumerate(runs):
        x = [value for _ in energies for value in (place - 0.3, place + 0.3, None)]
        y = [value for energy in energies for value in (energy, energy, None)]
        line = {"color": palette.axis if place == 0 else palette.ink, "width": 2.5}
        hover = "%{y:.1f} cm⁻¹<extra></extra>"
        figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, name=name, hovertemplate=hover))
    layout = layout_of("", "E / cm⁻¹", palette)
    ticks = {"tickvals": list(range(len(runs))), "ticktext": [name for name, _ in runs]}
    figure.update_layout(**layout, xaxis_tickvals=ticks["tickvals"], xaxis_ticktext=ticks["ticktext"])
    return figure.update_layout(showlegend=False, xaxis_range=[-0.6, len(runs) - 0.4])
