"""The table of coupled levels and the Ising picture."""

from __future__ import annotations

import numpy as np
import pytest

from core.coupling.cluster import Cluster, cluster
from core.coupling.ising import ising_picture
from core.coupling.site import spin_site
from core.coupling.spectrum import axis_angles, spectrum
from core.coupling.states import solve
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA
from tests.coupling.sites import DIPOLE, dysprosium, ising_site

X, Z = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
RADIUS = 2.1


def triangle(strength: float = 0.0) -> Cluster:
    """Three Ising moments of 10 μ_B along the tangents of a circle of `RADIUS`."""
    angles = 2 * np.pi * np.arange(3) / 3
    ions = tuple(
        ising_site(f"Dy{k + 1}", np.array([-np.sin(a), np.cos(a), 0]), RADIUS * np.array([np.cos(a), np.sin(a), 0]))
        for k, a in enumerate(angles)
    )
    return cluster(ions, {(0, 1): strength, (1, 2): strength, (0, 2): strength})


def test_a_triangle_of_tangents_has_a_toroidal_ground_state_without_a_moment() -> None:
    """Σ r × m = 3 · 2.1 Å · 10 μ_B along the axis of the triangle; the next level, three pairs, is not toroidal so."""
    lines = spectrum(solve(triangle()))
    ground = lines[0]
    assert ground.toroidal == pytest.approx(3 * RADIUS * 10, rel=1e-6)
    assert ground.toroidal_axis is not None
    np.testing.assert_allclose(np.abs(ground.toroidal_axis), Z, atol=1e-6)
    assert ground.g is not None and max(ground.g) < 1e-6
    assert lines[1].energy > 0.1 and lines[1].g is None  # six states at one energy: no doublet's g


def test_a_pair_in_a_row_has_the_sum_of_both_g() -> None:
    lines = spectrum(solve(cluster((ising_site("A", Z, 0 * Z), ising_site("B", Z, 4 * Z)))))
    assert lines[0].g is not None
    assert lines[0].g[2] == pytest.approx(40.0, rel=1e-6)
    assert lines[0].toroidal == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(np.abs(lines[0].axis if lines[0].axis is not None else 0), Z, atol=1e-9)


def test_singlets_and_degenerate_levels_have_no_g() -> None:
    pair = tuple(spin_site(f"Cu{k}", "Cu(II)", 1, 3 * k * X) for k in range(2))
    lines = spectrum(solve(cluster(pair, {(0, 1): -10.0}, dipolar=False)))
    assert [line.states for line in lines] == [1, 1, 1, 1]
    assert all(line.g is None for line in lines)


def test_the_picture_has_the_energies_of_the_full_matrix() -> None:
    """Three Ising ions: eight states, each configuration and its reverse."""
    system = triangle(strength=-0.05)
    picture = ising_picture(system)
    assert picture is not None
    energies = np.sort([c.energy for c in picture.configurations for _ in range(2)])
    np.testing.assert_allclose(energies, solve(system).energies, atol=1e-6)


def test_configurations_are_named_by_the_ions_that_are_turned() -> None:
    picture = ising_picture(triangle())
    assert picture is not None
    lowest, *others = picture.configurations
    assert lowest.flipped == () and lowest.toroidal == pytest.approx(63.0) and lowest.moment < 1e-9
    assert sorted(c.flipped for c in others) == [(0,), (1,), (2,)]
    # turning one of three tangents at 120° leaves twice its moment
    assert all(c.moment == pytest.approx(20.0) for c in others)


def test_the_bias_is_what_turning_one_ion_costs() -> None:
    """Two in a row: 4 m² D/r³ for either ion; the field of a moment of 10 μ_B at 4 Å on its axis does it."""
    picture = ising_picture(cluster((ising_site("A", Z, 0 * Z), ising_site("B", Z, 4 * Z))))
    assert picture is not None
    cost = 400 * DIPOLE / 64
    np.testing.assert_allclose(picture.bias, [cost, cost], rtol=1e-7)
    np.testing.assert_allclose(picture.fields, cost / (20 * BOHR_MAGNETON_IN_CM1_PER_TESLA), rtol=1e-7)
    assert picture.configurations[1].energy == pytest.approx(cost)


def test_what_mixes_the_two_directions_of_an_ion() -> None:
    """By itself the split pair of a non-Kramers ion (S = 1: 2E); of a Kramers ion, its neighbours' field across."""
    nickel = spin_site("Ni1", "Ni(II)", 2, 0 * Z, d=-20.0, e=0.05)
    alone = ising_picture(cluster((nickel, ising_site("Dy1", Z, 5 * Z))))
    assert alone is not None
    assert alone.mixing[0] == pytest.approx(0.1, rel=1e-6)
    assert alone.mixing[1] == pytest.approx(0.0, abs=1e-9)  # an ideal Ising moment has nothing across
    tilted = np.array([1.0, 0.0, 1.0]) / np.sqrt(2)
    real = dysprosium("Dy1", Z, 0 * Z)
    picture = ising_picture(cluster((real, ising_site("Dy2", tilted, 4 * Z))))
    assert picture is not None and real.ground is not None
    across = real.ground.values[:2]
    field = 10 / np.sqrt(2) * DIPOLE / 64  # D m/r³ of the part of the neighbour's moment across the line
    assert across[0] * field <= picture.mixing[0] <= across[1] * field


def test_an_isotropic_ion_has_no_ising_picture() -> None:
    ions = (dysprosium("Dy1", Z, 0 * X), spin_site("Cu1", "Cu(II)", 1, 3.4 * X))
    assert ising_picture(cluster(ions)) is None


def test_the_angle_between_the_axes_of_two_sites() -> None:
    ions = (
        dysprosium("Dy1", Z, 0 * X),
        dysprosium("Dy2", np.array([0.0, 1.0, 1.0]), 4 * X),
        spin_site("Cu1", "Cu(II)", 1, 8 * X),
    )
    assert axis_angles(cluster(ions)) == {(0, 1): pytest.approx(45.0, abs=1e-6)}
