"""A real SLURM of one node: the same command, the same answers as here."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs.model import Limits, State
from core.jobs.service import ensure_supervisor, supervisor_status
from core.jobs.store import Store
from tests.jobs import cluster
from tests.jobs.supervised import ended, probe, supervisor, until

pytestmark = [
    pytest.mark.skipif(bool(cluster.missing()), reason=f"no SLURM of one node: {cluster.missing()}"),
    pytest.mark.xdist_group("slurm"),
]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A ledger whose jobs go to the cluster. Its folder has a short name: that of a socket must not be long."""
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        (data / "jobs.toml").write_text('backend = "slurm"\nslots = 8\n[slurm]\npoll_s = 0.2\n', encoding="utf-8")
        with cluster.one_node(Path(folder) / "cluster"):
            yield Store(data)
            if pid := supervisor_status(data).pid:
                os.kill(pid, signal.SIGTERM)
                until(lambda: not supervisor_status(data).running)


HOUR = Limits(wall_s=3600)


def test_a_job_on_the_cluster_gives_what_it_gives_here(store: Store, tmp_path: Path) -> None:
    ensure_supervisor(store.path)
    job = store.submit(probe("a", HOUR, steps=30, dt=0.1))
    until(lambda: 0 < store.job(job.id).fraction < 1)
    until(lambda: store.job(job.id).state.final)
    here = Store(tmp_path)
    ended(here, here.submit(probe("a", HOUR, steps=30, dt=0.1)), supervisor(here))
    assert store.job(job.id).state is State.DONE
    assert store.result(job.id) == here.result(job.id)


def test_a_job_on_the_cluster_is_cancelled_there(store: Store) -> None:
    ensure_supervisor(store.path)
    job = store.submit(probe("b", HOUR, steps=1000, dt=0.1))
    until(lambda: bool(store.events(job.id)))
    store.cancel(job.id)
    until(lambda: store.job(job.id).state is State.CANCELLED)
    count = len(store.events(job.id))
    time.sleep(0.5)
    assert len(store.events(job.id)) == count


def test_a_job_on_the_cluster_outlives_the_supervisor_and_is_adopted(store: Store) -> None:
    first = ensure_supervisor(store.path)
    job = store.submit(probe("c", HOUR, steps=25, dt=0.1))
    until(lambda: bool(store.events(job.id)))
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: not supervisor_status(store.path).running)
    assert ensure_supervisor(store.path).pid != first.pid
    until(lambda: store.job(job.id).state.final)
    assert (store.job(job.id).state, store.job(job.id).attempt) == (State.DONE, 1)


def test_a_job_that_wants_more_time_than_the_cluster_grants_says_so_while_it_waits(store: Store) -> None:
    ensure_supervisor(store.path)
    job = store.submit(probe("d", Limits(wall_s=90 * 60)))
    until(lambda: "PartitionTimeLimit" in store.job(job.id).reason)
    assert store.job(job.id).state is State.RUNNING and store.job(job.id).stage == "waiting for the cluster"
    store.cancel(job.id)
    until(lambda: store.job(job.id).state is State.CANCELLED)
