"""The voxel network at work: environments in, crystal fields out, the same however the structure was turned.

    environments ──► frame of the first sphere ──► one grid ──► its 24 views ──► 24 fields, turned back ──► mean field

Levels, probability and interval follow in `core.smm.field_levels`.

Invariance comes from three sides. The frame turns with the structure. Where the frame leaves the order or the signs of
its axes open, the 24 views hold all of them. Where high symmetry leaves an angle open, what is left is how well the
mean field of 24 views turns with the picture; that was measured (benchmarks/results/voxels.json).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from core.chem.molecule import FloatArray
from core.errors import UnreadableFile
from core.smm.donor_charges import ion_factor
from core.smm.environment import Environment
from core.smm.network import NetworkConfig, VoxelNetwork, moment_rotations
from core.smm.voxels import Atoms, Grid, cube_rotations, gather, turned_grid, voxels
from core.weights import ADVICE, load_weights

BATCH: Final = 32
"""Structures drawn at a time; 24 views of 32 grids of 20³ and 6 channels take 150 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Fields of B environments.

    Attributes:
        moments: (B, 27) mean over the views, in the frame of the picture.
        errors: (B, 3) standard deviation of a moment of rank 2, 4, 6, by the network's own account.
        scatter: (B,) of the views about their mean, relative to it.
    """

    moments: FloatArray
    errors: FloatArray
    scatter: FloatArray


def see(network: VoxelNetwork, atoms: Atoms, turns: int = 24) -> Seen:
    """Fields of any number of structures, mean over `turns` views."""
    parts = []
    with torch.no_grad():
        for rows in torch.split(torch.arange(len(atoms.positions), device=atoms.positions.device), BATCH):
            fields, log_errors = view_fields(network, Atoms(atoms.positions[rows], atoms.weights[rows]), turns)
            mean = fields.mean(dim=0)
            scatter = (fields - mean).norm(dim=2).square().mean(dim=0).sqrt() / (mean.norm(dim=1) + 1e-6)
            parts.append((mean, log_errors.mean(dim=0).exp(), scatter))
    return Seen(*(_numpy(torch.cat(column)) for column in zip(*parts, strict=True)))


def view_fields(network: VoxelNetwork, atoms: Atoms, turns: int = 24) -> tuple[Tensor, Tensor]:
    """(turns, B, 27) fields seen in the views, each turned back into the frame of the picture; (turns, B, 3) errors."""
    grid = voxels(atoms, network.config.grid)
    rotations = cube_rotations()[[(7 * n) % 24 for n in range(turns)]]  # so that the first few differ much
    at_once = max(1, BATCH // max(1, len(grid)))
    fields, errors = [], []
    for start in range(0, turns, at_once):
        some = rotations[start : start + at_once]
        seen = network(torch.cat([turned_grid(grid, rotation) for rotation in some]))
        fields.append(seen.moments.view(len(some), len(grid), seen.moments.shape[1]))
        errors.append(seen.log_error.view(len(some), len(grid), seen.log_error.shape[1]))
    turns_ = moment_rotations(torch.tensor(rotations, dtype=torch.float64)).to(grid)  # (turns, 27, 27)
    return torch.einsum("vij,vbi->vbj", turns_, torch.cat(fields)), torch.cat(errors)


def _numpy(tensor: Tensor) -> FloatArray:
    return np.asarray(tensor.double().cpu().numpy())


class VoxelModel:
    """One or several networks of one grid, whose fields are averaged.

    Attributes:
        networks: the members.
        record: configuration and training of the first.
    """

    def __init__(self, networks: Sequence[VoxelNetwork], record: dict[str, Any]) -> None:
        self.networks, self.record = tuple(networks), record

    @classmethod
    def load(cls, *folders: Path) -> VoxelModel:
        """From weight folders, one for each network.

        Raises:
            UnreadableFile: a file is missing or damaged, or does not fit the network.
        """
        loaded = [_network(folder) for folder in folders]
        return cls([network for network, _ in loaded], loaded[0][1])

    def see(self, environments: Sequence[Environment]) -> Seen:
        """Fields of any number of environments, as their ions see them; several networks agree on the mean of theirs.

        A network has learned what Dy would see (`core.smm.donor_charges.ion_factor` makes the rest of it).
        """
        config = self.networks[0].config
        atoms = gather(environments, config.grid, framed=config.framed)
        each = [see(network, atoms) for network in self.networks]
        mean = Seen(*(np.mean([getattr(one, name) for one in each], axis=0) for name in Seen.__slots__))
        factors = np.array([ion_factor(around.metal) for around in environments])[:, None]
        return Seen(mean.moments * factors, mean.errors * factors, mean.scatter)


def _network(folder: Path) -> tuple[VoxelNetwork, dict[str, Any]]:
    tensors, record = load_weights(folder)
    try:
        network = VoxelNetwork(network_config(record["network"]))
        network.load_state_dict(tensors)
    except (KeyError, TypeError, RuntimeError) as error:
        raise UnreadableFile("Weights and configuration do not fit.", where=str(folder), advice=ADVICE) from error
    return network.eval(), record


def network_config(record: dict[str, Any]) -> NetworkConfig:
    """What `dataclasses.asdict` made of it."""
    return NetworkConfig(**{**record, "grid": Grid(**record["grid"])})
