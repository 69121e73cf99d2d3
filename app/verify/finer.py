"""The complex of a result once more with the next preset, in one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from app.verify.access import job_or_none
from app.verify.entry import cost_sentence, submit
from core.doubts import Doubt, records
from core.jobs.model import Job, JobSpec, State
from core.qc.hamiltonian import finer
from core.qc.job import verification_job
from core.qc.request import Request
from core.qc.stored_result import request_of


def offer_finer(job: Job, record: Mapping[str, Any], doubts: Sequence[Doubt]) -> None:
    """A button with what it will cost; nothing after the largest preset.

    Args:
        job: a run with a result.
        record: its result.
        doubts: of its structure, which the other run shares.
    """
    preset = finer(record["recipe"]["preset"])
    if preset is None:
        return
    request = finer_request(record, preset)
    spec = finer_job(job, request, doubts)
    known = job_or_none(spec.id)
    state = None if known is None else known.state
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Show it with preset {preset}" if state is State.DONE else f"Compute it with preset {preset}",
            icon=":material/zoom_in:",
            disabled=state in (State.QUEUED, State.RUNNING),
            key=f"verify/finer/{job.id}",
            on_click=submit,
            args=(spec,),
            kwargs={"forget": False},
            help="The same coordinates, charge and spins.",
        )
        st.caption(_words(state, request), width="stretch")


def finer_request(record: Mapping[str, Any], preset: str) -> Request:
    """What was asked, with another preset: the coordinates are those that were computed, whatever they came from."""
    request = request_of(record)
    return replace(request, spec=replace(request.spec, preset=preset))


def finer_job(job: Job, request: Request, doubts: Sequence[Doubt]) -> JobSpec:
    """The job of a request that differs from a finished one in nothing but the preset."""
    meta = {**job.meta, "doubts": records(doubts)}
    return verification_job(request, job.title, wall_s=job.limits.wall_s, priority=job.priority, meta=meta)


def _words(state: State | None, request: Request) -> str:
    if state is State.DONE:
        return "It has been computed."
    if state in (State.QUEUED, State.RUNNING):
        return "It stands among the runs above."
    return cost_sentence(request)
