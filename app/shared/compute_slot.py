"""As many heavy computations at a time as there are cores: more fight over them, and all come late."""

from __future__ import annotations

import threading

import streamlit as st

from core.jobs.processes import cores


def places() -> int:
    """How many compute at a time: processors come in pairs that share a core."""
    return max(1, cores() // 2)


@st.cache_resource(show_spinner=False)
def compute_slot() -> threading.BoundedSemaphore:
    """To be held while something takes tenths of a second or more; the same for all visitors."""
    return threading.BoundedSemaphore(places())
