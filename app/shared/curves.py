"""Figures that several pages draw: χT against T and M against H with measured points over them, and what they share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from app.components.viewer3d.view import DARK, LIGHT, Palette
from app.shared.diagram import FONT
from core.arrays import FloatArray
from core.qc.measured import Measured
from core.qc.multiplet_magnetism import chi_t_curve
from core.qc.stored_levels import ion_of

HEIGHT = 480
PICTURE_SCALE = 3
"""Pixels of a saved PNG for each of the screen: some 1,700 across, sharp in print."""

SCREEN = "as shown"
WIDTHS = MappingProxyType({SCREEN: None, "8.3 cm": 8.3, "17.1 cm": 17.1})
"""Widths of a saved figure [cm]: that of the page, one and two columns of a journal (RSC: 8.3 and 17.1)."""
WIDTH_HELP = "8.3 cm is one column of a journal, 17.1 cm two: white ground, letters of 8 pt, PNG with 600 dpi."

CM_PER_INCH = 2.54
SCREEN_DPI = 96
"""Pixels of CSS in an inch."""
PRINT_DPI = 600
PRINT_LETTERS = 8 / 72 * SCREEN_DPI
"""Letters of 8 pt [px]."""
PRINT_RATIO = 1.0
"""Height of a printed figure by its width."""
PRINT_HIGH = 420
"""Width from which on a printed figure does not become higher [px]."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A measurement with the name that the legend shows; fit for Plotly, which reads tags."""

    name: str
    data: Measured

    def scaled(self, chi_t: float, moment: float) -> Overlay:
        """With χT and M multiplied by factors, errors too."""
        data = self.data
        return Overlay(
            self.name,
            replace(
                data,
                chi_t=tuple((t, chi_t * value) for t, value in data.chi_t),
                magnetisation=tuple((h, moment * m, t) for h, m, t in data.magnetisation),
                chi_t_errors=tuple(None if error is None else chi_t * error for error in data.chi_t_errors),
                magnetisation_errors=tuple(None if e is None else moment * e for e in data.magnetisation_errors),
            ),
        )


def chi_t_figure(record: Mapping[str, Any], overlays: Sequence[Overlay], palette: Palette) -> go.Figure:
    """χT of the run, a smooth line through its temperatures, with measured points over it."""
    table = record["chiT"]
    figure = go.Figure(_curve(*_chi_t_line(record), "computed", palette.face))
    own = _points(table["T_K"], table["cm3_K_per_mol"], "computed", palette.face)
    figure.add_trace(own.update(marker_symbol="circle", marker_size=5, showlegend=False))
    for number, overlay in enumerate(overlay for overlay in overlays if overlay.data.chi_t):
        x, y = zip(*overlay.data.chi_t, strict=True)
        points = _points(x, y, overlay.name, palette.axis, overlay.data.chi_t_errors)
        figure.add_trace(points.update(marker_symbol=number % 20 + 100))
    layout = layout_of("T / K", "χT / cm³ K mol⁻¹", palette)
    figure.update_layout(**layout, yaxis_rangemode="tozero")
    return figure


def _chi_t_line(record: Mapping[str, Any]) -> tuple[Sequence[float], Sequence[float]]:
    """The record's own points where there is no single ion whose crystal field says what lies between them."""
    if "levels" not in record or not ion_of(record).two_j:
        return record["chiT"]["T_K"], record["chiT"]["cm3_K_per_mol"]
    temperatures, values = chi_t_curve(record)
    return temperatures.tolist(), values.tolist()


def magnetisation_figure(
    fields: FloatArray, curves: Mapping[float, FloatArray], overlays: Sequence[Overlay], palette: Palette
) -> go.Figure:
    """M(H) at some temperatures, with measured points over it."""
    figure = go.Figure()
    dashes = ("solid", "dash", "dashdot", "dot")
    for number, (kelvin, values) in enumerate(curves.items()):
        trace = _curve(fields, values, f"computed, {kelvin:g} K", palette.face)
        figure.add_trace(trace.update(line_dash=dashes[number % len(dashes)]))
    kinds = dict.fromkeys((overlay, row[2]) for overlay in overlays for row in overlay.data.magnetisation)
    for number, (overlay, at) in enumerate(kinds):
        rows = overlay.data.magnetisation
        here = [place for place, row in enumerate(rows) if row[2] == at]
        name = overlay.name if at is None else f"{overlay.name}, {at:g} K"
        known = overlay.data.magnetisation_errors
        errors = [known[place] for place in here] if known else ()
        points = _points([rows[p][0] for p in here], [rows[p][1] for p in here], name, palette.axis, errors)
        figure.add_trace(points.update(marker_symbol=number % 20 + 100))  # open symbols, each another
    figure.update_layout(**layout_of("H / T", "M / μ<sub>B</sub>", palette), yaxis_rangemode="tozero")
    return figure


def show_plot(key: str, figure: go.Figure, name: str) -> None:
    """A figure with a camera that saves it as SVG or PNG, as it stands or in the width of a printed column."""
    picture = st.container()
    with st.container(horizontal=True):
        kind = st.segmented_control("Save (camera) as", ["SVG", "PNG"], default="SVG", key=f"format/{key}") or "SVG"
        width = st.segmented_control("Width", list(WIDTHS), default=SCREEN, key=f"width/{key}", help=WIDTH_HELP)
    printed = WIDTHS[width or SCREEN]
    shown = figure if printed is None else for_paper(figure, printed)
    options = {"format": kind.lower(), "filename": name, "scale": _scale(kind, printed)}
    if printed is not None:
        options |= {"width": shown.layout.width, "height": shown.layout.height}
    picture.plotly_chart(
        shown,
        theme=None,
        key=f"plot/{key}",
        width="stretch" if printed is None else "content",
        config={
            "displayModeBar": True,
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": options,
        },
    )


def _scale(kind: str, printed: float | None) -> float:
    """Pixels of a picture for each of the page."""
    if kind == "SVG":
        return 1
    return PICTURE_SCALE if printed is None else PRINT_DPI / SCREEN_DPI


def for_paper(figure: go.Figure, width: float) -> go.Figure:
    """The figure in its printed width [cm]: white ground, letters of 8 pt, in light colours on a dark page too."""
    text = figure.to_json()
    for dark, light in zip(_colours(DARK), _colours(LIGHT), strict=True):
        text = text.replace(dark, light)
    drawn = go.Figure(json.loads(text))
    pixels = round(width / CM_PER_INCH * SCREEN_DPI)
    drawn.update_layout(
        width=pixels,
        height=round(PRINT_RATIO * min(pixels, PRINT_HIGH)),
        margin={"l": 46, "r": 46, "t": 44, "b": 40},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        font_size=PRINT_LETTERS,
        legend={"font": {"size": PRINT_LETTERS - 2}, "tracegroupgap": 0},
    )
    drawn.update_traces(textfont_size=PRINT_LETTERS - 2, selector={"mode": "lines+markers+text"})
    return drawn


def _colours(palette: Palette) -> tuple[str, ...]:
    return (palette.background, palette.ink, palette.face, palette.axis, palette.contact)


def _curve(x: Any, y: Any, name: str, colour: str) -> go.Scatter:
    line = {"color": colour, "width": 2, "shape": "spline"}
    return go.Scatter(x=list(x), y=list(y), mode="lines", name=name, line=line)


def _points(x: Any, y: Any, name: str, colour: str, errors: Sequence[float | None] = ()) -> go.Scatter:
    marker = {"color": colour, "symbol": "circle-open", "size": 7, "line": {"width": 1.5}}
    bars = {"type": "data", "array": [error or 0.0 for error in errors]} if errors else None
    return go.Scatter(x=list(x), y=list(y), mode="markers", name=name, marker=marker, error_y=bars)


def layout_of(x_title: str, y_title: str, palette: Palette) -> dict[str, Any]:
    """Axes, margins and colours that all figures share."""
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
