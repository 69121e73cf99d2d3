"""What Kramers raises on purpose, said in its own sentence where it happens: a fragment hands no error to its page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app.text import sentence
from core.errors import KramersError


@contextmanager
def error_boundary() -> Iterator[None]:
    """What goes wrong inside is shown as a sentence, and the rest is left out."""
    try:
        yield
    except KramersError as error:
        st.badge("not available", color="orange")
        st.text(sentence(error.sentence), width="stretch")
