"""A finished run on the page: levels, barrier, axis, crystal field, magnetism, doubts and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from app.components import viewer3d
from app.components.viewer3d.view import DARK, LIGHT, Axis, Palette, Shown
from app.doubts import show_doubts
from app.glossary import meaning
from app.shared.barrier import ARROWS, show_barrier
from app.shared.curves import Overlay, chi_t_figure, magnetisation_figure, show_plot
from app.shared.details import show_significant, show_table
from app.shared.magnetism import magnetisation_curves
from app.shared.measuring import ask_for_measurements
from app.shared.pictures import ask_for_influence
from app.shared.units import DIGITS, energy_unit, in_unit
from app.text import code_span, one_line, sentence, signed, subscripted
from app.verify.downloads import show_downloads, stem_of
from app.verify.finer import offer_finer
from app.verify.latent_head import latent_gap
from app.verify.measurements import show_agreement
from app.verify.other_program import show_beside, their_axis
from app.verify.predictions import Predicted, axis_angle, predicted, prediction_rows, why_not
from app.verify.relaxation import show_relaxation
from app.verify.tables import barrier_rows, check_rows, level_rows, provenance, stevens_rows
from core.chem.molecule import hill_formula
from core.doubts import Doubt, doubt_from, ordered
from core.errors import DomainError
from core.jobs.model import Job, State
from core.magnetism.ions import lanthanide
from core.magnetism.tunnelling import THRESHOLD
from core.qc.html_report import barrier_sentence
from core.qc.multiplet_magnetism import FIELDS, TEMPERATURES, difference
from core.qc.report import BARRIER_RULE
from core.qc.stored_levels import levels_of
from core.qc.tunnelling_barrier import CRITERION_RULE, CRITERION_SOURCE, criterion_barrier, criterion_sentence
from core.units import KELVIN_PER_CM1
from core.workflows.prediction import Prediction

Record = Mapping[str, Any]

FRAME = (
    "Extended Stevens convention, Stevens factor included: H = Σ B_kq O_kq. The magnetic frame has z along g_z of the "
    "ground level; Wybourne's are B^k_q of one f electron, in real form."
)
CRITERION = (
    f"g_T θ₃ is the tunnelling criterion of {CRITERION_SOURCE}: g_T = (g_x + g_y + g_z sin θ₃) / 3, θ₃ the angle. From "
    f"{THRESHOLD:.0f}° on the magnetisation is taken to tunnel through the doublet. The criterion was chosen on 38 "
    "doublets of 19 Dy(III) magnets and judges 37 of them rightly. Of the ground doublet, where it is 0 by definition, "
    "it says nothing."
)

FIRST_GAP = (
    "By the first gap, the simplest rule, the magnetisation turns over the first excited level, whether or not it "
    "tunnels there; the other two rules ask each level."
)


def show_result(job: Job, record: Record) -> None:
    """The whole card of a run that has a result."""
    found, doubts = predicted(job.id, record), doubts_of(job, record)
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    with st.container(border=True):
        st.subheader(code_span(job.title), anchor=False)
        st.markdown(_summary(record), help=meaning("CAHF", "preset", "spins"))
        offer_finer(job, record, doubts)
        _show_numbers(record, found.prediction)
        _show_pictures(job, record, found.prediction, palette)
        show_doubts(doubts)
        tabs = _tabs(job, record, found, palette)
        for tab, show in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
            with tab:
                show()
        show_downloads(job, record, doubts)


def show_failure(job: Job, record: Record | None) -> None:
    """Why a run has no result."""
    reason = job.reason if record is None else str(record.get("reason") or job.reason)
    with st.container(border=True):
        st.subheader(code_span(job.title), anchor=False)
        st.badge("refused" if job.state is State.REFUSED else "no result", color="orange")
        st.text(sentence(reason or "the run ended without a word."), width="stretch")


def doubts_of(job: Job, record: Record) -> tuple[Doubt, ...]:
    """Those of the structure and those of the run (hostile text); older jobs kept sentences, under another name."""
    kept = job.meta.get("doubts", job.meta.get("warnings", ()))
    listed = kept if isinstance(kept, list | tuple) else ()
    return ordered(doubt_from(one) for one in (*listed, *record.get("doubts", ())))


def _tabs(job: Job, record: Record, found: Predicted, palette: Palette) -> dict[str, Callable[[], None]]:
    return {
        "Levels": lambda: _show_levels(record),
        "Magnetism": lambda: _show_magnetism(job, record, palette),
        "Crystal field": lambda: _show_crystal_field(record),
        "Compare with another program": lambda: show_beside(job, record, palette),
        "Prediction against verification": lambda: show_predictions(record, found, job),
        "Checks": lambda: show_table(check_rows(record)),
        "Where it comes from": lambda: _show_provenance(job, record),
    }


def _summary(record: Record) -> str:
    asked, key, levels = record["input"], record["recipe"], record["levels"]
    formula = subscripted(hill_formula(asked["elements"]))
    return (
        f"**{formula}**, charge {signed(asked['charge'])} · **{levels['ion']}(III)**, {levels['multiplet']} · "
        f"computed, not measured: preset {key['preset']}, multiplicities {key['multiplicities']}"
    )


def _show_numbers(record: Record, prediction: Prediction | None) -> None:
    levels, barrier, by_criterion = record["levels"]["doublets"], record["barrier_cm1"], criterion_barrier(record)
    ground = levels[0]
    with st.container(horizontal=True):
        if len(levels) > 1:
            _energy("First excited level", levels[1]["energy_cm1"], words=meaning("first gap"))
        if barrier is not None:
            _energy("Barrier by moments", barrier, words=f"An estimate: {BARRIER_RULE}. {meaning('transition moment')}")
        elif ground["splitting_cm1"]:
            _energy("Tunnelling splitting", ground["splitting_cm1"], digits=3, words=meaning("tunnelling splitting"))
        if by_criterion is not None:
            _energy(
                "Barrier by criterion",
                by_criterion,
                words=f"An estimate: {CRITERION_RULE}. {meaning('tunnelling criterion')}",
            )
        if ground["g"] is not None:
            below = f"g_x {ground['g'][0]:.2g}, g_y {ground['g'][1]:.2g}"
            _metric("g_z of the ground level", f"{ground['g'][2]:.2f}", below)
        angle = axis_angle(record, prediction)
        if angle is not None:
            _metric("Axis against electrostatic model", f"{angle:.1f}°", "angle between the two")
    if rules := barrier_rows(record):
        show_table(in_unit(rules, energy_unit()), **{"U / cm⁻¹": 0, "U / K": 0, "U / meV": 2})
        st.caption(FIRST_GAP)
    for said in (barrier_sentence(record), criterion_sentence(record)):
        if said:
            st.caption(said)


def _energy(label: str, value: float, digits: int = 0, words: str | None = None) -> None:
    _metric(label, f"{value:.{digits}f} cm⁻¹", f"{value * KELVIN_PER_CM1:.{digits}f} K", words)


def _metric(label: str, value: str, below: str, words: str | None = None) -> None:
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True, help=words)


def _show_pictures(job: Job, record: Record, prediction: Prediction | None, palette: Palette) -> None:
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _show_molecule(job, record, prediction, palette)
    with right:
        show_barrier(job.id, record, palette, stem_of(job))
        st.caption(ARROWS)


def _show_molecule(job: Job, record: Record, prediction: Prediction | None, palette: Palette) -> None:
    """The complex with the computed axis, beside it that of the electrostatic model."""
    if prediction is None:
        st.caption("The complex cannot be drawn with its ligands: its parts were not recognised.")
        return
    drawn, axes = with_axes(record, prediction, palette)
    other = their_axis(job, record, palette)
    shown = Shown(influence=ask_for_influence(f"verify/{job.id}", drawn))
    viewer3d.show(drawn, shown, dark=palette is DARK, axes=axes if other is None else (*axes, other[0]))
    angle = axis_angle(record, prediction)
    compared = "" if angle is None else f" The grey arrow, {angle:.1f}° from it, is that of the electrostatic model."
    beside = "" if other is None else f" The one of {other[0].name}, from the output below, is {other[1]:.1f}° from it."
    st.caption(f"The coloured arrow is the axis of g_z of the ground level, as computed here.{compared}{beside}")


def with_axes(record: Record, prediction: Prediction, palette: Palette) -> tuple[Prediction, tuple[Axis, ...]]:
    """The prediction with the computed axis in place of its own, and its own as a further one."""
    computed, predicted = levels_of(record), prediction.levels
    if predicted is None or computed.easy_axis is None:
        return replace(prediction, levels=None), ()
    own = () if predicted.easy_axis is None else (Axis("electrostatic", predicted.easy_axis, palette.contact),)
    return replace(prediction, levels=computed), own


def _show_levels(record: Record) -> None:
    show_table(in_unit(level_rows(record), energy_unit()), **DIGITS, g_x=4, g_y=4, g_z=4, **{"g_T θ₃ / °": 1})
    st.caption(
        "Weights are along g_z of the ground level; the angle is from there to the level's own g_z, whose axis is in "
        "the frame of the XYZ file."
    )
    if lanthanide(record["levels"]["ion"]).kramers:
        st.caption(CRITERION)


def _show_crystal_field(record: Record) -> None:
    field = record["levels"]["crystal_field"]
    st.caption(f"{FRAME} Ranks up to 6 leave {100 * field['residual']:.1f} % of the splitting unexplained.")
    names = ("B_kq, magnetic frame", "B_kq, frame of the XYZ", "Wybourne, magnetic frame")
    show_significant(stevens_rows(record), *names)


def _show_magnetism(job: Job, record: Record, palette: Palette) -> None:
    overlays = show_agreement(job, dict(record), ask_for_measurements(job.id))
    left, right = st.columns([1, 1], gap="medium")
    with left:
        show_plot(f"chiT/{job.id}", chi_t_figure(record, overlays, palette), f"{stem_of(job)}-chiT")
        st.caption("χT of a powder from all coupled states, without exchange or zero-field intermolecular effects.")
    with right:
        _show_magnetisation(job, record, overlays, palette)
    show_relaxation(job.id, dict(record), tuple(point for one in overlays for point in one.data.ac), palette)


def _show_magnetisation(job: Job, record: Record, overlays: Sequence[Overlay], palette: Palette) -> None:
    temperatures = _temperatures(overlays)
    try:
        values = magnetisation_curves(record, temperatures)
        off = difference(record)
    except DomainError as error:
        st.caption(sentence(error.sentence))
        return
    curves = dict(zip(temperatures, values, strict=True))
    figure = magnetisation_figure(FIELDS, curves, overlays, palette)
    show_plot(f"magnetisation/{job.id}", figure, f"{stem_of(job)}-magnetisation")
    st.caption(
        "M of a powder from crystal field and Landé factor of the ground multiplet alone; its χT is off that of all "
        f"states by {100 * off:.1f} % at most."
    )


def _temperatures(overlays: Sequence[Overlay]) -> tuple[float, ...]:
    """Those of the measurement where it names any, at most four."""
    found = sorted({kelvin for one in overlays for _, _, kelvin in one.data.magnetisation if kelvin is not None})
    return tuple(found[:4]) or TEMPERATURES


def show_predictions(record: Record, found: Predicted, job: Job) -> None:
    """What was predicted beside what was computed."""
    latent = latent_gap(job)
    show_table(
        prediction_rows(record, found, latent),
        **{"first gap / cm⁻¹": 1, "off by / cm⁻¹": 1, "g_z": 2},
    )
    for words in (why_not(found), latent.words):
        if words:
            st.text(words, width="stretch")
    st.caption(
        "The networks were trained on levels of the electrostatic model, which was fitted to computed levels of other "
        "complexes: this is how well that carries over to yours."
    )


def _show_provenance(job: Job, record: Record) -> None:
    show_table([{"what": name, "value": one_line(value, 400)} for name, value in provenance(job, record)])
