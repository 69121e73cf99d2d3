"""How labels are computed, frozen for the campaign: rows of other recipes are other quantities."""

from __future__ import annotations

from typing import Final

from core.chem.complex import PROTOCOL
from core.qc.request import ENGINE
from core.qc.spin_orbit_states import Multiplicities
from core.training.level_labels import FOLDER, Recipe

GAP_LIST: Final = FOLDER / "gap_list.csv"
"""The ligands whose gaps are wanted, `core.training.label_list`."""

GAP_RECIPE: Final[Recipe] = (PROTOCOL, "standard", Multiplicities.ALL.value, ENGINE)

ENVIRONMENT_RECIPE: Final[Recipe] = ("environments ref, truncated-1", "fast", Multiplicities.ALL.value, ENGINE)

WANTED: Final = {"gaps": 1500, "environments": 700}
"""Rows that are wanted of each campaign; until then there are two new gaps for one new environment."""
