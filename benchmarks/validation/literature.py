"""Complexes we build against published crystal structures: `OMP_NUM_THREADS=1 python -m
benchmarks.validation.literature`.

Reads benchmarks/validation/literature_pbpy7.json, builds every complex in it, writes benchmarks/results/literature.json
and the tables between the markers of docs/build-geometries.md. The basis of a crystal's figures is ``read``, with DOI,
address and passage, or ``memory``; only figures that were read enter the mean absolute errors.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.chem.build.checks import RejectedComplex
from core.chem.build.complex import PROTOCOL, BuiltComplex, build_complex
from core.chem.build.geometry import complex_geometry
from core.chem.ligand.ligand import ligand_from_text

_HERE = Path(__file__).resolve().parent
SOURCE = _HERE / "literature_pbpy7.json"
RESULTS = _HERE.parent / "results" / "literature.json"
DOCS = _HERE.parents[1] / "docs" / "build-geometries.md"
BEGIN, END = "<!-- written by benchmarks.validation.literature: begin -->", "<!-- end -->"

QUANTITIES = {
    # key: heading, digits shown
    "axial": ("Dy–L [Å]", 2),
    "equatorial": ("Dy–equatorial [Å]", 2),
    "axial_angle": ("L–Dy–L [°]", 0),
    "donor_angle": ("Dy–D–X [°]", 0),
}
"""Each a mean over the complex; of two different axial ligands the first alone is compared."""


@dataclass(frozen=True, slots=True)
class Published:
    """One complex of the literature.

    Attributes:
        axial, second: SMILES of the ligands on the axis; `second` is None where they are equal.
        equatorial: one of `core.chem.build.complex.EQUATORIAL`.
        basis: ``read``, ``memory`` or ``none``.
        figures: by key of QUANTITIES, those that are known [Å, °].
    """

    name: str
    axial: str
    second: str | None
    equatorial: str
    basis: str
    figures: Mapping[str, float]


def published(source: Mapping[str, Any]) -> tuple[Published, ...]:
    """The complexes of the file.

    Raises:
        ValueError: figures without a basis, or read ones without DOI and passage.
    """
    return tuple(_published(entry) for entry in source["complexes"])


def _published(entry: Mapping[str, Any]) -> Published:
    crystal = entry["crystal"] or {"basis": "none"}
    basis = crystal["basis"]
    if basis not in ("read", "memory", "none"):
        raise ValueError(f"{entry['name']}: figures are read or from memory, not {basis!r}.")
    if basis == "read" and not (entry["doi"] and crystal.get("passage")):
        raise ValueError(f"{entry['name']}: figures that were read need a DOI and the passage.")
    figures = {key: float(crystal[key]) for key in QUANTITIES if key in crystal}
    return Published(entry["name"], entry["axial"], entry.get("second"), entry["equatorial"], basis, figures)


def compared(entry: Published) -> dict[str, Any]:
    """Build one complex; ours, the crystal's, and ours minus the crystal's where that was read."""
    started = time.perf_counter()
    outcome, ours = _ours(entry)
    row: dict[str, Any] = {"basis": entry.basis, "outcome": outcome, "ours": ours, "crystal": dict(entry.figures)}
    if entry.basis == "read":
        row["difference"] = {key: round(ours[key] - value, 3) for key, value in entry.figures.items() if key in ours}
    return {**row, "seconds": round(time.perf_counter() - started, 1)}


def _ours(entry: Published) -> tuple[str, dict[str, float]]:
    second = None if entry.second is None else ligand_from_text(entry.second)
    try:
        built = build_complex(ligand_from_text(entry.axial), second, equatorial=entry.equatorial)
    except RejectedComplex as rejection:
        return f"{rejection.flaw.value}: {rejection.what}", {}
    return "accepted", measured(built, alike=second is None)


def measured(built: BuiltComplex, alike: bool) -> dict[str, float]:
    """Means over both axial ligands, or over the first where they differ [Å, °]."""
    geometry = complex_geometry(built)
    donors = built.axial_donors[: 2 if alike else 1]
    angles = [angle.degrees for angle in geometry.donor_angles if angle.donor in donors]
    means = {
        "axial": statistics.mean(geometry.axial[: len(donors)]),
        "equatorial": statistics.mean(geometry.equatorial),
        "axial_angle": geometry.axial_angle,
        "donor_angle": statistics.mean(angles),
    }
    return {key: round(value, 3) for key, value in means.items()}


def mean_absolute_errors(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """By quantity, over the complexes whose figures were read: the mean absolute error and how many there are."""
    differences = [row["difference"] for row in rows if row["basis"] == "read"]
    found = {key: [abs(row[key]) for row in differences if key in row] for key in QUANTITIES}
    return {key: {"value": round(statistics.mean(v), 3), "of": len(v)} for key, v in found.items() if v}


def tables(source: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """What stands between the markers."""
    return "\n\n".join((_count(source, record), _crystals(record), _errors(record), _neighbours(source, record)))


def _count(source: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    rows, searched = record["complexes"].values(), source["searched"]
    number = {basis: sum(row["basis"] == basis for row in rows) for basis in ("read", "memory", "none")}
    accepted = sum(row["outcome"] == "accepted" for row in rows)
    return (
        f"Figures read in a text: **{number['read']} complexes of the {source['aim']} aimed at** (from memory: "
        f"{number['memory']}, which do not count; neither: {number['none']}), after {searched['by_meaning']} searches "
        f"by meaning and {searched['by_exact_string']} for exact strings on {searched['date']}, in "
        f"{searched['where']}. Protocol `{record['protocol']}`; {accepted} of {len(rows)} complexes accepted."
    )


def _crystals(record: Mapping[str, Any]) -> str:
    head = ["complex", *(heading for heading, _ in QUANTITIES.values())]
    rows = [_row(name, row) for name, row in record["complexes"].items()]
    return "Ours / crystal; in brackets: from memory.\n\n" + _table(head, rows)


def _row(name: str, row: Mapping[str, Any]) -> list[str]:
    if row["outcome"] != "accepted":
        return [f"{name}: **rejected**, {row['outcome']}", *(_cell(row, key) for key in QUANTITIES)]
    return [name, *(_cell(row, key) for key in QUANTITIES)]


def _cell(row: Mapping[str, Any], key: str) -> str:
    crystal = _shown(row["crystal"], key)
    return f"{_shown(row['ours'], key)} / {f'({crystal})' if row['basis'] == 'memory' and crystal != '–' else crystal}"


def _shown(figures: Mapping[str, float], key: str) -> str:
    return f"{figures[key]:.{QUANTITIES[key][1]}f}" if key in figures else "–"


def _errors(record: Mapping[str, Any]) -> str:
    errors = record["mean_absolute_error"]
    if not errors:
        return "Mean absolute errors: **none can be given**, since no figure was read."
    said = (f"{QUANTITIES[key][0]} {error['value']:.3f} ({error['of']} complexes)" for key, error in errors.items())
    return f"Mean absolute errors: {'; '.join(said)}."


def _neighbours(source: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    head = ["read, of a neighbour of the family", "figure", "ours beside it", "differs by", "where it was read"]
    return "Outside the averages:\n\n" + _table(head, [_neighbour(n, record) for n in source["neighbours"]])


def _neighbour(neighbour: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
    key = neighbour["quantity"]
    ours = [record["complexes"][name]["ours"] for name in neighbour["beside"]]
    said = ", ".join(_shown(figures, key) for figures in ours)
    doi = f", doi:{neighbour['doi']}" if neighbour["doi"] else " (the text gives no DOI)"
    where = f"{neighbour['paper']}{doi}; {neighbour['read']}: “{neighbour['passage']}”"
    return [neighbour["what"], _shown({key: neighbour["value"]}, key), said, neighbour["differs"], where]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def replaced(page: str, block: str) -> str:
    """The page with the block between its markers."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{block}\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Builds, compares, writes."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    source = json.loads(SOURCE.read_text(encoding="utf-8"))
    rows = {entry.name: compared(entry) for entry in published(source)}
    record = {
        "protocol": PROTOCOL,
        "threads": os.environ.get("OMP_NUM_THREADS", "all"),
        "complexes": rows,
        "mean_absolute_error": mean_absolute_errors(list(rows.values())),
    }
    RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    DOCS.write_text(replaced(DOCS.read_text(encoding="utf-8"), tables(source, record)), encoding="utf-8")


if __name__ == "__main__":
    main()
