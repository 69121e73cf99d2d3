"""Hydrogens for the waters and hydroxides of a file that has none, placed as refinement programs let them ride."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.arrays import FloatArray
from core.chem.crystal.components import Component
from core.chem.crystal.hydrogens import NEUTRON_DISTANCES
from core.chem.lewis.fragments import Anatomy, Fragment, dissect
from core.doubts import Doubt, doubt

WATER_ANGLE = 104.5
"""H–O–H of water [°]."""

_TURNS = 24  # rotations about the metal–oxygen bond that are tried


def bare_oxygens(anatomies: Sequence[Anatomy]) -> float:
    """Oxygens in the cell that were taken for water and have no hydrogens, by their occupancy."""
    return sum(
        a.component.copies * a.component.share * sum(_hydrogens_of(f) == 2 for f in a.fragments) for a in anatomies
    )


def _hydrogens_of(fragment: Fragment) -> int:
    """Hydrogens that belong on a bare oxygen: two on what was taken for water, one on hydroxide; else none."""
    return max(0, 2 + fragment.charges.total) if fragment.formula == "O" else 0


def with_hydrogens_on_oxygens(anatomy: Anatomy) -> tuple[Anatomy, tuple[Doubt, ...]]:
    """The molecule with hydrogens on its bare oxygens, taken apart anew, and what to say of it.

    Its other ligands keep the charges that they have in `anatomy`.
    """
    wanted = {f.atoms[0]: count for f in anatomy.fragments if (count := _hydrogens_of(f))}
    if not wanted:
        return anatomy, ()
    whole = dissect(with_hydrogens(anatomy.component, wanted, anatomy.metals))
    old = {f.atoms: f for f in anatomy.fragments}
    fragments = tuple(old.get(f.atoms, f) for f in whole.fragments)
    waters = sum(count == 2 for count in wanted.values())
    hydroxides = len(wanted) - waters
    taken = [f"{n} oxygens taken for {what}" for n, what in ((waters, "water"), (hydroxides, "hydroxide")) if n]
    text = f"{' and '.join(taken)} have no hydrogens in the file; hydrogens were added by geometry (riding)."
    return replace(whole, fragments=fragments), (doubt("hydrogens-added", text),)


def with_hydrogens(component: Component, wanted: Mapping[int, int], metals: tuple[int, ...]) -> Component:
    """The molecule with hydrogens on its bare oxygens, O–H at the neutron distance; of all turns the roomiest.

    Args:
        component: the molecule; the new atoms stand at its end and share the site of their oxygen.
        wanted: oxygen -> 2 (water) or 1 (hydroxide).
        metals: its metal ions.
    """
    elements, positions = list(component.elements), component.positions
    sites, bonds = component.sites.tolist(), component.bonds.tolist()
    for oxygen, count in sorted(wanted.items()):
        for place in _places(positions, oxygen, count, metals):
            bonds.append([oxygen, len(elements)])
            elements.append("H")
            sites.append(sites[oxygen])
            positions = np.vstack([positions, place])
    return replace(
        component,
        elements=tuple(elements),
        positions=positions,
        sites=np.array(sites, dtype=np.int64),
        bonds=np.array(bonds, dtype=np.int64),
    )


def _places(positions: FloatArray, oxygen: int, count: int, metals: tuple[int, ...]) -> FloatArray:
    """(count, 3) places of the hydrogens of one oxygen [Å]: away from the metal, and from all other atoms."""
    here = positions[oxygen]
    others = np.delete(positions, oxygen, axis=0)
    nearest = min(metals, key=lambda m: float(np.linalg.norm(positions[m] - here)))
    away = (here - positions[nearest]) / np.linalg.norm(here - positions[nearest])
    by_distance = others[np.argsort(np.linalg.norm(others - here, axis=1))]
    sides = [s - (s @ away) * away for s in by_distance - here]
    side = next((s / np.linalg.norm(s) for s in sides if np.linalg.norm(s) > 0.3), np.cross(away, [0.3, 0.5, 0.8]))
    up = np.cross(away, side)
    half = np.radians(WATER_ANGLE / 2)
    best, least = np.empty((0, 3)), np.inf
    for turn in 2 * np.pi / _TURNS * np.arange(_TURNS):
        across = np.cos(turn) * side + np.sin(turn) * up
        arms = [np.cos(half) * away + sign * np.sin(half) * across for sign in (1, -1)[:count]]
        places = here + NEUTRON_DISTANCES["O"] * np.array(arms)
        push = float((np.linalg.norm(places[:, None] - others[None], axis=2) ** -6).sum())
        if push < least - 1e-9:
            best, least = places, push
    return best
