"""What the ligand VAE is taught: batches of ligands of like length, and the labels that some of them have."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from torch import Tensor

from core.arrays import FloatArray, IntArray
from core.design.tokens import END
from core.errors import UnreadableFile
from training.ligands.descriptors import NAMES
from training.ligands.labels import GAP, PROXIES, gaps_to_learn_from, proxies
from training.ligands.ligand_set import LigandSet

POOLED: Final = 64
"""Batches drawn together and sorted by length, so that little of a batch is filling."""


IGNORED: Final = -100


@dataclass(frozen=True)
class Taught:
    """The training ligands as tensors.

    Attributes:
        tokens: (n, T). lengths: (n,). targets: (n, p) standardised, NaN where unknown. classes: (n,).
    """

    tokens: Tensor
    lengths: IntArray
    targets: Tensor
    classes: Tensor

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def labels(self) -> list[int]:
        """How many ligands have each property."""
        return [int(count) for count in self.targets.isfinite().sum(dim=0)]


def properties(ligands: LigandSet, table: Path = PROXIES) -> dict[str, FloatArray]:
    """(n,) values of what the guide may learn, NaN where unknown."""
    sites = [(smiles.decode(), int(donor)) for smiles, donor in zip(ligands.smiles, ligands.donor, strict=True)]
    known = {
        "heavy_atoms": ligands.heavy_atoms.astype(np.float64),
        "charge": ligands.charge.astype(np.float64),
        "sa": ligands.sa.astype(np.float64),
    }
    found = proxies(table)
    nothing = np.full(len(ligands), np.nan)
    known |= {name: found[name].of(sites) if name in found else nothing for name in NAMES}
    return known | {GAP: gaps_to_learn_from().of(sites)}


def taught(ligands: LigandSet, rows: IntArray, known: dict[str, FloatArray]) -> Taught:
    """Tensors of some rows; properties standardised over those that have one."""
    columns = []
    for values in known.values():
        own = values[rows]
        spread = np.nanstd(own) if np.isfinite(own).any() else 1.0
        columns.append((own - (np.nanmean(own) if np.isfinite(own).any() else 0.0)) / max(float(spread), 1e-6))
    return Taught(
        torch.from_numpy(ligands.tokens[rows]),
        ligands.lengths[rows],
        torch.from_numpy(np.stack(columns, axis=1)).float(),
        torch.from_numpy(ligands.donor_class[rows]),
    )


def batches(lengths: IntArray, size: int, seed: int, start: int = 0) -> Iterator[IntArray]:
    """Rows of one batch after the other, for ever, from batch number `start`: each epoch every row once, ligands of one
    length together."""
    per_epoch = max(1, len(lengths) // size)
    number = start
    while True:
        epoch, first = divmod(number, per_epoch)
        random = np.random.default_rng([seed, epoch])
        order = random.permutation(len(lengths))[: per_epoch * min(size, len(lengths))]
        pools = [order[k : k + POOLED * size] for k in range(0, len(order), POOLED * size)]
        sorted_ = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
        split = np.array_split(sorted_, per_epoch)
        for k in random.permutation(per_epoch)[first:]:
            number += 1
            yield split[k]


def told_and_wanted(tokens: Tensor, withheld: float, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """(B, T + 1) what the decoder is given at each step, some of it withheld, and what it should say; after the end of
    a ligand nothing counts."""
    first = torch.full_like(tokens[:, :1], END)
    silent = (torch.rand(tokens.shape, generator=random) < withheld).to(tokens.device)
    told = torch.cat([first, tokens.masked_fill(silent, END)], dim=1)
    wanted = torch.cat([tokens, first], dim=1)
    after = torch.arange(wanted.shape[1], device=tokens.device) > (tokens != END).sum(dim=1, keepdim=True)
    return told, wanted.masked_fill(after, IGNORED)


class HasData(Protocol):
    """What learns."""

    data: Taught


class Teacher:
    """Training tensors that follow the table of proxies while that grows: labels enter as they are computed."""

    def __init__(self, ligands: LigandSet, rows: IntArray, table: Path) -> None:
        self.ligands, self.rows, self.table = ligands, rows, table
        self.names = tuple(properties(ligands, table))
        self._written = self._stamp()

    def _stamp(self) -> float:
        return self.table.stat().st_mtime if self.table.exists() else 0.0

    def data(self) -> Taught:
        """The tensors as they stand."""
        return taught(self.ligands, self.rows, properties(self.ligands, self.table))

    def refresh(self, training: HasData) -> None:
        """New tensors for a training, if the table was written anew."""
        stamp = self._stamp()
        if stamp == self._written:
            return
        try:
            training.data, self._written = self.data(), stamp
        except UnreadableFile as error:  # caught while it was being written: the next line of the log tries again
            logging.getLogger(__name__).warning("%s", error.sentence)
