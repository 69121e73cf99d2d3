"""A verification as a job of the queue, and back: its question is what the levels depend on, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.errors import InputError
from core.jobs.model import JobSpec, Limits, canonical
from core.qc.request import ENGINE, LEAST_MEMORY_MB, Request, read_request

OVERHEAD_MB: Final = 1500
"""What a run may hold beyond the integrals: 128 atoms (779 functions) took 1,988 MB in all when asked to keep its
integrals within 4,000 (benchmarks/results/big_crystal.json)."""

_DECIMALS: Final = 6
"""Of coordinates [Å] in a question: the same file read twice is one question."""

DAY_S: Final = 86_400


def verification_job(
    request: Request,
    title: str,
    *,
    wall_s: int = DAY_S,
    priority: int = 0,
    meta: Mapping[str, Any] | None = None,
) -> JobSpec:
    """The job of a request.

    Args:
        request: what is computed.
        title: for people (hostile text).
        wall_s: time of one attempt [s].
        priority: higher goes first.
        meta: what belongs to the answer without changing it: source, smiles, donor, donor_class, warnings.
    """
    asked = request.to_dict()
    memory, threads = asked.pop("memory_mb"), asked.pop("threads")
    asked["positions_A"] = [[round(x, _DECIMALS) + 0.0 for x in row] for row in asked["positions_A"]]
    limits = Limits(threads=threads, memory_mb=memory + OVERHEAD_MB, wall_s=wall_s)
    return JobSpec("verify", {**asked, "engine": ENGINE}, title, limits, priority, dict(meta or {}))


def request_of(question: Mapping[str, Any], limits: Mapping[str, int]) -> Request:
    """The request behind a question.

    Raises:
        InputError: as `core.qc.request.read_request`; or the question was put to another engine.
    """
    engine = question.get("engine")
    if engine != ENGINE:
        text = f"this was asked of the engine “{str(engine)[:20]}”, and this Kramers has “{ENGINE}”."
        raise InputError(text, advice="Ask again: it is another question.")
    memory = max(LEAST_MEMORY_MB, limits["memory_mb"] - OVERHEAD_MB)
    asked = {name: value for name, value in question.items() if name != "engine"}
    return read_request(canonical({**asked, "memory_mb": memory, "threads": limits["threads"]}))
