"""Levels read again from a record, of a run or of a model (`core.qc.field_record`), without loading the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.magnetism.ion_levels import Levels
from core.magnetism.ions import Ion, lanthanide
from core.magnetism.levels_record import levels_from
from core.magnetism.stevens import Parameters, from_names

Record = Mapping[str, Any]


def ion_of(record: Record) -> Ion:
    """The trivalent ion."""
    return lanthanide(record["levels"]["ion"])


def levels_of(record: Record) -> Levels:
    """Levels of the ground multiplet."""
    return levels_from(record["levels"])


def parameters_of(record: Record, frame: str = "magnetic_frame_cm1") -> Parameters:
    """B_k^q [cm⁻¹] with the Stevens factor included; `frame` is an entry of ``crystal_field``."""
    return from_names(record["levels"]["crystal_field"][frame])
