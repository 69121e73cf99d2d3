"""χT and M(H) of coupled ions against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from core.coupling import states as module
from core.coupling.cluster import cluster
from core.coupling.magnetometry import between_molecules, chi_t, magnetisation
from core.coupling.site import spin_site
from core.coupling.states import solve
from core.errors import DomainError
from core.magnetism.powder import CURIE
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA, KELVIN_PER_CM1
from tests.coupling.sites import DIPOLE, dysprosium, ising_site

X, Z = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
TEMPERATURES = np.array([2.0, 5.0, 20.0, 80.0, 300.0])


@pytest.mark.parametrize("strength", [-40.0, 12.0])
def test_bleaney_and_bowers(strength: float) -> None:
    """B. Bleaney, K. D. Bowers, Proc. R. Soc. A 1952, 214, 451: χT = 2 N g² μ_B²/k / (3 + exp(−J/kT)), −J S₁·S₂."""
    pair = tuple(spin_site(f"Cu{k}", "Cu(II)", 1, 3 * k * X, g=2.1) for k in range(2))
    found = chi_t(solve(cluster(pair, {(0, 1): strength}, dipolar=False)), TEMPERATURES)
    closed = 2 * CURIE * 2.1**2 / (3 + np.exp(-strength * KELVIN_PER_CM1 / TEMPERATURES))
    np.testing.assert_allclose(found, closed, rtol=1e-8)


def test_two_ising_moments_have_the_textbook_susceptibility() -> None:
    """Parallel axes: χ∥T = N (2m)²/k · w, w the weight of one parallel state summed over both; powder is a third."""
    found = chi_t(solve(cluster((ising_site("A", Z, 0 * Z), ising_site("B", Z, 5 * Z)))), TEMPERATURES)
    gap = 4 * 100 * DIPOLE / 125 * KELVIN_PER_CM1
    weight = 1 / (1 + np.exp(-gap / TEMPERATURES))
    np.testing.assert_allclose(found, CURIE * 400 / 3 * weight, rtol=1e-6)


def test_what_is_left_out_of_the_coupling_still_counts() -> None:
    """Far apart, two ions are twice one ion, whatever is kept of each."""
    pair = (dysprosium("Dy1", Z, 0 * X), dysprosium("Dy2", X, 400 * X))
    whole = chi_t(solve(cluster(pair)), TEMPERATURES)
    part = chi_t(solve(cluster(pair, kept=(2, 4))), TEMPERATURES)
    np.testing.assert_allclose(part, whole, rtol=1e-5)
    assert whole[-1] == pytest.approx(2 * 14.17, rel=0.02)  # two free Dy(III)


def test_a_saturated_pair_has_twice_the_moment_of_one() -> None:
    pair = tuple(spin_site(f"Mn{k}", "Mn(II)", 5, 5 * k * X) for k in range(2))
    found = magnetisation(cluster(pair, {(0, 1): 0.5}, dipolar=False), np.array([1.0, 30.0]), (1.0,))
    assert found[0, 1] == pytest.approx(10.0, abs=1e-3)


def test_magnetisation_of_two_free_spins_is_brillouins() -> None:
    pair = tuple(spin_site(f"Cu{k}", "Cu(II)", 1, 5 * k * X) for k in range(2))
    fields = np.array([0.5, 2.0, 7.0])
    found = magnetisation(cluster(pair, dipolar=False), fields, (2.0, 4.0))
    kt = np.array([[2.0], [4.0]]) / KELVIN_PER_CM1
    np.testing.assert_allclose(found, 2 * np.tanh(BOHR_MAGNETON_IN_CM1_PER_TESLA * fields / kt), rtol=1e-6)


def test_a_large_cluster_is_coupled_anew_for_the_field() -> None:
    """With sixteen states of each or with fewer: at 2 K the same curve."""
    pair = (dysprosium("Dy1", Z, 0 * X), dysprosium("Dy2", Z, 4 * X))
    fields = np.array([0.1, 1.0])
    full = magnetisation(cluster(pair, kept=(4, 4)), fields, (2.0,))
    anew = magnetisation(cluster(pair, kept=(16, 16)), fields, (2.0,))
    np.testing.assert_allclose(anew, full, rtol=5e-3)


def test_the_mean_field_follows_curie_and_weiss() -> None:
    """S = ½, g = 2: θ = zJ′ S(S+1)/3k, χ = C/(T − θ)."""
    chi = np.full(len(TEMPERATURES), CURIE)  # g² S(S+1)/3 = 1
    theta = -0.8 * 0.25 * KELVIN_PER_CM1
    found = between_molecules(chi, -0.8, 1e-4, TEMPERATURES)
    np.testing.assert_allclose(found, CURIE * TEMPERATURES / (TEMPERATURES - theta) + 1e-4 * TEMPERATURES, rtol=1e-12)


def test_a_temperature_of_zero_is_refused() -> None:
    system = cluster((spin_site("Cu1", "Cu(II)", 1, X),))
    with pytest.raises(DomainError, match="above zero"):
        chi_t(solve(system), np.array([0.0]))
    with pytest.raises(DomainError, match="above zero"):
        magnetisation(system, np.array([1.0]), (-2.0,))


def test_without_all_states_only_low_temperatures_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FULL", 10)
    monkeypatch.setattr(module, "LOWEST", 6)
    pair = tuple(spin_site(f"Mn{k}", "Mn(II)", 5, 5 * k * X) for k in range(2))
    states = solve(cluster(pair, {(0, 1): -2.0}, dipolar=False))
    with pytest.raises(DomainError, match="cover temperatures up to"):
        chi_t(states, TEMPERATURES)
    assert chi_t(states, np.array([0.3]))[0] < 0.1  # a singlet ground state
