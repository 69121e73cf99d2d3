from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from pyscf import df, gto, mcscf, scf

from core.qc.basis import ano_rcc
from core.qc.cahf import Average, MeanField, optimise
from core.qc.guess import contracted_orbitals, starting_orbitals
from tests.qc.fitted import density_fitted, fitting_of


@pytest.mark.parametrize("electrons", range(1, 14))
def test_the_weights_are_the_averages_over_all_determinants_of_highest_spin(electrons: int) -> None:
    """Counted one by one: pairs of electrons in different orbitals, of any spin (Coulomb) and of like spin."""
    alpha, beta = min(electrons, 7), max(0, electrons - 7)
    determinants = [(a, b) for a in combinations(range(7), alpha) for b in combinations(range(7), beta)]
    coulomb = sum((0 in a) + (0 in b) and ((0 in a) + (0 in b)) * ((1 in a) + (1 in b)) for a, b in determinants)
    like = sum((0 in a and 1 in a) + (0 in b and 1 in b) for a, b in determinants)
    average = Average.of(electrons)
    assert average.occupation == pytest.approx(electrons / 7)
    assert average.coulomb == pytest.approx(float(Fraction(coulomb, len(determinants))))
    assert average.exchange == pytest.approx(float(Fraction(like, len(determinants))))


pytestmark = pytest.mark.xdist_group("cahf")  # so that what they share is computed once


@pytest.fixture(scope="module")
def fluoride() -> tuple[df.DF, MeanField, np.ndarray]:
    """PrF²⁺ in a small basis, with fitted integrals, of which PySCF's CASSCF takes the same."""
    basis = {"Pr": ano_rcc("Pr", "6s5p3d1f"), "F": ano_rcc("F", "2s1p")}
    mol = gto.M(atom="Pr 0 0 0; F 0 0 2.0", basis=basis, charge=2, spin=2, verbose=0)
    fitting = fitting_of(mol)
    field = MeanField(
        overlap=mol.intor("int1e_ovlp"),
        core_hamiltonian=scf.RHF(mol).sfx2c1e().get_hcore(),
        repulsion=density_fitted(fitting),
        nuclear_energy=mol.energy_nuc(),
        closed=(mol.nelectron - 2) // 2,
        average=Average.of(2),
    )
    start = starting_orbitals(mol, field, contracted_orbitals("Pr", mol._basis["Pr"]), 0)
    return fitting, field, start


def test_the_energy_is_that_of_a_casscf_averaged_over_all_triplets(fluoride) -> None:
    fitting, field, start = fluoride
    ours = optimise(field, start)
    reference = scf.ROHF(fitting.mol).density_fit(with_df=fitting)
    reference.get_hcore = lambda *_: field.core_hamiltonian  # else PySCF decouples anew at every step
    reference.mo_coeff = ours.coefficients
    theirs = mcscf.CASSCF(reference, 7, (2, 0)).state_average_([1 / 21] * 21)
    theirs.conv_tol, theirs.verbose = 1e-10, 0
    disturbed = ours.coefficients @ _small_rotation(len(ours.coefficients))
    theirs.kernel(disturbed)
    assert theirs.with_df is fitting
    assert ours.converged and theirs.converged
    assert ours.energy == pytest.approx(theirs.e_tot, abs=1e-8)


def _small_rotation(size: int) -> np.ndarray:
    from scipy.linalg import expm

    generator = 0.01 * np.random.default_rng(1).normal(size=(size, size))
    return expm(generator - generator.T)


def test_the_gradient_is_the_derivative_of_the_energy(fluoride) -> None:
    from core.qc.cahf import _Optimiser

    _, field, start = fluoride
    optimiser = _Optimiser(field, lambda *told: None)
    optimiser.rough = False
    gradient = optimiser.gradient(optimiser.point(start))
    for k in np.linspace(0, len(gradient) - 1, 9).astype(int):
        step = np.zeros_like(gradient)
        step[k] = 1e-4
        ahead, behind = (optimiser.focks(optimiser.rotated(start, s)).energy for s in (step, -step))
        assert gradient[k] == pytest.approx((ahead - behind) / 2e-4, abs=1e-5)


def test_a_stop_between_steps_ends_the_optimisation(fluoride) -> None:
    _, field, start = fluoride

    def stop(builds: int, *_: object) -> None:
        if builds == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        optimise(field, start, stop)
