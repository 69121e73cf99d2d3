"""About: methods, limits, citations, versions."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import streamlit as st

from core import __version__

LIBRARIES = ("gemmi", "rdkit", "tblite", "morfeus-ml", "numpy", "scipy", "plotly", "py3Dmol", "streamlit")
"""What the figures and pictures of a page depend on."""


def versions() -> list[dict[str, str]]:
    """Installed versions of Python and of the libraries behind a figure."""
    libraries = [{"library": name, "version": version(name)} for name in LIBRARIES]
    ours = {"library": "Kramers", "version": __version__}
    return [ours, {"library": "Python", "version": platform.python_version()}, *libraries]


st.title("About")
st.markdown((Path(__file__).parent / "about.md").read_text(encoding="utf-8"))
st.subheader("Versions", anchor=False)
st.dataframe(versions(), hide_index=True, height="content", width="content")
