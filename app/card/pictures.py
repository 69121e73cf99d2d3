"""The complex in 3-D beside its level diagram."""

from __future__ import annotations

from dataclasses import fields

import streamlit as st

from app.components import viewer3d
from app.components.viewer3d.roles import AxialAtoms
from app.components.viewer3d.view import DARK, LIGHT, Shown
from app.diagram import level_diagram
from app.tables import atom_name, site_name
from app.text import file_stem
from core.smm.crystal_field import CrystalField
from core.smm.predictor import Prediction


def show_pictures(
    key: str, prediction: Prediction, *, axial: AxialAtoms | None = None, default: Shown | None = None
) -> None:
    """The complex in 3-D beside its level diagram.

    Args:
        key: identity for the widgets.
        prediction: one that holds a molecule.
        axial: atom indices of the axial donors where they are known.
        default: what the 3-D view shows at first.
    """
    dark = st.context.theme.type == "dark"
    left, right = st.columns([1, 1], gap="medium")
    with left:
        shown = ask_what_to_show(key, viewer3d.switches(prediction, axial), default or Shown())
        viewer3d.show(prediction, shown, dark=dark, axial=axial)
        st.caption(
            "Atoms are numbered as in the XYZ file. Dashed contacts lead to the centre of a π ligand; the arrow is the "
            "easy axis of the ground level."
        )
    if prediction.field is not None and prediction.field.doublets:
        with right:
            show_diagram(key, prediction, prediction.field, dark=dark)


def axial_pair_name(prediction: Prediction) -> str:
    """The most axial pair of donors, e.g. ``O3–Dy1–O7``; empty where there is none."""
    molecule, sphere, pair = prediction.molecule, prediction.sphere, prediction.axial_pair
    if molecule is None or sphere is None or pair is None:
        return ""
    first, second = (site_name(molecule, sphere.donors[index].atoms) for index in pair)
    return f"{first}–{atom_name(molecule, molecule.metal)}–{second}"


def ask_what_to_show(key: str, switches: dict[str, str], default: Shown) -> Shown:
    """Switches of the 3-D view: fields of `Shown` with their words."""
    on = st.pills(
        "Show",
        list(switches),
        selection_mode="multi",
        format_func=switches.__getitem__,
        key=f"shown/{key}",
        wrap=True,
        default=[name for name in switches if getattr(default, name)],
    )
    return Shown(**{field.name: field.name in on for field in fields(Shown)})


def show_diagram(key: str, prediction: Prediction, field: CrystalField, *, dark: bool) -> None:
    """Energies against moments; the camera icon saves it."""
    palette = DARK if dark else LIGHT
    kind = st.segmented_control("Save the diagram (camera) as", ["SVG", "PNG"], default="SVG", key=f"format/{key}")
    image = {"format": (kind or "SVG").lower(), "filename": f"{file_stem(prediction.file)}-levels", "scale": 2}
    st.plotly_chart(
        level_diagram(field, ink=palette.ink, accent=palette.axis, ground=palette.background),
        theme=None,
        key=f"diagram/{key}",
        config={
            "displayModeBar": True,
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": image,
        },
    )
    st.caption(f"{field.multiplet} of {field.ion}³⁺, {field.level}. Bars: moment ± g_z/2 along each level's own axis.")
