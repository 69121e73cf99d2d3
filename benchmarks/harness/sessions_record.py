"""What is told of many visitors at once: waits, mishaps, leaks, jobs, and whether all was as it should be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness.listening import Findings
from benchmarks.harness.process_tree import Watch
from benchmarks.harness.reruns import Rerun, figures
from core import settings
from core.jobs.configuration import load
from core.jobs.store import Store

_SHARE = 0.95

Row = dict[str, Any]


def waits(findings: Findings, first: Findings) -> Row:
    """All waits, and apart by who asked, on which page, doing what."""
    answered, early = _answered(findings), _answered(first)
    by_hand = [one for _, one in answered if not one.by_clock]
    whole = [one for one in by_hand if not one.fragment]
    talks = [talk for _, talk in findings.talks]
    begun = min((one.asked for _, one in answered), default=0.0)
    slowest = sorted(answered, key=lambda pair: -pair[1].seconds)[:12]
    return {
        "all": _figures(one for _, one in answered),
        "by_hand": _figures(by_hand),
        "by_hand_without_drags_and_arrows": _figures(o for o in by_hand if o.action not in ("drag", "arrow keys")),
        "by_hand_of_the_whole_page": _figures(whole),
        "by_clock": _figures(one for _, one in answered if one.by_clock),
        "by_page": _apart(by_hand, lambda one: one.page),
        "by_action": _apart(by_hand, lambda one: f"{one.page}: {one.action}"),
        "runs_of_the_script": figures([seconds for talk in talks for seconds in talk.runs]),
        "with_first_visitor": _figures(one for _, one in (*answered, *early)),
        "first_visitor": _apart([one for _, one in early if not one.by_clock], lambda one: f"{one.page}: {one.action}"),
        "longest": [
            {"s": round(one.seconds, 2), "page": one.page, "action": one.action, "by_clock": one.by_clock}
            | {"visitor": number, "at_s": round(one.asked - begun)}
            for number, one in slowest
        ],
        "unanswered_by_hand": sum(talk.by_hand for talk in talks) + sum(not one.by_clock for one in findings.left),
        "answers_taken_back": sum(talk.taken_back for talk in talks),
        "runs_nobody_asked_for": sum(talk.unasked for talk in talks),
        "builds_s": findings.builds,
    }


def _answered(findings: Findings) -> list[tuple[int, Rerun]]:
    return [(number, one) for number, talk in findings.talks for one in talk.answered]


def _figures(reruns: Iterable[Rerun]) -> Row:
    return figures([one.seconds for one in reruns])


def _apart(reruns: Sequence[Rerun], key: Callable[[Rerun], str]) -> Row:
    found: dict[str, list[Rerun]] = defaultdict(list)
    for one in reruns:
        found[key(one)].append(one)
    return {name: _figures(found[name]) for name in sorted(found)}


def went_wrong(findings: Findings, first: Findings, log: Path) -> Row:
    """Everything that no visitor should see, or that the server complained about."""
    both = (first, findings)
    text = log.read_text(encoding="utf-8", errors="replace")
    sent = [words for found in both for _, talk in found.talks for words in talk.exceptions]
    return {
        "exceptions": [*sent, *(words for found in both for words in found.exceptions)],
        "tracebacks_of_the_server": text.count("Traceback (most recent call last)"),
        "lines_of_the_server": text.strip().splitlines()[-12:],
        "errors_of_the_console": [words for found in both for words in found.console],
        "our_own_words_of_trouble": [words for found in both for words in found.trouble],
        "actions_that_failed": [words for found in both for words in found.stumbles],
    }


def between_sessions(findings: Findings) -> Row:
    return {
        "marks_of_others_seen": findings.leaks[:20],
        "frames_searched": findings.frames,
        "megabytes_searched": round(findings.megabytes, 1),
        "pages_searched": findings.looks,
        "own_marks_seen": findings.own_seen,
        "rounds_of_all_pages": findings.rounds,
    }


def of_jobs(watch: Watch, store: Store) -> Row:
    """What ran beside the visitors, and how modestly."""
    configuration, jobs = load(store.path), store.jobs()
    return {
        "share_of_the_time_with_a_job": round(watch.present["jobs"] / watch.moments, 3),
        "states": [f"{job.title or job.question['name']}: {job.state}" for job in jobs],
        "niceness_wanted": settings.JOB_NICENESS,
        "niceness_of_all_their_threads": sorted(watch.nice["jobs"]),
        "niceness_of_their_sessions": sorted(watch.groups["jobs"] - {None}),
        "threads_of_a_process": sorted(watch.threads["jobs"]),
        "slots_by_default": configuration.slots,
        "threads_of_all_jobs_by_default": configuration.threads,
        "largest_memory_mb": round(watch.memory["jobs"]),
    }


def is_right(parts: Row) -> bool:
    """Line 6 of the issue: no exception, 95 % within two seconds (all of them, and those asked for by hand), no leak,
    each visitor seen by himself, jobs niced."""
    wrong, reruns, between = parts["went_wrong"], parts["reruns"], parts["between_sessions"]
    kinds = [reruns["all"], reruns["by_hand"], reruns["by_hand_without_drags_and_arrows"]]
    return (
        not any(found for name, found in wrong.items() if name != "lines_of_the_server")
        and all(kind.get("share_within_2_s", 0.0) >= _SHARE for kind in kinds)
        and not reruns["unanswered_by_hand"]
        and not between["marks_of_others_seen"]
        and between["own_marks_seen"] > 0
        and _is_nice(parts["jobs"])
    )


def _is_nice(jobs: Row) -> bool:
    """Whether runs step back: where the kernel weighs whole sessions, niceness within one alone does nothing."""
    wanted = [settings.JOB_NICENESS]
    return jobs["niceness_of_all_their_threads"] == wanted and jobs["niceness_of_their_sessions"] in ([], wanted)
