"""The whole chain on a small molecule."""

from __future__ import annotations

import numpy as np
import pytest

from core.progress import Stopped
from core.qc.engine import LEAST_GAP, FailedRun, verify
from core.qc.hamiltonian import Spec
from core.qc.record import to_dict

ANGLES = 2 * np.pi * np.arange(3) / 3
TRIFLUORIDE = np.vstack([np.zeros(3), 2.05 * np.stack([np.cos(ANGLES), np.sin(ANGLES), 0 * ANGLES], axis=1)])


pytestmark = pytest.mark.xdist_group("qc engine")  # so that the auxiliary functions are made once


def _trifluoride(ion: str, charge: int) -> Spec:
    """Flat."""
    return Spec((ion, "F", "F", "F"), TRIFLUORIDE, charge, (1, 2, 3), "fast")


def test_a_flat_trifluoride_passes_every_check_and_is_no_easy_axis_magnet() -> None:
    result = verify(_trifluoride("Dy", 0))
    assert result.checks["closed_shell_gap_hartree"] > LEAST_GAP
    assert result.checks["kramers_degeneracy_cm1"] < 1e-4
    threefold = result.levels.rotation[:, 2]  # of the magnetic axes; one of them is the threefold axis
    assert np.abs(threefold).max() == pytest.approx(1, abs=1e-3)
    field = to_dict(result)["levels"]["crystal_field"]
    lambda_20 = 0.5  # B_2^0 = θ_2 λ_20 B^2_0
    wybourne = field["wybourne_magnetic_frame_cm1"]["B2+0"]
    assert field["magnetic_frame_cm1"]["B2+0"] == pytest.approx(
        float(result.spec.ion.stevens_factors[0]) * lambda_20 * wybourne
    )


@pytest.mark.parametrize("charge", [-2, 2])
def test_a_charge_wrong_by_two_is_caught_by_the_gap(charge: int) -> None:
    """With ytterbium, whose fourteen determinants take no time and whose orbitals converge to it in few steps."""
    with pytest.raises(FailedRun, match=r"E_h apart: the charge .2 is hardly that of this molecule"):
        verify(_trifluoride("Yb", charge))


def test_a_stop_between_steps_ends_the_run() -> None:
    seen: list[str] = []
    fluoride = Spec(("Dy", "F"), TRIFLUORIDE[:2], 2, (1,), "fast")
    with pytest.raises(Stopped):
        verify(fluoride, progress=lambda stage, _: seen.append(stage), cancelled=lambda: len(seen) >= 3)
    assert len(seen) == 3
