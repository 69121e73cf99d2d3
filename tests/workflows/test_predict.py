"""From a file to levels: what is said, what is not, and that the record is plain JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.chem.donor_class import DonorClass
from core.doubts import codes
from core.fields.donor_charges import calibration
from core.fields.electrostatic import point_charges, uncalibrated_donors
from core.fields.environment import environment
from core.workflows import predict as predictor
from core.workflows.predict import axial_pair, predict
from core.workflows.prediction import Prediction, Status
from tests.chem import geometry as g
from tests.fields.environments import aquo_hydroxide

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
KEYS = {
    "file", "block", "status", "message", "metal", "oxidation_state", "coordination_number", "donors", "shape",
    "charge", "levels", "caveat", "axial_angle_deg", "provenance", "report", "doubts",
}  # fmt: skip
FIELD_KEYS = {"energies_cm1", "first_gap_cm1", "tunnelling_cm1", "g", "easy_axis", "crystal_field"}


def example(name: str, **choice: int) -> Prediction:
    return predict((EXAMPLES / f"{name}.cif").read_bytes(), name, **choice)  # type: ignore[arg-type]


def test_the_record_has_the_promised_keys_and_is_strict_json() -> None:
    record = example("dy-h2o5-opme3-2").to_dict()
    assert record.keys() >= KEYS
    assert isinstance(record["levels"], dict)
    assert record["levels"].keys() >= FIELD_KEYS
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_a_pentagonal_bipyramid_with_short_axial_oxygens_is_axial_along_them() -> None:
    prediction = example("dy-h2o5-opme3-2")
    assert next(iter(prediction.shapes)) == "PBPY-7"
    assert prediction.levels is not None
    assert prediction.levels.g is not None
    assert prediction.levels.g[2] > 19.5
    assert prediction.axial_angle is not None
    assert prediction.axial_angle < 5.0
    assert prediction.sphere is not None
    assert prediction.axial_pair is not None
    assert {prediction.sphere.donors[i].donor_class for i in prediction.axial_pair} == {"phosphine oxide"}


def test_a_sandwich_has_no_shape_and_keeps_its_charge_on_the_ring_atoms() -> None:
    prediction = example("dy-cp-ipr5-cp-star")
    assert prediction.shapes == {}
    assert prediction.sphere is not None
    assert prediction.molecule is not None
    positions, charges = point_charges(environment(prediction.molecule, prediction.sphere))
    assert len(charges) == 10
    assert np.linalg.norm(positions, axis=1).min() > 2.3  # carbons, not centroids
    assert "coordination-number-outside" not in codes(prediction.doubts)


@pytest.mark.parametrize(
    ("complexes", "words"),
    [(1, "{} donors rests on a single computed complex"), (0, "{}: its charge is placed by judgement")],
)
def test_a_charge_that_few_or_no_computed_complexes_speak_for_is_doubted(complexes: int, words: str) -> None:
    around = aquo_hydroxide()
    rare = next(donor for donor, count in calibration().seen.items() if count == complexes)
    (doubt,) = uncalibrated_donors(replace(around, classes=(rare, *around.classes[1:])))
    assert words.format(rare) in doubt.text


def test_such_a_doubt_reaches_the_reader() -> None:
    far = [("I" if e == "Cl" else e, (1.15 * x, 1.15 * y, z)) for e, (x, y, z) in g.trichloride("Dy")]
    rare = calibration().seen[DonorClass.IODIDE] < 2
    said = any("iodide" in one.text for one in predict(g.cif([*far, *g.water(2.4)]).encode(), "x").doubts)
    assert said == rare


def test_common_donors_are_not_doubted() -> None:
    assert not {"donor-uncalibrated", "donor-calibrated-once"} & codes(example("dy-nitrate3-thf3-disordered").doubts)


def test_several_magnetic_ions_are_refused_until_a_site_is_chosen() -> None:
    refused = example("dy2-methoxide-acac4")
    assert refused.status is Status.REFUSED
    assert refused.report.sites
    assert refused.levels is None
    chosen = example("dy2-methoxide-acac4", site=1)
    assert chosen.status is Status.OK
    assert "exchange-ignored" in codes(chosen.doubts)


def test_a_bridging_donor_shares_its_charge_between_the_metals() -> None:
    chosen = example("dy2-methoxide-acac4", site=1)
    assert chosen.sphere is not None
    bridging = [d for d in chosen.sphere.donors if d.bridges]
    assert bridging
    assert all(d.shared_by == pytest.approx(2.0) for d in bridging)


@pytest.mark.parametrize(("ion", "word"), [("Eu", "J = 0"), ("Gd", "zero-field")])
def test_europium_and_gadolinium_have_no_levels_and_say_why(ion: str, word: str) -> None:
    prediction = predict(g.cif([*g.trichloride(ion), *g.water(2.4)]).encode(), "x")
    assert prediction.status is Status.OK
    assert prediction.levels is not None
    assert prediction.levels.first_gap is None
    assert any(word in one.text for one in prediction.doubts)


def test_a_divalent_lanthanide_gets_no_levels() -> None:
    lower = g.turned(g.cyclopentadienyl(), np.diag([1.0, -1.0, -1.0]))
    prediction = predict(g.cif([("Yb", (0.0, 0.0, 0.0)), *g.cyclopentadienyl(), *lower]).encode(), "x")
    assert prediction.oxidation_state == 2
    assert prediction.levels is None
    assert "no-levels" in codes(prediction.doubts)


@pytest.mark.parametrize(("data", "status"), [(b"", Status.ERROR), (b"data_x\n_a 1\n", Status.ERROR)])
def test_bad_input_is_an_answer_and_no_exception(data: bytes, status: Status) -> None:
    prediction = predict(data, "bad.cif")
    assert (prediction.status, prediction.file) == (status, "bad.cif")
    assert prediction.message.endswith(".")
    json.dumps(prediction.to_dict(), allow_nan=False)


def test_the_axial_pair_needs_two_donors() -> None:
    prediction = predict(g.cif([("Dy", (0.0, 0.0, 0.0)), ("Cl", (2.6, 0.0, 0.0))]).encode(), "x")
    assert prediction.sphere is not None
    assert axial_pair(prediction.sphere, None) == (None, None)


def test_a_fault_of_our_own_is_an_answer_where_nothing_may_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(predictor, "read_structure", broken)
    prediction = predictor.predict_guarded(b"data_x", "x.cif")
    assert prediction.status is Status.ERROR
    assert "ZeroDivisionError" in prediction.message


@pytest.mark.parametrize(
    ("ligand", "direction"),
    [
        (g.cyclopentadienyl(), (1, 0, 0)),
        (g.cyclopentadienyl(), (0, 0, 1)),
        (g.borohydride(), (0, 0, 1)),
        (g.kappa2_acetate(), (1, 0, 0)),
        (g.kappa2_nitrate(), (1, 0, 0)),
        (g.acetylacetonate(), (1, 0, 0)),
    ],
    ids=["Cp slips", "Cp leaves", "BH4 leaves", "acetate turns κ¹", "nitrate turns κ¹", "acac turns κ¹"],
)
def test_levels_follow_a_ligand_smoothly_through_every_hapticity(
    ligand: g.Atoms, direction: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictor, "verdict", lambda *_: None)  # two thirds of the time, and no part of the levels
    lower = g.turned(g.cyclopentadienyl(), np.diag([1.0, -1.0, -1.0]))
    before = None
    for step in np.arange(0.0, 1.2, 0.01):
        x, y, z = step * np.array(direction)
        moved: g.Atoms = [(e, (a + x, b + y, c + z)) for e, (a, b, c) in ligand]
        prediction = predict(g.cif([("Dy", (0.0, 0.0, 0.0)), *moved, *lower]).encode(), "x")
        assert prediction.levels is not None
        if before is not None:
            assert np.abs(prediction.levels.energies - before).max() < 60.0  # a jump in class or count makes hundreds
        before = prediction.levels.energies
