"""Ligands cut down to what matters for the ion: everything near the donors stays, tails become hydrogen atoms.

A bond is cut where nothing electronic runs through it: single, outside any ring, and what hangs behind it holds no
donor, no formal charge and begins with a carbon or silicon that carries nothing but C, Si and H. Then

    C–R      becomes C–H      the carbon at least one bond behind a donor, or an atom of a hapto ligand
    E–CR₃    becomes E–CH₃    E = B, N, O, Si, P, S … at least one bond behind a donor

so that an acetate becomes a formate, triphenylphosphine oxide the trimethyl one, Cp* a Cp. The total charge stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.crystal.hydrogens import NEUTRON_DISTANCES
from core.chem.lewis.fragments import Anatomy, Fragment

_SOFT: Final = frozenset({"C", "Si"})
"""Elements with which a tail may begin."""

_LENGTHS: Final = {"C": NEUTRON_DISTANCES["C"], "Si": 1.48}


@dataclass(frozen=True, slots=True, eq=False)
class Truncated:
    """What is left.

    Attributes:
        elements: (n,) symbols, the caps last.
        positions: (n, 3) [Å].
        kept: index of each atom that was there before, in the order in which they stand here.
        removed: number of atoms cut off.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    kept: tuple[int, ...]
    removed: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """The bond from `inner` to `outer`; `methyl` says that `outer` stays."""

    inner: int
    outer: int
    gone: frozenset[int]
    methyl: bool


def truncated(anatomy: Anatomy, metal: int) -> Truncated:
    """The ligands of one metal ion without their tails; molecules that do not bind it are left out.

    Args:
        anatomy: a component taken apart.
        metal: index of the ion in it.
    """
    component = anatomy.component
    donors = frozenset(atom for site in anatomy.sites[metal] for atom in site.atoms)
    hapto = frozenset(atom for site in anatomy.sites[metal] if len(site.atoms) > 1 for atom in site.atoms)
    gone: set[int] = set()
    caps: list[tuple[str, FloatArray]] = []
    bound = [fragment for fragment in anatomy.fragments if donors & set(fragment.atoms)]
    for fragment in bound:
        cuts = _cuts(anatomy, fragment, donors, hapto)
        methyls = {cut.outer for cut in cuts if cut.methyl}
        for cut in cuts:
            if cut.inner not in methyls and not any(cut.inner in other.gone for other in cuts if other is not cut):
                gone |= cut.gone
                caps += _methyl_caps(anatomy, cut) if cut.methyl else [_cap(anatomy, cut.inner, cut.outer)]
    kept = tuple(sorted({metal, *(atom for fragment in bound for atom in fragment.atoms)} - gone))
    return Truncated(
        elements=(*(component.elements[atom] for atom in kept), *("H" for _ in caps)),
        positions=np.array([*component.positions[list(kept)], *(position for _, position in caps)]),
        kept=kept,
        removed=len(component.elements) - len(kept),
    )


def _cuts(anatomy: Anatomy, fragment: Fragment, donors: frozenset[int], hapto: frozenset[int]) -> list[_Cut]:
    orders = _bonds(anatomy, fragment)
    neighbours: dict[int, list[int]] = {atom: [] for atom in fragment.atoms}
    for a, b in orders:
        neighbours[a].append(b)
        neighbours[b].append(a)
    depth = _depths(neighbours, donors & set(fragment.atoms))
    charged = {atom for atom, charge in zip(fragment.atoms, fragment.charges.atoms, strict=True) if charge}
    elements = anatomy.component.elements
    found = []
    for pair, order in orders.items():
        for inner, outer in (pair, pair[::-1]):
            if order != 1 or depth[outer] != depth[inner] + 1 or elements[outer] not in _SOFT:
                continue
            behind = _behind(neighbours, inner, outer)
            if inner in behind or behind & (donors | charged):
                continue  # a ring, a second donor, a charge
            around = [elements[atom] for atom in neighbours[outer] if atom != inner]
            if not set(around) <= {*_SOFT, "H"} or (depth[inner] == 0 and inner not in hapto):
                continue
            if elements[inner] == "C":
                found.append(_Cut(inner, outer, frozenset(behind), methyl=False))
            elif elements[outer] == "C" and set(around) != {"H"}:
                found.append(_Cut(inner, outer, frozenset(behind - {outer}), methyl=True))
    return found


def _bonds(anatomy: Anatomy, fragment: Fragment) -> dict[tuple[int, int], int]:
    """Bond orders of the ligand's Lewis structure; contacts of order 0 are left out."""
    own = set(fragment.atoms)
    pairs = [(a, b) for a, b in anatomy.component.bonds.tolist() if a in own and b in own]
    return {pair: order for pair, order in zip(pairs, fragment.charges.bond_orders, strict=True) if order > 0}


def _depths(neighbours: dict[int, list[int]], donors: frozenset[int] | set[int]) -> dict[int, int]:
    """Number of bonds from the nearest donor."""
    depth = dict.fromkeys(donors, 0)
    edge = list(donors)
    while edge:
        step = sorted({b for a in edge for b in neighbours[a]} - depth.keys())
        depth.update((b, depth[edge[0]] + 1) for b in step)
        edge = step
    return {atom: depth.get(atom, len(neighbours)) for atom in neighbours}


def _behind(neighbours: dict[int, list[int]], inner: int, outer: int) -> set[int]:
    """Atoms that hang on `outer` when its bond to `inner` is not used; `inner` too where both lie in a ring."""
    reached, edge = {outer}, [outer]
    while edge:
        step = {b for a in edge for b in neighbours[a] if (a, b) != (outer, inner)} - reached
        reached |= step
        edge = sorted(step)
    return reached


def _cap(anatomy: Anatomy, inner: int, outer: int) -> tuple[str, FloatArray]:
    """A hydrogen atom on `inner`, in the direction of `outer`."""
    component = anatomy.component
    bond = component.positions[outer] - component.positions[inner]
    length = _LENGTHS[component.elements[inner]]
    return "H", component.positions[inner] + bond * (length / float(np.linalg.norm(bond)))


def _methyl_caps(anatomy: Anatomy, cut: _Cut) -> list[tuple[str, FloatArray]]:
    """Hydrogen atoms that make `outer` a methyl group: where its substituents were, if it had three."""
    component = anatomy.component
    others = [b if a == cut.outer else a for a, b in component.bonds.tolist() if cut.outer in (a, b)]
    others = [atom for atom in others if atom in cut.gone]
    if len(others) == 3:
        return [_cap(anatomy, cut.outer, atom) for atom in others]
    origin = component.positions[cut.outer]
    axis = origin - component.positions[cut.inner]
    axis /= np.linalg.norm(axis)
    side = component.positions[others[0]] - origin
    side -= axis * float(side @ axis)
    side /= np.linalg.norm(side)
    directions = (np.cos(angle) * side + np.sin(angle) * np.cross(axis, side) for angle in np.radians([0, 120, 240]))
    # tetrahedral: a third of the length along the bond, √8/3 across
    length = _LENGTHS["C"]
    return [("H", origin + length * (axis / 3 + np.sqrt(8) / 3 * direction)) for direction in directions]
