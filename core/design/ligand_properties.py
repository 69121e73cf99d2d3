"""What the heads say of ligands that a chemist names, with what speaks against making them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rdkit import Chem

from core.chem.ligand.alerts import Alert, alerts
from core.chem.ligand.synthetic_accessibility import synthetic_accessibility
from core.design.ligand_files import EXACT
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.design.search import Generator

BATCH: Final = 256
"""Ligands encoded at once."""


@dataclass(frozen=True, slots=True)
class LigandProperties:
    """One ligand as asked.

    Attributes:
        asked: the SMILES or name that was given.
        ligand: as it was read; None where it is out of scope.
        values: mean and standard deviation of every head, in the head's unit, size and SA score left out, which are
            known exactly; empty where out of scope.
        synthetic_accessibility: SA score, 1 (easy) to 10 (hard); None where nothing could be read.
        alerts: groups that water or the metal destroys, see `core.chem.ligand.alerts`.
        out_of_scope: why nothing can be said; None where something can.
    """

    asked: str
    ligand: ScopedLigand | None
    values: Mapping[str, tuple[float, float]]
    synthetic_accessibility: float | None
    alerts: tuple[Alert, ...]
    out_of_scope: OutOfScope | None


def ligand_properties(
    generator: Generator, lines: Sequence[str], donors: Sequence[int | None] | None = None
) -> list[LigandProperties]:
    """Properties of ligands, in the order in which they were given; one out of scope is answered with its reason.

    Args:
        generator: encoder and heads.
        lines: SMILES or common names, hostile text.
        donors: of each, the atom that binds, as its index in that SMILES; the best one by the rules where None.
    """
    read = [_read(text, donor) for text, donor in zip(lines, donors or [None] * len(lines), strict=True)]
    known = [k for k, one in enumerate(read) if isinstance(one, ScopedLigand)]
    values: dict[int, Mapping[str, tuple[float, float]] | OutOfScope] = {}
    for first in range(0, len(known), BATCH):
        rows = known[first : first + BATCH]
        values |= dict(zip(rows, _values(generator, [read[k] for k in rows]), strict=True))  # type: ignore[misc]
    return [_answer(text, one, values.get(k, {})) for k, (text, one) in enumerate(zip(lines, read, strict=True))]


def _read(text: str, donor: int | None) -> ScopedLigand | OutOfScope:
    try:
        return scoped(text, donor)
    except OutOfScope as error:
        return error


def _values(
    generator: Generator, ligands: Sequence[ScopedLigand]
) -> list[Mapping[str, tuple[float, float]] | OutOfScope]:
    """Of each ligand; where one of a batch holds a symbol that the model has never seen, they are taken one by one."""
    try:
        latents = generator.encode(ligands)
    except OutOfScope as error:
        return [error] if len(ligands) == 1 else [_values(generator, [one])[0] for one in ligands]
    said = {name: one for name, one in generator.properties(latents).items() if name not in EXACT}
    return [{name: (float(one.mean[k]), float(one.sd[k])) for name, one in said.items()} for k in range(len(ligands))]


def _answer(
    text: str, read: ScopedLigand | OutOfScope, values: Mapping[str, tuple[float, float]] | OutOfScope
) -> LigandProperties:
    if isinstance(read, OutOfScope):
        return LigandProperties(text, None, {}, None, (), read)
    mol = Chem.MolFromSmiles(read.smiles)
    known, unknown = ({}, values) if isinstance(values, OutOfScope) else (values, None)
    found = alerts(mol, read.donor_class)
    return LigandProperties(text, read, known, synthetic_accessibility(mol), found, unknown)
