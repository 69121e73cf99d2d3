"""Makes labels for as long as it may, and goes on where the table stands:

    kramers train labels --minutes 170 --slots 1 [--environments FOLDER]

Every finished label is on the disk at once (assets/labels/*.jsonl, `training.common.level_labels`): a kill loses no
more than those being computed, none is computed twice, and a failure is a row too, with its reason. The lists
(`training.factory.tasks`) come in the order of `TURNS`, as long as each lasts; without --environments, whose folder is
no part of Kramers, there are gaps and motifs alone. No label is begun that would hardly end in time.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Final

from core.arguments import positive
from core.errors import KramersError
from training.common.level_labels import (
    CAMPAIGNS,
    CONVERGED,
    ENVIRONMENTS,
    FOLDER,
    GAPS,
    MOTIFS,
    LabelTable,
    LevelLabel,
)
from training.factory.recipes import WANTED
from training.factory.tasks import LabelTask, environment_tasks, gap_tasks, motif_tasks
from training.factory.worker import COMPUTED, Crew, failed

TURNS: Final = (GAPS, MOTIFS, GAPS, ENVIRONMENTS)
"""Whose turn it is, again and again: two gaps for one motif and one crystal environment."""

LAST_S: Final = 60.0
"""How long after the end labels that are nearly ready are waited for [s]."""

PUT_ASIDE: Final = ("test", "second check")
"""Halves whose levels nobody looks at while labels are made."""

POLL_S: Final = 5.0
"""How often the clock is looked at [s]."""

_log = logging.getLogger("kramers")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 the time is up or nothing is left, 1 it could not begin, 130 stopped."""
    parser = argparse.ArgumentParser(
        prog="kramers train labels", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60.0, metavar="M", help="default: 60")
    parser.add_argument("--slots", type=positive, default=1, metavar="S", help="labels at a time (default: 1)")
    parser.add_argument("--environments", type=Path, metavar="FOLDER", help="with structures.xyz.gz")
    parser.add_argument("--only", choices=CAMPAIGNS, help="this campaign alone")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of the table (default: assets/labels)")
    options = parser.parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, _stopped)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"  # of the processes: one label, one core
    try:
        lists = tasks(options.environments, options.only)
        with LabelTable(options.folder) as table:
            run(table, lists, options.minutes * 60, options.slots)
            _log.info("%s", told(table))
    except KramersError as error:
        _log.error("kramers train labels: %s", error.sentence)
        return 1
    except KeyboardInterrupt:
        _log.info("Stopped. What was ready is kept.")
        return 130
    return 0


def _stopped(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def tasks(environments: Path | None, only: str | None = None) -> dict[str, Sequence[LabelTask]]:
    """The lists of all campaigns, or of one alone."""
    lists: dict[str, Sequence[LabelTask]] = {}
    if only in (None, GAPS):
        lists[GAPS] = gap_tasks()
    if only in (None, MOTIFS):
        lists[MOTIFS] = motif_tasks()
    if only in (None, ENVIRONMENTS) and environments is not None:
        lists[ENVIRONMENTS] = environment_tasks(environments)
    return lists


def run(
    table: LabelTable, lists: Mapping[str, Sequence[LabelTask]], seconds: float, slots: int, work: str = COMPUTED
) -> None:
    """Make rows until the time is up or the lists are.

    Args:
        table: where they go.
        lists: tasks of each campaign, in their order.
        seconds: time [s].
        slots: rows made at a time.
        work: what makes a row, see `Crew`.
    """
    end = time.monotonic() + seconds
    waiting = _Waiting(table, lists)
    taken: list[float] = []
    crew = Crew(slots, work)
    try:
        while True:
            while crew.free and time.monotonic() + _expected(taken) < end and (task := waiting.next()) is not None:
                crew.begin(task)
            if not crew.busy or time.monotonic() > end + LAST_S:
                return
            for task, row in crew.ended(POLL_S):
                made = row if row is not None else waiting.again(task)
                if made is not None:
                    table.add(made)
                    taken.append(made.seconds.get("wall", 0.0))
                    _log.info("%s", line(made))
    finally:
        crew.stop()


class _Waiting:
    """The tasks that have no row yet, of the campaigns by turns."""

    def __init__(self, table: LabelTable, lists: Mapping[str, Sequence[LabelTask]]) -> None:
        self._left = {
            name: deque(task for task in tasks if not table.holds(name, task.identity)) for name, tasks in lists.items()
        }
        self._turns = cycle(TURNS)
        self._died: set[str] = set()

    def next(self) -> LabelTask | None:
        """The next task, of the campaign whose turn it is."""
        if not any(self._left.values()):
            return None
        return self._left[next(name for name in self._turns if self._left.get(name))].popleft()

    def again(self, task: LabelTask) -> LevelLabel | None:
        """A process died over a task, perhaps by no fault of its own: it is tried once more, then it has failed."""
        if task.key in self._died:
            return failed(task, "the process that computed it died twice, or took too long.")
        self._died.add(task.key)
        self._left[task.campaign].append(task)
        return None


def _expected(taken: Sequence[float]) -> float:
    """How long a label takes, by the last ones [s]."""
    return statistics.median(taken[-9:]) if taken else 0.0


def line(row: LevelLabel) -> str:
    """A row in words; of rows that are put aside only that they are there."""
    if row.status != CONVERGED:
        outcome = row.reason
    elif row.half in PUT_ASIDE:
        outcome = f"computed ({row.half}: not shown)"
    else:
        outcome = f"first gap {row.levels[1]:.1f} cm⁻¹"
    return f"{row.key}: {outcome} ({row.seconds.get('wall', 0.0):.0f} s)"


def told(table: LabelTable) -> str:
    """How many rows there are."""
    parts = []
    for name in CAMPAIGNS:
        rows = table.rows[name]
        done = sum(row.status == CONVERGED for row in rows)
        parts.append(f"{name}: {done} of {WANTED[name]}, and {len(rows) - done} that failed")
    return "; ".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
