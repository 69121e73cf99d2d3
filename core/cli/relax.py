"""``kramers relax``: ac data to relaxation times, and those to a barrier."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.cli.compare import read_bytes, read_record
from core.errors import InputError, KramersError, UnreadableFile
from core.magnetism.ac import AcPoint, DebyeFit, fit_isotherms
from core.magnetism.fitting import Estimate
from core.magnetism.relaxation import RelaxationFit, Term, fit_rates, rates_of
from core.qc.measured import read_measured
from core.qc.quantum_design import is_quantum_design, read_quantum_design
from core.qc.sample import Sample
from core.schema.results import SCHEMA_VERSION
from core.units import KELVIN_PER_CM1

_log = logging.getLogger("kramers")

_COLUMN = 23

_TERMS = ",".join(term.value for term in Term)


def register(commands: Any) -> None:
    """``kramers relax``."""
    relax = commands.add_parser("relax", help="fit ac data: relaxation times, U_eff, Raman, tunnelling")
    relax.add_argument("file", type=Path, metavar="AC", help="CSV with T, f, chi', chi'', or .dat of Quantum Design")
    relax.add_argument("--terms", default="orbach,raman,qtm", metavar="LIST", help=f"of {_TERMS} (orbach,raman,qtm)")
    relax.add_argument("--field", type=float, metavar="T", help="static field, where the file has several [T]")
    relax.add_argument("--mass", type=float, metavar="MG", help="of the sample, for .dat")
    relax.add_argument(
        "--molar-mass", type=float, metavar="G_PER_MOL", help="of one complex with its solvent, for .dat"
    )
    relax.add_argument("--diamagnetism", metavar="CM3_PER_MOL", help="negative, or “estimate”; default: none taken off")
    relax.add_argument("--beside", type=Path, metavar="OURS.json", help="verification whose barrier is shown beside")
    relax.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    relax.set_defaults(run=_relax)


def _relax(options: argparse.Namespace) -> int:
    try:
        terms = terms_of(options.terms)
        points = _at_field(_points(options), options.field)
        fits, missing = fit_isotherms(points)
        predicted = {} if options.beside is None else _barriers(read_record(options.beside))
    except KramersError as error:
        _log.error("kramers relax: %s", error.sentence)
        return 1
    try:
        fit, why_not = fit_rates(rates_of(fits), terms), ""
    except KramersError as error:
        fit, why_not = None, error.sentence
    if options.json:
        sys.stdout.write(_as_json(fits, missing, fit, why_not, predicted) + "\n")
    else:
        sys.stdout.write(_as_text(fits, missing, fit, why_not, predicted))
    return 1 if fit is None else 0


def terms_of(text: str) -> tuple[Term, ...]:
    """``orbach,raman`` as terms.

    Raises:
        InputError: another word.
    """
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    known = {term.value: term for term in Term}
    if not words or not set(words) <= set(known):
        raise InputError("these are no ways to relax.", where="--terms", advice=f"Choose from {_TERMS}.")
    return tuple(known[word] for word in words)


def _points(options: argparse.Namespace) -> tuple[AcPoint, ...]:
    data = read_bytes(options.file)
    points = read_quantum_design(data, _sample(options)).ac if is_quantum_design(data) else read_measured(data).ac
    if not points:
        raise UnreadableFile(
            "there are no ac data in it.", where=options.file.name, advice="They need T, f, chi', chi''."
        )
    return points


def _sample(options: argparse.Namespace) -> Sample:
    if options.mass is None or options.molar_mass is None:
        raise InputError("a file of Quantum Design holds moments in emu.", advice="Give --mass and --molar-mass.")
    if options.diamagnetism == "estimate":
        return Sample.with_estimate(options.mass, options.molar_mass)
    try:
        value = None if options.diamagnetism is None else float(options.diamagnetism)
    except ValueError:
        raise InputError("this is no number.", where="--diamagnetism", advice="Give cm³/mol, or “estimate”.") from None
    return Sample(options.mass, options.molar_mass, value)


def _at_field(points: Sequence[AcPoint], field: float | None) -> list[AcPoint]:
    if field is None:
        return list(points)
    found = [point for point in points if point.field is not None and abs(point.field - field) < 0.002]
    if not found:
        raise InputError(f"the file has no points at {field:g} T.", where="--field")
    return found


def _barriers(record: dict[str, Any]) -> dict[str, float]:
    """Predicted barriers by name [cm⁻¹]."""
    named = {"moments": record.get("barrier_cm1"), "criterion": record.get("criterion_barrier_cm1")}
    return {name: float(value) for name, value in named.items() if isinstance(value, int | float)}


def _as_json(
    fits: Sequence[DebyeFit],
    missing: Sequence[str],
    fit: RelaxationFit | None,
    why_not: str,
    predicted: dict[str, float],
) -> str:
    record = {
        "schema": SCHEMA_VERSION,
        "kind": "relaxation",
        "debye": [found.to_dict() for found in fits],
        "not_fitted": list(missing),
        "relaxation": None if fit is None else fit.to_dict(),
        "why_not": why_not,
        "predicted_barrier_cm1": predicted,
    }
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def _as_text(
    fits: Sequence[DebyeFit],
    missing: Sequence[str],
    fit: RelaxationFit | None,
    why_not: str,
    predicted: dict[str, float],
) -> str:
    lines = ["    T/K" + "".join(head.rjust(_COLUMN) for head in ("τ/s", "α", "χ_T/cm³mol⁻¹", "χ_S/cm³mol⁻¹"))]
    for found in fits:
        cells = (found.time, found.width, found.isothermal, found.adiabatic)
        row = f"{found.temperature:7.2f}" + "".join(number(cell).rjust(_COLUMN) for cell in cells)
        lines.append(f"{row}  {'not used: ' + found.why_not if found.why_not else ''}".rstrip())
    lines += [f"– {sentence}" for sentence in missing] + [""]
    if fit is None:
        return "\n".join([*lines, why_not]) + "\n"
    lines += [f"{name:10s} {number(estimate)}" for name, estimate in fit.parameters.items()]
    if fit.barrier_cm1 is not None:
        lines.append(f"U_eff/cm⁻¹ {number(fit.barrier_cm1)}")
    lines += [
        f"computed barrier by {name}: {cm1:.0f} cm⁻¹ = {cm1 * KELVIN_PER_CM1:.0f} K" for name, cm1 in predicted.items()
    ]
    lines += [f"reduced χ² of ln τ: {fit.reduced_chi_square:.2f}", *(f"– {note}" for note in fit.notes)]
    return "\n".join(lines) + "\n"


def number(estimate: Estimate) -> str:
    """Value and error with two digits of it; without an error four digits."""
    if estimate.error is None:
        return f"{estimate.value:.4g}"
    return f"{estimate.value:.4g} ± {estimate.error:.2g}"
