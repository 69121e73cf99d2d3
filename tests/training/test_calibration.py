"""The fit of effective charges: it finds charges that are known, and its errors are those of the levels."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.chem.donor_class import DonorClass
from core.fields.crystal_field import crystal_field
from core.fields.environment import Environment
from core.fields.point_charges import point_charge_parameters
from core.learned.field_levels import parameter_scale
from core.magnetism.ions import lanthanide
from core.magnetism.levels import first_gap
from core.magnetism.stevens import KQ, hamiltonian
from tests.chem import geometry as g
from tests.fields.test_environment import surroundings
from training.factory.level_samples import Sample
from training.levels.computed_levels import TABLE, built, kept_rows, motifs
from training.motifs.landmarks import landmarks
from training.predictor.calibration import CLASSES, Charges, design, errors, fitted, modelled
from training.predictor.field_spread import spread

IONS = ("Dy", "Er", "Nd", "Yb", "Tb")


def known() -> Charges:
    """Charges of our own choice, other ones in every rank."""
    polarity = np.full((len(CLASSES), 3), 1.0)
    polarity[CLASSES.index(DonorClass.WATER)] = (1.3, 2.0, 0.7)
    polarity[CLASSES.index(DonorClass.NITRATE)] = (0.6, 1.1, 1.6)
    return Charges(polarity, np.array([0.5, 0.9, 0.2]))


def scattered(ion: str, seed: int) -> Environment:
    """A nitrate and two waters in directions drawn at random."""
    random = np.random.default_rng(seed)
    atoms: g.Atoms = []
    for piece in (g.kappa2_nitrate(), g.water(2.4), g.water(2.35)):
        q, _ = np.linalg.qr(random.normal(size=(3, 3)))
        atoms += g.turned(piece, q * np.sign(np.linalg.det(q)))
    return surroundings(atoms, ion)


def exact(around: Environment) -> Sample:
    """What a world of point charges would compute."""
    field = modelled(around, known())
    stevens = np.array([field.stevens_input[kq] for kq in KQ])
    return Sample(around, stevens, field.energies, field.g, field.easy_axis, "calibration")


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return [exact(scattered(ion, seed)) for seed, ion in enumerate(IONS * 4)]


def test_charges_that_made_the_levels_are_found_again(samples: list[Sample]) -> None:
    found = fitted(samples, 1e-9)
    formal = -1 / 3
    for donor_class, charge in ((DonorClass.WATER, 0.0), (DonorClass.NITRATE, formal)):
        row = CLASSES.index(donor_class)
        ours = found.anionic * charge - found.polarity[row]
        wanted = known().anionic * charge - known().polarity[row]
        assert ours == pytest.approx(wanted, abs=0.02)


def test_a_trend_along_the_series_is_found_and_left_out_of_the_charges(samples: list[Sample]) -> None:
    """Levels of charges that shrink towards the light ions; more ions than donor classes, so that one s fits them."""
    trend = replace(known(), series=-0.02)
    seen = []
    for sample in samples:
        field = modelled(sample.environment, trend)
        stevens = np.array([field.stevens_input[kq] for kq in KQ])
        seen.append(replace(sample, stevens=stevens, levels=field.energies))
    fits = {series: fitted(seen, 1e-9, series) for series in (-0.03, -0.02, 0.0)}
    off = {s: errors(seen, [modelled(one.environment, fit) for one in seen]) for s, fit in fits.items()}
    wrong = {s: error["levels_median_rms_cm1"] for s, error in off.items()}
    assert wrong[-0.02] < 0.1 < wrong[-0.03] < wrong[0.0]


def test_the_design_is_the_field_of_single_charges() -> None:
    around = scattered("Dy", 3)
    charges = known()
    polarity = charges.polarity[[CLASSES.index(c) for c in around.classes]]
    atoms = (around.formal_charges[:, None] * charges.anionic - polarity) * around.weights[:, None]
    parameters = point_charge_parameters(lanthanide("Dy"), around.donor_positions, atoms)
    for column, rank in enumerate((2, 4, 6)):
        vector = np.append(charges.polarity[:, column], charges.anionic[column])
        wanted = [parameters[rank, q] for q in range(-rank, rank + 1)]
        assert design(around, rank) @ vector == pytest.approx(wanted, rel=1e-9)


def test_a_strong_ridge_keeps_the_judged_ratios(samples: list[Sample]) -> None:
    found = fitted(samples, 1e6)
    unseen = CLASSES.index(DonorClass.ALKOXIDE)
    water = CLASSES.index(DonorClass.WATER)
    assert found.polarity[unseen] / found.polarity[water] == pytest.approx(np.full(3, 1.35 / 1.2), rel=1e-3)


def test_a_perfect_model_has_no_error_and_a_wrong_one_has(samples: list[Sample]) -> None:
    right = errors(samples, [modelled(s.environment, known()) for s in samples])
    twice = Charges(2 * known().polarity, 2 * known().anionic)
    wrong = errors(samples, [modelled(s.environment, twice) for s in samples])
    assert right["gap_mean_abs_cm1"] == 0.0 and right["gap_spearman"] == 1.0
    assert wrong["gap_mean_abs_cm1"] == pytest.approx(right["gap_mean_cm1"], rel=0.01)  # a gap too large
    assert wrong["axis_median_angle_deg"] < 0.1


def test_the_gap_of_an_ion_with_an_even_number_is_counted_from_the_middle_of_its_pair() -> None:
    assert first_gap(np.array([0.0, 0.4, 90.0, 91.0])) == pytest.approx(89.8)
    assert first_gap(np.array([0.0, 0.0, 90.0, 90.0])) == pytest.approx(90.0)


def test_every_complex_of_the_pilot_is_taken_apart_with_five_waters_and_two_axial_ligands() -> None:
    tasks = built()
    assert len(tasks) >= 20
    for task in tasks:
        assert task.environment.classes.count(DonorClass.WATER) >= 5
        assert len(task.environment.classes) == 7
        assert task.spec.charge == task.charge


def test_no_family_of_the_table_stands_in_both_halves_and_every_row_has_the_same_recipe() -> None:
    rows = json.loads(TABLE.read_text(encoding="utf-8"))["rows"]
    halves = {half: {row["family"] for row in rows if row["half"] == half} for half in ("calibration", "check")}
    assert not halves["calibration"] & halves["check"]
    assert len({(row["preset"], row["multiplicities"], row["engine"]) for row in rows}) == 1
    for row in rows:
        if row["status"] == "converged":
            assert len(row["levels_cm1"]) == lanthanide(row["ion"]).two_j + 1
            assert len(row["stevens_input_cm1"]) == 27


def test_rows_of_the_table_are_not_computed_again_and_rows_of_another_recipe_are(tmp_path: Path) -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    first, second = table["rows"][:2]
    (tmp_path / "t.json").write_text(json.dumps({"rows": [first, {**second, "engine": "another"}]}), encoding="utf-8")
    kept = kept_rows(tmp_path / "t.json")
    assert list(kept) == [(first["key"], first["geometry"])]
    assert kept[first["key"], first["geometry"]]["levels_cm1"] == first["levels_cm1"]
    assert kept_rows(tmp_path / "none.json") == {}


def test_the_stevens_parameters_of_the_table_give_its_levels_back() -> None:
    """Energies from B_k^q alone, on the engine's rows: what is left is the share of ranks above 6."""
    rows = [row for row in json.loads(TABLE.read_text(encoding="utf-8"))["rows"] if row["status"] == "converged"]
    for row in rows:
        parameters = dict(zip(KQ, row["stevens_input_cm1"], strict=True))
        levels = np.linalg.eigvalsh(hamiltonian(lanthanide(row["ion"]).two_j, parameters))
        computed = np.array(row["levels_cm1"])
        spread = np.sqrt(((computed - computed.mean()) ** 2).mean())
        assert np.sqrt(((levels - levels.mean() - computed + computed.mean()) ** 2).mean()) < 0.1 * spread + 1.0


def test_crystal_field_takes_a_charge_for_every_rank() -> None:
    positions = np.array([[0.0, 0.0, 2.2], [0.0, 0.0, -2.2], [2.4, 0.0, 0.0]])
    same = crystal_field("Dy", positions, [-1.0, -1.0, -0.5])
    by_rank = crystal_field("Dy", positions, np.repeat([[-1.0], [-1.0], [-0.5]], 3, axis=1))
    assert by_rank.energies == pytest.approx(same.energies, abs=1e-9)


def test_the_spread_about_computed_levels_is_found_again(samples: list[Sample]) -> None:
    random = np.random.default_rng(5)
    models, off = [], []
    for sample in samples * 6:
        scale = parameter_scale(lanthanide(sample.environment.metal))
        stevens = sample.stevens + random.normal(size=27) * 0.3 * scale
        models.append(modelled(sample.environment, known()))
        parameters = dict(zip(KQ, stevens.tolist(), strict=True))
        levels = np.linalg.eigvalsh(hamiltonian(lanthanide(sample.environment.metal).two_j, parameters))
        off.append(replace(sample, stevens=stevens, levels=levels - levels[0]))
    found = spread(off, models)
    sizes = np.hypot(found.floor[0], found.share[0])
    assert 0.2 < found.floor[0] <= sizes < 0.4
    assert 0.5 < found.widening < 2.0


def test_complexes_with_rare_donors_share_theirs_with_no_landmark_and_with_nothing_of_the_check_half() -> None:
    rows = json.loads(TABLE.read_text(encoding="utf-8"))["rows"]
    unseen = {row["donors"] for row in rows if row["half"] == "check"}
    unseen |= {landmark.environment.signature for landmark in landmarks()}
    tasks = motifs()
    assert len({task.key for task in tasks}) == len(tasks) > 20
    assert not unseen & {task.environment.signature for task in tasks}
