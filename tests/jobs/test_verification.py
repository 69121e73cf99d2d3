"""A real verification in the queue: killed in the middle, with its supervisor, it ends with the same levels."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from core.chem.ligand.ligand import ligand_name
from core.errors import KramersError
from core.jobs.attempt import STOPPED, Attempt, announced
from core.jobs.model import JobSpec, State
from core.jobs.service import ensure_supervisor, supervisor_status
from core.jobs.store import Store
from core.qc import asked, run
from core.qc.hamiltonian import Spec
from core.qc.job import CIF, OVERHEAD_MB, Method, file_job, ligand_job, request_of, unread_ligand_job, verification_job
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
    levels = [doublet["energy_cm1"] for doublet in result["levels"]["doublets"]]
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


# What the run builds or reads -----------------------------------------------------------------------------------------


CRYSTAL = Path(__file__).parents[2] / "assets" / "examples" / "dy-h2o5-opme3-2.cif"


def attempt_of(spec: JobSpec, folder: Path) -> Attempt:
    for name, body in spec.files.items():
        (folder / name).write_bytes(body)
    return Attempt(folder, dict(spec.question), spec.limits.to_dict())


def test_two_spellings_of_a_ligand_are_one_question() -> None:
    one, other = (ligand_job(ligand_name(text), Method(), text) for text in ("CP(C)(C)=O", "O=P(C)(C)C"))
    assert one.id == other.id and one.title != other.title
    assert one.id != ligand_job(ligand_name("CP(C)(C)=O"), Method(), "", "Tb").id
    assert one.id != ligand_job(ligand_name("CP(C)(C)=O"), Method("fast"), "").id
    assert one.id == ligand_job(ligand_name("CP(C)(C)=O"), Method(threads=2, memory_mb=900, wall_s=60), "").id


def test_a_ligand_is_built_once_and_a_later_attempt_goes_on_with_that_complex(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = attempt_of(ligand_job(ligand_name("[F-]"), Method("fast"), "fluoride"), tmp_path)
    (tmp_path / asked.ORBITALS).write_bytes(b"of a complex that is lost")
    built = asked.complex_of(attempt, lambda: False)
    assert built.request.spec.elements.count("F") == 2 and built.request.spec.charge == 1 and built.doubts
    assert built.request.key["preset"] == "fast" and built.request.key["geometry"].startswith("gfn2-")
    assert not (tmp_path / asked.ORBITALS).exists()
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert {event["stage"] for event in events} == {"building"} and max(e["fraction"] for e in events) <= asked.BUILDING

    def never(*given: object, **more: object) -> None:
        raise AssertionError("it was built already")

    (tmp_path / asked.ORBITALS).write_bytes(b"of this complex")
    with monkeypatch.context() as patched:
        patched.setattr(asked, "from_smiles", never)
        again = asked.complex_of(attempt, lambda: False)
    assert again.request.to_dict() == built.request.to_dict() and again.doubts == built.doubts
    assert (tmp_path / asked.ORBITALS).exists()
    (tmp_path / asked.COMPLEX).write_text('{"request": {"elements"')
    assert asked.complex_of(attempt, lambda: False).request.spec.charge == 1, "what a power cut has torn is made again"


def test_a_building_that_is_told_to_stop_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "stop_signals", lambda: lambda: True)
    attempt = attempt_of(ligand_job(ligand_name("[F-]"), Method("fast"), ""), tmp_path)
    assert run._as_job(attempt) == STOPPED and not attempt.result.exists()


def test_a_crystal_is_computed_as_it_was_submitted(tmp_path: Path) -> None:
    data = CRYSTAL.read_bytes()
    spec = file_job(data, CIF, Method("fast"), "crystal")
    assert spec.id != file_job(data + b" ", CIF, Method("fast"), "crystal").id
    assert spec.id != file_job(data, CIF, Method("fast"), "crystal", charge=3).id
    attempt = attempt_of(spec, tmp_path)
    given = asked.complex_of(attempt, lambda: False)
    assert (
        given.request.spec.charge == 3 and given.request.geometry == "crystal" and len(given.request.spec.donors) == 7
    )
    (tmp_path / asked.COMPLEX).unlink()
    (tmp_path / CIF).write_bytes(data + b" ")
    with pytest.raises(KramersError, match="not the one that was submitted"):
        asked.complex_of(attempt, lambda: False)


def test_what_cannot_be_built_or_read_ends_as_refused_with_its_reason(tmp_path: Path) -> None:
    store = Store(tmp_path)
    unread = store.submit(unread_ligand_job("not a ligand", "no.", Method(), "unread"))
    store.retry(unread.id)
    broken = store.submit(file_job(b"data_x\n", CIF, Method(), "broken"))
    older = ligand_job(ligand_name("[F-]"), Method(), "older")
    old = store.submit(type(older)("verify", {**older.question, "geometry": "gfn2-1"}, "older"))
    running = supervisor(store, slots=2)
    for job, words in ((unread, "no SMILES, and no common name"), (broken, ""), (old, "another question")):
        end = ended(store, job, running)
        assert end.state is State.REFUSED and end.attempt == 1 and end.reason and words in end.reason
