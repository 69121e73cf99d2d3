"""Effective charges: every class has three, the fitted ones stand in a chemist's order, the table says what it saw."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.donor_class import DonorClass
from core.chem.radii import LANTHANIDES
from core.errors import DomainError
from core.fields.donor_charges import calibration, effective_charges, ion_factor
from training.predictor.judged_charges import ANIONIC_SHARE, POLARITY


def rank_two(donor: DonorClass, formal_charge: float) -> float:
    return float(effective_charges(donor, formal_charge)[0])


def test_every_donor_class_has_charges_judged_and_calibrated() -> None:
    assert set(POLARITY) == set(calibration().polarity) == set(DonorClass)
    assert all(effective_charges(donor, 0.0).shape == (3,) for donor in DonorClass)


@pytest.mark.parametrize("donor", DonorClass)
def test_a_donor_is_negative_towards_the_metal_in_rank_two_unless_one_complex_alone_speaks_for_it(
    donor: DonorClass,
) -> None:
    """COT²⁻ is known to act like an equatorial ligand (Er(III) between two is a magnet, Dy(III) is none), which charges
    on its carbon atoms, 45° from the axis, can only do with the other sign."""
    if calibration().seen[donor] != 1 and donor is not DonorClass.CYCLOOCTATETRAENYL:
        assert -4 < rank_two(donor, 0.0) < 0.1
    assert rank_two(donor, -1.0) < rank_two(donor, 0.0)


def test_the_anchor_of_the_judged_charges_is_hydroxide_and_water() -> None:
    assert POLARITY[DonorClass.HYDROXIDE] + ANIONIC_SHARE == pytest.approx(1.8)
    assert POLARITY[DonorClass.WATER] == pytest.approx(1.2)


def test_alkoxide_outweighs_carboxylate_and_water_after_the_fit() -> None:
    alkoxide = rank_two(DonorClass.ALKOXIDE, -1)
    assert alkoxide < rank_two(DonorClass.CARBOXYLATE, -1 / 2) < 0
    assert alkoxide < rank_two(DonorClass.WATER, 0) < 0


def test_classes_that_no_complex_showed_keep_the_judged_order() -> None:
    table = calibration()
    unseen = [donor for donor, count in table.seen.items() if count == 0]
    ratios = np.array([table.polarity[donor] / POLARITY[donor] for donor in unseen])
    assert len(unseen) > 3
    assert ratios == pytest.approx(np.broadcast_to(ratios[0], ratios.shape), rel=1e-3)


def test_the_table_says_how_wrong_it_is() -> None:
    known = calibration().known
    assert known["environments"] >= 10
    assert 0 < known["gap_mean_abs_cm1"] < 100


def test_the_factor_of_the_ion_is_one_at_dysprosium_and_changes_by_equal_ratios() -> None:
    factors = np.array([ion_factor(ion, -0.02) for ion in LANTHANIDES])
    assert factors[LANTHANIDES.index("Dy")] == ion_factor("Y") == 1.0
    assert factors[1:] / factors[:-1] == pytest.approx(np.full(14, np.exp(0.02)))
    assert ion_factor("Ce") == pytest.approx(np.exp(8 * calibration().series))


@pytest.mark.parametrize("charge", [float("nan"), float("-inf"), 2.0, -5.0])
def test_impossible_formal_charges_are_refused(charge: float) -> None:
    with pytest.raises(DomainError):
        effective_charges(DonorClass.OXIDE, charge)
