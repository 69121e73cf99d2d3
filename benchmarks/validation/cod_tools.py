"""Our component against cod-tools' cif_molecule: `python -m benchmarks.validation.cod_tools [--crystals 30]`.

Over the shipped examples, over crystals of our own making, each in five descriptions, and (with --environments FOLDER)
over the molecules of a multi-frame ``structures.xyz.gz``; writes benchmarks/results/cod_tools.json. A file agrees
where the formula of the component that we judge is among the formulas of the oracle's molecules.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.harness.crystals import CHANGES, environments, generated
from core.workflows.predict import predict
from tests import cifs, cod_tools

_ROOT = Path(__file__).resolve().parents[2]
_SWITCHES = {
    "the oracle stops at contacts that it takes for bumps; told to go on, it agrees": ["--ignore-bumps"],
    "a stretched bond between the two cut-offs; with our 0.45 Å in place of its 0.35 Å the oracle agrees": [
        "--covalent-sensitivity",
        "0.45",
    ],
    "a stretched bond and a bump; with 0.45 Å, told to go on, the oracle agrees": [
        "--ignore-bumps",
        "--covalent-sensitivity",
        "0.45",
    ],
    "a bond that only 0.9 Å beyond the oracle's radii reaches, which are smaller than ours; then it agrees": [
        "--ignore-bumps",
        "--covalent-sensitivity",
        "0.9",
    ],
}
_RESULTS = _ROOT / "benchmarks" / "results" / "cod_tools.json"


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crystals", type=int, default=30, help="distinct crystals, each in five descriptions")
    parser.add_argument("--environments", type=Path, help="folder with structures.xyz.gz")
    parser.add_argument("--molecules", type=int, default=100, help="how many of them")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    if cod_tools.PROGRAM is None:
        raise SystemExit("cif_molecule is not installed (Debian package cod-tools)")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        files = list(_files(Path(folder), options))
        rows = list(pool.map(_compared, files))
    options.out.write_text(json.dumps(_summary(rows, options), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _files(folder: Path, options: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    for path in sorted((_ROOT / "assets" / "examples").glob("*.cif")):
        yield "example", path
    for number, crystal in enumerate(generated(options.crystals, options.seed)):
        for description, change in CHANGES.items():
            path = folder / f"{crystal.block}-{len(description)}-{number}.cif"
            path.write_bytes(cifs.spell(change(crystal, number), cifs.Spelling(decimals=6)))
            yield description, path
    if options.environments:
        for crystal in environments(options.environments, options.molecules, options.seed):
            path = folder / f"{crystal.block}.cif"
            path.write_bytes(cifs.spell(crystal, cifs.Spelling(decimals=6)))
            yield "environment", path


def _compared(job: tuple[str, Path]) -> dict[str, str]:
    description, path = job
    report = predict(path.read_bytes(), path.name).report
    ours = report.components[report.component - 1].formula if report.components else ""
    theirs = cod_tools.verdict(path)
    outcome = _outcome(ours, theirs)
    row = {
        "file": path.stem,
        "description": description,
        "ours": ours,
        "theirs": " ".join(theirs.formulas),
        "outcome": outcome,
    }
    return row if outcome == "agree" else {**row, "why": _why(path, ours)}


def _why(path: Path, ours: str) -> str:
    """Which of the oracle's own switches makes it agree."""
    for reason, switches in _SWITCHES.items():
        if ours in cod_tools.verdict(path, *switches).formulas:
            return reason
    return "none of the oracle's switches brings agreement"


def _outcome(ours: str, theirs: cod_tools.Verdict) -> str:
    if ours and ours in theirs.formulas:
        return "agree"
    if not theirs.formulas:
        return f"oracle gives none: {theirs.complaint}"
    if theirs.polymer:
        return "oracle: polymer"
    return "formulas differ" if ours else "ours gives none"


def _summary(rows: list[dict[str, str]], options: argparse.Namespace) -> dict[str, object]:
    table: dict[str, Counter[str]] = {}
    for row in rows:
        kind = row["outcome"].split(":")[0]
        table.setdefault(row["description"], Counter())[kind] += 1
    return {
        "what": "formula of the component we judge, among the molecules of cif_molecule (cod-tools)",
        "crystals": options.crystals,
        "molecules_of_environments": options.molecules if options.environments else 0,
        "seed": options.seed,
        "files": len(rows),
        "agree": sum(row["outcome"] == "agree" for row in rows),
        "by_description": {name: dict(counts) for name, counts in table.items()},
        "why_not": dict(Counter(row["why"] for row in rows if "why" in row)),
        "disagreements": [row for row in rows if row["outcome"] != "agree"],
    }


if __name__ == "__main__":
    main()
