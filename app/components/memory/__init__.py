"""A list of short texts that the browser keeps from visit to visit: nothing of it lies on the server.

Whoever opens the same address in another browser has a list of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import streamlit as st

MOST: Final = 500
"""Longest list that is taken back."""

LONGEST: Final = 400
"""Longest text that is taken back [characters]."""

_FOLDER = Path(__file__).parent


def remember(name: str, items: Sequence[str] | None, *, key: str) -> list[str] | None:
    """Keep `items` under a name, or, while they are None, ask for those of the last visit.

    Returns:
        What was kept, once the browser has answered; hostile text. None before, and once `items` are given.
    """
    script = (_FOLDER / "memory.js").read_text(encoding="utf-8")
    component = st.components.v2.component("kramers_memory", js=script)
    component(key=key, data={"name": name, "items": None if items is None else list(items)}, on_kept_change=_nothing)
    state = st.session_state.get(key)
    return None if items is not None else texts_of(state.get("kept") if isinstance(state, Mapping) else None)


def texts_of(kept: object) -> list[str] | None:
    """The texts in what a browser says it kept; None where it said nothing."""
    if not isinstance(kept, list):
        return None
    return [text for text in kept[:MOST] if isinstance(text, str) and len(text) <= LONGEST]


def _nothing() -> None:
    """Without a callback the browser could not answer."""
