"""Levels of many fields at once: the ground J multiplet of an ion in the 27 moments that the voxel network sees.

The same physics as `core.fields.crystal_field` (tested against it), for arrays. As a field that a network saw is not
certain, its levels are taken over many fields drawn about it as well: the share of them that is SMM-like is the
probability, and their gaps make the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import log10
from typing import Final

import numpy as np
import torch

from core.arrays import BoolArray, ComplexArray, FloatArray
from core.fields.point_charges import rank_strength
from core.fields.smm_like import GAP_CM1, LARGEST_AXIALITY, LARGEST_TUNNELLING_CM1, LEAST_FRACTION_OF_G
from core.learned.network import UNIT_DISTANCE, moment_rotations
from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.ion_levels import Levels, levels_in_field
from core.magnetism.ions import SYMBOLS, Ion, lanthanide
from core.magnetism.levels import DEGENERATE_CM1, PAIRING_RATIO, first_gap, paired
from core.magnetism.stevens import KQ, RANKS, addition_coefficient, rotate_parameters, stevens_operators

SPLIT: Final = frozenset(SYMBOLS) - {"Eu", "Gd"}
"""Ions whose ground multiplet a crystal field splits."""

ENDS: Final = (0.05, 0.95)
"""Quantiles at the ends of a central 90 % interval."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldLevels:
    """Of B fields, each (B,).

    Attributes:
        gap: from the lowest two states to the next [cm⁻¹]. axiality: max(g_x, g_y)/g_z. g_share: g_z/(2 g_J J).
        tunnelling: between the lowest two [cm⁻¹]; 0 for Kramers ions.
        paired: whether the lowest two are a (pseudo-)doublet; the others mean nothing where they are not.
    """

    gap: FloatArray
    axiality: FloatArray
    g_share: FloatArray
    tunnelling: FloatArray
    paired: BoolArray

    def smm_like(self, threshold: float = GAP_CM1) -> BoolArray:
        """(B,) by the rule of `core.fields.smm_like`."""
        quiet = (self.axiality <= LARGEST_AXIALITY) & (self.tunnelling <= LARGEST_TUNNELLING_CM1)
        return self.paired & (self.gap >= threshold) & (self.g_share >= LEAST_FRACTION_OF_G) & quiet


def field_levels(symbol: str, moments: FloatArray) -> FieldLevels:
    """Of an ion with a multiplet that splits (not Eu, Gd) in fields (B, 27), see
    `core.learned.network.charge_moments`."""
    ion = lanthanide(symbol)
    matrices = np.tensordot(moments * parameter_scale(ion), stevens_operators(ion.two_j), axes=1)
    energies, states = np.linalg.eigh(matrices)  # (B, n), (B, n, n)
    energies = paired(energies) if ion.kramers else energies
    ground = states[:, :, :2]
    g = _g_values(float(ion.g_J) * angular_momentum(ion.two_j), ground)
    gap, tunnelling = first_gap(energies), energies[:, 1] - energies[:, 0]
    return FieldLevels(
        gap=gap,
        # a pseudo-doublet has a moment along z alone
        axiality=g[:, 1] / np.maximum(g[:, 2], 1e-9) if ion.kramers else np.zeros(len(moments)),
        g_share=g[:, 2] / (2 * float(ion.g_J * ion.J)),
        tunnelling=tunnelling,
        paired=(gap > DEGENERATE_CM1) & (tunnelling <= PAIRING_RATIO * gap),
    )


@dataclass(frozen=True, slots=True, eq=False)
class PredictedField:
    """The field that the voxel network sees at one ion.

    Attributes:
        ion: element symbol.
        moments: (27,) see `core.learned.network.charge_moments`.
        frame: (3, 3) rows are the axes that they refer to, in the frame of the coordinates.
    """

    ion: str
    moments: FloatArray
    frame: FloatArray

    @property
    def levels(self) -> Levels:
        """Of its mean, without its errors: energies, g, axes and B_k^q in this field."""
        ion = lanthanide(self.ion)
        seen = dict(zip(KQ, (self.moments * parameter_scale(ion)).tolist(), strict=True))
        return levels_in_field(ion, rotate_parameters(seen, self.frame.T), "crystal field of the voxel network")


@dataclass(frozen=True, slots=True, eq=False)
class GapDistribution:
    """What can be said of B ions in fields that are known with an error, each (B,); NaN for ions without levels.

    Attributes:
        p_smm: probability of being SMM-like; 0 for ions without levels.
        log_gap: log₁₀(gap/cm⁻¹ + 1) in the field itself.
        log_low, log_high: ends of its 90 % interval: as wide as the draws are, about the gap of the field itself, for
            the draws lie too high as a whole (noise adds to a field).
        axiality: max(g_x, g_y)/g_z, median. tunnelling: [cm⁻¹], median.
    """

    p_smm: FloatArray
    log_gap: FloatArray
    log_low: FloatArray
    log_high: FloatArray
    axiality: FloatArray
    tunnelling: FloatArray


def outlook(
    symbols: Sequence[str], moments: FloatArray, errors: FloatArray, *, widening: float = 1.0, draws: int = 128
) -> GapDistribution:
    """Of ions in fields (B, 27), whose moments of rank 2, 4, 6 have the standard deviations `errors` (B, 3).

    The `draws` (a multiple of 8) are the same for every field: equal fields get equal answers, and neighbours of one
    field get neighbouring ones. See `_draws`. `widening` stretches the intervals.
    """
    noise = _draws(draws)
    sigma = np.repeat(errors, [2 * k + 1 for k in RANKS], axis=1)
    fields = moments[:, None] + noise * sigma[:, None]  # (B, draws, 27)
    found = GapDistribution(*np.full((6, len(symbols)), np.nan))
    for symbol in set(symbols):
        own = np.flatnonzero(np.array(symbols) == symbol)
        if symbol not in SPLIT:
            found.p_smm[own] = 0.0
            continue
        levels = field_levels(symbol, fields[own].reshape(-1, len(KQ)))
        shape = (len(own), draws)
        log_gap = np.log10(levels.gap + 1).reshape(shape)
        found.p_smm[own] = _chance(levels).reshape(shape).mean(axis=1)
        found.log_gap[own] = np.log10(field_levels(symbol, moments[own]).gap + 1)
        half = widening * np.diff(np.quantile(log_gap, ENDS, axis=1), axis=0)[0] / 2
        found.log_low[own] = np.maximum(0.0, found.log_gap[own] - half)
        found.log_high[own] = found.log_gap[own] + half
        found.axiality[own] = np.median(levels.axiality.reshape(shape), axis=1)
        found.tunnelling[own] = np.median(levels.tunnelling.reshape(shape), axis=1)
    return found


def field_error(moments: FloatArray, relative: FloatArray, floor: FloatArray | float = 0.0) -> FloatArray:
    """(B, 3) standard deviation of a moment of rank 2, 4, 6 of fields (B, 27): an error (3,) relative to each rank's
    root mean square, and one (3,) that every field has."""
    ranks = np.array([k for k, _ in KQ])
    sizes = np.stack([np.sqrt((moments[:, ranks == k] ** 2).mean(axis=1)) for k in RANKS], axis=1)
    return np.asarray(np.hypot(relative * sizes, floor))


@cache
def _draws(count: int) -> FloatArray:
    """(count, 27) normal numbers, closed under a change of sign and under reversal of two axes: the signs of a frame's
    axes are open, and no answer may hang on them."""
    few = np.random.default_rng(0).normal(size=(count // 8, 1, len(KQ)))
    axes = torch.tensor([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=torch.float64)
    mirrors = moment_rotations(torch.diag_embed(axes)).diagonal(dim1=1, dim2=2).numpy().round()  # (4, 27)
    quarter = (few * mirrors).reshape(-1, len(KQ))
    return np.concatenate([quarter, -quarter])


def _chance(levels: FieldLevels) -> FloatArray:
    """The rule of `FieldLevels.smm_like` with its edges softened, so that few draws make a smooth probability."""

    def above(value: FloatArray, limit: float, width: float) -> FloatArray:
        return np.asarray(1 / (1 + np.exp(-np.clip((value - limit) / width, -30, 30))))

    chance = above(np.log10(levels.gap + 1e-9), log10(GAP_CM1), 0.03)
    chance = chance * above(levels.g_share, LEAST_FRACTION_OF_G, 0.02)
    chance = chance * above(-np.log10(levels.axiality + 1e-6), -log10(LARGEST_AXIALITY), 0.1)
    chance = chance * above(-np.log10(levels.tunnelling + 1e-6), -log10(LARGEST_TUNNELLING_CM1), 0.1)
    return np.asarray(chance * levels.paired)


def parameter_scale(ion: Ion) -> FloatArray:
    """(27,) B_k^q [cm⁻¹] of a unit moment: see `core.fields.point_charges`."""
    strength = {k: rank_strength(ion, k) / UNIT_DISTANCE ** (k + 1) for k in RANKS}
    return np.array([strength[k] * addition_coefficient(k, q) ** 0.5 for k, q in KQ])


def _g_values(moments: ComplexArray, states: ComplexArray) -> FloatArray:
    """(B, 3) ascending g of two states (B, n, 2), moments (3, n, n) [μ_B]; as `core.magnetism.pseudospin.g_tensor`."""
    acted = np.tensordot(states, moments, axes=([1], [2])).transpose(0, 2, 3, 1)  # (B, 3, n, 2): one product for all
    inner: ComplexArray = states.conj().transpose(0, 2, 1)[:, None] @ acted  # (B, 3, 2, 2)
    pauli = np.stack([inner[..., 0, 1].real, -inner[..., 0, 1].imag, (inner[..., 0, 0] - inner[..., 1, 1]).real / 2], 2)
    return np.asarray(2 * np.linalg.svd(pauli, compute_uv=False)[:, ::-1])
