"""`Levels` as JSON and back, exactly."""

from __future__ import annotations

import numpy as np

from core.arrays import FloatArray
from core.magnetism.ion_levels import Levels
from core.magnetism.ions import lanthanide
from core.magnetism.levels import Doublet
from core.magnetism.stevens import from_names, named
from core.magnetism.wybourne import wybourne_parameters
from core.schema.results import CONVENTION, DoubletRecord, LevelsRecord


def levels_record(levels: Levels) -> LevelsRecord:
    """In JSON types."""
    return {
        "level_of_theory": levels.level_of_theory,
        "ion": levels.ion,
        "multiplet": levels.multiplet,
        "energies_cm1": levels.energies.tolist(),
        "first_gap_cm1": levels.first_gap,
        "tunnelling_cm1": levels.tunnelling,
        "g": None if levels.g is None else list(levels.g),
        "easy_axis": _numbers(levels.easy_axis),
        "doublets": [_doublet(doublet) for doublet in levels.doublets],
        "crystal_field": {
            "convention": CONVENTION,
            "magnetic_frame_cm1": named(levels.stevens),
            "input_frame_cm1": named(levels.stevens_input),
            "wybourne_magnetic_frame_cm1": named(wybourne_parameters(levels.stevens, lanthanide(levels.ion))),
            "rotation": levels.rotation.tolist(),
            "residual": levels.residual,
        },
    }


def levels_from(record: LevelsRecord) -> Levels:
    """What `levels_record` was made of, but for the notes, which stand among the reasons to doubt the whole result."""
    field = record["crystal_field"]
    return Levels(
        ion=record["ion"],
        level_of_theory=record["level_of_theory"],
        energies=np.array(record["energies_cm1"], dtype=np.float64),
        doublets=tuple(_doublet_from(doublet) for doublet in record["doublets"]),
        stevens=from_names(field["magnetic_frame_cm1"]),
        stevens_input=from_names(field["input_frame_cm1"]),
        rotation=np.array(field["rotation"], dtype=np.float64),
        residual=field["residual"],
    )


def _doublet(doublet: Doublet) -> DoubletRecord:
    return {
        "states": list(doublet.states),
        "energy_cm1": doublet.energy,
        "splitting_cm1": doublet.splitting,
        "g": None if doublet.g is None else list(doublet.g),
        "easy_axis": _numbers(doublet.easy_axis),
        "angle_to_ground_deg": doublet.angle_to_ground,
        "mj_weights": [list(pair) for pair in doublet.main_weights],
    }


def _doublet_from(record: DoubletRecord) -> Doublet:
    g, axis = record["g"], record["easy_axis"]
    return Doublet(
        states=tuple(record["states"]),
        energy=record["energy_cm1"],
        splitting=record["splitting_cm1"],
        g=None if g is None else (g[0], g[1], g[2]),
        easy_axis=None if axis is None else np.array(axis, dtype=np.float64),
        angle_to_ground=record["angle_to_ground_deg"],
        main_weights=tuple((size, weight) for size, weight in record["mj_weights"]),
    )


def _numbers(vector: FloatArray | None) -> list[float] | None:
    return None if vector is None else [float(value) for value in vector]
