"""Exchange constants from measured χT(T) and M(H): least squares, with the uncertainty that the data leave.

Least squares (Levenberg–Marquardt) start from several sizes and signs of J, since a ferromagnetic and an
antiferromagnetic pair can both be a minimum; further minima are listed. Standard errors are those of the linearised
problem, s² (AᵀA)⁻¹ with A the derivatives and s² the residual variance, or 1 where the data bring errors of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from core.arrays import FloatArray
from core.coupling.cluster import Cluster, Pair
from core.coupling.magnetometry import between_molecules, chi_t, magnetisation
from core.coupling.states import solve
from core.errors import DomainError

STARTS: Final = (-5.0, -0.5, 0.0, 0.5, 5.0)
"""J of all pairs to start from [cm⁻¹]."""

MOST_STATES: Final = 1_100
"""Product states up to which a fit is tried: it diagonalises some hundred times."""

_BLIND: Final = 1e-10  # smallest over largest singular value of the derivatives

_TIP_SCALE: Final = 1e-3  # cm³ mol⁻¹: TIP is that large, J is some cm⁻¹


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a magnetometer gave; either part may be empty.

    Attributes:
        temperatures: (t,) of χT [K].
        chi_t: (t,) [cm³ K mol⁻¹].
        chi_t_errors: (t,) standard deviations; empty where not known.
        fields: (b,) of M [T].
        field_temperatures: (b,) [K].
        moments: (b,) M [μ_B per molecule].
        moment_errors: (b,); empty where not known.
    """

    temperatures: FloatArray
    chi_t: FloatArray
    chi_t_errors: FloatArray
    fields: FloatArray
    field_temperatures: FloatArray
    moments: FloatArray
    moment_errors: FloatArray


@dataclass(frozen=True, slots=True)
class Parameter:
    """One fitted number: its name, value, standard error and unit."""

    name: str
    value: float
    error: float
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What the data say.

    Attributes:
        parameters: J of each group, then zJ′ and TIP where they were free.
        correlation: (p, p).
        residual: root mean square of χT calculated less measured [cm³ K mol⁻¹]; None without χT.
        moment_residual: the same of M [μ_B]; None without M(H).
        system: the cluster with the fitted exchange.
        others: further minima as (parameters, sum of squares over the best one's), nearest first.
    """

    parameters: tuple[Parameter, ...]
    correlation: FloatArray
    residual: float | None
    moment_residual: float | None
    system: Cluster
    others: tuple[tuple[tuple[float, ...], float], ...]


def fit_exchange(
    system: Cluster,
    groups: Sequence[tuple[str, tuple[Pair, ...]]],
    data: Measured,
    *,
    between: bool = False,
    tip: bool = False,
) -> Fit:
    """J of each group of equal pairs, and zJ′ (`between`) and TIP (`tip`) if asked.

    Args:
        system: the cluster; its exchange outside the groups stays.
        groups: name and pairs, one J each.
        data: at least as many points as parameters.

    Raises:
        DomainError: too few points, too many states, no group, numbers that are not finite.
    """
    _check(system, groups, data, len(groups) + between + tip)
    names = [name for name, _ in groups]

    def residuals(x: FloatArray) -> FloatArray:
        return _residuals(_with(system, groups, x), data, *_extra(x[len(groups) :], between, tip))

    runs = [_run(residuals, start, len(groups), between + tip) for start in STARTS]
    runs.sort(key=lambda run: float(run.cost))
    best = runs[0]
    covariance = _covariance(best, len(data.temperatures) + len(data.fields), _weighted(data))
    errors = np.sqrt(np.diag(covariance))
    scale = np.array([1.0] * (len(groups) + between) + [_TIP_SCALE] * tip)
    labels = [f"J({name})" for name in names] + ["zJ'"] * between + ["TIP"] * tip
    units = ["cm-1"] * (len(names) + between) + ["cm3 mol-1"] * tip
    values = best.x * scale
    fitted = _with(system, groups, best.x)
    chi, moments = _parts(fitted, data, *_extra(best.x[len(groups) :], between, tip))
    return Fit(
        parameters=tuple(
            Parameter(n, float(v), float(s), u)
            for n, v, s, u in zip(labels, values, errors * scale, units, strict=True)
        ),
        correlation=covariance / np.outer(errors, errors),
        residual=_rms(chi - data.chi_t),
        moment_residual=_rms(moments - data.moments),
        system=fitted,
        others=_others(runs, scale),
    )


def _run(residuals: Callable[[FloatArray], FloatArray], start: float, groups: int, extra: int) -> OptimizeResult:
    return least_squares(residuals, np.array([start] * groups + [0.0] * extra), method="lm")


def _with(system: Cluster, groups: Sequence[tuple[str, tuple[Pair, ...]]], x: FloatArray) -> Cluster:
    exchange = dict(system.exchange)
    for (_, pairs), strength in zip(groups, x, strict=False):
        exchange.update(dict.fromkeys(pairs, float(strength)))
    return replace(system, exchange=exchange)


def _extra(x: FloatArray, between: bool, tip: bool) -> tuple[float, float]:
    """zJ′ [cm⁻¹] and TIP [cm³ mol⁻¹]."""
    return (float(x[0]) if between else 0.0), (float(x[-1]) * _TIP_SCALE if tip else 0.0)


def _parts(system: Cluster, data: Measured, zj: float, tip: float) -> tuple[FloatArray, FloatArray]:
    """χT at the temperatures and M at the fields of the data."""
    chi = np.zeros(0)
    if len(data.temperatures):
        chi = between_molecules(chi_t(solve(system), data.temperatures), zj, tip, data.temperatures)
    moments = np.zeros(len(data.fields))
    for kelvin in np.unique(data.field_temperatures):
        own = data.field_temperatures == kelvin
        moments[own] = magnetisation(system, data.fields[own], (float(kelvin),))[0]
    return chi, moments


def _residuals(system: Cluster, data: Measured, zj: float, tip: float) -> FloatArray:
    """(points,) in units of their errors; where these are not known, both kinds as shares of their largest value."""
    chi, moments = _parts(system, data, zj, tip)
    weights = data.chi_t_errors if len(data.chi_t_errors) else np.abs(data.chi_t).max(initial=1e-12)
    moment_weights = data.moment_errors if len(data.moment_errors) else np.abs(data.moments).max(initial=1e-12)
    return np.concatenate([(chi - data.chi_t) / weights, (moments - data.moments) / moment_weights])


def _weighted(data: Measured) -> bool:
    return len(data.chi_t_errors) == len(data.chi_t) and len(data.moment_errors) == len(data.moments)


def _covariance(run: OptimizeResult, points: int, weighted: bool) -> FloatArray:
    """(p, p) of the parameters; without end where the data do not see a direction among them."""
    _, singular, right = np.linalg.svd(np.asarray(run.jac), full_matrices=False)
    if singular[-1] <= _BLIND * singular[0]:
        return np.full((len(run.x), len(run.x)), np.inf)
    variance = 1.0 if weighted else 2 * float(run.cost) / (points - len(run.x))
    covariance: FloatArray = variance * (right.T / singular**2) @ right
    return covariance


def _others(runs: Sequence[OptimizeResult], scale: FloatArray) -> tuple[tuple[tuple[float, ...], float], ...]:
    """Minima that are not the best one."""
    best, found = runs[0], []
    seen = [best.x]
    for run in runs[1:]:
        if all(np.abs(run.x - x).max() > 1e-2 * max(1.0, float(np.abs(x).max())) for x in seen):
            seen.append(run.x)
            ratio = float(run.cost) / max(float(best.cost), 1e-300)
            found.append((tuple(float(v) for v in run.x * scale), ratio))
    return tuple(found)


def _rms(differences: FloatArray) -> float | None:
    return float(np.sqrt((differences**2).mean())) if len(differences) else None


def _check(system: Cluster, groups: Sequence[tuple[str, tuple[Pair, ...]]], data: Measured, free: int) -> None:
    points = len(data.temperatures) + len(data.fields)
    if not groups:
        raise DomainError("There is no exchange constant to fit.", advice="Name at least one pair of ions.")
    if points <= free:
        raise DomainError(f"{points} measured points cannot settle {free} parameters.", advice="Give more data.")
    if system.size > MOST_STATES:
        raise DomainError(
            f"A fit diagonalises the {system.size} coupled states some hundred times; at most {MOST_STATES} are tried.",
            advice="Keep fewer states of each ion.",
        )
    for array in (data.temperatures, data.chi_t, data.fields, data.moments, data.field_temperatures):
        if not np.isfinite(array).all():
            raise DomainError("A measured value is not a finite number.")
    for errors in (data.chi_t_errors, data.moment_errors):
        if len(errors) and not (np.isfinite(errors).all() and (errors > 0).all()):
            raise DomainError("An error of a measured value is not above zero.")
