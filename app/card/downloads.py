"""What can be taken home: structure and figures of one card."""

from __future__ import annotations

import json

import streamlit as st

from app.text import file_stem
from core.chem.export import to_cif, to_xyz
from core.smm.predictor import Prediction


def show_downloads(key: str, prediction: Prediction) -> None:
    """Buttons for the molecule as XYZ and CIF and for everything as JSON."""
    stem = file_stem(prediction.file)
    with st.container(horizontal=True):
        if prediction.molecule is not None:
            _button(key, "XYZ", to_xyz(prediction.molecule), f"{stem}.xyz", "chemical/x-xyz")
            _button(key, "CIF", to_cif(prediction.molecule), f"{stem}-molecule.cif", "chemical/x-cif")
        document = json.dumps(prediction.to_dict(), indent=2, ensure_ascii=False)
        _button(key, "JSON", document, f"{stem}.json", "application/json")


def _button(key: str, label: str, content: str, name: str, mime: str) -> None:
    st.download_button(
        label, content.encode(), name, mime, key=f"{label}/{key}", icon=":material/download:", on_click="ignore"
    )
