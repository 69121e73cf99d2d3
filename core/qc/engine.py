"""One verification: a molecule in, what magnetochemists publish out, or the reason why there is no result."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.errors import Refused
from core.magnetism.ion_levels import Levels
from core.magnetism.powder import chi_t
from core.progress import Progress, unheard
from core.qc.cahf import MeanField, Orbitals, optimise
from core.qc.cost import functions_of
from core.qc.crystal_field_parameters import crystal_field_parameters, pseudospin
from core.qc.determinants import DeterminantSpace
from core.qc.guess import contracted_orbitals, starting_orbitals
from core.qc.hamiltonian import Hamiltonian, Spec, build, check
from core.qc.kramers import DEGENERACY, Multiplet, ground_multiplet
from core.qc.spin_orbit import angular_momentum_integrals, spin_orbit_integrals
from core.qc.spin_orbit_states import ActiveSpace, CoupledStates, Multiplicities, coupled_states
from core.qc.stages import GUESS, INTEGRALS, ORBITALS, PROPERTIES, SPIN_ORBIT, Clock, spans

TEMPERATURES: Final = np.array([2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300], dtype=np.float64)
"""At which χT is given [K]."""

LEAST_F: Final = 6.9
"""Least 4f population of the seven active orbitals; below it something else has entered the active space."""

LEAST_GAP: Final = 0.22
"""Least gap between closed and virtual orbitals [E_h]. [Dy(H2O)5L2] of H₃PO, F⁻, MeO⁻, Cl⁻ and formamide have 0.43 to
0.57, and 0.11 to 0.19 with a charge wrong by two. Large π systems may fail here although their charge is right."""

MOST_OUTER_S: Final = 0.8
"""Most electrons in the ion's s functions beyond its ten of 1s to 5s. Right charges were seen with −0.01 to 0.13; two
electrons too many went to 6s in DyF₃²⁻ (1.4), where the gap is wide."""

MEAN_OF_ROOTS: Final = 1e-6
"""Largest difference between the mean of the spin-free roots and the CAHF energy [E_h]; they are equal by theory."""

Watch = Callable[[int, float, float], None]
"""Told step, energy [E_h] and gradient [E_h] of the orbitals, each time before `Progress` is told of the step."""


class FailedRun(Refused):
    """A check failed: there is no result, only the reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Verification:
    """All that a run yields.

    Attributes:
        spec: the molecule.
        multiplicities: spins in the interaction.
        orbitals, states: what the stages hand on.
        levels: of the ground multiplet.
        moments: (2J+1, 2J+1), projections: (2J+1,), barrier: see `core.qc.kramers.Multiplet`.
        chi_t: χT at `TEMPERATURES` [cm³ K mol⁻¹].
        checks: name of each check and the number that passed it.
        functions, auxiliary: sizes of the basis sets.
        timings: seconds of each stage.
        memory: largest memory of the process [MB].
    """

    spec: Spec
    multiplicities: Multiplicities
    orbitals: Orbitals
    states: CoupledStates
    levels: Levels
    moments: FloatArray
    projections: FloatArray
    barrier: float | None
    chi_t: FloatArray
    checks: dict[str, float]
    functions: int
    auxiliary: int
    timings: dict[str, float]
    memory: float


def verify(
    spec: Spec,
    multiplicities: Multiplicities = Multiplicities.ALL,
    *,
    progress: Progress = lambda stage, fraction: None,
    cancelled: Callable[[], bool] = lambda: False,
    checkpoint: Path | None = None,
    memory_mb: int = 4000,
    watch: Watch = lambda step, energy, gradient: None,
) -> Verification:
    """Run the whole chain.

    Args:
        spec: the molecule.
        multiplicities: all spins, or the highest for comparison with other codes.
        progress: told the stage and a fraction 0 to 1, between steps.
        cancelled: asked between steps.
        checkpoint: ``.npz`` file of orbitals that is read where it fits and written after every step.
        memory_mb: integrals beyond this go to disk.
        watch: told how the orbitals converge.

    Raises:
        InputError, DomainError: see `core.qc.hamiltonian.check`.
        FailedRun: a check failed.
        Stopped: `cancelled` said so.
    """
    check(spec)
    clock = Clock(progress, cancelled, spans(functions_of(spec)))
    with clock.stage(INTEGRALS):
        hamiltonian = build(spec, memory_mb=memory_mb, progress=clock.within)
    hamiltonian.repulsion.told = clock.within
    with clock.stage(GUESS):
        start = _start(hamiltonian, spec, checkpoint)
    with clock.stage(ORBITALS):
        orbitals = _optimised(hamiltonian.field, start, clock, checkpoint, watch)
    hamiltonian.repulsion.told = unheard
    with clock.stage(SPIN_ORBIT):
        active = active_space(hamiltonian, orbitals, spec.metal)
        states = coupled_states(DeterminantSpace(spec.ion.electrons), active, multiplicities, clock.within)
    with clock.stage(PROPERTIES):
        multiplet = ground_multiplet(spec.ion, states)
        parameters = crystal_field_parameters(multiplet.levels, pseudospin(spec.ion, states), multiplet.ground)
        levels = Levels(
            ion=spec.ion.symbol,
            level_of_theory=f"CAHF and spin-orbit CI, preset {spec.preset}",
            energies=multiplet.levels,
            doublets=multiplet.doublets,
            stevens=parameters.magnetic,
            stevens_input=parameters.input,
            rotation=parameters.rotation,
            residual=parameters.residual,
        )
        chi = chi_t(states.energies, states.moment, TEMPERATURES)
    checks = _checked(hamiltonian, spec, orbitals, states, multiplet)
    return Verification(
        spec=spec,
        multiplicities=multiplicities,
        orbitals=orbitals,
        states=states,
        levels=levels,
        moments=multiplet.moments,
        projections=multiplet.projections,
        barrier=multiplet.barrier,
        chi_t=chi,
        checks=checks,
        functions=int(hamiltonian.mol.nao),
        auxiliary=hamiltonian.auxiliary,
        timings=clock.timings,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _start(hamiltonian: Hamiltonian, spec: Spec, checkpoint: Path | None) -> FloatArray:
    """Orbitals of an interrupted run of the same molecule, or the superposition."""
    overlap = hamiltonian.field.overlap
    if checkpoint is not None and checkpoint.exists():
        with np.load(checkpoint, allow_pickle=False) as kept:
            orbitals: FloatArray = kept["orbitals"]
        unit = np.eye(orbitals.shape[-1])
        if orbitals.shape[0] == len(overlap) and np.allclose(orbitals.T @ overlap @ orbitals, unit, atol=1e-6):
            return orbitals
    basis = hamiltonian.mol._basis[hamiltonian.mol.atom_symbol(spec.metal)]
    ion = contracted_orbitals(spec.ion.symbol, basis)
    return starting_orbitals(hamiltonian.mol, hamiltonian.field, ion, spec.metal)


def _optimised(field: MeanField, start: FloatArray, clock: Clock, checkpoint: Path | None, watch: Watch) -> Orbitals:
    def after_build(builds: int, energy: float, gradient: float, orbitals: FloatArray) -> None:
        watch(builds, energy, gradient)
        clock.step(builds)
        if checkpoint is not None:
            unfinished = checkpoint.with_suffix(".part.npz")
            np.savez(unfinished, orbitals=orbitals)
            unfinished.replace(checkpoint)

    orbitals = optimise(field, start, after_build)
    if not orbitals.converged:
        raise FailedRun(
            f"the orbitals did not converge (gradient {orbitals.gradient:.1e} E_h after {orbitals.builds} steps).",
            advice="Check charge and geometry.",
        )
    return orbitals


def active_space(hamiltonian: Hamiltonian, orbitals: Orbitals, metal: int) -> ActiveSpace:
    """Integrals of the seven 4f orbitals."""
    mol, active = hamiltonian.mol, orbitals.active
    closed = orbitals.coefficients[:, : orbitals.closed]
    dressed = hamiltonian.field.core_hamiltonian + orbitals.inactive_fock
    angular = angular_momentum_integrals(mol, mol.atom_coord(metal))
    return ActiveSpace(
        core_energy=float(np.sum(closed * (dressed @ closed))) + hamiltonian.field.nuclear_energy,
        one=active.T @ orbitals.inactive_fock @ active,
        two=hamiltonian.repulsion.among(active),
        spin_orbit=spin_orbit_integrals(mol, metal, active),
        angular=_between(angular, active),
    )


def _between(integrals: ComplexArray, orbitals: FloatArray) -> ComplexArray:
    return np.asarray(np.einsum("pi,kpq,qj->kij", orbitals, integrals, orbitals, optimize=True))


def _checked(
    hamiltonian: Hamiltonian, spec: Spec, orbitals: Orbitals, states: CoupledStates, multiplet: Multiplet
) -> dict[str, float]:
    """The numbers behind every check.

    Raises:
        FailedRun: the first that failed.
    """
    populations = shell_populations(hamiltonian, orbitals, spec.metal)
    population, outer = populations["f"], populations["outer s"]
    if orbitals.gap < LEAST_GAP:
        text = f"closed and empty orbitals are only {orbitals.gap:.3f} E_h apart"
        raise FailedRun(f"{text}: {_wrong_charge(spec)}", advice="Check charge and hydrogen atoms.")
    if outer > MOST_OUTER_S:
        text = f"{outer:.1f} electrons went to the ion's 6s shell"
        raise FailedRun(f"{text}: {_wrong_charge(spec)}", advice="Check charge and hydrogen atoms.")
    if population < LEAST_F:
        text = f"the seven active orbitals hold only {population:.2f} of 7 4f functions: they are no 4f shell."
        raise FailedRun(text, advice="Check charge and geometry.")
    difference = abs(states.spin_free_mean - orbitals.energy)
    if difference > MEAN_OF_ROOTS:
        raise FailedRun(f"the mean of the spin-free roots misses the orbital energy by {difference:.1e} E_h.")
    if multiplet.pair_splitting > DEGENERACY:
        raise FailedRun(f"Kramers pairs are split by {multiplet.pair_splitting:.1e} cm⁻¹.")
    return {
        "orbital_gradient_hartree": orbitals.gradient,
        "f_population_of_7": population,
        "closed_shell_gap_hartree": orbitals.gap,
        "ion_outer_s_population": outer,
        "mean_of_roots_hartree": difference,
        "kramers_degeneracy_cm1": multiplet.pair_splitting,
    }


def _wrong_charge(spec: Spec) -> str:
    return f"the charge {spec.charge:+d} is hardly that of this molecule."


def shell_populations(hamiltonian: Hamiltonian, orbitals: Orbitals, metal: int) -> dict[str, float]:
    """Löwdin populations on the ion: its f functions in the seven active orbitals (``f``, 7 for a pure shell) and its s
    functions in the closed ones, less the ten electrons of 1s to 5s (``outer s``)."""
    values, vectors = np.linalg.eigh(hamiltonian.field.overlap)
    root = (vectors * np.sqrt(values)) @ vectors.T
    own = [(k, shell) for k, (atom, _, shell, _) in enumerate(hamiltonian.mol.ao_labels(fmt=False)) if atom == metal]
    f, s = ([k for k, shell in own if letter in shell] for letter in "fs")
    closed = orbitals.coefficients[:, : orbitals.closed]
    return {
        "f": float(((root @ orbitals.active)[f] ** 2).sum()),
        "outer s": 2 * float(((root @ closed)[s] ** 2).sum()) - 10,
    }
