"""χT and M(H) of the coupled ions with measured points over them, and J fitted to those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import streamlit as st

from app.components.viewer3d.view import Palette
from app.shared.compute_slot import compute_slot
from app.shared.curves import Overlay, chi_t_figure, magnetisation_figure, show_plot
from app.shared.details import show_table
from app.shared.measuring import ask_for_measurements
from app.shared.several.exchange import pairs_by_bridge, take
from app.shared.several.judging import Judged
from app.tables import Row
from app.text import file_stem, sentence
from core.arrays import FloatArray
from core.coupling.fit import Fit
from core.coupling.magnetometry import magnetisation
from core.errors import KramersError
from core.qc.measured import Measured
from core.workflows.coupled_fit import fit_pairs, fit_record

FIELDS: Final = np.linspace(0.0, 7.0, 15)
"""Of M(H) [T]."""

COLD: Final = (2.0, 5.0)
"""Temperatures of M(H) where no measurement names any [K]."""

MOST_TEMPERATURES: Final = 4

ERRORS: Final = (
    "The standard error is that of the linearised problem. It knows the scatter of the points, and nothing of an error "
    "in the ions' own levels, which for a lanthanide is the larger one. The curve below has the J of the tab Coupling "
    "until these are taken."
)


def show_magnetism(key: str, judged: Judged, palette: Palette) -> None:
    """Both curves, and the fit where there are points to fit."""
    coupling = judged.coupling
    assert coupling is not None  # there is no tab without it
    overlays = ask_for_measurements(f"several/{key}")
    if any(one.data.chi_t or one.data.magnetisation for one in overlays):
        _show_fit(key, judged, overlays)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        if coupling["chi_t"] is None:
            st.caption("χT needs all coupled states, and these are too many to be found.")
        else:
            figure = chi_t_figure({"chiT": coupling["chi_t"]}, overlays, palette)
            show_plot(f"several/chiT/{key}", figure, f"{file_stem(judged.found.file)}-chiT")
            st.caption("χT of a powder of the coupled ions.")
    with right:
        _show_magnetisation(key, judged, overlays, palette)


def _show_magnetisation(key: str, judged: Judged, overlays: Sequence[Overlay], palette: Palette) -> None:
    """On demand: a matrix is diagonalised for every field and direction, which takes some ten seconds."""
    named = {kelvin for one in overlays for _, _, kelvin in one.data.magnetisation if kelvin is not None}
    temperatures = tuple(sorted(named)[:MOST_TEMPERATURES]) or COLD
    wanted = st.session_state.setdefault(f"several/wanted/{key}", False)
    if not (wanted or st.button("Compute M(H)", key=f"several/M/{key}", help="Takes some ten seconds")):
        return
    st.session_state[f"several/wanted/{key}"] = True
    try:
        values = _curves(judged.record["provenance"]["key"], judged, temperatures)
    except KramersError as error:
        st.text(sentence(error.sentence), width="stretch")
        return
    figure = magnetisation_figure(FIELDS, dict(zip(temperatures, values, strict=True)), overlays, palette)
    show_plot(f"several/magnetisation/{key}", figure, f"{file_stem(judged.found.file)}-magnetisation")
    st.caption("M of a powder of the coupled ions.")


@st.cache_data(show_spinner="Turning the field through the powder …", max_entries=64)
def _curves(name: str, _judged: Judged, temperatures: tuple[float, ...]) -> FloatArray:
    """(t, b); the key of the result stands for the ions."""
    system = _judged.found.system
    assert system is not None
    with compute_slot():
        return magnetisation(system, FIELDS, temperatures)


def _show_fit(key: str, judged: Judged, overlays: Sequence[Overlay]) -> None:
    """Which pairs are fitted, the button, and what came of it."""
    coupling = judged.coupling
    assert coupling is not None
    named = {f"{one}–{other}": (one, other) for one, other in pairs_by_bridge(judged, coupling)}
    joined = [name for name, pair in named.items() if pairs_by_bridge(judged, coupling)[pair]]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect("Fit J of", list(named), joined, key=f"several/pairs/{key}", width=360)
        between = st.checkbox("zJ′ between molecules", key=f"several/zj/{key}")
        tip = st.checkbox("TIP", key=f"several/tip/{key}", help="Temperature-independent paramagnetism")
        pressed = st.button("Fit J", key=f"several/fit/{key}", disabled=not chosen, type="primary")
    kept = f"several/fitted/{key}"
    if pressed:
        try:
            fit = _fit(judged, overlays, [named[name] for name in chosen], between=between, tip=tip)
            st.session_state[kept] = (fit, [named[name] for name in chosen])
        except KramersError as error:
            st.session_state.pop(kept, None)
            st.text(sentence(error.sentence), width="stretch")
    if kept in st.session_state:
        _show_fitted(key, *st.session_state[kept])


def _fit(
    judged: Judged, overlays: Sequence[Overlay], pairs: Sequence[tuple[str, str]], *, between: bool, tip: bool
) -> Fit:
    system = judged.found.system
    assert system is not None
    with st.spinner("Fitting J …"), compute_slot():
        return fit_pairs(judged.found, system, joined_points(overlays), pairs, between=between, tip=tip)


def joined_points(overlays: Sequence[Overlay]) -> Measured:
    """The points of all files as those of one; errors where every file gives them."""
    data = [one.data for one in overlays if one.data.chi_t or one.data.magnetisation]
    weighted = all(bool(one.chi_t_errors) for one in data if one.chi_t)
    field_weighted = all(bool(one.magnetisation_errors) for one in data if one.magnetisation)
    return replace(
        Measured(),
        chi_t=tuple(point for one in data for point in one.chi_t),
        magnetisation=tuple(point for one in data for point in one.magnetisation),
        chi_t_errors=tuple(error for one in data for error in one.chi_t_errors) if weighted else (),
        magnetisation_errors=tuple(e for one in data for e in one.magnetisation_errors) if field_weighted else (),
    )


def _show_fitted(key: str, fit: Fit, pairs: Sequence[tuple[str, str]]) -> None:
    found = fit_record(fit)
    rows: list[Row] = [
        {"what": p["name"], "value": p["value"], "standard error": p["standard_error"], "unit": _unit(p["unit"])}
        for p in found["parameters"]
    ]
    show_table(rows, value=4, **{"standard error": 4})
    st.text(_quality(found), width="stretch")
    st.caption(ERRORS)
    values = dict(zip(pairs, (p.value for p in fit.parameters), strict=False))
    st.button("Take these J", key=f"several/take/{key}", on_click=take, args=(key, values))


def _quality(found: dict[str, Any]) -> str:
    """How far the curves stay from the points, and other minima."""
    parts = []
    if found["rms_chi_t_cm3_K_per_mol"] is not None:
        parts.append(f"χT is off by {found['rms_chi_t_cm3_K_per_mol']:.3g} cm³ K mol⁻¹ (root mean square).")
    if found["rms_magnetisation_muB"] is not None:
        parts.append(f"M is off by {found['rms_magnetisation_muB']:.3g} μ_B.")
    for other in found["other_minima"]:
        values = ", ".join(f"{value:.3g}" for value in other["values"])
        parts.append(f"Another minimum: {values}, with {other['cost_over_best']:.3g} times the sum of squares.")
    return " ".join(parts)


def _unit(name: str) -> str:
    return {"cm-1": "cm⁻¹", "cm3 mol-1": "cm³ mol⁻¹"}.get(name, name)
