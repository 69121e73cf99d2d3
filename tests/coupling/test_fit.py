"""J from data that were made with a known J."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from core.arrays import FloatArray
from core.coupling.cluster import Cluster, cluster
from core.coupling.fit import Measured, fit_exchange
from core.coupling.magnetometry import between_molecules, chi_t, magnetisation
from core.coupling.site import spin_site
from core.coupling.states import solve
from core.errors import DomainError
from tests.coupling.sites import dysprosium

X, Z = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
TEMPERATURES = np.concatenate([np.linspace(2, 20, 19), np.linspace(25, 300, 12)])
NONE = np.zeros(0)


def copper_terbium_like(exchange: Mapping[tuple[int, int], float]) -> Cluster:
    """A Dy(III) in an axial field beside a Cu(II), as in 3d–4f salen complexes."""
    ions = (dysprosium("Dy1", Z, 0 * X), spin_site("Cu1", "Cu(II)", 1, 3.4 * X, g=2.1))
    return cluster(ions, exchange, kept=(4, 2))


def data(chi: FloatArray, errors: FloatArray = NONE) -> Measured:
    return Measured(TEMPERATURES, chi, errors, NONE, NONE, NONE, NONE)


@pytest.mark.parametrize(("strength", "seed"), [(2.4, 1), (-1.3, 2), (0.25, 3)])
def test_a_known_exchange_comes_back_within_its_error(strength: float, seed: int) -> None:
    true = chi_t(solve(copper_terbium_like({(0, 1): strength})), TEMPERATURES)
    noisy = true * (1 + 0.002 * np.random.default_rng(seed).standard_normal(len(true)))
    fit = fit_exchange(copper_terbium_like({}), [("Dy1-Cu1", ((0, 1),))], data(noisy))
    (found,) = fit.parameters
    assert found.name == "J(Dy1-Cu1)" and found.unit == "cm-1"
    assert abs(found.value - strength) < 3 * found.error
    assert found.error < 0.2
    assert fit.residual is not None and fit.residual < 0.006 * true.max()


def test_the_stated_error_is_that_of_many_measurements() -> None:
    """Twenty noisy copies: their J scatter as one fit says it would, within the 95 % range of χ² for 20."""
    system = cluster(tuple(spin_site(f"Cu{k}", "Cu(II)", 1, 3 * k * X) for k in range(2)), dipolar=False)
    true = chi_t(solve(cluster(system.sites, {(0, 1): -20.0}, dipolar=False)), TEMPERATURES)
    random = np.random.default_rng(4)
    noise = np.full(len(true), 0.003)
    fits = [
        fit_exchange(system, [("Cu-Cu", ((0, 1),))], data(true + noise * random.standard_normal(len(true)), noise))
        for _ in range(20)
    ]
    values, errors = zip(*((f.parameters[0].value, f.parameters[0].error) for f in fits), strict=True)
    assert 0.68 < np.std(values, ddof=1) / np.mean(errors) < 1.32


def test_mean_field_and_tip_come_back_too() -> None:
    system = cluster(tuple(spin_site(f"Cu{k}", "Cu(II)", 1, 3 * k * X) for k in range(2)), dipolar=False)
    chi = chi_t(solve(cluster(system.sites, {(0, 1): 30.0}, dipolar=False)), TEMPERATURES)
    noise = 0.001 * np.random.default_rng(5).standard_normal(len(chi))
    fit = fit_exchange(
        system,
        [("Cu-Cu", ((0, 1),))],
        data(between_molecules(chi, -0.4, 2e-4, TEMPERATURES) + noise),
        between=True,
        tip=True,
    )
    for found, true in zip(fit.parameters, (30.0, -0.4, 2e-4), strict=True):
        assert abs(found.value - true) < 3 * found.error
    assert [p.name for p in fit.parameters] == ["J(Cu-Cu)", "zJ'", "TIP"]


def test_magnetisation_alone_settles_a_weak_exchange() -> None:
    pair = tuple(spin_site(f"Cu{k}", "Cu(II)", 1, 5 * k * X) for k in range(2))
    fields, kelvin = np.array([1.0, 2.5, 4.0, 7.0]), np.full(4, 2.0)
    curve = magnetisation(cluster(pair, {(0, 1): -4.0}, dipolar=False), fields, (2.0,))[0]
    moments = curve + 0.005 * np.random.default_rng(6).standard_normal(4)
    measured = Measured(NONE, NONE, NONE, fields, kelvin, moments, np.full(4, 0.005))
    (found,) = fit_exchange(cluster(pair, dipolar=False), [("Cu-Cu", ((0, 1),))], measured).parameters
    assert abs(found.value + 4.0) < 3 * found.error < 0.3


def test_a_fit_that_cannot_be_made_says_why() -> None:
    system = copper_terbium_like({})
    group = [("Dy1-Cu1", ((0, 1),))]
    chi = np.ones(len(TEMPERATURES))
    with pytest.raises(DomainError, match="no exchange constant"):
        fit_exchange(system, [], data(chi))
    with pytest.raises(DomainError, match="cannot settle 1"):
        fit_exchange(system, group, Measured(np.ones(1), np.ones(1), NONE, NONE, NONE, NONE, NONE))
    with pytest.raises(DomainError, match="not a finite"):
        fit_exchange(system, group, data(chi * np.nan))
    with pytest.raises(DomainError, match="not above zero"):
        fit_exchange(system, group, data(chi, 0 * chi))
