"""Processes of this machine: which one is meant, whether it lives, how old it is, how much memory its session holds.

A process id is used again by others; with the moment of its start it names one process for ever.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_STATE, _SESSION, _START = 0, 3, 19  # fields of /proc/PID/stat after the name, proc(5)


def birth(pid: int) -> str | None:
    """What tells this process from all others that had or will have its number; None if it does not live."""
    if sys.platform != "linux":
        return _birth_by_ps(pid)
    fields = _stat(pid)
    if fields is None or fields[_STATE] in "ZX":  # a zombie has ended; it only waits to be asked how
        return None
    return f"{_boot()}:{fields[_START]}"


def lives(pid: int, born: str | None) -> bool:
    """Whether the very process still runs."""
    return born is not None and birth(pid) == born


def age(pid: int) -> float | None:
    """Seconds since its start by a clock that nobody can set; None where that is not known."""
    fields = _stat(pid)
    if fields is None:
        return None
    uptime = float((_PROC / "uptime").read_text().split()[0])
    return max(0.0, uptime - int(fields[_START]) / os.sysconf("SC_CLK_TCK"))


def resident_mb(pid: int) -> float:
    """Resident memory of one process [MB], 0 if it has ended."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def session(leader: int) -> list[int]:
    """The processes that `leader` has started, and itself, as far as they live."""
    return [pid for pid, fields in _all() if int(fields[_SESSION]) == leader and fields[_STATE] not in "ZX"]


def end(leader: int, born: str | None, number: int) -> None:
    """Send a signal to the process and to what it has started; nothing to a stranger that has its number now."""
    if _is_stranger(leader, born):
        return
    targets = session(leader) if sys.platform == "linux" else []
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
    for pid in targets:  # those that made a group of their own
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def kill(leader: int, born: str | None) -> None:
    """End it and all that it has started, at once."""
    end(leader, born, signal.SIGKILL)


def out_of_memory_kills() -> int:
    """How often this machine has killed for want of memory since it started."""
    try:
        lines = (_PROC / "vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def machine_memory_mb() -> float:
    """Memory of this machine, or of the container that this is [MB]."""
    sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6]
    with contextlib.suppress(OSError, ValueError):
        sizes.append(int(Path("/sys/fs/cgroup/memory.max").read_text()) / 1e6)
    return min(sizes)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_stranger(pid: int, born: str | None) -> bool:
    """A number stays taken while its session has members, so a living process with another birth is someone else's."""
    now = birth(pid)
    return born is None or (now is not None and now != born) or pid <= 1


def _stat(pid: int) -> list[str] | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()  # a name may hold blanks and brackets


def _all() -> Iterator[tuple[int, list[str]]]:
    for path in _PROC.iterdir() if _PROC.exists() else ():
        if path.name.isdigit() and (fields := _stat(int(path.name))) is not None:
            yield int(path.name), fields


@cache
def _boot() -> str:
    """Start times count from the boot, so they need its name."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _birth_by_ps(pid: int) -> str | None:
    done = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, start = done.stdout.strip().partition(" ")
    return None if done.returncode or not start or state.startswith("Z") else " ".join(start.split())
