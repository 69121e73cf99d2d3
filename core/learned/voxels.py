"""An environment as a picture in three dimensions: densities on a cubic grid around the ion.

    Environment ──► atoms, turned into the frame of the first sphere ──► (C, N, N, N) densities ──► its views

Every atom is a Gaussian, integrated over each voxel (a difference of error functions along x, y and z), so nothing
jumps when an atom crosses the border of a voxel. The grid lies evenly about the ion, so the 24 proper rotations of the
cube only exchange and reverse its axes: they are exact, and nothing is computed anew.

Two modes. *chemical*: one channel for each kind of atom in `CHANNELS`. *rgb*: three channels, in which an atom stands
with the colour of its element, after S. Takiguchi, T. Nakane, T. Akitsu, IUCrJ 2024, 11, 182. Of that paper we know the
abstract; that the colours are those in which programs draw molecules (Jmol's) is our own reading.

The frame of the first sphere: its axes are those of Σ w n nᵀ/R³ over the donor atoms, so that a rotated structure gives
the same picture again. Signs of the axes stay open, and so does everything that high symmetry leaves open; what the
views are made into has to bear that (`core.learned.network`). In the weights w stand element and formal charge, of our
own
choice and tied to no calibration: a frame has only to be the same every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from math import pi, sqrt
from typing import Final

import numpy as np
import torch
from torch import Tensor

from core.arrays import FloatArray
from core.chem.radii import METALS
from core.errors import DomainError
from core.fields.environment import Environment

CHANNELS: Final = ("O", "N", "halogen, S, P", "C", "H", "metal")
"""Channels of the chemical mode. B and Si stand with C, every other non-metal with the halogens."""

_CHANNEL_OF: Final = {"O": 0, "N": 1, "C": 3, "B": 3, "Si": 3, "H": 4, "D": 4}

COLOURS: Final = {
    "H": 0xFFFFFF, "B": 0xFFB5B5, "C": 0x909090, "N": 0x3050F8, "O": 0xFF0D0D, "F": 0x90E050, "Na": 0xAB5CF2,
    "Al": 0xBFA6A6, "Si": 0xF0C8A0, "P": 0xFF8000, "S": 0xFFFF30, "Cl": 0x1FF01F, "K": 0x8F40D4, "Li": 0xCC80FF,
    "Mg": 0x8AFF00, "Ca": 0x3DFF00, "Fe": 0xE06633, "Co": 0xF090A0, "Ni": 0x50D050, "Cu": 0xC88033, "Zn": 0x7D80B0,
    "Se": 0xFFA100, "Br": 0xA62929, "I": 0x940094, "Rb": 0x702EB0, "Cs": 0x57178F, "La": 0x70D4FF, "Ce": 0xFFFFC7,
    "Pr": 0xD9FFC7, "Nd": 0xC7FFC7, "Pm": 0xA3FFC7, "Sm": 0x8FFFC7, "Eu": 0x61FFC7, "Gd": 0x45FFC7, "Tb": 0x30FFC7,
    "Dy": 0x1FFFC7, "Ho": 0x00FF9C, "Er": 0x00E675, "Tm": 0x00D452, "Yb": 0x00BF38, "Lu": 0x00AB24,
}  # fmt: skip
"""0xRRGGBB by element, as Jmol draws them (jmol.sourceforge.net/jscolors); all others get `_OTHER_COLOUR`."""

_OTHER_COLOUR: Final = 0xFF1493

_FRAME_WEIGHT: Final = {"O": 1.1, "N": 0.9, "C": 0.4, "H": 0.5, "F": 1.1, "Cl": 1.0, "Br": 1.0, "I": 0.9}
_FRAME_OTHER: Final = 0.8
_FRAME_CHARGE: Final = 0.6
"""Weight of a donor atom in the frame: by element, and per unit of negative formal charge."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How a picture is taken.

    Attributes:
        mode: ``chemical`` or ``rgb``.
        points: N, voxels along each edge; even, so that two of them can be taken together.
        spacing: edge of a voxel [Å].
        width: standard deviation of an atom's Gaussian [Å].
        fade: the outermost shell of the sphere in the box, in which atoms fade out [Å]; beyond it they do not count,
            so that what the picture holds does not depend on how the box is turned.
        hydrogens: whether hydrogen is drawn (an ablation leaves it out).
    """

    mode: str = "chemical"
    points: int = 20
    spacing: float = 0.5
    width: float = 0.45
    fade: float = 0.5
    hydrogens: bool = True

    def __post_init__(self) -> None:
        if self.mode not in ("chemical", "rgb"):
            raise DomainError(f"Voxels are drawn in the modes chemical and rgb, not {self.mode!r}.")
        if self.points < 2 or self.points % 2:
            raise DomainError(f"A grid of {self.points} voxels has no pair of voxels along each edge.")

    @property
    def channels(self) -> int:
        """C."""
        return len(CHANNELS) if self.mode == "chemical" else 3

    @property
    def reach(self) -> float:
        """Radius of the sphere in the box [Å]."""
        return self.points * self.spacing / 2


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """Atoms of B environments, the ion first, padded to the largest.

    Attributes:
        positions: (B, A, 3) float32 relative to the ion [Å].
        weights: (B, A, C) float32 what each atom adds to each channel; 0 on padding.
    """

    positions: Tensor
    weights: Tensor

    def turned(self, rotations: Tensor) -> Atoms:
        """Each environment rotated by its own (B, 3, 3) matrix."""
        return Atoms(self.positions @ rotations.transpose(1, 2), self.weights)


def first_sphere_frame(environment: Environment) -> FloatArray:
    """(3, 3) proper rotation whose rows are the axes of the first sphere, the strongest last; see the module."""
    bonds = environment.donor_positions
    distances = np.linalg.norm(bonds, axis=1)
    weights = environment.weights * np.array([_frame_weight(environment, n) for n in range(len(bonds))])
    moment = np.einsum("i,ia,ib->ab", weights / distances**5, bonds, bonds)
    axes: FloatArray = np.linalg.eigh(moment)[1].T
    axes[0] *= np.sign(np.linalg.det(axes))
    return axes


def _frame_weight(environment: Environment, donor: int) -> float:
    element = environment.elements[environment.donors[donor]]
    return _FRAME_WEIGHT.get(element, _FRAME_OTHER) - _FRAME_CHARGE * float(environment.formal_charges[donor])


def gather(environments: Sequence[Environment], grid: Grid, *, framed: bool = True) -> Atoms:
    """Atoms within reach, in the frame of the first sphere (or as they stand), as tensors."""
    clouds = [_cloud(one, grid, framed) for one in environments]
    most = max((len(positions) for positions, _ in clouds), default=1)
    positions = np.zeros((len(clouds), most, 3), dtype=np.float32)
    weights = np.zeros((len(clouds), most, grid.channels), dtype=np.float32)
    for row, (place, weight) in enumerate(clouds):
        positions[row, : len(place)] = place
        weights[row, : len(place)] = weight
    return Atoms(torch.from_numpy(positions), torch.from_numpy(weights))


def _cloud(environment: Environment, grid: Grid, framed: bool) -> tuple[FloatArray, FloatArray]:
    """(a, 3) positions and (a, C) weights of the ion and the atoms within reach."""
    distances = np.linalg.norm(environment.positions, axis=1)
    near = np.flatnonzero(distances < grid.reach)
    positions = environment.positions[near]
    if framed:
        positions = positions @ first_sphere_frame(environment).T
    colours = np.array([_weights(environment.elements[k], grid.mode, grid.hydrogens) for k in near])
    faded = np.clip((grid.reach - distances[near]) / grid.fade, 0.0, 1.0)
    smooth = faded**2 * (3 - 2 * faded)
    ion = np.array([_weights(environment.metal, grid.mode, grid.hydrogens)])
    weights = np.concatenate([ion, colours.reshape(-1, grid.channels) * smooth[:, None]])
    return np.concatenate([np.zeros((1, 3)), positions]), weights


@cache
def _weights(element: str, mode: str, hydrogens: bool) -> tuple[float, ...]:
    if element in ("H", "D") and not hydrogens:
        return (0.0,) * (len(CHANNELS) if mode == "chemical" else 3)
    if mode == "rgb":
        colour = COLOURS.get(element, _OTHER_COLOUR)
        return tuple((colour >> shift & 0xFF) / 0xFF for shift in (16, 8, 0))
    channel = 5 if element in METALS else _CHANNEL_OF.get(element, 2)
    return tuple(float(channel == number) for number in range(len(CHANNELS)))


def voxels(atoms: Atoms, grid: Grid) -> Tensor:
    """(B, C, N, N, N) float32 densities; an isolated atom of weight 1 has about 1 where it lies.

    Every Gaussian is a product of three profiles, so the sum over atoms is one product of matrices,
    (N², A) × (A, C N): 2 A C N³ operations, 6 million for 60 atoms, 6 channels and 20 voxels.
    """
    x, y, z = _profiles(atoms.positions, grid).unbind(dim=2)  # each (B, A, N)
    batch, _, n = x.shape
    plane = (x[:, :, :, None] * y[:, :, None, :]).flatten(2)  # (B, A, N²)
    lines = (atoms.weights[:, :, :, None] * z[:, :, None, :]).flatten(2)  # (B, A, C N)
    product_ = torch.bmm(plane.transpose(1, 2), lines)  # (B, N², C N)
    return product_.view(batch, n, n, grid.channels, n).permute(0, 3, 1, 2, 4)


def _profiles(positions: Tensor, grid: Grid) -> Tensor:
    """(B, A, 3, N) share of each atom in each layer of voxels along x, y and z, about 1 at its middle."""
    half = grid.points // 2
    edges = torch.arange(-half, half + 1, dtype=positions.dtype, device=positions.device) * grid.spacing
    below = torch.erf((edges - positions[..., None]) / (grid.width * sqrt(2)))
    return (below[..., 1:] - below[..., :-1]) * (0.5 * sqrt(2 * pi) * grid.width / grid.spacing)


@cache
def cube_rotations() -> FloatArray:
    """(24, 3, 3) the proper rotations of the cube: the identity, the half turns about the three axes, the others."""
    matrices = []
    for order, signs in product(permutations(range(3)), product((1.0, -1.0), repeat=3)):
        matrix = np.eye(3)[list(order)] * np.array(signs)[:, None]
        if np.linalg.det(matrix) > 0:
            matrices.append(matrix)
    stack = np.array(matrices)
    stack.setflags(write=False)
    return stack


def turned_grid(densities: Tensor, rotation: FloatArray) -> Tensor:
    """(…, N, N, N) the picture of the same atoms rotated by one of `cube_rotations`: axes exchanged and reversed.

    With x' = R x, new axis a is old axis `source[a]`, reversed where the sign is negative.
    """
    source = np.abs(rotation).argmax(axis=1)
    reversed_ = [-3 + a for a in range(3) if rotation[a, source[a]] < 0]
    leading = list(range(densities.ndim - 3))
    moved = densities.permute(*leading, *(len(leading) + int(a) for a in source))
    return torch.flip(moved, reversed_) if reversed_ else moved


def views(densities: Tensor) -> Tensor:
    """(24, …, N, N, N) all rotations of the cube, in the order of `cube_rotations`."""
    return torch.stack([turned_grid(densities, rotation) for rotation in cube_rotations()])
