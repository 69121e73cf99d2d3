"""Several metals in JSON and in words: sites, bridges, coupling, spectrum, and what the neighbours do to each ion."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.coupling.cluster import Cluster, dipolar_tensor
from core.coupling.ising import IsingPicture, ising_picture
from core.coupling.magnetometry import chi_t
from core.coupling.spectrum import Line, axis_angles, spectrum
from core.coupling.states import CoupledStates, solve
from core.doubts import records
from core.errors import DomainError, KramersError
from core.magnetism.levels_record import levels_record
from core.schema.answers import CouplingRecord
from core.schema.results import SCHEMA_VERSION, BridgeRecord, MetalSiteRecord, PredictionRecord
from core.workflows.coupled_words import own_verdict, reasoning
from core.workflows.several import Several, judge_several
from core.workflows.wishes import Wishes

CONVENTION: Final = (
    "H = sum of the ions' own levels + mu0/4pi r^-3 [m1.m2 - 3 (m1.n)(m2.n)] - J S1.S2 (sign and factor of POLY_ANISO: "
    "J > 0 is ferromagnetic; -2J S1.S2 has half of this J); S of a lanthanide is (g_J - 1) J on its ground multiplet"
)

TEMPERATURES: Final = np.array([2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 250, 300], dtype=np.float64)
"""Of χT in the record [K]."""

_log = logging.getLogger(__name__)


def several_record(found: Several) -> CouplingRecord:
    """A molecule with its metals as JSON types; units stand in the keys."""
    return {
        "schema": SCHEMA_VERSION,
        "kind": "coupling",
        "provenance": found.provenance,
        "file": found.file,
        "block": found.parts.report.block,
        "status": "ok",
        "message": headline(found),
        "formula": found.parts.anatomy.component.formula,
        "charge": found.metals.charge,
        "sites": site_records(found),
        "bridges": _bridges(found),
        "coupling": None if found.system is None else coupling_record(found, solve(found.system)),
        "doubts": records((*found.parts.added, *found.doubts)),
    }


def whole_record(refused: PredictionRecord, path: Path, wishes: Wishes, **chosen: Any) -> PredictionRecord:
    """The prediction of a molecule with several magnetic ions, all of them together; or why there is none.

    Where one lanthanide alone is magnetic, the prediction is that of this ion.

    Args:
        refused: what was said while no ion was chosen, or of the only lanthanide by itself.
        path: of the file.
        wishes: what else is given.
        chosen: as of `core.workflows.several.judge_several`.
    """
    try:
        return _together(refused, judge_several(path.read_bytes(), str(path), wishes, **chosen))
    except KramersError as error:
        return refused if refused["status"] == "ok" else {**refused, "message": error.sentence}
    except Exception as error:  # the process boundary: one broken file must not end the batch
        _log.exception("coupling failed on %r", str(path))
        text = f"Kramers failed on this file ({type(error).__name__}); please report it."
        return {**refused, "status": "error", "message": text}


def _together(refused: PredictionRecord, found: Several) -> PredictionRecord:
    whole = several_record(found)
    alone = [*found.predictions.values()] if found.system is None else []
    doubts = records((*found.parts.added, *found.doubts, *(one for own in alone for one in own.doubts)))
    record = alone[0].to_dict() if len(alone) == 1 else refused
    return {
        **record,
        "provenance": whole["provenance"],
        "file": whole["file"],
        "block": whole["block"],
        "status": "ok",
        "message": whole["message"],
        "formula": whole["formula"],
        "charge": whole["charge"],
        "sites": whole["sites"],
        "bridges": whole["bridges"],
        "coupling": whole["coupling"],
        "doubts": doubts,
    }


def headline(found: Several) -> str:
    """One sentence: the metals and how many of them are magnetic."""
    metals = ", ".join(f"{site.label} {site.name}" for site in found.metals.sites)
    return f"{found.parts.anatomy.component.formula}: {metals}; magnetic ions: {len(found.metals.magnetic)}."


def site_records(found: Several) -> list[MetalSiteRecord]:
    """One record a metal; the levels of an image are those of its first."""
    sites: list[MetalSiteRecord] = []
    for site in found.metals.sites:
        prediction = found.predictions.get(site.label)
        record: MetalSiteRecord = {
            "label": site.label,
            "element": site.element,
            "oxidation_state": site.oxidation,
            "role": site.role.value,
            "spin": None if site.two_s is None else site.two_s / 2,
            "spin_state": site.words,
            "image_of": site.image_of or None,
            "position_A": [float(x) for x in found.parts.anatomy.component.positions[site.atom]],
            "doubts": records((*site.doubts, *(() if prediction is None else prediction.doubts))),
        }
        if prediction is not None:
            whole = prediction.to_dict()
            record["coordination_number"] = whole["coordination_number"]
            record["donors"] = whole["donors"]
            record["shape"] = whole["shape"]
            record["levels"] = whole["levels"]
            record["electrostatic"] = whole["electrostatic"]
            record["voxel"] = whole["voxel"]
            record["invariant"] = whole["invariant"]
            record["smm_like"] = own_verdict(found, site.label)
            if site.label in found.levels:
                given = found.levels[site.label]
                record["computed"] = {"source": given.source, "levels": levels_record(given.in_field)}
        sites.append(record)
    return sites


def _bridges(found: Several) -> list[BridgeRecord]:
    labels = {site.atom: site.label for site in found.metals.sites}
    return [
        {
            "between": [labels[m] for m in bridge.metals],
            "kind": bridge.kind,
            "metal_metal_A": round(bridge.distance, 4),
            "angle_deg": None if bridge.angle is None else round(bridge.angle, 2),
        }
        for bridge in found.metals.bridges
    ]


def coupling_record(found: Several, states: CoupledStates) -> dict[str, Any]:
    """All that the coupling gives."""
    system = states.system
    lines, picture = spectrum(states), ising_picture(system)
    labels = [site.label for site in system.sites]
    return {
        "hamiltonian": CONVENTION,
        "sites": labels,
        "states": system.size,
        "kept": dict(zip(labels, system.kept, strict=True)),
        "exchange_cm1": {f"{labels[i]}-{labels[j]}": strength for (i, j), strength in system.exchange.items()},
        "pairs": _pairs(system, labels, picture),
        "dipolar_matrix_cm1": None if picture is None else picture.dipolar.tolist(),
        "spectrum": [_line(line) for line in lines],
        "ising": None if picture is None else _ising(picture, labels),
        "chi_t": _chi_t(states),
        "reasoning": reasoning(found, states, lines, picture),
    }


def _pairs(system: Cluster, labels: Sequence[str], picture: IsingPicture | None) -> list[dict[str, object]]:
    angles = axis_angles(system)
    pairs: list[dict[str, object]] = []
    for i, j in combinations(range(len(labels)), 2):
        vector = system.sites[j].position - system.sites[i].position
        pairs.append(
            {
                "sites": [labels[i], labels[j]],
                "distance_A": round(float(np.linalg.norm(vector)), 4),
                "angle_between_axes_deg": angles.get((i, j)),
                "dipolar_tensor_cm1_per_muB2": dipolar_tensor(vector).tolist() if system.dipolar else None,
                "J_cm1": system.exchange.get((i, j), 0.0),
                "ising_dipolar_cm1": None if picture is None else float(picture.dipolar[i, j]),
                "ising_exchange_cm1": None if picture is None else float(picture.exchange[i, j]),
            }
        )
    return pairs


def _line(line: Line) -> dict[str, object]:
    return {
        "energy_cm1": line.energy,
        "splitting_cm1": line.splitting,
        "states": line.states,
        "g": None if line.g is None else list(line.g),
        "easy_axis": None if line.axis is None else line.axis.tolist(),
        "toroidal_muB_A": line.toroidal,
        "toroidal_axis": None if line.toroidal_axis is None else line.toroidal_axis.tolist(),
    }


def _ising(picture: IsingPicture, labels: Sequence[str]) -> dict[str, object]:
    return {
        "axes": picture.axes.tolist(),
        "moments_muB": picture.moments.tolist(),
        "configurations": [
            {
                "signs": list(found.signs),
                "energy_cm1": found.energy,
                "flipped": [labels[k] for k in found.flipped],
                "moment_muB": found.moment,
                "toroidal_muB_A": found.toroidal,
            }
            for found in picture.configurations
        ],
        "bias_cm1": picture.bias.tolist(),
        "bias_field_tesla": picture.fields.tolist(),
        "mixing_cm1": picture.mixing.tolist(),
    }


def _chi_t(states: CoupledStates) -> dict[str, object] | None:
    try:
        values = chi_t(states, TEMPERATURES)
    except DomainError:
        return None
    return {"T_K": TEMPERATURES.tolist(), "cm3_K_per_mol": [float(v) for v in values]}
