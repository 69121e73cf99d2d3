"""Coupled levels against closed forms and against an independent construction."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from core.arrays import ComplexArray
from core.coupling import states as module
from core.coupling.cluster import Cluster, cluster, dipolar_tensor, states_kept
from core.coupling.site import MagneticSite, lanthanide_site, spin_site
from core.coupling.states import hamiltonian, solve
from core.errors import DomainError
from tests.coupling.sites import DIPOLE, dysprosium, ising_site

X, Z = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])


@pytest.mark.parametrize("two_s", [1, 2, 5])
def test_two_heisenberg_spins_have_the_levels_of_the_textbook(two_s: int) -> None:
    """−J S₁·S₂: E(S) = −J/2 [S(S+1) − 2 s(s+1)], each 2S + 1 times; here counted from the lowest."""
    strength, s = -3.0, two_s / 2
    pair = (spin_site("A", "A", two_s, 0 * X), spin_site("B", "B", two_s, 5 * X))
    found = solve(cluster(pair, {(0, 1): strength}, dipolar=False))
    totals = np.arange(0, two_s + 1)
    wanted = np.sort(np.repeat(-strength / 2 * (totals * (totals + 1) - 2 * s * (s + 1)), 2 * totals + 1))
    np.testing.assert_allclose(found.energies, wanted - wanted[0], atol=1e-10)
    assert found.ground_energy == pytest.approx(wanted[0], abs=1e-10)


def test_two_ising_moments_in_a_row_are_split_by_four_dipole_energies() -> None:
    """Head to tail, m = 10 μ_B, 4 Å: ∓ 2 m² μ₀μ_B²/4π r³, so the gap is 4 · 100 · 0.43297 / 64 cm⁻¹."""
    found = solve(cluster((ising_site("A", Z, 0 * Z), ising_site("B", Z, 4 * Z))))
    np.testing.assert_allclose(found.energies, [0, 0, *[400 * DIPOLE / 64] * 2], atol=1e-7)
    parallel = np.abs(np.linalg.eigvalsh(found.moment(2)[2]))
    np.testing.assert_allclose(parallel, [20.0, 20.0], atol=1e-6)


def test_side_by_side_they_stand_against_each_other_and_exchange_adds() -> None:
    """Dipolar ± m² D/r³ and exchange ∓ J s², s = 5/2: J = −0.1 cm⁻¹ favours the same antiparallel pair."""
    found = solve(cluster((ising_site("A", Z, 0 * X), ising_site("B", Z, 4 * X)), {(1, 0): -0.1}))
    gap = 2 * (100 * DIPOLE / 64 + 0.1 * 6.25)
    np.testing.assert_allclose(found.energies, [0, 0, gap, gap], atol=1e-7)
    np.testing.assert_allclose(found.moment(2), 0, atol=1e-9)


def test_dipole_energies_by_hand() -> None:
    np.testing.assert_allclose(dipolar_tensor(2 * Z), DIPOLE / 8 * np.diag([1, 1, -2]), rtol=1e-7)
    oblique = dipolar_tensor(np.array([3.0, 0.0, 3.0]))
    # at 45° to the line the two moments along x and z attract as −3/2 of D/r³
    assert X @ oblique @ Z == pytest.approx(-1.5 * DIPOLE / 18**1.5, rel=1e-7)


def mixed() -> Cluster:
    """Dy(III) with four states, Cu(II) and Mn(III): an asymmetric triangle."""
    ions = (
        dysprosium("Dy1", np.array([1.0, 2.0, -2.0]), np.zeros(3)),
        spin_site("Cu1", "Cu(II)", 1, np.array([3.4, 0.3, 0.0]), g=2.1),
        spin_site("Mn1", "Mn(III)", 4, np.array([1.1, 3.3, 0.4]), d=-3.0, e=0.2),
    )
    return cluster(ions, {(0, 1): 2.0, (0, 2): -0.3, (1, 2): -7.0}, kept=(4, 2, 5))


def kronecker(system: Cluster) -> ComplexArray:
    """The Hamiltonian written down anew with Kronecker products of whole matrices."""
    sites = system.truncated

    def whole(operator: ComplexArray, place: int) -> ComplexArray:
        result = np.eye(1, dtype=np.complex128)
        for k, n in enumerate(system.kept):
            result = np.kron(result, operator if k == place else np.eye(n))
        return result

    total = sum(whole(np.diag(site.energies), k) for k, site in enumerate(sites))
    for i, j in combinations(range(len(sites)), 2):
        r = sites[j].position - sites[i].position
        n = r / np.linalg.norm(r)
        one, other = ([whole(m, k) for m in sites[k].moment] for k in (i, j))
        dot = sum(a @ b for a, b in zip(one, other, strict=True))
        along = sum(n[a] * one[a] for a in range(3)) @ sum(n[a] * other[a] for a in range(3))
        total = total + DIPOLE / np.linalg.norm(r) ** 3 * (dot - 3 * along)
        spins = sum(whole(sites[i].spin[a], i) @ whole(sites[j].spin[a], j) for a in range(3))
        total = total - system.exchange[i, j] * spins
    return np.asarray(total)


def test_the_matrix_is_that_of_kronecker_products() -> None:
    system = mixed()
    np.testing.assert_allclose(hamiltonian(system), kronecker(system), atol=1e-6)


def test_lanczos_finds_the_lowest_levels_of_the_full_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    # a ring of six spins 1/2, 64 states
    angle = np.arange(6) * np.pi / 3
    ring = tuple(
        spin_site(f"Cu{k}", "Cu(II)", 1, 4 * np.array([np.cos(a), np.sin(a), 0.0])) for k, a in enumerate(angle)
    )
    system = cluster(ring, {(k, (k + 1) % 6): -2.0 - 0.1 * k for k in range(6)})
    full = solve(system)
    monkeypatch.setattr(module, "FULL", 10)
    monkeypatch.setattr(module, "LOWEST", 8)
    few = solve(system)
    assert full.complete and not few.complete
    np.testing.assert_allclose(few.energies, full.energies[:8], atol=1e-7)


def test_kramers_pairs_of_an_odd_cluster_are_equal() -> None:
    system = cluster(tuple(dysprosium(f"Dy{k}", Z + k * X, 4 * k * X) for k in range(3)), kept=(4, 2, 2))
    energies = solve(system).energies.reshape(-1, 2)
    raw = np.linalg.eigvalsh(hamiltonian(system)).reshape(-1, 2)
    assert np.ptp(raw, axis=1).max() < 1e-8
    assert np.array_equal(energies[:, 0], energies[:, 1])


def test_the_highest_levels_are_left_out_first() -> None:
    strong, weak = dysprosium("Dy1", Z, 0 * X, field=-4.0), dysprosium("Dy2", Z, 4 * X, field=-1.0)
    assert states_kept((strong, weak), 256) == (16, 16)
    few = states_kept((strong, weak), 64)
    assert few[0] * few[1] <= 64 and few[0] < few[1]


@pytest.mark.parametrize(
    ("sites", "exchange", "kept", "words"),
    [
        ((), {}, (), "no magnetic ion"),
        ((ising_site("A", Z, 0 * X), ising_site("B", Z, X)), {}, (2, 2), "1.00 Å apart"),
        ((ising_site("A", Z, 0 * X), ising_site("B", Z, 4 * X)), {(0, 2): 1.0}, (2, 2), "pair of sites 1 and 3"),
        ((ising_site("A", Z, 0 * X), ising_site("B", Z, 4 * X)), {(0, 1): np.nan}, (2, 2), "not a finite"),
        ((lanthanide_site("Gd1", "Gd", {}, 0 * X),), {}, (4,), "cut through a level"),
        (tuple(lanthanide_site(f"Gd{k}", "Gd", {}, 4 * k * X) for k in range(8)), {}, None, "more than"),
    ],
)
def test_a_cluster_that_makes_no_sense_is_refused(
    sites: tuple[MagneticSite, ...], exchange: dict[tuple[int, int], float], kept: tuple[int, ...] | None, words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        cluster(sites, exchange, kept=kept)
