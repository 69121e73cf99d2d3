"""Complexes without a crystal."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.errors import NoMagneticIon
from core.workflows.isolated import judge_isolated
from tests.verified import verified

ASKED = verified()["input"]
ELEMENTS, POSITIONS = tuple(ASKED["elements"]), np.array(ASKED["positions_A"])


def test_a_complex_is_judged_as_that_of_a_crystal_is():
    prediction = judge_isolated(ELEMENTS, POSITIONS, 1, "x")
    assert prediction.molecule is not None and prediction.molecule.elements == ELEMENTS
    assert next(iter(prediction.shapes)) == "PBPY-7"
    assert prediction.verdict is not None and prediction.verdict.in_domain


def test_the_axis_is_in_the_frame_that_was_given():
    turn = Rotation.from_euler("xyz", [0.4, 0.9, -0.3]).as_matrix()
    axes = [judge_isolated(ELEMENTS, xyz, 1, "x").levels.easy_axis for xyz in (POSITIONS, POSITIONS @ turn.T + 3.0)]
    assert abs(axes[1] @ turn @ axes[0]) == pytest.approx(1.0, abs=1e-6)


def test_without_a_lanthanide_there_is_nothing_to_judge():
    with pytest.raises(NoMagneticIon):
        judge_isolated(("O", "H", "H"), np.array([[0, 0, 0], [0.96, 0, 0], [-0.24, 0.93, 0]]), 0, "x")
