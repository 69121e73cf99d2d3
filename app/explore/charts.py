"""What the map shows, packed for the browser: places, colours, density, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import streamlit as st

from app.components.latent_map import Chart
from app.explore.values import chemical
from app.text import sentence as capitalised
from core.arrays import BoolArray, SingleArray
from core.design.atlas import Atlas, Property

CLASSES = {"donor class": "Donor class", "family": "Family", "charge": "Charge"}
"""What the map can be coloured by besides its properties."""

CELLS = 72
"""Cells of the density along each side."""

MOST_CLASSES = 24
"""Classes with a colour of their own; the rest share the colour of points without a value."""

PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#a09000", "#767676")
"""After M. Okabe and K. Ito, Color Universal Design (2008); their yellow and black darker and lighter, since the page
is white or black."""


def colourings(atlas: Atlas) -> dict[str, str]:
    """What the map can be coloured by, with the words for it."""
    return CLASSES | {entry.name: _predicted(entry) for entry in atlas.properties}


def _predicted(entry: Property) -> str:
    return f"{capitalised(chemical(entry.label))}, predicted{', not reliable' if entry.doubt else ''}"


def classes_of(atlas: Atlas) -> list[str]:
    """Donor classes on the map, the most frequent first."""
    return [name for name, _ in Counter(_class_names(atlas, "donor class")).most_common()]


@st.cache_resource(max_entries=64, show_spinner=False)
def chart(_atlas: Atlas, colour: str, lit: str | None) -> Chart:
    """The map in colours.

    Args:
        colour: a name of `colourings`.
        lit: the donor class that is lit; None lights all.
    """
    values, legend = _classes(_atlas, colour) if colour in CLASSES else _numbers(_atlas, colour)
    points = pa.table(
        {
            "x": _atlas.points[:, 0],
            "y": _atlas.points[:, 1],
            "value": values.astype(np.float32),
            "lit": _lit(_atlas, lit).astype(np.uint8),
        }
    )
    cloud = f"{_atlas.model[:16]}/{len(_atlas)}"
    return Chart(cloud, f"{colour}/{lit}", points, _density(_atlas), legend, _names(_atlas))


def _lit(atlas: Atlas, wanted: str | None) -> BoolArray:
    return np.array([wanted is None or ligand.donor_class.value == wanted for ligand in atlas.ligands])


def _class_names(atlas: Atlas, colour: str) -> Sequence[str]:
    if colour == "family":
        return atlas.families
    if colour == "charge":
        return ["anion, −1" if ligand.charge else "neutral" for ligand in atlas.ligands]
    return [ligand.donor_class.value for ligand in atlas.ligands]


def _classes(atlas: Atlas, colour: str) -> tuple[SingleArray, dict[str, object]]:
    names = _class_names(atlas, colour)
    common = [name for name, _ in Counter(names).most_common(MOST_CLASSES)]
    numbers = {name: number for number, name in enumerate(common)}
    values = np.array([numbers.get(name, np.nan) for name in names], np.float32)
    others = len(set(names)) - len(common)
    note = f"and {others} smaller ones in grey" if others else ""
    return values, {
        "label": CLASSES[colour],
        "names": common,
        "colours": _colours(len(common)),
        "shapes": _shapes(len(common)),
        "note": note,
    }


def _numbers(atlas: Atlas, colour: str) -> tuple[SingleArray, dict[str, object]]:
    entry = next(entry for entry in atlas.properties if entry.name == colour)
    values = atlas.values[colour]
    low, high = (float(end) for end in np.nanpercentile(values, (2, 98)))
    note = entry.doubt or "2nd to 98th percentile"
    return values, {"label": _predicted(entry), "unit": entry.unit, "low": low, "high": high, "note": note}


def _colours(count: int) -> list[str]:
    """Told apart by those who see colours otherwise, too; each row of eight has a shape of its own."""
    return [PALETTE[number % len(PALETTE)] for number in range(count)]


def _shapes(count: int) -> list[int]:
    """Number of the marker of each class: 0 disc, 1 triangle, 2 diamond."""
    return [number // len(PALETTE) for number in range(count)]


@st.cache_resource(show_spinner=False)
def _density(_atlas: Atlas) -> pa.Table:
    return pa.table({"share": _atlas.density(CELLS).ravel()})


@st.cache_resource(show_spinner=False)
def _names(_atlas: Atlas) -> list[dict[str, object]]:
    """The donor classes, written where each is densest; the larger first, so that they win the space."""
    names = np.array(_class_names(_atlas, "donor class"))
    labels: list[dict[str, object]] = []
    for name, _ in Counter(names.tolist()).most_common():
        x, y = (float(part) for part in _atlas.centre_of(np.flatnonzero(names == name)))
        labels.append({"x": x, "y": y, "text": name})
    return labels
