"""Tables of labels are read as they were written, and never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from benchmarks.validation.pilot import recipe, summary, write_tables
from core.errors import UnreadableFile
from training.levels.pilot_table import FAILED, load_pilot


def row(name: str, gap: float, preset: str = "standard", **changes: Any) -> dict[str, Any]:
    levels = {f"level_{k}_cm1": value for k, value in enumerate((0.0, gap, gap + 50), start=1)}
    tensor = {"g_x": 0.01, "g_y": 0.02, "g_z": 19.9}
    head = {"key": f"{name}, {preset}", "name": name, "smiles": name, "donor": 0, **asdict(recipe(preset))}
    return {**head, "status": "converged", "reason": "", "wall_s": 1.0, "cpu_s": 1.0, **levels, **tensor, **changes}


def failed(name: str) -> dict[str, Any]:
    head = {"name": name, "smiles": name, "donor": 0, **asdict(recipe("standard"))}
    return {**head, "status": FAILED, "reason": "the orbitals, alas, did not converge.", "wall_s": 1.0, "cpu_s": 1.0}


def written(folder: Path, rows: list[dict[str, Any]]) -> Path:
    write_tables(rows, folder / "pilot.json")
    return folder / "pilot_standard.csv"


def test_labels_and_failures_come_back_with_their_recipe(tmp_path: Path) -> None:
    pilot = load_pilot(written(tmp_path, [failed("N"), row("O", 100.5), row("O", 90.0, "fast")]))
    (label,) = pilot.labels
    assert (label.smiles, label.levels, label.g) == ("O", (0.0, 100.5, 150.5), (0.01, 0.02, 19.9))
    assert pilot.recipe == recipe("standard")
    assert pilot.failures == {"N": "the orbitals, alas, did not converge."}


@pytest.mark.parametrize("column", ["geometry", "preset", "multiplicities", "engine"])
def test_a_table_of_two_recipes_is_refused(tmp_path: Path, column: str) -> None:
    path = written(tmp_path, [row("O", 100.0), row("N", 100.0)])
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index(column)
    cells = lines[2].split(",")
    lines[2] = ",".join([*cells[:place], "another", *cells[place + 1 :]])
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"do not share one recipe.*another"):
        load_pilot(path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("O", 1.0), row("O", 2.0)], "twice"),
        ([row("O", 1.0, g_z="")], "could not convert"),
        ([row("O", 1.0, level_2_cm1="many")], "could not convert"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, rows: list[Mapping[str, Any]], message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        load_pilot(written(tmp_path, [dict(r) for r in rows]))


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_text("smiles,donor\nO,0\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="geometry"):
        load_pilot(path)


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_text("smiles,donor\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="none"):
        load_pilot(path)


def test_the_ranks_of_the_presets_are_compared_over_what_both_computed() -> None:
    rows = [row(name, gap) for name, gap in (("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0))]
    rows += [row(name, gap, "fast") for name, gap in (("a", 10.0), ("b", 30.0), ("c", 20.0))]
    found = summary([*rows, failed("e")])
    assert found["fast_against_standard"]["ligands"] == 3
    assert found["fast_against_standard"]["spearman"] == 0.5
    assert found["standard"]["converged"] == 4 and list(found["standard"]["failed"]) == ["e"]
