"""What is known of ligands beyond their structure: computed properties, each with its protocol, NaN where unknown.

Proxies come from ``assets/ligands/proxies.csv.gz`` (GFN2-xTB of the free ligand, `training.ligands.proxies`). First
Kramers gaps come from tables of the quantum engine (`GAPS`, or what ``kramers jobs export`` wrote): [Dy(H2O)5L2], one
geometry protocol, one preset, one treatment of multiplicities, one version of the engine. Gaps of two such keys are two
quantities, and a table that holds more than one is refused.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.design.scope import OutOfScope, scoped
from core.errors import InputError, UnreadableFile
from core.resources import shipped
from training.common.level_labels import CONVERGED, labels
from training.common.level_labels import GAPS as GAPS_CAMPAIGN
from training.ligands.halves import half_of

ASSETS: Final = shipped("assets/ligands")
PROXIES: Final = ASSETS / "proxies.csv.gz"
_RESULTS: Final = shipped("benchmarks/results")
GAPS: Final = (_RESULTS / "pilot_standard.csv", ASSETS / "gaps.csv")
"""The pilot's ligands, and others asked for by ``kramers jobs submit assets/ligands/asked.csv --preset standard``."""

GAP: Final = "first_gap_cm1"
GAP_KEY: Final = ("geometry", "preset", "multiplicities", "engine")
"""What must be the same of two gaps, for them to be one quantity."""

Site = tuple[str, int]
"""Canonical SMILES and donor."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One property of some ligands.

    Attributes:
        name: of the property.
        values: of each ligand that has one.
        key: the protocol behind all of them.
    """

    name: str
    values: Mapping[Site, float]
    key: str

    def of(self, sites: Sequence[Site]) -> FloatArray:
        """(n,) values, NaN where there is none."""
        return np.array([self.values.get(site, np.nan) for site in sites], dtype=np.float64)


def proxies(path: Path = PROXIES) -> dict[str, Labels]:
    """Every numeric column of the table by name; none where there is no table; raises UnreadableFile."""
    if not path.exists():
        return {}
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = [name for name in (rows[0] if rows else {}) if name not in STRUCTURE]
        return {name: Labels(name, _column(rows, name), "gfn2-xtb") for name in columns}
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFile("this is no table of proxies.", where=str(path), advice="Make it anew.") from error


STRUCTURE: Final = frozenset("smiles donor donor_class family charge heavy_atoms".split())


def _column(rows: Iterable[Mapping[str, str]], name: str) -> dict[Site, float]:
    """A column's numbers; rows without one are left out."""
    return {(row["smiles"], int(row["donor"])): float(row[name]) for row in rows if row[name]}


def first_gaps(*tables: Path) -> Labels:
    """First gap [cm⁻¹] of every converged row of tables of the quantum engine.

    Raises:
        InputError: rows of more than one protocol.
    """
    rows = [row for table in tables or GAPS for row in _converged(table)]
    keys = {"/".join(row[part] for part in GAP_KEY) for row in rows}
    if len(keys) > 1:
        raise InputError(
            f"gaps of {len(keys)} protocols ({', '.join(sorted(keys))}) are no single quantity.",
            where=", ".join(map(str, tables or GAPS)),
            advice="Give tables of one protocol.",
        )
    values: dict[Site, float] = {}
    for row in rows:
        try:
            ligand = scoped(row["smiles"], int(row["donor"]))
        except OutOfScope:
            continue  # hydroxide's dianion and others that no generator covers
        values[(ligand.smiles, ligand.donor)] = float(row["level_2_cm1"])
    return Labels(GAP, values, keys.pop() if keys else "none")


def gaps_to_learn_from() -> Labels:
    """`first_gaps` and the gaps of the label factory (`training.common.level_labels`), but none of a scaffold that is
    put aside as test for ever, whichever table holds them.

    Raises:
        InputError: the tables are of different protocols.
    """
    known = first_gaps()
    found = {site: value for site, value in known.values.items() if half_of(site[0]) == "train"}
    rows = [row for row in labels(GAPS_CAMPAIGN) if row.status == CONVERGED and row.half == "train"]
    keys = {"/".join(row.recipe) for row in rows} | {known.key}
    if len(keys) > 1:
        text = f"gaps of {len(keys)} protocols ({', '.join(sorted(keys))}) are no single quantity."
        raise InputError(text, where="assets/labels", advice="Compute the older ones again.")
    made = {(row.source["smiles"], int(row.source["donor"])): row.levels[1] for row in rows}
    return Labels(GAP, found | made, known.key)


def _converged(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] == "converged"]
