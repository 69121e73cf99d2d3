"""What the cards of several metals on Predict and on Verify share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.components.viewer3d import several as viewer
from app.components.viewer3d.packing import nearest_words
from app.doubts import show_doubts
from app.shared.several.coupling import LEAST_TOROIDAL, coupling_tabs, show_numbers, show_picture, show_reasoning
from app.shared.several.judging import Judged
from app.text import file_stem, ion_name, literal, sentence, signed, subscripted
from core.chem.crystal.packing import Packing
from core.units import KELVIN_PER_CM1
from core.workflows.coupled_words import NO_MOMENT, own_levels, own_verdict


def summary_line(judged: Judged) -> str:
    """Formula, charge and ions, as Markdown of our own words."""
    record = judged.record
    ions = ", ".join(f"{one['label']} {ion_name(one['element'], one['oxidation_state'])}" for one in record["sites"])
    return f"**{subscripted(record['formula'])}**, charge {signed(record['charge'])} · **{ions}**".replace("#", "\\#")


def verdict_line(judged: Judged) -> str:
    """What a chemist wants to know first, in a line of Markdown in our own words."""
    found, parts = judged.found, [_by_themselves(judged)]
    gaps = [levels.first_gap for label in found.predictions if (levels := own_levels(found, label)) is not None]
    known = sorted(gap for gap in gaps if gap is not None)
    if known:
        low, high = f"{known[0]:.0f}", f"{known[-1]:.0f}"
        parts.append(f"first gap{'s' if len(known) > 1 else ''} **{low if low == high else f'{low} to {high}'} cm⁻¹**")
    if (coupling := judged.coupling) is not None:
        parts += _of_the_whole(coupling)
    return " · ".join(parts)


def _by_themselves(judged: Judged) -> str:
    """Whether the lanthanides are SMM-like, without their neighbours."""
    verdicts = {label: own_verdict(judged.found, label) for label in judged.found.predictions}
    said, unknown = list(verdicts.values()), [label for label, found in verdicts.items() if found is None]
    if len(unknown) == len(said):
        return "**No verdict yet**: the gaps are rough"
    if unknown:
        return f"**No verdict yet** on {literal(', '.join(unknown))}, whose gap is rough"
    if len(said) == 1:
        return f"**The lanthanide is {'' if said[0] else 'not '}SMM-like** by itself"
    which = "Every lanthanide is" if all(said) else f"{sum(map(bool, said)) or 'None'} of {len(said)} lanthanides are"
    return f"**{which} SMM-like** by itself" if all(said) else f"**{which} SMM-like** by themselves"


def _of_the_whole(coupling: Mapping[str, Any]) -> list[str]:
    ground, *others = coupling["spectrum"]
    moment = 0.0 if ground["g"] is None else ground["g"][2]
    parts = [f"together g_z **{moment:.1f}**" if moment > NO_MOMENT else "together **no moment**"]
    if (ground["toroidal_muB_A"] or 0.0) > LEAST_TOROIDAL:
        parts.append(f"toroidal moment **{ground['toroidal_muB_A']:.1f} Å μ_B**")
    if others:
        gap = others[0]["energy_cm1"]
        parts.append(f"next level at **{gap:.2g} cm⁻¹** = {gap * KELVIN_PER_CM1:.2g} K")
    return parts


def show_judged(
    key: str,
    judged: Judged,
    show_ions: Callable[[], None],
    show_choices: Callable[[], None] = lambda: None,
    packing: Packing | None = None,
) -> None:
    """Verdict, pictures, figures, what the molecule is, the tables, reasons to doubt, and the record as a file.

    Args:
        key: identity of the molecule, for the widgets.
        judged: what is shown.
        show_ions: draws the first tab.
        show_choices: draws what can be chosen of the file, below the pictures.
        packing: what stands around the molecule in its crystal.
    """
    st.markdown(f"{verdict_line(judged)}  \n{summary_line(judged)}")
    coupling = judged.coupling
    show_picture(key, judged, packing)
    if packing is not None and (words := nearest_words(packing, viewer.molecule_of(judged.found))) is not None:
        st.caption(f"{sentence(words)}.")
    show_choices()
    if coupling is not None:
        show_numbers(coupling)
        show_reasoning(coupling)
    tabs = {"Ions": show_ions, **coupling_tabs(key, judged)}
    for tab, show in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with tab:
            show()
    found = judged.found
    own = (one for label, ion in found.predictions.items() if label not in found.levels for one in ion.doubts)
    show_doubts((*found.parts.added, *found.doubts, *own))
    st.download_button(
        "JSON",
        json.dumps(judged.record, indent=2, ensure_ascii=False).encode(),
        f"{file_stem(judged.found.file)}-coupling.json",
        "application/json",
        key=f"several/json/{key}",
        icon=":material/download:",
        on_click="ignore",
    )
