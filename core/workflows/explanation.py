"""Which atoms drive the voxel network's gap: each is taken out of the picture in turn, and the gap asked for again.

Occlusion, as M. D. Zeiler and R. Fergus did with patches of photographs (ECCV 2014, doi:10.1007/978-3-319-10590-1_53).
It tells what the network looks at, not what a chemist could leave out: without an atom the picture is none that the
network has learned from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from core.arrays import FloatArray
from core.fields.donor_charges import ion_factor
from core.fields.environment import Environment, environment
from core.learned.verdict import models

if TYPE_CHECKING:  # torch takes seconds to load: not before it is asked
    from core.learned.voxel_model import VoxelModel
    from core.workflows.prediction import Prediction

VIEWS: Final = 4
"""Views of the 24 that are averaged: enough for colours, and six times as fast."""


def atom_influence(model: VoxelModel, around: Environment, views: int = VIEWS) -> FloatArray:
    """(n,) by how much log₁₀(gap/cm⁻¹ + 1) falls when the atom is taken out; positive where it raises the gap.

    Args:
        model: the network.
        around: an environment of an ion that the crystal field splits.
        views: of the picture, averaged.
    """
    from core.learned.field_levels import field_levels
    from core.learned.voxel_model import predict_field
    from core.learned.voxels import Atoms, gather

    network = model.networks[0]
    grid = network.config.grid
    seen = gather([around], grid, framed=network.config.framed)
    near = np.flatnonzero(np.linalg.norm(around.positions, axis=1) < grid.reach)
    count = len(near) + 1
    weights = seen.weights.repeat(count, 1, 1)
    for row in range(1, count):
        weights[row, row] = 0.0  # row 0 is the whole picture, atom 0 the ion
    found = predict_field(network, Atoms(seen.positions.repeat(count, 1, 1), weights), views)
    gaps = np.log10(field_levels(around.metal, ion_factor(around.metal) * found.moments).gap + 1)
    influence = np.zeros(len(around.elements))
    influence[near] = gaps[0] - gaps[1:]
    return influence


@lru_cache(maxsize=8)
def influence(prediction: Prediction) -> FloatArray | None:
    """(n,) of every atom of the molecule, 0 for the ion; None where no model was asked."""
    molecule, sphere, said = prediction.molecule, prediction.sphere, prediction.verdict
    if molecule is None or sphere is None or said is None or not said.in_domain:
        return None
    others = np.arange(len(molecule.elements)) != sphere.metal
    whole = np.zeros(len(molecule.elements))
    whole[others] = atom_influence(models().voxel, environment(molecule, sphere))
    return whole
