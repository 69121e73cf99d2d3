"""What turns the ledger's wishes into processes, and what processes leave behind into the ledger's answers.

One round, again and again: look at every job that runs (adopt it, note its progress, close it, give it back, end it),
then start what fits. Every step may be the last one of this process; whatever was done by then, the next supervisor
finds in ledger and folders and goes on from there.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from core import settings
from core.jobs.attempt import Reached, announce, announced, myself, nothing
from core.jobs.backends import Backend, Handle, Local
from core.jobs.configuration import Configuration
from core.jobs.folders import columns, no_room, outcome, prepare, state_of
from core.jobs.ledger import Blame, Claim, Ledger, Room
from core.jobs.model import Job, LedgerError, State, canonical
from core.jobs.slurm import Slurm
from core.jobs.start import SCRATCH
from core.jobs.store import Store
from core.jobs.watchdog import Watchdog

_BUSY_S: Final = 0.02
_WATCHING_S: Final = 0.25
_TROUBLE_S: Final = 5.0
_PROGRESS_S: Final = 1.0
"""Pauses between two rounds [s]: after something happened, otherwise, when disk or scheduler refuse; and between two
notes of progress, each of which costs the disk a write."""

_log = logging.getLogger(__name__)

Key = tuple[str, int]


@dataclass(slots=True)
class Watch:
    """What the supervisor remembers of a run; a new one can do without."""

    handle: Handle | None = None
    read: int = 0
    memory_mb: float = 0.0
    asked_to_stop: float | None = None
    gone_since: float | None = None
    over: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    noted: dict[str, Any] = field(default_factory=dict)

    def begin(self, handle: Handle) -> Watch:
        """The handle goes into the ledger with the next note: the run has left its own name, should we die before."""
        self.handle, self.said["handle"] = handle, canonical(handle)
        return self


class Supervisor:
    """See the module's text.

    Args:
        store: the ledger.
        configuration: where and how many.
        backends: other places to run; by default those of this package.
        reached: told each step before and after it is taken.
    """

    def __init__(
        self,
        store: Store,
        configuration: Configuration,
        backends: Sequence[Backend] | None = None,
        reached: Reached = nothing,
    ) -> None:
        self.ledger = Ledger(store)
        self.configuration = configuration
        known = (Local(), Slurm(configuration.slurm)) if backends is None else backends
        self.backends = {backend.name: backend for backend in known}
        self.reached = reached
        self.watchdog = Watchdog()
        self._watches: dict[Key, Watch] = {}
        self._leaving: list[tuple[Handle, Path, float]] = []
        self._full = False
        self._noted_at = self._refused_until = self._changed_at = float("-inf")

    def run(self, stopping: Callable[[], bool], idle_s: float | None = None) -> None:
        """Rounds until told to stop, or until there has been nothing to do for `idle_s`. Runs go on without us."""
        active, complaint = time.monotonic(), ""
        while not stopping():
            try:
                busy, complaint = self.round(), ""
                pause = _BUSY_S if time.monotonic() - self._changed_at < 1 else _WATCHING_S
            except (LedgerError, OSError) as error:
                busy, pause = True, _TROUBLE_S
                if str(error) != complaint:
                    _log.error("%s", error)
                complaint = str(error)
            if busy:
                active = time.monotonic()
            elif idle_s is not None and time.monotonic() - active > idle_s:
                return
            time.sleep(pause)

    def round(self) -> bool:
        """Look at all that runs, start what fits; whether there is anything to wait for."""
        claims = self.ledger.running()
        self._watches = {claim.key: self._watches.get(claim.key, Watch()) for claim in claims}
        still = [claim for claim in claims if self._attend(claim)]
        self._note_progress()
        self._see_off()
        return bool(self._start(still) or self._leaving)

    def _attend(self, claim: Claim) -> bool:
        """One job that runs; whether it still does."""
        watch = self._watches[claim.key]
        handle = claim.handle or watch.handle or self._adopt(claim, watch)
        if handle is None:
            return False
        backend = self.backends[handle["backend"]]
        alive = backend.alive(handle)  # before the result: a run that ends between the two has left it by then
        record = outcome(claim.folder)
        self._read_events(claim, watch)
        if record is not None:
            self._close(claim, watch, handle, record)
        elif not alive:
            return self._lost(claim, handle, watch)
        else:
            self._keep_in_bounds(claim, handle, watch)
            return True
        return False

    def _adopt(self, claim: Claim, watch: Watch) -> Handle | None:
        """The run of a claim whose supervisor died before it could note the handle; None: there is none, given back."""
        who = announced(claim.folder)
        if who is None and not announce(claim.folder, {**myself(), "given_up": True}):
            who = announced(claim.folder)  # it has just started
        if who is None or who.get("given_up"):
            self._give_back(claim, Blame.INTERRUPTION, "the supervisor ended before the run began.")
            return None
        batch = who.get("batch")
        handle = {"backend": "slurm", "id": batch} if batch else {"backend": "local", **_only(who, "pid", "birth")}
        watch.begin(handle)
        _log.info("%s a%d: adopted", *claim.key)
        return handle

    def _close(self, claim: Claim, watch: Watch, handle: Handle, record: Mapping[str, Any]) -> None:
        """The run has left an outcome."""
        state = state_of(record, claim.job.cancelling)
        self.reached("before finish")
        why = "" if state is State.DONE else str(record.get("reason", "no reason given"))
        self.ledger.finish(claim.key, state, why, record, watch.memory_mb)
        self.reached("after finish")
        _log.info("%s a%d: %s", *claim.key, state)
        self._let_go(handle, claim.folder)

    def _lost(self, claim: Claim, handle: Handle, watch: Watch) -> bool:
        """The run has ended without an outcome, unless its files are still on their way."""
        backend, now = self.backends[handle["backend"]], time.monotonic()
        watch.gone_since = now if watch.gone_since is None else watch.gone_since
        if now - watch.gone_since < backend.settle_s and not claim.job.cancelling:
            return True
        reason = backend.reason(handle)
        if watch.over or reason.final:
            self._finish_without(claim, State.FAILED, watch.over or reason.text, watch.memory_mb)
        elif claim.job.cancelling:
            self._finish_without(claim, State.CANCELLED, "cancelled")
        else:
            self._give_back(claim, reason.blame, reason.text)
        self._let_go(handle, claim.folder)
        return False

    def _finish_without(self, claim: Claim, state: State, why: str, memory_mb: float = 0.0) -> None:
        self.reached("before finish")
        self.ledger.finish(claim.key, state, why, memory_mb=memory_mb)
        self.reached("after finish")
        _log.info("%s a%d: %s (%s)", *claim.key, state, why)

    def _give_back(self, claim: Claim, blame: Blame, why: str) -> None:
        self.reached("before giving back")
        state = self.ledger.give_back(claim.key, blame, why)
        self.reached("after giving back")
        self._changed_at = time.monotonic()
        _log.info("%s a%d: %s (%s)", *claim.key, state or "had lost its claim", why)

    def _keep_in_bounds(self, claim: Claim, handle: Handle, watch: Watch) -> None:
        """End it when that is wished or it takes too much; note why it waits."""
        backend, job = self.backends[handle["backend"]], claim.job
        if "pid" in handle:
            use = self.watchdog.look(handle["pid"], job.limits)
            watch.over = watch.over or use.over
            watch.memory_mb = max(watch.memory_mb, use.memory_mb, job.memory_mb)
            if watch.memory_mb > 1.1 * watch.said.get("memory_mb", 0):  # not worth a write for every page
                watch.said["memory_mb"] = round(watch.memory_mb, 1)
        else:
            reason = backend.reason(handle)
            watch.said["reason"] = reason.text if reason.waiting else ""
            if reason.waiting:
                watch.said["stage"] = "waiting for the cluster"
        if not job.cancelling and not watch.over:
            return
        now = time.monotonic()
        first, watch.asked_to_stop = watch.asked_to_stop is None, watch.asked_to_stop or now
        late = (
            now - watch.asked_to_stop > settings.JOB_GRACE_S or "memory" in watch.over
        )  # which cannot wait for manners
        if first or late:
            self.reached("before ending")
            backend.cancel(handle, force=late)
            self.reached("after ending")

    def _let_go(self, handle: Handle, folder: Path) -> None:
        self._changed_at = time.monotonic()
        self._leaving.append((handle, folder, time.monotonic()))

    def _see_off(self) -> None:
        """A run that has delivered may tidy up; what it has started must not stay."""
        staying = []
        for handle, folder, since in self._leaving:
            backend = self.backends[handle["backend"]]
            if backend.alive(handle) and time.monotonic() - since < settings.JOB_GRACE_S:
                staying.append((handle, folder, since))
                continue
            if "pid" in handle:
                backend.cancel(handle, force=True)
            shutil.rmtree(folder / SCRATCH, ignore_errors=True)
        self._leaving = staying

    def _start(self, running: Sequence[Claim]) -> bool:
        """Fill the free slots; whether anything runs or waits."""
        jobs = [claim.job for claim in running]
        while len(jobs) < self.configuration.slots and time.monotonic() > self._refused_until:
            if self._disk_is_full():
                return True
            self.reached("before claim")
            claim = self.ledger.claim(self.configuration.runs, self._room(jobs))
            if claim is None:
                return bool(jobs)
            self.reached("after claim")
            self._changed_at = time.monotonic()
            if self._launch(claim):
                jobs.append(claim.job)
        return True

    def _disk_is_full(self) -> bool:
        """A run that finds no room at its end has worked for nothing, so none is started."""
        why = no_room(self.configuration.runs, self.configuration.disk_mb)
        if why:
            self._refused_until = time.monotonic() + _TROUBLE_S
        if bool(why) != self._full:
            self.ledger.wait(why)
            _log.info("%s", why or "there is room on the disk again.")
        self._full = bool(why)
        return self._full

    def _room(self, jobs: Sequence[Job]) -> Room:
        if self.configuration.backend != "local":
            return Room(0, 0, alone=True)  # the scheduler knows better
        threads = self.configuration.threads - sum(job.limits.threads for job in jobs)
        return Room(threads, self.configuration.memory_mb - sum(job.limits.memory_mb for job in jobs), alone=not jobs)

    def _launch(self, claim: Claim) -> bool:
        """Prepare the folder and start the run; a place that refuses is left alone for a while."""
        try:
            prepare(claim, self.ledger.files(claim.job.id), self.reached)
            handle = self.backends[self.configuration.backend].submit(claim.job, claim.folder)
        except OSError as error:
            shutil.rmtree(claim.folder, ignore_errors=True)
            why = error.strerror or str(error)
            self._give_back(claim, Blame.NONE, f"it could not be started: {why.rstrip('.')}. It is tried again.")
            self._refused_until = time.monotonic() + _TROUBLE_S
            return False
        self.reached("run started")
        self._watches[claim.key] = Watch().begin(handle)
        return True

    def _read_events(self, claim: Claim, watch: Watch) -> None:
        """The last event that is new."""
        try:
            with (claim.folder / "events.jsonl").open("rb") as file:
                file.seek(watch.read)
                data = file.read()
        except OSError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        watch.read += len(whole)
        if whole:
            watch.said |= columns(whole.splitlines()[-1])

    def _note_progress(self) -> None:
        if time.monotonic() - self._noted_at < _PROGRESS_S:
            return
        changed = {key: dict(watch.said) for key, watch in self._watches.items() if watch.said != watch.noted}
        if changed:
            self._noted_at = time.monotonic()
            self.reached("before noting")
            self.ledger.progress(changed)
            self.reached("after noting")
            for key, said in changed.items():
                self._watches[key].noted = said


def _only(entries: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: entries.get(name) for name in names}
