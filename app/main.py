"""Kramers in the browser: page set-up, loading ahead and navigation, nothing else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.warm import ahead

HERE = Path(__file__).parent

st.set_page_config(page_title="Kramers", page_icon=str(HERE / "static" / "icon.svg"), layout="wide")
if st.context.headers:  # a browser asks
    ahead().begin()
page = st.navigation(
    [
        st.Page(HERE / "views" / "predict.py", title="Predict", icon=":material/diamond:", default=True),
        st.Page(HERE / "views" / "explore.py", title="Explore", icon=":material/explore:"),
        st.Page(HERE / "views" / "build.py", title="Build", icon=":material/deployed_code:"),
        st.Page(HERE / "views" / "verify.py", title="Verify", icon=":material/verified:"),
        st.Page(HERE / "views" / "about.py", title="About", icon=":material/info:"),
    ],
    position="top",
)
with ahead().making():
    page.run()
