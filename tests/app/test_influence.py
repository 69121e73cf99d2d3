"""Atoms coloured by what they do to the gap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.components import viewer3d
from app.components.viewer3d import influence as module
from app.components.viewer3d.influence import COLOURS, STRONG, WEAK, influence_tints
from app.components.viewer3d.view import LIGHT, Shown
from core.smm.predictor import Prediction, predict
from core.smm.verdict import Verdict
from tests.smm.test_predictor import EXAMPLES


@pytest.fixture(scope="module")
def prediction() -> Prediction:
    return predict((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes(), "x")


def test_each_atom_gets_the_colour_of_its_influence(prediction: Prediction, monkeypatch: pytest.MonkeyPatch) -> None:
    change = np.array([0.0, 2 * STRONG, 2 * WEAK, WEAK / 2, -2 * WEAK, -2 * STRONG])
    monkeypatch.setattr(module, "influence", lambda _: change)
    assert list(influence_tints(prediction).values()) == [(1,), (2,), (4,), (5,)]


def test_a_structure_without_a_verdict_has_neither_colours_nor_switch(prediction: Prediction) -> None:
    refused = replace(prediction, verdict=Verdict(in_domain=False, reason="because"))
    assert influence_tints(refused) == {}
    assert "influence" not in viewer3d.switches(refused)
    assert viewer3d.switches(prediction)["influence"] == "what drives the verdict"


def test_the_frame_names_the_colours_when_they_are_shown(prediction: Prediction) -> None:
    plain, coloured = (viewer3d.frame(prediction, Shown(influence=on), LIGHT) for on in (False, True))
    for colour, name in COLOURS.items():
        assert f"</i>{colour}</li>" in coloured and name in coloured
        assert name not in plain
