"""Crystal-field parameters in Wybourne's normalisation, from extended Stevens parameters.

Spectroscopists write the field of one f electron in Racah's tensors C^k_q = √(4π/(2k+1)) Y^k_q (Condon–Shortley)::

    V = Σ_k B^k_0 C^k_0 + Σ_{q>0} { B^k_q [C^k_−q + (−1)^q C^k_q] + B^k_−q i [C^k_−q − (−1)^q C^k_q] }

with real B^k_q (B. G. Wybourne, Spectroscopic Properties of Rare Earths, 1965). The two brackets are cosine- and
sine-like, as O_k^q and O_k^−q are, so one factor leads from one to the other: B_k^q (Stevens, θ_k included) =
θ_k λ_k|q| B^k_q, with λ_kq from the definitions of both. In the complex form Σ_q b^k_q C^k_q the parameters are
b^k_q = (−1)^q (B^k_q − i B^k_−q) and b^k_−q = B^k_q + i B^k_−q for q > 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from core.magnetism.ions import Ion
from core.magnetism.stevens import KQ, RANKS, Parameters, addition_coefficient


def wybourne_factor(k: int, q: int) -> float:
    """λ_kq, the same for q and −q: ½, √6, √6/2; ⅛, √5/2, √10/4, √35/2, √70/8; 1/16, √42/8, …"""
    # n_kq = c_kq² (k−q)!/(k+q)!, twice that for q > 0, while C^k_−q + (−1)^q C^k_q = 2 c_kq √((k−q)!/(k+q)!) O_k^q
    return sqrt((2 if q else 1) * addition_coefficient(k, q))


def wybourne_parameters(parameters: Mapping[tuple[int, int], float], ion: Ion) -> Parameters:
    """B^k_q [cm⁻¹] of one f electron, real form; q < 0 belongs to the sine-like tensor.

    Ranks that the ground multiplet cannot feel (θ_k = 0, as k = 6 in Ce and Sm) are left out.

    Args:
        parameters: B_k^q [cm⁻¹], extended Stevens, Stevens factor included; pairs that are missing count as zero.
        ion: whose Stevens factors they hold.
    """
    factors = dict(zip(RANKS, map(float, ion.stevens_factors), strict=True))
    return {
        (k, q): parameters.get((k, q), 0.0) / (factors[k] * wybourne_factor(k, q)) for k, q in KQ if factors[k] != 0.0
    }
