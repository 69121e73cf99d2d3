"""The run's side of the protocol: everything a run and the queue have to say to one another lies in one folder.

::

    spec.json       supervisor → run    kind, question, limits
    input*          supervisor → run    files that belong to the question
    runner.json     run → supervisor    who runs here; whoever makes this file has the attempt (see `announce`)
    events.jsonl    run → supervisor    progress, one object a line
    log.txt         run → people        standard output and error
    checkpoint*     run → next run      copied into the folder of the next attempt
    result.json     run → supervisor    the outcome, replaced as a whole and on the disk before it has its name

A run never opens the ledger, so it may live on another machine that shares the folder. This module needs only the
standard library: a run begins in some hundredths of a second.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from core.errors import InputError
from core.jobs.processes import birth

STOPPED: Final = 130
"""Exit status of a run that was told to stop."""

Reached = Callable[[str], None]
"""Told the name of each step of the protocol; tests die there."""


def nothing(step: str) -> None:
    """What is done at a step outside of tests."""


def read_spec(folder: Path) -> dict[str, Any]:
    """What is asked in a folder.

    Raises:
        InputError: no spec, or none of ours.
        OSError: the folder cannot be read.
    """
    try:
        spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    except ValueError:
        raise InputError("this is no JSON.", where=str(folder / "spec.json")) from None
    if not isinstance(spec, dict) or not {"kind", "question", "limits"} <= set(spec):
        raise InputError("this is not what the queue writes.", where=str(folder / "spec.json"))
    return spec


def write_whole(path: Path, text: str, reached: Reached = nothing) -> None:
    """Replace a file so that it is there whole or not at all, also after a power cut."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    reached("result written")
    unfinished.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The new name reaches the disk with the folder."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError:  # some network file systems cannot
        pass
    finally:
        os.close(number)


def announce(folder: Path, who: Mapping[str, Any]) -> bool:
    """Take the attempt: False if someone has it already.

    Run and supervisor both use this. A supervisor that finds a claim without a run takes the attempt itself; a run
    that starts later than that finds it taken and leaves. So no attempt is both given up and run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / f"runner.{os.getpid()}.part"
    own.write_text(json.dumps(who), encoding="utf-8")
    try:
        os.link(own, folder / "runner.json")  # fails where the name is taken, and is whole from the first moment on
    except FileExistsError:
        return False
    finally:
        own.unlink()
    return True


def announced(folder: Path) -> dict[str, Any] | None:
    """Who has the attempt."""
    try:
        return dict(json.loads((folder / "runner.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def myself() -> dict[str, Any]:
    """This process, as `announce` takes it."""
    pid = os.getpid()
    return {"pid": pid, "birth": birth(pid), "host": os.uname().nodename, "batch": os.environ.get("SLURM_JOB_ID")}


@dataclass(slots=True)
class Attempt:
    """A run in its folder.

    Attributes:
        folder: where it writes.
        question: what is asked.
        limits: threads, memory_mb, wall_s.
    """

    folder: Path
    question: dict[str, Any]
    limits: dict[str, int]
    reached: Reached = nothing
    _events: IO[str] | None = None
    _begun: float = field(default_factory=time.monotonic)

    @classmethod
    def begin(cls, folder: Path) -> Attempt:
        """The attempt that `folder` describes; errors as `read_spec`."""
        spec = read_spec(folder)
        return cls(folder, dict(spec["question"]), dict(spec["limits"]))

    @property
    def result(self) -> Path:
        """The outcome's file."""
        return self.folder / "result.json"

    def event(self, stage: str, fraction: float, **more: Any) -> None:
        """Tell how far it is."""
        if self._events is None:
            self._events = (self.folder / "events.jsonl").open("a", encoding="utf-8", buffering=1)
        seconds = round(time.monotonic() - self._begun, 2)
        line = {"s": seconds, "stage": stage, "fraction": round(fraction, 4), **more}
        self._events.write(json.dumps(line, ensure_ascii=False) + "\n")

    def finish(self, record: Mapping[str, Any]) -> None:
        """The outcome: ``status`` is ``ok``, or ``failed`` or ``refused`` with a ``reason``."""
        text = json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
        self.reached("before result")
        write_whole(self.result, text, self.reached)
        self.reached("after result")


def stop_signals() -> Callable[[], bool]:
    """Whether SIGTERM or SIGINT has come, asked between steps."""
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda found, frame: received.append(found))
    return lambda: bool(received)
