"""Results of single ions put together without their file."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import InputError, KramersError, UnreadableFile
from core.qc.request import read_request, requested
from core.qc.substitution import every_site
from core.schema.files import from_json
from core.workflows.coupled_record import several_record
from core.workflows.joined import computed, molecule_key, site_of, together
from core.workflows.several import judge_several
from core.workflows.wishes import Wishes
from tests.schema.valid import valid

MOLECULES = Path(__file__).parents[1] / "molecules"


def results(name: str) -> list[dict[str, Any]]:
    """The engine's results, which are older than the entry that says which ion they are of: it is added."""
    path, found = MOLECULES / f"{name}.xyz", []
    for given in every_site(path.read_bytes(), path.name, "fast"):
        assert given.site is not None
        number = [ion.label for ion in given.site.ions if ion.element == given.ion].index(given.site.label) + 1
        record: Any = from_json((MOLECULES / f"{name}-site{number}.json").read_text(encoding="utf-8"))
        found.append({**record, "input": requested(given, "fast").to_dict()})
    return found


def coupling(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = valid(record, "CouplingRecord")["coupling"]
    return found


def test_two_results_make_the_molecule_that_the_file_makes() -> None:
    records, path = results("dy2-asymmetric"), MOLECULES / "dy2-asymmetric.xyz"
    levels = {f"Dy{k}": computed(record) for k, record in enumerate(records, 1)}
    whole = several_record(judge_several(path.read_bytes(), path.name, Wishes(levels=levels, bridged=-0.05)))
    joined = several_record(together(records, Wishes(bridged=-0.05)))
    assert joined["bridges"] == whole["bridges"] and joined["charge"] == whole["charge"] == 0
    one, other = coupling(joined), coupling(whole)
    assert one["exchange_cm1"] == other["exchange_cm1"] == {"Dy1-Dy2": -0.05}
    np.testing.assert_allclose(
        [line["energy_cm1"] for line in one["spectrum"]], [line["energy_cm1"] for line in other["spectrum"]], atol=1e-6
    )
    assert [site["smm_like"] for site in joined["sites"]] == [False, True]
    assert joined["sites"][1]["computed"]["levels"]["first_gap_cm1"] == pytest.approx(109.0, abs=0.1)
    assert len({molecule_key(record) for record in records}) == 1 and molecule_key(records[0])


def test_one_result_serves_all_ions_that_the_symmetry_makes_of_it() -> None:
    """A triangle from one ion: three tangential moments, turned by 120° each, make a toroidal moment and no other."""
    record = several_record(together(results("dy3-triangle")))
    found = coupling(record)
    assert found["spectrum"][0]["g"][2] < 0.2 and found["spectrum"][0]["toroidal_muB_A"] == pytest.approx(60.5, abs=0.2)
    assert [site["smm_like"] for site in record["sites"]] == [True] * 3
    said = found["reasoning"][0]
    assert "every lanthanide is SMM-like by itself" in said and "Dy1, Dy2 and Dy3" in said
    assert "closes the way through zero-field tunnelling" in said and "a field of 0.54 T" in said


def test_an_ion_that_is_not_computed_keeps_the_models_levels_and_gets_no_verdict() -> None:
    record = several_record(together(results("dy2-asymmetric")[1:]))
    assert [site["smm_like"] for site in record["sites"]] == [None, True]
    assert "whether Dy1 is SMM-like by itself stays open" in coupling(record)["reasoning"][0]


def test_a_request_carries_its_site_and_hostile_ones_are_refused() -> None:
    (record,) = results("mn-dy")
    asked = record["input"]
    assert [(ion["label"], ion["stand_in"]) for ion in asked["site"]["ions"]] == [("Dy1", None), ("Mn2", "Ga")]
    again = read_request(json.dumps(asked))
    assert again.to_dict() == asked and again.site is not None and again.site.own.label == "Dy1"
    for change in (
        lambda site: site.update(label="Dy9"),
        lambda site: site["ions"][1].update(atom=-2),
        lambda site: site["ions"][1].update(stand_in="Zn"),
        lambda site: site["ions"][1].update(element="<b>"),
        lambda site: site["ions"][1].update(label="Dy1"),
        lambda site: site["ions"][0].update(label="<b>", stand_in=None),
        lambda site: site.update(ions=[]),
        lambda site: site.update(ions=7),
    ):
        bad = copy.deepcopy(record)
        change(bad["input"]["site"])
        with pytest.raises(InputError, match="do not belong to its atoms"):
            read_request(json.dumps(bad["input"]))
        with pytest.raises(UnreadableFile, match="does not say which ion"):
            together([bad])
        assert molecule_key(bad) == ""


def test_results_that_do_not_belong_together_are_refused_by_name() -> None:
    one, other = results("dy2-asymmetric")
    (manganese,) = results("mn-dy")
    old = {**one, "input": {name: value for name, value in one["input"].items() if name != "site"}}
    cases: list[tuple[list[Any], str]] = [
        ([], "no result"),
        ([one, one], "two results of Dy1"),
        ([one, manganese], "another molecule"),
        ([old], "does not say which ion"),
        ([{"kind": "not-verified", **{k: one[k] for k in ("input",)}}], "has no result"),
        ([{**one, "levels": {"ion": "Dy"}}], "no result of kramers verify"),
        ([one, {**other, "input": {**other["input"], "positions_A": [[0, 0, "x"]]}}], "no result of kramers verify"),
    ]
    for records, words in cases:
        with pytest.raises(KramersError, match=words):
            together(records, names=["first.json", "second.json"])
    assert site_of(one).label == "Dy1"
