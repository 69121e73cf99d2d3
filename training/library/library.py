"""Makes assets/ligands/library.csv.gz, a library of single donors written down as building blocks:
`python -m training.library.library --out assets/ligands/library.csv.gz`.

Every core of every family (`training.library.families`) is filled with every combination of its groups; of the
candidates of a family as many as wanted are kept, drawn by a hash of what was written and so the same on every machine,
small ones four times as readily as those past 18 heavy atoms. What `core.design.scope` declines, or calls by another
donor class than the family's, is left out and counted. Nothing is read from anywhere: the library is ours.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import logging
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdkit import Chem

from core import settings
from core.chem.ligand.synthetic_accessibility import synthetic_accessibility
from core.design.scope import OutOfScope, ScopedLigand, scoped
from training.library import corners as ligand_corners
from training.library import nitrogen as ligand_nitrogen
from training.library import oxygen as ligand_oxygen
from training.library.families import Family

FAMILIES: Final = (*ligand_oxygen.FAMILIES, *ligand_nitrogen.FAMILIES, *ligand_corners.FAMILIES)
COLUMNS: Final = ("smiles", "donor", "donor_class", "family", "charge", "heavy_atoms", "sa_score")

LARGE_FROM: Final = 19
"""Heavy atoms from which a ligand is drawn less readily: latent space is judged at 18 and below."""

LARGE_SHARE: Final = 0.25
"""How readily, against smaller ones."""

_ATOM = re.compile(r"\[[^\]]*\]|Cl|[BCNOFSPcnos]")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A ligand of the library, the family it was made for and its SA score
    (`core.chem.ligand.synthetic_accessibility`)."""

    ligand: ScopedLigand
    family: str
    sa_score: float


def library(families: Sequence[Family] = FAMILIES) -> tuple[list[Entry], dict[str, Counter[str]]]:
    """The entries, sorted by SMILES, and for each family what became of its candidates."""
    found: dict[tuple[str, int], Entry] = {}
    fates: dict[str, Counter[str]] = {}
    for family in families:
        fates[family.name] = _enter(family, found)
        _log.info("%s: %s", family.name, dict(fates[family.name]))
    return sorted(found.values(), key=lambda e: (e.ligand.smiles, e.ligand.donor)), fates


def _enter(family: Family, found: dict[tuple[str, int], Entry]) -> Counter[str]:
    """Add what is wanted of a family to `found`, and say what became of the candidates looked at."""
    fates: Counter[str] = Counter()
    for text in drawn(family):
        if fates["kept"] == family.wanted:
            break
        try:
            ligand = scoped(text)
        except OutOfScope as refusal:
            fates[refusal.reason] += 1
            continue
        if ligand.donor_class != family.donor_class:
            fates["another donor class"] += 1
        elif (ligand.smiles, ligand.donor) in found:
            fates["duplicate"] += 1
        else:
            fates["kept"] += 1
            score = synthetic_accessibility(Chem.MolFromSmiles(ligand.smiles))
            found[ligand.smiles, ligand.donor] = Entry(ligand, family.name, round(score, 2))
    return fates


def drawn(family: Family) -> list[str]:
    """The candidates of a family up to the size limit, those to be taken first in front."""
    texts = {text: _heavy(text) for core in family.cores for text in core.filled()}
    within = (text for text, heavy in texts.items() if heavy <= settings.LIGAND_ATOMS_IN_SCOPE)
    return sorted(within, key=lambda text: (_turn(text, texts[text]), text))


def _heavy(text: str) -> int:
    return len(_ATOM.findall(text))


def _turn(text: str, heavy: int) -> float:
    """When a candidate is drawn: weighted sampling without replacement (P. S. Efraimidis, P. G. Spirakis, Inf. Process.
    Lett. 2006, 97, 181), with a hash in place of chance."""
    chance = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) + 1) / (2**64 + 1)
    return -math.log(chance) / (LARGE_SHARE if heavy >= LARGE_FROM else 1.0)


def written(entries: Iterable[Entry]) -> bytes:
    """The library as gzipped CSV, the same bytes for the same entries."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for entry in entries:
        of = entry.ligand
        table.writerow(
            (of.smiles, of.donor, of.donor_class, entry.family, of.charge, of.heavy_atoms, f"{entry.sa_score:.2f}")
        )
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the library and say in JSON what it holds."""
    parser = argparse.ArgumentParser(description="Make the ligand library.")
    parser.add_argument("--out", type=Path, required=True, help="CSV to write, gzipped")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    entries, fates = library()
    data = written(entries)
    options.out.write_bytes(data)
    summary = {
        "ligands": len(entries),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "at_most_18_heavy_atoms": sum(entry.ligand.heavy_atoms < LARGE_FROM for entry in entries),
        "donor_classes": Counter(str(entry.ligand.donor_class) for entry in entries).most_common(),
        "left_out": dict(sum(fates.values(), Counter())),
    }
    sys.stdout.write(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
