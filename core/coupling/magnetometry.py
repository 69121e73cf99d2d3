"""χT(T) and M(H, T) of a powder of coupled ions, as a magnetometer measures them.

The coupled states hold the lowest states of each ion. What the others add is added ion by ion without coupling: the
value of the whole ion less that of the states kept, as POLY_ANISO does by default (its option 1, "weak exchange").
"""

from __future__ import annotations

from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.coupling.cluster import Cluster, cluster
from core.coupling.states import CoupledStates, solve
from core.errors import DomainError
from core.magnetism import powder
from core.units import KELVIN_PER_CM1

STATES_IN_FIELD: Final = 64
"""Product states aimed at for M(H), where a matrix is diagonalised for each field and direction."""

SPIN_ONLY_G: Final = 2.0
"""g by which the intermolecular zJ′ is defined."""

_COVERED = 8.0
"""Where not all states are known, the highest known one must lie so many kT up: e⁻⁸ of the ground state's weight."""


def chi_t(states: CoupledStates, temperatures: FloatArray) -> FloatArray:
    """χT of a powder in the limit of no field [cm³ K mol⁻¹].

    Args:
        states: of a cluster.
        temperatures: (t,) [K], above zero.

    Raises:
        DomainError: a temperature that is not above zero, or at which states are populated that are not known.
    """
    if not (np.isfinite(temperatures).all() and (temperatures > 0).all()):
        raise DomainError("A temperature is not above zero.", advice="Give temperatures in kelvin.")
    if not states.complete:
        _check_covered(states, float(temperatures.max()))
    coupled = powder.chi_t(states.energies, states.moment(), temperatures)
    return coupled + left_out(states.system, temperatures)


def left_out(system: Cluster, temperatures: FloatArray) -> FloatArray:
    """(t,) χT of the states of the single ions that do not take part in the coupling [cm³ K mol⁻¹]."""
    total = np.zeros(len(temperatures))
    for whole, part in zip(system.sites, system.truncated, strict=True):
        if len(whole.energies) > len(part.energies):
            total += powder.chi_t(whole.energies, whole.moment, temperatures)
            total -= powder.chi_t(part.energies, part.moment, temperatures)
    return total


def between_molecules(chi: FloatArray, zj: float, tip: float, temperatures: FloatArray) -> FloatArray:
    """(t,) χT with a mean field of the neighbouring molecules and a temperature-independent part [cm³ K mol⁻¹].

    χ = χ₀ / (1 − zJ′ χ₀ / (N_A g² μ_B²)) + TIP with g = 2, of −zJ′ ⟨S⟩·S between whole molecules; positive zJ′ is
    ferromagnetic. C. J. O'Connor, Prog. Inorg. Chem. 1982, 29, 203, doi:10.1002/9780470166307.ch4, for the form of it.

    Args:
        chi: (t,) χT of one molecule.
        zj: zJ′ [cm⁻¹].
        tip: [cm³ mol⁻¹].
        temperatures: (t,) [K].
    """
    field = zj * KELVIN_PER_CM1 / (SPIN_ONLY_G**2 * powder.CURIE)
    return chi / (1 - field * chi / temperatures) + tip * temperatures


def magnetisation(system: Cluster, fields: FloatArray, temperatures: tuple[float, ...]) -> FloatArray:
    """(t, b) M of a powder [μ_B per molecule].

    Where the cluster has more states than `STATES_IN_FIELD`, it is coupled anew with fewer of each ion.

    Args:
        system: the cluster.
        fields: (b,) [T].
        temperatures: (t,) [K].

    Raises:
        DomainError: a temperature that is not above zero; see `core.coupling.states.solve`.
    """
    if any(t <= 0 for t in temperatures):
        raise DomainError("A temperature is not above zero.", advice="Give temperatures in kelvin.")
    small = system
    if system.size > STATES_IN_FIELD:
        small = cluster(system.sites, system.exchange, budget=STATES_IN_FIELD, dipolar=system.dipolar)
    states = solve(small)
    energies, moment = states.energies, states.moment()
    rows = []
    for kelvin in temperatures:
        total = powder.magnetisation(energies, moment, fields, kelvin)
        for whole, part in zip(small.sites, small.truncated, strict=True):
            if len(whole.energies) > len(part.energies):
                total = total + powder.magnetisation(whole.energies, whole.moment, fields, kelvin)
                total = total - powder.magnetisation(part.energies, part.moment, fields, kelvin)
        rows.append(total)
    return np.array(rows)


def _check_covered(states: CoupledStates, hottest: float) -> None:
    limit = float(states.energies[-1]) * KELVIN_PER_CM1 / _COVERED
    if hottest > limit:
        raise DomainError(
            f"Only the {len(states.energies)} lowest of {states.system.size} coupled states are known: they cover "
            f"temperatures up to {limit:.1f} K.",
            advice="Keep fewer states of each ion, so that all coupled states can be had.",
        )
