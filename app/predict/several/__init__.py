"""The card of a molecule with several metals: every ion by itself, then all magnetic ones together."""

from __future__ import annotations

import streamlit as st

from app.predict.batch import Batch, Source
from app.predict.card import show_head
from app.predict.card.choices import show_choices
from app.predict.packing import packing_of
from app.predict.several.choosing import offer_ions
from app.predict.several.line import question_of
from app.predict.several.stating import ask_about_ions, show_refusal
from app.shared.details import show_table
from app.shared.several.card import show_judged
from app.shared.several.judging import Judged, judge, wishes_of
from app.shared.several.tables import site_rows
from core.chem.io.structure import StructureError
from core.chem.radii import METALS
from core.workflows.prediction import Prediction

SITES = (
    "Lanthanides by the electrostatic model, beside the other metals as closed shells of their charge: axes are better "
    "than gaps. The voxel network was not trained on bridged ions and is not asked."
)

LEVEL = (
    "Each ion by the electrostatic model, rough beside other metals; together by their dipoles and the J that you "
    "give. Computed, not measured."
)


def has_other_metals(prediction: Prediction) -> bool:
    """Whether the judged ion has other metals beside it in its molecule."""
    molecule = prediction.molecule
    return molecule is not None and sum(element in METALS for element in molecule.elements) > 1


def show_several(source: Source, batch: Batch, prediction: Prediction) -> None:
    """The whole card.

    Args:
        source: the file.
        batch: where choices are kept.
        prediction: what was said while no site was chosen.
    """
    key = source.key
    with st.container(border=True):
        show_head(key, prediction)
        question = question_of(source, batch)
        try:
            judged = judge(question, wishes_of(key))
        except StructureError as error:
            show_choices(key, batch, prediction)
            show_refusal(key, question, error)
            return
        show_judged(
            key,
            judged,
            lambda: _show_sites(key, judged),
            lambda: _show_choices(key, batch, prediction),
            packing_of(source, batch),
        )
        offer_ions(key, question, judged)


def _show_level() -> None:
    st.caption(LEVEL)


def _show_choices(key: str, batch: Batch, prediction: Prediction) -> None:
    _show_level()
    show_choices(key, batch, prediction)


def show_metals(source: Source, batch: Batch) -> None:
    """Below the card of one ion: the other metals of its molecule."""
    with st.expander("All metals of the molecule"):
        try:
            judged = judge(question_of(source, batch), wishes_of(source.key))
        except StructureError as error:
            show_refusal(source.key, question_of(source, batch), error)
            return
        show_judged(source.key, judged, lambda: _show_sites(source.key, judged), _show_level)


def _show_sites(key: str, judged: Judged) -> None:
    digits = {"first gap / cm⁻¹": 0, "g_z": 2, "axis to donors / °": 1}
    show_table(site_rows(judged.record, judged.found), **digits)
    st.caption(SITES)
    ask_about_ions(key, judged)
