"""What a run will take, judged by past runs: seconds and memory from the size of the complex.

The seconds are a power law, ln t = a + b ln(functions) + c ln(atoms) + d ln(threads), fitted to the runs in
tables/past_runs.json and to those of this machine, which is allowed to be faster or slower by a factor of its own. The
interval is that of a linear regression, so it widens for complexes larger than all that was run.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import FloatArray
from core.qc.hamiltonian import Spec, basis_of, contraction

_TABLE: Final = Path(__file__).with_name("tables") / "past_runs.json"

_MACHINE_SPREAD: Final = math.log(2.0)
"""How much faster or slower another machine is expected to be [ln s]; a guess, which its own runs soon replace."""

_WITHIN: Final = 1.645
"""Standard deviations on either side of a normal distribution that hold 90 %."""

_LETTERS: Final = "spdfghi"


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run that ended well.

    Attributes:
        atoms, functions: sizes.
        threads: processor threads.
        seconds: wall time.
        memory: largest memory [MB]; None where it was not recorded.
        here: whether it ran on this machine.
    """

    atoms: int
    functions: int
    threads: int
    seconds: float
    memory: float | None
    here: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimate.

    Attributes:
        functions: contracted basis functions.
        seconds: most likely wall time; low, high: its 90 % interval.
        memory: [MB]; integrals go to disk beyond the request's limit.
        on_disk: whether they probably will.
        runs_here: runs of this machine behind the estimate.
    """

    functions: int
    seconds: float
    low: float
    high: float
    memory: float
    on_disk: bool
    runs_here: int


def estimate(spec: Spec, threads: int, memory_mb: int, own: Iterable[PastRun] = ()) -> Cost:
    """What a run of a complex will take.

    Args:
        spec: the complex, with its preset.
        threads: processor threads.
        memory_mb: the request's limit for integrals in memory.
        own: runs of this machine.
    """
    return estimate_size(len(spec.elements), functions_of(spec), threads, memory_mb, own)


def estimate_size(atoms: int, functions: int, threads: int, memory_mb: int, own: Iterable[PastRun] = ()) -> Cost:
    """`estimate` from the numbers of atoms and functions alone."""
    ours = list(own)
    runs = [*shipped_runs(), *ours]
    mean, spread = _log_seconds(runs, PastRun(atoms, functions, threads, 1.0, None, here=bool(ours)))
    wanted = _memory(runs, functions)
    return Cost(
        functions=functions,
        seconds=math.exp(mean),
        low=math.exp(mean - _WITHIN * spread),
        high=math.exp(mean + _WITHIN * spread),
        memory=min(wanted, float(memory_mb)),
        on_disk=wanted > memory_mb,
        runs_here=len(ours),
    )


def estimate_ligand(meta: Mapping[str, Any], preset: str, means: tuple[int, int], own: Iterable[PastRun] = ()) -> Cost:
    """What the run of a ligand will take whose complex is not built yet: its atoms are known.

    Args:
        meta: of its job: ``formula``, ``donor_element``, ``metal``.
        preset: name in `core.qc.hamiltonian.PRESETS`.
        means: threads and memory limit of the integrals [MB].
        own: runs of this machine.
    """
    counts = re.findall(r"([A-Z][a-z]?)(\d*)", str(meta["formula"]))
    ligand = [element for element, number in counts for _ in range(int(number or 1))]
    ligand.remove(meta["donor_element"])
    elements = (meta["metal"], *[meta["donor_element"]] * 2, *["O"] * 5, *["H"] * 10, *ligand, *ligand)
    spec = Spec(elements, np.zeros((len(elements), 3)), 0, tuple(range(1, 8)), preset)
    return estimate(spec, *means, own)


def past_run(record: Mapping[str, Any]) -> PastRun | None:
    """A run of this machine from its record; None for one without result, or that went on from a checkpoint."""
    if record.get("status") != "ok" or record.get("resumed"):
        return None
    asked = record["input"]
    return PastRun(
        atoms=len(asked["elements"]),
        functions=int(record["method"]["functions"]),
        threads=int(asked["threads"]),
        seconds=float(record["timings_s"]["total"]),
        memory=float(record["memory_mb"]),
        here=True,
    )


def functions_of(spec: Spec) -> int:
    """Contracted basis functions: a shell of momentum l has 2l + 1."""
    levels = zip(spec.elements, basis_of(spec), strict=True)
    return sum(_functions(contraction(element, level)) for element, level in levels)


def _functions(shells: str) -> int:
    found = re.findall(r"(\d+)([a-z])", shells)
    return sum(int(number) * (2 * _LETTERS.index(letter) + 1) for number, letter in found)


@lru_cache(maxsize=1)
def shipped_runs() -> tuple[PastRun, ...]:
    """The runs that came with Kramers."""
    rows = json.loads(_TABLE.read_text(encoding="utf-8"))["runs"]
    return tuple(
        PastRun(row["atoms"], row["functions"], row["threads"], row["seconds"], row["memory_mb"]) for row in rows
    )


def _features(run: PastRun) -> list[float]:
    return [1.0, math.log(run.functions), math.log(run.atoms), math.log(run.threads), float(run.here)]


def _log_seconds(runs: list[PastRun], asked: PastRun) -> tuple[float, float]:
    """Mean and standard deviation of ln(seconds); the machine's factor is held to about 1 by a row of its own."""
    x = np.array([_features(run) for run in runs])
    y = np.log([run.seconds for run in runs])
    coefficients = _regression(x, y, 0.25)
    scatter = float(np.sqrt(np.mean((y - x @ coefficients) ** 2)))
    coefficients, covariance = _regression(x, y, scatter), _covariance(x, scatter)
    point = np.array(_features(asked))
    spread = scatter**2 + float(point @ covariance @ point)
    if not asked.here:
        spread += _MACHINE_SPREAD**2
    return float(point @ coefficients), math.sqrt(spread)


def _covariance(x: FloatArray, scatter: float) -> FloatArray:
    precision = x.T @ x / scatter**2
    precision[-1, -1] += 1 / _MACHINE_SPREAD**2
    return np.asarray(np.linalg.inv(precision))


def _regression(x: FloatArray, y: FloatArray, scatter: float) -> FloatArray:
    return np.asarray(_covariance(x, scatter) @ x.T @ y / scatter**2)


def _memory(runs: list[PastRun], size: int) -> float:
    """[MB] from a power law in the number of functions; runs whose integrals may have gone to disk are left out."""
    known = [(run.functions, run.memory) for run in runs if run.memory is not None and run.functions < 500]
    slope, offset = np.polyfit(np.log([n for n, _ in known]), np.log([memory for _, memory in known]), 1)
    return math.exp(offset + slope * math.log(size))
