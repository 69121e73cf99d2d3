"""M(H, T) and χT(T) of a finished run, from the crystal field and the Landé factor of its ground J multiplet.

A record keeps B_k^q but not the matrices of the moment, so what higher multiplets mix in is left out here, and the
moment is g_J J. χT in the record itself, from all states, is the better one; `difference` says how far apart they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.errors import DomainError
from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.powder import chi_t, magnetisations
from core.magnetism.stevens import hamiltonian
from core.qc.stored_levels import Record, ion_of, parameters_of

FIELDS: Final = np.linspace(0.0, 7.0, 29)
"""Of the curves M(H) [T]; what a laboratory magnetometer reaches."""

CURVE: Final = 100
"""Temperatures of the curve χT(T)."""

TEMPERATURES: Final = (2.0, 4.0, 6.0, 10.0)
"""Of the curves M(H) [K]."""


@dataclass(frozen=True, slots=True, eq=False)
class GroundMultiplet:
    """Levels (2J+1,) [cm⁻¹], lowest 0, and moment (3, 2J+1, 2J+1) [μ_B] between the states."""

    levels: FloatArray
    moment: ComplexArray


def multiplet_of(record: Record) -> GroundMultiplet:
    """The multiplet that the crystal-field parameters of a record give.

    Raises:
        DomainError: Eu, whose ground multiplet has no moment.
    """
    ion = ion_of(record)
    if not ion.two_j:
        raise DomainError(f"The ground multiplet of {ion.symbol}(III) has J = 0: it carries no magnetisation.")
    energies, states = np.linalg.eigh(hamiltonian(ion.two_j, parameters_of(record)))
    moment = float(ion.g_J) * (states.conj().T @ angular_momentum(ion.two_j) @ states)
    return GroundMultiplet(energies - energies[0], moment)


def magnetisation_of(
    record: Record, fields: FloatArray = FIELDS, temperatures: tuple[float, ...] = TEMPERATURES
) -> FloatArray:
    """(t, b) magnetisation of a powder [μ_B per ion].

    Args:
        record: of a finished run.
        fields: (b,) [T].
        temperatures: (t,) [K].

    Raises:
        DomainError: see `multiplet_of`.
    """
    found = multiplet_of(record)
    return magnetisations(found.levels, found.moment, fields, temperatures)


def chi_t_of(record: Record, temperatures: FloatArray) -> FloatArray:
    """(t,) χT of a powder [cm³ K mol⁻¹].

    Raises:
        DomainError: see `multiplet_of`.
    """
    found = multiplet_of(record)
    return chi_t(found.levels, found.moment, temperatures)


def difference(record: Record) -> float:
    """Largest share by which χT of the ground multiplet alone misses the record's, which has all states.

    Raises:
        DomainError: see `multiplet_of`.
    """
    full = np.array(record["chiT"]["cm3_K_per_mol"])
    return float(np.abs(chi_t_of(record, np.array(record["chiT"]["T_K"])) / full - 1).max())


def chi_t_curve(record: Record) -> tuple[FloatArray, FloatArray]:
    """(t,) temperatures [K] and χT [cm³ K mol⁻¹], near enough to each other for a smooth line through the record's.

    Between two temperatures of the record the curve of the ground multiplet is taken, times the ratio of both at these
    temperatures, which hardly changes from one to the next.

    Raises:
        DomainError: see `multiplet_of`.
    """
    known, full = np.array(record["chiT"]["T_K"]), np.array(record["chiT"]["cm3_K_per_mol"])
    temperatures = np.union1d(np.geomspace(known[0], known[-1], CURVE), known)
    ratio = np.interp(np.log(temperatures), np.log(known), full / chi_t_of(record, known))
    return temperatures, chi_t_of(record, temperatures) * ratio
