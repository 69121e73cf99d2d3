"""How far measured points lie from a run, and their scaling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.shared.curves import Overlay
from app.shared.details import show_table
from app.tables import Row
from core.errors import DomainError
from core.jobs.model import Job
from core.qc.agreement import Agreement, agreement
from core.qc.measured import Measured
from core.qc.multiplet_magnetism import magnetisation_of

SCALING = (
    "Each file's points are multiplied by the factor that brings them nearest to the computed curve. That makes up for "
    "a wrong mass or solvent content, and hides a wrong moment."
)


def show_agreement(job: Job, record: dict[str, Any], overlays: Sequence[Overlay]) -> tuple[Overlay, ...]:
    """A table of fit errors; the overlays, scaled where that is chosen."""
    if not any(overlay.data.chi_t or overlay.data.magnetisation for overlay in overlays):
        return tuple(overlays)
    scaled = st.toggle("Scale measured points to the computed curve", key=f"scale/{job.id}", help=SCALING)
    rows: list[Row] = []
    shown = []
    for overlay in overlays:
        data, factors = overlay.data, {}
        for what, found in fit_errors(record, data, scaled=scaled).items():
            factors[what] = found.scale
            rows.append(
                {
                    "file": overlay.name,
                    "of": what,
                    "points": found.points,
                    "rms": found.rms,
                    "R / 10⁻⁴": 1e4 * found.residual,
                    "scale": found.scale,
                }
            )
        shown.append(overlay.scaled(factors.get("χT", 1.0), factors.get("M", 1.0)))
    if rows:
        show_table(rows, **{"rms": 3, "R / 10⁻⁴": 2, "scale": 4})
        st.caption("R = Σ(measured − computed)² / Σ measured²; rms in cm³ K mol⁻¹ and μ_B.")
    return tuple(shown)


def fit_errors(record: dict[str, Any], data: Measured, *, scaled: bool) -> dict[str, Agreement]:
    """Of χT, against all states between the temperatures of the run; of M where the file gives temperatures."""
    found = {}
    for what, pair in (("χT", _chi_t_pair(record, data)), ("M", _moment_pair(record, data))):
        try:
            if pair is not None:
                found[what] = agreement(*pair, scaled=scaled)
        except DomainError:
            continue
    return found


def _chi_t_pair(record: dict[str, Any], data: Measured) -> tuple[Any, Any] | None:
    if not data.chi_t:
        return None
    points, table = np.array(data.chi_t), record["chiT"]
    known = table["T_K"], table["cm3_K_per_mol"]
    return points[:, 1], np.interp(points[:, 0], *known, left=np.nan, right=np.nan)


def _moment_pair(record: dict[str, Any], data: Measured) -> tuple[Any, Any] | None:
    rows = [row for row in data.magnetisation if row[2] is not None]
    if not rows:
        return None
    points = np.array(rows, dtype=float)
    computed = np.full(len(points), np.nan)
    for kelvin in np.unique(points[:, 2])[:8]:
        at = points[:, 2] == kelvin
        fields = np.unique(np.abs(points[at, 0]).round(2))[:200]
        curve = magnetisation_of(record, fields, (float(kelvin),))[0]
        computed[at] = np.sign(points[at, 0]) * np.interp(np.abs(points[at, 0]), fields, curve)
    return points[:, 1], computed
