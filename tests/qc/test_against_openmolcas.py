"""A whole run against OpenMolcas 22.10: same geometry, basis, scalar Hamiltonian and states, nothing symmetric.

The molecule is the one of tests/reference/dy_oh_f_h2o.input; what OpenMolcas made of it lies beside that file.
"""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from benchmarks.harness.complexes import TINY, spec_of
from benchmarks.harness.openmolcas import Answer, read
from core.angles import between_axes
from core.magnetism.stevens import KQ, rotate_parameters
from core.qc import hamiltonian
from core.qc.engine import TEMPERATURES, Verification, verify
from core.qc.hamiltonian import Preset
from core.qc.spin_orbit_states import Multiplicities

REFERENCE = Path(__file__).parents[1] / "reference"


pytestmark = pytest.mark.xdist_group("against openmolcas")  # so that what they share is computed once


@pytest.fixture(scope="module")
def theirs() -> Answer:
    return read((REFERENCE / "dy_oh_f_h2o.log").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ours() -> Verification:
    """In the basis of the reference, VDZ on all atoms, which is none of our presets."""
    with patch.object(hamiltonian, "PRESETS", {**hamiltonian.PRESETS, "VDZ": Preset("VDZ", "VDZ", "VDZ")}):
        return verify(spec_of(TINY, "VDZ"), Multiplicities.HIGH_SPIN)


def test_the_levels_of_the_ground_multiplet_are_the_same(ours: Verification, theirs: Answer) -> None:
    assert ours.levels.energies[2] == pytest.approx(theirs.levels[2], abs=1.0)
    assert ours.levels.energies == pytest.approx(theirs.levels[:16], abs=1.5)


def test_g_and_its_axis_are_the_same(ours: Verification, theirs: Answer) -> None:
    assert ours.levels.g == pytest.approx(theirs.g, abs=0.01)
    assert ours.levels.easy_axis is not None
    assert between_axes(ours.levels.easy_axis, theirs.axis) < 0.1


def test_the_susceptibility_is_the_same(ours: Verification, theirs: Answer) -> None:
    assert ours.chi_t == pytest.approx([theirs.chi_t[t] for t in TEMPERATURES], rel=1e-3)


def test_the_crystal_field_parameters_are_the_same_with_their_signs(ours: Verification, theirs: Answer) -> None:
    """In one frame; within 5 % of the largest of their rank."""
    in_their_frame = rotate_parameters(ours.levels.stevens_input, theirs.frame)
    for k in (2, 4, 6):
        largest = max(abs(theirs.parameters[kq]) for kq in KQ if kq[0] == k)
        for q in range(-k, k + 1):
            assert in_their_frame[k, q] == pytest.approx(theirs.parameters[k, q], abs=0.05 * largest)
            if q < 0 and abs(theirs.parameters[k, q]) > 0.1 * largest:
                assert np.sign(in_their_frame[k, q]) == np.sign(theirs.parameters[k, q])
