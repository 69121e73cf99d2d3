"""Structures of our own for the training set: pentagonal bipyramids, salen complexes, and a wider choice of motifs.

    generated(seed, count) ──► Generated: ligands drawn (`motif_recipes`), put around Dy (`motifs`), and kept only where
    `core.chem` reads them as they were meant

Endless and deterministic. Bond lengths are those of `motif_ligands` ± 0.025 Å, every ligand is turned a little (2°)
from where it is least crowded. The ion is Dy throughout; `Environment.of_ion` takes the ligands to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.sphere.coordination import CoordinationSphere
from core.errors import DomainError
from core.fields.environment import Environment, environment_of
from training.motifs.energy import Part
from training.motifs.ligands import PER_SITE, Ligand
from training.motifs.motif import assembled, assembly_of, intended
from training.motifs.recipes import DRAW, KINDS, MotifRecipe
from training.motifs.shapes import Shape, shapes

METAL: Final = "Dy"

LENGTH_SPREAD: Final = 0.025
"""Standard deviation of a ligand's bond lengths [Å]."""

TURN: Final = 2.0
"""Standard deviation of a ligand's last turn about x, y and z [°]."""

USUAL_SITES: Final = 7
"""Coordination number to which the lengths of `motif_ligands` belong."""


@dataclass(frozen=True, slots=True, eq=False)
class Generated:
    """One structure.

    Attributes:
        name: unique within a seed.
        family: the ligands, however they are arranged: what must stay together in a split.
        skeleton: the arrangement and its ligands; structures that share it differ by conformers, lengths and turns.
        kind: ``salen``, ``pbpy`` or ``motif``.
        elements: (n,) symbols, Dy first.
        positions: (n, 3) [Å].
        charge: total [e].
        sphere: what `core.chem` makes of it.
    """

    name: str
    family: str
    skeleton: str
    kind: str
    elements: tuple[str, ...]
    positions: FloatArray
    charge: int
    sphere: CoordinationSphere

    @property
    def environment(self) -> Environment:
        """As the models read it."""
        return environment_of(self.elements, self.positions, self.sphere, self.name)


def generated(seed: int, count: int) -> Iterator[Generated]:
    """`count` structures, the kinds by turns; what does not fit or reads otherwise is left out and drawn anew."""
    return islice(_endless(seed), count)


def _endless(seed: int) -> Iterator[Generated]:
    made = 0
    for number in range(10**9):
        random = np.random.default_rng((seed, number))
        recipe = DRAW[KINDS[made % len(KINDS)]](random)
        try:
            structure = built(recipe, random, f"{recipe.kind}-{seed}-{number}")
        except DomainError:
            continue
        made += 1
        yield structure


def built(recipe: MotifRecipe, random: np.random.Generator, name: str) -> Generated:
    """The structure of a recipe.

    Raises:
        DomainError: the ligands do not fit, or read otherwise than meant.
    """
    sites = sum(ligand.denticity for ligand in recipe.ligands)
    parts = []
    for ligand, wanted in zip(recipe.ligands, recipe.sites, strict=True):
        choice = usable(ligand)
        change = PER_SITE * (sites - USUAL_SITES) + random.normal(0.0, LENGTH_SPREAD)
        shape = choice[random.integers(len(choice))].stretched(change)
        parts.append(Part(shape, None if wanted is None else np.array(wanted)))
    whole = intended(assembled(METAL, parts, random, TURN))
    return Generated(
        name, recipe.family, recipe.skeleton, recipe.kind, whole.elements, whole.positions, whole.charge, whole.sphere
    )


@cache
def usable(ligand: Ligand) -> tuple[Shape, ...]:
    """The shapes that alone around Dy read as they were meant.

    Raises:
        DomainError: none does.
    """
    found = tuple(shape for shape in shapes(ligand) if _reads_well(shape))
    if not found:
        raise DomainError(f"{ligand.name}: no shape reads as it was meant.")
    return found


def _reads_well(shape: Shape) -> bool:
    try:
        intended(assembly_of(METAL, [shape]))
    except DomainError:
        return False
    return True
