"""The batch of a session: judged bit by bit, stopped, resumed, forgotten."""

from __future__ import annotations

from app.batch import Batch, Choice, Source
from core.smm.predictor import Status


def rubbish(count: int) -> list[Source]:
    return [Source(f"key{n}", f"{n}.cif", lambda: b"?") for n in range(count)]


def test_one_slice_judges_at_least_one_file_and_ends_in_time():
    batch, sources = Batch(), rubbish(3)
    batch.advance(sources, seconds=0.0)
    assert [source.key for source in batch.pending(sources)] == ["key1", "key2"]
    batch.advance(sources, seconds=30.0)
    assert not batch.pending(sources)


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
        batch.advance([source])
    assert len(reads) == 1
    batch.choose("key", site=2)
    batch.advance([source])
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
    assert [key for key, _ in batch.results] == ["key2"]
    assert not batch.choices
