"""The card of one structure: what was found in the file, what follows from it, and why to doubt it."""

from __future__ import annotations

import streamlit as st

from app.doubts import show_doubts
from app.glossary import meaning
from app.predict.batch import Batch
from app.predict.card.choices import show_choices
from app.predict.card.downloads import show_downloads
from app.predict.card.verdict import show_models, verdict_line
from app.predict.files import take_off
from app.shared.details import show_details
from app.shared.handover import of_prediction, offer
from app.shared.pictures import axial_pair_name, show_pictures
from app.tables import nearest_shape
from app.text import code_span, ion_name, literal, sentence, signed, subscripted
from core.chem.crystal.packing import Packing
from core.chem.shape import names as shape_names
from core.magnetism.ion_levels import Levels
from core.units import KELVIN_PER_CM1
from core.workflows.prediction import Prediction, Status, trust


def show_card(key: str, batch: Batch, prediction: Prediction, packing: Packing | None = None) -> None:
    """The whole card.

    Args:
        key: identity of the file, for the widgets.
        batch: where choices are kept.
        prediction: what to show.
        packing: what stands around the molecule in its crystal.
    """
    with st.container(border=True):
        show_head(key, prediction)
        show_verdict(prediction)
        if prediction.molecule is not None:
            show_pictures(key, prediction, packing=packing)
        show_choices(key, batch, prediction)
        if prediction.molecule is not None:
            show_models(prediction)
            show_numbers(prediction)
            st.info(trust(), icon=":material/straighten:")
        show_doubts(prediction.doubts)
        show_details(prediction)
        show_downloads(key, prediction)


def show_head(key: str, prediction: Prediction) -> None:
    """The name, and what is done with the whole card."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(code_span(prediction.file), anchor=False)
        offer(of_prediction(prediction), key)
        st.button(
            "Close",
            key=f"close/{key}",
            icon=":material/close:",
            on_click=take_off,
            args=(key,),
            help="Takes it off this page; it stays on your desk.",
        )


def show_verdict(prediction: Prediction) -> None:
    """What the parser made of the file, in a line."""
    if prediction.status is not Status.OK:
        with st.container(border=True):
            refused = prediction.status is Status.REFUSED
            st.badge("not judged" if refused else "not readable", color="orange" if refused else "red")
            st.text(sentence(prediction.message), width="stretch")
        return
    st.markdown(f"{verdict_line(prediction)}  \n{summary_line(prediction)}", help=_words(prediction))


def _words(prediction: Prediction) -> str:
    """What the words of these lines mean, those that stand there."""
    rings = prediction.sphere is not None and prediction.sphere.hapto_ligands > 0
    return meaning("SMM-like", "90 % interval", "hapticity" if rings else "SHAPE")


def summary_line(prediction: Prediction) -> str:
    """Formula, charge, ion, coordination number and polyhedron, as Markdown of our own words."""
    parts = []
    if prediction.molecule is not None:
        parts.append(f"**{subscripted(prediction.molecule.formula)}**, charge {signed(prediction.charge)}")
    parts.append(f"**{ion_name(prediction.metal, prediction.oxidation_state)}**")
    if prediction.sphere is not None:
        parts.append(prediction.sphere.words)
    nearest = nearest_shape(prediction)
    if nearest is not None:
        label, measure = nearest
        parts.append(f"nearest to {shape_names.NAMES.get(label, 'the polyhedron')} ({label}, CShM {measure:.2f})")
    return " · ".join(parts)


def show_numbers(prediction: Prediction) -> None:
    """The figures a chemist looks for first."""
    field = prediction.levels
    if field is None or not prediction.judged:
        return
    with st.container(horizontal=True):
        _number(
            "First gap, electrostatic",
            field.first_gap,
            "cm⁻¹",
            _kelvin(field.first_gap),
            words=meaning("first gap", "electrostatic model"),
        )
        g_z = field.g[2] if field.g is not None else None
        _number("g_z of the ground level", g_z, "", _transverse(field), words=meaning("g tensor"))
        if field.tunnelling is not None:
            below, words = _kelvin(field.tunnelling), meaning("tunnelling splitting")
            _number("Tunnelling splitting", field.tunnelling, "cm⁻¹", below, digits=3, words=words)
        if prediction.axial_angle is not None and prediction.opposite is not None:
            below = f"{literal(axial_pair_name(prediction))} {prediction.opposite:.0f}°"
            _number(
                f"Angle of {field.axis_name} to {_axial(prediction)}",
                prediction.axial_angle,
                "°",
                below,
                words=meaning("easy axis"),
            )
    if prediction.cell_angles is not None:
        a, b, c = prediction.cell_angles
        st.caption(
            f"The {field.axis_name} of the molecule listed in the file makes **{a:.1f}°** with a, **{b:.1f}°** with b "
            f"and **{c:.1f}°** with c, in its sense along the nearest of the three."
        )


def _axial(prediction: Prediction) -> str:
    """What the most axial pair of donors is called."""
    sphere, pair = prediction.sphere, prediction.axial_pair
    rings = sphere and pair and all(sphere.donors[one].hapticity > 1 for one in pair)
    return "the line of the rings" if rings else "axial donors"


def _number(label: str, value: float | None, unit: str, below: str, digits: int = 1, words: str | None = None) -> None:
    least = 10.0**-digits
    shown = "none" if value is None else f"< {least:g} {unit}" if 0 < value < least else f"{value:.{digits}f} {unit}"
    shown = shown.replace(" °", "°").strip()
    st.metric(label, shown, below or None, delta_color="off", delta_arrow="off", border=True, help=words)


def _kelvin(energy: float | None) -> str:
    return "" if energy is None else f"{energy * KELVIN_PER_CM1:.1f} K"


def _transverse(field: Levels) -> str:
    return "" if field.g is None else f"g_x {field.g[0]:.3f}, g_y {field.g[1]:.3f}"
