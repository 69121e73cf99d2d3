"""Effective charges: every class has one, and they stand in a chemist's order."""

from __future__ import annotations

import pytest

from core.chem.donor_class import DonorClass
from core.errors import DomainError
from core.smm.donor_charges import POLARITY, effective_charge


def test_every_donor_class_has_a_charge() -> None:
    assert set(POLARITY) == set(DonorClass)


@pytest.mark.parametrize("donor", DonorClass)
def test_every_donor_is_negative_towards_the_metal(donor: DonorClass) -> None:
    assert -3 < effective_charge(donor, 0.0) < 0
    assert effective_charge(donor, -1.0) < effective_charge(donor, 0.0)


def test_the_anchor_is_hydroxide_and_water() -> None:
    assert effective_charge(DonorClass.HYDROXIDE, -1) == pytest.approx(-1.8)
    assert effective_charge(DonorClass.WATER, 0) == pytest.approx(-1.2)


def test_oxygen_donors_stand_in_the_order_of_their_basicity() -> None:
    alkoxide = effective_charge(DonorClass.ALKOXIDE, -1)
    aryloxide = effective_charge(DonorClass.ARYLOXIDE, -1)
    carboxylate = effective_charge(DonorClass.CARBOXYLATE, -1 / 2)
    water = effective_charge(DonorClass.WATER, 0)
    nitrate = effective_charge(DonorClass.NITRATE, -1 / 3)
    ether = effective_charge(DonorClass.ETHER, 0)
    assert alkoxide < aryloxide < carboxylate < water < min(nitrate, ether)


def test_a_phosphine_oxide_is_the_strongest_of_the_common_neutral_donors() -> None:
    names = (DonorClass.WATER, DonorClass.ETHER, DonorClass.AMIDE_O, DonorClass.PYRIDINE, DonorClass.AMINE)
    strongest = effective_charge(DonorClass.PHOSPHINE_OXIDE, 0)
    assert all(strongest < effective_charge(name, 0) for name in names)


def test_a_ring_of_cyclopentadienyl_outweighs_one_alkoxide_in_sum() -> None:
    ring = 5 * effective_charge(DonorClass.CYCLOPENTADIENYL, -1 / 5)
    assert ring < effective_charge(DonorClass.ALKOXIDE, -1)


@pytest.mark.parametrize("charge", [float("nan"), float("-inf"), 2.0, -5.0])
def test_impossible_formal_charges_are_refused(charge: float) -> None:
    with pytest.raises(DomainError):
        effective_charge(DonorClass.OXIDE, charge)
