"""The basis sets, above all the one that does not come from PySCF."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import gto, scf
from scipy.constants import fine_structure
from scipy.linalg import eigh

from core.errors import DomainError
from core.magnetism.ions import SYMBOLS
from core.qc.basis import ano_rcc
from core.qc.hamiltonian import contraction

FULLEST = "8s7p5d3f2g1h"


@pytest.mark.parametrize("element", ["H", "He", "O", "Ca", "I", "Eu", "Dy"])
def test_every_other_element_is_as_pyscf_has_it(element: str) -> None:
    """Helium's f functions are one shell each."""
    functions = {"He": "2s1p1d2f"}.get(element, contraction(element, "VTZP"))
    assert ano_rcc(element, functions) == gto.basis.load(f"ano@{functions}", element)


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("level", ["VDZ", "VDZP", "VTZP"])
def test_a_lanthanide_has_as_many_functions_as_its_contraction_says(symbol: str, level: str) -> None:
    wanted = contraction(symbol, level)
    counted = [f"{len(rows[0]) - 1}{'spdfgh'[momentum]}" for momentum, *rows in ano_rcc(symbol, wanted)]
    assert "".join(counted) == wanted


def test_more_functions_than_there_are_is_an_error() -> None:
    for element, functions in (("Yb", "9s"), ("Dy", "1i"), ("H", "2f")):
        with pytest.raises(DomainError, match=f"{element} has no {functions}"):
            ano_rcc(element, functions)


def test_what_a_caller_does_to_a_basis_stays_with_the_caller() -> None:
    ano_rcc("Yb", "7s6p")[0][1][1] = 0.0
    assert ano_rcc("Yb", "7s6p")[0][1][1] != 0.0


@pytest.mark.parametrize("symbol", ["Tm", "Yb"])
def test_the_contracted_functions_are_orthonormal_as_natural_orbitals_are(symbol: str) -> None:
    """Over normalised primitives: Yb's printed numbers are so to 2·10⁻⁸; PySCF's Yb misses by 6·10⁻⁴."""
    for momentum, *rows in ano_rcc(symbol, FULLEST):
        exponents, coefficients = np.split(np.array(rows), [1], axis=1)
        overlap = (2 * np.sqrt(exponents * exponents.T) / (exponents + exponents.T)) ** (momentum + 1.5)
        unit = np.eye(coefficients.shape[1])
        assert coefficients.T @ overlap @ coefficients == pytest.approx(unit, abs=1e-6)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_1s_level_of_the_bare_nucleus_is_that_of_dirac(symbol: str) -> None:
    """E = c² (√(1 − (Zα)²) − 1), missed by 1.4·10⁻⁴ at most; by 10 % in PySCF's Yb."""
    mol = gto.M(atom=symbol, basis={symbol: ano_rcc(symbol, "7s6p4d2f")}, spin=None, verbose=0)
    levels = eigh(scf.RHF(mol).sfx2c1e().get_hcore(), mol.intor("int1e_ovlp"), eigvals_only=True)
    coupling = mol.atom_charge(0) * fine_structure
    assert levels[0] == pytest.approx((np.sqrt(1 - coupling**2) - 1) / fine_structure**2, rel=2e-4)


def test_ytterbium_has_the_exponents_of_its_making() -> None:
    """The head of its library entry in OpenMolcas 22.10: each diffuse s, p, d and f function has 0.40 of the exponent
    before it."""
    shells = {momentum: rows for momentum, *rows in ano_rcc("Yb", FULLEST)}
    assert [len(shells[momentum]) for momentum in range(6)] == [25, 22, 15, 11, 4, 2]
    assert shells[0][0][:3] == [49934253.3, 0.00063755, -0.00023731]
    for momentum in range(4):
        before, last = shells[momentum][-2][0], shells[momentum][-1][0]
        assert last / before == pytest.approx(0.40, abs=1e-3)
