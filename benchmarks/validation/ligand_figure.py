"""Draws what committed results say of ligands: `python -m benchmarks.validation.ligand_figure`.

Writes docs/ligand-sizes.svg (generation against the number of training ligands, equal updates), docs/ligand-heads.svg
(R² of each computed proxy within donor classes against its labels, beside the baselines; both of ligand_vae.json) and
docs/ligand-dft.svg (R² of DFT properties against labels, of dft_labels.json), drawn by Plotly in headless Chromium.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.subplots import make_subplots

from core.design.heads import WORDINGS
from tests.e2e.conftest import FLAGS, chromium

_ROOT = Path(__file__).resolve().parents[2]
RESULTS, DOCS = _ROOT / "benchmarks" / "results", _ROOT / "docs"

FONT = {"family": "DejaVu Sans, sans-serif", "size": 13, "color": "#222"}
COLOURS = ("#1b6ca8", "#d1495b", "#edae49", "#66a182", "#6a4c93", "#8d99ae", "#2e4057")

GENERATED = {
    "exact": ("reconstruction", "come back exactly"),
    "exact_18": ("reconstruction", "the same, up to 18 heavy atoms"),
    "valid": ("samples", "valid samples"),
    "unique": ("samples", "unique among them"),
    "novel": ("samples", "novel among these"),
}
"""Where a share stands in a record of sizes, and what it is called."""


def main() -> None:
    """Draws what there is."""
    record = json.loads((RESULTS / "ligand_vae.json").read_text(encoding="utf-8"))
    drawn: dict[str, Callable[[Any], Any]] = {"sizes": sizes, "heads": heads}
    figures = {f"ligand-{part}.svg": drawn[part](record[part]) for part in drawn if part in record}
    figures["ligand-dft.svg"] = dft(json.loads((RESULTS / "dft_labels.json").read_text(encoding="utf-8")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        for name, figure in figures.items():
            (DOCS / name).write_text(svg(page, figure), encoding="utf-8")
        browser.close()


def sizes(rows: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Shares against the number of training ligands; the similarity after small steps beside them."""
    counts = [row["ligands"] for row in rows]
    figure = make_subplots(1, 2, subplot_titles=("generation", "neighbourhoods and samples"))
    shares = {words: [row[part][key] for row in rows] for key, (part, words) in GENERATED.items()}
    active = [row["latent"]["active"] / row["latent"]["size"] for row in rows]
    _lines(figure, 1, counts, shares | {"active dimensions": active})
    near = {
        f"similarity after a step of {step['step']} σ": [
            row["latent"]["neighbourhood"][k]["similarity"] for row in rows
        ]
        for k, step in enumerate(rows[0]["latent"]["neighbourhood"])
    }
    _lines(figure, 2, counts, near | {"Fréchet distance to test ligands": [row["frechet_to_test"] for row in rows]})
    figure.update_xaxes(type="log", title="training ligands", tickvals=counts, ticktext=[f"{n:,}" for n in counts])
    figure.update_yaxes(range=[0, 1.02], col=1, title="share")
    figure.update_yaxes(rangemode="tozero", col=2)
    return _laid_out(figure, f"{rows[0]['updates']:,} updates each", 500, "v")


def heads(record: Mapping[str, Any]) -> go.Figure:
    """R² within donor classes on unseen scaffolds against labels, a panel a proxy."""
    titles = {name: WORDINGS[name].label for name in record["scores"]}
    return _against_labels(record, titles, "r2_within", "R² within donor class")


def dft(record: Mapping[str, Any]) -> go.Figure:
    """R² on unseen scaffolds against labels, a panel a DFT property."""
    return _against_labels(record, record["properties"], "r2", "R²")


def _against_labels(record: Mapping[str, Any], titles: Mapping[str, str], what: str, axis: str) -> go.Figure:
    figure = make_subplots(2, 3, subplot_titles=list(titles.values()), vertical_spacing=0.17)
    models = [model for model in next(iter(record["scores"].values()))[0] if model != "labels"]
    for k, name in enumerate(titles):
        rows = record["scores"][name]
        for colour, model in zip(COLOURS, models, strict=False):
            figure.add_trace(
                go.Scatter(
                    x=[row["labels"] for row in rows],
                    y=[row[model][what] for row in rows],
                    name=model,
                    legendgroup=model,
                    showlegend=k == 0,
                    line={"color": colour, "dash": "dot" if model == "donor-class mean" else "solid"},
                ),
                row=k // 3 + 1,
                col=k % 3 + 1,
            )
    figure.update_xaxes(type="log", tickvals=record["counts"], ticktext=[f"{n:,}" for n in record["counts"]])
    figure.update_xaxes(title="labels", row=2)
    figure.update_yaxes(range=[-0.5 if what == "r2_within" else 0.0, 1.02])
    figure.update_yaxes(title=axis, col=1)
    return _laid_out(figure, f"{record['test']:,} ligands of unseen scaffolds", 700, "h")


def _lines(figure: go.Figure, column: int, x: Sequence[float], lines: Mapping[str, Sequence[float]]) -> None:
    for colour, (name, y) in zip(COLOURS, lines.items(), strict=False):
        trace = go.Scatter(x=x, y=y, name=name, line={"color": colour}, legend="legend" if column == 1 else "legend2")
        figure.add_trace(trace, row=1, col=column)


def _laid_out(figure: go.Figure, title: str, height: int, orientation: str) -> go.Figure:
    figure.update_layout(
        template="plotly_white", font=FONT, title={"text": title, "font": {"size": 14}}, width=1100, height=height
    )
    below = {"y": -0.25, "yanchor": "top"}
    figure.update_layout(legend={"orientation": orientation, "x": 0.0, **below}, legend2={"x": 0.55, **below})
    figure.update_layout(margin={"l": 60, "r": 20, "t": 70, "b": 180})
    return figure


def svg(page: Any, figure: go.Figure) -> str:
    """The figure as SVG text."""
    page.set_content(figure.to_html(include_plotlyjs=True, full_html=True))
    drawn = "() => Plotly.toImage(document.querySelector('.js-plotly-plot'), {format: 'svg', imageDataOnly: true})"
    return str(page.evaluate(drawn))


if __name__ == "__main__":
    main()
