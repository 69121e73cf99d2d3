"""Tables of a record as CSV: levels, crystal field, moments between states, χT(T), M(H).

All text in them is ours, so that no cell can be a formula. Each begins with a byte-order mark, without which
spreadsheets misread cm⁻¹.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from core.magnetism.levels import weights_text
from core.qc.multiplet_magnetism import FIELDS, TEMPERATURES, chi_t_curve, magnetisation_of
from core.qc.stored_levels import Record
from core.qc.tunnelling_barrier import criteria_of
from core.units import ENERGY_UNITS

Cell = str | float | int | None


def levels_csv(record: Record) -> str:
    """One line a level: energy in every unit, splitting [cm⁻¹], g, angle, criterion, axis, |M_J⟩ weights."""
    heads = ["level", *(f"E / {unit}" for unit in ENERGY_UNITS), "splitting / cm⁻¹", "g_x", "g_y", "g_z"]
    heads += ["angle / °", "g_T θ₃ / °", "axis x", "axis y", "axis z", "main |M_J⟩"]
    levels, criteria = record["levels"]["doublets"], criteria_of(record)
    rows: list[list[Cell]] = []
    for number, level in enumerate(levels, start=1):
        energies = [level["energy_cm1"] * factor for factor in ENERGY_UNITS.values()]
        numbers = [*energies, level["splitting_cm1"], *(level["g"] or [None] * 3), level["angle_to_ground_deg"]]
        criterion = criteria[number - 1] if criteria else None
        axis = level["easy_axis"] or [None] * 3
        rows.append([number, *numbers, criterion, *axis, weights_text(level["mj_weights"])])
    return _csv(heads, rows)


def crystal_field_csv(record: Record) -> str:
    """One line a (k, q): B_kq, Stevens factor included, in the magnetic frame and in that of the coordinates [cm⁻¹]."""
    field = record["levels"]["crystal_field"]
    names = field["magnetic_frame_cm1"]
    rows = [[int(n[1]), int(n[2:]), value, field["input_frame_cm1"][n]] for n, value in names.items()]
    return _csv(["k", "q", "B_kq magnetic frame / cm⁻¹", "B_kq frame of the coordinates / cm⁻¹"], rows)


def moments_csv(record: Record) -> str:
    """Mean |μ| between the states of the ground multiplet [μ_B], a line and a column for each state."""
    table = record["transition_moments_muB"]
    heads = ["mean |μ| / μ_B", *(f"state {number}" for number in range(1, len(table) + 1))]
    return _csv(heads, [[f"state {number}", *row] for number, row in enumerate(table, start=1)])


def chi_t_csv(record: Record) -> str:
    """χT against T.

    Raises:
        DomainError: see `core.qc.multiplet_magnetism.multiplet_of`.
    """
    return _csv(["T / K", "χT / cm³ K mol⁻¹"], zip(*(column.tolist() for column in chi_t_curve(record)), strict=True))


def magnetisation_csv(record: Record) -> str:
    """M against H, a column for each temperature.

    Raises:
        DomainError: see `core.qc.multiplet_magnetism.multiplet_of`.
    """
    heads = ["H / T", *(f"M at {kelvin:g} K / μ_B" for kelvin in TEMPERATURES)]
    return _csv(heads, zip(FIELDS.tolist(), *magnetisation_of(record).tolist(), strict=True))


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue()
