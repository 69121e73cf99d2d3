"""A supporting information in one archive: methods with citations, coordinates, tables, pictures, inputs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from textwrap import fill
from typing import Final

from core.chem.io.export import to_xyz
from core.errors import DomainError
from core.qc import csv_tables
from core.qc.html_report import to_html
from core.qc.methods import versions
from core.qc.outcome import Outcome
from core.qc.svg_molecule import molecule_svg
from core.qc.svg_plots import barrier_svg, chi_t_svg, magnetisation_svg

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Of every file, so that the same levels give the same archive."""

PARTS: Final[Mapping[str, Callable[[Outcome], str]]] = {
    "methods.txt": lambda outcome: methods_text(outcome),
    "report.html": lambda outcome: to_html(outcome),
    "coordinates.xyz": lambda outcome: to_xyz(outcome.molecule),
    "levels.csv": lambda outcome: csv_tables.levels_csv(outcome.record),
    "crystal-field.csv": lambda outcome: csv_tables.crystal_field_csv(outcome.record),
    "transition-moments.csv": lambda outcome: csv_tables.moments_csv(outcome.record),
    "chiT.csv": lambda outcome: csv_tables.chi_t_csv(outcome.record),
    "magnetisation.csv": lambda outcome: csv_tables.magnetisation_csv(outcome.record),
    "complex.svg": lambda outcome: molecule_svg(outcome.molecule, outcome.record),
    "barrier.svg": lambda outcome: barrier_svg(outcome.record),
    "chiT.svg": lambda outcome: chi_t_svg(outcome.record),
    "magnetisation.svg": lambda outcome: magnetisation_svg(outcome.record),
}
"""Name in the archive, and what writes it."""


def supporting_information(outcome: Outcome, more: Mapping[str, str] | None = None) -> bytes:
    """The archive (ZIP).

    Args:
        outcome: what is exported; parts that its ion does not have (magnetism of Eu) are left out.
        more: further files, text by name.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**_parts(outcome), **(more or {})}.items():
            archive.writestr(zipfile.ZipInfo(f"{outcome.stem}/{name}", _DATE), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _parts(outcome: Outcome) -> dict[str, str]:
    found = {}
    for name, write in PARTS.items():
        try:
            found[name] = write(outcome)
        except DomainError:  # the ground multiplet of Eu has no moment: there is nothing to write
            continue
    return found


def methods_text(outcome: Outcome) -> str:
    """Computational details as plain text: what it is, sentences, reasons to doubt it, references, versions."""
    title = " ".join(outcome.title.split())
    numbered = [f"[{number}] {source}" for number, source in enumerate(outcome.references, start=1)]
    doubts = [f"- {doubt}" for doubt in outcome.doubts] or ["- None beyond the method's own limits."]
    blocks = [
        [f"{title}: {outcome.molecule.formula}, {outcome.theory}"],
        ["Computational details", "", *outcome.methods],
        *([["Structure", "", *(f"{name}: {value}" for name, value in outcome.facts)]] if outcome.facts else []),
        ["Reasons to doubt it", "", *doubts],
        ["References", "", *numbered],
        ["Versions", "", ", ".join(f"{name} {number}" for name, number in versions())],
    ]
    return "\n\n".join("\n".join(fill(line, 100) for line in block) for block in blocks) + "\n"
