"""From states to published quantities, on multiplets whose answers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.ions import lanthanide
from core.magnetism.levels import tabulate
from core.magnetism.powder import CURIE, chi_t, magnetisation
from core.magnetism.pseudospin import g_tensor
from core.magnetism.stevens import KQ, hamiltonian
from core.qc.crystal_field_parameters import crystal_field_parameters, pseudospin
from core.qc.kramers import ground_multiplet
from core.qc.spin_orbit_states import CoupledStates
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA

DYSPROSIUM = lanthanide("Dy")
PARAMETERS = {kq: value for kq, value in zip(KQ, np.random.default_rng(3).normal(size=27), strict=True)}
FIELD = {(k, q): value * {2: 2.0, 4: 2e-2, 6: 1e-4}[k] for (k, q), value in PARAMETERS.items()}


def _states() -> CoupledStates:
    """⁶H₁₅/₂ in a low-symmetry field, with spin and orbit shared as the Landé factor wants it."""
    energies, vectors = np.linalg.eigh(hamiltonian(15, FIELD))
    random = np.random.default_rng(5)
    vectors = vectors * np.exp(2j * np.pi * random.random(16))  # eigenvectors have no phase of their own
    angular = vectors.conj().T @ angular_momentum(15) @ vectors
    spin = float(DYSPROSIUM.g_J) - 1.0
    empty = np.zeros(1)
    return CoupledStates(energies - energies[0], 0.0, (1 - spin) * angular, spin * angular, empty, 0.0)


def test_the_parameters_that_made_the_levels_are_found_again() -> None:
    states = _states()
    ground = g_tensor(states.moment[:, :2, :2])
    found = crystal_field_parameters(states.energies, states.moment, ground)
    assert found.residual < 1e-10
    assert {kq: found.input[kq] for kq in KQ} == pytest.approx(FIELD, abs=1e-9)


def test_projections_are_those_of_the_moment_from_gadolinium_on_and_of_j_before() -> None:
    states = _states()
    assert (pseudospin(DYSPROSIUM, states) == states.moment).all()
    assert (pseudospin(lanthanide("Sm"), states) == states.total[:, :6, :6]).all()


def test_in_the_magnetic_frame_the_same_levels_come_out() -> None:
    states = _states()
    found = crystal_field_parameters(states.energies, states.moment, g_tensor(states.moment[:, :2, :2]))
    levels = np.linalg.eigvalsh(hamiltonian(15, found.magnetic))
    assert levels - levels[0] == pytest.approx(states.energies, abs=1e-9)
    assert found.rotation @ found.rotation.T == pytest.approx(np.eye(3))


def test_the_table_is_that_of_the_same_multiplet_in_its_own_basis() -> None:
    states = _states()
    found = ground_multiplet(DYSPROSIUM, states)
    energies, vectors = np.linalg.eigh(hamiltonian(15, FIELD))
    expected, _ = tabulate(energies - energies[0], vectors, float(DYSPROSIUM.g_J), True)
    for ours, theirs in zip(found.doublets, expected, strict=True):
        assert ours.energy == pytest.approx(theirs.energy, abs=1e-8)
        assert ours.main_weights == pytest.approx(np.array(theirs.main_weights), abs=1e-6)
        # g_e is 2.0023 here and 2 in g_J
        assert ours.g == pytest.approx(theirs.g, rel=3e-3, abs=2e-3)


def test_a_split_kramers_pair_is_noticed() -> None:
    states = _states()
    energies = states.energies.copy()
    energies[1] += 0.01
    assert ground_multiplet(DYSPROSIUM, replace(states, energies=energies)).pair_splitting == pytest.approx(0.01)


def test_the_barrier_is_the_lowest_doublet_that_leaks() -> None:
    found = ground_multiplet(DYSPROSIUM, _states())
    within = [found.moments[d.states] for d in found.doublets]
    leaking = [d.energy for d, moment in zip(found.doublets, within, strict=True) if moment > 0.1]
    assert found.barrier == (leaking[0] if leaking[0] > 0 else None)


def test_an_axial_field_has_no_moment_within_its_pairs_and_so_no_barrier() -> None:
    energies, vectors = np.linalg.eigh(hamiltonian(15, {(2, 0): -3.0}))
    angular = vectors.conj().T @ angular_momentum(15) @ vectors
    states = CoupledStates(energies - energies[0], 0.0, angular, angular / 3, np.zeros(1), 0.0)
    found = ground_multiplet(DYSPROSIUM, states)
    within = [found.moments[d.states] for d in found.doublets]
    assert within[:-1] == pytest.approx([0.0] * 7, abs=1e-9)
    assert found.barrier == pytest.approx(found.doublets[-1].energy)  # |±1/2⟩ alone flips


def test_chi_t_of_a_free_ion_is_that_of_curie() -> None:
    """14.17 cm³ K mol⁻¹ for Dy(III), the value of every textbook table."""
    moment = float(DYSPROSIUM.g_J) * angular_momentum(15)
    assert chi_t(np.zeros(16), moment, np.array([5.0, 300.0])) == pytest.approx([14.17, 14.17], abs=0.01)


def test_chi_t_is_the_slope_of_the_magnetisation() -> None:
    states, field = _states(), 1e-3
    for temperature in (2.0, 20.0, 200.0):
        slope = magnetisation(states.energies, states.moment, np.array([field]), temperature, degree=35)[0] / field
        # M [μ_B] per tesla to χ [cm³ mol⁻¹]: N_A μ_B²/k = CURIE, and μ_B/k from the units
        kelvin_per_tesla = BOHR_MAGNETON_IN_CM1_PER_TESLA / 0.6950348
        expected = CURIE * slope / kelvin_per_tesla * temperature
        found = chi_t(states.energies, states.moment, np.array([temperature]))[0]
        assert found == pytest.approx(expected, rel=1e-4)


def test_a_strong_field_saturates_the_ground_doublet() -> None:
    """An Ising doublet with g = 20: a powder reaches half of its 10 μ_B."""
    moment = np.zeros((3, 2, 2), dtype=complex)
    moment[2] = np.diag([10.0, -10.0])
    assert magnetisation(np.zeros(2), moment, np.array([50.0]), 0.5, degree=59)[0] == pytest.approx(5.0, abs=0.02)
