"""Which of the atoms in contact with a metal bind it, and which hapto ligands they form.

The bond graph gives contacts: the carbon of a κ² carboxylate at 2.8 Å is one of them and no donor. Distances are
compared after taking off each atom's covalent radius ("reach"), so that O, N, C and Cl stand on one scale.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from core.chem.crystal.components import Component
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
[Å]: side-on N–O and N–N pairs differ by less than 0.2 Å. Between two neighbours in contact it is one as soon as either
reaches the metal sooner, or if it is larger than both, as the N of nitrate and the I of iodate are."""

CARBON_MARGIN_NEAR = 0.10
"""The same for a carbon beside a hetero atom [Å]: carboxylate and amidinate carbon lag by 0.25–0.4 Å."""

CARBON_MARGIN_FAR = 0.30
"""The same for a carbon two bonds from a donor [Å], such as the middle carbon of a β-diketiminate."""

FULL_VALENCE = 4
"""Neighbours of its own that leave an atom no pair for a metal: sulfate S, ylide P, the C of a methyl group."""

_CENTRES = frozenset(
    ["B", "Al", "Ga", "Si", "Ge", "Sn"]
)  # electropositive centres: what surrounds them binds, not they
_SHARING = frozenset(["Al", "Ga", "In"])  # their alkyls bridge to the metal: AlMe4


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
        neighbours: bonded atoms of each atom; paths along a ligand leave the metals out.
        ligand_atoms: atoms that belong to ligands (all but the metals; metals of a polyoxometalate belong).
    """
    reach, weight = {}, {}
    own = tuple(found & ligand_atoms for found in neighbours)
    for atom in neighbours[metal] & ligand_atoms:
        element = component.elements[atom]
        if element in METALS or _has_no_pair(atom, component.elements, own):
            continue
        distance = _distance(component, metal, atom)
        reach[atom] = distance - COVALENT_RADII[element]
        weight[atom] = smooth_step(bond_cutoff(component.elements[metal], element) - distance, FADE)
    sites: list[tuple[int, ...]] = []
    for cluster in _clusters(frozenset(reach), own):
        sites.extend(_resolve(cluster, reach, component.elements, own))
    weighed = (Site(atoms, _weights(atoms, weight, reach)) for atoms in sites)
    return tuple(site for site in weighed if site.weight > 0)


def agostic_carbons(component: Component, metal: int, ligand_atoms: frozenset[int]) -> tuple[tuple[int, float], ...]:
    """Saturated carbons that touch a metal without binding it, with their distances [Å], nearest first."""
    neighbours = neighbour_lists(component)
    own = tuple(found & ligand_atoms for found in neighbours)
    found = [
        (atom, _distance(component, metal, atom))
        for atom in neighbours[metal] & ligand_atoms
        if component.elements[atom] == "C" and _has_no_pair(atom, component.elements, own)
    ]
    return tuple(sorted(found, key=lambda pair: (pair[1], pair[0])))


def _distance(component: Component, metal: int, atom: int) -> float:
    return float(np.linalg.norm(component.positions[atom] - component.positions[metal]))


def _has_no_pair(atom: int, elements: tuple[str, ...], own: tuple[frozenset[int], ...]) -> bool:
    """Whether the atom's own neighbours use up its valences. The vertices of a cage have more than four and bind."""
    if elements[atom] in _CENTRES or len(own[atom]) < FULL_VALENCE:
        return False
    around = {elements[b] for b in own[atom]}
    if elements[atom] == "C":
        return len(own[atom]) == FULL_VALENCE and not around & _SHARING
    return True


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
    borohydrides = _hydrides_by_boron(single, elements, neighbours)
    alone = (a for a in single if a not in carbon and not any(a in site for site in borohydrides))
    return [*rings, *chains, *borohydrides, *((a,) for a in alone)]


def _hydrides_by_boron(
    atoms: list[int], elements: tuple[str, ...], neighbours: tuple[frozenset[int], ...]
) -> list[tuple[int, ...]]:
    """Hydrogens that bind together because one boron holds them: κ² and κ³ borohydride are one site, as a ring is."""
    by_boron: dict[int, list[int]] = {}
    for atom in atoms:
        if elements[atom] == "H":
            for boron in neighbours[atom]:
                if elements[boron] == "B":
                    by_boron.setdefault(boron, []).append(atom)
    return [tuple(found) for found in by_boron.values() if len(found) > 1]


def _rings(
    cluster: frozenset[int], reach: dict[int, float], neighbours: tuple[frozenset[int], ...]
) -> list[tuple[int, ...]]:
    """π-bound rings: what is left when open ends and atoms that lag behind are pruned away."""
    nearest = min(reach[a] for a in cluster)
    core = {a for a in cluster if reach[a] < nearest + HAPTO_SPREAD}
    while ends := {a for a in core if len(neighbours[a] & core) < 2}:
        core -= ends
    return [tuple(sorted(ring)) for ring in _clusters(frozenset(core), neighbours)]


def _is_centre(
    atom: int, cluster: frozenset[int], elements: tuple[str, ...], neighbours: tuple[frozenset[int], ...]
) -> bool:
    """Whether the neighbours bind and not the atom: it is electropositive, or larger than the two it stands between."""
    around = [COVALENT_RADII[elements[b]] for b in neighbours[atom] & cluster if elements[b] not in _CENTRES]
    larger = len(around) > 1 and COVALENT_RADII[elements[atom]] > max(around)
    return elements[atom] in _CENTRES or (larger and elements[atom] != "C")


def _binds(
    atom: int,
    cluster: frozenset[int],
    reach: dict[int, float],
    elements: tuple[str, ...],
    neighbours: tuple[frozenset[int], ...],
) -> bool:
    beside = neighbours[atom] & cluster
    if elements[atom] in _CENTRES:
        return not beside and len(neighbours[atom]) <= 3  # silyl, boryl
    if elements[atom] != "C":
        rivals = [b for b in beside if not _is_centre(b, cluster, elements, neighbours)]
        margin = CENTRAL_MARGIN if len(rivals) < 2 else 0.0
        surrounded = _is_centre(atom, cluster, elements, neighbours)
        return not surrounded and all(reach[b] > reach[atom] - margin for b in rivals)
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
