"""Where the predictors stood for a molecule that has been computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.tables import Row
from app.text import sentence
from app.verify.latent_head import LatentGap
from core.angles import axes_apart
from core.errors import KramersError
from core.learned.verdict import ModelEstimate
from core.qc.stored_result import request_of
from core.workflows.isolated import judge_isolated
from core.workflows.prediction import Prediction

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """What the predictors say, or why they say nothing."""

    prediction: Prediction | None
    reason: str


@st.cache_resource(show_spinner="Asking the predictors …", max_entries=32)
def predicted(job: str, _record: Record) -> Predicted:
    """The predictors' word on the molecule of a run; judged once for all visitors.

    Args:
        job: its id, the identity of the molecule.
        _record: of the run.
    """
    spec = request_of(_record).spec
    try:
        return Predicted(judge_isolated(spec.elements, spec.positions, spec.charge, job), "")
    except KramersError as error:
        return Predicted(None, error.sentence)


def axis_angle(record: Record, prediction: Prediction | None) -> float | None:
    """Between the computed axis and that of the electrostatic model [°]."""
    predicted = None if prediction is None else prediction.levels
    return axes_apart(record["levels"]["easy_axis"], None if predicted is None else predicted.easy_axis)


def prediction_rows(record: Record, found: Predicted, latent: LatentGap) -> list[Row]:
    """Computed and predicted first gaps, one line each."""
    computed, ground = record["levels"]["first_gap_cm1"], record["levels"]["g"]
    rows = [_row("computed here", computed, computed, g_z=ground[2] if ground else None)]
    return [*rows, *_predictor_rows(found.prediction, computed), *_latent_rows(latent, computed)]


def _predictor_rows(prediction: Prediction | None, computed: float | None) -> list[Row]:
    if prediction is None:
        return []
    rows = []
    if prediction.levels is not None:
        g = prediction.levels.g
        rows.append(_row("electrostatic levels", prediction.levels.first_gap, computed, g_z=g[2] if g else None))
    said = prediction.verdict
    if said is not None:
        opinions = {"electrostatic model": said.electrostatic, "voxel network": said.voxel}
        opinions["invariant control"] = said.invariant
        rows += [_opinion_row(name, opinion, computed) for name, opinion in opinions.items() if opinion is not None]
    return rows


def _latent_rows(latent: LatentGap, computed: float | None) -> list[Row]:
    if latent.gap is None:
        return []
    return [{**_row("latent head", latent.gap, computed), **_interval((latent.low, latent.high), computed)}]


def _row(name: str, gap: float | None, computed: float | None, g_z: float | None = None) -> Row:
    missed = None if gap is None or computed is None else gap - computed
    return {
        "by": name,
        "first gap / cm⁻¹": gap,
        "off by / cm⁻¹": missed if name != "computed here" else None,
        "90 % interval / cm⁻¹": "",
        "computed gap within": "",
        "SMM-like": "",
        "g_z": g_z,
    }


def _opinion_row(name: str, opinion: ModelEstimate, computed: float | None) -> Row:
    interval = _interval(opinion.interval, computed)
    return {**_row(name, opinion.gap, computed), **interval, "SMM-like": _percent(opinion.p_smm)}


def _percent(share: float) -> str:
    """No model is certain."""
    return "> 99 %" if share > 0.99 else "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def _interval(ends: tuple[float, float], computed: float | None) -> Row:
    low, high = ends
    inside = "" if computed is None else "yes" if low <= computed <= high else "no"
    return {"90 % interval / cm⁻¹": f"{low:.0f} to {high:.0f}", "computed gap within": inside}


def why_not(found: Predicted) -> str:
    """Why a predictor is missing from the table; empty where none is."""
    if found.prediction is None:
        return sentence(f"the predictors were not asked: {found.reason}")
    said = found.prediction.verdict
    return "" if said is None or said.in_domain else sentence(f"the networks were not asked: {said.reason}")
