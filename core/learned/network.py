"""The voxel network: a 3-D ResNet that paints an effective charge on the grid, and the crystal field of that charge.

    densities (B, C, N, N, N) ── ResNet ──► charges (3, B, N³) ── multipoles ──► field (B, 27) and its error (B, 3)

A charge for each rank, since effective charges differ between ranks (`core.fields.donor_charges`). Position is kept to
the end: the charge is as fine as the grid, and each voxel of it goes into the 27 moments of rank 2, 4 and 6 (the only
ones that 4f electrons feel) with a weight of its own, that of the multipole expansion, whose radial part is learned.
The moments of a turned picture are turned moments, exactly known, so views of one grid are turned back and
averaged: the average is over fields, not over verdicts. Levels, gap, axiality and verdict of an ion in that field
follow by diagonalisation (`core.learned.field_levels`); the ion's J, g_J and θ_k⟨r^k⟩(1 − σ_k) enter there.

Arithmetic, for N = 20, C = 6, width 32, 2 blocks: the trunk works on (N/2)³ = 1000 cells with 2³ C = 48 numbers each:
27 · 48 · 32 + 4 · 27 · 32² + 32 · 48 = 153,600 multiplications a cell, 0.15 G a view, 0.3 GFLOP. What a view
takes is measured in benchmarks/results/voxels.json.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.arrays import FloatArray
from core.learned.voxels import Grid
from core.magnetism.stevens import KQ, RANKS, addition_coefficient, stevens_functions

MOMENTS: Final = len(KQ)
"""27 moments, in the order of `KQ`."""

RANK_OF: Final = tuple(RANKS.index(k) for k, _ in KQ)

UNIT_DISTANCE: Final = 2.4
"""Distance at which a charge of 1 e on an axis has the moments 1 [Å]: moments of all ranks are of one size."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Shape of the network.

    Attributes:
        grid: the picture that it reads.
        framed: whether pictures stand in the frame of the first sphere (else as the atoms stand).
        width: channels of the trunk.
        blocks: residual blocks of the trunk.
        knots: of the radial part of the multipole expansion.
    """

    grid: Grid = field(default_factory=Grid)
    framed: bool = True
    width: int = 32
    blocks: int = 2
    knots: int = 24


PEAK_TO_CHARGE: Final = 0.1
"""Start of the scale: a Gaussian with a peak of 1 and a width of one voxel holds (2π)^(3/2) = 16 of them."""


class Field(NamedTuple):
    """What the network sees.

    Attributes:
        moments: (B, 27) in the frame of the grid [e, see `charge_moments`].
        log_error: (B, 3) logarithm of the standard deviation of a moment of rank 2, 4, 6, by the network's own account.
    """

    moments: Tensor
    log_error: Tensor


class Block(nn.Module):
    """x + a · conv(relu(conv(relu(x)))), a = 0 at first, so that depth costs nothing before it pays."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv3d(width, width, 3, padding=1)
        self.second = nn.Conv3d(width, width, 3, padding=1)
        self.share = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        inner = self.second(functional.relu(self.first(functional.relu(x)), inplace=True))
        added: Tensor = x + self.share.to(inner.dtype) * inner
        return added


class Trunk(nn.Module):
    """Densities in cells (B, n, n, n, 8 C), n = N/2, to their charges, what these are in each rank (`of_ranks`), and
    features (B, width): what an atom's surroundings make of it."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        inputs = 8 * config.grid.channels
        self.stem = nn.Conv3d(inputs, config.width, 3, padding=1)
        self.blocks = nn.ModuleList(Block(config.width) for _ in range(config.blocks))
        self.charges = nn.Conv3d(config.width, inputs, 1)
        self.ranks = nn.Conv3d(config.width, len(RANKS), 1)
        self.elements = nn.Parameter(torch.full((config.grid.channels,), -1.0))

    def forward(self, cells: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.stem(cells.permute(0, 4, 1, 2, 3))  # (B, width, n, n, n)
        for block in self.blocks:
            x = block(x)
        x = functional.relu(x)
        shift = self.charges(x).permute(0, 2, 3, 4, 1)  # (B, n, n, n, 8 C)
        per_density = shift + self.elements.to(shift.dtype).repeat(cells.shape[3], 8)
        return cells * per_density, self.ranks(x), x.mean(dim=(2, 3, 4), dtype=torch.float32)


def of_ranks(charges: Tensor, ranks: Tensor) -> Tensor:
    """(3, B, N³) charge of every voxel in ranks 2, 4 and 6, in single precision, the voxel's number in its cell first.

    Args:
        charges: (B, n, n, n, 8 C) of the densities that each voxel holds.
        ranks: (B, 3, n, n, n) what each cell adds to them in each rank, as a share.
    """
    parts = charges.float().flatten(1, 3)  # (B, n³, 8 C)
    channels = torch.eye(8, device=parts.device).repeat_interleave(parts.shape[2] // 8, dim=1)  # (8, 8 C)
    whole = channels @ parts.transpose(1, 2)  # (B, 8, n³): a product of matrices sums fastest
    share = 1.0 + ranks.float().flatten(2).permute(1, 0, 2).contiguous()[:, :, None]  # (3, B, 1, n³)
    return (whole * share).flatten(2)


def in_cells(densities: Tensor) -> Tensor:
    """(B, n, n, n, 8 C) from (B, C, 2n, 2n, 2n): the 8 voxels of a cell as channels, the voxel's number first."""
    batch, channels, points = densities.shape[:3]
    n = points // 2
    split = densities.reshape(batch, channels, n, 2, n, 2, n, 2)
    return split.permute(0, 2, 4, 6, 3, 5, 7, 1).reshape(batch, n, n, n, 8 * channels)


class Multipoles(nn.Module):
    """Charges (3, B, N³) to their moments of rank 2, 4 and 6 about the ion: Σ_v q_k(v) g_k(r) Y_kq(v) (R₀/r)^(k+1), g_k
    learned."""

    angular: Tensor
    radial: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        places = in_cells(voxel_middles(config.grid)[None]).reshape(-1, 3).numpy()  # (N³, 3)
        distances = np.linalg.norm(places, axis=1)
        falling = (UNIT_DISTANCE / np.maximum(distances, 1.0))[:, None] ** (np.array(RANKS)[list(RANK_OF)] + 1)
        angular = normalised_functions(places / distances[:, None]) * falling  # (N³, 27)
        knots = np.linspace(0.0, config.grid.reach, config.knots)
        hats = np.maximum(0.0, 1.0 - np.abs(distances[:, None] - knots) / knots[1])  # (N³, knots)
        self.register_buffer("angular", torch.tensor(angular, dtype=torch.float32))
        self.register_buffer("radial", torch.tensor(hats, dtype=torch.float32))
        start = np.clip((knots - 0.8) / 0.7, 0.0, 1.0)  # nothing from the ion itself
        self.profile = nn.Parameter(torch.tensor(start, dtype=torch.float32)[:, None].repeat(1, 3))
        self._settled: Tensor | None = None

    def train(self, mode: bool = True) -> Multipoles:
        """Forgets what was settled."""
        self._settled = None
        return super().train(mode)

    def _weights(self) -> Tensor:
        """(N³, 27); a network at work makes them once, which is seven times the work of one picture."""
        if self._settled is not None:
            return self._settled
        weights = self.angular * (self.radial @ self.profile)[:, list(RANK_OF)]
        weights = weights.view(-1, 8, MOMENTS).transpose(0, 1).flatten(0, 1)  # as `of_ranks` puts the voxels
        if not (self.training or torch.is_grad_enabled()):
            self._settled = weights
        return weights

    def forward(self, charge: Tensor) -> Tensor:
        parts = torch.split(self._weights(), [2 * k + 1 for k in RANKS], dim=1)
        moments = torch.cat([q @ part for q, part in zip(charge, parts, strict=True)], dim=1)  # (B, 27)
        return moments * PEAK_TO_CHARGE


def voxel_middles(grid: Grid) -> Tensor:
    """(3, N, N, N) x, y and z of the middle of each voxel [Å]."""
    line = (torch.arange(grid.points) - (grid.points - 1) / 2) * grid.spacing
    return torch.stack(torch.meshgrid(line, line, line, indexing="ij"))


class VoxelNetwork(nn.Module):
    """Densities of B environments to their fields."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = Trunk(config)
        self.multipoles = Multipoles(config)
        self.error = nn.Linear(config.width, len(RANKS))
        nn.init.zeros_(self.error.weight)
        nn.init.constant_(self.error.bias, -1.0)

    def forward(self, densities: Tensor) -> Field:
        return self.of_cells(in_cells(quick(densities)))

    def of_cells(self, cells: Tensor) -> Field:
        """The same from `quick` densities that are in cells already."""
        device = cells.device.type
        with torch.autocast(device, torch.bfloat16, enabled=fast(device)):
            charges, ranks, features = self.trunk(cells)
        # the error learns from the features but may not bend them
        return Field(self.multipoles(of_ranks(charges, ranks)), self.error(10 * features.detach()))


def quick(densities: Tensor) -> Tensor:
    """The same numbers, in bfloat16 where that pays."""
    return densities.bfloat16() if fast(densities.device.type) else densities


def fast(device: str) -> bool:
    """Whether bfloat16 pays: on a GPU, and on processors that have instructions for it."""
    return device == "cuda" or bool(torch.cpu._is_avx512_bf16_supported())


@cache
def _ranks() -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(n for n, (k, _) in enumerate(KQ) if k == rank) for rank in RANKS)


def normalised_functions(directions: FloatArray) -> FloatArray:
    """(m, 27) O_k^q at unit vectors, scaled so that Σ_q f_kq(u) f_kq(v) = P_k(u·v): rotations become orthogonal."""
    columns = [stevens_functions(k, directions) for k in RANKS]
    scale = np.sqrt([addition_coefficient(k, q) for k, q in KQ])
    return np.asarray(np.concatenate(columns, axis=1) * scale, dtype=np.float64)


def charge_moments(positions: FloatArray, charges: FloatArray) -> FloatArray:
    """(27,) moments of effective charges (m, 3) for ranks 2, 4, 6 [e] at (m, 3) [Å]: what the network learns to see."""
    return np.asarray(atom_moments(positions, charges).sum(axis=0))


def atom_moments(positions: FloatArray, charges: FloatArray) -> FloatArray:
    """(m, 27) the same of each atom: Z_k Y_kq(n) (R₀/R)^(k+1)."""
    distances = np.linalg.norm(positions, axis=1)
    powers = np.array([k + 1 for k, _ in KQ])
    falling = (UNIT_DISTANCE / distances)[:, None] ** powers
    moments: FloatArray = charges[:, list(RANK_OF)] * normalised_functions(positions / distances[:, None]) * falling
    return moments


@cache
def _sampling() -> tuple[FloatArray, tuple[FloatArray, ...], tuple[FloatArray, ...]]:
    """Directions (p, 3); of each rank the inverse (2k+1, p) of its functions there, and their coefficients in the
    monomials of degree k (monomials, 2k+1)."""
    directions = np.random.default_rng(0).normal(size=(40, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    values = normalised_functions(directions)
    blocks = [values[:, list(rank)] for rank in _ranks()]
    monomials = [
        np.asarray((directions[:, None, :] ** np.array(_exponents(k))).prod(axis=2), dtype=np.float64) for k in RANKS
    ]
    coefficients = tuple(_inverse(m) @ b for m, b in zip(monomials, blocks, strict=True))
    few = 24  # enough to tell 13 functions apart; the 28 monomials of degree 6 need them all
    inverses = tuple(_inverse(block[:few]) for block in blocks)
    return directions[:few], inverses, coefficients


def _inverse(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.pinv(matrix), dtype=np.float64)


def _exponents(k: int) -> list[tuple[int, int, int]]:
    """Of x, y and z in the monomials of degree k."""
    return [(a, b, k - a - b) for a in range(k + 1) for b in range(k + 1 - a)]


def moment_rotations(rotations: Tensor) -> Tensor:
    """(B, 27, 27) D with moments(R r) = D(R) moments(r), for rotations (B, 3, 3), proper or not.

    Read off the functions at 24 directions and their images: exact, for they span each rank.
    """
    directions, inverses, coefficients = _sampling()
    turned = torch.as_tensor(directions).to(rotations) @ rotations.transpose(1, 2)  # (B, p, 3)
    powers = torch.cumprod(torch.stack([torch.ones_like(turned), *(turned,) * max(RANKS)]), dim=0)  # (7, B, p, 3)
    whole = rotations.new_zeros(len(rotations), MOMENTS, MOMENTS)
    for k, rank, inverse, coefficient in zip(RANKS, _ranks(), inverses, coefficients, strict=True):
        x, y, z = (powers[[e[axis] for e in _exponents(k)], :, :, axis] for axis in range(3))  # (monomials, B, p)
        image = (x * y * z).permute(1, 2, 0) @ torch.as_tensor(coefficient).to(rotations)  # (B, p, 2k+1)
        block = torch.as_tensor(inverse).to(rotations) @ image
        whole[:, rank[0] : rank[-1] + 1, rank[0] : rank[-1] + 1] = block.transpose(1, 2)
    return whole
