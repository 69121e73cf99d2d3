"""The table of runs: one line each, and a click on a line opens its result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from app.tables import Row
from app.text import one_line, sentence
from app.verify.access import CHOSEN, SHOWN, expected_seconds, result_of
from core.jobs.estimate import elapsed, whole_run
from core.jobs.model import Job, State

CLICKED: Final = "verify/clicked"
"""Whether a click on a line has just opened a result, which stands outside of what is drawn again and again."""

FEW: Final = 8
"""Lines that are shown without scrolling."""

COLUMNS = {
    "progress": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
    "energy change / E_h": st.column_config.NumberColumn(format="%.1e", help="Of the last iteration of the orbitals"),
    "first gap / cm⁻¹": st.column_config.NumberColumn(format="%.1f"),
    "place": st.column_config.NumberColumn(help="In the queue, from 1"),
    "estimate": st.column_config.TextColumn(help="Of the whole run: from past runs, and from the pace of what is done"),
    "left": st.column_config.TextColumn(help="Until it ends, at the pace of what is done"),
}


def show_runs(key: str, jobs: Sequence[Job]) -> None:
    """The table; columns that are empty are left out.

    The tick is set to what is shown whenever both differ, so it neither stays on a line when runs move up or down nor
    gets lost while the table is drawn again and again.

    Args:
        key: identity of the table, which outlives its rows.
        jobs: one line each.
    """
    now, names = time.time(), [job.id for job in jobs]
    rows = [queue_row(job, now) for job in jobs]
    used = [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
    widget = f"verify/table/{key}"
    ticked = _ticked(names)
    if widget not in st.session_state or st.session_state[widget]["selection"] != ticked:
        st.session_state[widget] = {"selection": ticked}
    st.dataframe(
        [{name: row[name] for name in used} for row in rows],
        column_config=COLUMNS,
        hide_index=True,
        placeholder="",
        height="content" if len(rows) <= FEW else 320,
        key=widget,
        selection_mode=["single-row", "single-cell"],
        on_select=partial(open_clicked, widget, names, [job.id for job in jobs if job.state is State.DONE]),
        alt="Runs, a line each; a click on a finished one opens its result",
    )


def _ticked(names: Sequence[str]) -> dict[str, list[int]]:
    """The selection that belongs to what is shown: one result's line, none while several are compared."""
    shown = st.session_state.get(SHOWN) or []
    rows = [names.index(shown[0])] if len(shown) == 1 and shown[0] in names else []
    return {"rows": rows, "columns": [], "cells": []}


def open_clicked(widget: str, names: Sequence[str], done: Sequence[str]) -> None:
    """The run of the line that was clicked, by its box or any of its cells: its result is shown, and what can be done
    to it is offered."""
    selection = st.session_state[widget]["selection"]
    lines = [cell[0] for cell in selection["cells"]] or selection["rows"]
    if not lines or lines[0] >= len(names):
        return
    name = names[lines[0]]
    st.session_state[CHOSEN] = name
    if name in done:
        st.session_state[SHOWN] = [name]
        st.session_state[CLICKED] = True


def queue_row(job: Job, now: float) -> Row:
    """One line a run."""
    running, waiting = job.state is State.RUNNING, job.state is State.QUEUED
    expected = expected_seconds(job) if running or waiting else None
    whole = whole_run(job, expected, now) if running and expected is not None else expected
    spent = None if job.started is None or waiting else elapsed(job, now)
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
        "elapsed": duration(spent),
        "left": duration(whole - spent if running and whole is not None and spent is not None else None),
        "estimate": duration(whole),
        "place": job.place,
        "priority": job.priority or None,
        "attempt": job.attempt if job.attempt > 1 else None,
        "reason": sentence(job.reason),
    }


def _gap(job: Job) -> float | None:
    """First gap of a run that has a result [cm⁻¹]."""
    record = result_of(job) if job.state is State.DONE else None
    return None if record is None else record["levels"]["first_gap_cm1"]


def duration(seconds: float | None) -> str:
    """``45 s``, ``12 min``, ``3.4 h``; empty for None."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
