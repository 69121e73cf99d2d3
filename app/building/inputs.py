"""Inputs for the programs that compute a built complex ab initio, one button each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from app.text import sentence
from core.errors import KramersError
from core.qc.export import to_openmolcas, to_orca
from core.qc.hamiltonian import Spec, check
from core.smm.build import Built

HELP = {
    "OpenMolcas": "State-averaged CASSCF(n,7), RASSI with spin-orbit coupling, SINGLE_ANISO, for OpenMolcas 22.10. "
    "ANO-RCC-VDZP on metal and donors, VDZ elsewhere.",
    "ORCA": "The same for ORCA 6, with all spins. ORCA was not at hand: the file has not been tried.",
}
PROGRAMS: Mapping[str, tuple[str, Callable[[Spec], str]]] = {
    "OpenMolcas": (".input", to_openmolcas),
    "ORCA": (".inp", to_orca),
}
"""Ending of the file's name, and what writes it."""


def show_inputs(built: Built) -> None:
    """The buttons, or why there are none."""
    spec = spec_of(built)
    try:
        check(spec)
    except KramersError as error:
        st.text(sentence(f"No inputs for OpenMolcas and ORCA: {error.sentence}"), width="stretch")
        return
    for program, (ending, write) in PROGRAMS.items():
        st.download_button(
            program,
            partial(write, spec),
            f"{built.recipe.stem}{ending}",
            "text/plain",
            key=f"build/{program}",
            help=HELP[program],
            icon=":material/download:",
            on_click="ignore",
        )


def spec_of(built: Built) -> Spec:
    """What the engine and the inputs compute of a complex."""
    molecule, roles = built.complex.molecule, built.complex
    donors = (*roles.axial_donors, *roles.equatorial_donors)
    return Spec(molecule.elements, molecule.positions, molecule.charge or 0, donors)
