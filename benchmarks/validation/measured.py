"""Measured barriers beside every prediction.

    OMP_NUM_THREADS=1 python -m benchmarks.validation.measured --simdavis FILE --measured FOLDER

FILE is SIMDAVIS (`core.learned.simdavis`), FOLDER holds crystals and geometries of reported magnets and Chilton's
table; neither is part of this repository, nor is a barrier in them. The complexes are those of
`benchmarks.validation.measured_complexes`. The electrostatic model, the network, its control and the literature's trees
judge them; the engine computes them, whole ligands, the smallest first, with `standard`, or with `fast` where
`standard` is estimated above --minutes. Every row is written to benchmarks/results/measured.json when it is made, and a
second call goes on. At the end docs/measured.md and what About shows are written
(`benchmarks.validation.measured_page`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.harness.resumable import Row, Table
from benchmarks.validation.measured_complexes import SUBJECTS, Build, Case, Subject, case_of
from core.errors import KramersError
from core.learned.verdict import ModelEstimate, verdict
from core.qc.cost import estimate, functions_of
from core.qc.engine import Verification, verify
from core.qc.record import to_dict
from core.qc.request import ENGINE

RESULTS: Final = Path(__file__).resolve().parents[1] / "results" / "measured.json"
MODELS: Final = ("electrostatic", "voxel", "invariant")
MEMORY_MB: Final = 3000

SMALL: Final = 500
"""Basis functions up to which a complex that needs no building is computed before the others are built."""


def main() -> None:
    """Judges, computes, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simdavis", type=Path, required=True, metavar="FILE", help="SIMDAVIS_dataset.tsv")
    parser.add_argument("--measured", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--minutes", type=float, default=20.0, help="estimated time above which the preset is fast")
    parser.add_argument("--stop-after", type=float, default=None, metavar="MINUTES", help="begin no run after so long")
    parser.add_argument("--page-only", action="store_true", help="compute nothing, write page and figure anew")
    options = parser.parse_args()
    if not options.page_only:
        end = None if options.stop_after is None else time.monotonic() + 60 * options.stop_after
        fill(options.out, options.measured, 60 * options.minutes, end)
    from benchmarks.validation.measured_page import (
        write_page,  # its figure wants a browser, which a computation does not
    )

    write_page(options.out, options.simdavis, options.measured)


def fill(out: Path, folder: Path, most_seconds: float, end: float | None) -> None:
    """All rows that are missing.

    Args:
        out: the table.
        folder: of the measured files.
        most_seconds: estimated time above which the preset is `fast` [s].
        end: `time.monotonic()` after which no run of the engine is begun.
    """
    table = Table(out, summary, keep=lambda row: "not_made" not in row)  # which are tried again
    ready = [subject for subject in SUBJECTS if not isinstance(subject.geometry, Build)]
    cases = judge_all(table, ready, folder)
    small = {name: case for name, case in cases.items() if _size(case) <= SMALL}
    compute_all(table, small, most_seconds, end)
    cases |= judge_all(table, [subject for subject in SUBJECTS if subject not in ready], folder)
    compute_all(table, {name: case for name, case in cases.items() if name not in small}, most_seconds, end)


def judge_all(table: Table, subjects: Sequence[Subject], folder: Path) -> dict[str, Case]:
    """Rows of the models for what has none; the complexes, by name, whose levels are still to be computed."""
    cases: dict[str, Case] = {}
    for subject in subjects:
        if subject.name in table and "engine" in table[subject.name]:
            continue
        try:
            cases[subject.name] = case_of(subject, folder)
        except KramersError as error:
            table.put(subject.name, {"ion": subject.ion, "not_made": error.sentence})
            print(subject.name, error.sentence, flush=True)
            continue
        if subject.name not in table:
            table.put(subject.name, {"ion": subject.ion, **judged(cases[subject.name])})
            print(table[subject.name], flush=True)
    return cases


def compute_all(table: Table, cases: Mapping[str, Case], most_seconds: float, end: float | None) -> None:
    """Rows of the engine, the smallest complex first."""
    for name, case in sorted(cases.items(), key=lambda item: _size(item[1])):
        if end is not None and time.monotonic() > end:
            return
        engine = computed(case, most_seconds)
        known = {key: value for key, value in table[name].items() if key != "key"}
        table.put(name, {**known, "engine": engine})
        print(name, engine, flush=True)


def _size(case: Case) -> int:
    try:
        return functions_of(case.spec("standard"))
    except KramersError:  # an element without a basis: said at once
        return 0


def judged(case: Case) -> Row:
    """What the models of the card say."""
    said = verdict(case.around, case.reason)
    literature = case.literature
    return {
        "geometry": case.made,
        "atoms": len(case.around.elements) + 1,
        "donors": case.around.signature,
        "charge": case.charge,
        "refused": said.reason,
        **{name: _opinion(getattr(said, name)) for name in MODELS},
        "literature": None
        if literature is None
        else {"p_slow": round(literature.p_slow, 3), "ueff_K": round(literature.barrier, 1)},
    }


def _opinion(opinion: ModelEstimate | None) -> dict[str, Any] | None:
    return None if opinion is None else {"p_smm": round(opinion.p_smm, 3), "gap_cm1": round(opinion.gap, 1)}


def computed(case: Case, most_seconds: float) -> dict[str, Any]:
    """Levels of the engine, or why there are none."""
    began = time.process_time()
    try:
        preset = "standard"
        if estimate(case.spec(preset), 1, MEMORY_MB).seconds > most_seconds:
            preset = "fast"
        result = verify(case.spec(preset), memory_mb=MEMORY_MB)
    except KramersError as error:
        return {"refused": error.sentence}
    return {"preset": preset, **_levels(result), "processor_s": round(time.process_time() - began)}


def _levels(result: Verification) -> dict[str, Any]:
    record, kramers = to_dict(result), result.spec.ion.kramers
    levels = result.levels.energies
    doublets = record["levels"]["doublets"]
    return {
        "functions": result.functions,
        "levels_cm1": [round(float(x), 1) for x in (levels[::2] if kramers else levels)],
        "gap_cm1": round(float(levels[2] - (0 if kramers else levels[0])), 1),
        "splitting_cm1": None if kramers else round(float(levels[1] - levels[0]), 3),
        "g": [[round(x, 4) for x in doublet["g"]] if doublet["g"] else None for doublet in doublets],
        "angles_deg": [_rounded(doublet["angle_to_ground_deg"]) for doublet in doublets],
        "ground_moment_muB": round(record["transition_moments_muB"][0][1], 6),
        "barrier_cm1": _rounded(record["barrier_cm1"]),
        "criterion_barrier_cm1": _rounded(record["criterion_barrier_cm1"]),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def summary(rows: Sequence[Row]) -> Row:
    """What stands above the rows."""
    runs = [row["engine"] for row in rows if "engine" in row]
    return {
        "what": "complexes with a reported barrier, by every model; the barriers themselves stand elsewhere",
        "engine": f"{ENGINE}, all determinants, whole ligands",
        "complexes": len(rows),
        "judged": sum("geometry" in row for row in rows),
        "computed": sum("gap_cm1" in run for run in runs),
        "processor_s": sum(run.get("processor_s", 0) for run in runs),
    }


if __name__ == "__main__":
    main()
