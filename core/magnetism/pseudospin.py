"""g tensor, magnetic axes and magnetic frame of two states, from their magnetic-moment matrices alone.

The matrices may come from a J multiplet or from a spin-orbit CI. With μ_α = Σ_β A_αβ σ_β in the space of two states,
the principal g values are twice the singular values of A, the magnetic axes its left singular vectors. For a Kramers
doublet this is the tensor G = g gᵀ, G_αβ = 2 Tr(μ_α μ_β), of L. F. Chibotaru, L. Ungur, J. Chem. Phys. 2012, 137,
064112, doi:10.1063/1.4739763; for a pseudo-doublet of a non-Kramers ion A has rank one, so g_x = g_y = 0
(J. S. Griffith, Phys. Rev. 1963, 132, 316, doi:10.1103/PhysRev.132.316).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.magnetism.stevens import KQ, rotate_parameters

EQUAL_G = 1e-6
"""Two g values closer than this fraction of the largest are one: their axes span a plane (or all of space)."""

ZERO_G = 1e-9
"""Below this a doublet carries no moment (singular values of numbers near ten are good to about 1e-14)."""

_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


@dataclass(frozen=True, slots=True, eq=False)
class GTensor:
    """Principal values and axes of a two-state space.

    Attributes:
        values: g_x ≤ g_y ≤ g_z.
        axes: (3, 3) unit vectors of g_x, g_y, g_z as rows; a degenerate plane has any pair within it.
    """

    values: tuple[float, float, float]
    axes: FloatArray

    @property
    def scale(self) -> float:
        """Differences of g below this count as none."""
        return max(EQUAL_G * self.values[2], ZERO_G)

    @property
    def magnetic(self) -> bool:
        """Whether the two states carry any moment."""
        return self.values[2] > ZERO_G

    @property
    def main_axis(self) -> FloatArray | None:
        """(3,) axis of g_z, sign by `oriented`; None where g_z equals g_y (easy plane, isotropic, g = 0)."""
        if self.values[2] - self.values[1] <= self.scale:
            return None
        return oriented(self.axes[2])

    @property
    def unique_axis(self) -> FloatArray | None:
        """(3,) the axis that is told from the others: of g_z, else of g_x (easy plane); None if isotropic."""
        if self.main_axis is not None:
            return self.main_axis
        if self.values[1] - self.values[0] <= self.scale:
            return None
        return oriented(self.axes[0])


def oriented(axis: FloatArray) -> FloatArray:
    """The axis or its negative, so that the component of largest size is positive (the first of equals within 1e-9)."""
    sizes = np.abs(axis)
    leading = int(np.argmax(sizes >= sizes.max() - 1e-9))
    return axis if axis[leading] > 0 else -axis


def g_tensor(moments: ComplexArray) -> GTensor:
    """g values and axes of two states.

    Args:
        moments: (3, 2, 2) matrices of the magnetic moment μ_x, μ_y, μ_z [μ_B]; their overall sign does not matter.
    """
    coefficients = np.einsum("aij,bji->ab", moments, _PAULI).real / 2
    left, singular, _ = np.linalg.svd(coefficients)
    x, y, z = (2 * float(s) for s in singular[::-1])
    return GTensor((x, y, z), left.T[::-1])


def magnetic_frame(tensor: GTensor, parameters: Mapping[tuple[int, int], float]) -> FloatArray | None:
    """(3, 3) proper rotation whose rows are the magnetic x, y, z axes in the input frame; None if isotropic or g = 0.

    Signs: z and x by `oriented`, y = z × x. Where two g values are equal their axes are fixed by the crystal field
    instead: seen along the unique axis, the first axis of the plane is the one for which B_k^q > 0 and B_k^−q = 0, for
    the first (k, q ≠ 0) that does not vanish; with none, the first axis is the projection of an input axis.

    Args:
        tensor: g tensor of the ground doublet.
        parameters: B_k^q [cm⁻¹] in the input frame.
    """
    x, y, z = tensor.values
    unique = tensor.unique_axis
    if unique is None or not tensor.magnetic:
        return None
    if z - y <= tensor.scale:
        main = _axis_by_field(unique, parameters)
        return _frame(main, unique)
    if y - x <= tensor.scale:
        return _frame(unique, _axis_by_field(unique, parameters))
    return _frame(unique, oriented(tensor.axes[0]))


def _frame(z: FloatArray, x: FloatArray) -> FloatArray:
    x = x - (x @ z) * z
    x = x / np.linalg.norm(x)
    return np.array([x, np.cross(z, x), z])


def _axis_by_field(unique: FloatArray, parameters: Mapping[tuple[int, int], float]) -> FloatArray:
    """Unit vector across `unique` that the field's own q ≠ 0 terms single out."""
    start = np.zeros(3)
    start[int(np.argmin(np.round(np.abs(unique), 9)))] = 1.0
    frame = _frame(unique, start)
    turned = rotate_parameters(parameters, frame)
    limit = EQUAL_G * max(abs(b) for b in turned.values())
    for k, q in KQ:
        cosine, sine = turned[k, q], turned[k, -q]
        if q > 0 and np.hypot(cosine, sine) > limit:
            # of the q equivalent angles the one nearest the start: |φ| ≤ π/q
            phi = np.arctan2(sine, cosine) / q
            along: FloatArray = np.cos(phi) * frame[0] + np.sin(phi) * frame[1]
            return along
    projection: FloatArray = frame[0]
    return projection
