"""Where runs live. The seam is four methods: submit, alive, cancel, reason.

Every backend starts the same command, ``python -m core.jobs.start FOLDER``. A handle is JSON that outlives the
supervisor: a new one can ask for, cancel and close what an old one has started.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from core.jobs.attempt import STOPPED
from core.jobs.ledger import Blame
from core.jobs.model import Job
from core.jobs.processes import birth, cores, end, lives, out_of_memory_kills
from core.jobs.start import NO_OUTCOME, NOT_OURS
from core.resources import own_environment

Handle = Mapping[str, Any]

THREAD_VARIABLES: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_FROM_OUTSIDE: Final = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run waits, or why it ended without an answer.

    Attributes:
        text: for people.
        blame: of an attempt that has ended.
        waiting: the scheduler has it and has not begun.
        final: there is no sense in another attempt: a limit was passed.
    """

    text: str
    blame: Blame = Blame.INTERRUPTION
    waiting: bool = False
    final: bool = False


class Backend(Protocol):
    """What a place to run has to offer.

    Attributes:
        name: as in handles and in the configuration.
        settle_s: how long after the end of a run its files may still be on their way [s].
    """

    name: str
    settle_s: float

    def submit(self, job: Job, folder: Path) -> dict[str, Any]:
        """Start the run whose spec lies in `folder`; its handle. Raises OSError: not now."""

    def alive(self, handle: Handle) -> bool:
        """Whether it waits or runs. In doubt it does."""

    def cancel(self, handle: Handle, force: bool) -> None:
        """Ask it to stop; with `force`, end it and all that it has started."""

    def reason(self, handle: Handle) -> Reason:
        """Why it waits, or why it ended."""


@dataclass(slots=True)
class Local:
    """Processes of this machine, each with a session of its own, so that they outlive the supervisor."""

    command: Sequence[str] = (sys.executable, "-m", "core.jobs.start")
    name: str = "local"
    settle_s: float = 0.0
    _children: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    _killed_before: dict[int, int] = field(default_factory=dict)

    def submit(self, job: Job, folder: Path) -> dict[str, Any]:
        """Start a process; see `Backend`."""
        with (folder / "log.txt").open("ab") as log:
            child = subprocess.Popen(
                [*self.command, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment(min(job.limits.threads, cores())),
                start_new_session=True,
            )
        self._children[child.pid] = child
        self._killed_before[child.pid] = out_of_memory_kills()
        return {"backend": self.name, "pid": child.pid, "birth": birth(child.pid)}

    def alive(self, handle: Handle) -> bool:
        """By number and birth; see `Backend`."""
        child = self._children.get(handle["pid"])
        if child is not None and child.poll() is not None:
            return False
        return lives(handle["pid"], handle["birth"])

    def cancel(self, handle: Handle, force: bool) -> None:
        """Signals; see `Backend`."""
        if force:
            end(handle["pid"], handle["birth"], signal.SIGKILL)
        elif self.alive(handle):
            end(handle["pid"], handle["birth"], signal.SIGTERM)

    def reason(self, handle: Handle) -> Reason:
        """By the exit status, which only the parent is told; see `Backend`."""
        child = self._children.pop(handle["pid"], None)
        before = self._killed_before.pop(handle["pid"], 0)
        if child is None or child.poll() is None:  # it may have ended since it was last asked
            return Reason(
                "the run ended without an answer; it was started by an earlier supervisor, so nobody was told how."
            )
        return ending(child.returncode, out_of_memory_kills() > before)


def ending(status: int, out_of_memory: bool) -> Reason:
    """What an exit status (negative: a signal) says of an attempt without an answer."""
    if status < 0:
        name = signal.Signals(-status).name
        if -status == signal.SIGKILL and out_of_memory:
            return Reason("this machine ran out of memory and killed the run.", Blame.FAULT)
        if -status in _FROM_OUTSIDE:
            return Reason(f"the run was killed from outside ({name}).")
        return Reason(f"the run crashed ({name}).", Blame.FAULT)
    if status == STOPPED:
        return Reason("the run was told to stop.")
    if status == NOT_OURS:
        return Reason("the run found its attempt taken.")
    if status == NO_OUTCOME:
        return Reason("the run could not write its files: disk full or folder read-only; see its log.")
    return Reason(f"the run ended with status {status} and without an answer; see its log.", Blame.FAULT)


def environment(threads: int) -> dict[str, str]:
    """This process's, with the way to ourselves and the number of threads."""
    return {**own_environment(), **dict.fromkeys(THREAD_VARIABLES, str(threads))}
