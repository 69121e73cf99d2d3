"""Makes core/chem/build/tables/distance_corrections.json and its table in docs/build-geometries.md:
`OMP_NUM_THREADS=1 python -m training.geometry.distances`.

Reads the DFT bond lengths of the yttrium analogues (`training.geometry.yttrium`), builds the same ligands by the
protocol without correction, and takes what is missing,

    Δ = d_DFT(Y) + [r(Dy) − r(Y)] − d_GFN2(Dy),    r(Dy) − r(Y) = 0.008 Å

with the ionic radii of R. D. Shannon, Acta Cryst. 1976, A32, 751, doi:10.1107/S0567739476001551. Within a family of
donors (element and charge) Δ is fitted by a straight line over d_GFN2 from four references on, by its mean below;
waters get a line over the axial Δ. Every ligand is also predicted from the others alone. For the other lanthanides, Δ
gets the difference between Shannon's step from dysprosium and GFN2's, over two ligands.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from statistics import mean
from typing import Any, Final

import numpy as np

from core.arrays import FloatArray
from core.chem.build.complex import UNCORRECTED, BuiltComplex, build_complex
from core.chem.build.distance_correction import TABLE, Line, family
from core.chem.ligand.ligand import ligand_from_text
from core.chem.radii import IONIC_RADII, LANTHANIDES
from core.resources import shipped
from training.geometry.yttrium import RESULTS

LINE_FROM: Final = 4
"""References in a family from which a line is fitted: two make it, and two test it."""

CONTRACTION_LIGANDS: Final = ("C[O-]", "CP(C)(C)=O")

DOCS: Final = shipped("docs") / "build-geometries.md"
BEGIN, END = "<!-- written by training.geometry.distances: begin -->", "<!-- training.geometry.distances: end -->"

_log = logging.getLogger("kramers.distances")


@dataclass(frozen=True, slots=True)
class _Ligand:
    """One ligand: axial length by the protocol, differences DFT − protocol of its axial bonds and of the waters [Å]."""

    name: str
    family: str
    charge: int
    length: float
    axial: float
    water: float


def main() -> None:
    """Derives and writes the table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    rows, ligands = _measured(json.loads(RESULTS.read_text(encoding="utf-8"))["ligands"])
    for row, ligand in zip(rows, ligands, strict=True):
        others = [other for other in ligands if other is not ligand]
        row["left_out_axial_A"] = round(ligand.axial - _predicted(ligand, others), 4)
        row["left_out_mean_axial_A"] = round(ligand.axial - _mean_of(ligand, others), 4)
        row["left_out_water_A"] = round(ligand.water - _water_line(others).at(_predicted(ligand, others)), 4)
        row["left_out_mean_water_A"] = round(ligand.water - mean(other.water for other in others), 4)
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
            f"| {row['name']} | {row['family']} | {ours[0]:.3f} | {dft[0]:.3f} | {row['before_axial_A']:+.3f} | "
            f"{row['left_out_axial_A']:+.3f} | {ours[1]:.3f} | {dft[1]:.3f} | {row['left_out_water_A']:+.3f} |"
        )
    lines += [
        "",
        "Mean absolute errors of axial bonds [Å]:",
        "",
        "| donors | references | before | left out | left out, had each family one number |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, row in error["axial"].items():
        lines.append(
            f"| {name} | {row['references']} | {row['before']:.3f} | {row['left_out']:.3f} | "
            f"{row['left_out_mean']:.3f} |"
        )
    axial = "; ".join(f"{name} {_line_in_words(line)}" for name, line in found["axial"].items())
    metals = ", ".join(f"{metal} {value['correction']:+.3f}" for metal, value in found["metals"].items())
    return "\n".join(
        [
            *lines,
            "",
            f"Waters: {error['waters']['before']:.3f} Å before, {error['waters']['left_out']:.3f} Å left out "
            f"({error['waters']['left_out_mean']:.3f} Å, had they one number).",
            "",
            f"Corrections in use [Å], d the length by the protocol: {axial}; other neutral donors "
            f"{found['neutral']:+.3f}, other anions {found['anionic']:+.3f}; waters, with d the mean axial correction, "
            f"{_line_in_words(found['water'])}; other lanthanides {metals}.",
        ]
    )


def _line_in_words(line: dict[str, float]) -> str:
    if line["slope"] == 0:
        return f"{line['shift']:+.3f}"
    span = f"for d from {line['least']:.3f} to {line['most']:.3f}, constant beyond"
    return f"{line['shift']:+.3f} {line['slope']:+.2f} (d − {line['centre']:.3f}) {span}"


def errors(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean absolute differences from DFT [Å], of axial bonds by family and of waters."""
    families = {name: [row for row in rows if row["family"] == name] for name in sorted({r["family"] for r in rows})}
    axial = {
        name: {
            "references": len(members),
            "before": _mean_size(members, "before_axial_A"),
            "left_out": _mean_size(members, "left_out_axial_A"),
            "left_out_mean": _mean_size(members, "left_out_mean_axial_A"),
        }
        for name, members in [*families.items(), ("all", rows)]
    }
    waters = {name: _mean_size(rows, f"{name}_water_A") for name in ("before", "left_out", "left_out_mean")}
    return {"axial": axial, "waters": waters}


def _mean_size(rows: list[dict[str, Any]], key: str) -> float:
    return round(float(mean(abs(row[key]) for row in rows)), 4)


def _measured(table: dict[str, Any]) -> tuple[list[dict[str, Any]], list[_Ligand]]:
    rows, ligands = [], []
    for name, row in table.items():
        read = ligand_from_text(row["smiles"])
        ours = _lengths(build_complex(read, corrected=False))
        dft = np.array(row["dft"]) + IONIC_RADII["Dy"] - IONIC_RADII["Y"]
        axial, water = float((dft - ours)[:2].mean()), float((dft - ours)[2:].mean())
        kind, length = family(read.donor_element, read.charge), float(ours[:2].mean())
        ligands.append(_Ligand(name, kind, read.charge, length, axial, water))
        rows.append(
            {
                "name": name,
                "class": row["class"],
                "family": kind,
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


def _predicted(ligand: _Ligand, others: list[_Ligand]) -> float:
    """The correction of a ligand from others alone [Å], as `Corrections.of_axial` would make it."""
    alike = [other for other in others if other.family == ligand.family]
    return _axial_line(alike).at(ligand.length) if alike else _mean_of(ligand, others)


def _mean_of(ligand: _Ligand, others: list[_Ligand]) -> float:
    """The mean over others of its family or, without any, of its charge [Å]; 0 where none has its charge."""
    alike = [other.axial for other in others if other.family == ligand.family]
    return mean(alike or [other.axial for other in others if other.charge == ligand.charge] or [0.0])


def _axial_line(family_members: list[_Ligand]) -> Line:
    return _fitted([(x.length, x.axial) for x in family_members])


def _water_line(ligands: list[_Ligand]) -> Line:
    return _fitted([(x.axial, x.water) for x in ligands])


def _fitted(pairs: list[tuple[float, float]]) -> Line:
    """Least squares, or the mean below `LINE_FROM` references."""
    x, missing = zip(*pairs, strict=True)
    slope = float(np.polyfit(x, missing, 1)[0]) if len(pairs) >= LINE_FROM else 0.0
    return Line(mean(missing), mean(x), slope, min(x), max(x))


def _corrections(ligands: list[_Ligand]) -> dict[str, Any]:
    families = {name: [x for x in ligands if x.family == name] for name in sorted({x.family for x in ligands})}
    return {
        "axial": {name: _rounded(asdict(_axial_line(members))) for name, members in families.items()},
        "neutral": round(mean(x.axial for x in ligands if x.charge == 0), 3),
        "anionic": round(mean(x.axial for x in ligands if x.charge < 0), 3),
        "water": _rounded(asdict(_water_line(ligands))),
        "metals": _metals(),
    }


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}


def _metals() -> dict[str, dict[str, float]]:
    """GFN2's step from dysprosium, and Shannon's less that [Å]."""
    steps, reference = {}, _mean_length("Dy")
    for symbol in LANTHANIDES:
        ours = _mean_length(symbol) - reference
        steps[symbol] = _rounded({"step": ours, "correction": IONIC_RADII[symbol] - IONIC_RADII["Dy"] - ours})
        _log.info("%s: %s", symbol, steps[symbol])
    return steps


def _mean_length(metal: str) -> float:
    built = [build_complex(ligand_from_text(s), metal=metal, corrected=False) for s in CONTRACTION_LIGANDS]
    return mean(float(_lengths(b).mean()) for b in built)


if __name__ == "__main__":
    main()
