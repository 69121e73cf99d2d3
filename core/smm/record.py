"""The JSON record of a prediction: what ``kramers predict`` prints and the page offers for download."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from core import __version__
from core.settings import SCHEMA_VERSION
from core.smm.crystal_field import CrystalField

if TYPE_CHECKING:
    from core.smm.predictor import Prediction


UNCALIBRATED = (
    "The scale of the electrostatic levels is uncalibrated: read the order, the axis and the trend, not the size. "
    "No verdict on SMM behaviour is given yet."
)
"""Stands beside every level, on the page and in the JSON."""


def as_record(prediction: Prediction) -> dict[str, object]:
    """A prediction as a dictionary of JSON types, finite numbers only; units stand in the keys."""
    sphere = prediction.sphere
    record = {
        "schema": SCHEMA_VERSION,
        "kramers_version": __version__,
        "file": prediction.file,
        "block": prediction.block,
        "status": str(prediction.status),
        "message": prediction.message,
        "formula": prediction.molecule.formula if prediction.molecule else "",
        "metal": prediction.metal,
        "oxidation_state": prediction.oxidation_state,
        "charge": prediction.charge,
        "coordination_number": sphere.coordination_number if sphere else None,
        "donors": _donors(prediction),
        "ligands": [
            {key: value for key, value in asdict(ligand).items() if key != "atoms"}
            for ligand in (sphere.ligands if sphere else ())
        ],
        "shape": {label: round(value, 4) for label, value in prediction.shapes.items()},
        "crystal_field": None if prediction.field is None else _field(prediction.field, prediction.axial_angle),
        "report": asdict(prediction.report),
        "warnings": list(prediction.warnings),
    }
    return {key: _plain(value) for key, value in record.items()}


def _plain(value: object) -> object:
    """Tuples as the lists that JSON makes of them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _donors(prediction: Prediction) -> list[dict[str, object]]:
    if prediction.sphere is None or prediction.molecule is None:
        return []
    return [
        {
            "element": donor.element,
            "class": str(donor.donor_class),
            "hapticity": donor.hapticity,
            "distance_angstrom": round(donor.distance, 4),
            "formal_charge": round(donor.formal_charge, 4),
            "bridges": donor.bridges,
            "ligand": donor.ligand,
            "labels": [prediction.molecule.labels[a] for a in donor.atoms],
        }
        for donor in prediction.sphere.donors
    ]


def _field(levels: CrystalField, axial_angle: float | None) -> dict[str, object]:
    return {
        "level_of_theory": levels.level,
        "caveat": UNCALIBRATED,
        "multiplet": levels.multiplet,
        "levels_cm1": _numbers(levels.levels),
        "first_gap_cm1": levels.first_gap,
        "tunnelling_cm1": levels.tunnelling,
        "g": None if levels.g is None else list(levels.g),
        "easy_axis": None if levels.easy_axis is None else _numbers(levels.easy_axis),
        "axial_angle_deg": axial_angle,
        "doublets": [
            {
                "energy_cm1": doublet.energy,
                "splitting_cm1": doublet.splitting,
                "g": None if doublet.g is None else list(doublet.g),
                "angle_to_ground_deg": doublet.angle_to_ground,
                "weights_by_abs_mj": [list(pair) for pair in doublet.main_weights],
            }
            for doublet in levels.doublets
        ],
        "stevens": {
            "convention": "extended Stevens operators, Stevens factor included, cm-1",
            "magnetic_frame": _parameters(levels.stevens),
            "input_frame": _parameters(levels.stevens_input),
            "rotation": np.asarray(levels.rotation).tolist(),
        },
        "notes": list(levels.notes),
    }


def _parameters(stevens: dict[tuple[int, int], float]) -> dict[str, float]:
    return {f"B{k}_{q}": float(value) for (k, q), value in sorted(stevens.items())}


def _numbers(array: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    return [float(value) for value in array]
