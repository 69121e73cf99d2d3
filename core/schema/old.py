"""What version 1 of the JSON called otherwise, read as version 2: results that jobs keep, and files that people saved.

Version 1 (Kramers 0.1) had two names for most things, one of predictions and one of verifications. Nothing is computed
here but what follows from what stands in a record: its 2J+1 energies follow from means and splittings of its doublets.
What version 1 did not keep, hashes and dates, is empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from core.schema.results import CONVENTION, SCHEMA_VERSION

Record = dict[str, Any]

_B_NAME: Final = re.compile(r"B([246])_(-?[0-6])\Z")

_DOUBLET: Final = {"axis": "easy_axis", "weights_by_abs_mj": "mj_weights"}
_DONOR: Final = {"class": "donor_class", "distance_angstrom": "distance_A", "formal_charge": "formal_charge_e"}
_AXIAL: Final = {"atom": "donor", "class": "donor_class"}
_BUILT: Final = {"donor": "axial", "restraint_energy_cm-1": "restraint_energy_cm1"}
"""Old names and new ones."""


def current(record: Mapping[str, Any]) -> Record:
    """A record of any version in that of `core.schema.results`; one of version 2, or of no kind known, as it is."""
    if record.get("schema") == SCHEMA_VERSION or "kind" in record:
        return dict(record)
    if "kramers_doublets" in record:
        return _verification(record)
    if record.get("status") in ("failed", "refused") and "reason" in record:
        return {**_head(record, "not-verified"), **_asked(_rest(record, "key"), record)}
    if "report" in record and "shape" in record:
        return _prediction(record)
    if "protocol" in record and "xyz" in record:
        return _built(record)
    if "flaw" in record:
        return {**_head(record, "not-built"), **_rest(record)}
    return dict(record)


def _head(record: Mapping[str, Any], kind: str) -> Record:
    version = record.get("kramers_version") or record.get("versions", {}).get("kramers", "")
    origin = {"kramers": version, "key": "", "input_sha256": "", "date": ""}
    return {"schema": SCHEMA_VERSION, "kind": kind, "provenance": origin}


def _rest(record: Mapping[str, Any], *without: str) -> Record:
    gone = {"schema", "kramers_version", "warnings", *without}
    rest = {name: value for name, value in record.items() if name not in gone}
    return {**rest, "doubts": [_doubt(text) for text in record["warnings"]]} if "warnings" in record else rest


def _doubt(text: str) -> Record:
    """Version 1 had sentences alone, of no kind."""
    return {"code": "unspecified", "subject": "result", "severity": "caution", "text": text}


def _renamed(record: Mapping[str, Any], names: Mapping[str, str]) -> Record:
    return {names.get(name, name): value for name, value in record.items()}


def _asked(rest: Record, record: Mapping[str, Any]) -> Record:
    return {**rest, "recipe": record["key"]} if "key" in record else rest


def _verification(record: Mapping[str, Any]) -> Record:
    field, method = record["crystal_field"], record.get("method", {})
    levels = {
        "level_of_theory": f"CAHF and spin-orbit CI, preset {method.get('preset', 'unknown')}",
        "ion": record["ion"],
        "multiplet": record["multiplet"],
        **_table(record["kramers_doublets"], len(record["moments_along_axis_muB"])),
        "crystal_field": {**field, "convention": CONVENTION},
    }
    rest = _rest(record, "key", "ion", "multiplet", "kramers_doublets", "crystal_field")
    return {**_head(record, "verification"), **_asked(rest, record), "metal": record["ion"], "levels": levels}


def _prediction(record: Mapping[str, Any]) -> Record:
    field = record["crystal_field"]
    rest = _rest(record, "crystal_field")
    rest["donors"] = [_renamed(donor, _DONOR) for donor in record["donors"]]
    added = {"literature": None, "easy_axis_to_abc_deg": None}
    return {**added, **_head(record, "prediction"), **rest, **_levels(field, record["metal"])}


def _built(record: Mapping[str, Any]) -> Record:
    rest = _renamed(_rest(record, "crystal_field"), _BUILT)
    rest["axial"] = [_renamed(one, _AXIAL) for one in record["donor"]]
    return {**_head(record, "built"), **rest, **_levels(record["crystal_field"], record["metal"])}


def _levels(field: Mapping[str, Any] | None, ion: str) -> Record:
    """The electrostatic levels of version 1, and what stood among them."""
    if field is None:
        return {"levels": None, "caveat": None, "axial_angle_deg": None}
    stevens = field["stevens"]
    magnetic, given = (_parameters(stevens[frame]) for frame in ("magnetic_frame", "input_frame"))
    table = _table(field["doublets"], len(field["levels_cm1"]))
    levels = {
        "level_of_theory": field["level_of_theory"],
        "ion": ion,
        "multiplet": field["multiplet"],
        **table,
        "energies_cm1": field["levels_cm1"],
        "first_gap_cm1": field["first_gap_cm1"],
        "tunnelling_cm1": field["tunnelling_cm1"],
        "g": field["g"],
        "easy_axis": field["easy_axis"],
        "crystal_field": {
            "convention": CONVENTION,
            "magnetic_frame_cm1": magnetic,
            "input_frame_cm1": given,
            "wybourne_magnetic_frame_cm1": {},
            "rotation": stevens["rotation"],
            "residual": 0.0,
        },
    }
    return {"levels": levels, "caveat": field["caveat"], "axial_angle_deg": field["axial_angle_deg"]}


def _parameters(values: Mapping[str, float]) -> dict[str, float]:
    found = ((_B_NAME.match(name), value) for name, value in values.items())
    return {f"B{name[1]}{int(name[2]):+d}": value for name, value in found if name}


def _table(rows: list[Mapping[str, Any]], states: int) -> Record:
    """Doublets with the numbers of their states, the energies of these, and what is read off them.

    Args:
        rows: of version 1.
        states: 2J+1. Of an even number (a Kramers ion) all rows are pairs; else those that have a g tensor.
    """
    kramers = states % 2 == 0
    doublets: list[Record] = []
    energies: list[float] = []
    for row in rows:
        width = 2 if kramers or row["g"] is not None else 1
        doublets.append({"states": [len(energies) + n for n in range(width)], **_renamed(row, _DOUBLET)})
        ends = (-0.5, 0.5) if width == 2 else (0.0,)
        energies += [row["energy_cm1"] + end * row["splitting_cm1"] for end in ends]
    for doublet in doublets:
        doublet.setdefault("easy_axis", None)
    energies = [energy - energies[0] for energy in energies]
    ground: Mapping[str, Any] = doublets[0] if doublets else {"g": None, "easy_axis": None, "states": ()}
    pair = len(ground["states"]) == 2 and len(energies) > 2
    return {
        "energies_cm1": energies,
        "first_gap_cm1": energies[2] - (energies[0] + energies[1]) / 2 if pair else None,
        "tunnelling_cm1": None if kramers or len(energies) < 2 else energies[1] - energies[0],
        "g": ground["g"],
        "easy_axis": ground["easy_axis"],
        "doublets": doublets,
    }
