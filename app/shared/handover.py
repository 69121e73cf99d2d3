"""A complex on its way from another page to Verify. Light: nothing here loads the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app import page_file
from core.chem.handed_complex import Complex
from core.workflows.build import Built
from core.workflows.prediction import Prediction

PAGE = page_file("verify")
KEY = "verify/candidate"
SEVERAL = "verify/several"


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A complex that can be sent to the engine.

    Attributes:
        title: what the queue calls it (hostile text).
        complex: what is computed.
        question: why it has to be asked for, a sentence (hostile text); empty where it is known.
        meta: what the ledger keeps beside the question, JSON types.
    """

    title: str
    complex: Complex
    question: str
    meta: Mapping[str, Any] = field(default_factory=dict)


def of_built(built: Built) -> Candidate:
    """A complex of the Build page."""
    recipe = built.recipe
    meta: dict[str, Any] = {"source": "build", "metal": recipe.metal, "equatorial": recipe.equatorial}
    if recipe.second is None:  # only then is it one ligand's complex, and a label for that ligand
        ligand = recipe.axial
        meta |= {"smiles": ligand.smiles, "donor": ligand.donor, "donor_class": ligand.donor_class.value}
    return Candidate(
        title=recipe.stem,
        complex=built.complex.complex,
        question="",
        meta=meta,
    )


def of_prediction(prediction: Prediction) -> Candidate | None:
    """A complex cut out of a crystal; None where there is no molecule with a trivalent ion."""
    handed = prediction.complex
    if handed is None:
        return None
    return Candidate(
        title=prediction.file,
        complex=handed,
        question="" if handed.charge is not None else _question(prediction),
        meta={"source": "predict", "file": prediction.file, "metal": prediction.metal},
    )


def _question(prediction: Prediction) -> str:
    report = prediction.report
    found = "" if prediction.charge is None else f" It is probably {prediction.charge:+d}."
    others = ", ".join(f"{charge:+d}" for charge in report.charge_alternatives)
    return f"{report.charge_reasoning}{found}{f' It may also be {others}.' if others else ''}".strip()


def offer(candidate: Candidate | None, key: str) -> None:
    """The button that takes a complex to the Verify page."""
    if candidate is None:
        return
    pressed = st.button(
        "Verify",
        key=f"verify/{key}",
        icon=":material/verified:",
        help="Compute the levels of this complex ab initio: opens the Verify page, where the run is set up.",
    )
    if pressed:
        take(candidate)


def take(candidate: Candidate) -> None:
    """Open the Verify page with a complex."""
    st.session_state.pop(SEVERAL, None)
    st.session_state[KEY] = candidate
    st.switch_page(PAGE)


def take_all(candidates: Sequence[Candidate]) -> None:
    """Open the Verify page with several complexes, to be computed alike."""
    st.session_state[SEVERAL] = tuple(candidates)
    st.switch_page(PAGE)
