"""Disorder: of atoms that cannot be there at the same time, keep one set, and count what is dropped."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.chem.bonds import BoolArray, Contacts, cutoffs
from core.chem.cell import CellAtoms
from core.chem.cif_sites import AtomSites
from core.chem.molecule import IntArray
from core.chem.quoting import shown
from core.chem.radii import MAGNETIC_LANTHANIDES, METALS
from core.errors import UnreadableFile

TOO_CLOSE = 0.5
"""No two atoms of one structure are nearer than this [Å]."""

LINK = 1.9
"""Disordered atoms nearer than this belong to the same disordered group [Å]: a bond, or two alternatives."""

OVERLAP = 0.75
"""Partly occupied atoms nearer than this fraction of their radii's sum are alternatives."""


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """One ordered choice of the cell's atoms.

    Attributes:
        atoms: what is kept.
        dropped: atoms of the cell that were left out.
        occupancy_discarded: the sum of their occupancies.
        disordered_sites: sites of the file that are kept but stand for a disordered group.
        doubts: sentences for the report.
    """

    atoms: CellAtoms
    dropped: int
    occupancy_discarded: float
    disordered_sites: frozenset[int]
    doubts: tuple[str, ...]


def resolve(atoms: CellAtoms, contacts: Contacts, sites: AtomSites) -> Ordered:
    """Keep group 0 and, of each disordered group, the part of highest occupancy; of overlapping atoms the fuller one.

    Raises:
        UnreadableFile: two fully occupied atoms in one place.
    """
    marked, doubts = _minor_parts(atoms, contacts, sites)
    alive = ~np.isin(atoms.site, list(marked))
    overlapped, more = _overlaps(atoms, contacts, alive, sites)
    alive &= ~np.isin(atoms.site, list(overlapped))
    mirrored = _mirrored_parts(atoms, contacts, alive)
    alive &= ~mirrored
    _check_distances(atoms, contacts, alive, sites)
    kept = atoms.take(alive)
    disordered = {int(s) for s in np.unique(kept.site) if sites.group[s] != 0 or sites.occupancy[s] < 0.99}
    return Ordered(
        atoms=replace(kept, doubts=()),
        dropped=int((~alive).sum()),
        occupancy_discarded=float(atoms.occupancy[~alive].sum()),
        disordered_sites=frozenset(disordered),
        doubts=(*atoms.doubts, *doubts, *more),
    )


def _site_graph(first: IntArray, second: IntArray, n_sites: int) -> IntArray:
    ones = np.ones(len(first), dtype=np.int8)
    _, labels = connected_components(coo_array((ones, (first, second)), shape=(n_sites, n_sites)), directed=False)
    return labels.astype(np.int64)


def _minor_parts(atoms: CellAtoms, contacts: Contacts, sites: AtomSites) -> tuple[set[int], list[str]]:
    """Sites of the marked disorder parts that are not kept."""
    group = np.array(sites.group)
    marked = np.nonzero(group)[0]
    if not len(marked):
        return set(), []
    i, j = atoms.site[contacts.first], atoms.site[contacts.second]
    assembly = np.array(sites.assembly)
    linked = (contacts.distance < LINK) & (group[i] != 0) & (group[j] != 0) & (assembly[i] == assembly[j])
    cluster = _site_graph(i[linked], j[linked], len(group))
    parts: dict[tuple[str, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for site in marked:
        where = (sites.assembly[site], -1 if sites.assembly[site] else int(cluster[site]))
        parts[where][int(group[site])].append(int(site))
    dropped: set[int] = set()
    for alternatives in parts.values():
        best = max(alternatives, key=lambda g: (round(_mean(sites, alternatives[g]), 3), -abs(g), -g))
        dropped.update(s for g, members in alternatives.items() if g != best for s in members)
    several = sum(len(alternatives) > 1 for alternatives in parts.values())
    text = f"{several} disordered group{'s' if several > 1 else ''}: the part of highest occupancy was kept in each."
    return dropped, [text] if several else []


def _mean(sites: AtomSites, members: list[int]) -> float:
    return float(np.mean(sites.occupancy[members]))


def _overlaps(atoms: CellAtoms, contacts: Contacts, alive: BoolArray, sites: AtomSites) -> tuple[set[int], list[str]]:
    """Sites of unmarked disorder that give way to a fuller (or, at a shared metal site, a magnetic) neighbour."""
    i, j = contacts.first, contacts.second
    radii, _ = cutoffs(atoms.elements)
    partly = atoms.occupancy[i] + atoms.occupancy[j] < 1.02
    near = np.where(partly, np.maximum(0.6, OVERLAP * (radii[i] + radii[j])), 0.0)
    clash = (contacts.distance < near) & alive[i] & alive[j] & (atoms.site[i] != atoms.site[j])
    losers: set[int] = set()
    doubts: list[str] = []
    pairs = sorted({(int(a), int(b)) for a, b in zip(atoms.site[i[clash]], atoms.site[j[clash]], strict=True) if a < b})
    for a, b in pairs:
        if a in losers or b in losers:
            continue
        loser = _loser(sites, a, b)
        losers.add(loser)
        if sites.elements[a] in METALS and sites.elements[b] in METALS:
            kept = a + b - loser
            doubts.append(
                f"A metal site is shared by {sites.elements[kept]} ({sites.occupancy[kept]:.0%}) and "
                f"{sites.elements[loser]} ({sites.occupancy[loser]:.0%}); it is judged as {sites.elements[kept]}."
            )
    if losers and not doubts:
        doubts.append(f"{len(losers)} partly occupied sites overlap with fuller ones and were left out.")
    return losers, doubts


def _loser(sites: AtomSites, a: int, b: int) -> int:
    magnetic = [sites.elements[s] in MAGNETIC_LANTHANIDES for s in (a, b)]
    if magnetic[0] != magnetic[1]:
        return b if magnetic[0] else a
    return b if sites.occupancy[a] >= sites.occupancy[b] else a


def _mirrored_parts(atoms: CellAtoms, contacts: Contacts, alive: BoolArray) -> BoolArray:
    """Atoms of symmetry images that overlap their own original: disorder about a symmetry element (negative groups)."""
    i, j = contacts.first, contacts.second
    partial = (atoms.group < 0) | (atoms.occupancy < 0.75)
    pair = alive[i] & alive[j] & partial[i] & partial[j]
    pair &= (atoms.group[i] == atoms.group[j]) & (atoms.image[i] != atoms.image[j])
    hydrogen = atoms.elements == "H"
    # An image that overlaps its original is never a bond away: heavy atoms below 1.2 Å, anything below 0.9 Å.
    limit = np.where(hydrogen[i] | hydrogen[j], 0.9, 1.2)
    clash = pair & (contacts.distance < limit)
    if not clash.any():
        return np.zeros(len(alive), dtype=bool)
    same = alive[i] & alive[j] & partial[i] & partial[j] & (atoms.image[i] == atoms.image[j])
    same &= (atoms.group[i] == atoms.group[j]) & (contacts.distance < LINK)
    fragment = _site_graph(i[same], j[same], len(alive))
    return _greedy(fragment, fragment[i[clash]], fragment[j[clash]])


def _greedy(fragment: IntArray, first: IntArray, second: IntArray) -> BoolArray:
    """Walk the fragments in order and drop each that clashes with one already kept."""
    rivals: dict[int, set[int]] = defaultdict(set)
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        rivals[a].add(b)
    dropped: set[int] = set()
    for part in sorted(rivals):
        if part not in dropped:
            dropped.update(rivals[part] - {part})
    gone: NDArray[np.bool_] = np.isin(fragment, list(dropped))
    return gone


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
