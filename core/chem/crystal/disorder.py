"""Disorder: of atoms that cannot be there at the same time, keep one set, and count what is dropped."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.arrays import BoolArray, FloatArray, IntArray
from core.chem.bonds import Contacts, cutoffs
from core.chem.crystal.alternatives import FULL, ONE, OVERLAP, choose
from core.chem.crystal.cell import CellAtoms
from core.chem.crystal.sites import AtomSites
from core.chem.quoting import shown
from core.chem.radii import MAGNETIC_LANTHANIDES, METALS
from core.doubts import Doubt, doubt
from core.errors import UnreadableFile
from core.words import counted

TOO_CLOSE = 0.5
"""No two atoms of one structure are nearer than this [Å]."""

LINK = 1.9
"""Disordered atoms nearer than this belong to the same disordered group [Å]: a bond, or two alternatives."""

SHARED = 0.6
"""Two metals nearer than this share one position [Å]."""

_BOTH = 1.05  # mean occupancies of two parts that add up to more are no alternatives


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """One ordered choice of the cell's atoms.

    Attributes:
        atoms: what is kept.
        share: (n,) how much of the time each kept atom, or what it stands for, is there.
        dropped: atoms of the cell that were left out.
        occupancy_discarded: the sum of their occupancies.
        disordered_sites: sites of the file that are kept but stand for a disordered group.
        doubts: about it.
    """

    atoms: CellAtoms
    share: FloatArray
    dropped: int
    occupancy_discarded: float
    disordered_sites: frozenset[int]
    doubts: tuple[Doubt, ...]


def resolve(atoms: CellAtoms, contacts: Contacts, sites: AtomSites) -> Ordered:
    """Keep group 0 and, of each disordered group, the part of highest occupancy; of other alternatives the fuller one.

    Raises:
        UnreadableFile: two fully occupied atoms in one place.
    """
    shared, others, shared_doubts = _shared_metals(atoms, contacts, sites)
    sites = _unmarked(sites, shared)
    atoms = replace(atoms, group=np.array(sites.group, dtype=np.int64)[atoms.site])
    marked, shares, doubts = _minor_parts(atoms, contacts, sites)
    alive = ~np.isin(atoms.site, list(marked | others))
    choice = choose(atoms, contacts, alive, shares[atoms.site])
    _check_distances(atoms, contacts, choice.kept, sites)
    kept = atoms.take(choice.kept)
    disordered = {int(s) for s in np.unique(kept.site) if sites.group[s] != 0 or sites.occupancy[s] < FULL}
    if choice.sites_left_out:
        doubts.append(
            doubt(
                "disorder-overlap",
                f"Left out, as they overlap with others: {counted(choice.sites_left_out, 'partly occupied site')}.",
            )
        )
    return Ordered(
        atoms=replace(kept, doubts=()),
        share=choice.share[choice.kept],
        dropped=int((~choice.kept).sum()),
        occupancy_discarded=float(atoms.occupancy[~choice.kept].sum()),
        disordered_sites=frozenset(disordered),
        doubts=(*atoms.doubts, *shared_doubts, *doubts),
    )


def _shared_metals(
    atoms: CellAtoms, contacts: Contacts, sites: AtomSites
) -> tuple[set[int], set[int], tuple[Doubt, ...]]:
    """Metal sites that stay and that give way where two metals share a position, marked as parts or not, and doubts."""
    i, j = contacts.first, contacts.second
    metal = np.isin(atoms.elements, list(METALS))
    clash = (contacts.distance < SHARED) & metal[i] & metal[j] & (atoms.elements[i] != atoms.elements[j])
    clash &= atoms.occupancy[i] + atoms.occupancy[j] < ONE
    stay: set[int] = set()
    lost: set[int] = set()
    doubts = []
    for a, b in sorted({(int(a), int(b)) for a, b in zip(atoms.site[i[clash]], atoms.site[j[clash]], strict=True)}):
        if a >= b or {a, b} & lost:
            continue
        loser = _loser(sites, a, b)
        kept = a + b - loser
        lost.add(loser)
        stay.add(kept)
        text = (
            f"A metal site is shared by {sites.elements[kept]} ({sites.occupancy[kept]:.0%}) and "
            f"{sites.elements[loser]} ({sites.occupancy[loser]:.0%}); it is judged as {sites.elements[kept]}."
        )
        doubts.append(doubt("metal-site-shared", text))
    return stay - lost, lost, tuple(doubts)


def _loser(sites: AtomSites, a: int, b: int) -> int:
    """The lesser of two metals, unless it alone is magnetic."""
    magnetic = [sites.elements[s] in MAGNETIC_LANTHANIDES for s in (a, b)]
    if magnetic[0] != magnetic[1]:
        return b if magnetic[0] else a
    return b if sites.occupancy[a] >= sites.occupancy[b] else a


def _unmarked(sites: AtomSites, chosen: set[int]) -> AtomSites:
    """The same sites, with the marks of some taken off."""
    group = tuple(0 if s in chosen else g for s, g in enumerate(sites.group))
    return replace(sites, group=group)


def without_positive_marks(sites: AtomSites) -> AtomSites:
    """The same sites, with the marks taken off that say nothing of symmetry."""
    return _unmarked(sites, {s for s, group in enumerate(sites.group) if group > 0})


def _site_graph(first: IntArray, second: IntArray, n_sites: int) -> IntArray:
    ones = np.ones(len(first), dtype=np.int8)
    _, labels = connected_components(coo_array((ones, (first, second)), shape=(n_sites, n_sites)), directed=False)
    return labels.astype(np.int64)


def _minor_parts(atoms: CellAtoms, contacts: Contacts, sites: AtomSites) -> tuple[set[int], FloatArray, list[Doubt]]:
    """Sites of the marked parts that are not kept, how much of the time each site's place is taken, and doubts.

    Parts of which both are there all the time are no alternatives, whatever the marks say, unless they overlap.
    """
    group = np.array(sites.group)
    shares = np.array(sites.occupancy)
    dropped: set[int] = set()
    several = 0
    near = _overlapping(atoms, contacts)
    for alternatives in _parts(atoms, contacts, sites, group):
        best = max(alternatives, key=lambda g: (round(_mean(sites, alternatives[g]), 3), -abs(g), -g))
        kept = alternatives[best]
        lesser = [
            members
            for g, members in alternatives.items()
            if g != best and (_mean(sites, members) + _mean(sites, kept) < _BOTH or near & _pairs(kept, members))
        ]
        several += bool(lesser)
        dropped.update(s for members in lesser for s in members)
        shares[kept] = np.minimum(1.0, shares[kept] + sum(_mean(sites, members) for members in lesser))
    each = " in each" if several > 1 else ""
    text = f"{counted(several, 'disordered group')}: the part of highest occupancy was kept{each}."
    return dropped, shares, [doubt("disorder-parts", text)] if several else []


def _parts(atoms: CellAtoms, contacts: Contacts, sites: AtomSites, group: IntArray) -> list[dict[int, list[int]]]:
    """Sites by part, one mapping for each group of atoms that are disordered together."""
    i, j = atoms.site[contacts.first], atoms.site[contacts.second]
    assembly = np.array(sites.assembly)
    linked = (contacts.distance < LINK) & (group[i] != 0) & (group[j] != 0) & (assembly[i] == assembly[j])
    cluster = _site_graph(i[linked], j[linked], len(group))
    parts: dict[tuple[str, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for site in np.nonzero(group)[0]:
        where = (sites.assembly[site], -1 if sites.assembly[site] else int(cluster[site]))
        parts[where][int(group[site])].append(int(site))
    return list(parts.values())


def _overlapping(atoms: CellAtoms, contacts: Contacts) -> set[tuple[int, int]]:
    """Pairs of sites nearer than two atoms can be."""
    radii, _ = cutoffs(atoms.elements)
    i, j = contacts.first, contacts.second
    near = contacts.distance < OVERLAP * (radii[i] + radii[j])
    return set(zip(atoms.site[i[near]].tolist(), atoms.site[j[near]].tolist(), strict=True))


def _pairs(some: list[int], others: list[int]) -> set[tuple[int, int]]:
    return {(a, b) for a in some for b in others}


def _mean(sites: AtomSites, members: list[int]) -> float:
    return float(np.mean(sites.occupancy[members]))


def _check_distances(atoms: CellAtoms, contacts: Contacts, alive: BoolArray, sites: AtomSites) -> None:
    i, j = contacts.first, contacts.second
    wrong = np.nonzero((contacts.distance < TOO_CLOSE) & alive[i] & alive[j])[0]
    if len(wrong):
        pair = min(wrong, key=lambda k: float(contacts.distance[k]))
        a, b = (shown(sites.labels[int(atoms.site[index[pair]])]) for index in (i, j))
        raise UnreadableFile(
            f"atoms {a} and {b} are {contacts.distance[pair]:.2f} Å apart, and nothing marks them as disordered.",
            advice="Check coordinates, space group and occupancies.",
        )
