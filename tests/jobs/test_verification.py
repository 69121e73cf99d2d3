"""A real verification in the queue: killed in the middle, with its supervisor, it ends with the same levels."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from core.jobs.attempt import announced
from core.jobs.model import State
from core.jobs.service import ensure_supervisor, supervisor_status
from core.jobs.store import Store
from core.qc.hamiltonian import Spec
from core.qc.job import OVERHEAD_MB, request_of, verification_job
from core.qc.request import Request
from tests.jobs.supervised import ended, supervisor, until


def cerium_fluoride(distance: float = 2.1, **more: object) -> Request:
    spec = Spec(("Ce", "F"), np.array([[0, 0, 0], [0, 0, distance]]), 2, (1,), "fast")
    return Request(spec, memory_mb=600, **more)  # type: ignore[arg-type]


def test_a_run_killed_with_its_supervisor_goes_on_and_ends_with_the_same_levels(tmp_path: Path) -> None:
    """The levels of an uninterrupted run are those of ce_f_fast.json, made by the same engine."""
    expected = json.loads(Path(__file__).with_name("ce_f_fast.json").read_text(encoding="utf-8"))
    store = Store(tmp_path)
    job = store.submit(verification_job(cerium_fluoride(), "CeF²⁺"))
    first = ensure_supervisor(tmp_path)
    until(lambda: any(event.get("step", 0) >= 6 for event in store.events(job.id)))
    who = announced(store.folder(job.id))
    assert who is not None and first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    os.kill(who["pid"], signal.SIGKILL)
    until(lambda: not supervisor_status(tmp_path).running)

    again = Store(tmp_path)  # the app was restarted too
    done = ended(again, job, supervisor(again))
    result = again.result(job.id)
    assert done.state is State.DONE and done.attempt == 2 and result is not None and result["resumed"]
    levels = [doublet["energy_cm1"] for doublet in result["kramers_doublets"]]
    assert levels == pytest.approx(expected["levels_cm1"], abs=0.1)
    assert result["energy_hartree"] == pytest.approx(expected["energy_hartree"], abs=1e-7)
    steps = [event for event in again.events(job.id) if "step" in event]
    assert len(steps) < expected["builds"] and abs(steps[-1]["energy_change_hartree"]) < 1e-4


def test_a_question_does_not_depend_on_threads_memory_or_the_last_digits() -> None:
    one = verification_job(cerium_fluoride(), "a")
    assert one.id == verification_job(cerium_fluoride(2.1 + 1e-9, threads=2), "b", wall_s=60).id
    assert one.id != verification_job(cerium_fluoride(2.11), "a").id
    assert one.limits.memory_mb == 600 + OVERHEAD_MB
    asked = request_of(one.question, one.limits.to_dict())
    assert asked.to_dict() == cerium_fluoride().to_dict()


def test_a_question_to_another_engine_and_a_wrong_charge_fail_with_their_reason(tmp_path: Path) -> None:
    store = Store(tmp_path)
    spec = verification_job(cerium_fluoride(), "a")
    old = store.submit(type(spec)("verify", {**spec.question, "engine": "cahf-0"}, "old"))
    odd = store.submit(type(spec)("verify", {**spec.question, "charge": 1}, "odd"))
    running = supervisor(store, slots=2)
    assert "another question" in ended(store, old, running).reason
    assert "odd number of electrons" in ended(store, odd, running).reason
