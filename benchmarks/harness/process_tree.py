"""What a process and all that it has started take: processor time, memory, niceness, threads, read off /proc.

A Linux thing; proc(5) has the fields.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6
_STATE, _PARENT, _USER, _SYSTEM, _NICE = 0, 1, 11, 12, 16  # of /proc/PID/stat, after the name


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one moment.

    Attributes:
        role: by its command, as asked for.
        seconds: of the processor, so far. memory: resident [MB].
        nice: of its threads, each value once, ascending. threads: their number.
        group: niceness of its session as a whole against others, sched(7); None where the kernel makes no such groups.
    """

    pid: int
    role: str
    seconds: float
    memory: float
    nice: tuple[int, ...]
    threads: int
    group: int | None


def below(root: int, roles: Mapping[str, str]) -> Iterator[Process]:
    """A process and all that it has started.

    Args:
        root: its number.
        roles: name of the role by a part of the command; the first that fits, else that of the parent.
    """
    stats = {int(path.name): fields for path in _PROC.iterdir() if path.name.isdigit() and (fields := _stat(path))}
    children = defaultdict(list)
    for pid, fields in stats.items():
        children[int(fields[_PARENT])].append(pid)
    todo = [(root, "")]
    while todo:
        pid, inherited = todo.pop()
        command = _command(pid)
        role = next((name for part, name in roles.items() if part in command), inherited)
        todo += [(child, role) for child in children[pid]]
        if pid in stats and stats[pid][_STATE] not in "ZX":
            nice = _nice(pid)
            yield Process(
                pid, role, _seconds(stats[pid]), _memory(pid), tuple(sorted(set(nice))), len(nice), _group(pid)
            )


@dataclass(slots=True)
class Watch:
    """Samples over time: the most that each process has taken, and the course of memory by role [MB].

    Attributes:
        moments: number of samples. present: in how many of them a role had a process.
        memory: largest of a role at a moment; latest: at the last one.
        nice, threads, groups: every value that a process of the role had.
    """

    root: int
    roles: Mapping[str, str]
    moments: int = 0
    present: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    memory: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    latest: dict[str, float] = field(default_factory=dict)
    nice: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    threads: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    groups: dict[str, set[int | None]] = field(default_factory=lambda: defaultdict(set))
    _seconds: dict[tuple[str, int], float] = field(default_factory=dict)

    def look(self) -> None:
        """One sample."""
        self.moments += 1
        now: dict[str, float] = defaultdict(float)
        for process in below(self.root, self.roles):
            now[process.role] += process.memory
            if (process.role, process.pid) in self._seconds:  # one that was just born has not set itself yet
                self.nice[process.role].update(process.nice)
                self.threads[process.role].add(process.threads)
                self.groups[process.role].add(process.group)
            self._seconds[process.role, process.pid] = process.seconds
        self.latest = dict(now)
        for role, megabytes in now.items():
            self.present[role] += 1
            self.memory[role] = max(self.memory[role], megabytes)

    def seconds(self) -> dict[str, float]:
        """Processor time so far by role [s]."""
        found: dict[str, float] = defaultdict(float)
        for (role, _), taken in self._seconds.items():
            found[role] += taken
        return dict(found)


def step_back(pid: int, by: int) -> None:
    """Let the session of a process step back as a whole, where the kernel weighs sessions."""
    if _group(pid) is not None:
        (_PROC / str(pid) / "autogroup").write_text(str(by))


def busy_seconds() -> float:
    """Processor time that all processes of this machine have taken since its start, the nice ones included [s]."""
    fields = (_PROC / "stat").read_text().splitlines()[0].split()[1:]
    user, nice, system = (int(ticks) for ticks in fields[:3])
    return (user + nice + system) / _TICKS


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()  # a name may hold blanks
    except OSError:
        return []


def _seconds(fields: list[str]) -> float:
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS


def _command(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _memory(pid: int) -> float:
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, ValueError, IndexError):
        return 0.0


def _nice(pid: int) -> list[int]:
    """Of each thread: on Linux they may differ."""
    try:
        found = [_stat(folder) for folder in (_PROC / str(pid) / "task").iterdir()]
    except OSError:
        return []
    return [int(fields[_NICE]) for fields in found if fields]


def _group(pid: int) -> int | None:
    try:
        if (_PROC / "sys/kernel/sched_autogroup_enabled").read_text().strip() != "1":
            return None
        return int((_PROC / str(pid) / "autogroup").read_text().split()[-1])
    except (OSError, ValueError, IndexError):
        return None
