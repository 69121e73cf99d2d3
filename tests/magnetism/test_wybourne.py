"""Wybourne's normalisation against a published table and against the spherical harmonics themselves."""

from __future__ import annotations

from math import factorial, sqrt

import numpy as np
import pytest
from scipy.special import lpmv

from core.magnetism.ions import lanthanide
from core.magnetism.stevens import KQ, stevens_functions
from core.magnetism.wybourne import wybourne_factor, wybourne_parameters

LAMBDA = {
    2: (1 / 2, sqrt(6), sqrt(6) / 2),
    4: (1 / 8, sqrt(5) / 2, sqrt(10) / 4, sqrt(35) / 2, sqrt(70) / 8),
    6: (1 / 16, sqrt(42) / 8, sqrt(105) / 16, sqrt(105) / 8, 3 * sqrt(14) / 16, 3 * sqrt(77) / 8, sqrt(231) / 16),
}
"""λ_k0 … λ_kk as McPhase has them (M. D. Le, libMcPhase, singleion/cfpars.cpp, there after P. Fabi's cfield)."""


@pytest.mark.parametrize(("k", "q"), KQ)
def test_the_factors_are_those_of_the_published_table(k: int, q: int) -> None:
    assert wybourne_factor(k, q) == pytest.approx(LAMBDA[k][abs(q)], rel=1e-12)


def _tensor(k: int, q: int, theta: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """C^k_q; `lpmv` has the Condon–Shortley sign."""
    if q < 0:
        return (-1) ** q * _tensor(k, -q, theta, phi).conj()
    return sqrt(factorial(k - q) / factorial(k + q)) * lpmv(q, k, np.cos(theta)) * np.exp(1j * q * phi)


def test_both_forms_are_one_function_on_the_sphere() -> None:
    ion = lanthanide("Dy")
    random = np.random.default_rng(7)
    stevens = dict(zip(KQ, random.normal(size=len(KQ)), strict=True))
    theta, phi = np.arccos(random.uniform(-1, 1, 20)), random.uniform(0, 2 * np.pi, 20)
    directions = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=1)
    factors = dict(zip((2, 4, 6), map(float, ion.stevens_factors), strict=True))
    expected = sum(stevens[k, q] / factors[k] * stevens_functions(k, directions)[:, k + q] for k, q in KQ)
    found = np.zeros(20, dtype=complex)
    for (k, q), b in wybourne_parameters(stevens, ion).items():
        minus, plus = _tensor(k, -abs(q), theta, phi), (-1) ** q * _tensor(k, abs(q), theta, phi)
        found += b * (minus if q == 0 else minus + plus if q > 0 else 1j * (minus - plus))
    assert found == pytest.approx(expected, rel=1e-9)


def test_ranks_that_the_multiplet_cannot_feel_are_left_out() -> None:
    assert {k for k, _ in wybourne_parameters({(2, 0): 1.0}, lanthanide("Ce"))} == {2, 4}
