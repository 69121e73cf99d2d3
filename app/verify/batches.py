"""Batches on the page: each is one row, which opens to show its runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from app.text import one_line
from app.verify.access import SAID, act, ledger, time_left, wake_supervisor
from core.jobs.batches import Batch, sentence
from core.jobs.model import Filter, Job, State

OPENED: Final = "verify/batch"
"""Name of the batch that is open; one at a time, for its runs may be hundreds."""

MOST: Final = 12
"""Batches that are listed."""


MOST_AGAIN: Final = 100_000
"""Runs that are tried again at once."""


def show_batches(batches: Sequence[Batch], wanted: Filter, show: Callable[[Sequence[Job]], None]) -> list[Job]:
    """One row for each batch, and the runs of the one that is open.

    Args:
        batches: the newest first.
        wanted: which runs of the open one are shown.
        show: draws the table of runs.

    Returns:
        The runs that are shown.
    """
    if not batches:
        return []
    st.markdown("##### Batches")
    jobs: list[Job] = []
    for number, batch in enumerate(batches[:MOST]):
        with st.container(border=True, gap="small"):
            opened = batch.name == st.session_state.get(OPENED)
            _show_row(number, batch, opened)
            if opened:
                jobs = ledger().jobs(replace(wanted, batch=batch.name, lively=True))
                _show_runs(batch, jobs, wanted, show)
    if len(batches) > MOST:
        st.caption(f"{len(batches) - MOST} older batches are not shown; “kramers jobs batches” lists them all.")
    return jobs


def _show_row(number: int, batch: Batch, opened: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            "Close" if opened else "Open",
            icon=":material/expand_less:" if opened else ":material/expand_more:",
            key=f"verify/open/{number}",
            type="tertiary",
            on_click=_toggle,
            args=(batch.name,),
        )
        st.text(one_line(batch.name, 60), width=260)
        st.text(f"{batch.jobs:,} run{'' if batch.jobs == 1 else 's'}: {sentence(batch.counts)}", width="stretch")
        st.progress(batch.ended / batch.jobs, _how_far(batch), width=300)


def _how_far(batch: Batch) -> str:
    """How many have ended, and how long the rest will take; plain words of ours, since a bar's text is Markdown."""
    if batch.ended == batch.jobs:
        return "all ended"
    left = time_left(batch.name)
    return f"{batch.ended:,} of {batch.jobs:,} ended" + (f"; the rest in {left}" if left else "")


def _toggle(name: str) -> None:
    st.session_state[OPENED] = None if st.session_state.get(OPENED) == name else name


def _show_runs(batch: Batch, jobs: Sequence[Job], wanted: Filter, show: Callable[[Sequence[Job]], None]) -> None:
    if jobs:
        show(jobs)
    else:
        st.caption("No run that fits.")
    fitting = ledger().counts(replace(wanted, batch=batch.name))
    if (hidden := sum(fitting.values()) - len(jobs)) > 0:
        st.caption(f"What runs, what ended last, what comes next: {len(jobs):,} are shown, {hidden:,} more fit.")
    active = batch.counts[State.QUEUED] + batch.counts[State.RUNNING]
    with st.popover("Cancel the batch", icon=":material/stop_circle:", disabled=not active):
        words = (
            f"{active:,} run{' that waits or is going on ends' if active == 1 else 's that wait or are going on end'}."
        )
        st.markdown(f"{words} Results stay, and the batch can be asked for again.")
        st.button("Cancel all of it", key="verify/cancel-batch", on_click=_cancel, args=(batch.name,))
    without = sum(number for state, number in batch.counts.items() if state.can_be_retried)
    st.button(
        f"Try again what has no result ({without:,})",
        icon=":material/replay:",
        key="verify/retry-batch",
        disabled=not without,
        on_click=_retry,
        args=(batch.name,),
    )


def _cancel(name: str) -> None:
    act(_cancelled, name)
    wake_supervisor()  # who ends what runs


def _retry(name: str) -> None:
    act(_retried, name)
    wake_supervisor()


def _retried(name: str) -> None:
    ended = tuple(state for state in State if state.can_be_retried)
    again = ledger().jobs(Filter(states=ended, batch=name, limit=MOST_AGAIN))
    for job in again:
        ledger().retry(job.id)
    st.session_state[SAID] = f"{len(again):,} run{'' if len(again) == 1 else 's'} of the batch will be tried again."


def _cancelled(name: str) -> None:
    st.session_state[SAID] = ledger().cancel_all(Filter(batch=name)).sentence
