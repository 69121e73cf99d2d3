"""How many jobs stand where and when all will be done, once or again and again."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import IO, Final

from core.errors import KramersError
from core.jobs.batches import sentence
from core.jobs.configuration import load
from core.jobs.estimate import Estimate, estimate
from core.jobs.model import Filter, Job, State
from core.jobs.service import supervisor_status
from core.jobs.store import Store
from core.jobs.watchdog import span

LOOK_S: Final = 2.0
"""Between two looks [s]."""

SAY_S: Final = 10.0
"""Between two lines where nobody looks at a screen [s]."""

_MOST_RUNNING: Final = 20
"""Of the jobs that run, how many are named while one watches."""


def look(store: Store, wanted: Filter) -> tuple[dict[State, int], Estimate | None]:
    """Jobs in each state, and when all of them will be done."""
    counts = store.counts(wanted)
    if not counts[State.QUEUED] + counts[State.RUNNING]:
        return counts, None
    try:
        configuration = load(store.path)
    except KramersError:  # whoever runs the jobs says what is wrong with it
        return counts, None
    return counts, estimate(store, configuration, wanted)


def headline(counts: Mapping[State, int], left: Estimate | None) -> str:
    """``120 jobs: 107 queued, 1 running, 12 done. All done in about 3.4 h, from 12 finished.``"""
    total = sum(counts.values())
    if not total:
        return "No jobs."
    words = f"{total:,} job{'s' * (total > 1)}: {sentence(counts)}."
    if left is not None:
        return f"{words} All done in {left.words}."
    if counts[State.QUEUED] + counts[State.RUNNING]:
        return f"{words} When all will be done is told once one has finished."
    return words


def watch(
    store: Store,
    wanted: Filter,
    keep_running: Callable[[], object],
    *,
    out: IO[str] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Follow jobs until all have ended, or until Ctrl-C.

    Args:
        store: the ledger.
        wanted: which jobs.
        keep_running: called before every look; starts the service where it has gone.
        out: a terminal is drawn over again and again; any other file gets a line now and then (default: standard
            output).
        pause: waits so many seconds.
    """
    out = out or sys.stdout
    drawn, said, told = 0, float("-inf"), ""
    while True:
        keep_running()
        counts, left = look(store, wanted)
        over = not counts[State.QUEUED] + counts[State.RUNNING]
        if out.isatty():
            lines = _screen(store, wanted, headline(counts, left))
            out.write((f"\x1b[{drawn}F\x1b[J" if drawn else "") + "".join(f"{line}\n" for line in lines))
            drawn = len(lines)
        elif over or (sentence(counts) != told and time.monotonic() - said > SAY_S):
            out.write(f"{time.strftime('%H:%M:%S')}  {headline(counts, left)}\n")
            said, told = time.monotonic(), sentence(counts)
        out.flush()
        if over:
            return
        pause(LOOK_S)


def _screen(store: Store, wanted: Filter, first: str) -> list[str]:
    """What one sees while watching: counts, whether anybody works, what runs."""
    running = store.jobs(replace(wanted, states=(State.RUNNING,), limit=_MOST_RUNNING))
    width = shutil.get_terminal_size().columns
    lines = [first, supervisor_status(store.path).message.capitalize(), *map(line, running)]
    return [text[: width - 1] for text in lines]  # a line that wraps would be drawn over only in part


def line(job: Job) -> str:
    """A job on one line of plain text; what comes from files is held to printable characters."""
    if job.state is State.QUEUED:
        doing = f"place {job.place}"
    elif job.state is State.RUNNING:
        doing = "being cancelled" if job.cancelling else f"{job.fraction:4.0%} {job.stage} {job.detail}"
    else:
        doing = span(max(0.0, (job.ended or 0) - (job.started or job.ended or 0)))
    cells = (job.id[:10], f"{job.state:9}", f"{doing.strip():28}", job.title, f"({job.reason})" if job.reason else "")
    return "".join(c if c.isprintable() else "?" for c in "  ".join(cells)).rstrip()
