"""The line of a molecule with several metals in the table over all files."""

from __future__ import annotations

import json
import logging
from dataclasses import astuple, replace

import streamlit as st

from app.predict.batch import Batch, Source
from app.shared.several.judging import Question, ions, wishes_of
from app.tables import Row, several_row, summary_row
from core.chem.io.structure import StructureError
from core.workflows.prediction import Prediction, Status
from core.workflows.wishes import Wishes

MOST_LINES = 3000
"""Lines that the server holds, as many as a desk has things; a kilobyte each."""

_log = logging.getLogger(__name__)


def question_of(source: Source, batch: Batch) -> Question:
    """A structure as it was chosen."""
    choice = batch.choice(source.key)
    return Question(source.read(), source.name, choice.block, choice.component, choice.charge)


def are_several(prediction: Prediction) -> bool:
    """Whether a molecule waits for a site to be chosen, so that its ions are shown together."""
    report = prediction.report
    return prediction.status is Status.REFUSED and bool(report.sites) and report.site is None


def row_of(source: Source, batch: Batch, prediction: Prediction) -> Row:
    """The line of one file: of several metals that of the leading one, or why they are not judged."""
    if not are_several(prediction):
        return summary_row(prediction)
    wishes = wishes_of(source.key)
    asked = json.dumps([*astuple(batch.choice(source.key)), wishes.record()], sort_keys=True)
    return _judged(source.key, source.name, asked, source, batch, wishes, prediction)


@st.cache_data(show_spinner=False, max_entries=MOST_LINES)
def _judged(
    key: str, name: str, asked: str, _source: Source, _batch: Batch, _wishes: Wishes, _refused: Prediction
) -> Row:
    """Kept for one file, its choice and the wishes."""
    try:
        found = ions(question_of(_source, _batch), _wishes)
    except StructureError as error:
        return summary_row(replace(_refused, message=error.sentence))
    except Exception as error:  # one broken file must not end the table
        _log.exception("several metals failed on %r", name)
        text = f"Kramers failed on this file ({type(error).__name__}); please report it."
        return summary_row(replace(_refused, status=Status.ERROR, message=text))
    return several_row(found) if found.predictions else summary_row(_refused)
