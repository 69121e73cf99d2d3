"""The fitted integrals of one atom against all of them."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import df, gto

from core.qc.auxiliary import natural_auxiliary
from core.qc.basis import ano_rcc

PHOSPHORUS = gto.M(atom="P", basis="ano@4s3p", spin=None, verbose=0)


def _functions(shells: tuple[list, ...]) -> int:
    return sum((2 * momentum + 1) * (len(rows[0]) - 1) for momentum, *rows in shells)


def _largest_error(least: float) -> float:
    shells = list(natural_auxiliary("P", "4s3p", least))
    auxiliary = df.addons.make_auxmol(PHOSPHORUS, {"P": shells})
    products = df.incore.aux_e2(PHOSPHORUS, auxiliary, aosym="s1").reshape(-1, auxiliary.nao)
    fitted = products @ np.linalg.solve(auxiliary.intor("int2c2e"), products.T)
    exact = PHOSPHORUS.intor("int2e").reshape(fitted.shape)
    return float(np.abs(fitted - exact).max())


def test_half_of_the_even_tempered_functions_fit_the_integrals_of_the_atom() -> None:
    tempered, natural = natural_auxiliary("P", "4s3p", 0), natural_auxiliary("P", "4s3p")
    assert _functions(natural) < 0.6 * _functions(tempered)
    assert _largest_error(1e-5) < 1e-4


def test_the_fewer_functions_are_kept_the_larger_is_the_error() -> None:
    errors = [_largest_error(least) for least in (1e-6, 1e-4, 1e-2)]
    assert errors == sorted(errors)
    assert errors[0] < 0.1 * errors[-1]


def test_no_product_of_s_and_p_functions_has_more_than_two_units_of_momentum() -> None:
    assert max(momentum for momentum, *_ in natural_auxiliary("C", "3s2p")) == 2


def test_the_repulsion_within_the_4f_shell_is_that_of_all_integrals_also_without_g_functions() -> None:
    shell = gto.M(atom="Ho", basis={"Ho": gto.basis.load("ano@1f", "Ho")}, spin=None, verbose=0)
    auxiliary = df.addons.make_auxmol(shell, {"Ho": list(natural_auxiliary("Ho", "7s6p4d2f"))})
    products = df.incore.aux_e2(shell, auxiliary, aosym="s1").reshape(49, -1)
    fitted = products @ np.linalg.solve(auxiliary.intor("int2c2e"), products.T)
    assert fitted == pytest.approx(shell.intor("int2e").reshape(49, 49), abs=1e-6)


@pytest.mark.parametrize("element", ["H", "O", "Cl"])
def test_zero_keeps_the_even_tempered_functions(element: str) -> None:
    mol = gto.M(atom=element, basis="ano@2s1p1d", spin=None, verbose=0)
    expected = [shell for shell in df.autoaux(mol)[element] if shell[0] <= 2]
    assert list(natural_auxiliary(element, "2s1p", 0)) == expected


def test_an_element_with_all_its_momenta_in_use_needs_no_function_beyond_them() -> None:
    """`fine` puts h functions on a lanthanide, and ANO-RCC has none higher."""
    mol = gto.M(atom="Dy", basis={"Dy": ano_rcc("Dy", "8s7p5d3f2g1h")}, spin=None, verbose=0)
    assert list(natural_auxiliary("Dy", "8s7p5d3f2g1h", 0)) == df.autoaux(mol)["Dy"]
