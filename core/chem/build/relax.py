"""Minimum of an energy surface over atom positions: L-BFGS in coordinates scaled by a model Hessian.

In plain Cartesian coordinates stiff bonds and soft librations differ a thousandfold in curvature, and L-BFGS needs
hundreds of steps. A model Hessian H = LLᵀ of bond stretches makes them alike: the search runs in y = Lᵀx.

Sources: force constants of the stretches, R. Lindh et al., Chem. Phys. Lett. 1995, 241, 423,
doi:10.1016/0009-2614(95)00646-L; preconditioning by a matrix of neighbours, D. Packwood et al., J. Chem. Phys. 2016,
144, 164109, doi:10.1063/1.4947024. The minimiser is scipy's L-BFGS-B.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import OptimizeResult, minimize

from core.arrays import FloatArray
from core.units import BOHR_IN_ANGSTROM

LARGEST_GRADIENT: Final = 2e-4 / BOHR_IN_ANGSTROM
"""A geometry is converged once no component of the gradient exceeds this [E_h Å⁻¹] (2e-4 E_h/a₀). With 4.5e-4, a usual
choice, a phosphine oxide could rest on the ridge near a linear M–O–P, 10 kcal/mol above its minimum."""

_ROWS: Final = ("H He", "Li Be B C N O F Ne")
_ALPHA: Final = np.array([[1.0000, 0.3949, 0.3949], [0.3949, 0.2800, 0.2800], [0.3949, 0.2800, 0.2800]])
_REFERENCE: Final = np.array([[1.35, 2.10, 2.53], [2.10, 2.87, 3.40], [2.53, 3.40, 3.40]])
"""Lindh's α [a₀⁻²] and r_ref [a₀] by rows of the periodic table (first, second, third and beyond)."""

_STRETCH: Final = 0.45
"""Lindh's force constant of a stretch at r_ref [E_h a₀⁻²]."""

_SIDEWAYS: Final = 0.10
_FLOOR: Final = 0.005
"""Stiffness across a bond as a share of that along it, and of every atom against all [E_h a₀⁻²]; chosen by the number
of steps, ours."""

_MEMORY: Final = 30
"""Steps that L-BFGS remembers."""

Surface = Callable[[FloatArray], tuple[float, FloatArray]]


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """Where the search ended.

    Attributes:
        positions: (n, 3) [Å].
        energy: of the surface there [E_h].
        steps: evaluations of the surface.
        converged: whether the gradient fell below `LARGEST_GRADIENT`.
    """

    positions: FloatArray
    energy: float
    steps: int
    converged: bool


def relax(
    surface: Surface,
    elements: Sequence[str],
    start: FloatArray,
    *,
    most_steps: int,
    after_step: Callable[[int, float], None] = lambda step, gradient: None,
) -> Minimum:
    """Follow a surface downhill from `start`.

    Args:
        surface: positions (n, 3) [Å] -> energy [E_h], gradient (n, 3) [E_h Å⁻¹].
        elements: (n,) symbols, for the model Hessian.
        start: (n, 3) [Å].
        most_steps: evaluations of the surface at most.
        after_step: told the number of evaluations and the largest component of the gradient [E_h Å⁻¹]; what it raises
            ends the search.
    """
    lower: FloatArray = np.asarray(np.linalg.cholesky(model_hessian(elements, start)), dtype=np.float64)
    search = _Search(surface, lower, start.shape, after_step)
    minimize(
        search.value,
        lower.T @ start.ravel(),
        jac=True,
        method="L-BFGS-B",
        callback=search.stop_when_flat,
        options={"maxfun": most_steps, "maxiter": most_steps, "maxcor": _MEMORY, "ftol": 0.0, "gtol": 0.0},
    )
    return Minimum(search.positions, search.energy, search.steps, search.largest < LARGEST_GRADIENT)


class _Search:
    """The surface in scaled coordinates, and the last geometry that the minimiser accepted."""

    def __init__(
        self, surface: Surface, lower: FloatArray, shape: tuple[int, ...], after_step: Callable[[int, float], None]
    ) -> None:
        self._surface, self._lower, self._shape, self._after_step = surface, lower, shape, after_step
        self._latest: tuple[FloatArray, float, float] = (np.zeros(shape), np.inf, np.inf)
        self.positions, self.energy, self.largest = self._latest
        self.steps = 0

    def value(self, scaled: FloatArray) -> tuple[float, FloatArray]:
        """Energy and its gradient with respect to the scaled coordinates (3n,)."""
        positions = solve_triangular(self._lower.T, scaled, lower=False).reshape(self._shape)
        energy, gradient = self._surface(positions)
        self.steps += 1
        largest = float(np.abs(gradient).max())
        self._latest = (positions, energy, largest)
        if energy <= self.energy:
            self.positions, self.energy, self.largest = self._latest
        self._after_step(self.steps, largest)
        return energy, solve_triangular(self._lower, gradient.ravel(), lower=True)

    def stop_when_flat(self, intermediate_result: OptimizeResult) -> None:
        """Called by the minimiser after each step that it accepts, which is the one evaluated last."""
        self.positions, self.energy, self.largest = self._latest
        if self.largest < LARGEST_GRADIENT:
            raise StopIteration


def model_hessian(elements: Sequence[str], positions: FloatArray) -> FloatArray:
    """(3n, 3n) positive definite model of the second derivatives [E_h Å⁻²]: stretches of all pairs of atoms."""
    bohr = positions / BOHR_IN_ANGSTROM
    apart = bohr[:, None] - bohr[None]
    squared = (apart**2).sum(axis=2) + np.eye(len(bohr))
    rows = np.array([_row(element) for element in elements])
    alpha, reference = _ALPHA[rows[:, None], rows], _REFERENCE[rows[:, None], rows]
    stiffness = _STRETCH * np.exp(np.minimum(alpha * (reference**2 - squared), 0.0))
    np.fill_diagonal(stiffness, 0.0)
    along = apart[..., :, None] * apart[..., None, :] / squared[..., None, None]
    blocks = stiffness[..., None, None] * ((1.0 - _SIDEWAYS) * along + _SIDEWAYS * np.eye(3))
    atoms = np.arange(len(bohr))
    hessian = -blocks
    hessian[atoms, atoms] = blocks.sum(axis=1) + _FLOOR * np.eye(3)
    size = 3 * len(bohr)
    return np.asarray(hessian.transpose(0, 2, 1, 3).reshape(size, size) / BOHR_IN_ANGSTROM**2)


def _row(element: str) -> int:
    return next((k for k, row in enumerate(_ROWS) if element in row.split()), len(_ROWS))
