"""Ac susceptibility: the generalised Debye model, fitted to χ′ and χ″ of one temperature together.

::

    χ(ω) = χ_S + (χ_T − χ_S) / (1 + (iωτ)^(1−α)),    χ = χ′ − iχ″

χ_T is the isothermal and χ_S the adiabatic susceptibility, τ the relaxation time, α the width of its distribution, 0
for one single time. K. S. Cole, R. H. Cole, J. Chem. Phys. 1941, 9, 341, doi:10.1063/1.1750906.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.errors import DomainError
from core.magnetism.fitting import Best, Estimate, least_squares

FEWEST: Final = 5
"""Frequencies that one temperature needs: four parameters, and one more."""

SURE: Final = 0.5
"""Error of ln τ past which a relaxation time counts as not determined: a factor of 1.6."""

OUTSIDE: Final = 2.0
"""The maximum of χ″ may lie outside the frequencies by this factor, our choice; past it τ is a guess."""


@dataclass(frozen=True, slots=True)
class AcPoint:
    """One measured point.

    Attributes:
        temperature: [K].
        frequency: [Hz].
        real, imaginary: χ′ and χ″ [cm³ mol⁻¹].
        real_error, imaginary_error: standard errors [cm³ mol⁻¹]; None where the file gives none.
        field: static field [T]; None where the file does not say.
    """

    temperature: float
    frequency: float
    real: float
    imaginary: float
    real_error: float | None = None
    imaginary_error: float | None = None
    field: float | None = None


@dataclass(frozen=True, slots=True)
class DebyeFit:
    """The model at one temperature.

    Attributes:
        temperature: mean of the points [K].
        isothermal, adiabatic: χ_T and χ_S [cm³ mol⁻¹].
        log_time: ln(τ / s).
        width: α.
        residual: root of Σ|χ − fit|² / Σ|χ|².
        points: those that were fitted.
        why_not: why τ is not used further, a sentence; empty where it is.
    """

    temperature: float
    isothermal: Estimate
    adiabatic: Estimate
    log_time: Estimate
    width: Estimate
    residual: float
    points: tuple[AcPoint, ...]
    why_not: str

    @property
    def time(self) -> Estimate:
        """τ [s]."""
        return self.log_time.exponential()

    def curve(self, frequencies: FloatArray) -> ComplexArray:
        """χ′ − iχ″ of the fit at frequencies [Hz], [cm³ mol⁻¹]."""
        values = (self.isothermal, self.adiabatic, self.log_time, self.width)
        return generalised_debye(frequencies, *(estimate.value for estimate in values))

    def to_dict(self) -> dict[str, Any]:
        """In JSON types only; the fit without its points."""
        return {
            "T_K": self.temperature,
            "chi_T": self.isothermal.to_dict(),
            "chi_S": self.adiabatic.to_dict(),
            "tau_s": self.time.to_dict(),
            "ln_tau": self.log_time.to_dict(),
            "alpha": self.width.to_dict(),
            "residual": self.residual,
            "used": not self.why_not,
            "why_not": self.why_not,
        }


def generalised_debye(
    frequencies: FloatArray, isothermal: float, adiabatic: float, log_time: float, width: float
) -> ComplexArray:
    """(m,) χ = χ′ − iχ″ at frequencies [Hz], in the unit of χ_T and χ_S; ln τ with τ in s."""
    turns = 2 * np.pi * np.asarray(frequencies) * np.exp(log_time)
    return np.asarray(adiabatic + (isothermal - adiabatic) / (1 + (1j * turns) ** (1 - width)))


def isotherms(points: Sequence[AcPoint]) -> tuple[tuple[AcPoint, ...], ...]:
    """Points of one temperature each, ascending; neighbours within 0.03 K or 0.4 % of it belong together (our choice:
    a controller holds it better, and steps are larger)."""
    ordered = sorted(points, key=lambda point: point.temperature)
    groups: list[list[AcPoint]] = []
    for point in ordered:
        near = max(0.03, 0.004 * point.temperature)
        if groups and point.temperature - groups[-1][-1].temperature <= near:
            groups[-1].append(point)
        else:
            groups.append([point])
    return tuple(tuple(sorted(group, key=lambda point: point.frequency)) for group in groups)


def fit_isotherms(points: Sequence[AcPoint]) -> tuple[tuple[DebyeFit, ...], tuple[str, ...]]:
    """A fit for each temperature, and a sentence for each that has none.

    Raises:
        DomainError: points at several static fields, or none at all.
    """
    fields = sorted({round(point.field, 4) for point in points if point.field is not None})
    if len(fields) > 1:
        listed = ", ".join(f"{field:g}" for field in fields[:8])
        raise DomainError(
            f"the points were measured at {len(fields)} static fields ({listed} T).", advice="Choose one."
        )
    fits, missing = [], []
    for group in isotherms(points):
        try:
            fits.append(fit_debye(group))
        except DomainError as error:
            missing.append(f"{group[0].temperature:.4g} K: {error.what}")
    if not fits:
        raise DomainError("no temperature can be fitted.", advice=f"Each needs {FEWEST} frequencies.")
    return tuple(fits), tuple(missing)


def fit_debye(points: Sequence[AcPoint]) -> DebyeFit:
    """The generalised Debye model at one temperature.

    Errors of points are used where every point has them; without, χ′ and χ″ of all points weigh the same.

    Raises:
        DomainError: fewer than `FEWEST` frequencies, or no fit.
    """
    if len({point.frequency for point in points}) < FEWEST:
        kelvin = points[0].temperature if points else 0.0
        raise DomainError(f"at {kelvin:.3g} K there are fewer than {FEWEST} frequencies.", advice="Measure at more.")
    frequencies, measured = _arrays(points)
    errors = _errors(points)
    scale = np.abs(measured).max() if errors is None else errors

    def residuals(values: Mapping[str, float]) -> FloatArray:
        off = (generalised_debye(frequencies, **values) - measured).view(float).reshape(-1, 2)
        return np.asarray((off / scale).ravel())

    span = float(np.abs(measured).max())
    best = least_squares(residuals, _bounds(span), _starts(frequencies, measured), known_errors=errors is not None)
    return _as_fit(tuple(points), best, frequencies, measured)


def _arrays(points: Sequence[AcPoint]) -> tuple[FloatArray, ComplexArray]:
    frequencies = np.array([point.frequency for point in points])
    return frequencies, np.array([complex(point.real, -point.imaginary) for point in points])


def _errors(points: Sequence[AcPoint]) -> FloatArray | None:
    """(m, 2) of χ′ and χ″; None where one is missing."""
    found = [(point.real_error, point.imaginary_error) for point in points]
    return np.array(found) if all(a and b for a, b in found) else None


def _bounds(span: float) -> dict[str, tuple[float, float]]:
    return {
        "adiabatic": (0.0, 2 * span),
        "isothermal": (0.0, 20 * span),
        "log_time": (-30.0, 15.0),
        "width": (0.0, 0.95),
    }


def _starts(frequencies: FloatArray, measured: ComplexArray) -> list[dict[str, float]]:
    """From the largest χ″, and from a decade on either side."""
    peak = -np.log(2 * np.pi * frequencies[np.argmin(measured.imag)])
    low, high = float(measured.real.min()), float(measured.real.max())
    common = {"adiabatic": max(0.5 * low, 1e-9), "isothermal": max(1.1 * high, 1e-9), "width": 0.1}
    return [{**common, "log_time": float(peak + shift)} for shift in (0.0, 2.3, -2.3)]


def _as_fit(points: tuple[AcPoint, ...], best: Best, frequencies: FloatArray, measured: ComplexArray) -> DebyeFit:
    found = best.estimates
    values = {name: estimate.value for name, estimate in found.items()}
    off = generalised_debye(frequencies, **values) - measured
    return DebyeFit(
        temperature=float(np.mean([point.temperature for point in points])),
        isothermal=found["isothermal"],
        adiabatic=found["adiabatic"],
        log_time=found["log_time"],
        width=found["width"],
        residual=float(np.linalg.norm(off) / np.linalg.norm(measured)),
        points=points,
        why_not=_why_not(found["log_time"], frequencies),
    )


def _why_not(log_time: Estimate, frequencies: FloatArray) -> str:
    peak = float(np.exp(-log_time.value) / (2 * np.pi))
    if not frequencies.min() / OUTSIDE <= peak <= frequencies.max() * OUTSIDE:
        return "the maximum of χ″ lies outside the frequencies."
    if log_time.error is None or log_time.error > SURE:
        return "the points do not determine τ."
    return ""
