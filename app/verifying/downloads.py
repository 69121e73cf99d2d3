"""What can be taken home from a finished run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from app.tables import to_csv
from app.text import file_stem
from app.verifying.tables import level_rows, provenance
from core.errors import DomainError
from core.jobs.model import Job
from core.qc.one_page import to_html
from core.qc.report import as_text
from core.qc.stored_result import openmolcas_input, orca_input, phi_block, xyz_file

Record = Mapping[str, Any]


def show_downloads(job: Job, record: Record, doubts: tuple[str, ...]) -> None:
    """One button a file; those that take time are made when they are asked for."""
    stem = stem_of(job)
    with st.container(horizontal=True):
        page = partial(to_html, record, job.title, provenance(job, record), doubts)
        _button(job, "Report", page, f"{stem}.html", "text/html", "One page that stands on its own; prints on A4.")
        _button(job, "JSON", partial(_as_json, record), f"{stem}.json", "application/json", "All of the result.")
        _button(
            job, "CSV", partial(to_csv, level_rows(record)), f"{stem}-levels.csv", "text/csv", "The table of levels."
        )
        _button(job, "Text", partial(as_text, record), f"{stem}.txt", "text/plain", "The table of the command line.")
        _button(
            job, "XYZ", partial(xyz_file, record), f"{stem}.xyz", "chemical/x-xyz", "The complex that was computed."
        )
        _button(
            job,
            "OpenMolcas",
            partial(openmolcas_input, record, job.title),
            f"{stem}.input",
            "text/plain",
            "The same calculation for OpenMolcas 22.10, with roots of highest spin.",
        )
        _button(
            job,
            "ORCA",
            partial(orca_input, record, job.title),
            f"{stem}.inp",
            "text/plain",
            "The same for ORCA 6. ORCA was not at hand: the file has not been tried.",
        )
        _phi_button(job, record, stem)


def stem_of(job: Job) -> str:
    """Harmless beginning of the names of a run's files."""
    return f"{file_stem(job.title.removesuffix('.xyz'))}-{job.id[:8]}"


def _phi_button(job: Job, record: Record, stem: str) -> None:
    try:
        block = phi_block(record)
    except DomainError:  # Eu and Gd have no Stevens factors; their parameters are in the JSON
        return
    _button(job, "PHI", block, f"{stem}.crf", "text/plain", "Crystal field for PHI, without Stevens factor.")


def _as_json(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1)


def _button(job: Job, label: str, content: Any, name: str, mime: str, words: str) -> None:
    st.download_button(
        label,
        content,
        name,
        mime,
        key=f"{label}/{job.id}",
        help=words,
        icon=":material/download:",
        on_click="ignore",
    )
