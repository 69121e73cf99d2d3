"""The map of ligand space: shipped ligands with their latents, laid out flat, and the way back from the map to latents.

The layout was made once by UMAP (McInnes, Healy, Melville, arXiv:1802.03426) in `training.ligands.atlas`; nothing here
needs it. Two dimensions cannot hold the distances of many: whatever turns a place on the map into a latent loses about
half of them. A drag is therefore relative. It starts from a ligand whose latent is known and follows the plane that the
ligands around it span, ``z = z₀ + J·Δp``; far from the start, where that plane no longer holds, it blends into the
weighted mean of the ligands at the place. How far the latent lies from any known ligand is told with it.

`core.design.atlas_file` reads and writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from core.arrays import IntArray, SingleArray
from core.design.scope import ScopedLigand

PLANE: Final = 64
"""Ligands around the start of a drag that span its plane; 2 × latent size values are fitted to them, with a ridge."""

RIDGE: Final = 0.05
"""Ridge of that fit, as a share of the spread of the ligands on the map."""

BARYCENTRE: Final = 6
"""Ligands whose weighted mean a far drag becomes. Few, since a mean of many is near zero, where all decode alike."""


@dataclass(frozen=True, slots=True)
class Property:
    """A number that the map can be coloured by.

    Attributes:
        name: of the head that predicts it, or of the column that holds it.
        label: its words on the screen. unit: empty for a plain number.
        doubt: why not to rely on it; empty where there is no reason.
    """

    name: str
    label: str
    unit: str
    doubt: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """Where a drag starts: a ligand's place and latent, and how the latent changes around it.

    Attributes:
        point: (2,) place on the map. latent: (size,) there.
        jacobian: (2, size), change of the latent with the place.
        reach: distance on the map over which the plane gives way to the ligands at the place.
    """

    point: SingleArray
    latent: SingleArray
    jacobian: SingleArray
    reach: float


@dataclass(frozen=True, slots=True)
class Trust:
    """How near a latent is to known ligands.

    Attributes:
        nearest: number of the nearest ligand of the atlas. distance: to it [σ of the latent's prior].
        percentile: share of the atlas' ligands whose own nearest neighbour is closer than that [%].
    """

    nearest: int
    distance: float
    percentile: float


@dataclass(frozen=True, eq=False)
class Atlas:
    """Known ligands with their latents and their places on the map.

    Attributes:
        points: (n, 2) float32 [map units]. latents: (n, size) float32.
        ligands: n ligands. families: n names.
        properties: what the map can be coloured by. values: (n,) float32 of each, NaN where not known.
        spacing: (101,) percentiles of the distance of a ligand to its nearest neighbour in the latent space [σ].
        model: SHA-256 of the weights that the latents come from.
    """

    points: SingleArray
    latents: SingleArray
    ligands: tuple[ScopedLigand, ...]
    families: tuple[str, ...]
    properties: tuple[Property, ...]
    values: Mapping[str, SingleArray]
    spacing: SingleArray
    model: str
    _squares: SingleArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_squares", np.einsum("ij,ij->i", self.latents, self.latents))

    def __len__(self) -> int:
        return len(self.ligands)

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.points)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {ligand.smiles: number for number, ligand in enumerate(self.ligands)}

    def number_of(self, smiles: str) -> int | None:
        """Number of the ligand with this canonical SMILES, if it is on the map."""
        return self._numbers.get(smiles)

    def nearest(self, latent: ArrayLike, count: int) -> tuple[IntArray, SingleArray]:
        """Numbers (count,) and distances (count,) [σ] of the nearest known ligands, nearest first."""
        wanted = np.asarray(latent, np.float32)
        count = min(count, len(self))
        squared = self._squares - 2 * (self.latents @ wanted)
        found = np.argpartition(squared, count - 1)[:count]
        distances = np.linalg.norm(self.latents[found] - wanted, axis=1)  # anew: the difference of squares is inexact
        order = np.argsort(distances, kind="stable")
        return found[order], distances[order].astype(np.float32)

    def around(self, point: ArrayLike, count: int) -> tuple[IntArray, SingleArray]:
        """Numbers (count,) and distances (count,) [map units] of the ligands nearest on the map."""
        distances, numbers = self._tree.query(np.asarray(point, float), k=min(count, len(self)))
        return np.atleast_1d(numbers).astype(np.int64), np.atleast_1d(distances).astype(np.float32)

    def place(self, latent: ArrayLike) -> SingleArray:
        """(2,) place on the map of any latent: the mean of its nearest known ligands, the nearer the heavier."""
        numbers, distances = self.nearest(latent, BARYCENTRE)
        return _mean(self.points[numbers], distances)

    def anchor(self, latent: ArrayLike, point: ArrayLike | None = None) -> Anchor:
        """A start for drags: the plane through a latent that the known ligands around its place span.

        Args:
            latent: (size,).
            point: (2,) where it stands on the map; by default where `place` puts it.
        """
        start = np.asarray(latent, np.float32)
        place = self.place(start) if point is None else np.asarray(point, np.float32)
        numbers, distances = self.around(place, PLANE)
        reach = max(float(distances[-1]), 1e-6)
        return Anchor(place, start, self._slope(place, numbers, distances / reach), 2 * reach)

    def _slope(self, place: SingleArray, numbers: IntArray, nearness: SingleArray) -> SingleArray:
        """(2, size): ridge regression of latents on places, near ligands counting more."""
        weights = np.exp(-2 * nearness**2)[:, None]
        steps = self.points[numbers] - place
        changes = self.latents[numbers] - np.average(self.latents[numbers], axis=0, weights=weights[:, 0])
        steps = steps - np.average(steps, axis=0, weights=weights[:, 0])
        square = steps.T @ (weights * steps)
        ridge = (RIDGE * np.trace(square) / 2 + 1e-9) * np.eye(2)
        return np.asarray(np.linalg.solve(square + ridge, steps.T @ (weights * changes)), np.float32)

    def latent_at(self, anchor: Anchor, point: ArrayLike) -> SingleArray:
        """(size,) latent at a place on the map, reached from `anchor`."""
        place = np.asarray(point, np.float32)
        step = place - anchor.point
        far = min(1.0, float(np.linalg.norm(step)) / anchor.reach)
        share = far * far * (3 - 2 * far)  # smooth at both ends, so that nothing jumps while a hand moves
        plane = anchor.latent + step @ anchor.jacobian
        if share == 0.0:
            return np.asarray(plane, np.float32)
        numbers, distances = self.around(place, BARYCENTRE)
        return np.asarray((1 - share) * plane + share * _mean(self.latents[numbers], distances), np.float32)

    def trust(self, latent: ArrayLike) -> Trust:
        """How near a latent is to known ligands, by their own distances."""
        numbers, distances = self.nearest(latent, 1)
        distance = float(distances[0])
        return Trust(int(numbers[0]), distance, float(np.searchsorted(self.spacing[:100], distance)))

    def within(self, polygon: ArrayLike) -> IntArray:
        """Numbers of the ligands inside a polygon (m, 2) on the map, by the even-odd rule."""
        corners = np.asarray(polygon, float).reshape(-1, 2)
        inside = np.zeros(len(self), bool)
        x, y = self.points.T
        for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if ay != by:
                inside ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
        return np.flatnonzero(inside)

    def density(self, cells: int, smoothing: float = 1.5) -> SingleArray:
        """(cells, cells) share of the fullest cell, rows from low to high y, over the bounding box of the map.

        Args:
            smoothing: standard deviation of the blur [cells].
        """
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        counts, _, _ = np.histogram2d(
            self.points[:, 1], self.points[:, 0], bins=cells, range=[[low[1], high[1]], [low[0], high[0]]]
        )
        blurred = gaussian_filter(counts, smoothing, mode="constant")
        return np.asarray(blurred / max(blurred.max(), 1e-9), np.float32)

    def centre_of(self, numbers: IntArray) -> SingleArray:
        """(2,) where a group of ligands is densest: its member with the nearest 25th of the group around it."""
        group = self.points[numbers]
        distances, _ = cKDTree(group).query(group, k=[1 + len(group) // 25])
        return np.asarray(group[np.argmin(np.asarray(distances)[:, 0])], np.float32)


def _mean(rows: SingleArray, distances: SingleArray) -> SingleArray:
    """Mean of rows (k, m), weighted by distance (k,) to the fourth power: at a ligand it is that ligand."""
    weights = 1 / (distances.astype(np.float64) ** 4 + 1e-12)
    return np.asarray(weights @ rows / weights.sum(), np.float32)
