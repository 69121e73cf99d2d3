"""What each approximation costs, rung by rung: `OMP_NUM_THREADS=1 python -m benchmarks.validation.qc_ladder`.

Five complexes, and a tiny one for which all two-electron integrals can be computed, each with one approximation changed
at a time: the auxiliary functions, the decoupling of X2C, the preset, the spins in the interaction. Writes
benchmarks/results/qc_ladder.json: for each pair of rungs the error of the cheaper in the first gap, and the largest
over the ground multiplet [cm⁻¹], with the seconds of both. A rung that is there is not computed again; `--again`
starts anew.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.harness.complexes import TINY, spec_of
from benchmarks.harness.resumable import Row, Table
from core.errors import KramersError
from core.qc import engine
from core.qc.hamiltonian import Hamiltonian, Spec, build
from core.qc.repulsion import Conventional
from core.qc.request import ENGINE
from core.qc.spin_orbit_states import Multiplicities

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "qc_ladder.json"

COMPLEXES = (
    "[Dy(H2O)5F2]+",
    "[Dy(H2O)5(OH)2]+",
    "[Dy(H2O)5(OPH3)2]3+",
    "[Dy(H2O)5(formamide)2]3+",
    "[Dy(H2O)5(OMe)(DMF)]2+",
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to compute: what differs from the engine's own.

    Attributes:
        preset: basis sets.
        multiplicities: spins in the interaction.
        build: keyword arguments of `core.qc.hamiltonian.build`.
        exact: all two-electron integrals instead of fitted ones.
    """

    preset: str = "standard"
    multiplicities: Multiplicities = Multiplicities.ALL
    build: Mapping[str, Any] = field(default_factory=dict)
    exact: bool = False


RUNGS = {
    "standard": Rung(),
    "fast": Rung(preset="fast"),
    "fine": Rung(preset="fine"),
    "high-spin": Rung(multiplicities=Multiplicities.HIGH_SPIN),
    "X2C of the whole molecule": Rung(build={"x2c": "1e"}),
    "natural 1e-4": Rung(build={"natural": 1e-4}),
    "natural 1e-6": Rung(build={"natural": 1e-6}),
    "even-tempered": Rung(build={"natural": 0.0}),
}
TINY_RUNGS = {
    "fast": Rung(preset="fast"),
    "fast, natural 1e-4": Rung(preset="fast", build={"natural": 1e-4}),
    "fast, natural 1e-6": Rung(preset="fast", build={"natural": 1e-6}),
    "fast, even-tempered": Rung(preset="fast", build={"natural": 0.0}),
    "fast, exact": Rung(preset="fast", exact=True),
}
COMPARISONS = (
    # what, the cheaper, the better
    ("auxiliary functions, the engine's own", "standard", "even-tempered"),
    ("auxiliary functions, ten times coarser", "natural 1e-4", "even-tempered"),
    ("auxiliary functions, ten times finer", "natural 1e-6", "even-tempered"),
    ("X2C of one centre", "standard", "X2C of the whole molecule"),
    ("preset fast", "fast", "fine"),
    ("preset standard", "standard", "fine"),
    ("high spin alone", "high-spin", "standard"),
    ("density fitting, the engine's own", "fast", "fast, exact"),
    ("density fitting, ten times coarser", "fast, natural 1e-4", "fast, exact"),
    ("density fitting, ten times finer", "fast, natural 1e-6", "fast, exact"),
    ("density fitting, even-tempered", "fast, even-tempered", "fast, exact"),
)


def main() -> None:
    """Computes what the table lacks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=(*COMPLEXES, TINY), default=[TINY, *COMPLEXES])
    parser.add_argument("--rungs", nargs="*", choices=(*RUNGS, *TINY_RUNGS), default=[*RUNGS, *TINY_RUNGS])
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    table = Table(options.out, summary, keep=lambda row: bool(row["engine"] == ENGINE), again=options.again)
    for name in options.only:
        for title, rung in (TINY_RUNGS if name == TINY else RUNGS).items():
            if title in options.rungs and f"{name}, {title}" not in table:
                row = rung_row(name, title, rung)
                table.put(f"{name}, {title}", row)
                print(f"{name}, {title}: {row['status']} in {row['wall_s']} s", flush=True)


def rung_row(name: str, title: str, rung: Rung) -> Row:
    """Levels and seconds, or the reason why not."""
    head = {"complex": name, "rung": title, "engine": ENGINE}
    spec = spec_of(name, rung.preset)
    begun = time.perf_counter()
    try:
        outcome = _levels(spec, rung)
    except KramersError as error:
        outcome = {"status": "failed", "reason": error.sentence}
    return {**head, **outcome, "wall_s": round(time.perf_counter() - begun, 2)}


def _levels(spec: Spec, rung: Rung) -> Row:
    # `verify` offers no such choices: they are no choices for a chemist
    with patch.object(engine, "build", _exact if rung.exact else partial(build, **rung.build)):
        result = engine.verify(spec, rung.multiplicities)
    return {
        "status": "converged",
        "functions": result.functions,
        "auxiliary": result.auxiliary,
        "levels_cm1": result.levels.energies.round(4).tolist(),
        "timings_s": {stage: round(seconds, 2) for stage, seconds in result.timings.items()},
    }


def _exact(spec: Spec, *, memory_mb: int = 4000) -> Hamiltonian:
    """The same Hamiltonian with all two-electron integrals."""
    fitted = build(spec, memory_mb=memory_mb)
    repulsion: Any = Conventional(fitted.mol)
    return replace(fitted, repulsion=repulsion, field=replace(fitted.field, repulsion=repulsion))


def summary(rows: Sequence[Row]) -> Row:
    """The errors of every comparison, by complex and the largest of all."""
    done = {(row["complex"], row["rung"]): row for row in rows if row["status"] == "converged"}
    names = list(dict.fromkeys(row["complex"] for row in rows))
    ladder = []
    for what, cheaper, better in COMPARISONS:
        pairs = {name: (done.get((name, cheaper)), done.get((name, better))) for name in names}
        errors = {name: _errors(a, b) for name, (a, b) in pairs.items() if a is not None and b is not None}
        if errors:
            ladder.append({"what": what, "rung": cheaper, "against": better, **_largest(errors), "complexes": errors})
    return {"what": "errors of approximations, one at a time", "engine": ENGINE, "ladder": ladder}


def _errors(cheaper: Row, better: Row) -> Row:
    apart = np.array(cheaper["levels_cm1"]) - np.array(better["levels_cm1"])
    second = _second_line(np.array(better["levels_cm1"]))
    return {
        "first_gap_cm1": round(float(apart[second]), 3),
        "multiplet_cm1": round(float(np.abs(apart).max()), 3),
        "wall_s": [cheaper["wall_s"], better["wall_s"]],
    }


def _second_line(levels: np.ndarray) -> int:
    """Index of the first state above the ground doublet."""
    return int(np.flatnonzero(levels > 1e-3)[0])


def _largest(errors: Mapping[str, Row]) -> Row:
    return {key: max(abs(row[key]) for row in errors.values()) for key in ("first_gap_cm1", "multiplet_cm1")}


if __name__ == "__main__":
    main()
