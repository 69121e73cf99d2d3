"""What the chemist measured: files, and the sample where a file needs it."""

from __future__ import annotations

import streamlit as st

from app.shared.curves import Overlay
from app.text import one_line, sentence
from core.errors import InputError, KramersError
from core.qc.measured import Measured, read_measured
from core.qc.quantum_design import is_quantum_design, read_quantum_design
from core.qc.sample import Sample

HELP = (
    "CSV: columns T and chiT (K, cm³ K mol⁻¹), or H and M (T, μ_B; H/Oe is read too), with T where there are several "
    "temperatures, or T, f, chi' and chi'' (K, Hz, cm³ mol⁻¹); chiT_err and the like are standard errors. Or a .dat of "
    "Quantum Design. The files stay in this session."
)
NO_CORRECTION, ESTIMATE, VALUE = "none", "estimate", "a value"


def ask_for_measurements(key: str) -> tuple[Overlay, ...]:
    """Every file that can be read, with its name; of the others a sentence."""
    uploads = st.file_uploader(
        "Lay measured points over it (CSV, .dat)", key=f"measured/{key}", help=HELP, accept_multiple_files=True
    )
    files = [(one_line(upload.name, 40), upload.getvalue()) for upload in uploads]
    sample: Sample | None = None
    if any(is_quantum_design(data) for _, data in files):
        sample = _ask_for_sample(key)
    found = []
    for name, data in files:
        try:
            found.append((name, _read(data, sample)))
        except KramersError as error:
            st.badge("not read", color="orange")
            st.text(sentence(f"{name}: {error.sentence}"), width="stretch")
    if len(found) == 1:
        return (Overlay("measured", found[0][1]),)
    return tuple(Overlay(f"measured, {name}".translate(str.maketrans("<>&", "‹›+")), data) for name, data in found)


def _read(data: bytes, sample: Sample | None) -> Measured:
    if not is_quantum_design(data):
        return read_measured(data)
    if sample is None:
        raise InputError("its moments are in emu.", advice="Give mass and molar mass of the sample.")
    return read_quantum_design(data, sample)


def _ask_for_sample(key: str) -> Sample | None:
    """Mass, molar mass and diamagnetism; None until both masses are there."""
    with st.container(horizontal=True):
        mass = st.number_input("Mass / mg", min_value=0.0, value=None, key=f"mass/{key}")
        molar = st.number_input("Molar mass / g mol⁻¹", min_value=0.0, value=None, key=f"molar/{key}")
        choices = (NO_CORRECTION, ESTIMATE, VALUE)
        words = "The estimate is −½ M · 10⁻⁶ cm³ mol⁻¹; a value from Pascal's constants is better."
        kind = st.radio("Diamagnetic correction", choices, horizontal=True, key=f"dia/{key}", help=words)
        given = st.number_input("χ_dia / 10⁻⁶ cm³ mol⁻¹", value=-300.0, key=f"chi/{key}") if kind == VALUE else None
    if not mass or not molar:
        return None
    try:
        if kind == ESTIMATE:
            return Sample.with_estimate(mass, molar)
        return Sample(mass, molar, None if given is None else given * 1e-6)
    except KramersError as error:
        st.text(sentence(error.sentence), width="stretch")
        return None
