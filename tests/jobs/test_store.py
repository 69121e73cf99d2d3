"""What an asker may rely on."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InputError
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Filter, JobError, JobSpec, LedgerError, Limits, State
from core.jobs.service import ensure_supervisor
from core.jobs.store import Store, data_folder
from tests.jobs.supervised import probe

ROOT = Path(__file__).parents[2]
FREE = Room(1, 10_000, alone=True)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_the_same_question_asked_twice_is_one_job(store: Store) -> None:
    first = store.submit(JobSpec("probe", {"a": 1, "b": [1.5, 2]}, "one title", Limits(threads=2)))
    again = store.submit(JobSpec("probe", {"b": [1.5, 2], "a": 1}, "another title", Limits(threads=1), priority=5))
    assert again == first and len(store.jobs()) == 1
    assert store.submit(JobSpec("screen", {"a": 1, "b": [1.5, 2]})).id != first.id


def test_an_answered_question_is_answered_at_once(store: Store) -> None:
    job, ledger = store.submit(probe("a")), Ledger(store)
    claim = ledger.claim(store.path, FREE)
    assert claim is not None and ledger.finish(claim.key, State.DONE, "", {"status": "ok", "n": 1})
    assert store.submit(probe("a")).state is State.DONE
    assert store.result(job.id) == {"status": "ok", "n": 1}


def test_a_failure_is_an_answer_and_a_cancellation_is_none(store: Store) -> None:
    job, ledger = store.submit(probe("a")), Ledger(store)
    claim = ledger.claim(store.path, FREE)
    assert claim is not None and ledger.finish(claim.key, State.FAILED, "because", {"status": "failed"})
    assert store.submit(probe("a")).state is State.FAILED
    assert store.retry(job.id).state is State.QUEUED and store.result(job.id) is None
    assert store.cancel(job.id).state is State.CANCELLED
    assert store.submit(probe("a")).state is State.QUEUED
    assert [change.why for change in store.history(job.id)][-3:] == ["asked again", "cancelled", "asked again"]


def test_places_follow_priority_and_then_the_order_of_asking(store: Store) -> None:
    names = [store.submit(probe(name)).id for name in "abc"]
    assert [store.job(name).place for name in names] == [1, 2, 3]
    assert store.prioritise(names[2], 5).place == 1
    assert [store.job(name).place for name in names] == [2, 3, 1]
    store.cancel(names[2])
    assert [store.job(name).place for name in names] == [1, 2, None]


def test_a_batch_is_asked_for_as_a_whole_or_not_at_all(store: Store) -> None:
    def broken():
        yield probe("a")
        raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        store.submit_all(broken())
    assert store.jobs() == []


def test_a_job_is_found_by_the_beginning_of_its_name(store: Store) -> None:
    job = store.submit(probe("a"))
    store.submit(probe("b"))
    assert store.job(job.id[:8]).id == job.id
    for name in ("", "%", "zz", "_" * 20, "é"):
        with pytest.raises(JobError, match="no job begins"):
            store.job(name)


def test_jobs_are_filtered_by_state_kind_and_text(store: Store) -> None:
    a, b = store.submit(probe("Dy and %")), store.submit(probe("Tb"))
    store.cancel(b.id)
    assert [j.id for j in store.jobs()] == [b.id, a.id]
    assert [j.id for j in store.jobs(Filter(states=(State.CANCELLED,)))] == [b.id]
    assert [j.id for j in store.jobs(Filter(text="dy"))] == [a.id]
    assert [j.id for j in store.jobs(Filter(text="%"))] == [a.id]
    assert [j.id for j in store.jobs(Filter(text=b.id[:6]))] == [b.id]
    assert store.jobs(Filter(kinds=("verify",))) == [] and len(store.jobs(Filter(limit=1))) == 1
    assert store.counts()[State.QUEUED] == 1


def test_only_what_has_ended_is_deleted_and_the_history_stays(store: Store) -> None:
    job = store.submit(probe("a"))
    with pytest.raises(JobError, match="Cancel it first"):
        store.delete(job.id)
    store.cancel(job.id)
    store.delete(job.id)
    assert store.jobs() == []
    rows = store.database.rows("SELECT after, why FROM history WHERE job = ?", (job.id,))
    assert [row["why"] for row in rows] == ["asked", "cancelled", "deleted"]


def test_only_what_failed_or_was_cancelled_is_tried_again(store: Store) -> None:
    job = store.submit(probe("a"))
    with pytest.raises(JobError, match="tried again"):
        store.retry(job.id)
    store.cancel(job.id)
    assert store.retry(job.id, Limits(memory_mb=9000)).limits.memory_mb == 9000


@pytest.mark.parametrize(
    ("kind", "question"), [("unknown", {}), ("probe", {"x": float("nan")}), ("probe", {"x": object()})]
)
def test_a_question_that_cannot_be_asked_is_refused(kind: str, question: dict[str, object]) -> None:
    with pytest.raises(InputError):
        JobSpec(kind, question)


@pytest.mark.parametrize("limits", [{"threads": 0}, {"memory_mb": 10}, {"wall_s": -1}, {"threads": True}])
def test_limits_have_to_make_sense(limits: dict[str, int]) -> None:
    with pytest.raises(InputError):
        Limits(**limits)


def test_a_title_is_one_line_and_else_as_it_came(store: Store) -> None:
    job = store.submit(JobSpec("probe", {}, "<script>alert(1)</script>\n'; DROP TABLE jobs; --" + "x" * 500))
    assert store.job(job.id).title.startswith("<script>alert(1)</script> '; DROP TABLE jobs; --xxx")
    assert len(store.job(job.id).title) == 200


def test_a_file_that_is_no_ledger_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"this is not a database, but long enough to look like one" * 100)
    with pytest.raises(LedgerError, match="no ledger") as caught:
        Store(tmp_path)
    assert "Traceback" not in caught.value.sentence
    assert (tmp_path / "jobs.sqlite").read_bytes().startswith(b"this is not")


def test_a_ledger_of_a_newer_version_is_left_alone(store: Store) -> None:
    store.database.rows("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="newer Kramers"):
        Store(store.path)


def test_the_data_folder_is_where_settings_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KRAMERS_DATA", str(tmp_path / "here"))
    assert data_folder() == tmp_path / "here"
    monkeypatch.delenv("KRAMERS_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "kramers"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert data_folder() == tmp_path / "me" / ".local" / "share" / "kramers"


FILL = """
import sys
from pathlib import Path
from core.jobs.model import JobSpec, LedgerError
from core.jobs.store import Store
store, asked = Store(Path(sys.argv[1])), 0
try:
    for number in range(1000):
        store.submit(JobSpec("probe", {"n": number, "text": "x" * 6000}))
        asked += 1
except LedgerError as error:
    print(asked, error.sentence)
"""


def test_a_full_disk_is_a_sentence_and_the_ledger_stays_whole(tmp_path: Path) -> None:
    """The process may write no file beyond 150 kB, which SQLite meets like a full disk."""
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
    )
    asked, _, sentence = done.stdout.partition(" ")
    assert "disk" in sentence and "Traceback" not in done.stderr
    store = Store(tmp_path)
    assert store.database.integrity() == "ok"
    assert len(store.jobs()) == int(asked) > 3
    assert store.submit(probe("there is room again")).state is State.QUEUED


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that may not be written by the user who the test is for a while; root may write anything."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    os.seteuid(os.getuid())
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_is_read_only_can_be_looked_at_and_says_why_nothing_can_be_asked(as_nobody: Path) -> None:
    store = Store(as_nobody)
    store.submit(probe("a"))
    store.close()
    (as_nobody / "jobs.sqlite").chmod(0o444)
    as_nobody.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(65534)
    looking = Store(as_nobody)
    assert len(looking.jobs()) == 1
    with pytest.raises(LedgerError, match="read-only") as caught:
        looking.submit(probe("b"))
    assert "KRAMERS_DATA" in caught.value.sentence
    with pytest.raises(LedgerError, match="KRAMERS_DATA"):
        Store(as_nobody / "new")
    status = ensure_supervisor(as_nobody)
    assert not status.running and "cannot be used" in status.message
