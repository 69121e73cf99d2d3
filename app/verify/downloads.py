"""What can be taken home from a finished run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from app.shared.take_home import File, Inputs, take_home
from app.text import file_stem
from app.verify.tables import provenance
from core.doubts import Doubt
from core.jobs.model import Job
from core.qc.report import as_text
from core.qc.stored_result import outcome_of, request_of

Record = Mapping[str, Any]


def show_downloads(job: Job, record: Record, doubts: tuple[Doubt, ...]) -> None:
    """The files that every page has, all of the result, and the table of the command line."""
    said = [one.text for one in doubts]
    outcome = outcome_of(record, job.title, stem_of(job), provenance(job, record), said)
    more = (
        File("JSON", partial(_as_json, record), ".json", "application/json", "All of the result."),
        File("Text", partial(as_text, record), ".txt", words="The table of the command line."),
    )
    request = request_of(record)
    take_home(job.id, outcome, Inputs(request.spec, request.multiplicities), more)


def stem_of(job: Job) -> str:
    """Harmless beginning of the names of a run's files."""
    return f"{file_stem(job.title.removesuffix('.xyz'))}-{job.id[:8]}"


def _as_json(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1)
