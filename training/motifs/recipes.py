"""Recipes of our own structures, drawn at random: pentagonal bipyramids, salen complexes, and a wider choice of motifs.

    DRAW[kind](random) ──► Recipe: ligands, and the sites at which those stand that may not settle

All chance is that of `random`: the same seed draws the same recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from core.chem.shape.references import references
from training.motifs.ligands import Ligand
from training.motifs.templates import AXIAL, CHARGES, EQUATOR, SALEN, SETTLING, SINGLES, picked

_SHARES: Final = (("5", 0.76), ("6", 0.12), ("4", 0.12))
"""How often so many donors stand around an axis."""

_NAMES: Final = {"5": "pentagonal bipyramid", "6": "hexagonal bipyramid", "4": "octahedron"}

_POLYHEDRA: Final = {
    3: ("TP-3", "vT-3"), 4: ("T-4", "SP-4", "SS-4"), 5: ("TBPY-5", "SPY-5", "PP-5"), 6: ("OC-6", "TPR-6", "PPY-6"),
    7: ("PBPY-7", "COC-7", "CTPR-7"), 8: ("SAPR-8", "TDD-8", "CU-8", "HBPY-8", "BTPR-8"),
    9: ("CSAPR-9", "TCTPR-9", "CCU-9", "HBPY-9"),
}  # fmt: skip
"""Polyhedra for ligands of one donor, by the labels of SHAPE."""


@dataclass(frozen=True, slots=True)
class MotifRecipe:
    """What is put together.

    Attributes:
        kind: ``salen``, ``pbpy`` or ``motif``.
        arrangement: in words, e.g. ``pentagonal bipyramid``.
        ligands: in the order of `sites`.
        sites: unit vector triples of the sites of each ligand, or None where it may settle.
    """

    kind: str
    arrangement: str
    ligands: tuple[Ligand, ...]
    sites: tuple[tuple[tuple[float, float, float], ...] | None, ...]

    @property
    def skeleton(self) -> str:
        """The arrangement and its ligands."""
        return f"{self.arrangement}: {' '.join(ligand.name for ligand in self.ligands)}"

    @property
    def family(self) -> str:
        """The ligands, however they are arranged."""
        return " ".join(sorted(ligand.name for ligand in self.ligands))


def _pentagonal_bipyramid(random: np.random.Generator) -> MotifRecipe:
    """Axial ligands on ±z, the others in the plane; a few hexagonal bipyramids and octahedra among them."""
    around = str(random.choice([n for n, _ in _SHARES], p=[share for _, share in _SHARES]))
    while True:
        _, axial = picked(AXIAL, random)
        template, equator = picked(EQUATOR[around], random)
        if 3 + sum(ligand.charge for ligand in (*axial, *equator)) in CHARGES:
            break
    axes = (((0.0, 0.0, 1.0),), ((0.0, 0.0, -1.0),))
    return MotifRecipe(
        "pbpy", f"{_NAMES[around]} {template}", (*axial, *equator), (*axes, *_around(equator, int(around)))
    )


def _around(ligands: Sequence[Ligand], count: int) -> list[tuple[tuple[float, float, float], ...]]:
    """Sites in the plane of z = 0, one after the other."""
    angles = 2.0 * np.pi * np.arange(count) / count
    places = [(float(np.cos(a)), float(np.sin(a)), 0.0) for a in angles]
    ends = np.cumsum([0, *(ligand.denticity for ligand in ligands)]).tolist()
    return [tuple(places[a:b]) for a, b in pairwise(ends)]


def _salen_type(random: np.random.Generator) -> MotifRecipe:
    template, ligands = picked(SALEN, random)
    return MotifRecipe("salen", f"salen {template}", ligands, (None,) * len(ligands))


def _motif(random: np.random.Generator) -> MotifRecipe:
    chance = random.random()
    if chance < 0.25:
        return _polyhedron(random)
    if chance < 0.31:
        return _bent_metallocene(random)
    template, ligands = picked(SETTLING, random)
    return MotifRecipe("motif", template, ligands, (None,) * len(ligands))


def _polyhedron(random: np.random.Generator) -> MotifRecipe:
    """Ligands of one donor on the corners of a polyhedron, shuffled."""
    sites = int(random.choice(list(_POLYHEDRA)))
    label = str(random.choice(_POLYHEDRA[sites]))
    template, ligands = picked(SINGLES[sites], random)
    corners = references(sites)[label][:-1]
    units = (corners / np.linalg.norm(corners, axis=1)[:, None])[random.permutation(sites)]
    places = tuple(((float(x), float(y), float(z)),) for x, y, z in units)
    return MotifRecipe("motif", f"{label} {template}", ligands, places)


def _bent_metallocene(random: np.random.Generator) -> MotifRecipe:
    """Two Cp rings and nothing else, 130° to 180° apart."""
    _, ligands = picked(("1 Cp, 1 Cp", "2 Cp"), random)
    angle = np.radians(random.uniform(130.0, 180.0))
    places = (((0.0, 0.0, 1.0),), ((float(np.sin(angle)), 0.0, float(np.cos(angle))),))
    return MotifRecipe("motif", "metallocenium", ligands, places)


DRAW: Final[dict[str, Callable[[np.random.Generator], MotifRecipe]]] = {
    "salen": _salen_type,
    "pbpy": _pentagonal_bipyramid,
    "motif": _motif,
}
"""What draws a recipe of a kind."""

KINDS: Final = tuple(DRAW)
