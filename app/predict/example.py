"""What the empty page shows: a worked example, so that it is seen what comes and where."""

from __future__ import annotations

import streamlit as st

from app.predict import files
from app.predict.batch import Batch
from app.predict.card import summary_line
from app.predict.card.verdict import verdict_line
from app.shared.compute_slot import compute_slot
from app.shared.examples import example_title, read_example
from app.shared.pictures import show_pictures
from core.desk.model import Kind, New
from core.workflows.predict import predict_guarded
from core.workflows.prediction import Prediction

NAME = "dy-h2o5-opme3-2.cif"


@st.cache_resource(show_spinner=False)
def worked() -> Prediction:
    """Judged once for all visitors."""
    with compute_slot():
        return predict_guarded(read_example(NAME), NAME)


def show_example(batch: Batch) -> None:
    """What happens here, and how it ends."""
    st.caption(
        "Drop a CIF of a lanthanide complex, or take one of the examples. Kramers cuts the molecule out of the "
        "crystal, assigns ligands and charges, and shows coordination polyhedron, easy axis and crystal-field levels, "
        "with what is uncertain said. Files stay on this machine, on your desk, until you delete them."
    )
    prediction = worked()
    if prediction.molecule is None:
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge("worked example", icon=":material/school:", color="blue")
            st.text(f"{example_title(NAME)}, an idealised model: your own structure takes its place.", width="stretch")
            st.button("Open its card", icon=":material/open_in_new:", key="example/open", on_click=_open, args=(batch,))
        st.markdown(f"{verdict_line(prediction)}  \n{summary_line(prediction)}")
        show_pictures("example", prediction)


def _open(batch: Batch) -> None:
    batch.resume()
    files.put([New(Kind.STRUCTURE, NAME, read_example(NAME), {"example": NAME})])
