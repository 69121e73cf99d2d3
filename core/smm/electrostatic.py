"""The electrostatic crystal field of an environment: its donor atoms as effective point charges."""

from __future__ import annotations

import numpy as np

from core.chem.molecule import FloatArray
from core.magnetism.stevens import RANKS
from core.smm.crystal_field import CrystalField, crystal_field
from core.smm.donor_charges import calibration, effective_charges
from core.smm.environment import Environment


def point_charges(around: Environment) -> tuple[FloatArray, FloatArray]:
    """Positions (m, 3) relative to the metal [Å] and effective charges (m, 3) in ranks 2, 4, 6 [e] of all donor atoms.

    A hapto ligand brings each of its atoms. A charge fades with the weight of its contact, and a bridging donor shares
    it equally among the metals it binds.
    """
    pairs = zip(around.classes, around.formal_charges.tolist(), strict=True)
    charges = np.array([effective_charges(donor_class, formal) for donor_class, formal in pairs]).reshape(-1, 3)
    return around.donor_positions, charges * around.weights[:, None]


def thin_ground(around: Environment) -> tuple[str, ...]:
    """Sentences where a donor class was in no complex of the calibration, or in one alone."""
    seen = calibration().seen
    unseen, single = ({str(c) for c in around.classes if seen[c] == count} for count in (0, 1))
    doubts = []
    if unseen:
        names = " or ".join(sorted(unseen))
        doubts.append(f"No computed complex had a donor of the class {names}: its charge is placed by judgement.")
    if single:
        names = " and of ".join(sorted(single))
        doubts.append(f"The charge of {names} donors rests on a single computed complex: read a trend, not a size.")
    return tuple(doubts)


def field_of(around: Environment) -> CrystalField:
    """Levels, g tensor and easy axis.

    Raises:
        DomainError: see `core.smm.crystal_field.crystal_field`.
    """
    return crystal_field(around.metal, *point_charges(around))


def strengths(around: Environment) -> FloatArray:
    """(3,) strength of ranks 2, 4 and 6: S_k = [Σ_ij Z_i Z_j P_k(cos ω_ij)/(R_i R_j)^(k+1)]^½ [e Å^−(k+1)].

    It is what rotations leave of the field, without anything of the ion: the norm that F. Auzel, O. L. Malta (J. Phys.
    1983, 44, 201, doi:10.1051/jphys:01983004402020100) sum over ranks.
    """
    positions, charges = point_charges(around)
    distances = np.linalg.norm(positions, axis=1)
    cosines = np.clip((positions @ positions.T) / np.outer(distances, distances), -1.0, 1.0)
    legendre = [np.polynomial.legendre.Legendre.basis(k)(cosines) for k in RANKS]
    scaled = [charges[:, column] / distances ** (k + 1) for column, k in enumerate(RANKS)]
    return np.sqrt([max(0.0, float(q @ p @ q)) for q, p in zip(scaled, legendre, strict=True)])
