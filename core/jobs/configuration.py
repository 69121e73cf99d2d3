"""Where jobs run and how many at a time: ``jobs.toml`` in the data folder, or the file that $KRAMERS_JOBS names.

::

    backend = "local"            # or "slurm"
    slots = 2                    # jobs at a time; on a cluster: jobs handed to the scheduler at a time
    threads = 6                  # local: processor threads of all jobs together (default: all cores but one)
    memory_mb = 16000            # local: memory of all jobs together (default: four fifths of the machine)
    disk_mb = 500                # nothing is started while the disk of the runs has less than this left
    runs = "/shared/kramers"     # where runs write; on a cluster a folder that all nodes see (default: runs, here)

    [slurm]
    partition = "long"
    account = "chem-42"
    minutes = 1440                                     # most time asked for; a job that needs more goes on in pieces
    python = "/shared/kramers-venv/bin/python"         # default: this Python
    setup = ["module load openblas"]                   # lines before the command
    options = ["--constraint=avx512"]                  # more options of sbatch
    poll_s = 10                                        # between two questions to the scheduler
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from core import settings
from core.errors import InputError
from core.jobs.processes import cores, machine_memory_mb

_CLUSTER_SLOTS: Final = 64
_ADVICE: Final = "See docs/cluster.md."


@dataclass(frozen=True, slots=True)
class SlurmOptions:
    """How to ask SLURM; see the module's text."""

    partition: str = ""
    account: str = ""
    qos: str = ""
    minutes: int = 0
    python: str = sys.executable
    setup: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    poll_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where jobs run; see the module's text."""

    runs: Path
    backend: str = "local"
    slots: int = settings.JOB_SLOTS
    threads: int = 1
    memory_mb: int = 4000
    disk_mb: int = settings.JOB_LEAST_DISK_MB
    slurm: SlurmOptions = SlurmOptions()


def load(data: Path) -> Configuration:
    """The configuration of a data folder; without a file, that of a laptop.

    Raises:
        InputError: a file that cannot be read, an unknown entry, a value of the wrong kind.
    """
    file = Path(os.environ.get("KRAMERS_JOBS") or data / "jobs.toml")
    given = _read(file)
    try:
        return _configuration(given, data)
    except InputError as error:
        raise InputError(error.what, where=str(file), advice=_ADVICE) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if os.environ.get("KRAMERS_JOBS"):
            raise InputError("there is no such file.", where=str(file), advice="See $KRAMERS_JOBS.") from None
        return {}
    except (OSError, ValueError) as error:
        raise InputError(f"it cannot be read ({error}).", where=str(file), advice=_ADVICE) from None


def _configuration(given: Mapping[str, Any], data: Path) -> Configuration:
    _only(given, {field.name for field in fields(Configuration)})
    backend = _text(given, "backend", "local")
    if backend not in {"local", "slurm"}:
        raise InputError(f"there is no backend “{backend}”; known are local and slurm.")
    slots = settings.JOB_SLOTS if backend == "local" else _CLUSTER_SLOTS
    return Configuration(
        runs=Path(_text(given, "runs", str(data / "runs"))).expanduser().absolute(),
        backend=backend,
        slots=_whole(given, "slots", slots),
        threads=_whole(given, "threads", max(1, cores() - 1)),
        memory_mb=_whole(given, "memory_mb", int(0.8 * machine_memory_mb())),
        disk_mb=_whole(given, "disk_mb", settings.JOB_LEAST_DISK_MB),
        slurm=_slurm(given.get("slurm", {})),
    )


def _slurm(given: object) -> SlurmOptions:
    if not isinstance(given, dict):
        raise InputError("[slurm] is a table.")
    _only(given, {field.name for field in fields(SlurmOptions)})
    wait = given.get("poll_s", 10.0)
    if not isinstance(wait, int | float) or not 0 < wait <= 3600:
        raise InputError("poll_s is a number of seconds.")
    words = {name: _text(given, name, "") for name in ("partition", "account", "qos")}
    python = _text(given, "python", sys.executable)
    minutes = _whole(given, "minutes", 0) if "minutes" in given else 0
    return SlurmOptions(
        **words,
        minutes=minutes,
        python=python,
        setup=_lines(given, "setup"),
        options=_lines(given, "options"),
        poll_s=float(wait),
    )


def _only(given: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise InputError(f"unknown entry “{unknown[0][:40]}”; known are {', '.join(sorted(known))}.")


def _text(given: Mapping[str, Any], name: str, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or not value.isprintable():
        raise InputError(f"{name} is a word in quotes.")
    return value


def _whole(given: Mapping[str, Any], name: str, default: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InputError(f"{name} is a whole number from 1 on.")
    return value


def _lines(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name, [])
    if not isinstance(value, list) or not all(isinstance(line, str) and line.isprintable() for line in value):
        raise InputError(f"{name} is a list of lines.")
    return tuple(value)
