"""Rows of the tables of several metals, from the record of the coupling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.tables import Row
from app.text import half_integer, ion_name
from core.schema.answers import CouplingRecord
from core.units import KELVIN_PER_CM1
from core.workflows.several import Several

MILLI = 1e3


def site_rows(record: CouplingRecord, found: Several) -> list[Row]:
    """One line an ion, magnetic ones first."""
    rows: list[Row] = []
    for site in record["sites"]:
        levels = site.get("levels")
        own = found.predictions.get(site["label"])
        shape = next(iter(site.get("shape", {}).items()), None)
        rows.append(
            {
                "ion": site["label"],
                "what": ion_name(site["element"], site["oxidation_state"]),
                "magnetism": magnetism(site),
                "CN": site.get("coordination_number"),
                "shape": f"{shape[0]} ({shape[1]:.2f})" if shape else "",
                "first gap / cm⁻¹": levels["first_gap_cm1"] if levels else None,
                "g_z": levels["g"][2] if levels and levels["g"] else None,
                "axis to donors / °": None if own is None else own.axial_angle,
                "SMM-like": {True: "yes", False: "no", None: "not said" if levels else ""}[site.get("smm_like")],
                "same as": site["image_of"] or "",
                "doubts": len(site["doubts"]),
            }
        )
    if not any(row["same as"] for row in rows):
        return [{name: value for name, value in row.items() if name != "same as"} for row in rows]
    return rows


def magnetism(site: Mapping[str, Any]) -> str:
    """What an ion brings into the coupling, in words."""
    if site["role"] == "diamagnetic":
        return "diamagnetic"
    if site["role"] == "lanthanide":
        return "ground multiplet J"
    words = f", {site['spin_state']}" if site["spin_state"] else ""
    return f"S = {half_integer(site['spin'])}{words}"


def bridge_rows(record: CouplingRecord) -> list[Row]:
    """One line a bridge."""
    return [
        {
            "between": "–".join(bridge["between"]),
            "bridge": bridge["kind"],
            "M…M / Å": bridge["metal_metal_A"],
            "M–donor–M / °": bridge["angle_deg"],
        }
        for bridge in record["bridges"]
    ]


def pair_rows(coupling: Mapping[str, Any]) -> list[Row]:
    """One line a pair of magnetic ions."""
    return [
        {
            "pair": "–".join(pair["sites"]),
            "distance / Å": pair["distance_A"],
            "between easy axes / °": pair["angle_between_axes_deg"],
            "J / cm⁻¹": pair["J_cm1"],
            "dipolar, Ising / cm⁻¹": pair["ising_dipolar_cm1"],
            "exchange, Ising / cm⁻¹": pair["ising_exchange_cm1"],
        }
        for pair in coupling["pairs"]
    ]


def matrix_rows(coupling: Mapping[str, Any]) -> list[Row]:
    """Energy of two moments along their axes: dipolar above the diagonal, exchange below; none without Ising."""
    labels = coupling["sites"]
    if coupling["ising"] is None:
        return []
    rows: list[Row] = [{"": one, **dict.fromkeys(labels)} for one in labels]
    place = {label: k for k, label in enumerate(labels)}
    for pair in coupling["pairs"]:
        i, j = sorted(pair["sites"], key=place.__getitem__)
        rows[place[i]][j] = pair["ising_dipolar_cm1"]
        rows[place[j]][i] = pair["ising_exchange_cm1"]
    return rows


def line_rows(coupling: Mapping[str, Any]) -> list[Row]:
    """One line a level of the whole."""
    return [
        {
            "level": number,
            "states": line["states"],
            "E / cm⁻¹": line["energy_cm1"],
            "E / K": line["energy_cm1"] * KELVIN_PER_CM1,
            "splitting / cm⁻¹": line["splitting_cm1"],
            **dict(zip(("g_x", "g_y", "g_z"), line["g"] or (None, None, None), strict=True)),
            "toroidal / Å μ_B": line["toroidal_muB_A"],
        }
        for number, line in enumerate(coupling["spectrum"], start=1)
    ]


def configuration_rows(ising: Mapping[str, Any]) -> list[Row]:
    """One line a configuration of the moments."""
    return [
        {
            "turned": turned(found["flipped"]),
            "E / cm⁻¹": found["energy_cm1"],
            "E / K": found["energy_cm1"] * KELVIN_PER_CM1,
            "moment / μ_B": found["moment_muB"],
            "toroidal / Å μ_B": found["toroidal_muB_A"],
        }
        for found in ising["configurations"]
    ]


def turned(labels: Sequence[str]) -> str:
    """Which ions are turned against the lowest configuration."""
    return ", ".join(labels) or "none"


def flip_rows(coupling: Mapping[str, Any]) -> list[Row]:
    """One line an ion: what it costs to turn it alone, and what mixes its directions."""
    ising = coupling["ising"]
    names = ("moments_muB", "bias_cm1", "bias_field_tesla", "mixing_cm1")
    columns = (coupling["sites"], *(ising[name] for name in names))
    return [
        {
            "ion": label,
            "moment / μ_B": moment,
            "to turn it alone / cm⁻¹": bias,
            "field of the others / mT": MILLI * field,
            "mixes its directions / cm⁻¹": mixing,
        }
        for label, moment, bias, field, mixing in zip(*columns, strict=True)
    ]
