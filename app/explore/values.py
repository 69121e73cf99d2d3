"""Numbers as a chemist writes them, and the level that each of them stands on."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from app.shared import latent_model as model
from app.text import sentence, subscripted
from core.chem.ligand.synthetic_accessibility import accessibility_of_smiles
from core.design.ligand_files import EXACT
from core.design.ranking import GAP
from core.design.search import Candidate

if TYPE_CHECKING:
    from core.design.heads import Head

SIZE: Final = "heavy_atoms"
ACCESSIBILITY: Final = "sa"

MOST_DECIMALS: Final = 6


def number(value: float) -> str:
    """Three significant digits without an exponent, with a minus sign that is one."""
    shown = f"{value:.0f}" if abs(value) >= 100 else np.format_float_positional(float(f"{value:.3g}"), trim="-")
    return shown.replace("-", "−")


def with_error(mean: float, deviation: float) -> str:
    """``554 ± 110``, ``−0.486 ± 0.021``: two digits of the error, the mean to the same place, at least to units."""
    if not (math.isfinite(mean) and math.isfinite(deviation) and deviation > 0):
        return number(mean)
    error = float(f"{deviation:.1e}")
    decimals = min(MOST_DECIMALS, max(0, 1 - math.floor(math.log10(error))))
    rounded = round(mean, decimals) + 0.0  # no minus before a zero
    return f"{rounded:.{decimals}f} ± {error:.{decimals}f}".replace("-", "−")


def chemical(text: str) -> str:
    """Words of ours with the formulas in brackets as chemists write them: ``[Dy(H₂O)₅L₂]``."""
    return re.sub(r"\[[A-Za-z0-9()]+\]", lambda formula: subscripted(formula[0]), text)


def label_of(head: Head) -> str:
    """A head's words at the start of a line."""
    return sentence(chemical(head.label))


def value_of(candidate: Candidate, head: Head) -> str:
    """A property with its unit: what the ligand itself says where that is known exactly, else the head's word."""
    if head.name == SIZE:
        shown = str(candidate.ligand.heavy_atoms)
    elif head.name == ACCESSIBILITY:
        shown = f"{accessibility(candidate.ligand.smiles):.1f}"
    else:
        shown = with_error(*candidate.values[head.name])
    return f"{shown} {head.unit}".strip()


@st.cache_data(max_entries=5000, show_spinner=False)
def accessibility(smiles: str) -> float:
    """SA score of a ligand."""
    return accessibility_of_smiles(smiles)


def level_of(head: Head) -> str:
    """Where the labels of a head come from."""
    preset = model.gap_preset() if head.name == GAP else ""
    return f"{head.level}, preset {preset}" if preset else head.level


def properties_table(candidate: Candidate, heads: tuple[Head, ...]) -> str:
    """What is known and what is predicted, by level, as a Markdown table of our own words."""
    exact = [head for head in heads if head.name in EXACT]
    predicted = [head for head in heads if head.name not in EXACT and head.name in candidate.values]
    lines = ["| exact, from the structure (RDKit) | |", "|:--|--:|", *(_line(candidate, head) for head in exact)]
    if not exact:
        lines = ["| | |", "|:--|--:|"]
    for level, group in groupby(predicted, level_of):
        own = list(group)
        lines.append(f"| **predicted, learned from {level}** | **{_counted([head.labels for head in own])}** |")
        lines += [_line(candidate, head) for head in own]
    return "\n".join(lines)


def _counted(labels: Sequence[int]) -> str:
    """How many labels stand behind some heads."""
    least, most = min(labels), max(labels)
    return f"{most:,} labels" if least == most else f"{least:,} to {most:,} labels"


def _line(candidate: Candidate, head: Head) -> str:
    value = value_of(candidate, head).replace(" ", "\N{NO-BREAK SPACE}")
    return f"| {label_of(head) if head.reliable else f':orange[{label_of(head)}]'} | {value} |"
