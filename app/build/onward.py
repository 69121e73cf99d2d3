"""A ligand of another page on its way through Build to Verify, without a click in between."""

from __future__ import annotations

import streamlit as st

from app.build.workshop import Job
from app.shared.handover import of_built, take
from core.workflows.build import Built

DUE = "build/due"
ONWARD = "build/onward"


def send_through() -> None:
    """What stands in Build's field is built into [Dy(H2O)5L2] when the page opens, and goes on from there."""
    st.session_state[DUE] = True
    for choice in ("metal", "plane", "two"):  # what stands there at first is what the ligand is sent for
        st.session_state.pop(choice, None)


def is_due() -> bool:
    """Whether something is to be built now; told once."""
    return bool(st.session_state.pop(DUE, False))


def await_complex(job: Job) -> None:
    """Its complex goes on to Verify; what was awaited before does not."""
    st.session_state[ONWARD] = job


def pass_on(job: Job) -> None:
    """Say where the complex goes while it is built, and go there when it stands; what is not built stays here."""
    if st.session_state.get(ONWARD) is not job:
        return
    if job.running:
        st.caption("When the complex stands, Verify opens with it.")
        return
    del st.session_state[ONWARD]
    if isinstance(job.outcome, Built):
        take(of_built(job.outcome))
