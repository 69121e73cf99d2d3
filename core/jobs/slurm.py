"""Runs as jobs of SLURM, by its own three commands: sbatch, squeue, scancel (https://slurm.schedmd.com).

A run that has passed its time or memory is not tried again; one whose node failed or that was preempted is. In doubt,
when the scheduler does not answer, a run counts as alive: nothing is started twice.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from core.jobs.backends import THREAD_VARIABLES, Handle, Reason
from core.jobs.configuration import SlurmOptions
from core.jobs.ledger import Blame
from core.jobs.model import Job
from core.resources import CHECKOUT

_PENDING: Final = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SUSPENDED"}

_ENDINGS: Final = {
    "OUT_OF_MEMORY": Reason("the run needed more memory than it was given (SLURM: OUT_OF_MEMORY).", final=True),
    "TIMEOUT": Reason("the run took longer than it was given (SLURM: TIMEOUT).", final=True),
    "DEADLINE": Reason("the run missed its deadline (SLURM: DEADLINE).", final=True),
    "FAILED": Reason("the run ended without an answer (SLURM: FAILED); see its log.", Blame.FAULT),
    "COMPLETED": Reason("the run ended without an answer (SLURM: COMPLETED); see its log.", Blame.FAULT),
    "CANCELLED": Reason("the run was cancelled at the scheduler (SLURM: CANCELLED)."),
    "NODE_FAIL": Reason("the node failed (SLURM: NODE_FAIL)."),
    "PREEMPTED": Reason("the run was preempted (SLURM: PREEMPTED)."),
}

_ANSWER_S: Final = 30.0
"""How long the scheduler may take to answer [s]."""


@dataclass(slots=True)
class Slurm:
    """The scheduler; see `core.jobs.backends.Backend` for the methods."""

    options: SlurmOptions = field(default_factory=SlurmOptions)
    name: str = "slurm"
    settle_s: float = 15.0
    _states: dict[str, tuple[str, str]] = field(default_factory=dict)
    _asked: float = float("-inf")
    _answered: bool = False

    def submit(self, job: Job, folder: Path) -> dict[str, Any]:
        """sbatch; OSError with its words when it refuses."""
        done = _ask("sbatch", "--parsable", input_=script(job, folder, self.options))
        if done.returncode:
            raise OSError(f"SLURM took no job: {' '.join(done.stderr.split())[:300]}")
        self._asked = float("-inf")  # the answer known is older than this job
        in_pieces = minutes(job, self.options) * 60 < job.limits.wall_s
        return {"backend": self.name, "id": done.stdout.strip().split(";")[0], "in_pieces": in_pieces}

    def alive(self, handle: Handle) -> bool:
        """Whether squeue lists it; one question for all runs, every `poll_s` at most."""
        self._look()
        return not self._answered or handle["id"] in self._states

    def cancel(self, handle: Handle, force: bool) -> None:
        """scancel ends a job with SIGTERM, then SIGKILL after the cluster's own grace."""
        _ask("scancel", "--quiet", *(["--signal=KILL", "--full"] if force else []), str(handle["id"]))

    def reason(self, handle: Handle) -> Reason:
        """The scheduler's words for a job that waits; how it ended, as long as the scheduler remembers."""
        state, why = self._states.get(handle["id"]) or self._ended(handle["id"])
        if state in _PENDING:
            return Reason(f"waits in the cluster's queue{f': {why}' if why not in ('', 'None') else ''}", waiting=True)
        if state == "TIMEOUT" and handle.get("in_pieces"):
            return Reason("the time that the cluster grants at once was over; it goes on.")
        return _ENDINGS.get(state, Reason(f"the run ended without an answer (SLURM: {state or 'unknown'})."))

    def _look(self) -> None:
        if time.monotonic() - self._asked < self.options.poll_s:
            return
        done = _ask("squeue", "--noheader", f"--user={os.getuid()}", "--format=%i|%T|%r")
        self._asked, self._answered = time.monotonic(), done.returncode == 0
        if self._answered:
            fields = (line.split("|", 2) for line in done.stdout.splitlines() if line.count("|") >= 2)
            self._states = {name: (state, why) for name, state, why in fields}

    def _ended(self, name: str) -> tuple[str, str]:
        done = _ask("scontrol", "--oneliner", "show", "job", name)
        words = dict(word.split("=", 1) for word in done.stdout.split() if "=" in word)
        return words.get("JobState", ""), words.get("Reason", "")


def script(job: Job, folder: Path, options: SlurmOptions) -> str:
    """What sbatch is given."""
    settings = {
        "job-name": f"kramers-{job.id}-a{job.attempt}",
        "output": f"{folder}/log.txt",
        "open-mode": "append",
        "chdir": str(folder),
        "ntasks": "1",
        "cpus-per-task": str(job.limits.threads),
        "mem": f"{job.limits.memory_mb}M",
        "time": str(minutes(job, options)),
        "partition": options.partition,
        "account": options.account,
        "qos": options.qos,
    }
    # --no-requeue: whether there is another attempt is the ledger's business.
    lines = ["#!/bin/bash", "#SBATCH --no-requeue"]
    lines += [f"#SBATCH --{name}={shlex.quote(value)}" for name, value in settings.items() if value]
    lines += [f"#SBATCH {option}" for option in options.options]
    lines += [f"export {name}={job.limits.threads}" for name in THREAD_VARIABLES]
    if CHECKOUT is not None:
        lines.append(f'export PYTHONPATH={shlex.quote(str(CHECKOUT))}"${{PYTHONPATH:+:$PYTHONPATH}}"')
    lines += options.setup
    return "\n".join([*lines, shlex.join(["exec", options.python, "-m", "core.jobs.start", str(folder)]), ""])


def minutes(job: Job, options: SlurmOptions) -> int:
    """Time to ask for, in whole minutes, SLURM's unit."""
    wanted = -(-job.limits.wall_s // 60)
    return min(wanted, options.minutes) if options.minutes else wanted


def _ask(*command: str, input_: str | None = None) -> subprocess.CompletedProcess[str]:
    """One of SLURM's commands; one that is not there or does not answer is a failed one."""
    try:
        return subprocess.run(
            command, input=input_, capture_output=True, text=True, timeout=_ANSWER_S, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
