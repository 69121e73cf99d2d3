"""Which data block, molecule and metal site of a file is judged."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.batch import Batch
from app.text import one_line, subscripted
from core.smm.predictor import Prediction


def show_choices(key: str, batch: Batch, prediction: Prediction) -> None:
    """Block, component and metal site, each where there are several."""
    report, choice = prediction.report, batch.choice(key)
    with st.container(horizontal=True):
        if len(report.blocks) > 1:
            names = [one_line(name, 60) for name in report.blocks]
            _choice(key, batch, "block", "Data block", report.blocks, names, choice.block or report.block)
        if len(report.components) > 1:
            words = [f"{c.number}: {subscripted(c.formula)}, {c.copies} in the cell" for c in report.components]
            numbers = [component.number for component in report.components]
            _choice(key, batch, "component", "Molecule", numbers, words, choice.component or report.component)
        if len(report.sites) > 1 or (report.site is None and report.sites):
            words = [one_line(f"{site.label}: {site.summary}", 60) for site in report.sites]
            _choice(key, batch, "site", "Metal site", [site.number for site in report.sites], words, report.site)


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
