"""Figures of coupled ions: the exchange spectrum, and configurations of Ising moments with the turns between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from app.components.viewer3d.view import Palette
from app.shared.curves import layout_of
from app.shared.diagram import BAR
from core.units import KELVIN_PER_CM1

Line = Mapping[str, Any]

MOST_ARROWS: Final = 32
"""Turns of single ions that are drawn: more of them nobody can follow. Five ions have 40."""


LABEL_AT: Final = 0.7
"""Where on the way of a turn its ion is named: in the middle those that leave one level are still close."""

MOST_NAMED: Final = 8
"""Configurations that have their arrows beside them, and turns with their ion. More tell when they are pointed at."""

ASIDE: Final = 0.25
"""How far a level of the same moment is moved aside, as a share of the abscissa."""

LEAST_SPAN: Final = 12 * BAR
"""Least width of an abscissa [μ_B]."""


def exchange_figure(lines: Sequence[Line], palette: Palette) -> go.Figure:
    """Levels of the whole as bars at ± g_z/2, singlets and what has no g in the middle."""
    figure = go.Figure()
    moments = [line["g"][2] / 2 if line["g"] else 0.0 for line in lines]
    beside = [place if moment <= BAR else moment for place, moment in zip(_spread(lines), moments, strict=True)]
    for number, (line, place) in enumerate(zip(lines, beside, strict=True)):
        figure.add_trace(_bars(line, number, place, palette))
    figure = _with_kelvin(
        figure, [line["energy_cm1"] for line in lines], "moment ± g<sub>z</sub>/2 / μ<sub>B</sub>", palette
    )
    return figure.update_layout(xaxis_range=_roomy([*beside, *(-place for place in beside)]))


def _spread(lines: Sequence[Line]) -> list[float]:
    """Where a level without a moment stands [μ_B]: several at one energy side by side about the middle."""
    energies = [round(line["energy_cm1"], 4) for line in lines if not line["g"] or line["g"][2] / 2 <= BAR]
    many, seen = Counter(energies), Counter[float]()
    places = []
    for line in lines:
        energy = round(line["energy_cm1"], 4)
        places.append(3 * BAR * (seen[energy] - (many[energy] - 1) / 2))
        seen[energy] += not line["g"] or line["g"][2] / 2 <= BAR
    return places


def _roomy(places: Sequence[float]) -> list[float]:
    """Range of an abscissa [μ_B] on which bars at these places stay short and clear of the edges."""
    low, high = min(places, default=0.0), max(places, default=0.0)
    room = max(3 * BAR, (LEAST_SPAN - (high - low)) / 2)
    return [low - room, high + room]


def _bars(line: Line, number: int, place: float, palette: Palette) -> go.Scatter:
    centres = (-place, place) if line["g"] and line["g"][2] / 2 > BAR else (place,)
    x = [value for centre in centres for value in (centre - BAR, centre + BAR, None)]
    y = [value for _ in centres for value in (line["energy_cm1"], line["energy_cm1"], None)]
    said = [f"<b>level {number + 1}</b>: {line['energy_cm1']:.3g} cm⁻¹ = {line['energy_cm1'] * KELVIN_PER_CM1:.3g} K"]
    said.append("no g tensor" if line["g"] is None else f"g<sub>z</sub> = {line['g'][2]:.2f}")
    if line["toroidal_muB_A"]:
        said.append(f"toroidal moment {line['toroidal_muB_A']:.1f} Å μ<sub>B</sub>")
    colour = palette.axis if number == 0 else palette.ink
    hover = "<br>".join(said) + "<extra></extra>"
    return go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 3}, hovertemplate=hover, showlegend=False)


def ising_figure(ising: Mapping[str, Any], labels: Sequence[str], palette: Palette) -> go.Figure:
    """Configurations at the moment of the whole, and between them the turns of one ion each."""
    found = ising["configurations"]
    places = side_by_side([(one["moment_muB"], one["energy_cm1"]) for one in found])
    figure = go.Figure()
    joined: dict[tuple[int, int], list[str]] = {}  # of two ions either turn leads to the other configuration
    for first, second, ion in turns([one["signs"] for one in found])[:MOST_ARROWS]:
        joined.setdefault((first, second), []).append(labels[ion])
    for pair, ions in joined.items():
        ends = [(places[k], found[k]["energy_cm1"]) for k in pair]
        named = len(joined) <= MOST_NAMED or 0 in pair  # the lowest configuration's own turns in any case
        figure.add_trace(_turn(ends[0], ends[1], " or ".join(ions), palette, named=named))
    for number, (one, place) in enumerate(zip(found, places, strict=True)):
        colour = palette.axis if number == 0 else palette.ink
        figure.add_trace(_configuration(one, place, colour, arrows=len(found) <= MOST_NAMED))
    energies = [one["energy_cm1"] for one in found]
    figure = _with_kelvin(figure, energies, "moment of the whole / μ<sub>B</sub>", palette)
    return figure.update_layout(xaxis_range=_roomy(places))


def side_by_side(points: Sequence[tuple[float, float]]) -> list[float]:
    """Abscissa of each level (moment [μ_B], energy [cm⁻¹]): its moment, moved aside where another stands there, far
    enough for its arrows."""
    moments = [moment for moment, _ in points]
    step = max(3 * BAR, ASIDE * (max(moments) - min(moments)))
    taken: Counter[tuple[float, float]] = Counter()
    places = []
    for moment, energy in points:
        spot = (round(moment, 1), round(energy, 4))
        places.append(moment + step * taken[spot])
        taken[spot] += 1
    return places


def turns(configurations: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """Pairs of configurations that the turn of one ion joins, with that ion: (from, to, ion).

    Args:
        configurations: signs of the moments, the first +1; each stands for its reverse, too.
    """
    places = {tuple(signs): number for number, signs in enumerate(configurations)}
    steps = []
    for first, signs in enumerate(configurations):
        for ion in range(len(signs)):
            after = [-sign if k == ion else sign for k, sign in enumerate(signs)]
            second = places[tuple(after[0] * sign for sign in after)]
            if first < second:
                steps.append((first, second, ion))
    return steps


def _turn(
    first: tuple[float, float], second: tuple[float, float], label: str, palette: Palette, *, named: bool
) -> go.Scatter:
    x, y = zip(first, second, strict=True)
    return go.Scatter(
        x=[x[0], x[0] + LABEL_AT * (x[1] - x[0]), x[1]],
        y=[y[0], y[0] + LABEL_AT * (y[1] - y[0]), y[1]],
        mode="lines+text",
        text=["", label if named else "", ""],
        textposition="middle right",
        textfont={"size": 11, "color": palette.face},
        line={"color": palette.face, "width": 1.5, "dash": "dot"},
        hovertemplate=f"turning {label} alone<extra></extra>",
        showlegend=False,
    )


def _configuration(one: Mapping[str, Any], place: float, colour: str, *, arrows: bool) -> go.Scatter:
    signs = "".join("↑" if sign > 0 else "↓" for sign in one["signs"]) if arrows else ""
    moment, energy = one["moment_muB"], one["energy_cm1"]
    said = f"{energy:.3g} cm⁻¹, moment {moment:.1f} μ<sub>B</sub>, turned: {', '.join(one['flipped']) or 'none'}"
    return go.Scatter(
        x=[place - BAR, place, place + BAR],
        y=[energy] * 3,
        mode="lines+text",
        text=["", signs, ""],
        textposition="top center",
        textfont={"size": 13, "color": colour},
        line={"color": colour, "width": 3},
        hovertemplate=f"{said}<extra></extra>",
        showlegend=False,
    )


def _with_kelvin(figure: go.Figure, energies: Sequence[float], x_title: str, palette: Palette) -> go.Figure:
    """Axes: energy in cm⁻¹ on the left and in K on the right."""
    figure.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", showlegend=False, hoverinfo="skip"))
    top = max(energies) or 1.0
    span = [-0.07 * top, 1.12 * top]
    layout = layout_of(x_title, "E / cm⁻¹", palette)
    kelvin = [KELVIN_PER_CM1 * value for value in span]
    second = {**layout["yaxis"], "title": "E / K", "overlaying": "y", "side": "right", "range": kelvin}
    return figure.update_layout(**layout, yaxis_range=span, yaxis2={**second, "tickmode": "auto"})
