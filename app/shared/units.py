"""The unit that levels are shown in: one choice for all pages of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from app.tables import Row
from core.units import ENERGY_UNITS

FIRST: Final = next(iter(ENERGY_UNITS))
KEY: Final = "energy-unit"
BESIDE: Final = "E / K"
"""Column that stands beside the wavenumbers, and has no place where another unit was chosen."""


DIGITS: Final = {
    "angle / °": 1,
    **{f"E / {unit}": 2 if unit == "meV" else 1 for unit in ENERGY_UNITS},
    **{f"splitting / {unit}": 4 if unit == "meV" else 3 for unit in ENERGY_UNITS},
}
"""Decimals of the columns of levels."""


def energy_unit() -> str:
    """The unit chosen, one of `ENERGY_UNITS`."""
    return str(st.session_state.get(KEY) or FIRST)


def ask_for_unit() -> None:
    """The switch; once a page. What stands above it follows too: a choice is known before the page is drawn again."""
    st.segmented_control("Energies in", list(ENERGY_UNITS), default=FIRST, key=KEY, persist_state="session")


def in_unit(rows: Sequence[Row], unit: str) -> list[Row]:
    """Rows whose energies stand in cm⁻¹, in another unit; in cm⁻¹ they stay as they are, with K beside them."""
    if unit == FIRST:
        return list(rows)
    return [{_name(k, unit): _value(k, v, unit) for k, v in row.items() if k != BESIDE} for row in rows]


def _name(column: str, unit: str) -> str:
    return column.replace(f"/ {FIRST}", f"/ {unit}")


def _value(column: str, value: str | float | None, unit: str) -> str | float | None:
    return ENERGY_UNITS[unit] * value if column.endswith(f"/ {FIRST}") and isinstance(value, float | int) else value
