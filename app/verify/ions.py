"""Ions of one molecule that are to be computed one by one, as one batch of the queue."""

from __future__ import annotations

import hashlib

import streamlit as st

from app.shared.details import show_table
from app.shared.several.handing import IONS, Ions
from app.tables import Row
from app.text import code_span, file_stem, sentence, signed, subscripted
from app.verify.access import act, cost_of, ledger, wake_supervisor
from app.verify.batches import OPENED
from app.verify.entry import ask_for_method
from app.verify.runs import duration
from core.chem.handed_complex import Complex
from core.errors import KramersError
from core.jobs.model import JobSpec
from core.qc.job import Method, given_job
from core.qc.request import requested
from core.qc.substitution import every_site
from core.words import counted

ONE_BY_ONE = (
    "Closed shells stand in the places of the other magnetic ions: Lu(III) for lanthanides, Zn(II) or Ga(III) for 3d "
    "ions of that charge."
)


def ask_for_ions() -> tuple[str, list[JobSpec]] | None:
    """Name of the batch and its runs, for ions that Predict has handed over; None where there are none, or where they
    cannot be computed."""
    ions: Ions | None = st.session_state.get(IONS)
    if ions is None:
        return None
    with st.container(border=True):
        st.subheader(code_span(ions.question.file), anchor=False)
        method = Method(*ask_for_method())
        try:
            complexes = _complexes(ions, method.preset)
        except KramersError as error:
            st.badge("not computed", color="orange")
            st.text(sentence(error.sentence), width="stretch")
            return None
        _show_complexes(complexes, method)
        name = f"{file_stem(ions.question.file)}, {counted(len(complexes), 'ion')}, {method.preset}"
        return name, [given_job(one, method, ions.question.file) for one in complexes]


def _complexes(ions: Ions, preset: str) -> tuple[Complex, ...]:
    question = ions.question
    content = hashlib.sha256(question.data).hexdigest()
    choice = repr((question.file, question.block, question.component, question.charge, ions.stated, ions.labels))
    return _every_site(content, choice, preset, ions)


@st.cache_resource(show_spinner=False, max_entries=16)
def _every_site(content: str, choice: str, preset: str, _ions: Ions) -> tuple[Complex, ...]:
    question = _ions.question
    return every_site(
        question.data,
        question.file,
        preset,
        charge=question.charge,
        block=question.block,
        component=question.component,
        stated=_ions.stated,
        labels=_ions.labels,
    )


def _show_complexes(complexes: tuple[Complex, ...], method: Method) -> None:
    """What is computed of each ion, and what it will take."""
    first = complexes[0]
    st.markdown(f"**{subscripted(first.formula)}**, charge {signed(first.charge)}, without its neighbours' moments")
    rows: list[Row] = []
    for one in complexes:
        request = requested(one, method.preset, method.multiplicities, method.memory_mb, method.threads)
        cost = cost_of(request.spec, method.threads, method.memory_mb)
        rows.append(
            {
                "ion": one.site.label if one.site is not None else one.ion,
                "geometry": one.origin,
                "basis functions": cost.functions,
                "about": duration(cost.seconds),
                "memory / GB": cost.memory / 1000,
            }
        )
    show_table(rows, **{"memory / GB": 1})
    st.caption(ONE_BY_ONE)


def submit_ions(name: str, specs: list[JobSpec]) -> None:
    """Put all of them into the queue as one batch, and have something work on it."""
    act(_submit, name, specs)


def _submit(name: str, specs: list[JobSpec]) -> None:
    ledger().ask(specs, name)
    st.session_state[OPENED] = name
    st.session_state.pop(IONS, None)
    wake_supervisor()


def forget_ions() -> None:
    """Compute something else."""
    st.session_state.pop(IONS, None)
