"""About: methods, limits, citations, versions."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path

import streamlit as st

from core import __version__
from core.learned.verdict import WEIGHTS

LANDMARKS = WEIGHTS / "landmarks.json"
REPORTED = WEIGHTS / "landmarks_reported.json"
MEASURED = Path(__file__).with_name("measured.json")
FIGURE = Path(__file__).with_name("measured.svg")

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


def reported_rows() -> list[dict[str, str]]:
    """The same of the open half of the second list, with the literature's trees; empty without the figures."""
    if not REPORTED.exists():
        return []
    record = json.loads(REPORTED.read_text(encoding="utf-8"))["lists"]["open"]
    baselines = {"best_rule_on_the_ion": "the best rule on the ion alone", "majority": "majority"}
    found = {**record["right"], **{words: record[key] for key, words in baselines.items()}}
    return [
        {
            "who": f"{name} (has seen the answers)" if name == "literature" else name,
            "right": f"{entry['right']} of {entry['of']} ({100 * entry['share']:.0f} %)",
            "95 % interval": " to ".join(f"{100 * end:.0f} %" for end in entry["interval"]),
        }
        for name, entry in found.items()
    ]


def show_measured() -> None:
    """Barriers as others measured them, beside ours; nothing without the figures."""
    if not MEASURED.exists():
        return
    record = json.loads(MEASURED.read_text(encoding="utf-8"))
    st.subheader("Against measured barriers", anchor=False)
    st.markdown(
        f"{record['counts']} A gap is no barrier: where the ground doublet is axial and relaxation climbs over the "
        "first excited one, the two agree within a factor of two; where tunnelling or Raman relaxation decides, no gap "
        "says how fast. More in docs/measured.md of the repository."
    )
    st.dataframe(record["rows"], hide_index=True, height="content", width="content")
    st.image(
        str(FIGURE),
        caption="Measured U_eff against ours; dotted: a factor of two; open dots: in a field.",
        alt="Measured barriers against computed and predicted ones, on logarithmic axes",
    )


st.title("About")
st.markdown((Path(__file__).parent / "about.md").read_text(encoding="utf-8"))
if landmarks := landmark_rows():
    st.subheader("Landmarks of the literature", anchor=False)
    st.markdown(
        "Complexes whose answer is known, built by ourselves from their motif and never trained on; their verdict "
        "(slow relaxation in zero field) was written down before any model saw them. A refusal counts as not right."
    )
    st.dataframe(landmarks, hide_index=True, height="content", width="content")
if reported := reported_rows():
    st.markdown(
        "Of a second list, reported complexes chosen by a written rule, half is put aside unseen; of the other half, "
        "with verdicts from SIMDAVIS:"
    )
    st.dataframe(reported, hide_index=True, height="content", width="content")
show_measured()
st.subheader("Versions", anchor=False)
st.dataframe(versions(), hide_index=True, height="content", width="content")
