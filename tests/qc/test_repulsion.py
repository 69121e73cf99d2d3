"""Coulomb and exchange of two kinds of orbitals, from all integrals and from fitted ones."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import gto, scf

from core.progress import Stopped
from core.qc.repulsion import Conventional, DensityFitted, fitted_integrals
from tests.qc.fitted import auxiliary_of, density_fitted, fitted, fitting_of


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


def test_in_single_precision_exchange_is_off_by_little_and_its_change_by_far_less(
    water: gto.Mole, orbitals: np.ndarray
) -> None:
    double = density_fitted(fitting_of(water), memory_mb=0)
    ours = fitted(water)
    turn = np.linalg.qr(np.eye(orbitals.shape[1]) + 1e-3 * np.random.default_rng(1).normal(size=orbitals.shape))[0]
    moved = orbitals @ (turn * np.sign(np.diag(turn)))
    ours.build(orbitals[:, :3], orbitals[:, 3:10])  # in double precision: changes are counted from here
    exact = double.build(moved[:, :3], moved[:, 3:10])
    rough, near = (ours.build(moved[:, :3], moved[:, 3:10], rough=kind) for kind in (True, False))
    for found, expected in zip(rough, exact, strict=True):
        assert found == pytest.approx(expected, abs=1e-5)
    for found, expected in zip(near, exact, strict=True):
        assert found == pytest.approx(expected, abs=1e-8)
    assert not np.array_equal(rough[1], near[1])


def test_orbitals_far_from_the_last_ones_are_built_in_double_precision(water: gto.Mole, orbitals: np.ndarray) -> None:
    double, ours = density_fitted(fitting_of(water), memory_mb=0), fitted(water)
    ours.build(orbitals[:, :3], orbitals[:, 3:10])
    other = (orbitals[:, 3:6], orbitals[:, 6:13])
    for found, expected in zip(ours.build(*other), double.build(*other), strict=True):
        assert found == pytest.approx(expected, abs=1e-12)


def test_fitted_integrals_are_those_of_pyscf(water: gto.Mole) -> None:
    ours = fitted_integrals(water, auxiliary_of(water), 4000)
    assert ours @ ours.T == pytest.approx(fitting_of(water)._cderi.T @ fitting_of(water)._cderi, abs=1e-9)


def test_auxiliary_functions_that_depend_on_one_another_do_no_harm(water: gto.Mole) -> None:
    twice = {name: shells + shells for name, shells in auxiliary_of(water).items()}
    ours, plain = fitted_integrals(water, twice, 4000), fitted_integrals(water, auxiliary_of(water), 4000)
    assert ours @ ours.T == pytest.approx(plain @ plain.T, abs=1e-7)


def test_integrals_that_memory_does_not_hold_give_the_same(water: gto.Mole, orbitals: np.ndarray) -> None:
    on_disk = DensityFitted(fitted_integrals(water, auxiliary_of(water), 0), 0)
    for found, expected in zip(
        on_disk.build(orbitals[:, :3], orbitals[:, 3:10]),
        fitted(water).build(orbitals[:, :3], orbitals[:, 3:10]),
        strict=True,
    ):
        assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("memory_mb", [0, 4000])
def test_a_build_tells_how_far_it_is_and_can_be_stopped(water: gto.Mole, orbitals: np.ndarray, memory_mb: int) -> None:
    told: list[float] = []
    integrals = fitted_integrals(water, auxiliary_of(water), memory_mb, told.append)
    assert told == sorted(told) and told[-1] == 1.0
    repulsion, told = DensityFitted(integrals, memory_mb), []
    repulsion.told = told.append
    repulsion.build(orbitals[:, :3], orbitals[:, 3:10])
    assert told == sorted(told) and told[-1] == pytest.approx(1.0) and len(told) > water.nao

    def stop(fraction: float) -> None:
        raise Stopped("enough.")

    repulsion.told = stop
    with pytest.raises(Stopped):
        repulsion.build(orbitals[:, :3], orbitals[:, 3:10])
