"""Predict: crystal structures in, crystal fields out."""

from __future__ import annotations

import streamlit as st

from app.predict import files
from app.predict.batch import Batch, Source
from app.predict.card import show_card
from app.predict.example import show_example
from app.predict.packing import packing_of
from app.predict.several import has_other_metals, show_metals, show_several
from app.predict.several.line import are_several
from app.predict.table import show_table
from app.shared.compute_slot import compute_slot
from core.workflows.prediction import Prediction


def show_progress(batch: Batch, sources: list[Source]) -> None:
    """How far the batch is, with Stop while it runs and Continue when stopped."""
    done, total = len(sources) - len(batch.pending(sources)), len(sources)
    if done == total:
        return
    bar, button = st.columns([6, 1], vertical_alignment="center")
    bar.progress(done / total, text=f"{done} of {total} structures" + (", stopped" if batch.stopped else ""))
    if batch.stopped:
        button.button("Continue", on_click=batch.resume, width="stretch", key="continue")
    else:
        button.button("Stop", on_click=batch.stop, width="stretch", key="stop")


def show_done(batch: Batch, done: list[tuple[Source, Prediction]], *, whole: bool) -> None:
    """The table on the left where there are several files, the card beside it once all are judged."""
    shown = next((key for key in (files.shown(),) if key in {source.key for source, _ in done}), done[-1][0].key)
    left, right = st.columns([3, 8], gap="small") if len(done) > 1 or not whole else (None, st.container())
    if left is not None:
        with left:
            show_table(batch, done, shown)
    if whole:
        with right:
            show_one(batch, *next(pair for pair in done if pair[0].key == shown))


def show_one(batch: Batch, source: Source, prediction: Prediction) -> None:
    """The card of one ion, or of a molecule with several metals."""
    if are_several(prediction):
        show_several(source, batch, prediction)
        return
    show_card(source.key, batch, prediction, packing_of(source, batch))
    if has_other_metals(prediction):
        show_metals(source, batch)


st.title("Predict")
batch = files.session_batch()
items = files.open_items()
files.ask_for_files(batch, items)
sources = files.sources_of(items, batch)
batch.keep(sources)
if batch.pending(sources):
    with compute_slot():
        batch.advance(sources)
unfinished = bool(batch.pending(sources))  # asked once: a thread may finish a file while the page is drawn
with st.container():  # there even when empty, so that what stands below keeps its place
    show_progress(batch, sources)
done = [(source, result) for source in sources if (result := batch.result(source)) is not None]
if not sources:
    show_example(batch)
elif done:
    show_done(batch, done, whole=not batch.pending(sources) or batch.stopped)
if unfinished and not batch.stopped:
    st.rerun()
