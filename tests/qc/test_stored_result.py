"""What a finished run gives for other programs."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.io.export import to_xyz
from core.chem.io.xyz import read_xyz
from core.errors import InputError
from core.qc.export import to_phi
from core.qc.stored_levels import ion_of, parameters_of
from core.qc.stored_result import molecule_of, outcome_of
from tests.outcomes import outcome
from tests.verified import verified

RECORD = verified()


def test_the_molecule_is_the_one_that_was_asked_for():
    molecule = molecule_of(RECORD)
    assert molecule.formula == "DyF2H10O5" and molecule.charge == 1
    assert np.allclose(molecule.positions, RECORD["input"]["positions_A"])
    assert sorted(molecule.elements[donor] for donor in molecule.bonds[:, 1]) == ["F", "F", "O", "O", "O", "O", "O"]


def test_the_xyz_is_read_again_with_its_charge():
    file = read_xyz(to_xyz(outcome().molecule).encode())
    assert file.charge == 1 and len(file.elements) == 18


def test_parameters_are_read_by_rank_and_order():
    parameters = parameters_of(RECORD)
    assert len(parameters) == 27
    assert parameters[2, 0] == RECORD["levels"]["crystal_field"]["magnetic_frame_cm1"]["B2+0"] < 0


def test_phi_takes_parameters_without_stevens_factor():
    block = to_phi(parameters_of(RECORD), ion_of(RECORD)).splitlines()[1:-1]
    lines = dict((tuple(line.split()[1:3]), float(line.split()[3])) for line in block)
    assert lines["2", "0"] == pytest.approx(parameters_of(RECORD)[2, 0] / (-2 / 315), rel=1e-6)


def test_a_damaged_record_is_refused_with_a_sentence():
    with pytest.raises(InputError, match="lacks"):
        outcome_of({**RECORD, "input": {"elements": ["Dy"]}}, "x", "x")
