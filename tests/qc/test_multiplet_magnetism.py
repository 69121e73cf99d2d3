"""Magnetism that is made from a record's crystal field, against the record's own."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DomainError
from core.qc.multiplet_magnetism import chi_t_of, difference, magnetisation_of, multiplet_of
from tests.verified import verified

RECORD = verified()


def test_the_levels_are_those_of_the_run_as_far_as_ranks_to_six_go():
    levels = np.repeat([level["energy_cm1"] for level in RECORD["levels"]["doublets"]], 2)
    assert np.abs(multiplet_of(RECORD).levels - levels).max() < 0.01 * levels.max()


def test_chi_t_is_near_that_of_all_states():
    assert difference(RECORD) < 0.02
    warm, cold = chi_t_of(RECORD, np.array([300.0, 2.0]))
    assert warm == pytest.approx(RECORD["chiT"]["cm3_K_per_mol"][-1], rel=0.02)
    assert cold == pytest.approx(RECORD["chiT"]["cm3_K_per_mol"][0], rel=0.02)


def test_a_strongly_axial_ion_saturates_at_half_its_moment():
    """A powder of Ising moments g_z/2 has M = g_z/4."""
    cold, warm = magnetisation_of(RECORD, np.array([0.0, 7.0]), (2.0, 10.0))
    g_z = RECORD["levels"]["doublets"][0]["g"][2]
    assert [cold[0], warm[0]] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert cold[1] == pytest.approx(g_z / 4, rel=0.03)
    assert warm[1] < cold[1]


def test_a_multiplet_without_moment_is_refused():
    with pytest.raises(DomainError, match="J = 0"):
        magnetisation_of({**RECORD, "levels": {**RECORD["levels"], "ion": "Eu"}})
