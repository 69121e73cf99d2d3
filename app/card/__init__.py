"""The card of one structure: what was found in the file, what follows from it, and why to doubt it."""

from __future__ import annotations

import streamlit as st

from app.batch import Batch
from app.card.choices import show_choices
from app.card.details import show_details
from app.card.downloads import show_downloads
from app.card.pictures import axial_pair_name, show_pictures
from app.card.verdict import show_models
from app.tables import nearest_shape
from app.text import code_span, ion_name, sentence, signed, subscripted
from app.verifying.handover import of_prediction, offer
from core.chem import shape_names
from core.smm.crystal_field import CrystalField
from core.smm.predictor import Prediction, Status
from core.units import KELVIN_PER_CM1


def show_card(key: str, batch: Batch, prediction: Prediction) -> None:
    """The whole card.

    Args:
        key: identity of the file, for the widgets.
        batch: where choices are kept.
        prediction: what to show.
    """
    with st.container(border=True):
        st.subheader(code_span(prediction.file), anchor=False)
        show_verdict(prediction)
        show_choices(key, batch, prediction)
        if prediction.molecule is not None:
            show_models(prediction)
            show_numbers(prediction)
            show_pictures(key, prediction)
        show_doubts(prediction)
        show_details(prediction)
        show_downloads(key, prediction)
        offer(of_prediction(prediction), key)


def show_verdict(prediction: Prediction) -> None:
    """What the parser made of the file, in a line."""
    if prediction.status is not Status.OK:
        with st.container(border=True):
            refused = prediction.status is Status.REFUSED
            st.badge("not judged" if refused else "not readable", color="orange" if refused else "red")
            st.text(sentence(prediction.message), width="stretch")
        return
    st.markdown(summary_line(prediction))


def summary_line(prediction: Prediction) -> str:
    """Formula, charge, ion, coordination number and polyhedron, as Markdown of our own words."""
    parts = []
    if prediction.molecule is not None:
        parts.append(f"**{subscripted(prediction.molecule.formula)}**, charge {signed(prediction.charge)}")
    parts.append(f"**{ion_name(prediction.metal, prediction.oxidation_state)}**")
    if prediction.sphere is not None:
        parts.append(f"coordination number {prediction.sphere.coordination_number}")
    nearest = nearest_shape(prediction)
    if nearest is not None:
        label, measure = nearest
        parts.append(f"nearest to {shape_names.NAMES.get(label, 'the polyhedron')} ({label}, CShM {measure:.2f})")
    return " · ".join(parts)


def show_numbers(prediction: Prediction) -> None:
    """The figures a chemist looks for first."""
    field = prediction.field
    if field is None:
        return
    with st.container(horizontal=True):
        _number("First gap, electrostatic", field.first_gap, "cm⁻¹", _kelvin(field.first_gap))
        _number("g_z of the ground level", field.g[2] if field.g is not None else None, "", _transverse(field))
        if field.tunnelling is not None:
            _number("Tunnelling splitting", field.tunnelling, "cm⁻¹", _kelvin(field.tunnelling), digits=3)
        if prediction.axial_angle is not None:
            name = f"Angle of {field.axis_name} to axial donors"
            _number(name, prediction.axial_angle, "°", axial_pair_name(prediction))


def _number(label: str, value: float | None, unit: str, below: str, digits: int = 1) -> None:
    least = 10.0**-digits
    shown = "none" if value is None else f"< {least:g} {unit}" if 0 < value < least else f"{value:.{digits}f} {unit}"
    shown = shown.replace(" °", "°").strip()
    st.metric(label, shown, below or None, delta_color="off", delta_arrow="off", border=True)


def _kelvin(energy: float | None) -> str:
    return "" if energy is None else f"{energy * KELVIN_PER_CM1:.1f} K"


def _transverse(field: CrystalField) -> str:
    return "" if field.g is None else f"g_x {field.g[0]:.3f}, g_y {field.g[1]:.3f}"


def show_doubts(prediction: Prediction) -> None:
    """Everything that speaks against taking the figures at their word."""
    notes = prediction.field.notes if prediction.field is not None else ()
    doubts = [*prediction.warnings, *(note for note in notes if note not in prediction.warnings)]
    if not doubts:
        return
    st.markdown("##### Reasons to doubt it")
    for doubt in doubts:
        st.text(f"– {sentence(doubt)}", width="stretch")
