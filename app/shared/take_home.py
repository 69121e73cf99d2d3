"""What can be taken home of a set of levels: the same files on Predict, Build and Verify, each made when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from app.text import sentence
from core.chem.io.export import to_xyz
from core.errors import DomainError, KramersError
from core.magnetism.ions import lanthanide
from core.qc import csv_tables
from core.qc.export import to_openmolcas, to_orca, to_phi
from core.qc.hamiltonian import Spec, check
from core.qc.html_report import to_html
from core.qc.outcome import Outcome
from core.qc.spin_orbit_states import Multiplicities
from core.qc.stored_levels import ion_of, parameters_of
from core.qc.supporting import supporting_information

CSV: Final = "text/csv"
PLAIN: Final = "text/plain"


@dataclass(frozen=True, slots=True)
class File:
    """One button: what it is called, what writes it, the ending of the file's name, its type, a word of help."""

    label: str
    content: Callable[[], str | bytes] | str | bytes
    ending: str
    mime: str = PLAIN
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """The molecule for other programs, in the basis of the engine, and the spins that take part."""

    spec: Spec
    multiplicities: Multiplicities = Multiplicities.ALL


def take_home(key: str, outcome: Outcome, inputs: Inputs | None, more: Sequence[File] = (), why_not: str = "") -> None:
    """The buttons.

    Args:
        key: identity for the widgets.
        outcome: the levels.
        inputs: for OpenMolcas and ORCA; None where the complex cannot be handed on.
        more: further files of the page.
        why_not: why there are no inputs (hostile text).
    """
    programs, fault = _programs(inputs, outcome.title, why_not)
    files = [_archive(outcome, programs), *_files(outcome), *more, *programs, *_phi(outcome)]
    _show(key, outcome.stem, files, fault)


def show_files(key: str, stem: str, files: Sequence[File], inputs: Inputs | None = None, why_not: str = "") -> None:
    """What can be taken home where a model has no levels (Eu and Gd, whose complexes other programs compute all the
    same; La and Lu); arguments as in `take_home`."""
    programs, fault = _programs(inputs, stem, why_not)
    _show(key, stem, [*files, *programs], fault)


def _programs(inputs: Inputs | None, title: str, why_not: str) -> tuple[list[File], str]:
    """Inputs for other programs, or why there are none."""
    fault = why_not if inputs is None else _fault(inputs.spec)
    return ([] if inputs is None or fault else _inputs(inputs, title)), fault


def _show(key: str, stem: str, files: Sequence[File], fault: str) -> None:
    with st.container(horizontal=True):
        for file in files:
            _button(key, stem, file)
    if fault:
        st.text(sentence(f"No inputs for OpenMolcas and ORCA: {fault}"), width="stretch")


def _button(key: str, stem: str, file: File) -> None:
    st.download_button(
        file.label,
        file.content,
        f"{stem}{file.ending}",
        file.mime,
        key=f"{file.label}/{key}",
        help=file.words or None,
        icon=":material/download:",
        on_click="ignore",
    )


def _fault(spec: Spec) -> str:
    """Why the engine and other programs cannot take a molecule; empty where they can."""
    try:
        check(spec)
    except KramersError as error:
        return error.sentence
    return ""


def _archive(outcome: Outcome, programs: Sequence[File]) -> File:
    words = (
        "Methods paragraph with citations and versions, coordinates, tables as CSV, pictures as SVG, inputs: one ZIP."
    )
    return File("Supporting information", partial(_zip, outcome, programs), "-SI.zip", "application/zip", words)


def _zip(outcome: Outcome, programs: Sequence[File]) -> bytes:
    more = {}
    for file in (*programs, *_phi(outcome)):
        content = file.content() if callable(file.content) else file.content
        more[f"inputs/{file.label.lower()}{file.ending}"] = content if isinstance(content, str) else content.decode()
    return supporting_information(outcome, more)


def _files(outcome: Outcome) -> list[File]:
    record = outcome.record
    page = "One page that stands on its own; the browser's print makes a PDF of it."
    files = [
        File("Report", partial(to_html, outcome), ".html", "text/html", page),
        File("Levels", partial(csv_tables.levels_csv, record), "-levels.csv", CSV, "In cm⁻¹, K and meV, with g."),
        File("B_kq", partial(csv_tables.crystal_field_csv, record), "-Bkq.csv", CSV, "In both frames."),
    ]
    if ion_of(record).two_j:  # Eu has no moment in its ground multiplet
        chi, field = "χT(T), smooth, as CSV.", "M(H) at 2, 4, 6 and 10 K as CSV."
        files += [
            File("χT(T)", partial(csv_tables.chi_t_csv, record), "-chiT.csv", CSV, chi),
            File("M(H)", partial(csv_tables.magnetisation_csv, record), "-magnetisation.csv", CSV, field),
        ]
    xyz = partial(to_xyz, outcome.molecule)
    return [*files, File("XYZ", xyz, ".xyz", "chemical/x-xyz", "The complex whose levels these are.")]


def _inputs(inputs: Inputs, title: str) -> list[File]:
    molcas = f"CASSCF(n,7), RASSI, SINGLE_ANISO for OpenMolcas 22.10, basis of preset {inputs.spec.preset}."
    orca = "The same for ORCA 6. ORCA was not at hand: the file has not been tried."
    return [
        File("OpenMolcas", partial(to_openmolcas, inputs.spec, title), ".input", PLAIN, molcas),
        File("ORCA", partial(to_orca, inputs.spec, inputs.multiplicities, title), ".inp", PLAIN, orca),
    ]


def _phi(outcome: Outcome) -> list[File]:
    try:
        block = to_phi(parameters_of(outcome.record), lanthanide(outcome.record["levels"]["ion"]))
    except DomainError:  # Eu and Gd have no Stevens factors; their parameters are in the tables
        return []
    return [File("PHI", block, ".crf", PLAIN, "Crystal field for PHI, magnetic frame, without Stevens factor.")]
