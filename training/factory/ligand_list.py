"""Makes assets/labels/gap_list.csv, the ligands whose first gaps are computed, in their order:

    python -m training.factory.ligand_list [--count 500]

Round 0 is drawn from the library (`assets/ligands/library.csv.gz`, at most `MOST_HEAVY_ATOMS` heavy atoms) by hash,
stratified over donor classes and, within each, over sizes: any prefix holds every class, those of anions and of P=O
twice as often as the others, and in each class all sizes in turn. Everyday ligands of the pilot and those whose gaps
were asked for before come at the end, since they have a gap already.

Test ligands, for ever, are those of `training.ligands.halves`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

from core.chem.donor_class import DonorClass
from core.design.atlas_file import read_ligands
from core.design.scope import ScopedLigand
from core.errors import UnreadableFile
from training.factory.recipes import GAP_LIST
from training.ligands.halves import half_of
from training.ligands.labels import ASSETS, Site, first_gaps

LIBRARY: Final = ASSETS / "library.csv.gz"
COUNT: Final = 500
MOST_HEAVY_ATOMS: Final = 10
TWICE: Final = frozenset({DonorClass.PHOSPHINE_OXIDE})
"""Neutral classes that are drawn twice as often, as anions are: their gaps are the largest."""

COLUMNS: Final = ("round", "smiles", "donor", "donor_class", "heavy_atoms", "half", "why")


@dataclass(frozen=True, slots=True)
class Listed:
    """A ligand of the list.

    Attributes:
        round: 0 for the first list, 1 … for those chosen by heads.
        smiles, donor, donor_class, heavy_atoms: the ligand.
        half: ``train`` or ``test``.
        why: what chose it.
    """

    round: int
    smiles: str
    donor: int
    donor_class: str
    heavy_atoms: int
    half: str
    why: str


def main() -> None:
    """Writes the list; round 0 alone, later rounds in the file are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--out", type=Path, default=GAP_LIST)
    options = parser.parse_args()
    later = [entry for entry in read_list(options.out) if entry.round] if options.out.exists() else []
    ligands, _ = read_ligands(LIBRARY)
    write_list(options.out, [*first_round(ligands, options.count, frozenset(first_gaps().values)), *later])


def first_round(ligands: Iterable[ScopedLigand], count: int, known: frozenset[Site]) -> list[Listed]:
    """The ligands of round 0, those that have a gap already last."""
    small = [ligand for ligand in ligands if ligand.heavy_atoms <= MOST_HEAVY_ATOMS]
    drawn = ordered([ligand for ligand in small if (ligand.smiles, ligand.donor) not in known])[:count]
    old = sorted((ligand for ligand in small if (ligand.smiles, ligand.donor) in known), key=_hash)
    return [*(_listed(ligand, "stratified") for ligand in drawn), *(_listed(ligand, "known gap") for ligand in old)]


def _listed(ligand: ScopedLigand, why: str) -> Listed:
    half = half_of(ligand.smiles)
    return Listed(0, ligand.smiles, ligand.donor, ligand.donor_class, ligand.heavy_atoms, half, why)


def ordered(ligands: Sequence[ScopedLigand]) -> list[ScopedLigand]:
    """All ligands, stratified as said above."""
    by_class: dict[str, list[ScopedLigand]] = defaultdict(list)
    for ligand in ligands:
        by_class[ligand.donor_class].append(ligand)
    placed = []
    for name, members in sorted(by_class.items()):
        weight = 2.0 if members[0].charge < 0 or name in TWICE else 1.0
        placed += [((k + 0.5) / weight, _hash(ligand), ligand) for k, ligand in enumerate(_by_size(members))]
    return [ligand for _, _, ligand in sorted(placed, key=lambda entry: entry[:2])]


def _by_size(members: Iterable[ScopedLigand]) -> Iterator[ScopedLigand]:
    """One of every size, then a second of every size …, the order within a size and of the sizes by hash."""
    sizes: dict[int, list[ScopedLigand]] = defaultdict(list)
    for ligand in sorted(members, key=_hash):
        sizes[ligand.heavy_atoms].append(ligand)
    for row in zip_longest(*(sizes[size] for size in sorted(sizes, key=lambda size: _hash(sizes[size][0])))):
        yield from (ligand for ligand in row if ligand is not None)


def _hash(ligand: ScopedLigand) -> str:
    return hashlib.sha256(f"gap {ligand.smiles} {ligand.donor}".encode()).hexdigest()


def read_list(path: Path = GAP_LIST) -> list[Listed]:
    """The ligands in their order.

    Raises:
        UnreadableFile: missing, or no such list.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [_read(row) for row in csv.DictReader(file)]
    except (OSError, KeyError, ValueError, TypeError) as error:
        advice = "Make it: kramers train label-list."
        raise UnreadableFile("this is no list of ligands.", where=str(path), advice=advice) from error


def _read(row: dict[str, str]) -> Listed:
    first, smiles, donor, donor_class, heavy_atoms, half, why = (row[name] for name in COLUMNS)
    return Listed(int(first), smiles, int(donor), donor_class, int(heavy_atoms), half, why)


def write_list(path: Path, entries: Iterable[Listed]) -> None:
    """The list as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([getattr(entry, name) for name in COLUMNS] for entry in entries)


if __name__ == "__main__":
    main()
