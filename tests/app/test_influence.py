"""Atoms coloured by what they do to the gap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.components import viewer3d
from app.components.viewer3d import influence as module
from app.components.viewer3d.influence import COLOURS, STRONG, WEAK, influence_tints
from app.components.viewer3d.view import LIGHT, Shown
from app.shared import pictures
from core.learned.verdict import Verdict
from core.workflows.predict import predict
from core.workflows.prediction import Prediction
from tests.app.test_viewer_roles import scene
from tests.workflows.test_predict import EXAMPLES


@pytest.fixture(scope="module")
def prediction() -> Prediction:
    return predict((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes(), "x")


def test_each_atom_gets_the_colour_of_its_influence(prediction: Prediction, monkeypatch: pytest.MonkeyPatch) -> None:
    change = np.array([0.0, 2 * STRONG, 2 * WEAK, WEAK / 2, -2 * WEAK, -2 * STRONG])
    monkeypatch.setattr(module, "influence", lambda _: change)
    assert list(influence_tints(prediction).values()) == [(1,), (2,), (4,), (5,)]


def test_a_structure_without_a_verdict_has_neither_colours_nor_switch(
    prediction: Prediction, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = replace(prediction, verdict=Verdict(in_domain=False, reason="because"))
    assert influence_tints(refused) == {}
    asked = []
    monkeypatch.setattr(pictures.st, "toggle", lambda label, **_: asked.append(label) or True)
    assert not pictures.ask_for_influence("x", refused) and not asked
    assert pictures.ask_for_influence("x", prediction) and asked == ["colour by what drives the verdict"]


def test_the_frame_names_the_colours_when_they_are_shown(prediction: Prediction) -> None:
    plain, coloured = (viewer3d.frame(prediction, Shown(influence=on), LIGHT) for on in (False, True))
    for name, colour in COLOURS.items():
        assert [colour, name] in scene(coloured)["legends"]["plain"]
        assert name not in plain
