"""Results as JSON: they hold to the published schema, are read again exactly, and old ones have the present names."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import cli
from core.errors import InputError
from core.magnetism.levels_record import levels_from, levels_record
from core.qc.stored_levels import levels_of
from core.resources import example, shipped
from core.schema.files import NAME, RESULTS, from_json, schema_text, to_json, validator
from core.schema.old import current
from core.schema.provenance import provenance
from core.workflows.build import build_from_text
from core.workflows.predict import predict_file
from core.workflows.prediction import Prediction, Status
from scripts.result_schema import text
from tests.schema.valid import valid
from tests.verified import verified

EXAMPLES = sorted(path.name for path in shipped("assets/examples").glob("*.cif"))
OLD: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("version-1.json").read_text(encoding="utf-8"))


@cache
def predicted(name: str) -> Prediction:
    first = predict_file(example(name))
    return first if first.status is Status.OK else predict_file(example(name), site=1)


def test_the_published_schema_is_made_from_the_types() -> None:
    assert schema_text() == text(), "run python -m scripts.result_schema"


def test_the_command_prints_the_schema_and_it_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$id"] == NAME
    type(validator("PredictionRecord")).check_schema(schema)
    assert set(RESULTS.values()) <= set(schema["$defs"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_read_again_exactly(name: str) -> None:
    prediction = predicted(name)
    record = valid(prediction.to_dict(), "PredictionRecord")
    read = from_json(prediction.to_json())
    assert read == record
    assert to_json(read) == prediction.to_json()
    if prediction.levels is not None:
        assert levels_record(levels_from(read["levels"])) == record["levels"]  # type: ignore[arg-type, typeddict-item]


def test_every_model_hands_out_the_same_kind_of_levels() -> None:
    prediction = predicted("dy-h2o5-opme3-2.cif")
    assert prediction.verdict is not None and prediction.verdict.field is not None
    electrostatic, network, engine = prediction.levels, prediction.verdict.field.levels, levels_of(verified())
    assert electrostatic is not None
    for levels in (electrostatic, network, engine):
        assert type(levels) is type(electrostatic)
        valid(levels_record(levels), "LevelsRecord")
        assert levels_record(levels_from(levels_record(levels))) == levels_record(levels)
    assert len({levels.level_of_theory for levels in (electrostatic, network, engine)}) == 3
    said = prediction.verdict.voxel
    assert said is not None and network.first_gap == pytest.approx(said.gap, rel=1e-6)
    assert network.easy_axis is not None and electrostatic.easy_axis is not None
    assert abs(float(network.easy_axis @ electrostatic.easy_axis)) > 0.9, "in the frame of the coordinates, both"


def test_a_built_complex_and_a_refused_ligand_are_read_again_exactly() -> None:
    for made, definition in ((build_from_text("[F-]"), "BuiltRecord"), (build_from_text("C"), "NotBuiltRecord")):
        record = valid(made.to_dict(), definition)
        assert from_json(made.to_json()) == record and to_json(from_json(made.to_json())) == made.to_json()


def test_a_key_follows_input_and_choice_and_nothing_else() -> None:
    one, again = provenance("predict", b"data", site=1), provenance("predict", b"data", site=1)
    assert one["key"] == again["key"] and one["input_sha256"] == again["input_sha256"]
    assert (
        len({p["key"] for p in (one, provenance("predict", b"data", site=2), provenance("build", b"data", site=1))})
        == 3
    )
    assert provenance("predict", b"other", site=1)["input_sha256"] != one["input_sha256"]


def test_a_prediction_of_version_1_has_the_present_names_and_the_same_levels() -> None:
    old, new = OLD["prediction"], predicted("tb-pc2-pph4.cif").to_dict()
    read = from_json(json.dumps(old))
    valid(read, "PredictionRecord")
    assert read["kind"] == "prediction" and read["provenance"]["kramers"] == old["kramers_version"]
    ours, theirs = new["levels"], read["levels"]  # type: ignore[typeddict-item]
    assert ours is not None and theirs is not None
    assert [d["states"] for d in theirs["doublets"]] == [d["states"] for d in ours["doublets"]]
    assert (
        theirs["crystal_field"]["magnetic_frame_cm1"]["B2+0"]
        == old["crystal_field"]["stevens"]["magnetic_frame"]["B2_0"]
    )
    assert theirs["doublets"][0]["mj_weights"] == old["crystal_field"]["doublets"][0]["weights_by_abs_mj"]
    assert [d["distance_A"] for d in read["donors"]] == [d["distance_angstrom"] for d in old["donors"]]  # type: ignore[typeddict-item]


@pytest.mark.parametrize(("name", "definition"), [("built", "BuiltRecord"), ("not built", "NotBuiltRecord")])
def test_what_version_1_built_has_the_present_names(name: str, definition: str) -> None:
    read = valid(from_json(json.dumps(OLD[name])), definition)
    assert read["message"] == OLD[name]["message"]
    assert from_json(to_json(read)) == read


@pytest.mark.parametrize("name", ["Dy(H2O)5F2", "TbF3"])
def test_a_verification_that_a_job_kept_has_its_states_and_energies(name: str) -> None:
    old = json.loads((Path(__file__).parents[1] / "app" / "verification.json").read_text(encoding="utf-8"))[name]
    record = valid(current(old), "VerificationRecord")
    levels, lines = levels_of(record), old["kramers_doublets"]
    assert len(levels.energies) == len(old["moments_along_axis_muB"])
    assert [d.energy for d in levels.doublets] == [line["energy_cm1"] for line in lines]
    means = [
        levels.energies[list(d.states)].mean() - levels.energies[list(levels.doublets[0].states)].mean()
        for d in levels.doublets
    ]
    assert means == pytest.approx([line["energy_cm1"] for line in lines], abs=1e-9)
    assert levels.energies.min() == 0 and (np.diff(levels.energies) >= 0).all()
    assert record["recipe"] == old["key"]
    assert current(record) == record, "what has the present names stays as it is"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "one JSON object"),
        ('{"a": 1}', "no result"),
        ('{"kind": "prediction", "schema": 2}', "schema"),
        ('{"kramers_doublets": 3}', "damaged"),
        ('{"kramers_doublets": [], "crystal_field": {}, "ion": "Dy", "multiplet": ""}', "damaged"),
    ],
)
def test_what_is_no_result_is_a_sentence(given: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        from_json(given)
