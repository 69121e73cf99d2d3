"""The queue on a real SLURM of one node: `python -m benchmarks.robustness.slurm` (root; Debian's slurm-wlm and munge).

A cluster of our own is started for the purpose (tests/jobs/cluster.py). On it: a verification of CeF²⁺ whose levels
are held against the same one run locally, its progress, a cancellation, `kill -9` of the supervisor with adoption of
what runs, a job that asks for more time than the partition grants, and a batch. Writes benchmarks/results/slurm.json.
Exit status 0 where all of it went as it should.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.robustness.queue_limits import finished, probe, stop, until
from core.jobs.model import JobSpec, Limits, State
from core.jobs.service import ensure_supervisor, supervisor_status
from core.jobs.store import Store
from core.qc.hamiltonian import Spec
from core.qc.job import verification_job
from core.qc.request import Request
from tests.jobs import cluster

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "slurm.json"
_HOUR = Limits(wall_s=3600)
_BATCH = 20


def main() -> int:
    """Start the cluster, measure, stop it; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    if why := cluster.missing():
        sys.stderr.write(f"no cluster here: {why}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="slurm-") as scratch, cluster.one_node(Path(scratch) / "cluster"):
        store = Store(Path(scratch) / "data")
        text = 'backend = "slurm"\nslots = 8\n[slurm]\npoll_s = 0.5\n'
        (store.path / "jobs.toml").write_text(text, encoding="utf-8")
        ensure_supervisor(store.path)
        local = Store(Path(scratch) / "local")
        figures: dict[str, Any] = {"slurm": version()}
        for part in (cancelled, adopted, too_long, batch):
            figures[part.__name__] = part(store)
        figures["verified"] = verified(store, local)
        stop(store)
    options.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    return 0 if all(part["as_it_should"] for part in figures.values() if isinstance(part, dict)) else 1


def version() -> str:
    """Of the scheduler."""
    return subprocess.run(["sinfo", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def verified(store: Store, local: Store) -> dict[str, Any]:
    """The same complex on the cluster and here."""
    spec = Spec(("Ce", "F"), np.array([[0, 0, 0], [0, 0, 2.1]]), 2, (1,), "fast")
    asked = verification_job(Request(spec, memory_mb=1000), "CeF²⁺", wall_s=3600)
    levels = [levels_of(one, asked) for one in (store, local)]
    stop(local)
    difference = max(abs(a - b) for a, b in zip(*levels, strict=True))
    stages = {event["stage"] for event in store.events(asked.id)}
    told = {"levels_cm1": levels[0], "largest_difference_to_local_cm1": difference, "stages_seen": sorted(stages)}
    return {**told, "as_it_should": difference < 1e-3 and "orbitals" in stages}


def levels_of(store: Store, asked: JobSpec) -> list[float]:
    """Energies of the doublets [cm⁻¹]."""
    ensure_supervisor(store.path)
    finished(store, store.submit(asked))
    result = store.result(asked.id) or {}
    return [doublet["energy_cm1"] for doublet in result["levels"]["doublets"]]


def cancelled(store: Store) -> dict[str, Any]:
    """A running job."""
    job = store.submit(probe("cancelled", _HOUR, steps=3000, dt=0.1))
    until(lambda: bool(store.events(job.id)))
    asked = time.monotonic()
    store.cancel(job.id)
    state, seconds = finished(store, job).state, round(time.monotonic() - asked, 2)
    until(lambda: not listed())
    return {"state": state, "seconds": seconds, "as_it_should": state is State.CANCELLED}


def listed() -> list[str]:
    """Names of the jobs that the scheduler has."""
    return subprocess.run(["squeue", "-h", "-o", "%j"], capture_output=True, text=True, check=True).stdout.split()


def adopted(store: Store) -> dict[str, Any]:
    """`kill -9` of the supervisor while a job runs and another waits at the scheduler."""
    jobs = store.submit_all(probe(f"adopted {number}", _HOUR, steps=60, dt=0.1) for number in range(4))
    until(lambda: any(store.events(job.id) for job in jobs) and len(listed()) == len(jobs))
    before = supervisor_status(store.path).pid or 0
    os.kill(before, signal.SIGKILL)
    until(lambda: not supervisor_status(store.path).running)
    ensure_supervisor(store.path)
    ends = [finished(store, job) for job in jobs]
    right = all((job.state, job.attempt) == (State.DONE, 1) for job in ends)
    return {"jobs": [job.state for job in ends], "attempts": [job.attempt for job in ends], "as_it_should": right}


def too_long(store: Store) -> dict[str, Any]:
    """More time than the partition grants: the scheduler would let it wait for ever, and says so."""
    job = store.submit(probe("too long", Limits(wall_s=90 * 60)))
    until(lambda: "PartitionTimeLimit" in store.job(job.id).reason)
    reason = store.job(job.id).reason
    store.cancel(job.id)
    state = finished(store, job).state
    return {"reason": reason, "state": state, "as_it_should": state is State.CANCELLED}


def batch(store: Store) -> dict[str, Any]:
    """Many at once."""
    begun = time.monotonic()
    jobs = store.submit_all(probe(f"batch {number}", _HOUR, steps=2, dt=0.05) for number in range(_BATCH))
    states = [finished(store, job).state for job in jobs]
    seconds = round(time.monotonic() - begun, 1)
    done = states.count(State.DONE)
    return {"jobs": _BATCH, "done": done, "seconds": seconds, "as_it_should": done == _BATCH}


if __name__ == "__main__":
    raise SystemExit(main())
