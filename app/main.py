"""Kramers in the browser: page set-up, loading ahead and navigation, nothing else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import page_file
from app.desk.opening import open_asked
from app.shared import desk
from app.warm import ahead

HERE = Path(__file__).parent

st.set_page_config(page_title="Kramers", page_icon=str(HERE / "static" / "icon.svg"), layout="wide")
if st.context.headers:  # a browser asks
    ahead().begin()
page = st.navigation(
    [
        st.Page(page_file("predict"), title="Predict", url_path="predict", icon=":material/diamond:", default=True),
        st.Page(page_file("explore"), title="Explore", url_path="explore", icon=":material/explore:"),
        st.Page(page_file("build"), title="Build", url_path="build", icon=":material/deployed_code:"),
        st.Page(page_file("verify"), title="Verify", url_path="verify", icon=":material/verified:"),
        st.Page(page_file("desk"), title="Desk", url_path="desk", icon=":material/folder_open:"),
        st.Page(page_file("about"), title="About", url_path="about", icon=":material/info:"),
    ],
    position="top",
)
open_asked()
with ahead().making():
    desk.show_said()
    page.run()
    desk.introduce()
