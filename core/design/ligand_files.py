"""Candidates as files: a table and an SDF, of what somebody wants to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rdkit import Chem
from rdkit.Chem import rdDepictor

from core.chem.ligand.synthetic_accessibility import accessibility_of_smiles
from core.design.search import Candidate

if TYPE_CHECKING:
    from core.design.heads import Head

Cell = str | int | float

EXACT: Final = ("heavy_atoms", "sa")
"""Heads that nobody needs where the ligand itself is known: they colour the map and slope the way uphill."""


def row_of(candidate: Candidate, heads: Sequence[Head]) -> dict[str, Cell]:
    """One line of the table: the ligand and what is exact of it, then value and standard deviation of every other head
    with its unit."""
    ligand = candidate.ligand
    row: dict[str, Cell] = {
        "smiles": ligand.smiles,
        "donor": ligand.donor,
        "donor class": ligand.donor_class.value,
        "charge": ligand.charge,
        "heavy atoms": ligand.heavy_atoms,
        "SA score": round(accessibility_of_smiles(ligand.smiles), 2),
    }
    for head in heads:
        if head.name not in candidate.values or head.name in EXACT:
            continue
        mean, deviation = candidate.values[head.name]
        name = f"{head.label} / {head.unit}" if head.unit else head.label
        reliable = "" if head.reliable else ", not reliable"
        row[f"{name}, predicted{reliable}"] = float(f"{mean:.4g}")
        row[f"{name}, standard deviation"] = float(f"{deviation:.3g}")
    return row


def to_csv(candidates: Sequence[Candidate], heads: Sequence[Head]) -> bytes:
    """The table, with a byte-order mark, without which spreadsheets misread cm⁻¹. No SMILES begins like a formula."""
    out = io.StringIO()
    rows = [row_of(candidate, heads) for candidate in candidates]
    writer = csv.DictWriter(out, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def to_sdf(candidates: Sequence[Candidate], heads: Sequence[Head]) -> bytes:
    """SDF with flat coordinates, the table's line as data, and the donor counted from 1 as in the atom block."""
    out = io.StringIO()
    writer = Chem.SDWriter(out)
    for candidate in candidates:
        mol = Chem.MolFromSmiles(candidate.ligand.smiles)
        rdDepictor.Compute2DCoords(mol)
        for name, value in row_of(candidate, heads).items():
            mol.SetProp(name, str(value + 1 if name == "donor" and isinstance(value, int) else value))
        writer.write(mol)
    writer.close()
    return out.getvalue().encode()
