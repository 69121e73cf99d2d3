"""Which data block, molecule and metal site of a file is judged, and with which total charge."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.predict.batch import Batch
from app.text import one_line, subscripted
from core.workflows.prediction import Prediction

ALL_SITES = "all of them together"
"""In place of one site; where one ion alone is magnetic, it is that one."""

MOST_CHARGE = 20
"""Largest total charge that can be typed in [e]."""


def show_choices(key: str, batch: Batch, prediction: Prediction) -> None:
    """Block, component and metal site, each where there are several; the charge, where there is no crystal."""
    report, choice = prediction.report, batch.choice(key)
    with st.container(horizontal=True):
        if len(report.blocks) > 1:
            names = [one_line(name, 60) for name in report.blocks]
            _choice(key, batch, "block", "Data block", report.blocks, names, choice.block or report.block)
        if len(report.components) > 1:
            words = [f"{c.number}: {subscripted(c.formula)}, {c.copies} in the cell" for c in report.components]
            numbers = [component.number for component in report.components]
            _choice(key, batch, "component", "Molecule", numbers, words, choice.component or report.component)
        if len(report.sites) > 1 or (report.sites and (report.site is None or choice.site is not None)):
            words = [ALL_SITES, *(one_line(f"{site.label}: {site.summary}", 60) for site in report.sites)]
            sites = [None, *(site.number for site in report.sites)]
            _choice(key, batch, "site", "Metal site", sites, words, report.site)
        if report.alone:
            _charge(key, batch, report.charge_given)


def _charge(key: str, batch: Batch, given: int | None) -> None:
    """Where the total charge of a molecule without a crystal is given, or corrected."""
    widget = f"charge/{key}"
    st.number_input(
        "Total charge" if given is not None else "Total charge (the file states none)",
        min_value=-MOST_CHARGE,
        max_value=MOST_CHARGE,
        value=given,
        step=1,
        key=widget,
        placeholder="not known",
        width=280,
        on_change=_charge_given,
        args=(batch, key, widget),
        help="Of all atoms in the file together. Without it, the ligands' formal charges are taken at their word.",
    )


def _charge_given(batch: Batch, key: str, widget: str) -> None:
    batch.choose(key, charge=st.session_state[widget])


def _choice(
    key: str, batch: Batch, name: str, label: str, options: Sequence[object], words: list[str], chosen: object
) -> None:
    """One select box; options are shown literally, so that hostile names do no harm."""
    widget = f"{name}/{key}"
    index = options.index(chosen) if chosen in options else None
    st.selectbox(
        label,
        range(len(options)),
        index,
        format_func=words.__getitem__,
        key=f"{widget}/{index}",
        placeholder="choose …",
        width=420,
        on_change=_chosen,
        args=(batch, key, name, options, f"{widget}/{index}"),
    )


def _chosen(batch: Batch, key: str, name: str, options: Sequence[object], widget: str) -> None:
    index = st.session_state[widget]
    if index is not None:
        batch.choose(key, **{name: options[index]})
