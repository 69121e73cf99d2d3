"""J of the bridged pairs of a molecule from measured χT(T) and M(H), and the record of that fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays import FloatArray
from core.coupling.cluster import Cluster, Pair
from core.coupling.fit import Fit, Measured, fit_exchange
from core.errors import UnreadableFile
from core.qc import measured as files
from core.workflows.several import Several, bridged_pairs, equal_pairs


def fit_pairs(
    found: Several,
    system: Cluster,
    data: files.Measured,
    pairs: Sequence[tuple[str, str]] = (),
    *,
    between: bool = False,
    tip: bool = False,
) -> Fit:
    """One J for each inequivalent pair.

    Args:
        found: the molecule.
        system: its coupled ions.
        data: what was measured; every M(H) with its temperature.
        pairs: labels of the pairs to fit; all that a bridge joins if there are none.
        between, tip: whether zJ′ and TIP are fitted, too.

    Raises:
        InputError: no bridge joins two magnetic ions, a label that is none, M(H) without temperatures.
        DomainError: see `core.coupling.fit.fit_exchange`.
    """
    points = points_of(data)
    groups: list[tuple[str, tuple[Pair, ...]]] = []
    for one, other in pairs or bridged_pairs(found.metals):
        equal = equal_pairs(system.sites, one, other)
        if equal not in [known for _, known in groups]:
            groups.append((f"{one}-{other}", equal))
    return fit_exchange(system, groups, points, between=between, tip=tip)


def points_of(read: files.Measured) -> Measured:
    """The points as arrays; every M(H) needs its temperature here.

    Raises:
        UnreadableFile: an M(H) without temperatures.
    """
    if any(kelvin is None for _, _, kelvin in read.magnetisation):
        raise UnreadableFile("M(H) has no temperatures.", advice="Give a third column, T.")
    chi = np.array(read.chi_t, dtype=np.float64).reshape(-1, 2)
    curves = np.array(read.magnetisation, dtype=np.float64).reshape(-1, 3)
    chi_errors, moment_errors = _errors(read.chi_t_errors), _errors(read.magnetisation_errors)
    return Measured(chi[:, 0], chi[:, 1], chi_errors, curves[:, 0], curves[:, 2], curves[:, 1], moment_errors)


def _errors(given: Sequence[float | None]) -> FloatArray:
    """Standard errors where every point has one, else none."""
    known = [error for error in given if error is not None]
    return np.array(known if len(known) == len(given) else [], dtype=np.float64)


def fit_record(fit: Fit) -> dict[str, Any]:
    """The fit in JSON types."""
    return {
        "parameters": [
            {"name": p.name, "value": p.value, "standard_error": _finite(p.error), "unit": p.unit}
            for p in fit.parameters
        ],
        "correlation": [[_finite(float(x)) for x in row] for row in fit.correlation],
        "rms_chi_t_cm3_K_per_mol": fit.residual,
        "rms_magnetisation_muB": fit.moment_residual,
        "other_minima": [{"values": list(values), "cost_over_best": ratio} for values, ratio in fit.others],
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
