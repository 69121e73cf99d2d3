"""A job that does what it is told and nothing useful: it shows that queue, machine and cluster are in order.

Its question: ``steps`` of ``dt`` seconds each, a ``name``; ``allocate_mb`` to hold, ``burn`` to keep a processor busy,
``children`` that outlive it unless its whole session is ended; ``fail`` or ``refuse`` for an outcome without success,
``exit`` for dying without one, by status or, if negative, by a signal. It keeps a checkpoint, and says from which step
it went on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.jobs.attempt import STOPPED, Attempt, stop_signals

Told = dict[str, Any]


def run(attempt: Attempt, stopped: Callable[[], bool]) -> int:
    """Exit status: 0 ok, 1 failed, `STOPPED`."""
    told = attempt.question
    begun = _resume(attempt)
    held = bytearray(int(told.get("allocate_mb", 0)) * 1_000_000)
    for place in range(0, len(held), 4096):
        held[place] = 1  # a page counts once it is written
    children = [subprocess.Popen(["sleep", "600"]) for _ in range(int(told.get("children", 0)))]
    steps = int(told.get("steps", 1))
    for step in range(begun, steps):
        if stopped():
            return STOPPED
        _pass(float(told.get("dt", 0.0)), bool(told.get("burn")))
        attempt.event("probing", (step + 1) / steps, step=step + 1, detail=f"step {step + 1} of {steps}")
        _keep(attempt, step + 1)
    return _outcome(attempt, begun, steps, len(children))


def _outcome(attempt: Attempt, begun: int, steps: int, children: int) -> int:
    told = attempt.question
    if number := int(told.get("exit", 0)):
        if number < 0:
            os.kill(os.getpid(), -number)
        os._exit(number)
    for word, status in (("fail", "failed"), ("refuse", "refused")):
        if told.get(word):
            attempt.finish({"status": status, "reason": str(told[word])})
            return 1
    record = {"status": "ok", "steps": steps, "resumed_from": begun, "children": children}
    attempt.finish({**record, "name": told.get("name", ""), "threads": os.environ.get("OMP_NUM_THREADS")})
    return 0


def _pass(seconds: float, burn: bool) -> None:
    if not burn:
        time.sleep(seconds)
        return
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def _keep(attempt: Attempt, step: int) -> None:
    unfinished = attempt.folder / "checkpoint.json.part"
    unfinished.write_text(json.dumps({"step": step}), encoding="utf-8")
    unfinished.replace(attempt.folder / "checkpoint.json")


def _resume(attempt: Attempt) -> int:
    try:
        return int(json.loads((attempt.folder / "checkpoint.json").read_text(encoding="utf-8"))["step"])
    except (OSError, ValueError, KeyError):
        return 0


if __name__ == "__main__":
    raise SystemExit(run(Attempt.begin(Path(sys.argv[1])), stop_signals()))
