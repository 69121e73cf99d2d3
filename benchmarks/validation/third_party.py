"""Figures of other authors: `OMP_NUM_THREADS=1 python -m benchmarks.validation.third_party --measured FOLDER`.

FOLDER holds, in any subfolder, three files that are no part of this repository:

- ``tier2_molcas_lanthanides.json``: Ce³⁺, Yb³⁺, Dy³⁺ and planar CeCl₃ by OpenMolcas (SA-CASSCF and RASSI in
  ANO-RCC-VDZP, DKH2, AMFI, roots of highest spin), from github.com/mansikkamaki/kuiva, Apache-2.0;
- ``peng2025_cf.json``: B_k^q and levels of Er(trensal) and Cs₂NaDyCl₆, doi:10.1021/acs.jpclett.5c02971;
- ``chilton_s2_dy19.csv``: two doublets each of 19 Dy(III) magnets, doi:10.1039/d5cs00493d; both as transcribed in
  github.com/jqChen1566/fblockkit, Apache-2.0.

Writes benchmarks/results/third_party.json: levels and g of ours less theirs, one by one. The engine runs in their basis
and with their states, but with spin-free X2C for DKH2 and its own mean-field spin-orbit operator. Takes a minute.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness.resumable import Row, Table
from core.arrays import ComplexArray, FloatArray
from core.magnetism.pseudospin import g_tensor
from core.magnetism.stevens import hamiltonian
from core.magnetism.tunnelling import THRESHOLD, tunnelling_criteria
from core.qc.engine import verify
from core.qc.free_ion import free_ion
from core.qc.hamiltonian import Spec
from core.qc.request import ENGINE
from core.qc.spin_orbit_states import CoupledStates, Multiplicities

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "third_party.json"
_IONS = {"ce3p": "Ce", "yb3p": "Yb", "dy3p": "Dy"}
_VDZP = "7s6p4d2f"  # with the g function that a spherical ion cannot feel left out
_FIELDS = {
    # name: (entry, column) of the file, and 2J
    "Er(trensal), PBE0": ("Er_trensal_C3", "PBE0", 15),
    "Cs2NaDyCl6, HF": ("Cs2NaDyCl6_Oh", "HF", 15),
    "Cs2NaDyCl6, PBE0": ("Cs2NaDyCl6_Oh", "PBE0", 15),
}
_AXIAL = (0.0, 0.0, 20.0)  # the ground doublet of a magnet; the table does not list it


def main() -> None:
    """Computes all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measured", type=Path, required=True, help="folder with the files of others")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    table = Table(options.out, summary, again=True)
    for name, row in rows(options.measured):
        table.put(name, row)
        print(name, {key: value for key, value in row.items() if key.startswith("largest")}, flush=True)


def rows(folder: Path) -> Iterator[tuple[str, Row]]:
    """All rows, by name."""
    molcas = _json(folder, "tier2_molcas_lanthanides.json")
    for name, symbol in _IONS.items():
        yield f"{symbol}3+", levels_row(molcas["records"][name], free_ion(symbol, _VDZP, Multiplicities.HIGH_SPIN))
    chloride = verify(chloride_of(molcas["geometry_angstrom"]["cecl3"]), Multiplicities.HIGH_SPIN)
    yield "CeCl3", levels_row(molcas["records"]["cecl3"], chloride.states)
    fields = _json(folder, "peng2025_cf.json")
    for name, (entry, column, two_j) in _FIELDS.items():
        yield name, field_row(fields[entry][f"Bkq_{column}"], fields[entry][f"levels_{column}"], two_j)
    with _path(folder, "chilton_s2_dy19.csv").open(encoding="utf-8", newline="") as file:
        yield "tunnelling criterion", criterion_row(list(csv.DictReader(file)))


def _path(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        raise SystemExit(f"{folder} holds no {name}")
    return found[0]


def _json(folder: Path, name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(_path(folder, name).read_text(encoding="utf-8"))
    return record


def chloride_of(atoms: Sequence[Sequence[Any]]) -> Spec:
    """CeCl₃ from rows of element, x, y, z [Å], the ion first."""
    positions = np.array([atom[1:] for atom in atoms], dtype=np.float64)
    return Spec(tuple(str(atom[0]) for atom in atoms), positions, 0, (1, 2, 3), "standard")


def levels_row(theirs: dict[str, Any], ours: CoupledStates) -> Row:
    """Every multiplet (of a free ion) or doublet, in their order."""
    levels, first = [], 0
    for multiplet in theirs["multiplets"]:
        states = slice(first, first + multiplet["size"])
        first = states.stop
        g = g_values(ours.moment[:, states, states])
        energy = float(ours.energies[states].mean())
        levels.append(
            {
                "states": multiplet["size"],
                "ours_cm1": round(energy, 2),
                "difference_cm1": round(energy - multiplet["energy_cm"], 3),
                "g": [round(float(x), 5) for x in g],
                "g_difference": (np.round(g - np.array(multiplet["g_values"]), 5) + 0.0).tolist(),  # no −0
            }
        )
    return {
        "engine": ENGINE,
        "largest_difference_cm1": max((level["difference_cm1"] for level in levels), key=abs),
        "largest_share_percent": max(_shares(levels), default=0.0),
        "largest_g_difference": max(abs(x) for level in levels for x in level["g_difference"]),
        "levels": levels,
    }


def _shares(levels: Sequence[Row]) -> list[float]:
    """Differences in percent of their levels, without the ground level's."""
    return [
        round(100 * abs(level["difference_cm1"]) / (level["ours_cm1"] - level["difference_cm1"]), 3)
        for level in levels[1:]
    ]


def g_values(moments: ComplexArray) -> FloatArray:
    """(3,) principal g of a doublet, or three times that of a whole multiplet, whose moment is g J.

    Args:
        moments: (3, n, n) [μ_B].
    """
    size = moments.shape[1]
    if size == 2:
        return np.array(g_tensor(moments).values)
    j = (size - 1) / 2
    squares = np.einsum("aij,aji->a", moments, moments).real
    return np.sort(np.sqrt(3 * squares / (j * (j + 1) * size)))


def field_row(parameters: dict[str, float], printed: Sequence[float], two_j: int) -> Row:
    """Doublets of published B_k^q (by ``"k,q"``) against those printed beside them."""
    by_kq = {(int(k), int(q)): b for name, b in parameters.items() for k, q in [name.split(",")]}
    levels = np.linalg.eigvalsh(hamiltonian(two_j, by_kq))
    off = (levels - levels[0]).reshape(-1, 2).mean(axis=1) - np.array(printed)
    return {
        "largest_difference_cm1": round(float(np.abs(off).max()), 4),
        "differences_cm1": (np.round(off, 4) + 0.0).tolist(),
    }


def criterion_row(complexes: Sequence[dict[str, str]]) -> Row:
    """How many doublets lie on the side of the threshold that their source names."""
    safe = {row["compound"]: _criterion(row, "safe") for row in complexes}
    through = {row["compound"]: _criterion(row, "qtm") for row in complexes}
    wrong = [f"{name}, leads on" for name, value in safe.items() if value >= THRESHOLD]
    wrong += [f"{name}, tunnels" for name, value in through.items() if value < THRESHOLD]
    return {
        "complexes": len(complexes),
        "doublets": 2 * len(complexes),
        "right": 2 * len(complexes) - len(wrong),
        "wrong": wrong,
        "largest_that_leads_on_deg": round(max(safe.values()), 2),
        "smallest_that_tunnels_deg": [round(value, 2) for value in sorted(through.values())[:2]],
    }


def _criterion(row: dict[str, str], kind: str) -> float:
    g = [float(row[f"{kind}_g{axis}"]) for axis in (1, 2, 3)]
    found = tunnelling_criteria([_AXIAL, g], [0.0, float(row[f"{kind}_theta3_deg"])])[1]
    assert found is not None
    return found


def summary(found: Sequence[Row]) -> Row:
    """What stands above the rows."""
    return {
        "what": "figures of other authors, ours less theirs; sources in benchmarks/validation/third_party.py",
        "largest_difference_cm1": {
            row["key"]: row["largest_difference_cm1"] for row in found if "largest_difference_cm1" in row
        },
    }


if __name__ == "__main__":
    main()
