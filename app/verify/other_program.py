"""The output of OpenMolcas or ORCA: beside a result of ours, level by level, or looked at by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import streamlit as st

from app.components.viewer3d.view import DARK, LIGHT, Axis, Palette
from app.shared.curves import Overlay, chi_t_figure, show_plot
from app.shared.details import show_significant, show_table
from app.shared.take_home import File, show_files
from app.shared.units import DIGITS, energy_unit, in_unit
from app.text import code_span, file_stem, one_line, sentence
from app.verify.output_rows import PAIR_DIGITS, field_rows, output_rows, pair_rows, parameter_rows, shown_states
from app.verify.plots import comparison_figure
from core.errors import KramersError
from core.jobs.model import Job
from core.qc.measured import Measured
from core.qc.outputs.calculation import Calculation
from core.qc.outputs.comparison import Comparison, compare
from core.qc.outputs.reading import MOST_BYTES, read_output
from core.qc.outputs.report import as_record, as_text

Record = Mapping[str, Any]

ALONE: Final = "verify/output"

LABEL: Final = "Output of OpenMolcas (RASSI, SINGLE_ANISO) or of ORCA 5 or 6"

HELP: Final = (
    "The whole text, as the program wrote it. Read are the spin–orbit levels, g of every doublet, B_kq and χT of "
    "SINGLE_ANISO, and the coordinates. The file stays in this session."
)

FRAME: Final = (
    "B_kq / cm⁻¹ as the other program prints them, in its axes, with ours turned into the same axes: extended Stevens "
    "convention, Stevens factor included."
)

AXES: Final = (
    "“Off by” is theirs less ours. Axes are compared where both have the same geometry, in whatever frame or order of "
    "atoms; the angles are from the ground level's axis to the level's own, which needs no common frame."
)


def show_beside(job: Job, record: Record, palette: Palette) -> None:
    """A tab of a result: another program's output level by level, with B_kq and χT where it has them."""
    theirs = _ask_for_output(_key(job))
    if theirs is None:
        st.caption("Levels, g, axes, B_kq and χT of the other program will stand beside these.")
        return
    compared = _compared(record, theirs)
    if compared is None:
        return
    st.markdown(f"**{theirs.program}**, {theirs.method}: {len(theirs.levels):,} spin–orbit states")
    _show_numbers(theirs, compared)
    ladders = [
        ("computed here", [p.ours for p in compared.pairs]),
        (theirs.program, [p.theirs for p in compared.pairs]),
    ]
    known = [(name, [energy for energy in energies if energy is not None]) for name, energies in ladders]
    show_plot(f"theirs/{job.id}", comparison_figure(known, palette), f"{file_stem(job.title)}-beside")
    show_table(pair_rows(compared), **PAIR_DIGITS)
    st.caption(AXES)
    if compared.parameters:
        show_significant(parameter_rows(compared), "B_kq, ours", "B_kq, theirs", "off by")
        st.caption(FRAME)
    if theirs.chi_t:
        overlay = Overlay(theirs.program, Measured(tuple(theirs.chi_t.items()), ()))
        show_plot(f"theirs-chiT/{job.id}", chi_t_figure(record, (overlay,), palette), f"{file_stem(job.title)}-chiT")
    for note in compared.notes:
        st.text(sentence(note), width="stretch")
    _show_files(job, theirs, compared)


def their_axis(job: Job, record: Record, palette: Palette) -> tuple[Axis, float] | None:
    """Their axis of the ground level, in our frame, and the angle to ours [°]; None without a common frame."""
    theirs = _given(_key(job))
    compared = None if theirs is None else _compared(record, theirs)
    ground = None if compared is None else compared.pairs[0]
    if theirs is None or ground is None or ground.their_axis is None or ground.axes_apart is None:
        return None
    return Axis(theirs.program, np.array(ground.their_axis), palette.ink), ground.axes_apart


def show_output() -> None:
    """An output alone, for which nothing of ours is needed."""
    with st.expander("Look at an output of OpenMolcas or ORCA", on_change="rerun", key="verify/outputs") as opened:
        if not opened.open:
            return
        theirs = _ask_for_output(ALONE)
        if theirs is not None:
            _show_alone(theirs, one_line(st.session_state[ALONE].name))


def _show_alone(theirs: Calculation, name: str) -> None:
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    states = shown_states(theirs)
    st.subheader(code_span(name), anchor=False)
    st.markdown(
        f"**{theirs.program}**, {theirs.method}: {len(theirs.levels):,} spin–orbit states, of which the lowest "
        f"{states} are shown" + ("." if theirs.ion is None else f", the ground multiplet of {theirs.ion.symbol}(III).")
    )
    rows = output_rows(theirs)
    show_plot(
        "output",
        comparison_figure([(theirs.program, [line.energy for line in theirs.lines(states)])], palette),
        file_stem(name),
    )
    show_table(in_unit(rows, energy_unit()), **DIGITS, g_x=4, g_y=4, g_z=4, **{"g_T θ₃ / °": 1})
    if theirs.crystal_field is not None:
        show_significant(field_rows(theirs.crystal_field), "B_kq, as printed", "B_kq, frame of its coordinates")
        st.caption("B_kq / cm⁻¹, extended Stevens convention, Stevens factor included.")
    if theirs.chi_t:
        show_plot("output-chiT", chi_t_figure(theirs.to_dict(), (), palette), f"{file_stem(name)}-chiT")
    for note in theirs.notes:
        st.text(sentence(note), width="stretch")


def _show_numbers(theirs: Calculation, compared: Comparison) -> None:
    ground = compared.pairs[0]
    with st.container(horizontal=True):
        if len(compared.pairs) > 1 and compared.pairs[1].theirs is not None:
            first = compared.pairs[1]
            _metric(
                f"First excited level by {theirs.program}", f"{first.theirs:.0f} cm⁻¹", _here(first.ours, "cm⁻¹", 0)
            )
        if ground.their_g is not None:
            _metric(
                "g_z of its ground level",
                f"{ground.their_g[2]:.2f}",
                _here(None if ground.our_g is None else ground.our_g[2], "", 2),
            )
        if ground.axes_apart is not None:
            _metric("Between the two easy axes", f"{ground.axes_apart:.1f}°", "of the ground level")
        if compared.largest_difference is not None:
            _metric(
                "Largest difference of a level", f"{compared.largest_difference:.0f} cm⁻¹", "in the ground multiplet"
            )


def _here(value: float | None, unit: str, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f} {unit}".rstrip() + " here"


def _metric(label: str, value: str, below: str) -> None:
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True)


def _show_files(job: Job, theirs: Calculation, compared: Comparison) -> None:
    files = [
        File("Comparison, text", partial(as_text, theirs, compared), "-beside.txt"),
        File("Comparison, JSON", partial(_as_json, theirs, compared), "-beside.json", "application/json"),
    ]
    show_files(f"beside/{job.id}", file_stem(job.title), files)


def _as_json(theirs: Calculation, compared: Comparison) -> str:
    return json.dumps(as_record(theirs, compared), ensure_ascii=False, indent=1)


def _key(job: Job) -> str:
    return f"theirs/{job.id}"


def _ask_for_output(key: str) -> Calculation | None:
    """The output, read; a sentence where it cannot be."""
    upload = st.file_uploader(LABEL, key=key, help=HELP, max_upload_size=MOST_BYTES // 1_000_000)
    if upload is None:
        return None
    found, wrong = _read(upload.file_id, upload.getvalue())
    if found is None:
        st.badge("not read", color="orange")
        st.text(sentence(f"{one_line(upload.name, 40)}: {wrong}"), width="stretch")
    return found


def _given(key: str) -> Calculation | None:
    """What has been given under a key, before its widget is drawn again."""
    upload = st.session_state.get(key)
    return None if upload is None else _read(upload.file_id, upload.getvalue())[0]


@st.cache_resource(show_spinner="Reading the output …", max_entries=16)
def _read(upload: str, _data: bytes) -> tuple[Calculation | None, str]:
    """What an output says, or why it cannot be read; each upload is read once."""
    try:
        return read_output(_data), ""
    except KramersError as error:
        return None, error.sentence


def _compared(record: Record, theirs: Calculation) -> Comparison | None:
    try:
        return compare(record, theirs)
    except KramersError as error:
        st.text(sentence(error.sentence), width="stretch")
        return None
