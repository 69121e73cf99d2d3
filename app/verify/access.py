"""The ledger as the page sees it: one store for all visitors, results and past runs read once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.errors import KramersError
from core.jobs.configuration import load
from core.jobs.estimate import estimate as remaining
from core.jobs.model import Filter, Job, JobError, State
from core.jobs.service import ensure_supervisor
from core.jobs.store import Store, open_store
from core.qc.cost import Cost, PastRun, estimate, estimate_ligand, past_run
from core.qc.hamiltonian import Spec
from core.qc.job import OVERHEAD_MB, request_of
from core.qc.request import Request

VERIFY = "verify"
MESSAGE = "verify/message"
SAID = "verify/said"
"""What was done to many runs at once, a sentence."""
AWAITED = "verify/awaited"
"""Id of the run that this visitor sent last, until it is shown."""
SHOWN = "verify/shown"
"""Ids of the finished runs whose results are shown."""
CHOSEN = "verify/job"
"""Id of the run to which something can be done."""
NEWEST = 40
"""Finished runs of this machine that estimates are fitted to."""


@st.cache_resource(show_spinner=False)
def ledger() -> Store:
    """The queue of this machine.

    Raises:
        LedgerError: the data folder cannot be used.
    """
    return open_store()


def wake_supervisor() -> str:
    """Have something work the queue off; what is wrong where nothing does, a sentence."""
    status = ensure_supervisor(ledger().path)
    return "" if status.running else status.message


def result_of(job: Job) -> dict[str, Any] | None:
    """The record of a job that has ended; each attempt's is read once.

    Raises:
        JobError: the ledger cannot be read.
    """
    return _result(job.id, job.attempt, job.ended) if job.state is State.DONE else ledger().result(job.id)


@st.cache_data(show_spinner=False, max_entries=256)
def _result(job: str, attempt: int, ended: float | None) -> dict[str, Any] | None:
    return ledger().result(job)


def finished() -> list[Job]:
    """Runs with a result, newest first."""
    return ledger().jobs(Filter(states=(State.DONE,), kinds=(VERIFY,)))


def job_or_none(name: str) -> Job | None:
    """A job by its id; None where it has been deleted meanwhile."""
    try:
        return ledger().job(name)
    except JobError:
        return None


@st.cache_data(show_spinner=False, ttl=60)
def own_runs() -> list[PastRun]:
    """What runs of this machine took, newest first."""
    records = (result_of(job) for job in finished()[:NEWEST])
    runs = (past_run(record) for record in records if record is not None)
    return [run for run in runs if run is not None]


def cost_of(spec: Spec, threads: int, memory_mb: int) -> Cost:
    """What a run will take here."""
    return estimate(spec, threads, memory_mb, own_runs())


def expected_seconds(job: Job) -> float | None:
    """What the job was estimated to take [s], without the building of a ligand's complex; None where its question is of
    another version, or a crystal that nobody has read yet."""
    if "formula" in job.meta and "ligand" in job.question:
        means = (job.limits.threads, job.limits.memory_mb - OVERHEAD_MB)
        return estimate_ligand(job.meta, str(job.question["preset"]), means, own_runs()).seconds
    request = _request(job.id, job)
    return None if request is None else cost_of(request.spec, request.threads, request.memory_mb).seconds


@st.cache_data(show_spinner=False, ttl=5)
def time_left(batch: str) -> str:
    """When all of a batch will be done, in words; empty where nothing waits, or nothing has finished."""
    try:
        found = remaining(ledger(), load(ledger().path), Filter(batch=batch))
    except KramersError:  # the service says what is wrong with its configuration
        return ""
    return "" if found is None else found.words


@st.cache_resource(show_spinner=False, max_entries=512)
def _request(name: str, _job: Job) -> Request | None:
    try:
        return request_of(_job.question, _job.limits.to_dict())
    except KramersError:
        return None


def act(action: Callable[..., object], *arguments: object) -> None:
    """Do something to the ledger; what it refuses is said on the page."""
    try:
        action(*arguments)
    except KramersError as error:
        st.session_state[MESSAGE] = error.sentence
