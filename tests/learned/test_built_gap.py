"""The line that says of a built complex what the engine would: its descriptors, its fit, its bounds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.errors import UnreadableFile
from core.learned.built_gap import FARTHEST, NAMES, BuiltGapLine, descriptors, line
from training.common.level_labels import CONVERGED, GAPS, LevelLabel, labels
from training.ligands.built_gap import BuiltGaps, answers, fitted, left_out


@pytest.fixture(scope="module")
def row() -> LevelLabel:
    """The smallest computed complex of the table."""
    rows = [row for row in labels(GAPS) if row.status == CONVERGED and row.half == "train"]
    return min(rows, key=lambda row: (row.functions, row.key))


def test_descriptors_are_bonds_charges_and_angles_of_the_complex(row: LevelLabel) -> None:
    elements, positions = row.elements.split(), row.coordinates
    axial = row.donors[0], row.donors[1]
    read = descriptors(elements, positions, row.charge, axial, row.donors[2:], 400.0)
    told = dict(zip(NAMES, read, strict=True))
    bonds = np.linalg.norm(positions[row.donors] - positions[0], axis=1)
    assert told["axial bond / Å"] == pytest.approx(bonds[:2].mean())
    assert told["equatorial bond / Å"] == pytest.approx(bonds[2:].mean())
    assert told["electrostatic gap / cm⁻¹"] == 400.0
    assert told["axial donor charge / e"] < 0 < told["metal charge / e"]
    assert 0 < told["equatorial bond order"] < told["axial bond order"] < 2
    assert 150 < told["axial angle / °"] <= 180


def test_descriptors_do_not_depend_on_the_frame(row: LevelLabel) -> None:
    elements, axial = row.elements.split(), (row.donors[0], row.donors[1])
    turned = row.coordinates @ Rotation.from_rotvec([0.3, -1.1, 0.7]).as_matrix().T + [1.0, 2.0, 3.0]
    here = descriptors(elements, row.coordinates, row.charge, axial, row.donors[2:], 400.0)
    there = descriptors(elements, turned, row.charge, axial, row.donors[2:], 400.0)
    assert there == pytest.approx(here, rel=2e-3, abs=1e-3)  # the looseness of the wave function


@pytest.fixture(scope="module")
def made() -> BuiltGaps:
    """Gaps that follow from class and descriptors, with noise of 5 cm⁻¹."""
    random = np.random.default_rng(7)
    classes = np.repeat(["alkoxide", "ether", "nitrile"], 40)
    read = random.normal(size=(120, len(NAMES)))
    read[:, 0] = 100 * read[:, 0] + 300
    usual = np.select([classes == "alkoxide", classes == "ether"], [500.0, 200.0], 100.0)
    values = usual + 0.2 * read[:, 0] + 30 * read[:, 5] + random.normal(0, 5, 120)
    return BuiltGaps(values, classes, np.array([f"s{k // 2}" for k in range(120)]), read, "gfn2-5/standard/all/cahf-1")


def test_the_line_learns_what_follows_from_class_and_descriptors(made: BuiltGaps) -> None:
    said, usual = left_out(made)
    assert np.abs(said - made.values).mean() < 8 < 20 < np.abs(usual - made.values).mean()


def test_the_saved_line_says_what_the_fit_says(made: BuiltGaps, tmp_path: Path) -> None:
    fitted(made).save(tmp_path / "built-gap")
    read = BuiltGapLine.load(tmp_path / "built-gap")
    told = [read.say(one, str(kind)).gap for one, kind in zip(made.read, made.classes, strict=True)]
    assert told == pytest.approx(np.maximum(answers(made, made), 0.0), abs=0.01)
    assert read.worth == fitted(made).worth


def test_nine_of_ten_gaps_lie_in_the_interval(made: BuiltGaps) -> None:
    own = fitted(made)
    said = left_out(made)[0]
    assert np.mean(np.abs(said - made.values) <= own.worth.within) == pytest.approx(0.9, abs=0.01)


def test_it_says_nothing_of_classes_and_complexes_that_it_does_not_know(made: BuiltGaps) -> None:
    own = fitted(made)
    assert own.say(made.read[0], "carbene C").gap is None
    assert "no computed gaps" in own.say(made.read[0], "carbene C").reason
    far = made.read[0].copy()
    far[5] = own.centre[5] + 2 * FARTHEST * own.spread[5]
    assert own.say(far, "alkoxide").reason == "its axial bond lies far from those of the computed complexes"
    assert own.say(made.read[0], "alkoxide").gap is not None


def test_a_gap_above_all_labels_says_so(made: BuiltGaps) -> None:
    own = fitted(made)
    low = replace(own, worth=replace(own.worth, highest=100.0))
    assert low.say(made.read[0], "alkoxide").beyond
    assert not replace(own, worth=replace(own.worth, highest=9000.0)).say(made.read[0], "alkoxide").beyond


def test_weights_of_other_descriptors_are_refused(made: BuiltGaps, tmp_path: Path) -> None:
    folder = tmp_path / "built-gap"
    fitted(made).save(folder)
    text = (folder / "config.json").read_text(encoding="utf-8")
    (folder / "config.json").write_text(text.replace("axial bond order", "bond order"), encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no line of the gap"):
        BuiltGapLine.load(folder)


def test_the_shipped_line_beats_the_mean_of_the_donor_class_and_the_electrostatic_model() -> None:
    worth = line().worth
    assert worth.error < worth.class_mean_error
    assert worth.error < worth.electrostatic_error
    assert worth.labels >= 100
