"""Several finished runs side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components.viewer3d.view import DARK, LIGHT
from app.shared.curves import show_plot
from app.shared.details import show_table
from app.text import one_line, sentence
from app.verify.plots import comparison_figure
from app.verify.result import Record
from app.verify.tables import comparison_row
from core.jobs.model import Job


def show_comparison(runs: Sequence[tuple[Job, Record]]) -> None:
    """Levels as ladders over a table; a word where the methods differ."""
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    names = run_names([job for job, _ in runs])
    ladders = [
        (name, [level["energy_cm1"] for level in record["levels"]["doublets"]])
        for name, (_, record) in zip(names, runs, strict=True)
    ]
    with st.container(border=True):
        st.markdown("##### Side by side")
        if different := differences([record for _, record in runs]):
            st.warning(sentence(different), icon=":material/difference:")
        show_plot("comparison", comparison_figure(ladders, palette), f"levels-of-{len(runs)}-runs")
        whole = ("barrier / cm⁻¹", "barrier / K", "by criterion / cm⁻¹", "by criterion / K")
        digits = {"first level / cm⁻¹": 1, **dict.fromkeys(whole, 0), "χT at 300 K": 2}
        rows = [comparison_row(name, record) for name, (_, record) in zip(names, runs, strict=True)]
        show_table(rows, **digits, g_x=4, g_y=4, g_z=2)


def run_names(jobs: Sequence[Job]) -> list[str]:
    """Their titles, with the id where two share one. Fit for Plotly, which reads tags: brackets are taken out."""
    titles = [one_line(job.title, 40).translate(str.maketrans("<>&", "‹›+")) for job in jobs]
    return [
        title if titles.count(title) == 1 else f"{title} {job.id[:6]}" for title, job in zip(titles, jobs, strict=True)
    ]


def differences(records: Sequence[Record]) -> str:
    """What keeps runs from being compared level by level; empty where nothing does."""
    names = {"preset": "preset", "multiplicities": "spins", "engine": "engine", "geometry": "origin of the geometry"}
    differing = [word for key, word in names.items() if len({record["recipe"][key] for record in records}) > 1]
    if not differing:
        return ""
    return (
        f"these runs differ in {' and '.join(differing)}: differences of levels are not those of the molecules alone."
    )
