"""Which partly occupied atoms exclude each other, the settings they form, and the choice among those.

Crystallographers mark alternatives (PART) or leave it to occupancies and distances. Atoms that cannot be there at the
same time lie too near each other or at too small an angle about an atom that both bind (the six half hydrogens of a
methyl group, the rotamers of CF3, SiMe3 and tBu). Settings grow along the shortest bonds and never join atoms that
exclude each other. Two settings of different sites are alternatives: the fuller stays, of equal ones the roomier. A
setting that excludes its own symmetry image (PART −1, solvent on an inversion centre) loses images, never sites.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.arrays import BoolArray, FloatArray
from core.chem.bonds import Contacts, cutoffs
from core.chem.crystal.cell import CellAtoms
from core.chem.radii import BOND_TOLERANCE, METALS

FULL = 0.99
"""An atom of at least this occupancy is there."""

ONE = 1.02
"""Occupancies of alternatives add up to this at most."""

OVERLAP = 0.75
"""Partly occupied atoms nearer than this fraction of their radii's sum are alternatives."""

NEAREST_HYDROGENS = 1.2
"""The same for two hydrogens [Å]: in the shortest water of an X-ray structure they are 1.25 Å apart."""

SMALLEST_ANGLE = 80.0
"""Two atoms seen at less than this from an atom that both bind are alternatives [°]: a ring of four has 90°."""

SAME_OCCUPANCY = 0.02
"""Occupancies that differ by less belong to one setting."""

_EXACT = 18  # settings that exclude each other, up to which the best choice is sought among all


@dataclass(frozen=True, slots=True)
class Choice:
    """What stays.

    Attributes:
        kept: (n,) of the atoms asked about.
        share: (n,) how much of the time a kept atom, or what it stands for, is there.
        sites_left_out: sites of which no atom stays.
    """

    kept: BoolArray
    share: FloatArray
    sites_left_out: int


def choose(atoms: CellAtoms, contacts: Contacts, alive: BoolArray, share: FloatArray) -> Choice:
    """Of the partly occupied among the `alive` atoms, those that can be there together.

    Args:
        atoms: the cell.
        contacts: all of its contacts.
        alive: (n,) what earlier steps left.
        share: (n,) how much of the time each is there, its marked alternatives included.
    """
    partial = alive & ((atoms.occupancy < FULL) | (atoms.group < 0))
    if not partial.any():
        return Choice(alive, share, 0)
    scene = _Scene(atoms, contacts.take(alive[contacts.first] & alive[contacts.second]), partial, share)
    kept, share = alive.copy(), share.copy()
    settings = _settings(scene)
    kinds = [frozenset(atoms.site[list(s)].tolist()) for s in settings]
    rivals = _rivals(scene, settings)
    own_image = {kinds[a] for a, others in rivals.items() for b in others if kinds[a] == kinds[b]}
    lost = _lesser_kinds(scene, settings, kinds, rivals, own_image)
    gone = {k for k, kind in enumerate(kinds) if kind in lost}
    for k in sorted(set(range(len(settings))) - gone, key=lambda k: (int(atoms.image[list(settings[k])].min()), k)):
        if k not in gone:
            gone |= rivals[k]
    for k, members in enumerate(settings):
        rows = list(members)
        if k in gone:
            kept[rows] = False
        else:
            displaced = sum(float(atoms.occupancy[list(settings[b])].mean()) for b in rivals[k] if b in gone)
            share[rows] = np.minimum(1.0, share[rows] + displaced)
    _drop_surplus_hydrogens(scene, kept)
    left = set(atoms.site[alive].tolist()) - set(atoms.site[kept].tolist())
    return Choice(kept, share, len(left))


@dataclass(frozen=True, eq=False)
class _Scene:
    """The atoms, their contacts among what is alive, which are partly occupied, and how much each stands for."""

    atoms: CellAtoms
    contacts: Contacts
    partial: BoolArray
    share: FloatArray

    @cached_property
    def bonded(self) -> BoolArray:
        """(p,) contacts as short as a bond between non-metals."""
        radii, _ = cutoffs(self.atoms.elements)
        i, j = self.contacts.first, self.contacts.second
        metal = np.isin(self.atoms.elements, list(METALS))
        found: BoolArray = self.contacts.distance < radii[i] + radii[j] + BOND_TOLERANCE
        return found & ~metal[i] & ~metal[j]

    @cached_property
    def exclusive(self) -> dict[int, set[int]]:
        """Atoms that each partly occupied atom excludes."""
        found: dict[int, set[int]] = defaultdict(set)
        near = self._too_near()
        for a, b in (*zip(*(x[near].tolist() for x in (self.contacts.first, self.contacts.second)), strict=True),
                     *self._too_narrow()):  # fmt: skip
            if a != b:
                found[a].add(b)
                found[b].add(a)
        return found

    def _too_near(self) -> BoolArray:
        atoms, i, j = self.atoms, self.contacts.first, self.contacts.second
        radii, _ = cutoffs(atoms.elements)
        hydrogen = atoms.elements == "H"
        limit = np.maximum(0.6, OVERLAP * (radii[i] + radii[j]))
        limit[hydrogen[i] & hydrogen[j]] = NEAREST_HYDROGENS
        one_part = (atoms.group[i] == atoms.group[j]) & (atoms.group[i] != 0)
        imaged = one_part & (atoms.image[i] != atoms.image[j])
        near: BoolArray = (self.contacts.distance < limit) & (~one_part | imaged)
        near |= imaged & (atoms.group[i] < 0) & self.bonded
        return near & self.partial[i] & self.partial[j] & (atoms.occupancy[i] + atoms.occupancy[j] < ONE)

    def _too_narrow(self) -> list[tuple[int, int]]:
        """Pairs about a common atom that is there whenever either is."""
        atoms, contacts = self.atoms, self.contacts
        arms: dict[int, list[tuple[int, FloatArray]]] = defaultdict(list)
        for row in np.nonzero(self.bonded & self.partial[contacts.second] & (atoms.elements[contacts.first] != "H"))[0]:
            i, j = int(contacts.first[row]), int(contacts.second[row])
            step = (atoms.fractional[j] + contacts.shift[row] - atoms.fractional[i]) @ atoms.lattice
            arms[i].append((j, step / np.linalg.norm(step)))
        found, narrow = [], np.cos(np.radians(SMALLEST_ANGLE))
        for centre, around in arms.items():
            for n, (a, one) in enumerate(around):
                for b, other in around[:n]:
                    both = float(atoms.occupancy[a] + atoms.occupancy[b])
                    one_part = atoms.group[a] == atoms.group[b] != 0 and atoms.image[a] == atoms.image[b]
                    fits = both < ONE and atoms.occupancy[centre] > both - 0.03 and not one_part
                    if fits and float(one @ other) > narrow:
                        found.append((a, b))
        return found

    @cached_property
    def crowding(self) -> dict[int, list[tuple[int, float]]]:
        """Of each partly occupied atom, the others within reach but not bonded, and r⁻⁶ of each [Å⁻⁶]."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        rows = np.nonzero(self.partial[self.contacts.first] & ~self.bonded & (self.contacts.distance > 0.3))[0]
        for row in rows:
            i, j = int(self.contacts.first[row]), int(self.contacts.second[row])
            found[i].append((j, float(self.contacts.distance[row]) ** -6))
        return found


def _settings(scene: _Scene) -> list[tuple[int, ...]]:
    """Partly occupied atoms that belong together, grown along the shortest bonds, within one image before all."""
    atoms, contacts = scene.atoms, scene.contacts
    i, j = contacts.first, contacts.second
    alike = (np.abs(atoms.occupancy[i] - atoms.occupancy[j]) < SAME_OCCUPANCY) & (atoms.group[i] == atoms.group[j])
    alike &= (atoms.group[i] >= 0) | (atoms.image[i] == atoms.image[j])
    rows = np.nonzero(scene.bonded & scene.partial[i] & scene.partial[j] & alike & (i < j))[0]
    cluster = {atom: {atom} for atom in np.nonzero(scene.partial)[0].tolist()}
    across = atoms.image[i] != atoms.image[j]
    for row in sorted(rows.tolist(), key=lambda row: (bool(across[row]), round(float(contacts.distance[row]), 4), row)):
        one, other = cluster[int(i[row])], cluster[int(j[row])]
        if one is not other and not any(scene.exclusive[a] & other for a in one):
            one |= other
            for atom in other:
                cluster[atom] = one
    return sorted({id(c): tuple(sorted(c)) for c in cluster.values()}.values())


def _rivals(scene: _Scene, settings: list[tuple[int, ...]]) -> dict[int, set[int]]:
    """Settings that exclude each other, by their numbers."""
    of = {atom: k for k, members in enumerate(settings) for atom in members}
    rivals: dict[int, set[int]] = {k: set() for k in range(len(settings))}
    for a, others in scene.exclusive.items():
        rivals[of[a]] |= {of[b] for b in others} - {of[a]}
    return rivals


def _lesser_kinds(
    scene: _Scene,
    settings: list[tuple[int, ...]],
    kinds: list[frozenset[int]],
    rivals: dict[int, set[int]],
    own_image: set[frozenset[int]],
) -> set[frozenset[int]]:
    """Sets of sites that give way to others, level of occupancy by level; those that meet their own image are left."""
    first: dict[frozenset[int], int] = {}
    for k, kind in enumerate(kinds):
        first.setdefault(kind, k)
    enemies: dict[frozenset[int], set[frozenset[int]]] = {kind: set() for kind in first if kind not in own_image}
    for k, kind in enumerate(kinds):
        if kind not in own_image:
            enemies[kind] |= {kinds[b] for b in rivals[k]} - own_image
    occupancy = {kind: float(scene.atoms.occupancy[list(settings[first[kind]])].mean()) for kind in enemies}
    left = {kind for kind in enemies if enemies[kind]}
    lost: set[frozenset[int]] = set()
    while left:
        top = max(occupancy[kind] for kind in left)
        level = {kind for kind in left if occupancy[kind] > top - SAME_OCCUPANCY}
        stay = _roomiest(scene, settings, first, level, enemies)
        lost |= {other for kind in stay for other in enemies[kind]} - stay
        left -= stay | lost
    return lost


def _roomiest(
    scene: _Scene,
    settings: list[tuple[int, ...]],
    first: dict[frozenset[int], int],
    level: set[frozenset[int]],
    enemies: dict[frozenset[int], set[frozenset[int]]],
) -> set[frozenset[int]]:
    """Of equally occupied settings the largest set without a conflict; of such sets the least crowded."""
    stay: set[frozenset[int]] = set()
    for group in _connected(level, enemies):
        candidates = _independent(group, enemies) if len(group) <= _EXACT else [_greedily(group, enemies)]
        size = max(sum(map(len, found)) for found in candidates)
        best = [found for found in candidates if sum(map(len, found)) == size]
        outside = {atom for kind in group for atom in settings[first[kind]]}
        stay |= min(best, key=lambda found: _crowded(scene, [settings[first[kind]] for kind in found], outside))
    return stay


def _crowded(scene: _Scene, chosen: list[tuple[int, ...]], others: set[int]) -> tuple[float, list[float]]:
    """How near the chosen settings come to each other and to what is there anyway; the terms decide between equals."""
    inside = {atom for members in chosen for atom in members}
    terms = [
        round(push, 7)
        for atom in inside
        for other, push in scene.crowding[atom]
        if other in inside or (other not in others and not scene.partial[other])
    ]
    return round(sum(terms), 6), sorted(terms)


def _connected(
    level: set[frozenset[int]], enemies: dict[frozenset[int], set[frozenset[int]]]
) -> list[list[frozenset[int]]]:
    left, groups = set(level), []
    while left:
        group, edge = set(), {min(left, key=sorted)}
        while edge:
            group |= edge
            edge = {b for a in edge for b in enemies[a] & left} - group
        left -= group
        groups.append(sorted(group, key=sorted))
    return groups


def _independent(
    group: list[frozenset[int]], enemies: dict[frozenset[int], set[frozenset[int]]]
) -> list[set[frozenset[int]]]:
    """Every set of settings without a conflict to which no other can be added."""
    if not group:
        return [set()]
    head, rest = group[0], group[1:]
    with_head = [{head, *found} for found in _independent([k for k in rest if k not in enemies[head]], enemies)]
    if not enemies[head] & set(rest):
        return with_head
    return [*with_head, *(found for found in _independent(rest, enemies) if enemies[head] & found)]


def _greedily(
    group: Iterable[frozenset[int]], enemies: dict[frozenset[int], set[frozenset[int]]]
) -> set[frozenset[int]]:
    found: set[frozenset[int]] = set()
    for kind in sorted(group, key=lambda kind: (-len(kind), len(enemies[kind]), sorted(kind))):
        if not enemies[kind] & found:
            found.add(kind)
    return found


def _drop_surplus_hydrogens(scene: _Scene, kept: BoolArray) -> None:
    """An atom keeps as many hydrogens as their occupancies add up to: two of the three on a water with two halves."""
    atoms, contacts = scene.atoms, scene.contacts
    around: dict[int, list[int]] = defaultdict(list)
    hydrogen = atoms.elements == "H"
    for row in np.nonzero(scene.bonded & hydrogen[contacts.second] & ~hydrogen[contacts.first])[0]:
        around[int(contacts.first[row])].append(int(contacts.second[row]))
    for parent, found in around.items():
        there = [h for h in found if kept[h]]
        total = float(scene.share[found].sum() / scene.share[parent])
        surplus = len(there) - int(np.ceil(total - 0.25))
        if kept[parent] and surplus > 0 and scene.partial[there].any():
            order = sorted(there, key=lambda h: (round(float(atoms.occupancy[h]), 2), -_crowded(scene, [(h,)], {h})[0]))
            kept[order[:surplus]] = False
