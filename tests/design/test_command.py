"""`kramers design`: one JSON object for every way, each line of a file accounted for, bad input in a sentence."""

from __future__ import annotations

import json

import pytest

from core import cli
from core.cli.design import reconstruct
from core.design import generator as shipped
from core.errors import UnreadableFile
from tests.design.toy_model import ToyModel
from tests.schema.valid import valid

WAYS = {
    "ligands": "DesignRecord",
    "ligand-properties": "LigandPropertiesRecord",
    "reconstruction": "ReconstructionRecord",
    "optimised": "OptimisedRecord",
    "not-designed": "NotDesignedRecord",
}

LONG = "C[Si](C)(C)[Si](C)(C)[Si](C)(C)[Si](C)(C)C(=O)Cl"
"""An acyl chloride in scope for which the toy has no latent."""


@pytest.fixture(scope="module")
def model() -> ToyModel:
    return ToyModel()


@pytest.fixture
def answer(model, monkeypatch, capsys):
    monkeypatch.setattr(shipped, "generator", lambda: model)

    def ask(*arguments: str) -> tuple[int, dict]:
        status = cli.main(["design", *arguments, "--json"])
        (line,) = capsys.readouterr().out.splitlines()
        found = json.loads(line)
        return status, valid(found, WAYS[found["kind"]])

    return ask


def test_every_line_counts_and_those_out_of_scope_are_listed_as_missed(model):
    known = [ligand.smiles for ligand in model.ligands[:3]]
    found = reconstruct(model, [*known, "c1ccccc1", "<script>", "[Na+].[Cl-]"])
    assert found["lines"] == len(found["rows"]) == 6
    assert [row["line"] for row in found["out_of_scope"]] == [4, 5, 6]
    assert all(row["message"] for row in found["out_of_scope"])
    assert found["exact_rate"] == pytest.approx(sum(row["exact"] for row in found["rows"]) / 6, abs=1e-5)
    assert found["exact_rate_in_scope"] == 1.0


def test_a_file_of_smiles_is_read_by_its_first_column_without_its_header(model, answer, tmp_path):
    file = tmp_path / "ligands.csv"
    one, two = (ligand.smiles for ligand in model.ligands[:2])
    file.write_text(f"smiles,name\n{one},first\n\n{two} second\n", encoding="utf-8")
    status, found = answer("reconstruct", "--smiles-file", str(file))
    assert status == 0
    assert [row["smiles"] for row in found["rows"]] == [one, two]


@pytest.mark.parametrize(
    "way", [("neighbours", "--count", "4"), ("optimise", "--head", "donor_charge_e", "--budget", "64")]
)
def test_ligands_come_with_properties_and_what_those_are_worth(model, answer, way):
    status, found = answer(way[0], model.ligands[4].smiles, *way[1:])
    assert status == 0
    ligands = found["ligands"] if way[0] == "neighbours" else [found["start"], found["best"]]
    names = {head["name"] for head in found["heads"]}
    assert ligands and all(set(ligand["properties"]) == names for ligand in ligands)


def test_a_path_and_a_sample_are_lists_of_ligands(model, answer):
    one, other = model.ligands[0].smiles, model.ligands[20].smiles
    _, between = answer("path", one, other, "--steps", "20")
    assert (between["ligands"][0]["smiles"], between["ligands"][-1]["smiles"]) == (one, other)
    _, drawn = answer("sample", "--count", "40")
    assert drawn["decoded"] == 40 == len(drawn["ligands"]) + sum(drawn["rejected"].values())


@pytest.mark.parametrize(
    "arguments", [("neighbours", "c1ccccc1"), ("optimise", "O", "--head", "beauty"), ("reconstruct",)]
)
def test_what_cannot_be_done_is_refused_in_a_sentence(answer, arguments):
    status, found = answer(*arguments)
    assert (status, found["status"]) == (1, "refused")
    assert found["reason"].endswith(".")


def test_missing_weights_are_said(answer, monkeypatch):
    def missing() -> None:
        raise UnreadableFile("The file of the model is missing.", where="x", advice="Fetch it.")

    monkeypatch.setattr(shipped, "generator", missing)
    status, found = answer("sample")
    assert status == 1 and "missing" in found["reason"]


def test_given_ligands_come_with_properties_and_alerts_or_the_reason_why_not(model, answer):
    known = model.ligands[0].smiles
    status, found = answer("predict", known, "<script>", LONG, "[Na+].[Cl-]")
    assert status == 0
    first, hostile, unseen, salt = found["rows"]
    assert first["canonical"] == known and first["out_of_scope"] is None and first["alerts"] == []
    assert set(first["properties"]) == {head["name"] for head in found["heads"]}
    latent = model.encode(model.ligands[:1])
    for name, said in first["properties"].items():
        assert said["mean"] == pytest.approx(float(model.properties(latent)[name].mean[0]), abs=1e-4)
    assert hostile["smiles"] == "<script>" and hostile["out_of_scope"]["reason"] == "unreadable"
    assert hostile["properties"] == {} and hostile["donor_class"] is None
    assert unseen["alerts"][0]["code"] == "hydrolysis"  # known all the same
    assert unseen["out_of_scope"]["reason"] == "unseen" and unseen["properties"] == {}
    assert salt["out_of_scope"]["reason"] == "fragments"


def test_one_ligand_that_the_model_cannot_read_costs_its_batch_nothing(model, answer):
    ligands = [ligand.smiles for ligand in model.ligands]
    _, found = answer("predict", *ligands[:5], LONG, *ligands[5:])
    assert [row["out_of_scope"] is None for row in found["rows"]] == [True] * 5 + [False] + [True] * (len(ligands) - 5)
    assert answer("predict")[1]["status"] == "refused"


def test_what_is_asked_of_ligands_holds_for_all_that_come(model, answer):
    wishes = ("--class", "siloxide", "--class", "phosphine oxide", "--heavy-atoms", "9", "--no-alerts")
    status, found = answer("sample", "--count", "200", *wishes)
    assert status == 0 and found["ligands"]
    assert {one["donor_class"] for one in found["ligands"]} <= {"siloxide", "phosphine oxide"}
    assert all(one["heavy_atoms"] <= 9 for one in found["ligands"])
    assert found["rejected"]["another donor class"] > 0
    status, refused = answer("sample", "--fragment", "no group")
    assert status == 1 and "no SMILES or SMARTS" in refused["reason"]
