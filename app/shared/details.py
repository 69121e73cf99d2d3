"""The tables of a card, one tab each."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from app.glossary import meaning
from app.shared.units import DIGITS, energy_unit, in_unit
from app.tables import Row, donor_rows, level_rows, ligand_rows, shape_rows, stevens_rows
from app.text import SENTENCE, code_span, one_line, sentence, signed, subscripted
from core.chem.molecule import Molecule
from core.chem.report import ParseReport
from core.chem.sphere.coordination import CoordinationSphere
from core.magnetism.ion_levels import Levels
from core.workflows.prediction import Prediction

FRAME = (
    "Extended Stevens convention, Stevens factor included: H = Σ B_kq O_kq. The magnetic frame has z along g_z of the "
    "ground level, x and y along g_x and g_y; the input frame is the one of the downloaded XYZ. Rows of the "
    "rotation are the magnetic axes x, y, z in the input frame."
)


def _number(digits: int) -> ColumnConfig:
    return st.column_config.NumberColumn(format=f"%.{digits}f")


def show_details(prediction: Prediction) -> None:
    """The tables; those without content are left out."""
    tabs = _tabs(prediction)
    if not tabs:
        return
    for tab, show in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with tab:
            show()


def _tabs(prediction: Prediction) -> dict[str, Callable[[], None]]:
    field, molecule, sphere = prediction.levels, prediction.molecule, prediction.sphere
    tabs: dict[str, Callable[[], None]] = {}
    if field is not None and field.doublets:
        tabs["Levels"] = lambda: show_levels(field)
    if molecule is not None and sphere is not None:
        tabs["Coordination"] = lambda: show_coordination(molecule, sphere, prediction.shapes)
        tabs["Ligands and charge"] = lambda: show_ligands(sphere, prediction)
    if prediction.report.block:
        tabs["From file to molecule"] = lambda: show_report(prediction.report)
    return tabs


def show_table(rows: list[Row], **digits: int) -> None:
    """A table that shows the named columns with so many decimals; the cells themselves are not rounded."""
    _show(rows, {name: _number(places) for name, places in digits.items()})


def show_significant(rows: list[Row], *names: str) -> None:
    """A table that shows the named columns with four significant figures; the cells themselves are not rounded."""
    _show(rows, {name: st.column_config.NumberColumn(format="%.4g") for name in names})


def _show(rows: list[Row], columns: dict[str, ColumnConfig]) -> None:
    st.dataframe(rows, column_config=columns, hide_index=True, height="content", placeholder="")


def show_levels(field: Levels) -> None:
    """Energies, g and weights; the parameters behind them folded away."""
    show_table(in_unit(level_rows(field), energy_unit()), **DIGITS, g_x=3, g_y=3, g_z=3)
    st.caption("Weights are along g_z of the ground level; the angle is from there to the level's own g_z.")
    with st.expander("Crystal-field parameters B_kq / cm⁻¹"):
        st.caption(FRAME)
        show_significant(stevens_rows(field), "B_kq, magnetic frame", "B_kq, input frame")
        st.dataframe(
            [
                {"axis": axis, **dict(zip(("x", "y", "z"), map(float, row), strict=True))}
                for axis, row in zip("xyz", field.rotation, strict=True)
            ],
            column_config={name: _number(6) for name in "xyz"},
            hide_index=True,
        )


def show_coordination(molecule: Molecule, sphere: CoordinationSphere, shapes: dict[str, float]) -> None:
    """Donor sites beside the shape measures."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        words = meaning("weight", "hapticity") if sphere.hapto_ligands else meaning("weight")
        st.markdown(f"**{sentence(sphere.words)}**", help=words)
        show_table(donor_rows(molecule, sphere), **{"distance / Å": 3, "formal charge / e": 2, "weight": 2})
    with right:
        centroids = " (rings by their centroids)" if sphere.hapto_ligands else ""
        st.markdown(f"Continuous shape measures{centroids}, 0 for the ideal polyhedron", help=meaning("SHAPE"))
        if shapes:
            show_table(shape_rows(shapes), CShM=3)
        else:
            st.caption("None: there are reference polyhedra for three to ten donor sites.")


def show_ligands(sphere: CoordinationSphere, prediction: Prediction) -> None:
    """Ligands, and how the charges were established."""
    show_table(ligand_rows(sphere))
    report = prediction.report
    st.markdown(f"Charge of the molecule: **{signed(prediction.charge)}**")
    if report.charge_reasoning:
        st.text(one_line(report.charge_reasoning, SENTENCE), width="stretch")
    if report.charge_alternatives:
        others = ", ".join(signed(charge) for charge in report.charge_alternatives)
        st.markdown(f"Other charges that are plausible: {others}")


def show_report(report: ParseReport) -> None:
    """Each step from the file to the molecule."""
    st.markdown(f"Data block {code_span(report.block)}")
    if rows := report_rows(report):
        st.dataframe(rows, hide_index=True, height="content")


def report_rows(report: ParseReport) -> list[Row]:
    """The steps as a table; what did not happen is left out."""
    agrees = {None: "", True: " (agrees with the atoms)", False: " (does not agree with the atoms)"}[
        report.formula_agrees
    ]
    left_out = ", ".join(f"{number} × {subscripted(formula)}" for formula, number in report.left_out)
    steps: dict[str, str | int | float] = {
        "symmetry": one_line(report.symmetry, SENTENCE),
        "atom sites read": report.sites_read,
        "sites without coordinates": report.sites_without_coordinates,
        "atoms in the cell": report.atoms_in_cell,
        "copies merged": report.merged,
        "atoms of minor disorder parts dropped": report.disorder_dropped,
        "occupancy discarded with them": round(report.occupancy_discarded, 2),
        "X–H distances set to neutron values": report.hydrogens_moved,
        "independent molecules": len(report.components),
        "not part of the molecule": left_out,
        "formula of the atoms": subscripted(report.formula_found),
        "formula in the file": one_line(report.formula_stated, 200) + agrees if report.formula_stated else "",
    }
    return [{"step": step, "result": str(result)} for step, result in steps.items() if result]
