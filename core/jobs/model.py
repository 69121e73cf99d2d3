"""What a job is: its question, its limits, its states, and what can be said of it at any moment.

A question is what determines the answer: molecule, method, and the versions that change it. Its SHA-256 is the job's
name, so the same question asked twice is one job. Everything else (title, threads, memory, priority) may differ.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from core.errors import InputError, KramersError

RUNNERS: Final[Mapping[str, str]] = {
    "verify": "core.qc.run",
    "screen": "core.workflows.screen_job",
    "probe": "core.jobs.probe",
}
"""The module that runs each kind, named and never imported here: it is started in a process of its own."""

ID_CHARACTERS: Final = 20
"""Of the SHA-256 in hexadecimal: 80 bits, enough that two questions never share a name."""


_FILE_NAME: Final = re.compile(r"input[A-Za-z0-9._-]{0,40}\Z")


class State(StrEnum):
    """Where a job stands. The last four are final until someone asks for it again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    """There is nothing to compute: a ligand that cannot be read or built, a crystal without a complex in it."""
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in {State.QUEUED, State.RUNNING}

    @property
    def can_be_retried(self) -> bool:
        """Whether it ended without a result."""
        return self.final and self is not State.DONE


class JobError(KramersError):
    """A request to the queue that cannot be met: no such job, or not in this state."""


class LedgerError(JobError):
    """The ledger cannot be read or written: disk full, folder read-only, file damaged."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may take.

    Attributes:
        threads: processor threads.
        memory_mb: resident memory of all its processes [MB]; beyond it the job is ended.
        wall_s: time from the start of one attempt [s]; beyond it the job is ended.
    """

    threads: int = 1
    memory_mb: int = 4000
    wall_s: int = 86_400

    def __post_init__(self) -> None:
        for name, least in (("threads", 1), ("memory_mb", 50), ("wall_s", 1)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 100_000_000:
                raise InputError(f"a whole number from {least} on is wanted.", where=name)

    def to_dict(self) -> dict[str, int]:
        """In JSON types."""
        return {"threads": self.threads, "memory_mb": self.memory_mb, "wall_s": self.wall_s}


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What is asked for.

    Attributes:
        kind: a key of `RUNNERS`.
        question: JSON types; what the answer depends on, and nothing else.
        title: for people (hostile text).
        limits: what it may take.
        priority: higher goes first.
        meta: JSON types; what the asker wants to find again (source file, SMILES); the answer does not depend on it.
        files: what the run finds in its folder, by names that begin with ``input``; the question has to name their
            content, by a hash say.
        refusal: why it is refused before it starts, a sentence; empty for a job that runs. It is kept so that nothing
            of a batch is lost, and can be tried again.

    Raises:
        InputError: an unknown kind, or a question that is no JSON.
    """

    kind: str
    question: Mapping[str, Any]
    title: str = ""
    limits: Limits = field(default_factory=Limits)
    priority: int = 0
    meta: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    refusal: str = ""

    def __post_init__(self) -> None:
        if self.kind not in RUNNERS:
            raise InputError(f"there is no kind of job “{self.kind[:40]}”.", advice=f"Known: {', '.join(RUNNERS)}.")
        if not -1000 <= self.priority <= 1000:
            raise InputError("a priority from -1000 to 1000 is wanted.", where="priority")
        if not all(_FILE_NAME.match(name) for name in self.files):
            raise InputError("a file of a job has a name that begins with “input”.")
        canonical({"question": self.question, "meta": self.meta})

    @property
    def id(self) -> str:
        """The job's name."""
        return name_of(self.kind, canonical(self.question))


def name_of(kind: str, question: str) -> str:
    """The name of the job that a canonical question has."""
    return hashlib.sha256(f"{kind}\n{question}".encode()).hexdigest()[:ID_CHARACTERS]


def canonical(value: Any) -> str:
    """One text for equal values: sorted keys, no spaces, no NaN.

    Raises:
        InputError: not JSON.
    """
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the question is no JSON ({type(error).__name__}).") from None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the ledger has it at one moment.

    Attributes:
        id, kind, title, priority, limits, question, meta: see `JobSpec`.
        state: where it stands.
        attempt: number of the attempt that runs or ran last; 0 before the first.
        created, started, ended: seconds since 1970 by this machine's clock; None for not yet. They are for people:
            nothing is decided by them.
        stage: what the run says it is doing (hostile text).
        fraction: 0 to 1, as the run says.
        detail: iteration or file at hand (hostile text).
        energy_change: of the last iteration [E_h]; None where there is none.
        place: in the queue, from 1; None unless queued.
        reason: why it failed, was queued again or waits; the scheduler's words where it is the scheduler that waits.
        memory_mb: largest resident memory seen [MB].
        cancelling: cancelled, but its process has not ended yet.
    """

    id: str
    kind: str
    state: State
    attempt: int
    priority: int
    title: str
    created: float
    started: float | None
    ended: float | None
    stage: str
    fraction: float
    detail: str
    energy_change: float | None
    place: int | None
    reason: str
    memory_mb: float
    cancelling: bool
    limits: Limits
    question: Mapping[str, Any]
    meta: Mapping[str, Any]

    @property
    def spec(self) -> JobSpec:
        """What was asked for."""
        return JobSpec(self.kind, self.question, self.title, self.limits, self.priority, self.meta)

    def to_dict(self) -> dict[str, Any]:
        """In JSON types, without the question."""
        names = (
            "id", "kind", "state", "attempt", "priority", "title", "created", "started", "ended", "stage", "fraction",
            "detail", "energy_change", "place", "reason", "memory_mb", "cancelling",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"limits": self.limits.to_dict(), "meta": self.meta}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which jobs to list; an empty field does not restrict.

    Attributes:
        states, kinds: one of these.
        text: stands in the title or begins the id, letter case ignored.
        limit: at most so many, the newest first.
        batch: belongs to the batch of this name.
        alone: belongs to no batch.
        donor_class: is about a ligand of this class, letter case ignored.
        since: asked for at that time or later [s since 1970].
        lively: in another order: what runs, then what ended last, then the queue as it goes.
    """

    states: tuple[State, ...] = ()
    kinds: tuple[str, ...] = ()
    text: str = ""
    limit: int = 1000
    batch: str = ""
    alone: bool = False
    donor_class: str = ""
    since: float = 0.0
    lively: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a job's history."""

    time: float
    attempt: int
    before: str
    after: str
    why: str
