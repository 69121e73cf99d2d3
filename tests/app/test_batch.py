"""The batch of a session: judged bit by bit, stopped, resumed, forgotten."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from app.predict.batch import Batch, Choice, Source
from app.tables import compared, summary_row
from core.workflows.predict import predict_file, predict_guarded
from core.workflows.prediction import Prediction, Status

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"


def rubbish(count: int) -> list[Source]:
    return [Source(f"key{n}", f"{n}.cif", lambda: b"?") for n in range(count)]


def test_files_are_judged_one_after_the_other():
    batch, sources = Batch(), rubbish(3)
    batch.advance(sources, seconds=30.0)
    assert not batch.pending(sources)
    assert len(batch.results) == 3


def test_a_slice_ends_in_time_and_stop_is_heard_while_a_file_takes_long(monkeypatch):
    gate = threading.Event()

    def slow(data: bytes, name: str, **chosen: object) -> Prediction:
        assert gate.wait(30)
        return predict_guarded(data, name)

    monkeypatch.setattr("app.predict.batch.predict_guarded", slow)
    batch, sources = Batch(), rubbish(2)
    begun = time.monotonic()
    batch.advance(sources, seconds=0.2)
    assert time.monotonic() - begun < 1.0
    batch.stop()
    batch.advance(sources, seconds=30.0)
    assert time.monotonic() - begun < 1.0  # nobody waits any longer
    assert len(batch.pending(sources)) == 2
    gate.set()
    batch.work[1].result(timeout=30)
    assert [source.key for source in batch.pending(sources)] == ["key1"]  # what was on its way is not lost


def test_a_stopped_batch_judges_nothing_until_it_is_resumed():
    batch, sources = Batch(), rubbish(2)
    batch.stop()
    batch.advance(sources)
    assert len(batch.pending(sources)) == 2
    batch.resume()
    batch.advance(sources, seconds=30.0)
    assert {batch.result(source).status for source in sources} == {Status.ERROR}


def test_a_file_is_read_once_for_each_choice():
    reads = []
    source = Source("key", "a.cif", lambda: reads.append(1) or b"?")
    batch = Batch()
    for _ in range(3):
        batch.advance([source], seconds=30.0)
    assert len(reads) == 1
    batch.choose("key", site=2)
    batch.advance([source], seconds=30.0)
    assert len(reads) == 2


def test_choosing_a_block_forgets_the_component_and_the_site():
    batch = Batch()
    batch.choose("key", component=2)
    batch.choose("key", site=3)
    assert batch.choice("key") == Choice(component=2, site=3)
    batch.choose("key", component=1)
    assert batch.choice("key") == Choice(component=1)
    batch.choose("key", block="b")
    assert batch.choice("key") == Choice(block="b")


def test_files_taken_off_the_page_are_forgotten():
    batch, sources = Batch(), rubbish(3)
    batch.choose("key0", site=1)
    batch.advance(sources, seconds=30.0)
    batch.keep(sources[2:])
    assert [key for key, _, _ in batch.results] == ["key2"]
    assert not batch.choices


def test_structures_stand_side_by_side_and_a_refused_one_shows_no_figures():
    judged, refused = (predict_file(EXAMPLES / name) for name in ("dy-h2o5-opme3-2.cif", "dy2-methoxide-acac4.cif"))
    again = predict_file(EXAMPLES / "dy2-methoxide-acac4.cif", site=1)
    columns = compared([summary_row(one) for one in (judged, judged, again)])
    name, second, other = list(columns[0])[1:]
    assert second == f"{name} (2)"
    table = {row["quantity"]: row for row in columns}
    low, high = judged.verdict.electrostatic.interval
    assert table["90 % interval / cm⁻¹"][name] == f"{low:.0f} to {high:.0f}"
    assert table["formula"][name] == "C₆H₂₈DyO₇P₂" and table["first gap / cm⁻¹"][name] == "315.2"
    assert float(table["network: SMM-like / %"][name]) == pytest.approx(100 * judged.verdict.voxel.p_smm, abs=0.06)
    assert {table[row][other] for row in ("first gap / cm⁻¹", "SMM-like / %", "g_z")} == {"–"}
    assert summary_row(refused)["first gap / cm⁻¹"] is None


def test_a_sandwich_is_told_as_a_chemist_does():
    bis_cp = predict_file(EXAMPLES / "dy-cp-ipr5-cp-star.cif")
    assert bis_cp.sphere.words == "two η⁵ rings, CN 10 by carbon"
    assert bis_cp.message == "C30H50Dy: Dy, two η⁵ rings, CN 10 by carbon."
    assert summary_row(bis_cp)["CN"] == 10 and summary_row(bis_cp)["shape"] == ""
    centroids = [donor.position / donor.distance for donor in bis_cp.sphere.donors]
    assert bis_cp.opposite == pytest.approx(np.degrees(np.arccos(centroids[0] @ centroids[1])), abs=1e-6)
    assert predict_file(EXAMPLES / "dy-acac3-phen.cif").opposite is None  # no donors are axial in it
