"""Kramers in the browser: page set-up and navigation, nothing else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

VIEWS = Path(__file__).parent / "views"

st.set_page_config(page_title="Kramers", page_icon=":material/explore:", layout="wide")
st.navigation(
    [
        st.Page(VIEWS / "predict.py", title="Predict", icon=":material/diamond:", default=True),
        st.Page(VIEWS / "about.py", title="About", icon=":material/info:"),
    ],
    position="top",
).run()
