"""Relaxation from ac data: Cole–Cole plot, ln τ against 1/T, the fitted values beside the computed barrier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from app.components.viewer3d.view import Palette
from app.shared.curves import layout_of
from app.shared.details import show_table
from app.tables import Row
from app.text import sentence
from core.errors import KramersError
from core.magnetism.ac import AcPoint, DebyeFit, fit_isotherms
from core.magnetism.fitting import Estimate
from core.magnetism.relaxation import RelaxationFit, Term, fit_rates, rates_of
from core.qc.tunnelling_barrier import criterion_barrier
from core.units import KELVIN_PER_CM1

WAYS = {Term.ORBACH: "Orbach", Term.RAMAN: "Raman", Term.QTM: "tunnelling", Term.DIRECT: "direct"}
NAMES = {
    "tau0_s": "τ₀ / s",
    "U_K": "U_eff / K",
    "C": "C / s⁻¹ K⁻ⁿ",
    "n": "n",
    "tau_qtm_s": "τ of tunnelling / s",
    "A": "A / s⁻¹ K⁻¹",
}
COOL, WARM = (69, 117, 180), (215, 48, 39)
"""Colours of the coldest and the warmest temperature."""


def show_relaxation(key: str, record: dict[str, Any], points: tuple[AcPoint, ...], palette: Palette) -> None:
    """The expander; nothing where no file holds ac data."""
    if not points:
        return
    with st.expander("Relaxation from ac data", expanded=True):
        fields = sorted({point.field for point in points if point.field is not None})
        if len(fields) > 1:
            field = st.selectbox("Static field / T", fields, key=f"ac field/{key}")
            points = tuple(point for point in points if point.field == field)
        terms = st.multiselect(
            "Ways to relax", list(WAYS), list(WAYS)[:3], format_func=lambda term: WAYS[term], key=f"terms/{key}"
        )
        try:
            fits, missing = _fits(points)
        except KramersError as error:
            st.text(sentence(error.sentence), width="stretch")
            return
        _show_temperatures(fits, missing, palette)
        _show_rates(record, fits, terms, palette)


@st.cache_data(show_spinner="Fitting", max_entries=16)
def _fits(points: tuple[AcPoint, ...]) -> tuple[tuple[DebyeFit, ...], tuple[str, ...]]:
    return fit_isotherms(points)


def _show_temperatures(fits: Sequence[DebyeFit], missing: Sequence[str], palette: Palette) -> None:
    st.plotly_chart(cole_cole_figure(fits, palette), theme=None)
    show_table([_row(fit) for fit in fits], **{"T / K": 2})
    for words in missing:
        st.text(sentence(words), width="stretch")


def _row(fit: DebyeFit) -> Row:
    return {
        "T / K": fit.temperature,
        "τ / s": _said(fit.time),
        "α": _said(fit.width),
        "χ_T / cm³ mol⁻¹": _said(fit.isothermal),
        "χ_S / cm³ mol⁻¹": _said(fit.adiabatic),
        "not used, since": fit.why_not,
    }


def _said(estimate: Estimate) -> str:
    return f"{estimate.value:.4g}" + ("" if estimate.error is None else f" ± {estimate.error:.2g}")


def _show_rates(record: dict[str, Any], fits: Sequence[DebyeFit], terms: Sequence[Term], palette: Palette) -> None:
    try:
        fit = fit_rates(rates_of(fits), terms)
    except KramersError as error:
        st.text(sentence(error.sentence), width="stretch")
        return
    st.plotly_chart(rates_figure(fit, palette), theme=None)
    show_table(value_rows(fit, record))
    for note in fit.notes:
        st.caption(sentence(note))
    st.caption("Errors are one standard deviation of the fit, and say nothing of a wrong choice of terms.")


def value_rows(fit: RelaxationFit, record: dict[str, Any]) -> list[Row]:
    """Fitted values with errors, and the barriers of the run below."""
    rows: list[Row] = [{"what": NAMES[name], "value": _said(found)} for name, found in fit.parameters.items()]
    if fit.barrier_cm1 is not None:
        rows.append({"what": "U_eff / cm⁻¹", "value": _said(fit.barrier_cm1)})
        computed = {"by moments": record.get("barrier_cm1"), "by criterion": criterion_barrier(record)}
        rows += [
            {"what": f"computed barrier {name}", "value": f"{cm1:.0f} cm⁻¹ = {cm1 * KELVIN_PER_CM1:.0f} K"}
            for name, cm1 in computed.items()
            if cm1 is not None
        ]
    return rows


def cole_cole_figure(fits: Sequence[DebyeFit], palette: Palette) -> go.Figure:
    """χ″ against χ′, a colour for each temperature, lines the fits."""
    figure = go.Figure()
    for number, fit in enumerate(fits):
        share = number / max(len(fits) - 1, 1)
        colour = "rgb({},{},{})".format(*(round(a + share * (b - a)) for a, b in zip(COOL, WARM, strict=True)))
        frequencies = np.array([point.frequency for point in fit.points])
        curve = fit.curve(np.geomspace(frequencies.min(), frequencies.max(), 60))
        name = f"{fit.temperature:.1f} K"
        line = {"color": colour, "width": 1.5}
        figure.add_trace(
            go.Scatter(x=curve.real, y=-curve.imag, mode="lines", line=line, showlegend=False, hoverinfo="skip")
        )
        x, y = [point.real for point in fit.points], [point.imaginary for point in fit.points]
        marker = {"color": colour, "symbol": "circle-open", "size": 6}
        figure.add_trace(go.Scatter(x=x, y=y, mode="markers", marker=marker, name=name))
    return figure.update_layout(**layout_of("χ′ / cm³ mol⁻¹", "χ″ / cm³ mol⁻¹", palette))


def rates_figure(fit: RelaxationFit, palette: Palette) -> go.Figure:
    """ln τ against 1/T with errors, and the fit through it."""
    temperatures = np.array([rate.temperature for rate in fit.rates])
    values = [rate.log_time.value for rate in fit.rates]
    errors = {"type": "data", "array": [rate.log_time.error or 0.0 for rate in fit.rates]}
    marker = {"color": palette.axis, "symbol": "circle-open", "size": 7}
    figure = go.Figure(
        go.Scatter(x=1 / temperatures, y=values, error_y=errors, mode="markers", marker=marker, name="τ of each T")
    )
    smooth = 1 / np.linspace(1 / temperatures.max(), 1 / temperatures.min(), 200)
    line = {"color": palette.face, "width": 2}
    figure.add_trace(go.Scatter(x=1 / smooth, y=fit.log_times(smooth), mode="lines", line=line, name="fit"))
    return figure.update_layout(**layout_of("T⁻¹ / K⁻¹", "ln(τ / s)", palette))
