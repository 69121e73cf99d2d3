"""Landmarks: mononuclear lanthanide environments whose answer the literature knows; never trained on.

    assets/landmarks/landmarks.json ──► Entry (verdict, criterion, source, recipe) ──► Landmark (atoms, sphere)

Geometries are our own throughout: ideal polyhedra, or ligands that settle (`training.motifs.motif`), bonds as long as
the recipe says. What differs is the verdict's source: ``read`` says that a passage was read; ``idealised`` that the
verdict is from memory of the literature. Verdicts were written down before any model saw a landmark.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from core.arrays import FloatArray
from core.chem.shape.references import references
from core.chem.sphere.coordination import CoordinationSphere
from core.errors import DomainError
from core.fields.environment import Environment, environment_of
from core.resources import shipped
from training.motifs import ligands as small
from training.motifs import pockets as large
from training.motifs.energy import Part
from training.motifs.generators import usable
from training.motifs.ligands import Ligand
from training.motifs.motif import Assembled, assembled, intended
from training.motifs.shapes import Shape

FILE: Final = shipped("assets/landmarks") / "landmarks.json"

LIGANDS: Final[dict[str, Ligand]] = {
    ligand.name: ligand
    for group in (
        small.ANIONS, small.NEUTRALS, (small.NITRATE,), small.DIKETONATES, small.CARBOXYLATES, small.DIIMINES,
        small.OTHER_PAIRS, small.SALENS, small.OUTER_SALENS, large.EQUATORIAL, large.POCKETS, large.DECKS, large.RINGS,
        (large.COT, large.BORATABENZENE),
    )
    for ligand in group
}  # fmt: skip
"""Every ligand by its name."""

POLYOXOMETALATE: Final = "W5O18"


@dataclass(frozen=True, slots=True)
class Step:
    """Ligands of one kind.

    Attributes:
        ligand: its name.
        count: how many.
        distance: mean distance of its donors from the ion [Å].
        sites: directions of the sites of each, not normalised; None where the polyhedron gives them or they settle.
    """

    ligand: str
    count: int
    distance: float
    sites: tuple[FloatArray, ...] | None


class Recipe(Protocol):
    """What atoms are made of; attributes as those of `Entry`."""

    @property
    def id(self) -> str: ...
    @property
    def ion(self) -> str: ...
    @property
    def polyhedron(self) -> str: ...
    @property
    def steps(self) -> tuple[Step, ...]: ...
    @property
    def charge(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What is known, before anything is built.

    Attributes:
        id, title: short name; the compound.
        ion: element symbol.
        verdict: slow relaxation of the magnetisation in zero static field, above 1.8 K.
        observed: where slow relaxation is reported: ``zero field``, ``in field`` or ``none``.
        barrier_cm1: effective barrier reported [cm⁻¹], None where there is none or it is not known to us.
        criterion: how the verdict follows.
        reported: what the literature says.
        source: ``kind`` (read or idealised), ``where``, ``doi`` where it is sure, ``passage`` where one was read.
        polyhedron: label of SHAPE whose corners the steps take in turn, or empty.
        steps: the ligands.
        charge: total [e].
    """

    id: str
    title: str
    ion: str
    verdict: bool
    observed: str
    barrier_cm1: float | None
    criterion: str
    reported: str
    source: dict[str, str]
    polyhedron: str
    steps: tuple[Step, ...]
    charge: int


@dataclass(frozen=True, slots=True, eq=False)
class Landmark:
    """An entry and its atoms: (n,) symbols, the ion first at the origin, and (n, 3) positions [Å]."""

    entry: Entry
    elements: tuple[str, ...]
    positions: FloatArray
    sphere: CoordinationSphere

    @property
    def environment(self) -> Environment:
        """As the models read it."""
        return environment_of(self.elements, self.positions, self.sphere, self.entry.id)


def entries(path: Path = FILE) -> tuple[Entry, ...]:
    """What the file holds, in its order."""
    return tuple(_entry(raw) for raw in json.loads(path.read_text(encoding="utf-8"))["landmarks"])


@cache
def landmarks() -> tuple[Landmark, ...]:
    """All of them, built."""
    return tuple(built(entry) for entry in entries())


def built(entry: Entry) -> Landmark:
    """The atoms of one entry, always the same.

    Raises:
        DomainError: it cannot be built, reads otherwise than meant, or carries another charge than stated.
    """
    whole = atoms_of(entry)
    return Landmark(entry, whole.elements, whole.positions, whole.sphere)


def atoms_of(entry: Recipe) -> Assembled:
    """What a recipe gives, always the same.

    Raises:
        DomainError: as for `built`.
    """
    whole = intended(assembled(entry.ion, _parts(entry), np.random.default_rng(0)))
    if whole.charge != entry.charge:
        raise DomainError(f"{entry.id}: the charge is {whole.charge}, not {entry.charge}.")
    return whole


def metal_only(known: Iterable[Entry]) -> tuple[float, float]:
    """Share of right verdicts of two rules that look at the ion alone: SMM if it is Dy; the best rule there can be."""
    by_ion: dict[str, Counter[bool]] = defaultdict(Counter)
    for entry in known:
        by_ion[entry.ion][entry.verdict] += 1
    total = sum(counts.total() for counts in by_ion.values())
    dysprosium = sum(counts[ion == "Dy"] for ion, counts in by_ion.items())
    best = sum(max(counts.values()) for counts in by_ion.values())
    return dysprosium / total, best / total


def _entry(raw: dict[str, Any]) -> Entry:
    recipe = raw["recipe"]
    return Entry(
        **{
            name: raw[name] for name in ("id", "title", "ion", "verdict", "observed", "criterion", "reported", "charge")
        },
        barrier_cm1=raw["barrier_cm1"],
        source=raw["source"],
        polyhedron=recipe.get("polyhedron", ""),
        steps=steps_of(recipe),
    )


def steps_of(recipe: Mapping[str, Any]) -> tuple[Step, ...]:
    """The ligands of a recipe as the file has it."""
    return tuple(_step(step) for step in recipe["ligands"])


def _step(raw: dict[str, Any]) -> Step:
    sites = tuple(np.array(one, dtype=np.float64) for one in raw["sites"]) if "sites" in raw else None
    return Step(raw["ligand"], raw.get("count", 1), raw["distance"], sites)


def _parts(entry: Recipe) -> list[Part]:
    corners = iter(_corners(entry))
    parts = []
    for step in entry.steps:
        shape = _shape(step)
        for number in range(step.count):
            wanted = next(corners, None) if step.sites is None else _units(step.sites[number])
            parts.append(Part(shape, wanted))
    return parts


def _corners(entry: Recipe) -> list[FloatArray]:
    """(1, 3) unit vectors; none without a polyhedron."""
    if not entry.polyhedron:
        return []
    vertices = references(sum(step.count for step in entry.steps))[entry.polyhedron][:-1]
    return [corner[None] for corner in _units(vertices)]


def _units(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None])


def _shape(step: Step) -> Shape:
    """The first usable shape, moved until its donors are as far from the ion as the step says, as nearly as can be."""
    shape = large.lindqvist() if step.ligand == POLYOXOMETALATE else usable(LIGANDS[step.ligand])[0]
    for _ in range(3):  # a shift changes the directions of a chelate's bonds a little
        donors = shape.positions[list(shape.donors)]
        shape = shape.stretched(step.distance - float(np.linalg.norm(donors, axis=1).mean()))
    return shape
