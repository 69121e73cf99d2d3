"""Predict: crystal structures in, crystal fields out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.batch import Batch, Source
from app.card import show_card
from app.examples import example_names, example_title, read_example
from app.tables import summary_row, to_csv
from app.text import one_line
from app.turns import in_turn
from core.smm.predictor import Prediction
from core.smm.record import trust

COLUMNS = {
    "CShM": st.column_config.NumberColumn(format="%.3f", help="Continuous shape measure, 0 for the ideal polyhedron"),
    "first gap / cm⁻¹": st.column_config.NumberColumn(format="%.1f"),
    "SMM-like / %": st.column_config.NumberColumn(format="%.0f", help="Probability by the electrostatic model"),
    "g_z": st.column_config.NumberColumn(format="%.2f"),
    "tunnelling / cm⁻¹": st.column_config.NumberColumn(format="%.3g"),
    "axis angle / °": st.column_config.NumberColumn(
        format="%.1f", help="Between the easy axis and the most axial pair of donors"
    ),
}


def session_batch() -> Batch:
    """The files of this visitor."""
    if "batch" not in st.session_state:
        st.session_state.batch = Batch()
    batch: Batch = st.session_state.batch
    return batch


def ask_for_files(batch: Batch) -> list[Source]:
    """The uploader and the examples."""
    uploads = st.file_uploader(
        "Crystal structures (CIF), one or many", accept_multiple_files=True, key="uploads", on_change=batch.resume
    )
    examples = st.pills(
        "or take an example",
        example_names(),
        selection_mode="multi",
        key="examples",
        on_change=batch.resume,
        format_func=example_title,
        help="Idealised models made for Kramers, not measured structures",
    )
    sources = [Source(upload.file_id, upload.name, upload.getvalue) for upload in uploads or []]
    return sources + [Source(f"example/{name}", name, partial(read_example, name)) for name in examples]


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


def show_summary(done: list[tuple[Source, Prediction]]) -> None:
    """One line a file, and the same as CSV; a line that is clicked opens its card."""
    rows = [summary_row(prediction) for _, prediction in done]
    st.dataframe(
        rows,
        column_config=COLUMNS,
        hide_index=True,
        placeholder="",
        height="content" if len(rows) < 9 else 320,
        key="summary",
        selection_mode="single-row",
        on_select=partial(open_selected, [source.key for source, _ in done]),
    )
    st.download_button(
        "Table as CSV", to_csv(rows), "kramers.csv", "text/csv", icon=":material/download:", on_click="ignore"
    )


def open_selected(keys: list[str]) -> None:
    """Open the card of the line that was clicked."""
    selected = st.session_state.summary.selection.rows
    if selected and selected[0] < len(keys):
        st.session_state.shown = keys[selected[0]]


def pick(done: list[Source]) -> Source:
    """The file whose card is open."""
    if len(done) == 1:
        return done[0]
    if st.session_state.get("newest") != done[-1].key:  # what was added last is what the chemist wants to see
        st.session_state.newest = st.session_state.shown = done[-1].key
    names = {source.key: one_line(source.name) for source in done}
    key = st.selectbox("Structure shown below", list(names), format_func=names.__getitem__, key="shown")
    return next(source for source in done if source.key == key)


def show_welcome() -> None:
    """What happens here, while there is nothing to show."""
    st.caption(
        "Drop a CIF of a lanthanide complex, or take one of the examples. Kramers cuts the molecule out of the "
        "crystal, assigns ligands and charges, and shows coordination polyhedron, easy axis and crystal-field levels, "
        "with what is uncertain said. Files stay on this machine."
    )


st.title("Predict")
batch = session_batch()
sources = ask_for_files(batch)
batch.keep(sources)
if batch.pending(sources):
    with in_turn():
        batch.advance(sources)
with st.container():  # there even when empty, so that what stands below keeps its place
    show_progress(batch, sources)
done = [(source, result) for source in sources if (result := batch.result(source)) is not None]
if not sources:
    show_welcome()
elif done:
    if len(sources) > 1:
        show_summary(done)
    if not batch.pending(sources) or batch.stopped:
        st.info(trust(), icon=":material/straighten:")
        chosen = pick([source for source, _ in done])
        show_card(chosen.key, batch, next(result for source, result in done if source is chosen))
if batch.pending(sources) and not batch.stopped:
    st.rerun()
