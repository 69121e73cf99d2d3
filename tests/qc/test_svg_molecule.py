"""The picture of the complex in reports and archives."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from app.shared.outcomes import of_prediction
from core.qc.html_report import to_html
from core.qc.svg_molecule import ANGSTROM_PER_G, THINNEST, molecule_svg
from core.workflows.predict import predict

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def outcome():
    name = "dy-h2o5-opme3-2.cif"
    found = of_prediction(predict((EXAMPLES / name).read_bytes(), name))
    assert found is not None
    return found


def test_heavy_atoms_bonds_axis_and_ellipsoid_are_drawn_once_each(outcome):
    drawing = ElementTree.fromstring(molecule_svg(outcome.molecule, outcome.record))
    heavy = [element for element in outcome.molecule.elements if element != "H"]
    assert len(drawing.findall(f"{SVG}circle")) == len(heavy)
    assert len(drawing.findall(f"{SVG}ellipse")) == 1
    assert len(drawing.findall(f"{SVG}polygon")) == 2  # heads: an axis is a line, not a direction
    assert "easy axis" in [text.text for text in drawing.iter(f"{SVG}text")]


def test_the_ellipsoid_lies_along_the_arrow_and_is_as_long_as_g_says(outcome):
    """Seen 14° from above, the needle of g_z = 20 is shortened by cos 14° and a little wider; the scale is that of the
    bonds."""
    drawing = ElementTree.fromstring(molecule_svg(outcome.molecule, outcome.record))
    ellipse = drawing.find(f"{SVG}ellipse")
    long, short = float(ellipse.get("rx")), float(ellipse.get("ry"))
    g_z = outcome.record["levels"]["g"][2]
    tilt = np.radians(14.0)
    expected = np.hypot(ANGSTROM_PER_G * g_z * np.cos(tilt), THINNEST * np.sin(tilt))
    assert long / short == pytest.approx(expected / THINNEST, rel=0.01)
    angle = float(re.search(r"rotate\(([-\d.]+)", ellipse.get("transform"))[1])
    assert abs(abs(angle) - 90.0) < 0.5  # upright, as the axis


def test_without_g_there_is_neither_axis_nor_ellipsoid_and_names_are_escaped(outcome):
    levels = {**outcome.record["levels"], "g": None, "easy_axis": None}
    drawing = molecule_svg(outcome.molecule, {**outcome.record, "levels": levels})
    assert "<ellipse" not in drawing and "easy axis</text>" not in drawing and "<polygon" not in drawing
    labels = tuple(f"{label}<b>" for label in outcome.molecule.labels)
    hostile = replace(outcome.molecule, labels=labels)
    assert "<b>" not in molecule_svg(hostile, outcome.record)


def test_a_report_holds_the_picture(outcome):
    assert "<ellipse" in to_html(outcome)
