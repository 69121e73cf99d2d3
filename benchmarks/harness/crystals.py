"""Crystals for the benchmarks: our own complexes, or real environments from a data folder, in several space groups."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
from rdkit import RDLogger

from scripts.example_crystals.cell import Packing
from scripts.example_crystals.cif_text import to_cif
from scripts.example_crystals.family import SPACE_GROUPS, family
from scripts.example_crystals.fragment import Fragment
from scripts.example_crystals.parts import free
from scripts.example_crystals.plan import Plan
from tests import cifs

_CYCLIC, _DIAGONAL = ((0, 1, 0), (0, 0, 1), (1, 0, 0)), ((1, 0, 0), (0, 1, 0), (-1, 0, 1))

Change = Callable[[cifs.Crystal, int], cifs.Crystal]
CHANGES: dict[str, Change] = {
    "as packed": lambda c, seed: c,
    "another origin, unwrapped": lambda c, seed: cifs.unwrapped(cifs.shifted(c, (Fraction(1, 4),) * 3), seed),
    "other axes": lambda c, seed: cifs.rebased(c, _CYCLIC if c.cell[4] == 90.0 else _DIAGONAL),
    "atoms permuted, each its own mate": lambda c, seed: cifs.permuted(
        cifs.other_asymmetric_unit(c, seed, whole=False), seed
    ),
    "P 1": lambda c, seed: cifs.in_p1(c),
}


def generated(count: int, seed: int) -> Iterator[cifs.Crystal]:
    """Packed crystals of random complexes of usual ligands (scripts/example_crystals/family.py)."""
    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]  # UFF has no charge states for isolated metal ions
    for name, packing in islice(family(seed), count):
        yield _crystal(packing, name)


def environments(folder: Path, count: int, seed: int) -> Iterator[cifs.Crystal]:
    """Molecules of a multi-frame ``structures.xyz.gz``, drawn without replacement and packed as rigid bodies."""
    molecules = list(_frames(folder / "structures.xyz.gz"))
    made = 0
    for number in random.Random(seed).sample(range(len(molecules)), len(molecules)):
        try:
            plan = Plan(SPACE_GROUPS[number % len(SPACE_GROUPS)], (free(molecules[number]),), number)
            crystal = _crystal(plan.packed(), f"environment-{number}")
        except ValueError:  # no packing from this start
            continue
        yield replace(crystal, moiety="")  # their charges stay in the index: a moiety without them would be wrong
        made += 1
        if made == count:
            return


def _frames(path: Path) -> Iterator[Fragment]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        while header := lines.readline():
            lines.readline()
            rows = [lines.readline().split() for _ in range(int(header))]
            yield Fragment(tuple(row[0] for row in rows), np.array([row[1:4] for row in rows], dtype=float))


def _crystal(packing: Packing, name: str) -> cifs.Crystal:
    return cifs.from_cif(to_cif(packing, name, name))
