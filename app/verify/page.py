"""Verify: a complex in, its levels computed ab initio out, whenever that is."""

from __future__ import annotations

import streamlit as st

from app.shared.several.handing import IONS
from app.text import one_line, sentence
from app.verify.access import AWAITED, SHOWN, finished, job_or_none, ledger, result_of
from app.verify.comparison import show_comparison
from app.verify.entry import ask_for_complex, ask_for_run, submit
from app.verify.ions import ask_for_ions, forget_ions, submit_ions
from app.verify.other_program import show_output
from app.verify.queue import show_queue
from app.verify.result import Record, show_failure, show_result
from app.verify.several import ask_for_several
from app.verify.together import show_molecules
from core.errors import KramersError
from core.jobs.model import Job, State

MOST_COMPARED = 8


def settle_shown() -> dict[str, Job]:
    """All finished runs by id; those that are shown are settled before the table of runs ticks them: the one that was
    awaited, once it has ended, else those of the address, so that a reload finds them again."""
    jobs = {job.id: job for job in finished()}
    if SHOWN not in st.session_state:
        st.session_state[SHOWN] = st.query_params.get("runs", "").split(",")
    awaited = st.session_state.get(AWAITED)
    if awaited in jobs:
        st.session_state[SHOWN] = [awaited]
        del st.session_state[AWAITED]
    st.session_state[SHOWN] = [name for name in st.session_state[SHOWN] if name in jobs][:MOST_COMPARED]
    return jobs


def choose_results(jobs: dict[str, Job]) -> list[Job]:
    """The finished runs that are shown; a click on the table of runs chooses one too."""
    if not jobs:
        return []
    names = st.multiselect(
        "Results shown; several are compared",
        list(jobs),
        format_func=lambda name: f"{one_line(jobs[name].title, 50)} · {name[:8]}",
        key=SHOWN,
        max_selections=MOST_COMPARED,
        placeholder="choose one or several, or click a run above",
        persist_state="session",
    )
    st.query_params["runs"] = ",".join(names)
    return [jobs[name] for name in names]


def show_results(jobs: list[Job]) -> None:
    """One in full; several compared, and one of them in full."""
    found = [(job, result_of(job)) for job in jobs]
    runs: list[tuple[Job, Record]] = [(job, record) for job, record in found if record is not None]
    if len(runs) > 1:
        show_comparison(runs)
        titles = {job.id: one_line(job.title, 50) for job, _ in runs}
        chosen = st.selectbox(
            "Shown in full", list(titles), format_func=lambda name: f"{titles[name]} · {name[:8]}", key="verify/full"
        )
        runs = [(job, record) for job, record in runs if job.id == chosen]
    for job, record in runs:
        show_result(job, record)


def show_awaited() -> None:
    """What was sent last, where it ended without a result."""
    name = st.session_state.get(AWAITED)
    job = None if name is None else job_or_none(name)
    if job is not None and job.state.final and job.state is not State.DONE:
        show_failure(job, result_of(job))


def ask_for_batch() -> None:
    """The ions of one molecule that Predict has handed over."""
    asked = ask_for_ions()
    with st.container(horizontal=True):
        st.button(
            "Compute",
            type="primary",
            disabled=asked is None,
            on_click=submit_ions,
            args=asked or ("", []),
            key="verify/compute",
        )
        st.button("Another complex", type="tertiary", on_click=forget_ions, key="verify/forget")


def ask_for_one() -> None:
    """One complex, and how it is computed."""
    candidate = ask_for_complex()
    spec = None if candidate is None else ask_for_run(candidate)
    st.button("Compute", type="primary", disabled=spec is None, on_click=submit, args=(spec,), key="verify/compute")


def show_page() -> None:
    """What is to be computed, the queue, the results."""
    ledger()
    if not ask_for_several():
        if IONS in st.session_state:
            ask_for_batch()
        else:
            ask_for_one()
    st.subheader("Runs", anchor=False)
    done = settle_shown()
    show_queue()
    show_awaited()
    show_results(choose_results(done))
    show_molecules()
    show_output()


st.title("Verify")
st.caption(
    "Levels of one lanthanide(III) ion computed ab initio: all spins of 4fⁿ in orbitals averaged over the highest one, "
    "scalar-relativistic, with spin-orbit coupling. A run takes half a minute to hours, goes on when you leave, and is "
    "here when you come back."
)
try:
    show_page()
except KramersError as error:
    st.badge("the queue cannot be used", color="red")
    st.text(sentence(error.sentence), width="stretch")
