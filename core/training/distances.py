"""Makes core/chem/tables/distance_corrections.json and its table in docs/build-geometries.md:
`OMP_NUM_THREADS=1 python -m core.training.distances`.

Reads the DFT bond lengths of the yttrium analogues (`core.training.yttrium`), builds the same ligands by the protocol
without correction, and takes for every class of donor the mean difference,

    Δ = d_DFT(Y) + [r(Dy) − r(Y)] − d_GFN2(Dy),    r(Dy) − r(Y) = 0.008 Å

with the ionic radii of R. D. Shannon, Acta Cryst. 1976, A32, 751,
doi:10.1107/S0567739476001551. Every ligand is also predicted from the others alone: from those of its class or, where
it is alone in its class, from those of its charge. For the other lanthanides, Δ gets the difference between Shannon's
step from dysprosium and GFN2's, over two ligands.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Final

import numpy as np

from core.chem.complex import UNCORRECTED, BuiltComplex, build_complex
from core.chem.distance_correction import TABLE
from core.chem.ligand import ligand_from_text
from core.chem.molecule import FloatArray
from core.chem.radii import LANTHANIDES
from core.training.yttrium import RESULTS

SHANNON: Final = {
    "La": 1.160, "Ce": 1.143, "Pr": 1.126, "Nd": 1.109, "Pm": 1.093, "Sm": 1.079, "Eu": 1.066, "Gd": 1.053, "Tb": 1.040,
    "Dy": 1.027, "Ho": 1.015, "Er": 1.004, "Tm": 0.994, "Yb": 0.985, "Lu": 0.977, "Y": 1.019,
}  # fmt: skip
"""Radii of trivalent ions of coordination number 8 [Å]: only their differences are used, and for number 7 the table
has gaps (it gives Dy − Y as 0.01 there)."""

MODELS: Final = ("phosphine oxide",)
"""H₃PO: GFN2 places it right, and its alkyl derivatives 0.1 Å too near. It is shown and predicted, but enters no mean
that stands for the real ligands of its class."""

CONTRACTION_LIGANDS: Final = ("C[O-]", "CP(C)(C)=O")

DOCS: Final = Path(__file__).resolve().parents[2] / "docs" / "build-geometries.md"
BEGIN, END = "<!-- written by core.training.distances: begin -->", "<!-- core.training.distances: end -->"

_log = logging.getLogger("kramers.distances")


@dataclass(frozen=True, slots=True)
class _Ligand:
    """One ligand: differences DFT − protocol of its axial bonds and of the waters [Å]."""

    name: str
    donor: str
    charge: int
    axial: float
    water: float


def main() -> None:
    """Derives and writes the table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    rows, ligands = _measured(json.loads(RESULTS.read_text(encoding="utf-8"))["ligands"])
    for row, ligand in zip(rows, ligands, strict=True):
        row["left_out_axial_A"] = round(ligand.axial - _predicted(ligand, ligands), 4)
        row["left_out_water_A"] = round(ligand.water - mean(o.water for o in ligands if o is not ligand), 4)
    record = {
        "protocol": UNCORRECTED,
        "corrections_A": _corrections(ligands),
        "mean_absolute_error_A": errors(rows),
        "ligands": rows,
    }
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    before, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    DOCS.write_text(f"{before}{BEGIN}\n{page(record)}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    _log.info("%s", record["mean_absolute_error_A"])


def page(record: dict[str, Any]) -> str:
    """The table for the docs, in Markdown."""
    error, found = record["mean_absolute_error_A"], record["corrections_A"]
    lines = [
        "| L | donor | axial: protocol | axial: DFT | missing | left out | waters: protocol | waters: DFT | left out |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in record["ligands"]:
        ours, dft = row["protocol_A"], row["dft_A"]
        lines.append(
            f"| {row['name']} | {row['class']} | {ours[0]:.3f} | {dft[0]:.3f} | {row['before_axial_A']:+.3f} | "
            f"{row['left_out_axial_A']:+.3f} | {ours[1]:.3f} | {dft[1]:.3f} | {row['left_out_water_A']:+.3f} |"
        )
    classes = ", ".join(f"{name} {value:+.3f}" for name, value in found["axial"].items())
    return "\n".join(
        [
            *lines,
            "",
            f"Mean absolute errors, before and with the ligand left out [Å]: axial {error['before_axial_A']:.3f} and "
            f"{error['left_out_axial_A']:.3f}, waters {error['before_water_A']:.3f} and "
            f"{error['left_out_water_A']:.3f}. Among ligands that have another of their class beside them, axial "
            f"{error['paired_before_axial_A']:.3f} and {error['paired_left_out_axial_A']:.3f}.",
            "",
            f"Corrections in use [Å]: {classes}; other neutral donors {found['neutral']:+.3f}, other anions "
            f"{found['anionic']:+.3f}; waters {found['water']:+.3f}; other lanthanides "
            + ", ".join(f"{metal} {value:+.3f}" for metal, value in found["metals"].items())
            + ".",
        ]
    )


def errors(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Mean absolute differences from DFT [Å]; ``paired`` where another ligand of the class is in the table."""
    classes = [row["class"] for row in rows]
    paired = [row for row in rows if classes.count(row["class"]) > 1]
    keys = ("before_axial_A", "left_out_axial_A", "before_water_A", "left_out_water_A")
    found = {key: round(mean(abs(row[key]) for row in rows), 4) for key in keys}
    axial = {f"paired_{key}": round(mean(abs(row[key]) for row in paired or rows), 4) for key in keys[:2]}
    return found | axial


def _measured(table: dict[str, Any]) -> tuple[list[dict[str, Any]], list[_Ligand]]:
    rows, ligands = [], []
    for name, row in table.items():
        ours = _lengths(build_complex(ligand_from_text(row["smiles"]), corrected=False))
        dft = np.array(row["dft"]) + SHANNON["Dy"] - SHANNON["Y"]
        axial, water = float((dft - ours)[:2].mean()), float((dft - ours)[2:].mean())
        charge = (int(row["charge"]) - 3) // 2
        ligands.append(_Ligand(name, row["class"], charge, axial, water))
        rows.append(
            {
                "name": name,
                "class": row["class"],
                "protocol_A": [round(float(ours[:2].mean()), 3), round(float(ours[2:].mean()), 3)],
                "dft_A": [round(float(dft[:2].mean()), 3), round(float(dft[2:].mean()), 3)],
                "before_axial_A": round(axial, 4),
                "before_water_A": round(water, 4),
            }
        )
        _log.info("%s: axial %+.3f Å, waters %+.3f Å", name, axial, water)
    return rows, ligands


def _lengths(built: BuiltComplex) -> FloatArray:
    donors = [*built.axial_donors, *built.equatorial_donors]
    return np.asarray(np.linalg.norm(built.molecule.positions[donors], axis=1))


def _predicted(ligand: _Ligand, ligands: list[_Ligand]) -> float:
    """The correction of a ligand from the others alone [Å]; 0 where no other has its charge."""
    others = [other for other in ligands if other is not ligand]
    alike = [other.axial for other in others if other.donor == ligand.donor]
    return mean(alike or [other.axial for other in others if other.charge == ligand.charge] or [0.0])


def _corrections(ligands: list[_Ligand]) -> dict[str, Any]:
    ligands = [ligand for ligand in ligands if ligand.name not in MODELS]
    classes = sorted({ligand.donor for ligand in ligands})
    return {
        "axial": {c: round(mean(x.axial for x in ligands if x.donor == c), 3) for c in classes},
        "neutral": round(mean(x.axial for x in ligands if x.charge == 0), 3),
        "anionic": round(mean(x.axial for x in ligands if x.charge < 0), 3),
        "water": round(mean(x.water for x in ligands), 3),
        "metals": _metals(),
    }


def _metals() -> dict[str, float]:
    """Shannon's step from dysprosium less GFN2's [Å]."""
    steps, reference = {}, _mean_length("Dy")
    for symbol in LANTHANIDES:
        ours = _mean_length(symbol) - reference
        steps[symbol] = round(SHANNON[symbol] - SHANNON["Dy"] - ours, 3)
        _log.info("%s: %+.3f Å", symbol, steps[symbol])
    return steps


def _mean_length(metal: str) -> float:
    built = [build_complex(ligand_from_text(s), metal=metal, corrected=False) for s in CONTRACTION_LIGANDS]
    return mean(float(_lengths(b).mean()) for b in built)


if __name__ == "__main__":
    main()
