"""Small ligands in [Dy(H2O)5L2] through the engine, unattended: `OMP_NUM_THREADS=1 python -m
benchmarks.validation.pilot`.

Each ligand is built by core.chem.build.complex and computed with all determinants, with the presets `standard` and
`fast` in one geometry. A row ends converged or failed with its reason. Writes benchmarks/results/pilot.json (geometries
too, and how well `fast` ranks the first gap) and pilot_standard.csv and pilot_fast.csv beside it, which
`training.levels.pilot_table.load_pilot` reads. Rows of this protocol and engine are not computed again; `--again`
starts anew.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from benchmarks.harness.resumable import Row, Table
from core.chem.build.complex import PROTOCOL, build_complex
from core.chem.ligand.ligand import Ligand, ligand_from_text
from core.errors import KramersError
from core.qc.engine import Verification, verify
from core.qc.hamiltonian import Spec
from core.qc.request import ENGINE
from core.qc.spin_orbit_states import Multiplicities
from training.levels.pilot_table import CONVERGED, FAILED, Protocol

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "pilot.json"
_PRESETS = ("standard", "fast")

LIGANDS = {
    "trimethylphosphine oxide": "CP(C)(C)=O",
    "phosphine oxide": "O=[PH3]",
    "phosphoric triamide": "NP(N)(N)=O",
    "trimethyl phosphate": "COP(=O)(OC)OC",
    "trimethylamine N-oxide": "C[N+](C)(C)[O-]",
    "pyridine N-oxide": "[O-][n+]1ccccc1",
    "formamide": "NC=O",
    "dimethylformamide": "CN(C)C=O",
    "dimethylacetamide": "CC(=O)N(C)C",
    "urea": "NC(N)=O",
    "tetramethylurea": "CN(C)C(=O)N(C)C",
    "dimethyl sulfoxide": "CS(C)=O",
    "acetone": "CC(C)=O",
    "methanol": "CO",
    "tetrahydrofuran": "C1CCOC1",
    "water": "O",
    "hydroxide": "[OH-]",
    "methoxide": "C[O-]",
    "ethoxide": "CC[O-]",
    "tert-butoxide": "CC(C)(C)[O-]",
    "trifluoroethoxide": "FC(F)(F)C[O-]",
    "phenoxide": "[O-]c1ccccc1",
    "silanolate": "[SiH3][O-]",
    "trimethylsilanolate": "C[Si](C)(C)[O-]",
    "formate": "[O-]C=O",
    "acetate": "CC(=O)[O-]",
    "fluoride": "[F-]",
    "chloride": "[Cl-]",
    "pyridine": "c1ccncc1",
    "imidazole": "c1c[nH]cn1",
    "ammonia": "N",
    "trimethylamine": "CN(C)C",
    "acetonitrile": "CC#N",
    "isothiocyanate": "[N-]=C=S",
    "dimethylamide": "C[N-]C",
    "methanethiolate": "C[S-]",
}


def main() -> None:
    """Computes what the table lacks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=LIGANDS, default=list(LIGANDS))
    parser.add_argument("--presets", nargs="*", choices=_PRESETS, default=list(_PRESETS))
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    table = Table(options.out, summary, keep=_is_current, again=options.again)
    for name in options.only:
        ligand = ligand_from_text(LIGANDS[name])
        if f"{name}, geometry" not in table:
            table.put(f"{name}, geometry", geometry_row(name, ligand))
        for preset in options.presets:
            if f"{name}, {preset}" not in table:
                row = computed_row(name, ligand, table[f"{name}, geometry"], preset)
                table.put(f"{name}, {preset}", row)
                print(f"{name}, {preset}: {row['status']} {row.get('reason', '')}", flush=True)
    write_tables(table.rows, options.out)


def recipe(preset: str) -> Protocol:
    """The key of a row."""
    return Protocol(PROTOCOL, preset, Multiplicities.ALL.value, ENGINE)


def _is_current(row: Row) -> bool:
    return bool(row["geometry"] == PROTOCOL and row.get("engine", ENGINE) == ENGINE)


def geometry_row(name: str, ligand: Ligand) -> Row:
    """Built complex, or why there is none."""
    head = {"name": name, "geometry": PROTOCOL}

    def built() -> Row:
        complex_ = build_complex(ligand)
        molecule = complex_.molecule
        return {
            "charge": molecule.charge,
            "donors": [*complex_.axial_donors, *complex_.equatorial_donors],
            "elements": list(molecule.elements),
            "positions_A": molecule.relative_positions.round(4).tolist(),
        }

    return {**head, **_attempted(built)}


def _attempted(work: Callable[[], Row]) -> Row:
    """What it yields, or the reason why not, with wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    try:
        outcome = {"status": CONVERGED, "reason": "", **work()}
    except KramersError as error:
        outcome = {"status": FAILED, "reason": error.sentence}
    except np.linalg.LinAlgError as error:
        outcome = {"status": FAILED, "reason": f"linear algebra: {error}"}
    seconds = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - processor}
    return {**outcome, **{key: round(value, 2) for key, value in seconds.items()}}


def computed_row(name: str, ligand: Ligand, geometry: Row, preset: str) -> Row:
    """The engine's answer in a geometry."""
    head = {
        "name": name,
        "smiles": ligand.smiles,
        "donor": ligand.donor,
        "donor_class": ligand.donor_class.value,
        **asdict(recipe(preset)),
    }
    if geometry["status"] == FAILED:
        return {**head, "status": FAILED, "reason": f"not built: {geometry['reason']}", "wall_s": 0.0, "cpu_s": 0.0}
    positions = np.array(geometry["positions_A"])
    spec = Spec(tuple(geometry["elements"]), positions, geometry["charge"], tuple(geometry["donors"]), preset)
    size = {"charge": spec.charge, "atoms": len(spec.elements)}
    return {**head, **size, **_attempted(lambda: measures(verify(spec)))}


def measures(result: Verification) -> Row:
    """Sizes, levels, g tensor and checks of a result."""
    doublets = result.levels.doublets
    g = zip(("g_x", "g_y", "g_z"), doublets[0].g or (), strict=False)
    return {
        "functions": result.functions,
        "auxiliary": result.auxiliary,
        **{f"level_{k}_cm1": round(doublet.energy, 3) for k, doublet in enumerate(doublets, start=1)},
        **{key: round(value, 6) for key, value in g},
        "barrier_cm1": None if result.barrier is None else round(result.barrier, 2),
        "energy_hartree": round(result.orbitals.energy, 8),
        "builds": result.orbitals.builds,
        **{key: float(f"{value:.3g}") for key, value in result.checks.items()},
    }


def summary(rows: Sequence[Row]) -> Row:
    """Outcomes, times, and the ranks of the first gap by `fast` against those by `standard`."""
    head: Row = {"what": "[Dy(H2O)5L2] through the engine", "recipes": [asdict(recipe(preset)) for preset in _PRESETS]}
    gaps: dict[str, Mapping[str, float]] = {}
    for preset in _PRESETS:
        of_it = [row for row in rows if row.get("preset") == preset]
        done = [row for row in of_it if row["status"] == CONVERGED]
        gaps[preset] = {row["name"]: row["level_2_cm1"] for row in done}
        head[preset] = {
            "ligands": len(of_it),
            "converged": len(done),
            "failed": {row["name"]: row["reason"] for row in of_it if row["status"] == FAILED},
            "median_wall_s": float(np.median([row["wall_s"] for row in done])) if done else None,
            "median_cpu_s": float(np.median([row["cpu_s"] for row in done])) if done else None,
        }
    return {**head, "fast_against_standard": _ranks(gaps["fast"], gaps["standard"])}


def _ranks(fast: Mapping[str, float], standard: Mapping[str, float]) -> Row:
    """Spearman's ρ and the mean absolute difference over what both computed."""
    both = [name for name in standard if name in fast]
    if len(both) < 3:
        return {"ligands": len(both)}
    pairs = np.array([(fast[name], standard[name]) for name in both])
    return {
        "ligands": len(both),
        "spearman": round(float(spearmanr(pairs[:, 0], pairs[:, 1]).statistic), 4),
        "mean_absolute_difference_cm1": round(float(np.abs(pairs[:, 0] - pairs[:, 1]).mean()), 2),
    }


def write_tables(rows: Sequence[Row], out: Path) -> None:
    """A CSV for each preset, so that no file holds two recipes."""
    for preset in _PRESETS:
        of_it = [row for row in rows if row.get("preset") == preset]
        columns = dict.fromkeys(key for row in sorted(of_it, key=len, reverse=True) for key in row if key != "key")
        if of_it:
            with out.with_name(f"{out.stem}_{preset}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(of_it)


if __name__ == "__main__":
    main()
