"""The supervisor as a service: one of it for each ledger, started by hand, by a container, or by the app.

``python -m core.jobs.service FOLDER [--idle SECONDS]``. The kernel drops the lock with the process, however it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from core import settings
from core.errors import KramersError
from core.jobs.attempt import stop_signals
from core.jobs.backends import environment
from core.jobs.configuration import load
from core.jobs.store import Store
from core.jobs.supervisor import Supervisor

_LOCK_S: Final = 2.0
"""A look at the lock holds it for a moment, so one refusal is not yet another supervisor."""

_START_S: Final = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a supervisor runs, which, and a sentence about it."""

    running: bool
    pid: int | None
    message: str


def supervisor_status(data: Path) -> Status:
    """Ask the lock."""
    try:
        with (data / "supervisor.lock").open("rb") as file:
            said = file.read()
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Status(True, _pid(said), "jobs are being run.")
    except FileNotFoundError:
        pass
    except OSError as error:
        return Status(False, None, f"nobody runs jobs, and {data} cannot be used: {error.strerror}.")
    return Status(False, None, "nobody runs jobs now; they wait.")


def ensure_supervisor(data: Path, idle_s: float = settings.JOB_IDLE_S) -> Status:
    """Start a supervisor in the background unless one runs; it leaves when there is nothing to do."""
    status = supervisor_status(data)
    if status.running:
        return status
    if os.environ.get("KRAMERS_SUPERVISOR") == "none":
        return Status(False, None, "nobody runs jobs now; start the service “kramers jobs supervise”.")
    command = [sys.executable, "-m", "core.jobs.service", str(data.absolute()), "--idle", str(idle_s)]
    try:
        data.mkdir(parents=True, exist_ok=True)
        with (data / "supervisor.log").open("ab") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=data,
                env=environment(1),
                start_new_session=True,
            )
    except OSError as error:
        return Status(False, None, f"jobs cannot be run: {data} cannot be used ({error.strerror}).")
    return _awaited(data, child)


def _awaited(data: Path, child: subprocess.Popen[bytes]) -> Status:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        status = supervisor_status(data)
        if status.running:
            return status
        if child.poll() is not None:
            break
        time.sleep(0.02)
    return Status(False, None, f"the service that runs jobs did not start; see {data / 'supervisor.log'}.")


@contextlib.contextmanager
def locked(data: Path) -> Iterator[bool]:
    """Be the supervisor of this ledger: False where another process is."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "supervisor.lock").open("a+", encoding="utf-8") as file:
        if not _try(file):
            yield False
            return
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid()}))
        file.flush()
        yield True


def _try(file: IO[str]) -> bool:
    end = time.monotonic() + _LOCK_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        else:
            return True


def _pid(said: bytes) -> int | None:
    try:
        return int(json.loads(said)["pid"])
    except (ValueError, KeyError, TypeError):
        return None


def supervise(data: Path, idle_s: float | None = None) -> int:
    """Be the supervisor until told to stop; the exit status."""
    stopping = stop_signals()
    try:
        configuration = load(data)
        with locked(data) as ours:
            if not ours:
                _log.info("Another supervisor runs the jobs of %s.", data)
                return 0
            _log.info("Jobs of %s, %s, %d at a time.", data, configuration.backend, configuration.slots)
            Supervisor(Store(data), configuration).run(stopping, idle_s)
    except KramersError as error:
        _log.error("%s", error.sentence)
        return 2
    except OSError as error:
        _log.error("%s cannot be used: %s.", data, error.strerror)
        return 2
    return 0


def main() -> int:
    """Entry point of the module."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(prog="python -m core.jobs.service", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, metavar="FOLDER")
    parser.add_argument("--idle", type=float, default=None, metavar="SECONDS")
    options = parser.parse_args()
    return supervise(options.data, options.idle)


if __name__ == "__main__":
    raise SystemExit(main())
