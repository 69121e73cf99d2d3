"""Single ions in the common frame."""

from __future__ import annotations

import numpy as np
import pytest

from core.angles import between_axes
from core.coupling.site import lanthanide_site, spin_site
from core.errors import DomainError
from tests.coupling.sites import dysprosium

ORIGIN = np.zeros(3)


def test_the_easy_axis_of_a_site_is_that_of_its_field() -> None:
    axis = np.array([1.0, 2.0, -2.0]) / 3
    tensor = dysprosium("Dy1", axis, ORIGIN).ground
    assert tensor is not None and tensor.main_axis is not None
    assert float(between_axes(tensor.main_axis, axis)) < 1e-6
    assert tensor.values[2] == pytest.approx(20.0, abs=0.1)


def test_the_spin_of_a_multiplet_is_its_projection() -> None:
    """Of Dy: (g_J − 1) J = J/3, so ⟨S⟩ of |15/2⟩ is 5/2, and the moment is four times the spin."""
    site = lanthanide_site("Dy1", "Dy", {(2, 0): -1.0}, ORIGIN)
    np.testing.assert_allclose(np.linalg.eigvalsh(site.spin[2])[-1], 2.5, atol=1e-12)
    np.testing.assert_allclose(site.moment, 4 * site.spin, atol=1e-12)


def test_a_light_lanthanide_has_its_spin_against_its_moment() -> None:
    site = lanthanide_site("Nd1", "Nd", {(2, 0): -1.0}, ORIGIN)
    assert (site.spin[2] @ site.moment[2]).trace().real < 0


def test_zero_field_splitting_has_the_energies_of_the_textbook() -> None:
    """S = 2: D (m² − 2)."""
    site = spin_site("Mn1", "Mn(III)", 4, ORIGIN, d=-3.0, frame=np.eye(3)[[1, 2, 0]])
    np.testing.assert_allclose(site.energies, [0, 0, 9, 9, 12], atol=1e-10)
    assert site.boundaries() == (2, 4, 5)


def test_rhombicity_splits_the_integer_pair() -> None:
    """S = 1: E(D ± E) and the third at −2D/3; the pair is split by 2E."""
    site = spin_site("Ni1", "Ni(II)", 2, ORIGIN, d=-5.0, e=0.3)
    np.testing.assert_allclose(site.energies, [0, 0.6, 5.3], atol=1e-10)


def test_a_level_is_never_cut_through() -> None:
    assert lanthanide_site("Gd1", "Gd", {}, ORIGIN).boundaries() == (8,)


def test_a_proper_image_turns_the_moment_and_an_inversion_leaves_it() -> None:
    site = dysprosium("Dy1", np.array([0.0, 0.0, 1.0]), ORIGIN)
    turned = site.image(np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]), np.ones(3), "Dy2").ground
    inverted = site.image(-np.eye(3), np.ones(3), "Dy3")
    assert turned is not None and turned.main_axis is not None
    assert float(between_axes(turned.main_axis, [1, 0, 0])) < 1e-6
    np.testing.assert_allclose(inverted.moment, site.moment, atol=1e-12)


def test_europium_has_nothing_to_couple() -> None:
    with pytest.raises(DomainError, match="J = 0"):
        lanthanide_site("Eu1", "Eu", {}, ORIGIN)


def test_a_singlet_ion_is_left_out() -> None:
    with pytest.raises(DomainError, match="S = 0"):
        spin_site("Zn1", "Zn(II)", 0, ORIGIN)
