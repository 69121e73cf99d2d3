"""How labels are computed, frozen for the campaign: rows of other recipes are other quantities."""

from __future__ import annotations

from typing import Final

from core.chem.build.complex import PROTOCOL
from core.qc.request import ENGINE
from core.qc.spin_orbit_states import Multiplicities
from training.common.level_labels import FOLDER, Recipe

GAP_LIST: Final = FOLDER / "gap_list.csv"
"""The ligands whose gaps are wanted, `training.factory.ligand_list`."""

MOTIF_LIST: Final = FOLDER / "motif_list.jsonl"
"""The complexes of our own whose levels are wanted, `training.factory.motif_list`."""

GAP_RECIPE: Final[Recipe] = (PROTOCOL, "standard", Multiplicities.ALL.value, ENGINE)

ENVIRONMENT_RECIPE: Final[Recipe] = ("environments ref, truncated-1", "fast", Multiplicities.ALL.value, ENGINE)

MOTIF_RECIPE: Final[Recipe] = ("motifs-1", "fast", Multiplicities.ALL.value, ENGINE)

WANTED: Final = {"gaps": 1500, "environments": 700, "motifs": 240}
"""Rows that are wanted of each campaign."""
