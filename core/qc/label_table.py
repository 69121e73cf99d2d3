"""Verified complexes as rows of the table that training reads (`training.levels.pilot_table`,
benchmarks/validation/pilot.py).

Only rows of one recipe (geometry, preset, multiplicities, engine) and one ion can be compared, so `tables` sorts them
apart; ligands in [M(H₂O)₅L₂], which the loader knows by SMILES and donor, are kept apart from other complexes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

Row = dict[str, Any]

RECIPE: Final = ("geometry", "preset", "multiplicities", "engine")

_HEAD: Final = ("name", "smiles", "donor", "donor_class", *RECIPE, "charge", "atoms", "status", "reason", "functions",
                "auxiliary")  # fmt: skip

_TAIL: Final = ("g_x", "g_y", "g_z", "barrier_cm1", "energy_hartree", "builds", "orbital_gradient_hartree",
                "f_population_of_7", "closed_shell_gap_hartree", "ion_outer_s_population", "mean_of_roots_hartree",
                "kramers_degeneracy_cm1", "wall_s", "cpu_s", "metal", "job")  # fmt: skip


def label_row(
    name: str, title: str, question: Mapping[str, Any], meta: Mapping[str, Any], record: Mapping[str, Any]
) -> Row:
    """One job's row.

    Args:
        name: of the job.
        title, question, meta: as in `core.jobs.model.JobSpec`.
        record: its result; ``status`` is ``ok``, ``failed`` or ``refused``.
    """
    found = record.get("status") == "ok"
    row: Row = {
        "name": title,
        **{key: meta.get(key, "") for key in ("smiles", "donor", "donor_class")},
        **{key: question[key] for key in RECIPE},
        "charge": _given(question, record, "charge", ""),
        "atoms": len(_given(question, record, "elements", ())) or "",
        "status": "converged" if found else "failed",
        "reason": "" if found else _why(record),
        "metal": meta.get("metal") or record.get("metal", ""),
        "job": name,
    }
    return {**row, **_measures(record)} if found else row


def _given(question: Mapping[str, Any], record: Mapping[str, Any], name: str, missing: Any) -> Any:
    """Of the complex: as the run has built or read it, else as it was asked for, which may not name it."""
    for source in (record.get("input") or {}, question):
        if source.get(name) is not None:
            return source[name]
    return missing


def _why(record: Mapping[str, Any]) -> str:
    """As benchmarks/validation/pilot.py says it of a complex that was never there."""
    reason = str(record.get("reason", ""))
    return f"not built: {reason}" if record.get("status") == "refused" else reason


def _measures(record: Mapping[str, Any]) -> Row:
    """Sizes, levels, g tensor and checks of a result, rounded as benchmarks/validation/pilot.py does."""
    doublets, method = record["levels"]["doublets"], record["method"]
    barrier = record["barrier_cm1"]
    return {
        "functions": method["functions"],
        "auxiliary": method["auxiliary_functions"],
        **{f"level_{k}_cm1": round(doublet["energy_cm1"], 3) for k, doublet in enumerate(doublets, start=1)},
        **{key: round(value, 6) for key, value in zip(("g_x", "g_y", "g_z"), doublets[0]["g"] or (), strict=False)},
        "barrier_cm1": None if barrier is None else round(barrier, 2),
        "energy_hartree": round(record["energy_hartree"], 8),
        "builds": record.get("builds"),
        **{key: float(f"{value:.3g}") for key, value in record["checks"].items()},
        "wall_s": round(record["timings_s"]["total"], 2),
        "cpu_s": round(record["cpu_s"], 2),
    }


def tables(rows: Iterable[tuple[Row, bool]]) -> dict[str, list[Row]]:
    """Rows that belong together, by a name for each table.

    Args:
        rows: each with whether it is a ligand of [M(H₂O)₅L₂]; the newest first, since of equal ligands it is kept.
    """
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    for row, is_ligand in rows:
        parts = (row["metal"], *(row[key] for key in RECIPE), "ligands" if is_ligand else "complexes")
        key = (row["smiles"], row["donor"]) if is_ligand else (row["job"],)
        found.setdefault("-".join(str(part) for part in parts if part), {}).setdefault(key, row)
    return {name: list(reversed(of_it.values())) for name, of_it in sorted(found.items())}


def is_ligand(meta: Mapping[str, Any]) -> bool:
    """Whether a complex is told by its ligand alone: two equal ones, five waters."""
    told = meta.get("smiles") and meta.get("donor") is not None
    return bool(told and not meta.get("second") and meta.get("equatorial", "water") == "water")


def columns(rows: Iterable[Row]) -> list[str]:
    """Header of a table; ions differ in the number of their doublets."""
    levels = {name for row in rows for name in row if name.startswith("level_")}
    return [*_HEAD, *sorted(levels, key=lambda name: int(name.split("_")[1])), *_TAIL]
