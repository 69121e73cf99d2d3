"""Barriers as others measured them, beside ours, and how well the two agree. Barriers are read, never written."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.stats import spearmanr

from benchmarks.validation.measured_complexes import CHILTON, SUBJECTS, Source, Subject
from core.arrays import FloatArray
from core.errors import InputError
from core.learned.simdavis import Sample, read_simdavis
from core.units import KELVIN_PER_CM1
from training.motifs.landmarks import entries

DRAWS: Final = 2000
"""Draws of complexes behind an interval."""

GAPS: Final = {
    "electrostatic": "electrostatic model",
    "voxel": "voxel network",
    "invariant": "invariant control",
    "literature": "literature prior",
    "engine": "engine, first gap",
    "engine_criterion": "engine, tunnelling criterion",
}
"""What is compared with a barrier, and its name."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What was measured.

    Attributes:
        barrier: U_eff [cm⁻¹], the geometric mean over salts of one cation; None where none is reported.
        field: whether it was measured in a field (of the first sample).
        diluted: whether it was measured on a diluted sample.
        slow: slow relaxation in zero field; None where nothing is said of it.
        hysteresis: highest temperature with an open loop [K]; None where none is reported.
    """

    barrier: float | None
    field: bool
    diluted: bool
    slow: bool | None
    hysteresis: float | None


def truths(simdavis: Path, folder: Path) -> dict[str, Truth]:
    """What was measured of each complex, by its name.

    Raises:
        KramersError: a file is missing or not the one meant.
    """
    samples = {sample.number: sample for sample in read_simdavis(simdavis)}
    chilton = _chilton(folder)
    return {subject.name: truth_of(subject, samples, chilton) for subject in SUBJECTS}


def _chilton(folder: Path) -> dict[int, float]:
    """U_eff [cm⁻¹] by the number of the row."""
    found = sorted(folder.rglob(CHILTON))
    if not found:
        raise InputError(f"{folder} holds no {CHILTON}.")
    with found[0].open(encoding="utf-8", newline="") as file:
        return {int(row["index"]): float(row["u_eff_cm1"]) for row in csv.DictReader(file)}


def truth_of(subject: Subject, samples: Mapping[int, Sample], chilton: Mapping[int, float]) -> Truth:
    """Of one complex.

    Raises:
        InputError: a number in SIMDAVIS belongs to another sample.
    """
    source = subject.source
    if source.samples:
        return _of_samples([_sample(subject, source, k, samples) for k in range(len(source.samples))])
    if source.chilton:
        return Truth(chilton[source.chilton], field=False, diluted=False, slow=None, hysteresis=None)
    entry = next(entry for entry in entries() if entry.id == source.landmark)
    return Truth(entry.barrier_cm1, field=False, diluted=False, slow=entry.verdict, hysteresis=None)


def _sample(subject: Subject, source: Source, number: int, samples: Mapping[int, Sample]) -> Sample:
    sample = samples.get(source.samples[number])
    if sample is None or (sample.doi, sample.sight.ion) != (source.doi[number], subject.ion):
        raise InputError(
            f"sample {source.samples[number]} is not {subject.name} of doi:{source.doi[number]}.",
            where="SIMDAVIS",
            advice="Take the table of the paper, unchanged.",
        )
    return sample


def _of_samples(samples: Sequence[Sample]) -> Truth:
    barriers = [sample.barrier for sample in samples if sample.barrier is not None]
    loops = [sample.hysteresis for sample in samples if sample.hysteresis is not None]
    first = samples[0]
    return Truth(
        barrier=float(np.exp(np.mean(np.log(barriers)))) / KELVIN_PER_CM1 if barriers else None,
        field=first.field is not None,
        diluted=bool(first.sight.diluted),
        slow=first.slow,
        hysteresis=max(loops, default=None),
    )


def said(row: Mapping[str, Any], who: str) -> float | None:
    """What a model or the engine sets against a barrier [cm⁻¹]; None where it does not answer."""
    if who == "literature":
        found = row.get(who)
        return None if found is None else float(found["ueff_K"]) / KELVIN_PER_CM1
    if who.startswith("engine"):
        found = row.get("engine", {})
        value = found.get("gap_cm1" if who == "engine" else "criterion_barrier_cm1")
    else:
        value = (row.get(who) or {}).get("gap_cm1")
    return None if value is None else float(value)


def agreement(ours: FloatArray, measured: FloatArray, seed: int = 18) -> dict[str, Any]:
    """How (n,) figures of ours agree with (n,) measured barriers [cm⁻¹].

    Returns:
        Spearman's ρ with the 95 % interval of `DRAWS` draws of complexes; the mean absolute error [cm⁻¹]; the median
        of ours/measured; the median factor between them, whichever is larger; the share within a factor of two.
    """
    ratio = np.log2(np.maximum(ours, 1.0) / measured)
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        rows = random.integers(len(ours), size=len(ours))
        if len(np.unique(ours[rows])) > 1 and len(np.unique(measured[rows])) > 1:
            drawn.append(_rho(ours[rows], measured[rows]))
    return {
        "complexes": len(ours),
        "spearman": round(_rho(ours, measured), 2),
        "spearman_95": [round(float(end), 2) for end in np.quantile(drawn, (0.025, 0.975))],
        "mean_abs_error_cm1": round(float(np.abs(ours - measured).mean())),
        "median_ratio": round(float(2 ** np.median(ratio)), 2),
        "median_factor": round(float(2 ** np.median(np.abs(ratio))), 2),
        "within_a_factor_of_two": round(float((np.abs(ratio) <= 1).mean()), 2),
    }


def lead(ours: FloatArray, others: FloatArray, measured: FloatArray, seed: int = 18) -> tuple[float, float, float]:
    """Spearman's ρ of (n,) figures less that of (n,) others against (n,) barriers, and its 95 % interval by drawing
    complexes."""
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        rows = random.integers(len(ours), size=len(ours))
        if min(len(np.unique(column[rows])) for column in (ours, others, measured)) > 1:
            drawn.append(_rho(ours[rows], measured[rows]) - _rho(others[rows], measured[rows]))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return _rho(ours, measured) - _rho(others, measured), float(low), float(high)


def _rho(ours: FloatArray, measured: FloatArray) -> float:
    return float(spearmanr(ours, measured).statistic)


def compared(
    rows: Mapping[str, Mapping[str, Any]], truth: Mapping[str, Truth], who: str, names: Sequence[str]
) -> tuple[list[str], FloatArray, FloatArray]:
    """Complexes of `names` of which both sides say something, ours and measured [cm⁻¹]."""
    kept = [name for name in names if said(rows[name], who) is not None and truth[name].barrier is not None]
    ours = np.array([said(rows[name], who) for name in kept], dtype=np.float64)
    return kept, ours, np.array([truth[name].barrier for name in kept], dtype=np.float64)
