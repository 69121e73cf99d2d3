"""The complex in 3-D beside its level diagram."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app.components import viewer3d
from app.components.viewer3d.packing import nearest_words
from app.components.viewer3d.roles import AxialAtoms
from app.components.viewer3d.view import DARK, LIGHT, Palette, Shown
from app.shared.barrier import ARROWS, show_barrier
from app.shared.magnetism import show_model_magnetism
from app.shared.outcomes import of_prediction
from app.tables import site_name
from app.text import sentence
from core.chem.crystal.packing import Packing
from core.magnetism.ion_levels import Levels
from core.qc.outcome import Outcome
from core.workflows.prediction import Prediction

VIEW = (
    "Atoms are called as in the file, copies by symmetry O1_i, O1_ii and so on. Dashed contacts lead to the centre of "
    "a π ligand; the arrow is the easy axis of the ground level."
)


def show_pictures(
    key: str,
    prediction: Prediction,
    *,
    axial: AxialAtoms | None = None,
    default: Shown | None = None,
    packing: Packing | None = None,
) -> None:
    """The complex in 3-D beside its level diagram.

    Args:
        key: identity for the widgets.
        prediction: one that holds a molecule.
        axial: atom indices of the axial donors where they are known.
        default: what the 3-D view shows at first.
        packing: what stands around the molecule in its crystal.
    """
    dark = st.context.theme.type == "dark"
    left, right = st.columns([1, 1], gap="medium")
    with left:
        picture = st.container()
        shown = replace(default or Shown(), influence=ask_for_influence(key, prediction))
        with picture:
            viewer3d.show(prediction, shown, dark=dark, axial=axial, packing=packing)
        molecule = prediction.molecule
        words = None if packing is None or molecule is None else nearest_words(packing, molecule)
        st.caption(VIEW if words is None else f"{VIEW} {sentence(words)}.")
    outcome = of_prediction(prediction)
    if outcome is not None and prediction.levels is not None:
        palette = DARK if dark else LIGHT
        with right:
            show_diagram(key, outcome, prediction.levels, palette)
        show_model_magnetism(key, outcome, palette)


def axial_pair_name(prediction: Prediction) -> str:
    """The most axial pair of donors, e.g. ``O3–Dy1–O7``; empty where there is none."""
    molecule, sphere, pair = prediction.molecule, prediction.sphere, prediction.axial_pair
    if molecule is None or sphere is None or pair is None:
        return ""
    first, second = (site_name(molecule, sphere.donors[index].atoms) for index in pair)
    return f"{first}–{molecule.names[molecule.metal]}–{second}"


def ask_for_influence(key: str, prediction: Prediction) -> bool:
    """Whether to colour atoms by what they do to the network's gap: the one switch that has to compute something."""
    said = prediction.verdict
    return (
        said is not None
        and said.in_domain
        and st.toggle(
            "colour by what drives the verdict",
            key=f"influence/{key}",
            help="Takes a few seconds: the network is asked again without each atom in turn.",
        )
    )


def show_diagram(key: str, outcome: Outcome, field: Levels, palette: Palette) -> None:
    """The double well with its arrows, and the words below it."""
    show_barrier(key, outcome.record, palette, outcome.stem)
    st.caption(f"{field.multiplet} of {field.ion}³⁺, {field.level_of_theory}. {ARROWS}")
