"""Coupled ions on a page: picture and spectrum, what the coupling does to each ion, and the tables behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate
from math import prod
from typing import Any

import streamlit as st

from app.components.viewer3d import several as viewer
from app.components.viewer3d.view import DARK, LIGHT, Palette
from app.shared.curves import show_plot
from app.shared.details import show_table
from app.shared.several.exchange import show_exchange
from app.shared.several.figures import exchange_figure, ising_figure
from app.shared.several.judging import Judged
from app.shared.several.magnetism import show_magnetism
from app.shared.several.tables import bridge_rows, configuration_rows, flip_rows, line_rows, matrix_rows, pair_rows
from app.text import file_stem, sentence
from core.chem.crystal.packing import Packing
from core.units import KELVIN_PER_CM1

LEAST_TOROIDAL = 1.0
"""Toroidal moments up to this are not worth a figure of their own [Å μ_B]; 1 μ_B on a circle of 1 Å."""

PICTURE = (
    "Arrows: the easy axis of each ion, through it. Ellipsoids: half axes g_x, g_y and g_z of its ground level, 0.1 Å "
    "for g = 1, so that the g = 2 of a spin is a ball inside its atom. Dashed: distances of bridged ions."
)
HEADS = " The heads are the moments of the lowest configuration; all of them turned round together is the same level."
SPECTRUM = (
    "What becomes of the ions' ground levels, at ± g_z/2 of each level of the whole; what has no moment stands in the "
    "middle. Point at a level for its toroidal moment. More levels stand in the table."
)
CONVENTION = (
    "H = Σ hᵢ + dipoles − J S₁·S₂ (Lines): J > 0 is ferromagnetic, and the J of papers that write −2J S₁·S₂ is half of "
    "this. S of a lanthanide is (g_J − 1) J on its ground multiplet."
)
MATRIX = (
    "Energy of two moments along their easy axes, as these are drawn from the ions / cm⁻¹: dipolar above the diagonal, "
    "exchange below. Turning one of the two changes the sign."
)
BLOCKING = (
    "Each level is a configuration of the ions' moments and its reverse, equal ones side by side; dotted lines turn "
    "one ion. An ion tunnels alone unless turning it costs much more than what mixes its two directions (ten times, a "
    "rule of ours)."
)


def show_picture(key: str, judged: Judged, packing: Packing | None = None) -> None:
    """All ions in 3-D, beside the spectrum where they are coupled.

    Args:
        key: identity of the molecule, for the widgets.
        judged: what is shown.
        packing: what stands around the molecule in its crystal.
    """
    dark = st.context.theme.type == "dark"
    left, right = st.columns([1, 1], gap="medium")
    coupling = judged.coupling
    with left:
        viewer.show(judged.found, dark=dark, packing=packing)
        with st.popover("What is drawn", type="tertiary"):
            st.caption(PICTURE + (HEADS if coupling is not None and coupling["ising"] is not None else ""))
    if coupling is not None:
        with right:
            figure = exchange_figure(lowest_lines(judged), DARK if dark else LIGHT)
            show_plot(f"exchange/{key}", figure, f"{file_stem(judged.found.file)}-exchange")
            st.caption(SPECTRUM)


def lowest_lines(judged: Judged) -> list[Mapping[str, Any]]:
    """Levels of the whole that come of the ions' ground levels."""
    system, coupling = judged.found.system, judged.coupling
    assert system is not None and coupling is not None
    states = prod(site.boundaries()[0] for site in system.sites)
    counted = accumulate(line["states"] for line in coupling["spectrum"])
    return [line for line, count in zip(coupling["spectrum"], counted, strict=True) if count <= states]


def show_numbers(coupling: Mapping[str, Any]) -> None:
    """The figures of the whole that a chemist looks for first."""
    ground, *others = coupling["spectrum"]
    with st.container(horizontal=True):
        if ground["g"] is None:
            _number("Ground level of the whole", "no moment" if ground["states"] == 1 else "degenerate", "")
        else:
            below = f"g_x {ground['g'][0]:.3f}, g_y {ground['g'][1]:.3f}"
            _number("g_z of the ground level", f"{ground['g'][2]:.1f}", below)
        if (ground["toroidal_muB_A"] or 0.0) > LEAST_TOROIDAL:
            _number("Toroidal moment", f"{ground['toroidal_muB_A']:.1f} Å μ_B", "Σ r × m about the middle of the ions")
        if others:
            gap = others[0]["energy_cm1"]
            _number("Next level of the whole", f"{gap:.2g} cm⁻¹", f"{gap * KELVIN_PER_CM1:.2g} K")
        angles = [pair["angle_between_axes_deg"] for pair in coupling["pairs"]]
        known = [angle for angle in angles if angle is not None]
        if known:
            shown = f"{min(known):.0f}°" if max(known) - min(known) < 1 else f"{min(known):.0f}° to {max(known):.0f}°"
            _number("Angle between easy axes", shown, "")


def _number(label: str, value: str, below: str) -> None:
    st.metric(label, value, below or None, delta_color="off", delta_arrow="off", border=True)


def show_reasoning(coupling: Mapping[str, Any]) -> None:
    """What each ion is by itself, and what its neighbours add or take."""
    st.markdown("##### What the molecule is")
    for one in coupling["reasoning"]:
        st.text(sentence(one), width="stretch")


def coupling_tabs(key: str, judged: Judged) -> dict[str, Callable[[], None]]:
    """Tabs of what couples the ions and what comes of it."""
    tabs: dict[str, Callable[[], None]] = {}
    if judged.record["bridges"]:
        tabs["Bridges"] = lambda: show_table(bridge_rows(judged.record), **{"M…M / Å": 3, "M–donor–M / °": 1})
    coupling = judged.coupling
    if coupling is None:
        return tabs
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    tabs["Coupling"] = lambda: _show_coupling(key, judged, coupling)
    tabs["Exchange spectrum"] = lambda: _show_spectrum(coupling)
    tabs["χT and M(H)"] = lambda: show_magnetism(key, judged, palette)
    if coupling["ising"] is not None:
        tabs["Blocking"] = lambda: _show_blocking(key, judged, coupling, palette)
    return tabs


def _show_coupling(key: str, judged: Judged, coupling: Mapping[str, Any]) -> None:
    show_exchange(key, judged, coupling)
    digits = {"distance / Å": 3, "between easy axes / °": 1, "J / cm⁻¹": 4}
    show_table(pair_rows(coupling), **digits, **{"dipolar, Ising / cm⁻¹": 4, "exchange, Ising / cm⁻¹": 4})
    st.caption(CONVENTION)
    matrix = matrix_rows(coupling)
    if matrix:
        show_table(matrix, **dict.fromkeys(coupling["sites"], 3))
        st.caption(MATRIX)


def _show_spectrum(coupling: Mapping[str, Any]) -> None:
    digits = {"E / cm⁻¹": 3, "E / K": 3, "splitting / cm⁻¹": 6, "g_x": 3, "g_y": 3, "g_z": 3, "toroidal / Å μ_B": 2}
    show_table(line_rows(coupling), **digits)
    kept = ", ".join(f"{count} of {label}" for label, count in coupling["kept"].items())
    st.caption(f"{coupling['states']:,} product states: the lowest {kept}.")


def _show_blocking(key: str, judged: Judged, coupling: Mapping[str, Any], palette: Palette) -> None:
    ising = coupling["ising"]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        figure = ising_figure(ising, coupling["sites"], palette)
        show_plot(f"blocking/{key}", figure, f"{file_stem(judged.found.file)}-blocking")
    with right:
        show_table(flip_rows(coupling), **_FLIP_DIGITS)
        show_table(configuration_rows(ising), **_CONFIGURATION_DIGITS)
    st.caption(BLOCKING)


_CONFIGURATION_DIGITS = {"E / cm⁻¹": 3, "E / K": 3, "moment / μ_B": 1, "toroidal / Å μ_B": 1}
_FLIP_DIGITS = {
    "moment / μ_B": 2,
    "to turn it alone / cm⁻¹": 3,
    "field of the others / mT": 0,
    "mixes its directions / cm⁻¹": 6,
}
