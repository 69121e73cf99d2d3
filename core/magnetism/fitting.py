"""Least squares with bounds and standard errors, by `lmfit` (M. Newville et al., doi:10.5281/zenodo.598352)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.arrays import FloatArray
from core.errors import DomainError

Bounds = tuple[float, float]

AT_BOUND: Final = 1e-3
"""A parameter within this share of its range from a bound has run into it: no symmetric error can be given."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A fitted number.

    Attributes:
        value: the best.
        error: one standard deviation; None where the data do not give one (at a bound, or not determined).
    """

    value: float
    error: float | None

    def scaled(self, factor: float) -> Estimate:
        """In another unit."""
        return Estimate(self.value * factor, None if self.error is None else self.error * abs(factor))

    def exponential(self) -> Estimate:
        """exp of it, with error to first order."""
        value = math.exp(min(self.value, 700.0))
        return Estimate(value, None if self.error is None else value * self.error)

    def to_dict(self) -> dict[str, float | None]:
        """In JSON types only."""
        return {"value": self.value, "error": self.error}


@dataclass(frozen=True, slots=True)
class Best:
    """The best of several starts.

    Attributes:
        estimates: by name of the parameter.
        square: sum of squared residuals.
        freedom: residuals less parameters.
    """

    estimates: Mapping[str, Estimate]
    square: float
    freedom: int


def least_squares(
    residuals: Callable[[Mapping[str, float]], FloatArray],
    bounds: Mapping[str, Bounds],
    starts: Iterable[Mapping[str, float]],
    *,
    known_errors: bool,
) -> Best:
    """Minimise the sum of squares from every start and keep the lowest.

    Args:
        residuals: (m,) of the parameters' values, divided by the errors of the points where those are known.
        bounds: of each parameter.
        starts: a value of each parameter, inside its bounds.
        known_errors: residuals are in units of standard deviations. Errors of parameters are then enlarged by the root
            of the reduced χ² where it exceeds one, and never made smaller; otherwise they are scaled by it throughout.

    Raises:
        DomainError: fewer residuals than parameters, or nowhere a minimum.
    """
    best: Any = None
    for start in starts:
        found = _minimised(residuals, bounds, start)
        if found is not None and (best is None or found.chisqr < best.chisqr):
            best = found
    if best is None:
        raise DomainError("the fit does not converge.", advice="Give more points, or fewer terms.")
    factor = math.sqrt(max(best.redchi, 1.0 if known_errors else 0.0))
    values = {name: _estimate(best.params[name], bounds[name], factor) for name in bounds}
    return Best(values, float(best.chisqr), int(best.nfree))


def _minimised(
    residuals: Callable[[Mapping[str, float]], FloatArray], bounds: Mapping[str, Bounds], start: Mapping[str, float]
) -> Any:
    import lmfit  # takes a second to load: only fits wait for it

    parameters = lmfit.Parameters()
    for name, (least, most) in bounds.items():
        parameters.add(name, value=min(max(start[name], least), most), min=least, max=most)
    if len(residuals(start)) <= len(bounds):
        raise DomainError(f"too few points for {len(bounds)} parameters.", advice="Give more points, or fewer terms.")
    with np.errstate(all="ignore"):
        found = lmfit.minimize(
            lambda p: residuals(p.valuesdict()),
            parameters,
            method="leastsq",
            scale_covar=False,
            nan_policy="omit",
            max_nfev=1500,
        )
    return found if found.success and math.isfinite(found.chisqr) else None


def _estimate(parameter: Any, bounds: Bounds, factor: float) -> Estimate:
    least, most = bounds
    margin = AT_BOUND * (most - least) if math.isfinite(most - least) else 0.0
    inside = least + margin < parameter.value < most - margin
    error = parameter.stderr if inside else None
    if error is None or not math.isfinite(error) or error <= 0:
        return Estimate(float(parameter.value), None)
    return Estimate(float(parameter.value), float(error) * factor)
