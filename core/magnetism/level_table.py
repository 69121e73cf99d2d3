"""Levels as lines of text that a magnetochemist reads on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.magnetism.levels import weights_text
from core.units import KELVIN_PER_CM1

_COLUMN = 11
"""Width of a number."""


def level_table(doublets: Sequence[Mapping[str, Any]], criteria: Sequence[float | None] = ()) -> list[str]:
    """A heading and one line a level; splittings where there are any.

    Args:
        doublets: records of `core.schema.results.DoubletRecord`.
        criteria: g_T θ₃ of each [°], of computed Kramers doublets.
    """
    split = any(doublet["splitting_cm1"] > 0 for doublet in doublets)
    heads = ["E/cm⁻¹", "E/K", *(["split/cm⁻¹"] if split else []), "g_x", "g_y", "g_z", "angle/°"]
    heads += ["g_T θ₃/°"] if criteria else []
    lines = ["  # " + _columns(heads) + "  main |M_J⟩"]
    for number, doublet in enumerate(doublets, start=1):
        cells = _cells(doublet, split=split)
        cells += [_degrees(criteria[number - 1])] if criteria else []
        lines.append(f"{number:3d} {_columns(cells)}  {weights_text(doublet['mj_weights'], most=3)}")
    return lines


def _columns(cells: Sequence[str]) -> str:
    return "".join(f"{cell:>{_COLUMN}}" for cell in cells)


def _cells(doublet: Mapping[str, Any], *, split: bool) -> list[str]:
    energy = doublet["energy_cm1"]
    cells = [f"{energy:.1f}", f"{energy * KELVIN_PER_CM1:.1f}"]
    cells += [f"{doublet['splitting_cm1']:.2e}"] if split else []
    cells += ["–"] * 3 if doublet["g"] is None else [f"{g:.4f}" for g in doublet["g"]]
    return [*cells, _degrees(doublet["angle_to_ground_deg"])]


def _degrees(angle: float | None) -> str:
    return "–" if angle is None else f"{angle:.1f}"
