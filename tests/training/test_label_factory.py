"""The label factory: nothing lost, nothing made twice, the share of the campaigns, and real labels of small ions."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.magnetism.ions import lanthanide
from core.magnetism.stevens import stevens_operators
from core.qc.hamiltonian import Spec
from training.common.level_labels import (
    CAMPAIGNS,
    CONVERGED,
    ENVIRONMENTS,
    FAILED,
    GAPS,
    MOTIFS,
    LabelTable,
    LevelLabel,
    labels,
)
from training.factory.factory import line, run
from training.factory.level_samples import new_samples
from training.factory.ligand_list import TWICE, first_round, ordered, read_list
from training.factory.recipes import ENVIRONMENT_RECIPE, GAP_LIST
from training.factory.tasks import LabelTask, environment_tasks, gap_tasks
from training.factory.worker import computed
from training.ligands.halves import half_of
from training.ligands.labels import first_gaps, gaps_to_learn_from

PROBE = f"{__name__}:probe"

RECIPE = ("probe", "probe", "all", "probe-1")


def probe(task: LabelTask) -> LevelLabel:
    """A label that takes 20 ms; some break, and one takes its process with it."""
    time.sleep(0.02)
    if task.key == "deadly":
        os._exit(9)
    geometry, preset, multiplicities, engine = task.recipe
    head = (task.campaign, task.key, task.half, task.source, geometry, preset, multiplicities, engine)
    return LevelLabel(*head, CONVERGED, levels=[0.0, 100.0], seconds={"wall": 0.02})


def tasks(campaign: str, count: int) -> list[LabelTask]:
    return [LabelTask(campaign, f"{campaign} {number}", "train", {}, RECIPE) for number in range(count)]


def made(folder: Path) -> list[str]:
    return [row.key for campaign in CAMPAIGNS for row in labels(campaign, folder)]


def test_every_task_gets_one_row(tmp_path: Path) -> None:
    with LabelTable(tmp_path) as table:
        run(table, {GAPS: tasks(GAPS, 12), ENVIRONMENTS: tasks(ENVIRONMENTS, 4)}, 60, slots=1, work=PROBE)
    assert sorted(made(tmp_path)) == sorted(t.key for t in (*tasks(GAPS, 12), *tasks(ENVIRONMENTS, 4)))
    with LabelTable(tmp_path) as table:  # all there: nothing is begun
        run(table, {GAPS: tasks(GAPS, 12)}, 60, slots=1, work="no.such.module:at_all")


def test_two_gaps_come_for_one_motif_and_one_environment_and_what_is_left_when_a_list_is_done(tmp_path: Path) -> None:
    begun: list[str] = []

    class Noted(LabelTable):
        def add(self, row: LevelLabel) -> None:
            begun.append(row.campaign)
            super().add(row)

    with Noted(tmp_path) as table:
        lists = {GAPS: tasks(GAPS, 6), ENVIRONMENTS: tasks(ENVIRONMENTS, 2), MOTIFS: tasks(MOTIFS, 4)}
        run(table, lists, 60, slots=1, work=PROBE)
    assert begun[:8] == [GAPS, MOTIFS, GAPS, ENVIRONMENTS] * 2
    assert begun[8:] == [GAPS, MOTIFS, GAPS, MOTIFS]


def test_a_task_that_kills_its_process_fails_with_a_reason_and_the_others_go_on(tmp_path: Path) -> None:
    deadly = LabelTask(GAPS, "deadly", "train", {}, RECIPE)
    with LabelTable(tmp_path) as table:
        run(table, {GAPS: [deadly, *tasks(GAPS, 3)]}, 60, slots=2, work=PROBE)
    rows = {row.key: row for row in labels(GAPS, tmp_path)}
    assert rows["deadly"].status == FAILED and "died twice" in rows["deadly"].reason
    assert len(rows) == 4


def test_a_factory_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\nfrom tests.training.test_label_factory import *\n"
        f"with LabelTable(Path({str(tmp_path)!r})) as table:\n"
        "    run(table, {GAPS: tasks(GAPS, 60), ENVIRONMENTS: tasks(ENVIRONMENTS, 30)}, 60, 2, PROBE)\n"
    )
    root = Path(__file__).parents[2]
    before = 0
    for _ in range(3):
        factory = subprocess.Popen([sys.executable, "-c", script], cwd=root, start_new_session=True)
        deadline = time.monotonic() + 60
        while len(made(tmp_path)) < before + 8 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(factory.pid, signal.SIGKILL)  # its processes have to notice by themselves
        factory.wait()
        assert len(made(tmp_path)) >= before + 8
        before = len(made(tmp_path))
    deadline = time.monotonic() + 30
    while subprocess.call([sys.executable, "-c", script], cwd=root) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert sorted(made(tmp_path)) == sorted(t.key for t in (*tasks(GAPS, 60), *tasks(ENVIRONMENTS, 30)))


def test_the_levels_of_rows_that_are_put_aside_are_not_told() -> None:
    row = LevelLabel(GAPS, "C 0", "train", {}, *RECIPE, CONVERGED, levels=[0.0, 123.4])
    assert "123.4" in line(row)
    for half in ("test", "second check"):
        assert "123.4" not in line(replace(row, half=half))


def test_nothing_is_begun_when_the_time_is_up(tmp_path: Path) -> None:
    with LabelTable(tmp_path) as table:
        run(table, {GAPS: tasks(GAPS, 5)}, 0.0, slots=1, work="no.such.module:at_all")
    assert made(tmp_path) == []


def test_a_fluoride_of_cerium_becomes_a_row_that_the_engine_stands_behind() -> None:
    spec = Spec(("Ce", "F"), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 2.15]]), 2, (1,), "fast")
    row = computed(LabelTask(ENVIRONMENTS, "CeF Ce", "calibration", {}, ENVIRONMENT_RECIPE, spec))
    assert row.status == CONVERGED, row.reason
    assert len(row.levels) == 3 and len(row.stevens) == 27
    assert np.degrees(np.arctan2(*np.abs(np.array(row.axes[0])[[0, 2]]))) < 0.1  # along the bond
    assert row.elements == "" and row.positions == []  # coordinates of environments are not kept


def test_a_complex_that_the_engine_refuses_becomes_a_row_with_the_reason() -> None:
    spec = Spec(("Ce", "F"), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.2]]), 2, (1,), "fast")
    row = computed(LabelTask(ENVIRONMENTS, "CeF Ce", "calibration", {}, ENVIRONMENT_RECIPE, spec))
    assert row.status == FAILED and "apart" in row.reason


def test_every_prefix_of_the_list_holds_all_classes_and_favours_anions_and_phosphine_oxides() -> None:
    entries = [entry for entry in read_list() if entry.round == 0 and entry.why == "stratified"]
    counts = Counter(entry.donor_class for entry in entries)
    assert len({entry.donor_class for entry in entries[:60]}) == len(counts)
    assert set(counts) >= TWICE and counts["phosphine oxide"] == pytest.approx(2 * counts["ether"], abs=2)
    assert counts["alkoxide"] == pytest.approx(2 * counts["amide O"], abs=2)


def test_test_scaffolds_are_put_aside_for_ever_by_their_hash() -> None:
    entries = read_list()
    assert all(entry.half == half_of(entry.smiles) for entry in entries)
    assert 0.1 < sum(entry.half == "test" for entry in entries) / len(entries) < 0.2
    assert half_of("CC(C)(C)[O-]") == half_of("CC(C)(C)O")


def test_the_list_and_the_tasks_name_each_ligand_once() -> None:
    keys = [task.key for task in gap_tasks()]
    assert len(set(keys)) == len(keys) >= 500
    with GAP_LIST.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(keys)


def test_the_first_round_is_the_same_each_time() -> None:
    from core.design.atlas_file import read_ligands
    from training.factory.ligand_list import LIBRARY

    ligands = [ligand for ligand in read_ligands(LIBRARY)[0] if ligand.heavy_atoms <= 6]
    assert ordered(ligands) == ordered(list(reversed(ligands)))
    known = frozenset({(ligands[0].smiles, ligands[0].donor)})
    assert first_round(ligands, 5, known)[-1].why == "known gap"


def test_no_gap_of_a_test_scaffold_is_learned_from() -> None:
    found = gaps_to_learn_from()
    assert found.values and {half_of(smiles) for smiles, _ in found.values} == {"train"}
    made = [row for row in labels(GAPS) if row.status == CONVERGED and row.half == "train"]
    assert made and all(found.values[row.source["smiles"], row.source["donor"]] == row.levels[1] for row in made)
    assert any(half_of(smiles) == "test" for smiles, _ in first_gaps().values)  # older tables hold some


ENVIRONMENTS_FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "ln_environments"


@pytest.mark.skipif(not ENVIRONMENTS_FOLDER.is_dir(), reason="the environments are no part of Kramers")
def test_no_environment_of_the_check_half_is_computed_again_or_linked_to() -> None:
    import json

    from training.levels.computed_levels import TABLE

    rows = json.loads(TABLE.read_text(encoding="utf-8"))["rows"]
    check = [row for row in rows if row["half"] == "check"]
    found = environment_tasks(ENVIRONMENTS_FOLDER)
    assert len({task.key for task in found}) == len(found) > 200
    assert not {task.source["family"] for task in found} & {row["family"] for row in check}
    assert not {task.source["signature"] for task in found} & {row["donors"] for row in check}
    assert not {task.key for task in found} & {row["key"] for row in rows}
    share = sum(task.half == "second check" for task in found) / len(found)
    assert 0.1 < share < 0.3
    learned = new_samples(ENVIRONMENTS_FOLDER)
    wanted = {task.identity for task in found}
    rows = [row for row in labels(ENVIRONMENTS) if row.status == CONVERGED and row.half == "calibration"]
    rows = [row for row in rows if row.identity in wanted]
    assert len(learned) == len(rows) > 10
    for sample, row in zip(learned, rows, strict=True):
        assert sample.environment.metal == row.ion
        operators = stevens_operators(lanthanide(row.ion).two_j)
        levels = np.linalg.eigvalsh(np.tensordot(sample.stevens, operators, axes=1))
        assert levels - levels[0] == pytest.approx(sample.levels, abs=0.1 * sample.levels[-1])
