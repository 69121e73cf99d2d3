"""The table of computed levels: exact there and back, whole after a kill, one writer at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError, UnreadableFile
from training.common.level_labels import (
    CONVERGED,
    ENVIRONMENTS,
    FAILED,
    GAPS,
    LabelTable,
    LevelLabel,
    identity,
    labels,
    rounded,
)

ROW = LevelLabel(
    GAPS, "CC(C)(C)[O-] 4", "train", {"smiles": "CC(C)(C)[O-]", "donor": 4}, "gfn2-5", "standard", "all", "cahf-1",
    CONVERGED, ion="Dy", charge=1, elements="Dy O", positions=[0, 0, 0, 2112, -3, 40], donors=[1], functions=300,
    auxiliary=1500, levels=[0.0, 700.12], g=[[1e-6, 2e-6, 19.9], []], axes=[[0.0, 0.6, 0.8], []],
    stevens=[-1.23456e-5], residual=0.01, checks={"f": 6.98}, seconds={"wall": 80.1}, made="2026-11-29",
)  # fmt: skip


def test_a_row_reads_back_as_it_was_written(tmp_path: Path) -> None:
    with LabelTable(tmp_path) as table:
        table.add(ROW)
    assert labels(GAPS, tmp_path) == [ROW]


def test_coordinates_are_kept_to_a_thousandth_of_an_angstrom() -> None:
    positions = np.array([[0.0, 0.0, 0.0], [2.11249, -0.0031, 0.04]])
    assert replace(ROW, positions=rounded(positions)).coordinates.tolist() == [[0, 0, 0], [2.112, -0.003, 0.04]]


def test_a_line_cut_short_by_a_kill_is_dropped_and_the_next_stands_alone(tmp_path: Path) -> None:
    with LabelTable(tmp_path) as table:
        table.add(ROW)
    file = tmp_path / "gaps.jsonl"
    file.write_bytes(file.read_bytes() + ROW.to_line().encode()[:40])
    other = replace(ROW, key="O 0", status=FAILED, reason="it did not settle.")
    with LabelTable(tmp_path) as table:
        table.add(other)
    assert labels(GAPS, tmp_path) == [ROW, other]


def test_a_complex_is_kept_once_for_each_recipe(tmp_path: Path) -> None:
    fast = replace(ROW, preset="fast")
    with LabelTable(tmp_path) as table:
        for row in (ROW, replace(ROW, levels=[0.0, 1.0]), fast):
            table.add(row)
        assert table.holds(GAPS, ROW.identity)
        assert not table.holds(GAPS, identity("O 0", ROW.recipe, ROW.source))
    assert labels(GAPS, tmp_path) == [ROW, fast]


def test_an_environment_whose_coordinates_have_changed_is_computed_again(tmp_path: Path) -> None:
    old = replace(ROW, campaign=ENVIRONMENTS, source={"coordinates_sha256": "0123"})
    new = replace(old, source={"coordinates_sha256": "4567"})
    with LabelTable(tmp_path) as table:
        table.add(old)
        assert table.holds(ENVIRONMENTS, old.identity) and not table.holds(ENVIRONMENTS, new.identity)
        table.add(new)
    assert labels(ENVIRONMENTS, tmp_path) == [old, new]


def test_two_processes_cannot_add_rows_at_once(tmp_path: Path) -> None:
    with LabelTable(tmp_path), pytest.raises(InputError, match="another process"):
        LabelTable(tmp_path)
    with LabelTable(tmp_path):
        pass


@pytest.mark.parametrize("text", ["no JSON\n", "[]\n", '{"campaign": "gaps"}\n', '{"colour": "red"}\n'])
def test_a_file_that_holds_something_else_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "gaps.jsonl").write_text(ROW.to_line() + "\n" + text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="line 2"):
        labels(GAPS, tmp_path)
