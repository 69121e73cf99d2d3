"""Rows of the tables about a finished run, as plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.tables import Row
from app.text import one_line
from core.jobs.model import Job
from core.magnetism.levels import weights_text
from core.qc.html_report import CHECKS
from core.qc.tunnelling_barrier import barriers, criteria_of, criterion_barrier
from core.units import KELVIN_PER_CM1

Record = Mapping[str, Any]


def level_rows(record: Record) -> list[Row]:
    """One line a level: energy [cm⁻¹, K], g, axis in the frame of the XYZ, angle, |M_J⟩ weights, and of a Kramers
    doublet its tunnelling criterion."""
    return doublet_rows(record["levels"]["doublets"], criteria_of(record))


def doublet_rows(levels: Sequence[Mapping[str, Any]], criteria: Sequence[float | None]) -> list[Row]:
    """The same of any doublets in the names of our record; weights only where they are known."""
    split = any(level["splitting_cm1"] for level in levels)
    return [
        _level_row(number, level, criteria[number - 1 : number], split=split)
        for number, level in enumerate(levels, start=1)
    ]


def _level_row(number: int, level: Mapping[str, Any], criterion: Sequence[float | None], *, split: bool) -> Row:
    g: Sequence[float | None] = level["g"] or (None, None, None)
    axis = level["easy_axis"]
    return {
        "level": number,
        "E / cm⁻¹": level["energy_cm1"],
        "E / K": level["energy_cm1"] * KELVIN_PER_CM1,
        **({"splitting / cm⁻¹": level["splitting_cm1"]} if split else {}),
        "g_x": g[0],
        "g_y": g[1],
        "g_z": g[2],
        "angle / °": level["angle_to_ground_deg"],
        **({"g_T θ₃ / °": criterion[0]} if criterion else {}),
        **({"main |M_J⟩": weights_text(level["mj_weights"], most=5)} if "mj_weights" in level else {}),
        "axis of g_z": "" if axis is None else ", ".join(f"{x:.4f}" for x in axis),
    }


def barrier_rows(record: Record) -> list[Row]:
    """One line a rule: U [cm⁻¹, K] and the level over which the magnetisation turns by it."""
    return [
        {
            "barrier U by": one.rule,
            "over level": one.level,
            "U / cm⁻¹": one.energy,
            "U / K": None if one.energy is None else one.energy * KELVIN_PER_CM1,
        }
        for one in barriers(record)
    ]


def check_rows(record: Record) -> list[Row]:
    """The number behind every check."""
    rows: list[Row] = []
    for name, value in record["checks"].items():
        words, rule = CHECKS.get(name, (one_line(name), ""))
        rows.append({"check": words, "found": f"{value:.3g}", "passes with": rule})
    return rows


def stevens_rows(record: Record) -> list[Row]:
    """One line a (k, q): B_kq [cm⁻¹] in both frames, and Wybourne's where the ion has them."""
    field = record["levels"]["crystal_field"]
    wybourne = field["wybourne_magnetic_frame_cm1"]
    return [
        {
            "k": int(name[1]),
            "q": int(name[2:]),
            "B_kq, magnetic frame": value,
            "B_kq, frame of the XYZ": field["input_frame_cm1"][name],
            **({"Wybourne, magnetic frame": wybourne.get(name)} if wybourne else {}),
        }
        for name, value in field["magnetic_frame_cm1"].items()
    ]


def provenance(job: Job, record: Record) -> list[tuple[str, str]]:
    """How a result came about, line by line."""
    method, key, asked = record.get("method", {}), record["recipe"], record["input"]
    lines = [("question", f"SHA-256 {job.id}… of molecule, charge, preset, spins, geometry and engine")]
    if method:
        basis = method["basis"]
        lines += [
            ("orbitals", method["orbitals"]),
            ("spin-orbit interaction", f"{method['spin_orbit']}; multiplicities {method['multiplicities']}"),
            ("basis", f"ANO-RCC {basis['ion']} on the ion, {basis['donors']} on donors, {basis['rest']} elsewhere"),
            ("functions", f"{method['functions']}, auxiliary {method['auxiliary_functions']}"),
        ]
    lines.append(("engine", f"{key['engine']}, preset {key['preset']}, geometry {key['geometry']}"))
    lines.append(("versions", ", ".join(f"{name} {version}" for name, version in record["versions"].items())))
    if "timings_s" in record:
        lines.append(("time", _timings(record, asked["threads"])))
        lines.append(("memory", f"{record['memory_mb']:.0f} MB; integrals beyond {asked['memory_mb']} MB go to disk"))
    if job.started and job.ended:
        lines.append(("run", f"attempt {job.attempt}, {_clock(job.started)} to {_clock(job.ended)}"))
    return lines


def _timings(record: Record, threads: int) -> str:
    stages = {name: seconds for name, seconds in record["timings_s"].items() if name != "total"}
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stages.items())
    resumed = "; went on from a checkpoint" if record.get("resumed") else ""
    return f"{record['timings_s']['total']:.1f} s on {threads} thread(s): {parts}{resumed}"


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def comparison_row(name: str, record: Record) -> Row:
    """One line a run."""
    ground, levels = record["levels"]["doublets"][0], record["levels"]["doublets"]
    g: Sequence[float | None] = ground["g"] or (None, None, None)
    barrier, by_criterion = record["barrier_cm1"], criterion_barrier(record)
    return {
        "run": one_line(name),
        "ion": record["levels"]["ion"],
        "first level / cm⁻¹": levels[1]["energy_cm1"] if len(levels) > 1 else None,
        "barrier / cm⁻¹": barrier,
        "barrier / K": None if barrier is None else barrier * KELVIN_PER_CM1,
        "by criterion / cm⁻¹": by_criterion,
        "by criterion / K": None if by_criterion is None else by_criterion * KELVIN_PER_CM1,
        "g_x": g[0],
        "g_y": g[1],
        "g_z": g[2],
        "main |M_J⟩ of the ground level": weights_text(ground["mj_weights"], most=1),
        "χT at 300 K": record["chiT"]["cm3_K_per_mol"][-1],
        "preset": record["recipe"]["preset"],
        "multiplicities": record["recipe"]["multiplicities"],
        "geometry": one_line(record["recipe"]["geometry"]),
        "engine": one_line(record["recipe"]["engine"]),
    }
