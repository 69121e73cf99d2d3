"""What is taken home of the two runs of `tests.verified`."""

from __future__ import annotations

from typing import Any

from core.qc.outcome import Outcome
from core.qc.stored_result import outcome_of
from tests.verified import verified


def outcome(record: dict[str, Any] | None = None, title: str = "x", **more: Any) -> Outcome:
    """Of a record, by default that of [Dy(H2O)5F2]+; `more` as `outcome_of` takes it."""
    return outcome_of(record or verified(), title, "run", **more)
