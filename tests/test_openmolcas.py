"""OpenMolcas' log is read as it is printed, and its crystal field is ours: the operators, and all signs, are the same.

tests/reference/dy_oh_f_h2o.log holds the tables of a run of OpenMolcas 22.10 on the input beside it: [Dy(OH)F(H2O)]⁺
at a geometry of no symmetry, ANO-RCC-VDZ.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.harness.openmolcas import Answer, read
from core.magnetism.stevens import KQ, decompose

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="module")
def answer() -> Answer:
    return read((REFERENCE / "dy_oh_f_h2o.log").read_text(encoding="utf-8"))


def test_levels_g_axes_and_susceptibility_are_read(answer: Answer) -> None:
    assert answer.levels[[0, 1, 2, 15, 41]] == pytest.approx([0, 0, 257.3200, 1431.1969, 6824.5012])
    assert answer.g == pytest.approx((0.003463, 0.005528, 19.765292), abs=1e-6)
    assert answer.axis == pytest.approx([-0.108641, -0.409508, 0.905815], abs=1e-6)
    assert answer.chi_t[2.0] == 12.23466313 and answer.chi_t[300.0] == 13.88139102
    assert answer.seconds == 47.84


def test_the_frame_of_the_crystal_field_is_a_proper_rotation_to_the_magnetic_axes(answer: Answer) -> None:
    assert answer.frame @ answer.frame.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(answer.frame) == pytest.approx(1.0)
    assert answer.frame[2] == pytest.approx(answer.axis)


def test_the_matrix_of_the_field_has_the_levels_of_the_multiplet(answer: Answer) -> None:
    assert answer.field == pytest.approx(answer.field.conj().T, abs=2e-5)
    levels = np.linalg.eigvalsh(answer.field)
    assert levels - levels[0] == pytest.approx(answer.levels[:16], abs=1e-3)


def test_our_operators_give_its_parameters_with_every_sign(answer: Answer) -> None:
    """All 27, of which 12 have q < 0: SINGLE_ANISO's convention of the extended Stevens operators is ours.

    The matrix is printed in states whose phases alternate, so that J₊ is negative in them. The parameters are free of
    it: they agree with ours in the same frame (tests/qc/test_against_openmolcas.py).
    """
    phases = (-1.0) ** np.arange(len(answer.field))
    ours = decompose(phases[:, None] * answer.field * phases)
    assert set(answer.parameters) == set(KQ)
    for (k, q), theirs in answer.parameters.items():
        rounding = {2: 1e-6, 4: 1e-8, 6: 1e-10}[k]  # of the matrix, printed to 1e-5 cm⁻¹
        assert ours[k, q] == pytest.approx(theirs, rel=1e-4, abs=rounding)


def test_a_log_without_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="the log has no"):
        read("--- Stop Module: rasscf /rc=_RC_NOT_CONVERGED_ ---")
