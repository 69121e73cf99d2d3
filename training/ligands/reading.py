"""Ligands out of files: each in scope once, with what follows from its structure; refusals counted by reason."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdkit import Chem
from rdkit.Chem.Scaffolds import MurckoScaffold

from core.chem.donor_class import DonorClass
from core.chem.ligand.synthetic_accessibility import synthetic_accessibility
from core.design.atlas_file import read_ligands
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.design.tokens import selfies_of


@dataclass(frozen=True, slots=True)
class Read:
    """A ligand with what follows from its structure.

    Attributes:
        ligand: in scope.
        sa: SA score, 1 to 10.
        group: scaffold or skeleton.
        source: library, pool or pool again.
        selfies: tokens, the donor first.
    """

    ligand: ScopedLigand
    sa: float
    group: str
    source: str
    selfies: str


def read_library(path: Path) -> Iterator[tuple[str, list[int | None], str]]:
    """SMILES, donors to try in turn, and source, of each ligand."""
    for ligand in read_ligands(path)[0]:
        yield ligand.smiles, [ligand.donor], "library"


def read_pool(path: Path) -> Iterator[tuple[str, list[int | None], str]]:
    """The same of each row of the pool."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["smiles"], [int(row["donor_idx"]), None], "pool"


def other_donors(known: Iterable[Read]) -> Iterator[tuple[str, list[int | None], str]]:
    """The pool's molecules once more, with the donors that they did not bind by; order drawn by hash."""
    pool = [read.ligand for read in known if read.source == "pool"]
    for ligand in sorted(pool, key=lambda ligand: hashlib.sha256(ligand.smiles.encode()).digest()):
        symbols = [atom.GetSymbol() for atom in Chem.MolFromSmiles(ligand.smiles).GetAtoms()]
        others: list[int | None] = [k for k, s in enumerate(symbols) if s in "NOS" and k != ligand.donor]
        yield ligand.smiles, others[:4], "pool again"


def read(asked: Iterable[tuple[str, list[int | None], str]], refused: Counter[str]) -> Iterator[Read]:
    """Every ligand in scope once; `refused` counts the others by reason."""
    for smiles, donors, source in asked:
        reason = "no other donor"
        for donor in donors:
            try:
                yield _described(scoped(smiles, donor), source)
                break
            except OutOfScope as error:
                reason = str(error.reason)
        else:
            refused[f"{source}: {reason}"] += 1


def _described(ligand: ScopedLigand, source: str) -> Read:
    mol = Chem.MolFromSmiles(ligand.smiles)
    return Read(ligand, round(synthetic_accessibility(mol), 3), group_of(mol), source, "".join(selfies_of(ligand)))


def group_of(mol: Any) -> str:
    """What ligands on two sides of a split must not share: the scaffold, or without a ring the skeleton."""
    scaffolds: Any = MurckoScaffold
    if mol.GetRingInfo().NumRings():
        return str(scaffolds.MurckoScaffoldSmiles(mol=mol))
    return str(Chem.MolToSmiles(scaffolds.MakeScaffoldGeneric(mol)))


def kept(source: Path, reader: Any, work: Path, refused: Counter[str]) -> list[Read]:
    """What `read` gives for one source, remembered in `work`."""
    memory = work / f"{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}.json.gz"
    if memory.exists():
        with gzip.open(memory, "rt", encoding="utf-8") as file:
            record = json.load(file)
        refused.update(record["refused"])
        return [_from_row(row) for row in record["rows"]]
    own: Counter[str] = Counter()
    found = list(read(reader(source), own))
    work.mkdir(parents=True, exist_ok=True)
    with gzip.open(memory, "wt", encoding="utf-8") as file:
        json.dump({"refused": own, "rows": [_row(one) for one in found]}, file)
    refused.update(own)
    return found


def _row(one: Read) -> list[Any]:
    ligand = one.ligand
    structure = [ligand.smiles, ligand.donor, str(ligand.donor_class), ligand.charge, ligand.heavy_atoms]
    return [*structure, one.sa, one.group, one.source, one.selfies]


def _from_row(row: list[Any]) -> Read:
    smiles, donor, donor_class, charge, heavy, *rest = row
    return Read(ScopedLigand(smiles, donor, DonorClass(donor_class), charge, heavy), *rest)


def distinct(found: Iterable[Read]) -> dict[tuple[str, int], Read]:
    """First of each SMILES and donor."""
    ligands: dict[tuple[str, int], Read] = {}
    for one in found:
        ligands.setdefault((one.ligand.smiles, one.ligand.donor), one)
    return ligands


def filled(ligands: dict[tuple[str, int], Read], least: int, refused: Counter[str]) -> dict[tuple[str, int], Read]:
    """`ligands` with other donors of the pool's molecules, until they are `least`."""
    for one in read(other_donors(list(ligands.values())), refused) if len(ligands) < least else ():
        ligands.setdefault((one.ligand.smiles, one.ligand.donor), one)
        if len(ligands) >= least:
            break
    return ligands
