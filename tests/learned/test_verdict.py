"""Verdicts: when a model is asked, what it is asked, and what is said where it is not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.chem.io.structure import read_structure
from core.chem.report import ParseReport
from core.errors import UnreadableFile
from core.fields.electrostatic import field_of
from core.fields.environment import environment
from core.learned import verdict as module
from core.learned.verdict import WEIGHTS, electrostatic, models, refusal, verdict
from core.workflows.predict import predict
from tests.workflows.test_predict import EXAMPLES

STRUCTURE = read_structure((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes())
AROUND = environment(STRUCTURE.molecule, STRUCTURE.sphere)


def test_a_plain_dysprosium_complex_is_judged_by_all_models_and_the_metal_alone() -> None:
    said = verdict(AROUND, "")
    assert said.in_domain, said.reason
    for opinion in (said.electrostatic, said.voxel, said.invariant):
        assert opinion is not None
        assert 0 <= opinion.p_smm <= 1
        low, high = opinion.interval
        assert 0 <= low <= opinion.gap <= high and low < high
    assert said.metal_only is not None and 0 < said.metal_only < 1
    assert len(said.nearest) >= 1


@pytest.mark.parametrize(
    ("metal", "oxidation_state", "change", "word"),
    [
        ("Gd", 3, {}, "orbital moment"),
        ("La", 3, {}, "no 4f electron"),
        ("Pm", 3, {}, "trained on no Pm"),
        ("Dy", 2, {}, "not trivalent"),
        ("Dy", 3, {"magnetic_ions": 2}, "exchange is ignored"),
        ("Dy", 3, {"disordered_donors": ("O",)}, "disordered"),
        ("Dy", 3, {"hydrogens_missing": 4}, "4 hydrogen atoms missing"),
        ("Dy", 3, {}, ""),
    ],
)
def test_every_refusal_has_its_sentence(metal: str, oxidation_state: int, change: dict[str, object], word: str) -> None:
    reason = refusal(metal, oxidation_state, STRUCTURE.sphere, replace(ParseReport(), **change))  # type: ignore[arg-type]
    assert (word in reason) if word else reason == ""


def test_a_sphere_of_eleven_donors_is_refused() -> None:
    donors = STRUCTURE.sphere.donors
    crowded = replace(STRUCTURE.sphere, donors=(*donors, *donors[:4]))
    assert "Coordination number 11" in refusal("Dy", 3, crowded, ParseReport())


def test_a_bond_that_no_crystal_has_is_refused() -> None:
    first, *others = STRUCTURE.sphere.donors
    near = replace(STRUCTURE.sphere, donors=(replace(first, distance=1.9), *others))
    assert f"Dy–{first.element} of 1.90 Å is shorter than any such bond known" in refusal("Dy", 3, near, ParseReport())


def test_a_refused_structure_is_shown_to_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "models", lambda: pytest.fail("asked"))
    assert verdict(AROUND, "because").reason == "because"


def test_missing_weights_cost_the_verdict_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile):
        models.__wrapped__(tmp_path)
    monkeypatch.setattr(module, "models", lambda: models.__wrapped__(tmp_path))
    prediction = predict((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes(), "x")
    assert prediction.levels is not None
    assert prediction.verdict is not None and prediction.verdict.reason.startswith("The models cannot be loaded: ")
    assert prediction.verdict.electrostatic is not None


def test_far_from_the_training_environments_the_electrostatic_model_stands_alone() -> None:
    far = replace(AROUND, positions=0.65 * AROUND.positions)
    said = verdict(far, "")
    assert not said.in_domain and "unlike all that the network and its control learned from" in said.reason
    assert said.voxel is None and said.invariant is None
    assert said.electrostatic is not None
    assert said.electrostatic.gap == pytest.approx(field_of(far).first_gap, rel=1e-6)


def test_damaged_weights_are_one_sentence(tmp_path: Path) -> None:
    root = tmp_path / "models_weights"
    shutil.copytree(WEIGHTS, root)
    name = json.loads((root / "predictor.json").read_text())["voxel"][0]
    file = root / name / "weights.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(UnreadableFile) as caught:
        models.__wrapped__(root)
    assert "\n" not in caught.value.sentence


def test_the_verdict_does_not_hang_on_how_the_molecule_is_turned() -> None:
    said = verdict(AROUND, "")
    q, _ = np.linalg.qr(np.random.default_rng(8).normal(size=(3, 3)))
    turned = verdict(AROUND.turned(q * np.sign(np.linalg.det(q))), "")
    assert said.voxel is not None and turned.voxel is not None and said.invariant and turned.invariant
    assert turned.voxel.p_smm == pytest.approx(said.voxel.p_smm, abs=0.04)
    assert turned.invariant.p_smm == pytest.approx(said.invariant.p_smm, abs=1e-6)


def test_the_electrostatic_model_has_one_gap_on_the_page_not_two() -> None:
    field = field_of(AROUND)
    assert field.first_gap is not None
    assert electrostatic(AROUND).gap == pytest.approx(field.first_gap, rel=1e-6)


def test_weak_donors_are_less_likely_to_make_an_smm_than_strong_axial_ones() -> None:
    strong = environment_of("dy-otbu2-py5-bph4")
    weak = environment_of("dy-acac3-phen")
    assert electrostatic(strong).p_smm > electrostatic(weak).p_smm
    assert electrostatic(strong).gap > 2 * electrostatic(weak).gap


def environment_of(name: str) -> module.Environment:
    structure = read_structure((EXAMPLES / f"{name}.cif").read_bytes())
    return environment(structure.molecule, structure.sphere)


def test_the_record_holds_every_opinion_and_the_reason() -> None:
    record = predict((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes(), "x").to_dict()
    voxel, invariant, baseline = record["voxel"], record["invariant"], record["baseline"]
    assert isinstance(voxel, dict) and isinstance(invariant, dict) and isinstance(baseline, dict)
    assert voxel.keys() == {"p_smm", "gap_cm1", "gap_interval_cm1", "in_domain", "reason", "levels"} == invariant.keys()
    assert baseline["p_smm_metal_only"] is not None
    json.dumps(record, allow_nan=False)
