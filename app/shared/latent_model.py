"""What all visitors share: the atlas, the generator, the library's names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.design.atlas import Atlas
from core.design.atlas_file import check_model, library_smiles, load_atlas
from core.design.ranking import Ranking, ranking_of
from core.design.search import Generator

if TYPE_CHECKING:
    from core.design.heads import Head


@st.cache_resource(show_spinner=False)
def the_atlas() -> Atlas:
    """The shipped map."""
    return load_atlas()


@st.cache_resource(show_spinner="Loading the ligand model …")
def the_generator() -> Generator:
    """The shipped model, held against the map."""
    return loaded_generator()


@st.cache_resource(show_spinner=False)
def loaded_generator() -> Generator:
    """The same without a word on the page, for whoever loads ahead of all pages."""
    from core.design.generator import generator, model_folder  # torch takes seconds, and the map is shown before

    check_model(the_atlas(), model_folder())
    return generator()


@st.cache_resource(show_spinner=False)
def the_library() -> frozenset[str]:
    """SMILES of every ligand of the library."""
    return library_smiles()


def heads() -> Sequence[Head]:
    """What the model predicts."""
    return the_generator().heads


def ranking() -> Ranking:
    """What lists are ordered by."""
    return ranking_of(heads())


@st.cache_resource(show_spinner=False)
def gap_preset() -> str:
    """Preset of the engine's runs that the head of the first gap learned from; empty where the model does not say."""
    from core.design.generator import model_folder
    from core.weights import CONFIG

    try:
        protocol = json.loads((model_folder() / CONFIG).read_text(encoding="utf-8"))["gap_protocol"]
        _, preset, _, _ = str(protocol).split("/")  # geometry, preset, multiplicities, engine
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return preset
