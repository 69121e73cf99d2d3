"""SMM-like or not: the models side by side, or why none is asked, and what the literature has of such complexes."""

from __future__ import annotations

import streamlit as st

from app.glossary import meaning
from app.predict.card.neighbours import show_nearest
from app.text import one_line, sentence
from core.doubts import Severity
from core.learned.literature import CAVEAT, Reported, kelvin
from core.learned.verdict import ModelEstimate, Verdict
from core.units import KELVIN_PER_CM1
from core.words import percent
from core.workflows.prediction import Prediction
from core.workflows.ring_caveat import ring_caveat

EMULATION = (
    "The network and its control were trained on levels of the electrostatic model, not on measurements: at best they "
    "say what it says."
)


LEARNED = (
    "Trees that learned from the literature's table of samples: they see the ion, number and elements of its donors, "
    "the number of ligands and what kind of complex it is, and no geometry. How good they are stands in the "
    "documentation, under Predict."
)


def show_models(prediction: Prediction) -> None:
    """The verdict of every model, or the refusal; then what was reported, and the nearest reported complexes."""
    if prediction.verdict is not None:
        _show_verdict(prediction.verdict, prediction.literature)
    if caveat := ring_caveat(prediction.sphere, prediction.verdict):
        st.caption(caveat)
    show_reported(prediction)
    show_nearest(prediction)


def verdict_line(prediction: Prediction) -> str:
    """What a chemist wants to know first, in a line of Markdown in our own words; no figure where none is trusted."""
    said = prediction.verdict
    if said is None or said.electrostatic is None:
        return "**No verdict**, for the reason below"
    opinion, levels = said.electrostatic, prediction.levels
    low, high = opinion.interval
    parts = [
        f"**{'SMM-like' if opinion.p_smm >= 0.5 else 'Not SMM-like'}** by the electrostatic model "
        f"(probability: {percent(opinion.p_smm)})",
        f"first gap **{opinion.gap:.0f} cm⁻¹** = {opinion.gap * KELVIN_PER_CM1:.0f} K (90 %: {low:.0f} to {high:.0f})",
    ]
    if levels is not None and levels.g is not None:
        parts.append(f"g_z {levels.g[2]:.2f}")
    if not said.in_domain:
        parts.append("outside what the network knows")
    if any(doubt.severity is Severity.GRAVE for doubt in prediction.doubts):
        parts.append("‼ grave doubts below")
    return " · ".join(parts)


def _show_verdict(said: Verdict, reported: Reported | None) -> None:
    if not said.in_domain:
        who = "No verdict." if said.electrostatic is None else "The network and its control do not answer."
        st.info(f"{who} {sentence(said.reason)}", icon=":material/block:")
    if said.electrostatic is None:
        return
    with st.container(horizontal=True):
        _probability("Electrostatic model", said.electrostatic)
        _probability("Voxel network", said.voxel)
        _probability("Invariant control", said.invariant)
        if reported is not None:
            _reported(reported)
    if said.voxel is not None or said.distance is not None:
        with st.expander("What stands behind these figures"):
            st.caption(f"{EMULATION} {neighbours(said)}", help=meaning("domain distance"))


def _probability(label: str, opinion: ModelEstimate | None) -> None:
    """Probability, and the gap with its 90 % interval below."""
    if opinion is None:
        return
    low, high = opinion.interval
    below = f"gap {opinion.gap:.0f} cm⁻¹ (90 %: {low:.0f} to {high:.0f})"
    st.metric(
        f"{label}: SMM-like",
        percent(opinion.p_smm),
        below,
        delta_color="off",
        delta_arrow="off",
        border=True,
        help=meaning(label.lower(), "SMM-like", "90 % interval"),
    )


def _reported(reported: Reported) -> None:
    """What the literature alone would say, and the barrier it would expect below."""
    low, high = (kelvin(bound) for bound in reported.barrier_half)
    below = f"U_eff {kelvin(reported.barrier)} K if any (half: {low} to {high})"
    st.metric(
        "The literature alone: relaxes slowly",
        percent(reported.p_slow),
        below,
        delta_color="off",
        delta_arrow="off",
        border=True,
        help=LEARNED,
    )


def show_reported(prediction: Prediction) -> None:
    """The counts of the literature in a sentence, with their source; nothing where there are none."""
    if prediction.literature is None:
        return
    st.markdown(prediction.literature.sentence)
    st.caption(CAVEAT)


def neighbours(said: Verdict) -> str:
    """The nearest training environments, in words."""
    if said.distance is None or not said.nearest:
        return ""
    names = ", ".join(one_line(name) for name in said.nearest)
    return f"Nearest training environments: {names} (distance {said.distance:.1f}; 1 is usual among them)."
