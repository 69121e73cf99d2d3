"""The electrostatic crystal field of an environment: its donor atoms as effective point charges."""

from __future__ import annotations

import numpy as np

from core.arrays import FloatArray
from core.doubts import Doubt, doubt
from core.fields.crystal_field import crystal_field
from core.fields.donor_charges import calibration, effective_charges, ion_factor
from core.fields.environment import Environment
from core.fields.lone_pairs import charge_positions
from core.magnetism.ion_levels import Levels


def point_charges(around: Environment) -> tuple[FloatArray, FloatArray]:
    """Where the charges of all donor atoms stand (m, 3), relative to the metal [Å], and how large they are (m, 3) in
    ranks 2, 4, 6 [e].

    A hapto ligand brings each of its atoms. A charge fades with the weight of its contact, and a bridging donor shares
    it equally among the metals it binds.
    """
    pairs = zip(around.classes, around.formal_charges.tolist(), strict=True)
    charges = np.array([effective_charges(donor_class, formal) for donor_class, formal in pairs]).reshape(-1, 3)
    positions = charge_positions(around, calibration().lone_pair)
    return positions, ion_factor(around.metal) * charges * around.weights[:, None]


def uncalibrated_donors(around: Environment) -> tuple[Doubt, ...]:
    """Doubts where a donor class was in no complex of the calibration, or in one alone."""
    seen = calibration().seen
    unseen, single = ({str(c) for c in around.classes if seen[c] == count} for count in (0, 1))
    doubts = []
    if unseen:
        names = " or ".join(sorted(unseen))
        text = f"No computed complex had a donor of the class {names}: its charge is placed by judgement."
        doubts.append(doubt("donor-uncalibrated", text))
    if single:
        names = " and of ".join(sorted(single))
        text = f"The charge of {names} donors rests on a single computed complex: read a trend, not a size."
        doubts.append(doubt("donor-calibrated-once", text))
    return tuple(doubts)


def field_of(around: Environment) -> Levels:
    """Levels, g tensor and easy axis.

    Raises:
        DomainError: see `core.fields.crystal_field.crystal_field`.
    """
    return crystal_field(around.metal, *point_charges(around))
