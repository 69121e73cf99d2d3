"""About: methods, limits, citations, versions."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path

import streamlit as st

from core import __version__
from core.smm.verdict import WEIGHTS

LANDMARKS = WEIGHTS / "landmarks.json"

LIBRARIES = ("gemmi", "rdkit", "tblite", "morfeus-ml", "numpy", "scipy", "plotly", "py3Dmol", "streamlit")
"""What the figures and pictures of a page depend on."""


def versions() -> list[dict[str, str]]:
    """Installed versions of Python and of the libraries behind a figure."""
    libraries = [{"library": name, "version": version(name)} for name in LIBRARIES]
    ours = {"library": "Kramers", "version": __version__}
    return [ours, {"library": "Python", "version": platform.python_version()}, *libraries]


def landmark_rows() -> list[dict[str, str]]:
    """Share of right verdicts on the landmarks of the literature, by who gives them; empty without the figures."""
    if not LANDMARKS.exists():
        return []
    record = json.loads(LANDMARKS.read_text(encoding="utf-8"))
    rows = [
        {
            "who": name,
            "right": f"{entry['right']} of {entry['of']} ({100 * entry['share']:.0f} %)",
            "95 % interval": " to ".join(f"{100 * end:.0f} %" for end in entry["interval"]),
        }
        for name, entry in record["right"].items()
    ]
    others = (
        ("“Dy makes an SMM”", "metal_only_dy"),
        ("the best rule on the ion alone", "metal_only_best"),
        ("majority", "majority"),
    )
    return [*rows, *({"who": name, "right": f"{100 * record[key]:.0f} %", "95 % interval": ""} for name, key in others)]


st.title("About")
st.markdown((Path(__file__).parent / "about.md").read_text(encoding="utf-8"))
if landmarks := landmark_rows():
    st.subheader("Landmarks of the literature", anchor=False)
    st.markdown(
        "Complexes whose answer is known, built by ourselves from their motif and never trained on; their verdict "
        "(slow relaxation in zero field) was written down before any model saw them. A refusal counts as not right."
    )
    st.dataframe(landmarks, hide_index=True, height="content", width="content")
st.subheader("Versions", anchor=False)
st.dataframe(versions(), hide_index=True, height="content", width="content")
