"""Ions and what couples them: dipolar coupling of their moments and exchange by the Lines model.

::

    H = Σ_i h_i + Σ_{i<j} { μ₀/4π r_ij⁻³ [m_i·m_j − 3 (m_i·n)(m_j·n)] − J_ij S_i·S_j }

with n from i to j, m = −μ_B (L + g_e S). The dipolar part has no parameter. In the exchange part S is the spin of the
ion without spin-orbit coupling, projected on the states kept of it ((g_J − 1) J in a J multiplet): one J for each pair
(M. E. Lines, J. Chem. Phys. 1971, 55, 2977, doi:10.1063/1.1676524). It is exact between two isotropic spins, between
two Ising ions, and between one of each. The sign and the factor are those of POLY_ANISO (its source multiplies −J by
S_1·S_2): J > 0 is ferromagnetic, and papers that write −2J S_1·S_2 have half of this J.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.coupling.site import MagneticSite
from core.errors import DomainError
from core.units import DIPOLE_IN_CM1_ANGSTROM3

Pair = tuple[int, int]

LARGEST = 200_000
"""Product states beyond which nothing is diagonalised: one vector of them has 3 MB, and some hundred are needed."""

NEAREST = 1.5
"""Two magnetic ions closer than this [Å] are an error of the input; the shortest metal–metal bonds have 1.8 Å."""


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Ions with their couplings.

    Attributes:
        sites: all ions with all their states.
        kept: of each, how many lowest states take part in the coupling.
        exchange: J by pair (i, j), i < j [cm⁻¹]; pairs that are missing have none.
        dipolar: whether the moments couple through space.
    """

    sites: tuple[MagneticSite, ...]
    kept: tuple[int, ...]
    exchange: Mapping[Pair, float]
    dipolar: bool = True

    @property
    def size(self) -> int:
        """Number of product states."""
        return prod(self.kept)

    @property
    def truncated(self) -> tuple[MagneticSite, ...]:
        """The sites with the states kept."""
        return tuple(site.lowest(n) for site, n in zip(self.sites, self.kept, strict=True))

    @property
    def kramers(self) -> bool:
        """Whether all ions together have an odd number of unpaired electrons."""
        return sum(site.kramers for site in self.sites) % 2 == 1

    @property
    def positions(self) -> FloatArray:
        """(sites, 3) [Å]."""
        return np.array([site.position for site in self.sites])


def cluster(
    sites: tuple[MagneticSite, ...],
    exchange: Mapping[Pair, float] | None = None,
    *,
    kept: tuple[int, ...] | None = None,
    budget: int = 256,
    dipolar: bool = True,
) -> Cluster:
    """A checked cluster.

    Args:
        sites: at least one.
        exchange: J by pair of indices, in any order of the two [cm⁻¹].
        kept: states of each site in the coupling; chosen by `states_kept` if None.
        budget: product states aimed at where `kept` is None.
        dipolar: whether the moments couple through space.

    Raises:
        DomainError: two ions on one place, a pair that does not exist, a level cut through, too many states.
    """
    chosen = states_kept(sites, budget) if kept is None else kept
    _check_places(sites)
    for site, n in zip(sites, chosen, strict=True):
        if n not in site.boundaries():
            options = ", ".join(map(str, site.boundaries()))
            raise DomainError(f"{site.label}: keeping {n} states would cut through a level.", advice=f"Keep {options}.")
    made = Cluster(sites, chosen, _ordered(exchange or {}, len(sites)), dipolar)
    if made.size > LARGEST:
        raise DomainError(
            f"The ions have {made.size} states together, more than the {LARGEST} that can be diagonalised.",
            advice="Keep fewer states of each ion (the ground doublets may do), or leave out ions far away.",
        )
    return made


def states_kept(sites: tuple[MagneticSite, ...], budget: int) -> tuple[int, ...]:
    """How many lowest states of each site make about `budget` products: the highest levels are left out first.

    No level is cut through, and two states of each site stay, so that the product may still lie above the budget.
    """
    kept = [len(site.energies) for site in sites]
    while prod(kept) > budget:
        lower = {k: [b for b in site.boundaries() if b < kept[k]] for k, site in enumerate(sites)}
        open_sites = [k for k, options in lower.items() if options]
        if not open_sites:
            break
        highest = max(open_sites, key=lambda k: float(sites[k].energies[kept[k] - 1]))
        kept[highest] = lower[highest][-1]
    return tuple(kept)


def dipolar_tensor(vector: FloatArray) -> FloatArray:
    """(3, 3) T of the energy m_1·T·m_2 of two moments in μ_B [cm⁻¹ μ_B⁻²], for the vector between them [Å]."""
    distance = float(np.linalg.norm(vector))
    n = vector / distance
    tensor: FloatArray = DIPOLE_IN_CM1_ANGSTROM3 / distance**3 * (np.eye(3) - 3 * np.outer(n, n))
    return tensor


def couplings(system: Cluster) -> tuple[tuple[Pair, ComplexArray, ComplexArray], ...]:
    """For each coupled pair the factors (p, n_i, n_i) and (p, n_j, n_j) whose products sum to its energy [cm⁻¹]."""
    sites = system.truncated
    terms = []
    for i, j in combinations(range(len(sites)), 2):
        left, right = [], []
        if system.dipolar:
            tensor = dipolar_tensor(sites[j].position - sites[i].position)
            left.append(sites[i].moment)
            right.append(np.tensordot(tensor, sites[j].moment, axes=1))
        strength = system.exchange.get((i, j), 0.0)
        if strength:
            left.append(sites[i].spin)
            right.append(-strength * sites[j].spin)
        if left:
            terms.append(((i, j), np.concatenate(left), np.concatenate(right)))
    return tuple(terms)


def _check_places(sites: tuple[MagneticSite, ...]) -> None:
    if not sites:
        raise DomainError("There is no magnetic ion to couple.")
    for one, other in combinations(sites, 2):
        distance = float(np.linalg.norm(one.position - other.position))
        if distance < NEAREST:
            raise DomainError(f"{one.label} and {other.label} are {distance:.2f} Å apart: no two ions come so close.")


def _ordered(exchange: Mapping[Pair, float], count: int) -> dict[Pair, float]:
    ordered = {}
    for (i, j), strength in exchange.items():
        if i == j or not (0 <= i < count and 0 <= j < count):
            raise DomainError(f"There is no pair of sites {i + 1} and {j + 1}.", advice=f"Sites are 1 to {count}.")
        if not np.isfinite(strength):
            raise DomainError(f"The exchange between sites {i + 1} and {j + 1} is not a finite number.")
        ordered[min(i, j), max(i, j)] = float(strength)
    return ordered
