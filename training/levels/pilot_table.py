"""Computed crystal-field levels as training labels: the table of benchmarks/validation/pilot.py, read back.

Levels from different geometries, presets, spins or engines differ by more than the models are to learn, so a table that
mixes them is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from core.errors import UnreadableFile

CONVERGED = "converged"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Protocol:
    """What every row of a table must have in common, the key of `core.qc.request.Request`.

    Attributes:
        geometry: protocol of the geometry (`core.chem.build.complex.PROTOCOL`).
        preset: basis sets (`core.qc.hamiltonian.PRESETS`).
        multiplicities: spins in the spin-orbit interaction.
        engine: `core.qc.request.ENGINE`.
    """

    geometry: str
    preset: str
    multiplicities: str
    engine: str


@dataclass(frozen=True, slots=True)
class Label:
    """One complex [Dy(H2O)5L2] that converged.

    Attributes:
        smiles: canonical SMILES of L.
        donor: index of its donor atom.
        levels: energies of the doublets of the ground multiplet, lowest 0 [cm⁻¹].
        g: g_x ≤ g_y ≤ g_z of the ground doublet.
    """

    smiles: str
    donor: int
    levels: tuple[float, ...]
    g: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Pilot:
    """A table: its recipe, the labels, and the reason by SMILES where there is no label."""

    recipe: Protocol
    labels: tuple[Label, ...]
    failures: Mapping[str, str]


def load_pilot(path: Path) -> Pilot:
    """Read a table.

    Raises:
        UnreadableFile: no rows, rows of more than one recipe, a ligand twice, a column or number that is missing.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    try:
        return _pilot(rows)
    except (KeyError, ValueError) as error:
        raise UnreadableFile(
            str(error).strip("'"), where=path.name, advice="Run benchmarks.validation.pilot again."
        ) from error


def _pilot(rows: list[dict[str, str]]) -> Pilot:
    recipes = {Protocol(*(row[field.name] for field in fields(Protocol))) for row in rows}
    if len(recipes) != 1:
        found = "; ".join(sorted(", ".join(astuple(recipe)) for recipe in recipes)) or "none"
        raise ValueError(f"the rows do not share one recipe: {found}.")
    known = [(row["smiles"], row["donor"]) for row in rows]
    if len(set(known)) < len(known):
        raise ValueError("a ligand stands there twice.")
    labels = tuple(_label(row) for row in rows if row["status"] == CONVERGED)
    failures = {row["smiles"]: row["reason"] for row in rows if row["status"] != CONVERGED}
    return Pilot(recipes.pop(), labels, failures)


def _label(row: Mapping[str, str]) -> Label:
    x, y, z = (float(row[name]) for name in ("g_x", "g_y", "g_z"))
    columns = [name for name in row if name.startswith("level_")]
    return Label(row["smiles"], int(row["donor"]), tuple(float(row[name]) for name in columns), (x, y, z))
