"""docs/measured.md, figure and table of About, from the rows of `benchmarks.validation.measured` and others' barriers.

What is written holds figures of ours, ranks, errors and a plot, never a barrier in numbers. The gaps that the Predict
page plots beside the user's own copy of SIMDAVIS (core/learned/tables/reported_gaps.json) are written here, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.subplots import make_subplots
from scipy.stats import rankdata, spearmanr

from benchmarks.validation.ligand_figure import COLOURS, FONT, svg
from benchmarks.validation.measured_complexes import SUBJECTS, Build, Crystal, Ideal, Subject
from benchmarks.validation.measured_truth import GAPS, Truth, agreement, compared, lead, said, truths
from core.learned.neighbours import GAPS as REPORTED_GAPS
from tests.e2e.conftest import FLAGS, chromium

_ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = _ROOT / "docs"
ABOUT: Final = _ROOT / "app" / "about"
BEGIN, END = "<!-- written by benchmarks.validation.measured: begin -->", "<!-- end -->"

FEWEST: Final = 5
"""Complexes below which no agreement is told."""

Rows = Mapping[str, Mapping[str, Any]]


def write_page(table: Path, simdavis: Path, folder: Path) -> None:
    """The tables between the markers of docs/measured.md, what About shows, and the gaps of the Predict page."""
    rows = {row["key"]: row for row in json.loads(table.read_text(encoding="utf-8"))["rows"]}
    truth = truths(simdavis, folder)
    page = DOCS / "measured.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{tables(rows, truth)}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    REPORTED_GAPS.write_text(reported_gaps(rows), encoding="utf-8")
    every = [subject.name for subject in SUBJECTS if subject.name in rows]
    shown = {"counts": _counts(rows, truth, every), "rows": _figures(rows, truth, every)}
    (ABOUT / "measured.json").write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        drawn = svg(browser.new_page(), figure(rows, truth))
        browser.close()
    for place in (DOCS, ABOUT):
        (place / "measured.svg").write_text(drawn, encoding="utf-8")


def tables(rows: Rows, truth: Mapping[str, Truth]) -> str:
    """What stands between the markers."""
    every = [subject.name for subject in SUBJECTS if subject.name in rows]
    common = [name for name in every if said(rows[name], "engine") and said(rows[name], "electrostatic")]
    ideal = {subject.name for subject in SUBJECTS if isinstance(subject.geometry, Ideal)}
    real = [name for name in every if name not in ideal]
    dysprosium = [name for name in every if rows[name]["ion"] == "Dy"]
    parts = [
        _counts(rows, truth, every),
        "All complexes of which the model says something:",
        _agreements(rows, truth, every),
        _lead(rows, truth, every),
        "Those that both the electrostatic model and the engine answer:",
        _agreements(rows, truth, common),
        "Without the ideal geometries of landmarks, which were in view when the electrostatic model was calibrated:",
        _agreements(rows, truth, real),
        "Dy alone:",
        _agreements(rows, truth, dysprosium),
        _loops(rows, truth, every),
        _complexes(rows, truth, every),
    ]
    return "\n\n".join(part for part in parts if part)


def _counts(rows: Rows, truth: Mapping[str, Truth], names: Sequence[str]) -> str:
    known = [truth[name] for name in names if truth[name].barrier is not None]
    runs = [rows[name]["engine"] for name in names if "gap_cm1" in rows[name].get("engine", {})]
    fast = sum(run["preset"] == "fast" for run in runs)
    return (
        f"{len(names)} complexes, {len(known)} with a reported barrier ({sum(one.field for one in known)} of them "
        f"measured in a field, {sum(one.diluted for one in known)} in a diluted sample). The engine computed "
        f"{len(runs)}, {len(runs) - fast} with `standard` and {fast} with `fast`, in "
        f"{sum(run['processor_s'] for run in runs) / 60:.0f} processor minutes."
    )


def _agreements(rows: Rows, truth: Mapping[str, Truth], names: Sequence[str]) -> str:
    found = _figures(rows, truth, names)
    return _table(list(found[0]), [list(line.values()) for line in found]) if found else ""


def _figures(rows: Rows, truth: Mapping[str, Truth], names: Sequence[str]) -> list[dict[str, str]]:
    """How well each model agrees with the barriers of some complexes, in words; none of fewer than `FEWEST`."""
    lines = []
    for who, words in GAPS.items():
        kept, ours, measured = compared(rows, truth, who, names)
        if len(kept) >= FEWEST:
            found = agreement(ours, measured)
            low, high = found["spearman_95"]
            line = {
                "against U_eff": words,
                "complexes": str(found["complexes"]),
                "Spearman (95 %)": f"{found['spearman']:.2f} ({low:.2f} to {high:.2f})",
                "mean abs. error": f"{found['mean_abs_error_cm1']} cm⁻¹",
                "median ours/measured": f"{found['median_ratio']:.2f}",
                "within × 2": f"{100 * found['within_a_factor_of_two']:.0f} %",
            }
            lines.append(line)
    return lines


def _lead(rows: Rows, truth: Mapping[str, Truth], names: Sequence[str]) -> str:
    """Whether physics adds to what was reported of such complexes: ranks of the one less those of the other."""
    both = [name for name in names if said(rows[name], "literature") is not None]
    kept, ours, measured = compared(rows, truth, "electrostatic", both)
    if len(kept) < FEWEST:
        return ""
    prior = np.array([said(rows[name], "literature") for name in kept], dtype=np.float64)
    found, low, high = lead(ours, prior, measured)
    return (
        f"Spearman's ρ of the electrostatic model less that of the prior, on the {len(kept)} that both answer: "
        f"{found:.2f} ({low:.2f} to {high:.2f}). The prior has seen the samples of SIMDAVIS among them."
    )


def _loops(rows: Rows, truth: Mapping[str, Truth], names: Sequence[str]) -> str:
    """Ranks of our gaps against the temperature of open hysteresis."""
    parts = []
    for who in ("electrostatic", "engine"):
        kept = [name for name in names if truth[name].hysteresis is not None and said(rows[name], who) is not None]
        if len(kept) >= FEWEST:
            loops = [float(truth[name].hysteresis or 0.0) for name in kept]
            rho = spearmanr([float(said(rows[name], who) or 0.0) for name in kept], loops).statistic
            parts.append(f"{GAPS[who]} {rho:.2f} ({len(kept)} complexes)")
    return f"Spearman's ρ of the gap against T_hyst, where one is reported: {'; '.join(parts)}." if parts else ""


def _complexes(rows: Rows, truth: Mapping[str, Truth], names: Sequence[str]) -> str:
    """One line a complex, the highest barrier first; of the barriers only the order is told."""
    known = [name for name in names if truth[name].barrier is not None]
    order = sorted(known, key=lambda name: -float(truth[name].barrier or 0.0))
    places = rankdata([-float(truth[name].barrier or 0.0) for name in order], method="min")
    head = ["U_eff, place", "complex", "geometry", "electrostatic", "network", "control", "prior", "engine, gap",
            "engine, criterion", "g_⟂ of the ground doublet"]  # fmt: skip
    lines = [[str(int(place)), *_line(name, rows[name])] for place, name in zip(places, order, strict=True)]
    lines += [["–", *_line(name, rows[name])] for name in names if name not in known]
    return "Figures in cm⁻¹; of the barriers only the order is told.\n\n" + _table(head, lines)


def _line(name: str, row: Mapping[str, Any]) -> list[str]:
    engine = row.get("engine", {})
    cells = [_whole(said(row, who)) for who in ("electrostatic", "voxel", "invariant", "literature")]
    gap = _whole(said(row, "engine")) + (" (`fast`)" if engine.get("preset") == "fast" else "")
    criterion = "through the ground doublet" if _tunnels(engine) else _whole(said(row, "engine_criterion"))
    ground = (engine.get("g") or [None])[0]
    across = "–" if ground is None or engine.get("splitting_cm1") is not None else f"{max(ground[:2]):.3f}"
    return [name, row.get("geometry", row.get("not_made", "")), *cells, gap, criterion, across]


def _tunnels(engine: Mapping[str, Any]) -> bool:
    """Whether the ground doublet of a Kramers ion tunnels already, by the engine's rule of thumb."""
    from core.qc.kramers import TUNNELLING_MOMENT

    return engine.get("splitting_cm1") is None and engine.get("ground_moment_muB", 0.0) > TUNNELLING_MOMENT


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *lines))


def reported_gaps(rows: Rows) -> str:
    """Gaps of complexes with a sample in SIMDAVIS, one line each."""
    lines = []
    for subject in SUBJECTS:
        gap = said(rows.get(subject.name, {}), "electrostatic")
        if gap is not None and subject.source.samples:
            entry = {
                "name": subject.name,
                "sample": subject.source.samples[0],
                "ion": subject.ion,
                "doi": subject.source.doi[0],
                "gap_cm1": gap,
            }
            lines.append(json.dumps(entry, ensure_ascii=False))
    what = "first gaps by the electrostatic model of reported complexes, written by benchmarks.validation.measured"
    body = ",\n  ".join(lines)
    return f'{{"what": "{what}",\n "rows": [\n  {body}\n ]}}\n'


def group_of(subject: Subject) -> str:
    """By which a dot of the figure is coloured."""
    if "COT" in subject.name:
        return f"{subject.ion} under COT" if subject.ion in ("Dy", "Er") else "others"
    if isinstance(subject.geometry, Build):
        return "built pentagonal bipyramids"
    return "other crystals" if isinstance(subject.geometry, Crystal) else "ideal geometries"


def figure(rows: Rows, truth: Mapping[str, Truth]) -> go.Figure:
    """Measured against ours, a panel a model, both axes logarithmic."""
    drawn = make_subplots(2, 3, subplot_titles=list(GAPS.values()), vertical_spacing=0.14, horizontal_spacing=0.06)
    known = [subject for subject in SUBJECTS if subject.name in rows and truth[subject.name].barrier is not None]
    groups = list(dict.fromkeys(group_of(subject) for subject in known))
    for k, who in enumerate(GAPS):
        place = {"row": k // 3 + 1, "col": k % 3 + 1}
        ends = np.array([3.0, 2000.0])
        for factor, dash in ((1.0, "solid"), (2.0, "dot"), (0.5, "dot")):
            line = {"color": "#999", "width": 1, "dash": dash}
            drawn.add_trace(go.Scatter(x=ends, y=factor * ends, mode="lines", line=line, showlegend=False), **place)
        for colour, group in zip(COLOURS, groups, strict=False):
            members = [s for s in known if group_of(s) == group and said(rows[s.name], who) is not None]
            drawn.add_trace(
                go.Scatter(
                    x=[said(rows[s.name], who) for s in members],
                    y=[truth[s.name].barrier for s in members],
                    mode="markers",
                    name=group,
                    legendgroup=group,
                    showlegend=who == "literature",  # which leaves none out
                    marker={
                        "color": colour,
                        "size": 9,
                        "line": {"color": colour, "width": 1.5},
                        "symbol": ["circle-open" if truth[s.name].field else "circle" for s in members],
                    },
                ),
                **place,
            )
    drawn.update_xaxes(type="log", range=[0.4, 3.3], dtick=1)
    drawn.update_yaxes(type="log", range=[0.4, 3.3], dtick=1)
    drawn.update_xaxes(title="ours / cm⁻¹", row=2)
    drawn.update_yaxes(title="measured U<sub>eff</sub> / cm⁻¹", col=1)
    drawn.update_layout(
        template="plotly_white",
        font=FONT,
        width=1100,
        height=760,
        legend={"orientation": "h", "y": -0.12},
        margin={"l": 70, "r": 20, "t": 40, "b": 90},
    )
    return drawn
