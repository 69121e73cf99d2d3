"""Rates of magnetic relaxation against temperature: Orbach, Raman, tunnelling and direct process.

::

    1/τ = τ₀⁻¹ exp(−U/kT)  +  C Tⁿ  +  τ_QTM⁻¹  +  A T

The sum is fitted to ln τ, each point weighted by its error. Orbach: R. Orbach, Proc. R. Soc. London A 1961, 264, 458,
doi:10.1098/rspa.1961.0211; Raman and direct: K. N. Shrivastava, Phys. Status Solidi B 1983, 117, 437,
doi:10.1002/pssb.2221170202. A is that of the field in which was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any, Final

import numpy as np

from core.arrays import FloatArray
from core.errors import DomainError
from core.magnetism.ac import DebyeFit
from core.magnetism.fitting import Bounds, Estimate, least_squares
from core.units import KELVIN_PER_CM1


class Term(Enum):
    """A way to relax."""

    ORBACH = "orbach"
    RAMAN = "raman"
    QTM = "qtm"
    DIRECT = "direct"


_BOUNDS: Final[Mapping[Term, Mapping[str, Bounds]]] = {
    Term.ORBACH: {"log_tau0": (-46.0, 0.0), "barrier": (0.0, 10_000.0)},
    Term.RAMAN: {"log_c": (-60.0, 30.0), "n": (1.0, 12.0)},
    Term.QTM: {"log_tau_qtm": (-25.0, 20.0)},
    Term.DIRECT: {"log_a": (-40.0, 25.0)},
}
"""Times in s, U/k in K, C in s⁻¹ K⁻ⁿ, A in s⁻¹ K⁻¹; logarithms are natural. Wide: they keep the fit from wandering."""

LEAST_ERROR: Final = 0.01
"""Least error of ln τ in the weights, our choice: 1 %. Fits of good data claim less, and the model is not better."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One relaxation time.

    Attributes:
        temperature: [K].
        log_time: ln(τ / s), with its error or without.
    """

    temperature: float
    log_time: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class RelaxationFit:
    """What the temperatures together say.

    Attributes:
        terms: those that were fitted.
        parameters: by name: ``tau0_s``, ``U_K``, ``C``, ``n``, ``tau_qtm_s``, ``A``.
        logarithms: what was fitted, by name of `_BOUNDS`.
        rates: those that were used.
        reduced_chi_square: of ln τ.
        notes: sentences about parameters that the points do not determine.
    """

    terms: tuple[Term, ...]
    parameters: Mapping[str, Estimate]
    logarithms: Mapping[str, Estimate]
    rates: tuple[Rate, ...]
    reduced_chi_square: float
    notes: tuple[str, ...]

    @property
    def barrier_cm1(self) -> Estimate | None:
        """U_eff [cm⁻¹]; None without an Orbach term."""
        found = self.parameters.get("U_K")
        return None if found is None else found.scaled(1 / KELVIN_PER_CM1)

    def log_times(self, temperatures: FloatArray) -> FloatArray:
        """(m,) ln(τ / s) of the fit."""
        values = {name: estimate.value for name, estimate in self.logarithms.items()}
        return -log_rate(self.terms, values, temperatures)

    def to_dict(self) -> dict[str, Any]:
        """In JSON types only."""
        barrier = self.barrier_cm1
        return {
            "terms": [term.value for term in self.terms],
            "parameters": {name: estimate.to_dict() for name, estimate in self.parameters.items()},
            "U_cm1": None if barrier is None else barrier.to_dict(),
            "reduced_chi_square": self.reduced_chi_square,
            "temperatures_K": [rate.temperature for rate in self.rates],
            "notes": list(self.notes),
        }


def log_rate(terms: Sequence[Term], values: Mapping[str, float], temperatures: FloatArray) -> FloatArray:
    """(m,) ln(1/τ · s) at temperatures [K]."""
    t = np.asarray(temperatures, dtype=float)
    parts = [_log_term(term, values, t) for term in terms]
    return np.asarray(np.logaddexp.reduce(parts, axis=0))


def _log_term(term: Term, values: Mapping[str, float], t: FloatArray) -> FloatArray:
    if term is Term.ORBACH:
        return np.asarray(-values["log_tau0"] - values["barrier"] / t)
    if term is Term.RAMAN:
        return np.asarray(values["log_c"] + values["n"] * np.log(t))
    if term is Term.QTM:
        return np.full(len(t), -values["log_tau_qtm"])
    return np.asarray(values["log_a"] + np.log(t))


def rates_of(fits: Sequence[DebyeFit]) -> tuple[Rate, ...]:
    """The times that the temperatures determine."""
    return tuple(Rate(fit.temperature, fit.log_time) for fit in fits if not fit.why_not)


def fit_rates(rates: Sequence[Rate], terms: Sequence[Term]) -> RelaxationFit:
    """The chosen terms through all relaxation times.

    Raises:
        DomainError: no term, too few temperatures, or no fit.
    """
    chosen = tuple(term for term in Term if term in terms)
    if not chosen:
        raise DomainError("no way to relax is chosen.", advice=f"Choose from {', '.join(t.value for t in Term)}.")
    bounds = {name: limits for term in chosen for name, limits in _BOUNDS[term].items()}
    if len(rates) <= len(bounds):
        what = f"{len(rates)} temperatures determine τ, too few for the {len(bounds)} parameters of {_named(chosen)}."
        raise DomainError(what, advice="Choose fewer terms, or measure at more temperatures.")
    t = np.array([rate.temperature for rate in rates])
    measured = np.array([rate.log_time.value for rate in rates])
    known = all(rate.log_time.error is not None for rate in rates)
    errors = np.array([max(rate.log_time.error or 0.0, LEAST_ERROR) if known else 1.0 for rate in rates])

    def residuals(values: Mapping[str, float]) -> FloatArray:
        return np.asarray((measured + log_rate(chosen, values, t)) / errors)

    best = least_squares(residuals, bounds, _starts(t, measured, chosen), known_errors=known)
    return RelaxationFit(
        terms=chosen,
        parameters=_parameters(best.estimates),
        logarithms=best.estimates,
        rates=tuple(rates),
        reduced_chi_square=best.square / best.freedom,
        notes=tuple(_notes(best.estimates)),
    )


def _starts(t: FloatArray, log_times: FloatArray, terms: Sequence[Term]) -> list[dict[str, float]]:
    """Orbach through the hottest points, the rest through the coldest and the middle, with several exponents."""
    order = np.argsort(t)
    t, log_times = t[order], log_times[order]
    hot = slice(-max(3, len(t) // 4), None)
    slope = float(np.polyfit(1 / t[hot], log_times[hot], 1)[0])
    found = []
    for steeper, n, middle in product((1.0, 1.4), (2.0, 4.0, 7.0), (len(t) // 3, 0)):
        barrier = float(np.clip(steeper * slope, 1.0, 9000.0))
        found.append(
            {
                "barrier": barrier,
                "log_tau0": float(log_times[-1] - barrier / t[-1]),
                "n": n,
                "log_c": float(-log_times[middle] - n * np.log(t[middle])),
                "log_tau_qtm": float(log_times[0]),
                "log_a": float(-log_times[0] - np.log(t[0])),
            }
        )
    return found if Term.RAMAN in terms else found[::6]


def _parameters(found: Mapping[str, Estimate]) -> dict[str, Estimate]:
    logarithmic = {"log_tau0": "tau0_s", "log_c": "C", "log_tau_qtm": "tau_qtm_s", "log_a": "A"}
    plain = {"barrier": "U_K", "n": "n"}
    return {
        logarithmic.get(name) or plain[name]: estimate.exponential() if name in logarithmic else estimate
        for name, estimate in found.items()
    }


def _notes(found: Mapping[str, Estimate]) -> list[str]:
    words = {
        "log_tau0": "τ₀",
        "barrier": "U_eff",
        "log_c": "C of Raman",
        "n": "n of Raman",
        "log_tau_qtm": "τ of tunnelling",
        "log_a": "A of the direct process",
    }
    unsure = {name for name, e in found.items() if e.error is None or (name.startswith("log_") and e.error > 2.3)}
    unsure |= {
        name for name in ("barrier", "n") if name in found and (found[name].error or 0) > 0.5 * found[name].value
    }
    return [f"the points do not determine {words[name]}: a term less may do." for name in found if name in unsure]


def _named(terms: Sequence[Term]) -> str:
    return ", ".join(term.value for term in terms)
