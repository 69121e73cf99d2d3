"""A built complex on the page: what it is, how it looks, its measures, and why to doubt them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.build.tables import angle_rows, complex_formula, distance_rows, ligand_rows
from app.components.viewer3d.view import Shown
from app.doubts import show_doubts
from app.glossary import meaning
from app.predict.card import show_numbers, summary_line
from app.predict.card.verdict import show_models
from app.shared.details import show_levels, show_table
from app.shared.handover import of_built as handed_of_built
from app.shared.handover import offer
from app.shared.outcomes import of_built
from app.shared.pictures import show_pictures
from app.shared.take_home import File, Inputs, show_files, take_home
from app.tables import shape_rows
from app.text import sentence
from core.chem.sphere.buried_volume import RADII_SCALE, SPHERE_RADIUS
from core.qc.hamiltonian import Spec
from core.workflows.build import Built, NotBuilt
from core.workflows.build_files import WRITERS
from core.workflows.learned_gap import in_words, record_of, worth, worth_in_words
from core.workflows.prediction import Status, trust

BULK = (
    f"Buried volume: share of a sphere of {SPHERE_RADIUS} Å around the metal that the ligand fills, with Bondi radii "
    f"times {RADII_SCALE}, without hydrogens (Falivene et al., doi:10.1021/acs.organomet.6b00371), at the bond length "
    "found here."
)
PROXIES = (
    "Donor charge (Mulliken) and frontier gap (HOMO–LUMO) are GFN2-xTB values of the ligand without its metal: cheap "
    "proxies to compare ligands with, no observables. Synthetic accessibility (SA) runs from 1, easy, to 10, hard."
)

MIME = {
    ".xyz": "chemical/x-xyz",
    ".mol": "chemical/x-mdl-molfile",
    ".cif": "chemical/x-cif",
    ".json": "application/json",
}


def show_outcome(outcome: Built | NotBuilt) -> None:
    """The card of a complex, or the reason why there is none."""
    with st.container(border=True):
        if isinstance(outcome, NotBuilt):
            _show_reason(outcome)
        else:
            _show_complex(outcome)


def _show_reason(outcome: NotBuilt) -> None:
    refused = outcome.status is Status.REFUSED
    st.badge(f"not built: {outcome.flaw}" if outcome.flaw else "not built", color="orange" if refused else "red")
    st.text(sentence(outcome.message), width="stretch")


def _show_complex(built: Built) -> None:
    prediction = built.prediction
    st.subheader(complex_formula(built), anchor=False)
    st.markdown(summary_line(prediction))
    st.markdown(f"*{built.level}*", help=f"{meaning('protocol')} This one: {built.complex.protocol}.")
    st.info(trust(), icon=":material/straighten:")
    _show_learned(built)
    show_models(prediction)
    show_numbers(prediction)
    show_pictures("build", prediction, axial=built.complex.axial_donors, default=Shown(roles=True))
    show_doubts(prediction.doubts)
    _show_tables(built)
    _show_downloads(built)


def _show_learned(built: Built) -> None:
    """The gap as the engine would say, or why there is none."""
    words, known = in_words(record_of(built.learned)), worth()
    if built.learned.gap is None or known is None:
        st.caption(words)
    else:
        st.markdown(f"**{words}**", help=worth_in_words(known))


def _show_tables(built: Built) -> None:
    geometry, levels, ligands = st.tabs(["Geometry and shape", "Levels", "Axial ligands"])
    with geometry:
        _show_geometry(built)
    with levels:
        if built.prediction.levels is not None and built.prediction.levels.doublets:
            show_levels(built.prediction.levels)
        else:
            st.caption("No crystal-field levels for this ion.")
    with ligands:
        digits = {"buried volume / %": 1, "donor charge / e": 2, "frontier gap / eV": 2, "SA score": 1}
        show_table(ligand_rows(built), **digits)
        st.caption(BULK)
        st.caption(PROXIES)


def _show_geometry(built: Built) -> None:
    with st.container(horizontal=True, gap="medium"):  # wraps on a narrow page, where columns would cut the numbers
        with st.container(width=340):
            st.markdown("Bonds to the metal")
            show_table(distance_rows(built), **{"distance / Å": 3})
        with st.container(width=300):
            st.markdown("Angles")
            show_table(angle_rows(built), **{"angle / °": 1})
            st.markdown(
                f"Restraint energy: {built.complex.restraint_energy:.0f} cm⁻¹", help=meaning("restraint energy")
            )
        with st.container(width=470):
            st.markdown("Shape measures, 0 for the ideal polyhedron", help=meaning("SHAPE"))
            show_table(shape_rows(built.prediction.shapes), CShM=3)


def _show_downloads(built: Built) -> None:
    outcome = of_built(built)
    more = [File(e[1:].upper(), partial(write, built), e, MIME[e]) for e, write in WRITERS.items() if e != ".xyz"]
    if outcome is None:
        xyz = File("XYZ", partial(WRITERS[".xyz"], built), ".xyz", MIME[".xyz"])
        show_files("build", built.recipe.stem, [xyz, *more], Inputs(spec_of(built)))
    else:
        take_home("build", outcome, Inputs(spec_of(built)), more)
    offer(handed_of_built(built), "build")


def spec_of(built: Built) -> Spec:
    """What the engine and the inputs compute of a complex."""
    molecule, roles = built.complex.molecule, built.complex
    donors = (*roles.axial_donors, *roles.equatorial_donors)
    return Spec(molecule.elements, molecule.positions, molecule.charge or 0, donors)
