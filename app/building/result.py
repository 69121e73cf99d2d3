"""A built complex on the page: what it is, how it looks, its measures, and why to doubt them."""

from __future__ import annotations

import streamlit as st

from app.building.inputs import show_inputs
from app.building.tables import angle_rows, complex_formula, distance_rows, ligand_rows
from app.card import show_doubts, show_numbers, summary_line
from app.card.details import show_levels, show_table
from app.card.pictures import show_pictures
from app.card.verdict import show_models
from app.components.viewer3d.view import Shown
from app.tables import shape_rows
from app.text import sentence
from app.verifying.handover import of_built, offer
from core.chem.buried_volume import RADII_SCALE, SPHERE_RADIUS
from core.smm.build import Built, NotBuilt
from core.smm.build_files import WRITERS
from core.smm.predictor import Status
from core.smm.record import trust

BULK = (
    f"Buried volume: share of a sphere of {SPHERE_RADIUS} Å around the metal that the ligand fills, with Bondi radii "
    f"times {RADII_SCALE}, hydrogens left out (Falivene et al., doi:10.1021/acs.organomet.6b00371), at the bond length "
    "found here."
)
PROXIES = (
    "Donor charge (Mulliken) and frontier gap (HOMO–LUMO) are GFN2-xTB values of the ligand without its metal: cheap "
    "proxies to compare ligands with, no observables. Synthetic accessibility (SA) runs from 1, easy, to 10, hard."
)

RESTRAINT = (
    "Energy of the angles that the protocol holds (see the reasons to doubt), without the strain they put into the "
    "molecule. A large value says that GFN2 alone would bend the complex."
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
    st.markdown(f"*{built.level}*")
    st.info(trust(), icon=":material/straighten:")
    show_models(prediction)
    show_numbers(prediction)
    show_pictures("build", prediction, axial=built.complex.axial_donors, default=Shown(roles=True))
    show_doubts(prediction)
    _show_tables(built)
    _show_downloads(built)


def _show_tables(built: Built) -> None:
    geometry, levels, ligands = st.tabs(["Geometry and shape", "Levels", "Axial ligands"])
    with geometry:
        _show_geometry(built)
    with levels:
        if built.prediction.field is not None and built.prediction.field.doublets:
            show_levels(built.prediction.field)
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
            st.markdown(f"Restraint energy: {built.complex.restraint_energy:.0f} cm⁻¹", help=RESTRAINT)
        with st.container(width=470):
            st.markdown("Shape measures, 0 for the ideal polyhedron")
            show_table(shape_rows(built.prediction.shapes), CShM=3)


def _show_downloads(built: Built) -> None:
    with st.container(horizontal=True):
        for ending, write in WRITERS.items():
            st.download_button(
                ending[1:].upper(),
                write(built).encode(),
                f"{built.recipe.stem}{ending}",
                MIME[ending],
                key=f"build{ending}",
                icon=":material/download:",
                on_click="ignore",
            )
        show_inputs(built)
        offer(of_built(built), "build")
