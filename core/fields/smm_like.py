"""The verdict 'SMM-like': one ion, zero field, derived from levels and g. Fixed before any training.

It is not the same as 'reported as an SMM', which depends on field, dilution and packing. While the electrostatic scale
is not calibrated the pages give no verdict; the rule stands here so that it cannot move with the data.
"""

from __future__ import annotations

from typing import Final

from core.magnetism.ion_levels import Levels

GAP_CM1: Final[float] = 100.0
"""Least first gap [cm⁻¹]."""

OTHER_GAPS_CM1: Final[tuple[float, float]] = (50.0, 200.0)
"""Every verdict is repeated at these gaps [cm⁻¹]."""

LARGEST_AXIALITY: Final[float] = 0.05
"""Largest max(g_x, g_y)/g_z of a Kramers ion."""

LEAST_FRACTION_OF_G: Final[float] = 0.8
"""Least g_z as a fraction of 2 g_J J, that of |±M_J = J⟩."""

LARGEST_TUNNELLING_CM1: Final[float] = 0.1
"""Largest tunnelling splitting of a non-Kramers ion [cm⁻¹]."""


def is_smm_like(levels: Levels, threshold: float = GAP_CM1) -> bool | None:
    """Whether the ground (pseudo-)doublet is isolated, axial and large.

    Args:
        levels: energies and g.
        threshold: least first gap [cm⁻¹].

    Returns:
        None for Gd(III), whose zero-field splitting the crystal field here does not describe.
    """
    if levels.ion == "Gd":
        return None
    if levels.g is None or levels.first_gap is None or levels.axiality is None:
        return False
    if levels.first_gap < threshold or levels.g[2] < LEAST_FRACTION_OF_G * 2 * levels.g_J * levels.J:
        return False
    if levels.tunnelling is None:
        return levels.axiality <= LARGEST_AXIALITY
    return levels.tunnelling <= LARGEST_TUNNELLING_CM1
