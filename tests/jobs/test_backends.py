"""What an exit status means, and what SLURM is asked and answers."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from core.errors import InputError
from core.jobs import slurm
from core.jobs.backends import Local, ending
from core.jobs.configuration import Configuration, SlurmOptions, load
from core.jobs.ledger import Blame
from core.jobs.model import Job, Limits
from core.jobs.processes import lives
from core.jobs.slurm import Slurm, script
from core.jobs.store import Store
from tests.jobs.supervised import probe, until


@pytest.mark.parametrize(
    ("status", "out_of_memory", "blame", "said"),
    [
        (-signal.SIGKILL, False, Blame.INTERRUPTION, "SIGKILL"),
        (-signal.SIGKILL, True, Blame.FAULT, "out of memory"),
        (-signal.SIGTERM, False, Blame.INTERRUPTION, "SIGTERM"),
        (-signal.SIGSEGV, True, Blame.FAULT, "SIGSEGV"),
        (130, False, Blame.INTERRUPTION, "told to stop"),
        (74, False, Blame.INTERRUPTION, "disk full"),
        (0, False, Blame.FAULT, "without an answer"),
        (1, False, Blame.FAULT, "status 1"),
    ],
)
def test_only_what_a_run_did_itself_is_its_fault(status: int, out_of_memory: bool, blame: Blame, said: str) -> None:
    reason = ending(status, out_of_memory)
    assert reason.blame is blame and said in reason.text and not reason.final


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Store(tmp_path).submit(probe("a", Limits(threads=4, memory_mb=6000, wall_s=90)))


def test_how_a_run_ended_is_asked_even_if_nobody_has_asked_whether_it_lives(job: Job, tmp_path: Path) -> None:
    """It may end between the two questions; taken for another's child, a job that crashes would be tried for ever."""
    local = Local(command=(sys.executable, "-c", "raise SystemExit(7)"))
    handle = local.submit(job, tmp_path)
    until(lambda: not lives(handle["pid"], handle["birth"]))
    reason = local.reason(handle)
    assert reason.blame is Blame.FAULT and "status 7" in reason.text


@pytest.mark.parametrize("checkout", [Path("/a checkout"), None])
def test_a_run_on_a_cluster_has_a_checkout_on_its_path_and_an_installation_not(
    checkout: Path | None, job: Job, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(slurm, "CHECKOUT", checkout)
    exported = [line for line in script(job, tmp_path, SlurmOptions()).splitlines() if "PYTHONPATH" in line]
    assert exported == ([] if checkout is None else ["export PYTHONPATH='/a checkout'\"${PYTHONPATH:+:$PYTHONPATH}\""])


def test_the_script_for_slurm_says_what_the_job_may_take(job: Job, tmp_path: Path) -> None:
    options = SlurmOptions("long", "chem", "", 0, "/opt/my python", ("module load x",), ("--constraint=avx512",))
    lines = script(job, tmp_path / "it's a1", options).splitlines()
    assert lines[0] == "#!/bin/bash" and "#SBATCH --no-requeue" in lines
    for line in ("--cpus-per-task=4", "--mem=6000M", "--time=2", "--partition=long", "--account=chem"):
        assert f"#SBATCH {line}" in lines
    assert "#SBATCH --constraint=avx512" in lines and not any("--qos" in line for line in lines)
    assert lines[-2] == "module load x"
    assert lines[-1] == f"""exec '/opt/my python' -m core.jobs.start '{tmp_path}/it'"'"'s a1'"""


def test_a_job_that_needs_more_time_than_the_cluster_grants_asks_for_what_it_gets(job: Job, tmp_path: Path) -> None:
    assert "#SBATCH --time=1" in script(job, tmp_path, SlurmOptions(minutes=1)).splitlines()


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Commands of SLURM that print what a test wants."""

    def put(name: str, text: str, status: int = 0) -> None:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ncat >/dev/null </dev/null\ncat <<'END'\n{text}\nEND\nexit {status}\n")
        path.chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return put


def test_a_job_that_waits_has_the_reason_of_the_scheduler(fake) -> None:
    fake("squeue", "7|PENDING|PartitionTimeLimit\n8|RUNNING|None\n9|PENDING|(ReqNodeNotAvail, UnavailableNodes:n1)")
    slurm = Slurm(SlurmOptions(poll_s=60))
    assert slurm.alive({"id": "7"}) and slurm.alive({"id": "8"}) and not slurm.alive({"id": "6"})
    assert slurm.reason({"id": "7"}).waiting and "PartitionTimeLimit" in slurm.reason({"id": "7"}).text
    assert "UnavailableNodes:n1" in slurm.reason({"id": "9"}).text
    assert not slurm.reason({"id": "8"}).waiting


def test_while_the_scheduler_does_not_answer_everything_lives(fake) -> None:
    fake("squeue", "slurm_load_jobs error: Unable to contact slurm controller", 1)
    assert Slurm().alive({"id": "7"})


def test_without_slurm_nothing_is_started_and_the_reason_is_said(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OSError, match="sbatch"):
        Slurm().submit(job, tmp_path)


@pytest.mark.parametrize(
    ("state", "blame", "final"),
    [
        ("OUT_OF_MEMORY", Blame.INTERRUPTION, True),
        ("TIMEOUT", Blame.INTERRUPTION, True),
        ("NODE_FAIL", Blame.INTERRUPTION, False),
        ("PREEMPTED", Blame.INTERRUPTION, False),
        ("FAILED", Blame.FAULT, False),
    ],
)
def test_how_a_job_ended_decides_on_another_attempt(fake, state: str, blame: Blame, final: bool) -> None:
    fake("squeue", "")
    fake("scontrol", f"JobId=7 JobName=x JobState={state} Reason=None ExitCode=0:0")
    slurm = Slurm()
    assert not slurm.alive({"id": "7"})
    reason = slurm.reason({"id": "7"})
    assert (reason.blame, reason.final) == (blame, final) and state in reason.text


def test_a_job_done_in_pieces_goes_on_when_its_time_is_over(fake) -> None:
    fake("squeue", "")
    fake("scontrol", "JobId=7 JobState=TIMEOUT Reason=TimeLimit")
    slurm = Slurm()
    slurm.alive({"id": "7"})
    reason = slurm.reason({"id": "7", "in_pieces": True})
    assert reason.blame is Blame.INTERRUPTION and not reason.final


def test_without_a_file_jobs_run_here_and_leave_room(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found.backend == "local" and found.slots == 1 and found.runs == tmp_path / "runs"
    assert 1 <= found.threads < max(2, os.cpu_count() or 1) and found.memory_mb > 500


def test_a_cluster_is_chosen_by_a_file_alone(tmp_path: Path) -> None:
    text = 'backend = "slurm"\nruns = "/shared"\n[slurm]\npartition = "long"\nsetup = ["module load x"]\nminutes = 60\n'
    (tmp_path / "jobs.toml").write_text(text)
    found = load(tmp_path)
    expected = SlurmOptions(partition="long", setup=("module load x",), minutes=60)
    assert found == Configuration(Path("/shared"), "slurm", 64, found.threads, found.memory_mb, slurm=expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slots = 0", "slots"),
        ("slots = true", "slots"),
        ('backend = "pbs"', "known are local and slurm"),
        ("speed = 3", "unknown entry “speed”"),
        ("[slurm]\nqueue = 'x'", "unknown entry “queue”"),
        ('[slurm]\npartition = "a\\nb"', "partition is a word"),
        ("[slurm]\nsetup = 'x'", "setup is a list"),
        ("[slurm]\npoll_s = -1", "poll_s"),
        ("slurm = 3", "table"),
        ("slots = ", "cannot be read"),
    ],
)
def test_a_faulty_configuration_is_named_with_its_file(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "jobs.toml").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        load(tmp_path)
    assert "jobs.toml" in caught.value.sentence
