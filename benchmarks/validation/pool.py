"""Ligands built into [Dy(H2O)5L2], unattended: `OMP_NUM_THREADS=1 python -m benchmarks.validation.pool --pool FILE`.

FILE is a gzipped CSV of ligands with the columns ``smiles``, ``donor_class`` and ``charge``. By a fixed seed 40 rows
each of phosphine oxides, alkoxides, phenoxides, ureas and amides, pyridines and 10 each of N-oxides and carboxylates
are drawn; zwitterions and ligands that offer no donor of their class are passed over. FILE has only two siloxides, so
eight named ones make up the ten. Twelve well-known ligands stand beside them and are counted apart.

Every ligand is a line of the checkpoint as soon as it is done; a second call goes on from there. Writes
benchmarks/results/pool.json: a table of outcomes by class, and for each ligand the number of its row in FILE (0 for the
first), outcome, distances [Å], angles [°], shape measure, energy of the restraints [cm⁻¹] and seconds.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem

from core.chem.build.checks import RejectedComplex
from core.chem.build.complex import PROTOCOL, BuiltComplex, build_complex
from core.chem.build.xtb import openblas
from core.chem.donor_class import DonorClass
from core.chem.ligand.ligand import Ligand, ligand_from_text
from core.errors import KramersError

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "pool.json"
_SEED = 3
_DRAWN = (
    # class in FILE, its charge, class of ours, how many
    ("phosphine-oxide", 0, DonorClass.PHOSPHINE_OXIDE, 40),
    ("alkoxide", -1, DonorClass.ALKOXIDE, 40),
    ("phenoxide", -1, DonorClass.ARYLOXIDE, 40),
    ("urea/amide", 0, DonorClass.AMIDE_O, 40),
    ("pyridine", 0, DonorClass.PYRIDINE, 40),
    ("N-oxide", 0, DonorClass.N_OXIDE, 10),
    ("carboxylate", -1, DonorClass.CARBOXYLATE, 10),
    ("alkoxide", -1, DonorClass.SILOXIDE, 2),
)
_SILOXIDES = {
    "trimethylsilanolate": "C[Si](C)(C)[O-]",
    "triethylsilanolate": "CC[Si](CC)(CC)[O-]",
    "triisopropylsilanolate": "CC(C)[Si]([O-])(C(C)C)C(C)C",
    "tert-butyldimethylsilanolate": "CC(C)(C)[Si](C)(C)[O-]",
    "dimethylphenylsilanolate": "C[Si](C)([O-])c1ccccc1",
    "methyldiphenylsilanolate": "C[Si]([O-])(c1ccccc1)c1ccccc1",
    "triphenylsilanolate": "[O-][Si](c1ccccc1)(c1ccccc1)c1ccccc1",
    "tri-tert-butoxysilanolate": "CC(C)(C)O[Si]([O-])(OC(C)(C)C)OC(C)(C)C",
}
_KNOWN = {
    "trimethylphosphine oxide": "CP(C)(C)=O",
    "hexamethylphosphoramide": "CN(C)P(=O)(N(C)C)N(C)C",
    "triphenylphosphine oxide": "O=P(c1ccccc1)(c1ccccc1)c1ccccc1",
    "pyridine N-oxide": "[O-][n+]1ccccc1",
    "dimethylformamide": "CN(C)C=O",
    "tetramethylurea": "CN(C)C(=O)N(C)C",
    "dimethyl sulfoxide": "CS(C)=O",
    "pyridine": "c1ccncc1",
    "tert-butoxide": "CC(C)(C)[O-]",
    "phenoxide": "[O-]c1ccccc1",
    "trimethylsiloxide": "C[Si](C)(C)[O-]",
    "acetate": "CC(=O)[O-]",
}
_ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One ligand to build: the number of its row in FILE or its name, the group it counts in, what binds."""

    key: str
    group: str
    ligand: Ligand


def main() -> None:
    """Builds what the checkpoint lacks and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, default=Path("pool.jsonl"))
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    done = _done(options.checkpoint)
    with options.checkpoint.open("a", encoding="utf-8") as checkpoint:
        for entry in entries(options.pool):
            if (entry.group, entry.key) not in done:
                done[entry.group, entry.key] = row = built_row(entry)
                checkpoint.write(json.dumps(row, ensure_ascii=False) + "\n")
                checkpoint.flush()
    text = json.dumps(_record(list(done.values())), indent=1, ensure_ascii=False)
    options.out.write_text(text + "\n", encoding="utf-8")


def entries(pool: Path) -> Iterator[Entry]:
    """The drawn ligands, then the named ones."""
    with gzip.open(pool, "rt", encoding="utf-8", newline="") as lines:
        rows = list(enumerate(csv.DictReader(lines)))
    for source, charge, wanted, count in _DRAWN:
        fitting = [(k, r["smiles"]) for k, r in rows if r["donor_class"] == source and int(r["charge"]) == charge]
        yield from _drawn(fitting, wanted, count)
    yield from (Entry(name, DonorClass.SILOXIDE.value, ligand_from_text(text)) for name, text in _SILOXIDES.items())
    yield from (Entry(name, "well known", ligand_from_text(text)) for name, text in _KNOWN.items())


def _drawn(rows: Sequence[tuple[int, str]], wanted: DonorClass, count: int) -> Iterator[Entry]:
    """The first `count` rows, in an order fixed by the seed, that give a ligand bound by a donor of the class."""
    found = 0
    for number, smiles in random.Random(_SEED).sample(rows, len(rows)):
        ligand = _bound_by(smiles, wanted)
        if ligand is not None:
            yield Entry(str(number), wanted.value, ligand)
            found += 1
        if found == count:
            return


def _bound_by(smiles: str, wanted: DonorClass) -> Ligand | None:
    """The ligand with its best donor of a class; None where it has none, is a zwitterion, or is refused."""
    try:
        ligand = ligand_from_text(smiles)
        if _is_zwitterion(ligand):
            return None
        if ligand.donor_class is wanted:
            return ligand
        others = [choice.atom for choice in ligand.alternatives if choice.donor_class is wanted]
        return ligand_from_text(smiles, donor=others[0]) if others else None
    except KramersError:
        return None


def _is_zwitterion(ligand: Ligand) -> bool:
    """Whether a positive atom stands apart from every negative one: in an N-oxide or a nitro group they are bonded."""
    atoms = Chem.MolFromSmiles(ligand.smiles).GetAtoms()
    return any(
        atom.GetFormalCharge() > 0 and all(other.GetFormalCharge() >= 0 for other in atom.GetNeighbors())
        for atom in atoms
    )


def _done(checkpoint: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of this protocol that an earlier call left."""
    if not checkpoint.exists():
        return {}
    rows = [json.loads(line) for line in checkpoint.read_text(encoding="utf-8").splitlines()]
    return {(row["group"], row["ligand"]): row for row in rows if row["protocol"] == PROTOCOL}


def built_row(entry: Entry) -> dict[str, Any]:
    """Outcome and measures of one ligand."""
    head = {"group": entry.group, "ligand": entry.key, "protocol": PROTOCOL}
    wall, started = time.perf_counter(), time.process_time()
    try:
        outcome = {"outcome": _ACCEPTED, **_measures(build_complex(entry.ligand))}
    except RejectedComplex as error:
        outcome = {"outcome": error.flaw.value, "message": error.sentence}
    except KramersError as error:
        outcome = {"outcome": "not built", "message": error.sentence}
    seconds = {
        "seconds": round(time.perf_counter() - wall, 2),
        "processor_seconds": round(time.process_time() - started, 2),
    }
    return {**head, **outcome, **seconds}


def _measures(built: BuiltComplex) -> dict[str, Any]:
    place = built.molecule.relative_positions
    return {
        "atoms": len(place),
        "axial_A": [round(float(np.linalg.norm(place[d])), 3) for d in built.axial_donors],
        "equatorial_A": [round(float(np.linalg.norm(place[d])), 3) for d in built.equatorial_donors],
        "PBPY-7": round(built.shape_measure, 2),
        "restraint_cm-1": round(built.restraint_energy, 1),
        "steps": built.steps,
    }


def _record(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    groups = {name: [row for row in rows if row["group"] == name] for name in dict.fromkeys(r["group"] for r in rows)}
    drawn = [row for row in rows if row["group"] != "well known"]
    return {
        "what": "[Dy(H2O)5L2] of drawn ligands; `ligand` is the number of the row in the pool, or a name",
        "protocol": PROTOCOL,
        "threads": os.environ.get("OMP_NUM_THREADS", "all"),
        "openblas": openblas(),
        "drawn": _summary(drawn),
        "groups": {name: _summary(members) for name, members in groups.items()},
        "rejected": [r for r in rows if r["outcome"] != _ACCEPTED],
        "accepted": [r for r in rows if r["outcome"] == _ACCEPTED],
    }


def _summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    accepted = [row for row in rows if row["outcome"] == _ACCEPTED]
    return {
        "ligands": len(rows),
        "accepted": len(accepted),
        "accepted_percent": round(100.0 * len(accepted) / len(rows), 1),
        "outcomes": Counter(row["outcome"] for row in rows),
        "median_seconds": statistics.median(row["seconds"] for row in rows),
        "median_processor_seconds": statistics.median(row["processor_seconds"] for row in rows),
        "slowest_seconds": max(row["seconds"] for row in rows),
        "median_restraint_cm-1": statistics.median(row["restraint_cm-1"] for row in accepted),
        "median_PBPY-7": statistics.median(row["PBPY-7"] for row in accepted),
    }


if __name__ == "__main__":
    main()
