"""Coulomb and exchange of two kinds of orbitals, from all integrals and from fitted ones."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import gto, scf

from core.qc.repulsion import Conventional
from tests.qc.fitted import fitted


@pytest.fixture(scope="module")
def water() -> gto.Mole:
    atoms = "O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587"
    return gto.M(atom=atoms, basis={"O": "ano@3s2p1d", "H": "ano@2s1p"}, verbose=0)


@pytest.fixture(scope="module")
def orbitals(water: gto.Mole) -> np.ndarray:
    values, vectors = np.linalg.eigh(water.intor("int1e_ovlp"))
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(len(values),) * 2))[0]
    return vectors / np.sqrt(values) @ turn


def test_all_integrals_give_the_coulomb_and_exchange_matrices_of_pyscf(water: gto.Mole, orbitals: np.ndarray) -> None:
    closed, active = orbitals[:, :3], orbitals[:, 3:10]
    ours = Conventional(water)
    coulomb, exchange = scf.RHF(water).get_jk(water, np.array([closed @ closed.T, active @ active.T]))
    for found, expected in zip(
        ours.build(closed, active), (coulomb[0], exchange[0], coulomb[1], exchange[1]), strict=True
    ):
        assert found == pytest.approx(expected, abs=1e-10)
    every = np.einsum("pqrs,pi,qj,rk,sl->ijkl", water.intor("int2e"), *[active] * 4, optimize=True)
    assert ours.among(active) == pytest.approx(every, abs=1e-10)


def test_fitted_integrals_give_nearly_those_of_all(water: gto.Mole, orbitals: np.ndarray) -> None:
    closed, active = orbitals[:, :3], orbitals[:, 3:10]
    ours, exact = fitted(water), Conventional(water)
    for found, expected in zip(ours.build(closed, active), exact.build(closed, active), strict=True):
        assert found == pytest.approx(expected, abs=5e-3)
    assert ours.among(active) == pytest.approx(exact.among(active), abs=5e-3)
