"""The queue on the page: every run with its state, and what can be done to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app.tables import Row
from app.text import one_line, sentence
from app.verify.access import (
    AWAITED,
    MESSAGE,
    SAID,
    VERIFY,
    act,
    expected_seconds,
    job_or_none,
    ledger,
    result_of,
    wake_supervisor,
)
from app.verify.batches import show_batches
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


COLUMNS = {
    "progress": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
    "energy change / E_h": st.column_config.NumberColumn(format="%.1e", help="Of the last iteration of the orbitals"),
    "first gap / cm⁻¹": st.column_config.NumberColumn(format="%.1f"),
    "place": st.column_config.NumberColumn(help="In the queue, from 1"),
    "estimate": st.column_config.TextColumn(help="Of the whole run, from past runs"),
}


def show_queue() -> None:
    """The table, kept up to date while something waits or runs."""
    st.session_state[SEEN] = _look()
    active = any(ledger().counts().get(state, 0) for state in ACTIVE)
    if active and (wrong := wake_supervisor()):
        st.warning(sentence(wrong), icon=":material/pause_circle:")
    st.fragment(_show_live, run_every=LOOK_AGAIN if active else None)()


def _show_live() -> None:
    """The part that is drawn again and again: batches, one row each, then the runs that belong to none."""
    _show_change()
    _show_message()
    wanted, batches = _ask_for_filter(), ledger().batches()
    opened = show_batches(batches, wanted, _show_table)
    jobs = _with_awaited(ledger().jobs(replace(wanted, alone=True)), opened)
    if jobs:
        if batches:
            st.markdown("##### Single runs")
        _show_table(jobs)
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


def _show_table(jobs: Sequence[Job]) -> None:
    now = time.time()
    rows = [queue_row(job, now) for job in jobs]
    used = [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
    st.dataframe(
        [{name: row[name] for name in used} for row in rows],
        column_config=COLUMNS,
        hide_index=True,
        placeholder="",
        height="content" if len(rows) < 9 else 320,
    )


def _show_change() -> None:
    """Runs have ended or are gone: draw the whole page if this visitor waits for that, has done it herself, or has no
    results before her; else only offer it, for what she is typing below the table would be lost."""
    seen, now = st.session_state[SEEN], _look()
    acted = st.session_state.pop(ACTED, False)
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


def queue_row(job: Job, now: float) -> Row:
    """One line a run."""
    running, waiting = job.state is State.RUNNING, job.state is State.QUEUED
    expected = expected_seconds(job) if running or waiting else None
    return {
        "run": one_line(job.title) or job.id[:8],
        "id": job.id[:8],
        "preset": one_line(str(job.question.get("preset", ""))),
        "state": "stopping" if job.cancelling else job.state.value,
        "stage": one_line(job.stage) if running else "",
        "iteration": one_line(job.detail, 40) if running else "",
        "energy change / E_h": job.energy_change if running else None,
        "progress": job.fraction if running else None,
        "first gap / cm⁻¹": _gap(job),
        "elapsed": duration(_elapsed(job, now)),
        "estimate": duration(expected),
        "place": job.place,
        "priority": job.priority or None,
        "attempt": job.attempt if job.attempt > 1 else None,
        "reason": sentence(job.reason),
    }


def _gap(job: Job) -> float | None:
    """First gap of a run that has a result [cm⁻¹]."""
    record = result_of(job) if job.state is State.DONE else None
    return None if record is None else record["levels"]["first_gap_cm1"]


def _elapsed(job: Job, now: float) -> float | None:
    if job.started is None or job.state is State.QUEUED:
        return None
    return max(0.0, (now if job.ended is None else job.ended) - job.started)


def duration(seconds: float | None) -> str:
    """``45 s``, ``12 min``, ``3.4 h``; empty for None."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _show_actions(jobs: Sequence[Job]) -> None:
    """What can be done to one run."""
    by_id = {job.id: job for job in jobs}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Run",
            list(by_id),
            format_func=lambda found: _words(by_id.get(found), found),  # never its state: the browser keeps the words
            key="verify/job",
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
    _button("Try again", ":material/replay:", not job.state.can_be_retried, store.retry, job.id)
    _button("Sooner", ":material/arrow_upward:", not queued, store.prioritise, job.id, job.priority + 1)
    _button("Later", ":material/arrow_downward:", not queued, store.prioritise, job.id, job.priority - 1)
    with st.popover("Delete", icon=":material/delete:", disabled=not final):
        st.markdown("The run goes with its result and its files.")
        _button("Delete it", ":material/delete_forever:", not final, store.delete, job.id)


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
