"""A `StructureSet` as the tensors that the voxel network is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from torch import Tensor

from core.arrays import FloatArray, IntArray
from core.fields.electrostatic import point_charges
from core.fields.environment import Environment
from core.learned.network import NetworkConfig, atom_moments
from core.learned.voxels import Atoms, first_sphere_frame, gather
from training.levels.structures import StructureSet

TEST_FOLD: Final = 0
CHECK_FOLD: Final = 1
"""Held out to the end; held out from training, for the choice of a network and its calibration."""

RANK_SLICES: Final = ((0, 5), (5, 14), (14, 27))
"""Where the moments of rank 2, 4 and 6 stand."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """S structures.

    Attributes:
        positions: (S, A, 3) float32 [Å]. weights: (S, A, C) float32; see `core.learned.voxels.Atoms`.
        moments: (S, 27) of the charges of the electrostatic model as Dy would see them, in the frame of the picture.
    """

    positions: Tensor
    weights: Tensor
    moments: Tensor

    def __len__(self) -> int:
        return len(self.moments)

    def atoms(self, rows: Tensor) -> Atoms:
        """Of some structures."""
        return Atoms(self.positions[rows], self.weights[rows])

    def to(self, device: torch.device) -> Samples:
        """On a device."""
        return Samples(*(part.to(device) for part in (self.positions, self.weights, self.moments)))


def samples(structures: StructureSet, rows: IntArray, config: NetworkConfig) -> Samples:
    """Pictures to be, and what is to be learned, of the structures numbered `rows`."""
    environments = [structures.environment(int(row)) for row in rows]
    atoms = gather(environments, config.grid, framed=config.framed)
    moments = field_moments([replace(one, metal="Dy") for one in environments], framed=config.framed)
    return Samples(atoms.positions, atoms.weights, torch.tensor(moments, dtype=torch.float32))


def field_moments(environments: Sequence[Environment], *, framed: bool) -> FloatArray:
    """(S, 27) moments of the electrostatic model's charges, whose levels the labels are."""
    around = [point_charges(one) for one in environments]
    frames = [first_sphere_frame(one) if framed else np.eye(3) for one in environments]
    positions = [place @ frame.T for (place, _), frame in zip(around, frames, strict=True)]
    moments = atom_moments(np.concatenate(positions), np.concatenate([charges for _, charges in around]))
    starts = np.cumsum([0, *(len(place) for place in positions[:-1])])
    return np.asarray(np.add.reduceat(moments, starts, axis=0))


def training_rows(structures: StructureSet) -> IntArray:
    """Structures of the folds that are trained on."""
    return np.flatnonzero((structures.fold != TEST_FOLD) & (structures.fold != CHECK_FOLD))


def judged_rows(structures: StructureSet, fold: int) -> IntArray:
    """Unmoved `ref` structures of a fold, each with every ion that it was given."""
    return np.flatnonzero((structures.fold == fold) & (structures.kind == "ref") & ~structures.moved)
