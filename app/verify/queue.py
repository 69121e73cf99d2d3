"""The queue on the page: every run with its state, and what can be done to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from app.text import one_line, sentence
from app.verify.access import AWAITED, CHOSEN, MESSAGE, SAID, VERIFY, act, job_or_none, ledger, wake_supervisor
from app.verify.batches import show_batches
from app.verify.runs import CLICKED, show_runs
from core.jobs.batches import Batch
from core.jobs.model import Filter, Job, State

LOOK_AGAIN = 2.0
"""How often the page looks while something waits or runs [s]."""

SHOWN = 200
"""Most runs that the table lists."""

ACTIVE = (State.QUEUED, State.RUNNING)

SEEN = "verify/seen"
"""What stood in the queue when the whole page was drawn last."""

ACTED = "verify/acted"
"""Whether this visitor has just done something to a run."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Runs that have ended, those of them with a result, and whether this visitor waits for one."""

    ended: int
    done: int
    waits: bool


def show_queue() -> None:
    """The table, kept up to date while something waits or runs."""
    st.session_state[SEEN] = _look()
    st.session_state.pop(CLICKED, None)
    active = any(ledger().counts().get(state, 0) for state in ACTIVE)
    if active and (wrong := wake_supervisor()):
        st.warning(sentence(wrong), icon=":material/pause_circle:")
    st.fragment(_show_live, run_every=LOOK_AGAIN if active else None)()


def _show_live() -> None:
    """The part that is drawn again and again: batches, one row each, then the runs that belong to none."""
    _show_change()
    _show_message()
    wanted, batches = _ask_for_filter(), ledger().batches()
    opened = show_batches(batches, wanted, partial(show_runs, "batch"))
    jobs = _with_awaited(ledger().jobs(replace(wanted, alone=True)), opened)
    if jobs:
        if batches:
            st.markdown("##### Single runs")
        show_runs("single", jobs)
    elif not opened:
        any_run = any(ledger().counts().values())
        st.caption(_nothing(batches, wanted) if any_run else "No run yet: send a complex from above.")
    if found := [*opened, *jobs]:
        _show_actions(found)


def _nothing(batches: Sequence[Batch], wanted: Filter) -> str:
    """Why no run is listed."""
    filtered = wanted.states or wanted.text
    return "Open a batch to see its runs." if batches and not filtered else "No run that fits."


def _with_awaited(jobs: list[Job], others: Sequence[Job]) -> list[Job]:
    """What this visitor has sent is listed even where a batch that is closed has it too."""
    name = st.session_state.get(AWAITED)
    if name is None or any(job.id == name for job in (*jobs, *others)):
        return jobs
    job = job_or_none(name)
    return jobs if job is None else [job, *jobs]


def _show_change() -> None:
    """Draw the whole page where a click has opened a result, and where runs have ended or are gone if this visitor
    waits for that, has done it herself, or has no results before her; else only offer it, for what she is typing below
    the table would be lost."""
    seen, now = st.session_state[SEEN], _look()
    acted = st.session_state.pop(ACTED, False)
    if st.session_state.pop(CLICKED, False):
        st.rerun()
    if now.ended == seen.ended:
        return
    if acted or not seen.done or seen.waits > now.waits:
        st.rerun()
    if st.button("Runs have ended: update the results below", icon=":material/refresh:", key="verify/update"):
        st.rerun()


def _look() -> Seen:
    counts, name = ledger().counts(), st.session_state.get(AWAITED)
    job = None if name is None else job_or_none(name)
    ended = sum(number for state, number in counts.items() if state.final)
    return Seen(ended, counts.get(State.DONE, 0), job is not None and not job.state.final)


def _do(action: Callable[..., object], *arguments: object) -> None:
    """Do something to a run."""
    st.session_state[ACTED] = True
    act(action, *arguments)


def _show_message() -> None:
    if said := st.session_state.pop(SAID, ""):
        st.info(sentence(said), icon=":material/stop_circle:")
    if wrong := st.session_state.pop(MESSAGE, ""):
        st.warning(sentence(wrong), icon=":material/error:")


def _ask_for_filter() -> Filter:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        states = st.pills(
            "Show",
            [state.value for state in State],
            selection_mode="multi",
            key="verify/states",
            persist_state="session",
        )
        text = st.text_input("Name or id", key="verify/text", placeholder="any", width=220, persist_state="session")
    return Filter(tuple(State(name) for name in states), (VERIFY,), (text or "").strip(), SHOWN)


def _show_actions(jobs: Sequence[Job]) -> None:
    """What can be done to one run."""
    by_id = {job.id: job for job in jobs}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Run",
            list(by_id),
            format_func=lambda found: _words(by_id.get(found), found),  # never its state: the browser keeps the words
            key=CHOSEN,
            width=340,
            persist_state="session",
        )
        job = by_id.get(name or "")
        if job is not None:
            _show_buttons(job)
    if job is not None:
        _show_log(job)


def _words(job: Job | None, name: str) -> str:
    return name[:8] if job is None else f"{one_line(job.title, 40)} · {job.id[:8]}"


def _show_buttons(job: Job) -> None:
    store, queued, final = ledger(), job.state is State.QUEUED, job.state.final
    stoppable = job.state in ACTIVE and not job.cancelling
    _button("Cancel", ":material/stop_circle:", not stoppable, store.cancel, job.id)
    _button("Try again", ":material/replay:", not job.state.can_be_retried, _retry, job.id)
    _button("Sooner", ":material/arrow_upward:", not queued, store.prioritise, job.id, job.priority + 1)
    _button("Later", ":material/arrow_downward:", not queued, store.prioritise, job.id, job.priority - 1)
    with st.popover("Delete", icon=":material/delete:", disabled=not final):
        st.markdown("The run goes with its result and its files.")
        _button("Delete it", ":material/delete_forever:", not final, store.delete, job.id)


def _retry(name: str) -> None:
    """Its result opens by itself, as that of a run that was sent."""
    ledger().retry(name)
    st.session_state[AWAITED] = name


def _button(label: str, icon: str, disabled: bool, action: Callable[..., object], *arguments: object) -> None:
    key = f"verify/do/{label}"
    st.button(label, icon=icon, disabled=disabled, key=key, on_click=_do, args=(action, *arguments))


def _show_log(job: Job) -> None:
    """What the run has written, for when it went wrong."""
    with st.expander("Log and history of this run", on_change="rerun", key="verify/log") as log:
        if not log.open:
            return
        for change in ledger().history(job.id):
            moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(change.time))
            st.text(one_line(f"{moment}  {change.before} → {change.after}  {change.why}", 300))
        text = ledger().log(job.id)
        st.code(text[-8000:] or "(nothing written)", language=None, height=240)
