"""What is to be packed, and the pose that a packing found: found once, kept in packings.json, applied in no time.

A packing is a long chain of small steps, and the last bits of a processor's arithmetic can send it elsewhere. The
example files must come out byte for byte the same everywhere, so the pose is kept, rounded; `--repack` finds it anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray

from .cell import Body, Packing
from .packing import pack

Pose = dict[str, list[list[float]]]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A space group, the asymmetric unit, and the seed of the random start that packs well."""

    space_group: str
    bodies: tuple[Body, ...]
    seed: int

    def packed(self) -> Packing:
        """Packed from scratch.

        Raises:
            ValueError: no packing from this seed.
        """
        return pack(self.space_group, self.bodies, self.seed)

    def posed(self, pose: Pose) -> Packing:
        """The packing that `pose_of` wrote down."""
        rows = zip(self.bodies, pose["centres"], pose["turns"], strict=True)
        bodies = tuple(
            replace(body, centre=np.array(centre), fragment=body.fragment.moved(_matrix(turn), np.zeros(3)))
            for body, centre, turn in rows
        )
        return Packing(self.space_group, np.array(pose["matrix"]), bodies)


def pose_of(plan: Plan, packing: Packing) -> Pose:
    """Cell axes [Å] (columns), fractional centres and rotation vectors of the bodies, rounded."""
    turns = [
        _turn(before.fragment.positions, after.fragment.positions)
        for before, after in zip(plan.bodies, packing.bodies, strict=True)
    ]
    return {
        "matrix": np.round(packing.matrix, 4).tolist(),
        "centres": [np.round(body.centre, 5).tolist() for body in packing.bodies],
        "turns": [np.round(turn, 5).tolist() for turn in turns],
    }


def _turn(before: FloatArray, after: FloatArray) -> FloatArray:
    if len(before) == 1:
        return np.zeros(3)
    return np.asarray(Rotation.align_vectors(after, before)[0].as_rotvec())


def _matrix(turn: list[float]) -> FloatArray:
    return np.asarray(Rotation.from_rotvec(turn).as_matrix())
