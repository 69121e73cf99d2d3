"""Several complexes of another page, computed alike: asked for at once, as a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app.shared.handover import SEVERAL, Candidate
from app.text import one_line, sentence
from app.verify.access import act, cost_of, ledger, wake_supervisor
from app.verify.entry import ask_for_method
from app.verify.runs import duration
from core.doubts import records
from core.errors import InputError, KramersError
from core.jobs.model import JobSpec
from core.qc.hamiltonian import check
from core.qc.job import verification_job
from core.qc.request import requested
from core.words import counted


def ask_for_several() -> bool:
    """Method of all complexes and the button that asks for them; False where one page sent none."""
    candidates: Sequence[Candidate] = st.session_state.get(SEVERAL, ())
    if not candidates:
        return False
    with st.container(border=True):
        st.subheader(f"{len(candidates)} complexes, computed alike", anchor=False)
        preset, spins, memory, threads = ask_for_method()
        specs, seconds, lines = [], 0.0, []
        for candidate in candidates:
            try:
                if candidate.complex.charge is None:
                    raise InputError(f"the total charge is uncertain. {candidate.question}")
                request = requested(candidate.complex, preset, spins, memory, threads)
                check(request.spec)
            except KramersError as error:
                lines.append({"complex": one_line(candidate.title), "run": f"not computed: {sentence(error.sentence)}"})
                continue
            cost = cost_of(request.spec, threads, memory)
            seconds += cost.seconds
            lines.append({"complex": one_line(candidate.title), "run": f"about {duration(cost.seconds)}"})
            meta = {**candidate.meta, "doubts": records(candidate.complex.doubts)}
            specs.append(verification_job(request, candidate.title, meta=meta))
        st.dataframe(lines, hide_index=True, height="content", alt="The complexes and what their runs take")
        st.caption(f"{counted(len(specs), 'run')}, one after the other about {duration(seconds)}.")
        with st.container(horizontal=True):
            st.button("Compute all", type="primary", disabled=not specs, on_click=act, args=(_submit, specs))
            st.button("Let go of them", on_click=_forget)
    return True


def _submit(specs: Sequence[JobSpec]) -> None:
    ledger().ask(specs, f"Predict {date.today().isoformat()}")
    _forget()
    wake_supervisor()


def _forget() -> None:
    st.session_state.pop(SEVERAL, None)
