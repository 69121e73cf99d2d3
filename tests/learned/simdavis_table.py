"""A table in the form of SIMDAVIS, made up for the tests: no sample of it was ever measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

COLUMNS = (
    "sample_ID", "compound", "chemical_family", "Ln_ion", "concentration", "coordination_number", "number_of_ligands",
    "coordination_elements", "X_im_max", "Ueff", "T_hyst", "DOI", "year",
)  # fmt: skip

SAMPLE = {
    "compound": "[Dy(L)3]",
    "chemical_family": "Mixed Ligands",
    "Ln_ion": "Dy3+",
    "concentration": "100",
    "coordination_number": "7",
    "number_of_ligands": "7",
    "coordination_elements": "Oxygen",
    "X_im_max": "T_B3 > 2K",
    "Ueff": "100",
    "T_hyst": "NA",
    "DOI": "10.0/a",
    "year": "2018",
    "H": "NA",
}


def sample(number: int, **cells: str) -> dict[str, str]:
    """A row, plain but for some cells."""
    return {"sample_ID": str(number), **SAMPLE, **cells}


def made_up(count: int = 120) -> list[dict[str, str]]:
    """Rows of 30 papers in which O,N donors relax slowly with 400 K or so, and O donors do not, with some 20."""
    return [
        sample(
            k + 1,
            coordination_elements="Oxygen+Nitrogen" if k % 2 else "Oxygen",
            X_im_max="Freq-dependent X''" if k % 2 else "No Freq-dependent X''",
            Ueff=str(400 + k if k % 2 else 20 + k / 10),
            Ln_ion="Dy3+" if k % 4 < 2 else "Tb3+",
            DOI=f"10.0/{k // 4}",
        )
        for k in range(count)
    ]


def written(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> Path:
    """The table as a file."""
    path.write_text("\n".join(["\t".join(columns), *(line(row, columns) for row in rows)]) + "\n", encoding="utf-8")
    return path


def line(row: Mapping[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    """One row of it."""
    return "\t".join(row[name] for name in columns)
