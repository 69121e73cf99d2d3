"""Which of the atoms in contact with a metal bind it, and which hapto ligands they form.

The bond graph gives contacts: the carbon of a κ² carboxylate at 2.8 Å is one of them and no donor. Distances are
compared after taking off each atom's covalent radius ("reach"), so that O, N, C and Cl stand on one scale.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from core.chem.components import Component
from core.chem.radii import COVALENT_RADII, METALS, bond_cutoff

FADE = 0.30
"""Width below the bonding cut-off over which a contact's weight falls from 1 to 0 [Å]."""

COUNTED_WEIGHT = 0.5
"""A site counts towards the coordination number from this weight on, i.e. up to 0.15 Å below the cut-off."""

HAPTO_SPREAD = 0.45
"""Atoms of one π-bound ring differ by less than this in reach [Å]."""

HAPTO_FADE = 0.20
"""Width below `HAPTO_SPREAD` over which the weight of an atom that lags behind in its ring falls to 0 [Å]."""

CENTRAL_MARGIN = 0.25
"""A hetero atom is the centre of a bound group, and no donor, if a bonded neighbour reaches the metal this much sooner
[Å]: nitrate N lags its oxygens by 0.3–0.5 Å, side-on N–O and N–N pairs differ by less than 0.2 Å."""

CARBON_MARGIN_NEAR = 0.10
"""The same for a carbon beside a hetero atom [Å]: carboxylate and amidinate carbon lag by 0.25–0.4 Å."""

CARBON_MARGIN_FAR = 0.30
"""The same for a carbon two bonds from a donor [Å], such as the middle carbon of a β-diketiminate."""

_CENTRES = frozenset(
    ["B", "Al", "Ga", "Si", "Ge", "Sn"]
)  # electropositive centres: what surrounds them binds, not they


@dataclass(frozen=True, slots=True)
class Site:
    """Atoms that bind as one site (several: a hapto ligand), with the smooth weight of each."""

    atoms: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def weight(self) -> float:
        """Mean weight of the atoms."""
        return sum(self.weights) / len(self.weights)


def smooth_step(margin: float, width: float) -> float:
    """0 for no margin, 1 from `width` on, 3t² − 2t³ between."""
    t = min(1.0, max(0.0, margin / width))
    return t * t * (3.0 - 2.0 * t)


def neighbour_lists(component: Component) -> tuple[frozenset[int], ...]:
    """Bonded atoms of every atom, metal contacts included."""
    lists: list[set[int]] = [set() for _ in component.elements]
    for a, b in component.bonds.tolist():
        lists[a].add(b)
        lists[b].add(a)
    return tuple(frozenset(s) for s in lists)


def donor_sites(
    component: Component, metal: int, neighbours: tuple[frozenset[int], ...], ligand_atoms: frozenset[int]
) -> tuple[Site, ...]:
    """Sites at `metal`, in no particular order; weak ones at the edge of the sphere included.

    Args:
        component: the molecule.
        metal: index of the metal.
        neighbours: bonded atoms of each atom.
        ligand_atoms: atoms that belong to ligands (all but the metals; metals of a polyoxometalate belong).
    """
    reach, weight = {}, {}
    for atom in neighbours[metal] & ligand_atoms:
        element = component.elements[atom]
        if element in METALS:
            continue
        distance = float(np.linalg.norm(component.positions[atom] - component.positions[metal]))
        reach[atom] = distance - COVALENT_RADII[element]
        weight[atom] = smooth_step(bond_cutoff(component.elements[metal], element) - distance, FADE)
    sites: list[tuple[int, ...]] = []
    for cluster in _clusters(frozenset(reach), neighbours):
        sites.extend(_resolve(cluster, reach, component.elements, neighbours))
    weighed = (Site(atoms, _weights(atoms, weight, reach)) for atoms in sites)
    return tuple(site for site in weighed if site.weight > 0)


def _weights(atoms: tuple[int, ...], weight: dict[int, float], reach: dict[int, float]) -> tuple[float, ...]:
    """Weight of each atom of a site; within a hapto ligand what lags far behind fades."""
    limit = min(reach[a] for a in atoms) + HAPTO_SPREAD
    return tuple(weight[a] * smooth_step(limit - reach[a], HAPTO_FADE) for a in atoms)


def _clusters(atoms: frozenset[int], neighbours: tuple[frozenset[int], ...]) -> list[frozenset[int]]:
    """Connected groups among `atoms` along the bonds."""
    left, found = set(atoms), []
    while left:
        seed = left.pop()
        group, queue = {seed}, deque([seed])
        while queue:
            fresh = neighbours[queue.popleft()] & left
            left -= fresh
            group |= fresh
            queue.extend(fresh)
        found.append(frozenset(group))
    return found


def _resolve(
    cluster: frozenset[int],
    reach: dict[int, float],
    elements: tuple[str, ...],
    neighbours: tuple[frozenset[int], ...],
) -> list[tuple[int, ...]]:
    rings = _rings(cluster, reach, neighbours)
    in_ring = frozenset(a for ring in rings for a in ring)
    single = [a for a in sorted(cluster - in_ring) if _binds(a, cluster, reach, elements, neighbours)]
    carbon = frozenset(a for a in single if elements[a] == "C")
    chains = [tuple(sorted(group)) for group in _clusters(carbon, neighbours)]
    return [*rings, *chains, *((a,) for a in single if a not in carbon)]


def _rings(
    cluster: frozenset[int], reach: dict[int, float], neighbours: tuple[frozenset[int], ...]
) -> list[tuple[int, ...]]:
    """π-bound rings: what is left when open ends and atoms that lag behind are pruned away."""
    nearest = min(reach[a] for a in cluster)
    core = {a for a in cluster if reach[a] < nearest + HAPTO_SPREAD}
    while ends := {a for a in core if len(neighbours[a] & core) < 2}:
        core -= ends
    return [tuple(sorted(ring)) for ring in _clusters(frozenset(core), neighbours)]


def _binds(
    atom: int,
    cluster: frozenset[int],
    reach: dict[int, float],
    elements: tuple[str, ...],
    neighbours: tuple[frozenset[int], ...],
) -> bool:
    beside = neighbours[atom] & cluster
    if elements[atom] in _CENTRES:
        return not beside and len(neighbours[atom]) <= 4  # three substituents and the metal: silyl, boryl
    if elements[atom] != "C":
        return all(reach[b] > reach[atom] - CENTRAL_MARGIN for b in beside if elements[b] not in _CENTRES)
    beyond = frozenset(b for a in neighbours[atom] for b in neighbours[a] if b in reach and a not in reach) | frozenset(
        b for a in beside for b in neighbours[a] & cluster
    )
    beyond -= beside | {atom}
    for others, margin in ((beside, CARBON_MARGIN_NEAR), (beyond, CARBON_MARGIN_FAR)):
        for other in others:
            allowed = HAPTO_SPREAD if elements[other] == "C" else margin
            if elements[other] not in _CENTRES and reach[other] < reach[atom] - allowed:
                return False
    return True
