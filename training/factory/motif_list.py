"""Makes assets/labels/motif_list.jsonl, complexes of our own whose levels are computed, in their order:

    python -m training.factory.motif_list --environments FOLDER [--each 24] [--seed 1]

So many of each kind of `training.factory.motif_kinds`, the kinds by turns, with their coordinates. Left out is what has
the ligands of a landmark or of a complex of `benchmarks.validation.measured` (formula of all but the ion, whichever the
ion), or the formula of any real environment, what has a donor signature of the check half of
assets/levels/environments.json, and whatever has more than `MOST_FUNCTIONS` basis functions. So no motif is linked to
an environment that is put aside. One set of ligands stands in the list at most `OF_ONE_FAMILY` times.

Complexes of the same ligands or formula are linked and stand in one half; one linked group in `SECOND_CHECK_ONE_IN`, by
hash of its first family, is the second check half.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from core.errors import DomainError
from training.common.level_labels import rounded
from training.common.splits import groups
from training.factory.motif_kinds import KINDS, Draw, complex_of
from training.factory.motif_table import Motif, write_motifs
from training.factory.recipes import MOTIF_LIST
from training.factory.tasks import CALIBRATION, MOST_FUNCTIONS, SECOND, put_aside
from training.levels.computed_levels import TABLE, functions, spec_of
from training.levels.environments import formulas
from training.levels.structures import skeleton_of
from training.motifs.landmarks import landmarks
from training.motifs.reported_landmarks import built_reported, reported_entries

EACH: Final = 24
SEED: Final = 1

OF_ONE_FAMILY: Final = 2
"""Complexes with the same ligands, at most: they differ by ion, lengths and angles."""

TRIES: Final = 20
"""Draws for one complex that is wanted, at most."""

IONS: Final = ("Dy", "Er", "Tb", "Ho", "Nd", "Yb")
SHARES: Final = (0.6, 0.15, 0.1, 0.05, 0.05, 0.05)

MEASURED: Final = frozenset(
    "C12H46N6O7P2 C13H14B C14H16B C15H25O8 C16H16 C17H23BN C18H23 C18H54N3Si6 C20H60N4O7P2 C21H24N9O6 C24H49ClO6 "
    "C27H29N2O6 C28H28BrN4O2 C28H48Si4 C33H43N5O2 C34H58 C36H52O7P2 C36H58ClO4 C36H76O7P2 C41H43N5O2 C54H66N8O6Zn2 "
    "C55H70N8O7Zn2 C58H56N6O2Si2 C59H49N5O4P2 O36W10".split()
)
"""Formulas of all but the ion of the complexes of `benchmarks.validation.measured`."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What no complex of the list may have: formulas of all but the ion, and donor signatures."""

    skeletons: frozenset[str]
    signatures: frozenset[str]

    @classmethod
    def of(cls, environments: Path) -> Forbidden:
        """From all environments, the landmarks and the complexes with measured barriers.

        Args:
            environments: folder with structures.xyz.gz.
        """
        known = [one.environment for one in landmarks()]
        known += [built_reported(entry).environment for entry in reported_entries()]
        own = {skeleton_of(environment) for environment in known}
        rows = json.loads(TABLE.read_text(encoding="utf-8"))["rows"]
        check = frozenset(row["donors"] for row in rows if row["half"] == "check")
        return cls(MEASURED | own | formulas(environments / "structures.xyz.gz"), check)


def main() -> None:
    """Writes the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--each", type=int, default=EACH, help=f"of a kind (default: {EACH})")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=MOTIF_LIST)
    options = parser.parse_args()
    forbidden = Forbidden.of(options.environments)
    kinds = [list(drawn(kind, options.each, options.seed, forbidden)) for kind in KINDS]
    turns = [kind[number] for number in range(options.each) for kind in kinds]
    write_motifs(options.out, halved(turns))


def drawn(kind: str, wanted: int, seed: int, forbidden: Forbidden) -> Iterator[Motif]:
    """So many complexes of a kind; what does not fit, or may not stand in the list, is drawn anew."""
    families: Counter[str] = Counter()
    for number in range(TRIES * wanted):
        random = np.random.default_rng((seed, list(KINDS).index(kind), number))
        draw = KINDS[kind](random)
        ion = str(random.choice(IONS, p=SHARES))
        family = " ".join(sorted(placed.ligand.name for placed in draw))
        if families[family] == OF_ONE_FAMILY:
            continue
        try:
            made = _motif(f"{kind} {families.total() + 1:02d} {ion}", kind, family, draw, random)
        except DomainError:
            continue
        if (
            made.functions <= MOST_FUNCTIONS
            and made.skeleton not in forbidden.skeletons
            and made.signature not in forbidden.signatures
        ):
            families[family] += 1
            yield made
        if families.total() == wanted:
            return


def _motif(key: str, kind: str, family: str, draw: Draw, random: np.random.Generator) -> Motif:
    whole = complex_of(key.rsplit(" ", 1)[1], draw, random)
    around = whole.environment(key)
    spec = spec_of(around, whole.charge)
    return Motif(
        key, kind, family, skeleton_of(around), around.signature, CALIBRATION, whole.charge, functions(around),
        list(spec.donors), " ".join(spec.elements), rounded(spec.positions),
    )  # fmt: skip


def halved(motifs: list[Motif]) -> list[Motif]:
    """The same with their halves."""
    families, skeletons = [motif.family for motif in motifs], [motif.skeleton for motif in motifs]
    linked = groups(families, skeletons, [motif.key for motif in motifs]).tolist()
    first: dict[int, str] = {}
    for group, family in sorted(zip(linked, families, strict=True)):
        first.setdefault(group, family)
    return [
        replace(motif, half=SECOND if put_aside(f"motif {first[group]}") else CALIBRATION)
        for motif, group in zip(motifs, linked, strict=True)
    ]


if __name__ == "__main__":
    main()
