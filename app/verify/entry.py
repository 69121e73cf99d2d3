"""What is to be computed, how, and what it will take."""

from __future__ import annotations

import os
from dataclasses import replace

import streamlit as st

from app.doubts import show_doubts
from app.glossary import meaning
from app.shared.handover import KEY, Candidate
from app.text import code_span, sentence, signed, subscripted
from app.verify.access import AWAITED, CHOSEN, act, cost_of, ledger, wake_supervisor
from app.verify.runs import duration
from core.doubts import records
from core.errors import KramersError, Refused
from core.jobs.model import JobSpec
from core.qc.hamiltonian import PRESETS, check
from core.qc.job import verification_job
from core.qc.reading import from_xyz
from core.qc.request import LEAST_MEMORY_MB, MEMORY_MB, Request, requested
from core.qc.spin_orbit_states import Multiplicities

PRESET_WORDS = {
    "fast": "fast: VDZP on ion and donors, minimal elsewhere",
    "standard": "standard: VDZP on ion and donors, VDZ elsewhere",
    "fine": "fine: VTZP on ion and donors, VDZP elsewhere",
}
SPIN_WORDS = {
    Multiplicities.ALL: "all, as in the measured ion",
    Multiplicities.HIGH_SPIN: "highest only, as programs that truncate",
}
PRESET_HELP = (
    "Basis sets are ANO-RCC contractions. The first gap of `fast` lay 19 cm⁻¹ from that of `standard` on average over "
    "24 ligands, 68 at most."
)


def ask_for_complex() -> Candidate | None:
    """The complex of the file while there is one, else that of another page; None while there is none."""
    handed: Candidate | None = st.session_state.get(KEY)
    with st.expander("An XYZ file of your own", expanded=handed is None):
        upload = st.file_uploader(
            "Every atom of one complex, in Å: the geometry is computed as it stands. Used until you remove it",
            key="verify/file",
        )
        if upload is not None:
            return _of_file(upload.name, upload.file_id, upload.getvalue())
    if handed is None:
        st.caption("Or press Verify beside a complex on Build or Predict, or beside a ligand on Explore.")
        return None
    return _with_charge(handed)


def _of_file(name: str, key: str, data: bytes) -> Candidate | None:
    """The complex of an XYZ file; the charge is asked for where it is not certain, and can be set where it is."""
    try:
        found: int | None = from_xyz(data, "fast").charge
        question = ""
    except Refused as error:
        found, question = None, error.what
    except KramersError as error:
        _refuse(error)
        return None
    charge = _ask_for_charge(key, found, question)
    if charge is None:
        return None
    try:
        given = from_xyz(data, "fast", charge=charge)
    except KramersError as error:
        _refuse(error)
        return None
    return Candidate(name, given, "", {"source": "xyz", "file": name, "metal": given.ion})


def _with_charge(candidate: Candidate) -> Candidate | None:
    """A complex of another page, its charge asked for where it is not certain."""
    if candidate.complex.charge is not None:
        return candidate
    charge = _ask_for_charge(candidate.title, None, f"the total charge is uncertain. {candidate.question}")
    return None if charge is None else replace(candidate, complex=candidate.complex.of_charge(charge))


def _ask_for_charge(key: str, found: int | None, question: str) -> int | None:
    if question:
        st.badge("which charge?", color="orange")
        st.text(sentence(question), width="stretch")
    charge = st.number_input(
        "Total charge of the complex",
        -20,
        20,
        found,
        key=f"verify/charge/{key}",
        placeholder="give it",
        width=220,
        help="A complex computed with a wrong charge looks sound and is worthless.",
    )
    return None if charge is None else int(charge)


def _refuse(error: KramersError) -> None:
    st.badge("not a complex the engine can take", color="orange")
    st.text(sentence(error.sentence), width="stretch")


def ask_for_run(candidate: Candidate) -> JobSpec | None:
    """How it shall be computed; None where it cannot be."""
    with st.container(border=True):
        given = candidate.complex
        st.subheader(code_span(candidate.title), anchor=False)
        st.markdown(f"**{subscripted(given.formula)}**, charge {signed(given.charge)}")
        show_doubts(given.doubts)
        preset, spins, memory, threads = ask_for_method()
        try:
            request = requested(given, preset, spins, memory, threads)
            check(request.spec)
        except KramersError as error:
            _refuse(error)
            return None
        st.caption(cost_sentence(request))
        meta = {**candidate.meta, "doubts": records(given.doubts)}
        return verification_job(request, candidate.title, meta=meta)


def ask_for_method() -> tuple[str, Multiplicities, int, int]:
    """Preset, spins, memory in MB and threads of a run."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        preset = st.selectbox(
            "Preset",
            list(PRESETS),
            list(PRESETS).index("standard"),
            format_func=PRESET_WORDS.__getitem__,
            key="verify/preset",
            width=380,
            help=f"{meaning('preset')} {PRESET_HELP}",
            persist_state="session",
        )
        spins = st.selectbox(
            "Spins in the spin-orbit interaction",
            list(SPIN_WORDS),
            format_func=SPIN_WORDS.__getitem__,
            key="verify/spins",
            width=300,
            help=meaning("spins"),
            persist_state="session",
        )
        cores = os.cpu_count() or 1
        threads = st.number_input("Threads", 1, cores, 1, key="verify/threads", width=110, persist_state="session")
        memory = st.number_input(
            "Memory / MB",
            LEAST_MEMORY_MB,
            1_000_000,
            MEMORY_MB,
            500,
            key="verify/memory",
            width=150,
            help="Integrals beyond this go to disk, which is slower.",
            persist_state="session",
        )
    return preset, spins, int(memory), int(threads)


def cost_sentence(request: Request) -> str:
    """Time and memory that a run will probably take, and what the estimate rests on."""
    cost = cost_of(request.spec, request.threads, request.memory_mb)
    disk = ", the rest on disk" if cost.on_disk else ""
    if cost.runs_here:
        basis = f"fitted to {cost.runs_here} run{'s' * (cost.runs_here > 1)} of this machine and those of ours"
    else:
        basis = "fitted to runs on our machine; the first run here makes it better"
    return (
        f"{cost.functions} basis functions: about {duration(cost.seconds)} ({duration(cost.low)} to "
        f"{duration(cost.high)}) and {cost.memory / 1000:.1f} GB of memory{disk}; {basis}."
    )


def submit(spec: JobSpec, *, forget: bool = True) -> None:
    """Put it into the queue, and have something work on it; its result opens by itself.

    Args:
        spec: what is computed.
        forget: whether the complex that another page has handed over is done with.
    """
    act(_submit, spec, forget)


def _submit(spec: JobSpec, forget: bool) -> None:
    job = ledger().submit(spec)
    st.session_state[AWAITED] = st.session_state[CHOSEN] = job.id
    if forget:
        st.session_state.pop(KEY, None)
    if not job.state.final:
        wake_supervisor()
