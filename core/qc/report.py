"""A record of a run as text that a magnetochemist reads on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any, Final

from core.chem.molecule import hill_formula
from core.magnetism.ions import lanthanide
from core.magnetism.level_table import level_table
from core.qc.kramers import TUNNELLING_MOMENT
from core.qc.tunnelling_barrier import criteria_of, criterion_sentence
from core.units import KELVIN_PER_CM1

BARRIER_RULE: Final = (
    f"energy of the lowest excited doublet whose mean transition moment exceeds {TUNNELLING_MOMENT} μ_B; a rule of "
    "thumb, without phonons"
)

_WIDTH: Final = 110
"""Columns of sentences; the table, whose lines begin with a space, is never broken."""

_SHOWN: Final = (2, 10, 50, 100, 200, 300)
"""Temperatures of χT that the text shows [K]."""

_CHECKS: Final = {
    "orbital_gradient_hartree": "orbital gradient {:.1e} E_h",
    "f_population_of_7": "4f population {:.3f} of 7",
    "closed_shell_gap_hartree": "gap between filled and empty orbitals {:.2f} E_h",
    "ion_outer_s_population": "6s population of the ion {:.2f}",
    "mean_of_roots_hartree": "mean of spin-free roots against orbital energy {:.1e} E_h",
    "kramers_degeneracy_cm1": "Kramers pairs degenerate to {:.1e} cm⁻¹",
}


def as_text(record: Mapping[str, Any]) -> str:
    """The outcome of a run, a result or the reason why there is none, ending in a line break."""
    lines = [_heading(record), ""] if "input" in record else []
    lines += _result(record) if record["status"] == "ok" else [f"No result: {record['reason']}"]
    if record.get("doubts"):
        lines += ["", "Reasons to doubt", *(f"– {doubt['text']}" for doubt in record["doubts"])]
    return "\n".join(line if line.startswith(" ") else fill(line, _WIDTH) for line in lines) + "\n"


def _heading(record: Mapping[str, Any]) -> str:
    given, key = record["input"], record["recipe"]
    return (
        f"{hill_formula(given['elements'])}, charge {given['charge']:+d}. Computed, not measured: engine "
        f"{key['engine']}, preset {key['preset']}, multiplicities {key['multiplicities']}, geometry {key['geometry']}."
    )


def _result(record: Mapping[str, Any]) -> list[str]:
    method, timings, levels = record["method"], record["timings_s"], record["levels"]
    basis = "/".join(method["basis"].values())
    return [
        f"{levels['ion']}(III) {levels['multiplet']}, {method['orbitals']}; spin-orbit: {method['spin_orbit']}; "
        f"ANO-RCC {basis} on ion/donors/rest, {method['functions']} functions.",
        "",
        *level_table(record["levels"]["doublets"], criteria_of(record)),
        "",
        *_barrier(record),
        _chi_t(record["chiT"]),
        _crystal_field(record["levels"]["crystal_field"]),
        f"Checks passed: {_checks(record['checks'])}.",
        f"{timings['total']:.1f} s on {record['input']['threads']} thread(s), {record['memory_mb']:.0f} MB.",
    ]


def _barrier(record: Mapping[str, Any]) -> list[str]:
    """By both rules; nothing for ions without Kramers doublets."""
    said = criterion_sentence(record)
    return [*_barrier_of_moments(record), *([said] if said else [])]


def _barrier_of_moments(record: Mapping[str, Any]) -> list[str]:
    energy = record["barrier_cm1"]
    if energy is not None:
        return [f"Barrier, an estimate: {energy:.0f} cm⁻¹ ({energy * KELVIN_PER_CM1:.0f} K), the {BARRIER_RULE}."]
    if not lanthanide(record["levels"]["ion"]).kramers:
        return []
    moment = record["transition_moments_muB"][0][1]
    if moment > TUNNELLING_MOMENT:
        return [f"No barrier: the ground doublet itself has a mean transition moment of {moment:.2f} μ_B."]
    return [f"No barrier by the rule: no doublet has a mean transition moment above {TUNNELLING_MOMENT} μ_B."]


def _chi_t(table: Mapping[str, list[float]]) -> str:
    pairs = zip(table["T_K"], table["cm3_K_per_mol"], strict=True)
    shown = ", ".join(f"{value:.3f} at {temperature:.0f} K" for temperature, value in pairs if temperature in _SHOWN)
    return f"χT / cm³ K mol⁻¹: {shown}."


def _crystal_field(field: Mapping[str, Any]) -> str:
    axial = ", ".join(f"B{k}0 = {field['magnetic_frame_cm1'][f'B{k}+0']:.4g}" for k in (2, 4, 6))
    return f"Crystal field / cm⁻¹ ({field['convention']}), magnetic frame: {axial}; residual {field['residual']:.1e}."


def _checks(checks: Mapping[str, float]) -> str:
    return ", ".join(_CHECKS.get(name, f"{name} {{:.3g}}").format(value) for name, value in checks.items())
