"""The double well: levels at their moments along the main axis, with arrows for the ways between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go

from app.components.viewer3d.view import Palette
from app.shared.curves import layout_of, show_plot
from app.shared.diagram import BAR
from app.shared.units import FIRST, ask_for_unit, energy_unit
from core.qc.barrier_diagram import BarrierDiagram, Transition, Way, barrier_diagram
from core.qc.stored_levels import Record
from core.units import ENERGY_UNITS, KELVIN_PER_CM1

ARROWS: Final = (
    "States of the ground multiplet at their moment along the main axis of the ground level. Numbers on the arrows are "
    "mean transition moments / μ_B: within a level they tell how fast the magnetisation tunnels, on one side how it "
    "climbs. Point at an arrow for more digits; the camera saves the picture."
)

NUMBERS: Final = "numbers: mean |μ| / μ<sub>B</sub>"
"""Above the kinds of arrows."""

LEAST_ARROW: Final = 1e-5
"""Mean moments below this are zero but for the rounding of the record [μ_B]."""

CROWDED: Final = 0.06
"""Levels nearer to each other than this share of the multiplet leave no room for numbers between them."""

_DASH: Final = {Way.THROUGH: "dot", Way.UP: "solid", Way.ACROSS: "dash"}


def show_barrier(key: str, record: Record, palette: Palette, stem: str) -> None:
    """The figure, and the unit of its energies."""
    figure = barrier_figure(barrier_diagram(record), palette, energy_unit())
    show_plot(f"barrier/{key}", figure, f"{stem}-barrier")
    ask_for_unit()


def barrier_figure(diagram: BarrierDiagram, palette: Palette, unit: str = FIRST) -> go.Figure:
    """States at their moment along the main axis, arrows with the mean transition moments; K or cm⁻¹ on the right."""
    factor, other = ENERGY_UNITS[unit], FIRST if unit == "K" else "K"
    figure = go.Figure()
    for way in Way:
        for number, step in enumerate(step for step in diagram.transitions if step.way is way):
            figure.add_trace(_arrow(diagram, step, _way_colour(way, palette), factor, named=number == 0))
    for line in diagram.lines:
        figure.add_trace(_bars(diagram, line, palette.ink, factor))
    if diagram.barrier is not None:
        figure.add_hline(y=factor * diagram.barrier, line={"color": palette.axis, "width": 1, "dash": "dot"})
    figure.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", showlegend=False))
    top = max(diagram.energies) or 1.0
    span = [-0.07 * top, 1.07 * top]
    layout = layout_of("moment along the main axis / μ<sub>B</sub>", f"E / {unit}", palette)
    right = [ENERGY_UNITS[other] * value for value in span]
    second = {**layout["yaxis"], "title": f"E / {other}", "overlaying": "y", "side": "right", "range": right}
    figure.update_layout(**layout, yaxis_range=[factor * value for value in span])
    figure.update_layout(legend_title={"text": NUMBERS, "side": "top", "font": {"size": 12}})
    return figure.update_layout(yaxis2={**second, "tickmode": "auto"})


def _way_colour(way: Way, palette: Palette) -> str:
    return {Way.THROUGH: palette.axis, Way.UP: palette.face, Way.ACROSS: palette.contact}[way]


def _arrow(diagram: BarrierDiagram, step: Transition, colour: str, factor: float, *, named: bool) -> go.Scatter:
    """A line with its number in the middle and a head at the upper state."""
    x = [diagram.moments[step.first], diagram.moments[step.second]]
    y = [factor * diagram.energies[step.first], factor * diagram.energies[step.second]]
    # across the well every number would stand in the middle: those stand a third of the way up
    share = 0.3 if step.way is Way.ACROSS else 0.5
    middle = [a + share * (b - a) for a, b in (x, y)]
    crowded = step.way is not Way.THROUGH and abs(y[1] - y[0]) < CROWDED * factor * max(diagram.energies)
    number = f"{step.moment:.2g}" if step.moment >= LEAST_ARROW else f"&lt;{LEAST_ARROW:.0e}"
    shown = "" if crowded else number
    return go.Scatter(
        x=[x[0], middle[0], x[1]],
        y=[y[0], middle[1], y[1]],
        mode="lines+markers+text",
        text=["", shown, ""],
        textposition="top center",
        textfont={"size": 11, "color": colour},
        line={"color": colour, "width": min(3.0, 0.8 + step.moment), "dash": _DASH[step.way]},
        marker={"symbol": "arrow", "angleref": "previous", "size": [0, 0, 9], "color": colour},
        name=step.way.value,
        legendgroup=step.way.value,
        showlegend=named,
        hovertemplate=f"{step.way.value}<br>mean |μ| = {step.moment:.3g} μ<sub>B</sub><extra></extra>",
    )


def _bars(diagram: BarrierDiagram, line: Sequence[int], colour: str, factor: float) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for state in line:
        moment, energy = diagram.moments[state], factor * diagram.energies[state]
        x += [moment - BAR, moment + BAR, None]
        y += [energy, energy, None]
    mean = float(np.mean([diagram.energies[state] for state in line]))
    said = f"{mean:.1f} cm⁻¹ = {mean * KELVIN_PER_CM1:.1f} K<br>± {abs(diagram.moments[line[0]]):.2f} μ<sub>B</sub>"
    style = {"color": colour, "width": 3}
    return go.Scatter(x=x, y=y, mode="lines", line=style, showlegend=False, hovertemplate=f"{said}<extra></extra>")
