"""The figures of a finished run: double well, χT against T, M against H, levels of several runs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from app.components.viewer3d.view import Palette
from app.diagram import BAR, FONT
from core.magnetism.angular_momentum import FloatArray
from core.qc.barrier_diagram import BarrierDiagram, Transition, Way
from core.qc.measured import Measured
from core.units import KELVIN_PER_CM1

HEIGHT = 480
LEAST_ARROW = 1e-5
"""Mean moments below this are zero but for the rounding of the record [μ_B]."""

CROWDED = 0.06
"""Levels nearer to each other than this share of the multiplet leave no room for numbers between them."""

_DASH = {Way.THROUGH: "dot", Way.UP: "solid", Way.ACROSS: "dash"}


def barrier_figure(diagram: BarrierDiagram, palette: Palette) -> go.Figure:
    """States at their moment along the main axis, arrows with the mean transition moments."""
    figure = go.Figure()
    for way in Way:
        for number, step in enumerate(step for step in diagram.transitions if step.way is way):
            figure.add_trace(_arrow(diagram, step, _way_colour(way, palette), named=number == 0))
    for line in diagram.lines:
        figure.add_trace(_bars(diagram, line, palette.ink))
    if diagram.barrier is not None:
        figure.add_hline(y=diagram.barrier, line={"color": palette.axis, "width": 1, "dash": "dot"})
    figure.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", showlegend=False))
    top = max(diagram.energies) or 1.0
    span = [-0.07 * top, 1.07 * top]
    layout = _layout("moment along the main axis / μ<sub>B</sub>", "E / cm⁻¹", palette)
    kelvin = [KELVIN_PER_CM1 * value for value in span]
    second = {**layout["yaxis"], "title": "E / K", "overlaying": "y", "side": "right", "range": kelvin}
    figure.update_layout(**layout, yaxis_range=span, yaxis2={**second, "tickmode": "auto"})
    return figure


def _way_colour(way: Way, palette: Palette) -> str:
    return {Way.THROUGH: palette.axis, Way.UP: palette.face, Way.ACROSS: palette.contact}[way]


def _arrow(diagram: BarrierDiagram, step: Transition, colour: str, *, named: bool) -> go.Scatter:
    """A line with its number in the middle and a head at the upper state."""
    x = [diagram.moments[step.first], diagram.moments[step.second]]
    y = [diagram.energies[step.first], diagram.energies[step.second]]
    # across the well every number would stand in the middle: those stand a third of the way up
    share = 0.3 if step.way is Way.ACROSS else 0.5
    middle = [a + share * (b - a) for a, b in (x, y)]
    crowded = step.way is not Way.THROUGH and abs(y[1] - y[0]) < CROWDED * max(diagram.energies)
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


def _bars(diagram: BarrierDiagram, line: Sequence[int], colour: str) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for state in line:
        moment, energy = diagram.moments[state], diagram.energies[state]
        x += [moment - BAR, moment + BAR, None]
        y += [energy, energy, None]
    energy = float(np.mean([diagram.energies[state] for state in line]))
    said = f"{energy:.1f} cm⁻¹ = {energy * KELVIN_PER_CM1:.1f} K<br>± {abs(diagram.moments[line[0]]):.2f} μ<sub>B</sub>"
    style = {"color": colour, "width": 3}
    return go.Scatter(x=x, y=y, mode="lines", line=style, showlegend=False, hovertemplate=f"{said}<extra></extra>")


def chi_t_figure(record: Mapping[str, Any], measured: Measured, palette: Palette) -> go.Figure:
    """χT of the run, with measured points over it."""
    table = record["chiT"]
    figure = go.Figure(_curve(table["T_K"], table["cm3_K_per_mol"], "computed", palette.face, marks=True))
    if measured.chi_t:
        figure.add_trace(
            _points([t for t, _ in measured.chi_t], [value for _, value in measured.chi_t], "measured", palette.axis)
        )
    layout = _layout("T / K", "χT / cm³ K mol⁻¹", palette)
    figure.update_layout(**layout, yaxis_rangemode="tozero")
    return figure


def magnetisation_figure(
    fields: FloatArray, curves: Mapping[float, FloatArray], measured: Measured, palette: Palette
) -> go.Figure:
    """M(H) at some temperatures, with measured points over it."""
    figure = go.Figure()
    dashes = ("solid", "dash", "dashdot", "dot")
    for number, (kelvin, values) in enumerate(curves.items()):
        trace = _curve(fields, values, f"computed, {kelvin:g} K", palette.face)
        figure.add_trace(trace.update(line_dash=dashes[number % len(dashes)]))
    for number, at in enumerate(dict.fromkeys(row[2] for row in measured.magnetisation)):
        rows = [row for row in measured.magnetisation if row[2] == at]
        name = "measured" if at is None else f"measured, {at:g} K"
        points = _points([row[0] for row in rows], [row[1] for row in rows], name, palette.axis)
        figure.add_trace(points.update(marker_symbol=number % 20 + 100))  # open symbols, each another
    figure.update_layout(**_layout("H / T", "M / μ<sub>B</sub>", palette), yaxis_rangemode="tozero")
    return figure


def comparison_figure(runs: Sequence[tuple[str, Sequence[float]]], palette: Palette) -> go.Figure:
    """Levels of several runs, each a ladder of its own: (name, energies [cm⁻¹])."""
    figure = go.Figure()
    for place, (name, energies) in enumerate(runs):
        x = [value for _ in energies for value in (place - 0.3, place + 0.3, None)]
        y = [value for energy in energies for value in (energy, energy, None)]
        line = {"color": palette.axis if place == 0 else palette.ink, "width": 2.5}
        hover = "%{y:.1f} cm⁻¹<extra></extra>"
        figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, name=name, hovertemplate=hover))
    layout = _layout("", "E / cm⁻¹", palette)
    ticks = {"tickvals": list(range(len(runs))), "ticktext": [name for name, _ in runs]}
    figure.update_layout(**layout, xaxis_tickvals=ticks["tickvals"], xaxis_ticktext=ticks["ticktext"])
    return figure.update_layout(showlegend=False, xaxis_range=[-0.6, len(runs) - 0.4])


def _curve(x: Any, y: Any, name: str, colour: str, *, marks: bool = False) -> go.Scatter:
    mode = "lines+markers" if marks else "lines"
    return go.Scatter(x=list(x), y=list(y), mode=mode, name=name, line={"color": colour, "width": 2})


def _points(x: Any, y: Any, name: str, colour: str) -> go.Scatter:
    marker = {"color": colour, "symbol": "circle-open", "size": 7, "line": {"width": 1.5}}
    return go.Scatter(x=list(x), y=list(y), mode="markers", name=name, marker=marker)


def _layout(x_title: str, y_title: str, palette: Palette) -> dict[str, Any]:
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.ink,
        "ticks": "outside",
        "tickcolor": palette.ink,
        "color": palette.ink,
        "fixedrange": True,
    }
    return {
        "xaxis": {**axis, "title": x_title},
        "yaxis": {**axis, "title": y_title},
        "height": HEIGHT,
        "margin": {"l": 64, "r": 64, "t": 64, "b": 58},
        "paper_bgcolor": palette.background,
        "plot_bgcolor": palette.background,
        "font": {"color": palette.ink, "size": 13, "family": FONT},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hoverlabel": {"align": "left"},
    }
