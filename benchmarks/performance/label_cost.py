"""What a label costs, stage by stage: `OMP_NUM_THREADS=1 python -m benchmarks.performance.label_cost [--before
FOLDER]`.

Three complexes of 224, 302 and 420 functions with the preset `standard` and all determinants, each in a process of its
own, one thread: processor seconds of each stage, of the whole, and the levels. With --before, the root of another
checkout of Kramers, each complex is computed by its code too, the two in turn. Writes
benchmarks/results/label_cost.json. Time it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.harness.resumable import Table

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = _ROOT / "benchmarks" / "results" / "label_cost.json"

WHAT = "processor seconds of a label, preset standard, one thread"

FROM_PILOT = {"OPH3": "phosphine oxide, geometry", "OPMe3": "trimethylphosphine oxide, geometry"}
FROM_LABELS = {"N=C(tBu)2, anion": "CC(C)(C)C(=[N-])C(C)(C)C 5"}


def main() -> None:
    """Runs the complexes and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, help="root of another checkout")
    names = (*FROM_PILOT, *FROM_LABELS)
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    codes = {"before": options.before, "now": _ROOT} if options.before else {"now": _ROOT}
    table = Table(options.out, lambda rows: {"what": WHAT})
    for name in options.only:
        row: dict[str, Any] = {code: _in_a_process(root, complexes()[name]) for code, root in codes.items()}
        if options.before:
            pairs = zip(row["before"]["levels_cm1"], row["now"]["levels_cm1"], strict=True)
            row["largest_difference_cm1"] = round(max(abs(a - b) for a, b in pairs), 5)
            row["times_as_fast"] = round(row["before"]["seconds"]["all"] / row["now"]["seconds"]["all"], 2)
        table.put(name, row)
        print(name, {code: row[code]["seconds"] for code in codes}, flush=True)


def complexes() -> dict[str, dict[str, Any]]:
    """What is computed, as `core.qc.request.read_request` takes it."""
    pilot = json.loads((_RESULTS.parent / "pilot.json").read_text(encoding="utf-8"))["rows"]
    built = {row["key"]: row for row in pilot}
    found = {
        name: {key: built[row][key] for key in ("elements", "positions_A", "charge", "donors")}
        for name, row in FROM_PILOT.items()
    }
    lines = (_ROOT / "assets" / "labels" / "gaps.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {row["key"]: row for row in map(json.loads, lines)}
    for name, key in FROM_LABELS.items():
        row = labels[key]
        flat = [x / 1000 for x in row["positions"]]
        positions = [flat[k : k + 3] for k in range(0, len(flat), 3)]
        elements = row["elements"].split()
        found[name] = {
            "elements": elements, "positions_A": positions, "charge": row["charge"], "donors": row["donors"]
        }  # fmt: skip
    return found


def _in_a_process(root: Path, spec: dict[str, Any]) -> dict[str, Any]:
    """`measured` by the code of a checkout."""
    code = f"import runpy; runpy.run_path({str(Path(__file__))!r})['told']()"
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    surroundings = {**os.environ, **dict.fromkeys(names, "1"), "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=json.dumps(spec), capture_output=True, text=True, cwd=root, env=surroundings)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout))


def told() -> None:
    """In such a process: from standard input to standard output."""
    sys.stdout.write(json.dumps(measured(sys.stdin.read())))


def measured(text: str) -> dict[str, Any]:
    """Processor seconds of the stages of a request, and what came out."""
    from core.qc.engine import verify
    from core.qc.request import read_request

    marks: list[tuple[str, float]] = []

    def progress(stage: str, fraction: float) -> None:
        name = stage.split(",")[0]
        if not marks or marks[-1][0] != name:
            marks.append((name, time.process_time()))

    result: Any = verify(read_request(text).spec, progress=progress)
    levels = result.multiplet.levels if hasattr(result, "multiplet") else result.levels.energies  # old code, new code
    ends = [*(begun for _, begun in marks[1:]), time.process_time()]
    seconds = {name: round(end - begun, 1) for (name, begun), end in zip(marks, ends, strict=True)}
    return {
        "functions": result.functions,
        "auxiliary": result.auxiliary,
        "builds": result.orbitals.builds,
        "seconds": {**seconds, "all": round(ends[-1] - marks[0][1], 1)},
        "levels_cm1": levels[::2].round(4).tolist(),  # one a Kramers doublet: all of them are of Dy
    }


if __name__ == "__main__":
    main()
