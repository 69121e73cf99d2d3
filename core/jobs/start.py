"""``python -m core.jobs.start FOLDER``: take the attempt in a folder and become the run that its kind names.

It is a process of its own in every backend. It loads nothing before it has announced itself, so that a supervisor which
died in the moment of starting it is survived.
"""

from __future__ import annotations

import contextlib
import errno
import faulthandler
import json
import logging
import os
import runpy
import sys
import traceback
from pathlib import Path

from core import settings
from core.errors import KramersError
from core.jobs.attempt import Attempt, Reached, announce, myself, nothing
from core.jobs.model import RUNNERS

NOT_OURS = 3
"""Exit status of a process that found its attempt given up, or taken."""

NO_OUTCOME = 74
"""Exit status where the outcome could not be written (EX_IOERR of sysexits.h)."""

SCRATCH = "scratch"
"""Subfolder for what is of no use after the run."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_log = logging.getLogger(__name__)


def main(folder: Path, reached: Reached = nothing) -> int:
    """Run what the folder asks; the exit status."""
    reached("before announcing")
    try:
        if not announce(folder, myself()):
            return NOT_OURS
    except OSError as error:
        _log.error("the folder of this attempt cannot be written: %s.", error.strerror)
        return NO_OUTCOME
    reached("after announcing")
    _prepare_process(folder)
    try:
        spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
        return _become(RUNNERS[spec["kind"]], folder)
    except KramersError as error:
        return _failed(folder, error.sentence)
    except MemoryError:
        return _failed(folder, "the memory of this machine did not suffice.")
    except OSError as error:
        traceback.print_exc()
        why = "the disk is full" if error.errno in _FULL else f"a file could not be used ({error.strerror})"
        _log.error("%s.", why)
        return NO_OUTCOME
    except Exception as error:  # the process boundary: a fault of ours is an outcome too
        traceback.print_exc()
        return _failed(folder, f"Kramers failed on this job ({type(error).__name__}); please report it with its log.")


def _prepare_process(folder: Path) -> None:
    """Last in line for the processor, first in line when memory runs out: the app and the supervisor stay. What goes
    to disk for a while goes to the attempt's folder, where someone tidies up after a kill; a cluster has its own."""
    faulthandler.enable()
    if not os.environ.get("SLURM_JOB_ID"):
        os.environ["TMPDIR"] = os.environ["PYSCF_TMPDIR"] = str(folder / SCRATCH)
        with contextlib.suppress(OSError):
            (folder / SCRATCH).mkdir()
        with contextlib.suppress(OSError):
            os.nice(settings.JOB_NICENESS)
        with contextlib.suppress(OSError):
            if os.getsid(0) == os.getpid():  # sched(7): Linux weighs sessions, and nice counts within one alone
                Path("/proc/self/autogroup").write_text(str(settings.JOB_NICENESS))
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500")


def _become(module: str, folder: Path) -> int:
    """The module's own ``__main__``, in this process."""
    sys.argv = [module, str(folder)]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    return 0


def _failed(folder: Path, reason: str) -> int:
    try:
        Attempt(folder, {}, {}).finish({"status": "failed", "reason": reason})
    except OSError as error:
        _log.error("the outcome could not be written (%s): %s", error.strerror, reason)
        return NO_OUTCOME
    return 1


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    raise SystemExit(main(Path(sys.argv[1])))
