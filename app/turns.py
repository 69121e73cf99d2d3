"""One heavy computation at a time: several at once fight over processor and cache, and all of them come late."""

from __future__ import annotations

import threading

import streamlit as st


@st.cache_resource(show_spinner=False)
def in_turn() -> threading.Lock:
    """To be held while something takes tenths of a second or more; the same for all visitors."""
    return threading.Lock()
