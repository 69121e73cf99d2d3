"""Finished results of the ions of one molecule, put together: what is computed, what is missing, and the coupling."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from app.shared.details import show_table
from app.shared.several.card import show_judged
from app.shared.several.judging import Judged, wishes_of
from app.tables import Row
from app.text import code_span, one_line, sentence
from app.verify.access import VERIFY, ledger, result_of
from core.chem.sphere.metal_sites import Role
from core.errors import KramersError
from core.jobs.model import Filter, Job, State
from core.words import counted
from core.workflows.coupled_record import several_record
from core.workflows.joined import molecule_key, site_of, together
from core.workflows.wishes import Wishes

SHOWN: Final = "verify/molecule"

WORDS: Final = {
    State.QUEUED: "waits",
    State.RUNNING: "is computed now",
    State.FAILED: "failed",
    State.REFUSED: "refused",
    State.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True, eq=False)
class Molecule:
    """Runs of ions of one molecule.

    Attributes:
        key: of `core.workflows.joined.molecule_key`.
        title: of its newest run, without the ion (hostile text).
        jobs: by label of the ion; of several runs of one ion the newest with a result, else the newest.
    """

    key: str
    title: str
    jobs: Mapping[str, Job]

    @property
    def done(self) -> dict[str, Job]:
        """Those with a result."""
        return {label: job for label, job in self.jobs.items() if job.state is State.DONE}


def molecules(jobs: Sequence[Job]) -> list[Molecule]:
    """Molecules with at least one result among their runs, those of the newest run first.

    Args:
        jobs: runs of Verify, newest first.
    """
    found: dict[str, dict[str, Job]] = {}
    titles: dict[str, str] = {}
    for job in jobs:
        asked = {"input": job.question}
        key = molecule_key(asked)
        if not key:
            continue
        label = site_of(asked).label
        known = found.setdefault(key, {}).get(label)
        titles.setdefault(key, job.title.removesuffix(f", {label}"))
        if known is None or (known.state is not State.DONE and job.state is State.DONE):
            found[key][label] = job
    every = [Molecule(key, titles[key], runs) for key, runs in found.items()]
    return [one for one in every if one.done]


def show_molecules() -> None:
    """The molecule that is chosen; nothing where no run is about one of several ions."""
    found = {one.key: one for one in molecules(ledger().jobs(Filter(kinds=(VERIFY,))))}
    if not found:
        return
    st.subheader("Molecules with several metals", anchor=False)
    names = {key: _name(one) for key, one in found.items()}
    chosen = st.selectbox(
        "Put together",
        list(found),
        None,
        format_func=names.__getitem__,
        key=SHOWN,
        placeholder="choose a molecule",
        width=480,
        persist_state="session",
    )
    if chosen in found:
        _show(found[chosen])


def _name(molecule: Molecule) -> str:
    done = f"{len(molecule.done)} of {counted(len(molecule.jobs), 'ion')} done"
    return f"{one_line(molecule.title, 50)} · {done}"


def _show(molecule: Molecule) -> None:
    key = f"together/{molecule.key}"
    try:
        judged = _judged(molecule, wishes_of(key))
    except KramersError as error:
        st.badge("not put together", color="orange")
        st.text(sentence(error.sentence), width="stretch")
        return
    with st.container(border=True):
        st.subheader(code_span(molecule.title), anchor=False)
        for words in missing(molecule, judged):
            st.warning(words, icon=":material/pending:")
        show_judged(key, judged, lambda: _show_ions(molecule, judged))


def _judged(molecule: Molecule, wishes: Wishes) -> Judged:
    runs = [(label, job.id, job.attempt) for label, job in sorted(molecule.done.items())]
    return _together(json.dumps([runs, wishes.record()]), molecule, wishes)


@st.cache_resource(show_spinner="Putting the ions together …", max_entries=16)
def _together(name: str, _molecule: Molecule, _wishes: Wishes) -> Judged:
    results = {label: result_of(job) for label, job in _molecule.done.items()}
    records = [one for one in results.values() if one is not None]
    found = together(records, _wishes, [_molecule.jobs[label].title for label in results])
    return Judged(found, several_record(found))


def missing(molecule: Molecule, judged: Judged) -> list[str]:
    """What is not computed, or not yet: a sentence for each state."""
    lanthanides = [site.label for site in judged.found.metals.magnetic if site.role is Role.LANTHANIDE]
    left = [label for label in lanthanides if label not in judged.found.levels]
    words: dict[str, list[str]] = {}
    for label in left:
        job = molecule.jobs.get(label)
        words.setdefault("was not asked for" if job is None else WORDS[job.state], []).append(label)
    model = "the electrostatic model stands in its place"
    return [f"{', '.join(labels)}: {state}; {model}." for state, labels in words.items()]


def _show_ions(molecule: Molecule, judged: Judged) -> None:
    """One line an ion: what the engine says of it."""
    digits = {"first level / cm⁻¹": 1, "g_x": 3, "g_y": 3, "g_z": 3, "electrostatic: first gap / cm⁻¹": 0}
    show_table(ion_rows(molecule, judged), **digits)


def ion_rows(molecule: Molecule, judged: Judged) -> list[Row]:
    """Levels of each lanthanide as computed, beside those of the electrostatic model."""
    rows: list[Row] = []
    for site in judged.found.metals.magnetic:
        if site.role is not Role.LANTHANIDE:
            continue
        job = molecule.jobs.get(site.label)
        record = result_of(job) if job is not None and job.state is State.DONE else None
        own = judged.found.predictions[site.label].levels
        rows.append(
            {
                "ion": site.label,
                **_computed(record),
                "electrostatic: first gap / cm⁻¹": None if own is None else own.first_gap,
                "levels": _origin(site.label, job, judged),
            }
        )
    return rows


def _computed(record: Mapping[str, Any] | None) -> Row:
    doublets = [] if record is None else record["levels"]["doublets"]
    g = (doublets[0]["g"] if doublets else None) or (None, None, None)
    return {
        "first level / cm⁻¹": doublets[1]["energy_cm1"] if len(doublets) > 1 else None,
        **dict(zip(("g_x", "g_y", "g_z"), g, strict=True)),
    }


def _origin(label: str, job: Job | None, judged: Judged) -> str:
    """Where the levels in the coupling come from."""
    if label in judged.found.levels:
        own = "" if job is not None and job.state is State.DONE else "by symmetry; "
        return one_line(own + judged.found.levels[label].source, 120)
    return f"electrostatic model; {WORDS[job.state] if job is not None else 'not asked for'}"
