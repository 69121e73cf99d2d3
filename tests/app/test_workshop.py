"""The workshop: complexes are built beside the page, once, and Stop is heard."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from app.build.workshop import KEPT, Job, Workshop
from core.chem.ligand.ligand import ligand_from_text
from core.workflows.build import ComplexRequest, NotBuilt
from core.workflows.prediction import Status


def waited(until: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not until() and time.monotonic() < end:
        time.sleep(0.01)
    return until()


@pytest.fixture
def recipe() -> ComplexRequest:
    return ComplexRequest(ligand_from_text("[F-]"))


def answer(*_: object) -> NotBuilt:
    return NotBuilt(Status.REFUSED, "no.")


class Bench:
    """A builder that counts."""

    def __init__(self, outcome: NotBuilt) -> None:
        self.outcome, self.metals = outcome, []

    def __call__(self, recipe: ComplexRequest, *_: object) -> NotBuilt:
        self.metals.append(recipe.metal)
        return self.outcome


def finished(workshop: Workshop, recipe: ComplexRequest) -> Job:
    job = workshop.start(recipe)
    assert waited(lambda: not job.running)
    return job


def test_what_was_built_once_is_not_built_again(recipe):
    bench = Bench(answer())
    workshop = Workshop(bench)
    for _ in range(3):
        assert finished(workshop, recipe).outcome == answer()
    finished(workshop, ComplexRequest(recipe.axial, metal="Tb"))
    assert bench.metals == ["Dy", "Tb"]


def test_an_error_is_not_kept_since_another_try_may_succeed(recipe):
    bench = Bench(NotBuilt(Status.ERROR, "out of memory."))
    workshop = Workshop(bench)
    assert finished(workshop, recipe).outcome == finished(workshop, recipe).outcome == bench.outcome
    assert bench.metals == ["Dy", "Dy"]


def test_stop_is_heard_at_once_and_reaches_the_builder(recipe):
    heard = threading.Event()

    def until_cancelled(
        _: ComplexRequest, report: Callable[[str, float], None], cancelled: Callable[[], bool]
    ) -> NotBuilt:
        report("relaxing", 0.5)
        assert waited(cancelled)
        heard.set()
        return answer()

    job = Workshop(until_cancelled).start(recipe)
    assert waited(lambda: job.stage == "relaxing") and job.fraction == 0.5
    job.stop()
    assert not job.running and heard.wait(5)
    assert job.outcome is None


def test_a_stopped_building_is_not_kept_and_can_be_asked_for_again(recipe):
    first = threading.Event()

    def builder(_: ComplexRequest, __: object, cancelled: Callable[[], bool]) -> NotBuilt:
        if not first.is_set():
            first.set()
            waited(cancelled)
            return NotBuilt(Status.REFUSED, "stopped.")
        return answer()

    workshop = Workshop(builder)
    job = workshop.start(recipe)
    assert first.wait(5)
    job.stop()
    again = workshop.start(recipe)
    assert waited(lambda: again.outcome == answer())


def test_no_more_are_built_at_once_than_there_are_places(recipe):
    release, inside = threading.Event(), []

    def builder(asked: ComplexRequest, *_: object) -> NotBuilt:
        inside.append(asked.metal)
        release.wait(5)
        return answer()

    workshop = Workshop(builder, places=1)
    jobs = [workshop.start(ComplexRequest(recipe.axial, metal=metal)) for metal in ("Dy", "Tb")]
    assert waited(lambda: len(inside) == 1)
    assert "waiting" in jobs[1].stage and jobs[1].running
    release.set()
    assert waited(lambda: not any(job.running for job in jobs))


def test_only_so_many_complexes_are_kept(recipe):
    bench = Bench(answer())
    workshop = Workshop(bench)
    metals = [f"M{number}" for number in range(KEPT + 1)]
    for metal in [*metals, metals[-1], metals[0]]:
        finished(workshop, ComplexRequest(recipe.axial, metal=metal))
    assert bench.metals == [*metals, metals[0]]


def test_a_job_that_is_finished_cannot_be_stopped(recipe):
    job = Job(recipe, outcome=answer())
    job.stop()
    assert not job.stopped and job.outcome == answer()
