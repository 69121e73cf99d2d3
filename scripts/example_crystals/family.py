"""Random complexes of usual ligands, for tests and benchmarks that need many crystals no database gave them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .assembly import Piece, assemble, single
from .cell import Packing
from .parts import ACAC, NITRATE, PHEN, PYRIDINE, THF, WATER, free
from .plan import Plan
from .polyhedra import kepert

METALS = ("Ce", "Pr", "Nd", "Sm", "Tb", "Dy", "Ho", "Er", "Tm", "Yb")
SPACE_GROUPS = ("P 1", "P -1", "P 1 21/c 1", "P 1 21/n 1", "C 1 2/c 1", "P 21 21 21", "P b c a")
_TRIES = 12


@dataclass(frozen=True, slots=True)
class _Ligand:
    """SMILES, charge, metal–donor distance for Dy [Å], bite angle [°] of a chelate, allowed M–D–X angles [°]."""

    smiles: str
    charge: int
    distance: float
    bite: float = 0.0
    angle: tuple[float, float] | None = None


# Round values of the usual size, chosen by us; other ions are not rescaled, since no number depends on it.
_LIGANDS = (
    _Ligand(WATER, 0, 2.37, angle=(112.0, 125.0)),
    _Ligand(THF, 0, 2.42, angle=(118.0, 132.0)),
    _Ligand(PYRIDINE, 0, 2.56, angle=(116.0, 126.0)),
    _Ligand("[O:1]=P(C)(C)C", 0, 2.26, angle=(150.0, 172.0)),
    _Ligand("CN(C)C=[O:1]", 0, 2.34, angle=(122.0, 140.0)),
    _Ligand("CC(C)(C)[O-:1]", -1, 2.12, angle=(160.0, 178.0)),
    _Ligand("[Cl-:1]", -1, 2.63),
    _Ligand(ACAC, -1, 2.34, 72.5, (128.0, 142.0)),
    _Ligand(NITRATE, -1, 2.46, 52.0),
    _Ligand("CC(=[O:1])[O-:2]", -1, 2.42, 54.0),
    _Ligand(PHEN, 0, 2.56, 64.5, (112.0, 128.0)),
)


def family(seed: int) -> Iterator[tuple[str, Packing]]:
    """Endless, deterministic: one name and packed crystal after the other; what cannot be built is left out."""
    for number in range(seed * 100_000, (seed + 1) * 100_000):
        generator = random.Random(number)
        group = SPACE_GROUPS[number % len(SPACE_GROUPS)]
        try:
            plan = _plan(generator, group, number)
            yield f"family-{number}", plan.packed()
        except ValueError:  # crowded, torn apart, or no packing from this start: the next one
            continue


def _plan(generator: random.Random, group: str, seed: int) -> Plan:
    ligands = _drawn(generator)
    total = 3 + sum(ligand.charge for ligand in ligands)
    bites: list[tuple[int, int, float]] = []
    count = 0
    for ligand in ligands:
        if ligand.bite:
            bites.append((count, count + 1, ligand.bite))
        count += 2 if ligand.bite else 1
    complex_ = assemble([(f"{generator.choice(METALS)}+3", np.zeros(3))], _pieces(ligands, kepert(bites, count, seed)))
    anion = single(generator.choice(("[Cl-]", "[O-]Cl(=O)(=O)=O", "F[B-](F)(F)F")))
    solvent = [free(single(generator.choice(("CCO", "CC#N"))))] if generator.random() < 0.4 else []
    return Plan(group, (free(complex_), *(free(anion) for _ in range(total)), *solvent), seed)


def _drawn(generator: random.Random) -> list[_Ligand]:
    """Ligands for coordination number 6 to 9 that leave a charge of 0 to +3."""
    for _ in range(_TRIES):
        kinds = generator.sample(_LIGANDS, generator.choice((2, 3)))
        ligands: list[_Ligand] = []
        sites = generator.choice((6, 7, 8, 9))
        while (room := sites - sum(2 if ligand.bite else 1 for ligand in ligands)) > 0:
            fitting = [kind for kind in kinds if room > 1 or not kind.bite]
            if not fitting:
                break
            ligands.append(generator.choice(fitting))
        if room == 0 and 0 <= 3 + sum(ligand.charge for ligand in ligands) <= 3:
            return ligands
    raise ValueError("no set of ligands fits")


def _pieces(ligands: list[_Ligand], corners: np.ndarray) -> list[Piece]:
    pieces, first = [], 0
    for ligand in ligands:
        taken = range(first, first + (2 if ligand.bite else 1))
        donors = {n: ligand.distance * corners[corner] for n, corner in enumerate(taken, 1)}
        pieces.append(Piece(ligand.smiles, donors, ligand.angle))
        first = taken.stop
    return pieces
