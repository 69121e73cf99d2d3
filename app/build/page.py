"""Build: a ligand in, its pentagonal-bipyramidal or octahedral complex out."""

from __future__ import annotations

import streamlit as st

from app.build.entry import ask_for_ligand
from app.build.keeping import is_again, keep_recipe, recall_last
from app.build.onward import await_complex, is_due, pass_on
from app.build.result import show_outcome
from app.build.workshop import Job, Workshop
from core.chem.ligand.ligand import Ligand
from core.chem.radii import LANTHANIDES
from core.workflows.build import Built, ComplexRequest, build_guarded

LOOK_AGAIN = 0.4
"""How often the page looks after a building [s]."""

EQUATORIAL = {
    "water": "five waters",
    "pyridine": "five pyridines",
    "thf": "five THF",
    "pyridine4": "four pyridines",
    "thf4": "four THF",
}


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """One for all visitors."""
    return Workshop(build_guarded)


def ask_for_recipe() -> ComplexRequest | None:
    """What shall be built; None while a ligand is missing."""
    ligands = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        metal = st.selectbox(
            "Metal",
            LANTHANIDES,
            LANTHANIDES.index("Dy"),
            format_func="{}(III)".format,
            key="metal",
            width=140,
            persist_state="session",
        )
        equatorial = st.segmented_control(
            "In the equatorial plane",
            list(EQUATORIAL),
            default="water",
            format_func=EQUATORIAL.__getitem__,
            key="plane",
            required=True,
            persist_state="session",
        )
        two = st.toggle("two different axial ligands", key="two", persist_state="session")
    with ligands:
        axial, second = ask_for_two() if two else (ask_for_ligand("axial", "Axial ligand"), None)
    if axial is None or (two and second is None):
        return None
    return ComplexRequest(axial, second, metal, equatorial)


def ask_for_two() -> tuple[Ligand | None, Ligand | None]:
    """Both axial ligands, side by side."""
    first, second = st.columns(2, gap="large")
    with first:
        axial = ask_for_ligand("axial", "Axial ligand", narrow=True)
    with second:
        return axial, ask_for_ligand("second", "Second axial ligand", narrow=True)


def start(recipe: ComplexRequest) -> None:
    """Build; what this visitor had running is stopped."""
    if (running := st.session_state.get("job")) is not None:
        running.stop()
    st.session_state.job = workshop().start(recipe)


def start_if_due(recipe: ComplexRequest | None) -> None:
    """Build what another page has sent here on its way to Verify, and what is opened from the desk."""
    if is_again() and recipe is not None:
        start(recipe)
    if is_due() and recipe is not None:
        start(recipe)
        await_complex(st.session_state.job)


@st.fragment(run_every=LOOK_AGAIN)
def show_progress(job: Job) -> None:
    """How far the building is, with Stop."""
    if not job.running:
        st.rerun()
    bar, button = st.columns([6, 1], vertical_alignment="center")
    bar.progress(job.fraction, text=job.stage)
    button.button("Stop", on_click=job.stop, width="stretch", key="stop")


def show_job(job: Job, asked: ComplexRequest | None) -> None:
    """The building while it goes on, then what became of it."""
    pass_on(job)
    if job.running:
        show_progress(job)
    elif job.outcome is None:
        st.caption("Stopped. Nothing was built.")
    else:
        if asked != job.recipe:
            st.caption("Shown is what was built last; press Build for what stands above.")
        if isinstance(job.outcome, Built):
            keep_recipe(job.recipe)
        show_outcome(job.outcome)


def show_welcome() -> None:
    """What happens here, while there is nothing to show."""
    st.caption(
        "Give a ligand with one donor atom. Kramers places two of it on the axis of a lanthanide(III) ion, with five "
        "equatorial ligands (a pentagonal bipyramid) or four (an octahedron), relaxes the complex with GFN2-xTB in "
        "implicit water, and shows its geometry, shape and electrostatic levels. Most ligands take seconds to a "
        "minute. Nothing leaves this machine."
    )


st.title("Build")
recall_last()
recipe = ask_for_recipe()
start_if_due(recipe)
st.button("Build", type="primary", disabled=recipe is None, on_click=start, args=(recipe,), key="build")
with st.container():  # there even when empty, so that what stands below keeps its place
    if (job := st.session_state.get("job")) is not None:
        show_job(job, recipe)
    else:
        show_welcome()
