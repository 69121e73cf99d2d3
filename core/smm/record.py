"""The JSON record of a prediction: what ``kramers predict`` prints and the page offers for download."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from core import __version__
from core.settings import SCHEMA_VERSION
from core.smm.crystal_field import CrystalField
from core.smm.donor_charges import calibration
from core.smm.verdict import Opinion

if TYPE_CHECKING:
    from core.smm.predictor import Prediction


LEAST_CHECKED = 30
"""Complexes that the fit never saw from which on they are quoted, rather than those left out in turn."""


def trust() -> str:
    """How the electrostatic levels were made and how wrong they are; stands beside every level, on page and in JSON."""
    table = calibration()
    checked = table.check.get("environments", 0) >= LEAST_CHECKED
    figures = table.check if checked else table.known
    which = "complexes that the fit never saw" if checked else "of them, each left out in turn"
    return (
        f"Electrostatic levels: their charges are fitted to {table.known['environments']} complexes computed ab initio "
        f"(CAHF + spin-orbit, preset fast). On {figures['environments']} {which}, the first gap is off by "
        f"{figures['gap_mean_abs_cm1']:.0f} cm⁻¹ on average (their mean gap: {figures['gap_mean_cm1']:.0f} cm⁻¹), and "
        f"ranks them with a Spearman coefficient of {figures['gap_spearman']:.2f}. Nothing here is a measurement."
    )


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
        **_verdict(prediction),
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


def _verdict(prediction: Prediction) -> dict[str, object]:
    """What the trained models say, and what the metal alone would have said."""
    said = prediction.verdict
    if said is None:
        return dict.fromkeys(("electrostatic", "voxel", "invariant", "baseline", "training"))
    domain = {"in_domain": said.in_domain, "reason": said.reason}
    return {
        "electrostatic": _opinion(said.electrostatic),
        "voxel": {**_opinion(said.voxel), **domain},
        "invariant": {**_opinion(said.invariant), **domain},
        "baseline": {"p_smm_metal_only": said.metal_only},
        "training": {"distance": said.distance, "nearest": list(said.nearest)},
    }


def _opinion(opinion: Opinion | None) -> dict[str, object]:
    if opinion is None:
        return {"p_smm": None, "gap_cm1": None, "gap_interval_cm1": None}
    return {"p_smm": opinion.p_smm, "gap_cm1": opinion.gap, "gap_interval_cm1": list(opinion.interval)}


def _field(levels: CrystalField, axial_angle: float | None) -> dict[str, object]:
    return {
        "level_of_theory": levels.level,
        "caveat": trust(),
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
