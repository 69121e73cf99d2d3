"""The voxel network at work: environments in, crystal fields out, the same however the structure was turned.

    environments ──► frame of the first sphere ──► one grid ──► four views ──► four fields, turned back ──► mean field

Levels, probability and interval follow in `core.learned.field_levels`.

Invariance comes from three sides. The frame turns with the structure. It leaves the signs of its axes open: the four
views hold all of them. Where high symmetry leaves their order or an angle open too, what is left is how well the mean
field turns with the picture; that was measured (benchmarks/results/voxels.json), and so was what the other 20 turns of
the cube would change (docs/decisions/voxel-network.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from core.arrays import FloatArray
from core.errors import UnreadableFile
from core.fields.donor_charges import ion_factor
from core.fields.environment import Environment
from core.learned.network import NetworkConfig, VoxelNetwork, in_cells, moment_rotations, quick
from core.learned.voxels import Atoms, Grid, cube_rotations, gather, turned_grid, voxels
from core.weights import ADVICE, load_weights

BATCH: Final = 8
"""Pictures read at a time: what the network makes of so many stays in the processor's own cache (2 MB), which takes a
quarter of the time off; measured on 1 to 24."""


VIEWS: Final = 4
"""Views that are read at work: the picture itself and its half turns about the three axes. The mean of all 24 is closer
to it than the network to the truth by a factor of 20, and takes six times as long."""


@dataclass(frozen=True, slots=True, eq=False)
class PredictedField:
    """Fields of B environments.

    Attributes:
        moments: (B, 27) mean over the views, in the frame of the picture.
        errors: (B, 3) standard deviation of a moment of rank 2, 4, 6, by the network's own account.
        scatter: (B,) of the views about their mean, relative to it.
    """

    moments: FloatArray
    errors: FloatArray
    scatter: FloatArray


def predict_field(network: VoxelNetwork, atoms: Atoms, turns: int = VIEWS) -> PredictedField:
    """Fields of any number of structures, mean over `turns` views."""
    return see_each([network], atoms, turns)[0]


def see_each(networks: Sequence[VoxelNetwork], atoms: Atoms, turns: int = VIEWS) -> list[PredictedField]:
    """What each of some networks of one grid sees; the views are made once for all of them."""
    parts: list[list[tuple[Tensor, ...]]] = [[] for _ in networks]
    with torch.no_grad():
        for rows in torch.split(torch.arange(len(atoms.positions), device=atoms.positions.device), BATCH):
            some = Atoms(atoms.positions[rows], atoms.weights[rows])
            views = view_cells(some, networks[0].config.grid, turns)
            for network, seen in zip(networks, parts, strict=True):
                seen.append(_means(*view_fields(network, views)))
    return [PredictedField(*(_numpy(torch.cat(column)) for column in zip(*seen, strict=True))) for seen in parts]


def _means(fields: Tensor, log_errors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Over the views of B structures, for a `PredictedField`: of fields (B, turns, 27) and errors (B, turns, 3)."""
    mean = fields.mean(dim=1)
    scatter = (fields - mean[:, None]).norm(dim=2).square().mean(dim=1).sqrt() / (mean.norm(dim=1) + 1e-6)
    return mean, log_errors.mean(dim=1).exp(), scatter


def view_cells(atoms: Atoms, grid: Grid, turns: int = 24) -> Tensor:
    """(B, turns, n, n, n, 8 C) views of B structures in the cells that a network reads, n = N/2."""
    pictures = quick(voxels(atoms, grid)).flatten(2).transpose(1, 2).contiguous()  # (B, N³, C)
    cells = (grid.points // 2,) * 3
    return pictures[:, _places(grid.points)[:turns]].view(len(pictures), turns, *cells, 8 * grid.channels)


def view_fields(network: VoxelNetwork, views: Tensor) -> tuple[Tensor, Tensor]:
    """(B, turns, 27) fields seen in `view_cells`, each turned back into the frame of the picture, and their errors."""
    seen = [network.of_cells(some) for some in torch.split(views.flatten(0, 1), BATCH)]
    fields, errors = (torch.cat(parts).view(*views.shape[:2], parts[0].shape[1]) for parts in zip(*seen, strict=True))
    return torch.einsum("vij,bvi->bvj", _turns()[: views.shape[1]].to(fields), fields), errors


@cache
def _places(points: int) -> Tensor:
    """(24, N³) which voxel of a picture stands at each place of its views, in the order of `in_cells`."""
    numbers = torch.arange(points**3).view(1, 1, points, points, points)
    return torch.stack([in_cells(turned_grid(numbers, rotation)).flatten() for rotation in cube_rotations()])


@cache
def _turns() -> Tensor:
    """(24, 27, 27) what the rotations of the views do to the moments."""
    return moment_rotations(torch.tensor(cube_rotations()))


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

    def predict_field(self, environments: Sequence[Environment]) -> PredictedField:
        """Fields of any number of environments, as their ions see them; several networks agree on the mean of theirs.

        A network has learned what Dy would see (`core.fields.donor_charges.ion_factor` makes the rest of it).
        """
        config = self.networks[0].config
        atoms = gather(environments, config.grid, framed=config.framed)
        each = see_each(self.networks, atoms)
        mean = PredictedField(
            *(np.mean([getattr(one, name) for one in each], axis=0) for name in PredictedField.__slots__)
        )
        factors = np.array([ion_factor(around.metal) for around in environments])[:, None]
        return PredictedField(mean.moments * factors, mean.errors * factors, mean.scatter)


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
