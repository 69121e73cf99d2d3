"""SMM-like or not: the models, the electrostatic model and the dumb baseline side by side, or why none is asked."""

from __future__ import annotations

import streamlit as st

from app.text import one_line, sentence
from core.smm.predictor import Prediction
from core.smm.smm_like import GAP_CM1
from core.smm.verdict import Opinion, Verdict

RULE = (
    f"SMM-like means: in zero field, one ion, first gap of at least {GAP_CM1:g} cm⁻¹ and an axial ground doublet. It "
    "is not the same as “reported as an SMM”, which depends on field, dilution and packing."
)

EMULATION = (
    "The network and its control were trained on levels of the electrostatic model, not on measurements: at best they "
    "say what it says."
)


def show_models(prediction: Prediction) -> None:
    """The verdict of every model, or the refusal."""
    said = prediction.verdict
    if said is None:
        return
    if not said.in_domain:
        who = "No verdict." if said.electrostatic is None else "The network and its control do not answer."
        st.info(f"{who} {sentence(said.reason)}", icon=":material/block:")
    if said.electrostatic is None:
        return
    with st.container(horizontal=True):
        _probability("Electrostatic model: SMM-like", said.electrostatic)
        _probability("Voxel network: SMM-like", said.voxel)
        _probability("Invariant control: SMM-like", said.invariant)
        st.metric("The metal alone would say", _percent(said.metal_only), border=True)
    st.caption(f"{RULE} {EMULATION} {neighbours(said)}")


def _probability(label: str, opinion: Opinion | None) -> None:
    """Probability, and the gap with its 90 % interval below."""
    if opinion is None:
        return
    low, high = opinion.interval
    below = f"gap {opinion.gap:.0f} cm⁻¹ (90 %: {low:.0f} to {high:.0f})"
    st.metric(label, _percent(opinion.p_smm), below, delta_color="off", delta_arrow="off", border=True)


def _percent(share: float | None) -> str:
    if share is None:
        return "not known"
    return "> 99 %" if share > 0.99 else "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def neighbours(said: Verdict) -> str:
    """The nearest training environments, in words."""
    if said.distance is None or not said.nearest:
        return ""
    names = ", ".join(one_line(name) for name in said.nearest)
    return f"Nearest training environments: {names} (distance {said.distance:.1f}; 1 is usual among them)."
