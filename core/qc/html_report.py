"""Levels as one page of HTML that stands on its own: for a notebook, a supporting information, a printer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from core.errors import DomainError
from core.magnetism.ions import lanthanide
from core.magnetism.levels import weights_text
from core.qc.kramers import TUNNELLING_MOMENT
from core.qc.outcome import Outcome
from core.qc.report import BARRIER_RULE
from core.qc.stored_levels import Record
from core.qc.svg_molecule import molecule_svg
from core.qc.svg_plots import barrier_svg, chi_t_svg, magnetisation_svg
from core.qc.tunnelling_barrier import criteria_of, criterion_sentence
from core.units import KELVIN_PER_CM1

_STYLE: Final = (
    "body{font:13px/1.45 system-ui,'DejaVu Sans',sans-serif;color:#1f2a2e;max-width:880px;margin:24px auto;"
    "padding:0 16px}h1{font-size:20px;margin:0 0 4px}h2{font-size:14px;margin:14px 0 4px}"
    "table{border-collapse:collapse;font-size:12px}td,th{padding:1px 9px;text-align:right;white-space:nowrap}"
    "th{border-bottom:1px solid #8a9599;font-weight:600}td:last-child,th:last-child{text-align:left;white-space:normal}"
    ".plots{display:flex;flex-wrap:wrap;gap:12px}.plots svg{width:410px;flex:1 1 300px}p,ul{margin:4px 0}"
    "@media print{@page{size:A4;margin:12mm}body{font-size:11px;margin:0}.plots svg{width:330px}}"
)

CHECKS: Final = {
    "orbital_gradient_hartree": ("gradient of the orbitals / E_h", "2e-5 at most"),
    "f_population_of_7": ("4f population of the seven active orbitals", "6.9 at least, 7 for a pure shell"),
    "closed_shell_gap_hartree": ("gap between filled and empty orbitals / E_h", "0.22 at least"),
    "ion_outer_s_population": ("electrons in the ion's 6s shell", "0.8 at most"),
    "mean_of_roots_hartree": ("mean of spin-free roots against orbital energy / E_h", "1e-6 at most"),
    "kramers_degeneracy_cm1": ("splitting of Kramers pairs / cm⁻¹", "1e-4 at most"),
}
"""What a chemist calls a check, and when it passes (`core.qc.engine`)."""


def to_html(outcome: Outcome) -> str:
    """The page; prints on A4, or into a PDF from the browser."""
    record, title = outcome.record, escape(outcome.title)
    said = (barrier_sentence(record), criterion_sentence(record))
    checks = ["<h2>Checks passed</h2>", f"<p>{escape(_checks(record['checks']))}</p>"] if outcome.computed else []
    parts = [
        f"<h1>{title}</h1>",
        f"<p>{escape(_summary(outcome))}</p>",
        *(f"<p>{escape(sentence)}</p>" for sentence in said if sentence),
        "<h2>Levels of the ground multiplet</h2>",
        _levels(record["levels"]["doublets"], criteria_of(record)),
        f'<div class="plots">{molecule_svg(outcome.molecule, record)}{_plots(record)}</div>',
        "<p>The complex without hydrogens, its easy axis, and the ellipsoid of g of the ground level (half axes 0.1 Å "
        "for g = 1, at least 0.28 Å). Arrows between levels: mean transition moments; the thicker, the larger.</p>",
        "<h2>Crystal field</h2>",
        f"<p>{escape(_crystal_field(record['levels']['crystal_field']))}</p>",
        *checks,
        "<h2>Reasons to doubt it</h2>",
        _list(outcome.doubts) or "<p>None beyond the method's own limits.</p>",
        "<h2>Computational details</h2>",
        *(f"<p>{escape(sentence)}</p>" for sentence in outcome.methods),
        _list(outcome.references),
        "<h2>Where it comes from</h2>",
        _list(f"{name}: {value}" for name, value in (*outcome.facts, *outcome.provenance)),
    ]
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _summary(outcome: Outcome) -> str:
    charge = "charge open" if outcome.charge is None else f"charge {outcome.charge:+d}"
    levels = outcome.record["levels"]
    return f"{outcome.molecule.formula}, {charge} · {levels['ion']}(III), {levels['multiplet']} · {outcome.theory}"


def _plots(record: Record) -> str:
    try:
        return barrier_svg(record) + chi_t_svg(record) + magnetisation_svg(record)
    except DomainError:  # Eu: no moment in its ground multiplet
        return barrier_svg(record)


def barrier_sentence(record: Record) -> str:
    """What the run says of a barrier, with the rule behind it."""
    energy, ground = record["barrier_cm1"], record["levels"]["doublets"][0]
    if energy is not None:
        kelvin = energy * KELVIN_PER_CM1
        return f"Barrier, an estimate: {energy:.0f} cm⁻¹ ({kelvin:.0f} K), the {BARRIER_RULE}."
    if not lanthanide(record["levels"]["ion"]).kramers:
        if ground["g"] is None:
            return "No barrier: the ground level is a singlet and carries no moment."
        return (
            f"No barrier is given for an ion with an even number of 4f electrons: its ground pair is split by "
            f"{ground['splitting_cm1']:.2g} cm⁻¹, and tunnels at once where that is more than stray fields undo."
        )
    moment = record["transition_moments_muB"][0][1]
    if moment > TUNNELLING_MOMENT:
        return f"No barrier: the ground doublet itself has a mean transition moment of {moment:.2f} μ_B."
    return f"No barrier by the rule: no doublet has a mean transition moment above {TUNNELLING_MOMENT} μ_B."


def _levels(levels: Sequence[dict[str, Any]], criteria: Sequence[float | None]) -> str:
    """The criteria have a column where the ion has Kramers doublets."""
    heads = ["level", "E / cm⁻¹", "E / K", "splitting / cm⁻¹", "g_x", "g_y", "g_z", "angle / °"]
    heads += ["g_T θ₃ / °", "main |M_J⟩"] if criteria else ["main |M_J⟩"]
    rows = [_row(number, level, criteria[number - 1 : number]) for number, level in enumerate(levels, start=1)]
    lines = [_cells("th", heads), *(_cells("td", row) for row in rows)]
    return f"<table>{''.join(lines)}</table>"


def _row(number: int, level: dict[str, Any], criterion: Sequence[float | None]) -> list[str]:
    energy = level["energy_cm1"]
    g = ["–"] * 3 if level["g"] is None else [f"{value:.4f}" for value in level["g"]]
    split = f"{level['splitting_cm1']:.2g}" if level["splitting_cm1"] else "–"
    angles = ["–" if angle is None else f"{angle:.1f}" for angle in (level["angle_to_ground_deg"], *criterion)]
    cells = [str(number), f"{energy:.1f}", f"{energy * KELVIN_PER_CM1:.1f}", split, *g, *angles]
    return [*cells, weights_text(level["mj_weights"], most=3)]


def _cells(tag: str, values: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(value)}</{tag}>" for value in values) + "</tr>"


def _crystal_field(field: dict[str, Any]) -> str:
    axial = ", ".join(f"B_{k}^0 = {field['magnetic_frame_cm1'][f'B{k}+0']:.4g}" for k in (2, 4, 6))
    return f"{axial} cm⁻¹ in the magnetic frame ({field['convention']}); ranks up to 6 leave {field['residual']:.1%}."


def _checks(found: Mapping[str, float]) -> str:
    parts = [f"{CHECKS[name][0]} {value:.2g} ({CHECKS[name][1]})" for name, value in found.items() if name in CHECKS]
    return "; ".join(parts) + "."


def _list(sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>" if items else ""
