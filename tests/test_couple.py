"""``kramers couple`` and the several metals of ``kramers predict``, as typed."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.cli import _parser, main
from core.cli.site_options import pair_value, site_oxidation, site_spin, temperature
from core.coupling.magnetometry import chi_t
from core.coupling.states import solve
from core.qc.measured import read_measured
from core.qc.request import requested
from core.qc.run import not_verified
from core.qc.substitution import from_several
from core.schema.files import from_json
from core.schema.old import current
from core.workflows.coupled_fit import points_of
from core.workflows.several import judge_several, require_coupled
from core.workflows.wishes import Wishes
from tests.schema.valid import valid

MOLECULES = Path(__file__).parent / "molecules"
EXAMPLES = Path(__file__).parents[1] / "assets" / "examples"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status = main(arguments)
    out = capsys.readouterr().out
    return status, json.loads(out) if out.strip() else None


def test_exchange_is_given_by_pair(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(MOLECULES / "cu-dy-cu.xyz")
    status, record = run(capsys, "couple", path, "--site-J", "Dy1-Cu2=1.5", "--keep", "Dy1=4", "--magnetisation", "2")
    assert status == 0
    assert valid(record, "CouplingRecord")["coupling"]["exchange_cm1"] == {"Dy1-Cu2": 1.5}
    assert record["coupling"]["kept"] == {"Dy1": 4, "Cu2": 2, "Cu3": 2}
    assert len(record["magnetisation"]["muB_per_molecule"][0]) == 14


def test_a_fit_returns_the_exchange_that_made_the_data(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = MOLECULES / "cu-tb-valen.xyz"
    system = require_coupled(judge_several(path.read_bytes(), path.name, Wishes(exchange={("Tb2", "Cu1"): 2.2})))
    temperatures = np.concatenate([np.arange(2.0, 20.0), np.arange(20.0, 301.0, 20.0)])
    values = chi_t(solve(system), temperatures) * (1 + 0.002 * np.random.default_rng(1).standard_normal(33))
    table = tmp_path / "chiT.csv"
    rows = [f"{t},{v}" for t, v in zip(temperatures, values, strict=True)]
    table.write_text("\n".join(["T/K,chiT", *rows]), encoding="utf-8")
    status, record = run(capsys, "couple", str(path), "--fit", str(table))
    assert status == 0
    (found,) = valid(record, "CouplingRecord")["fit"]["parameters"]
    assert found["name"] == "J(Tb2-Cu1)"
    assert abs(found["value"] - 2.2) < 3 * found["standard_error"] < 0.6
    assert record["coupling"]["exchange_cm1"]["Tb2-Cu1"] == found["value"]


def test_predict_answers_a_molecule_with_several_metals(capsys: pytest.CaptureFixture[str]) -> None:
    status, records = run(capsys, "predict", str(MOLECULES / "mn-dy.xyz"), "--spin", "Mn2=2", "--json")
    assert status == 0
    (record,) = valid(records, "PredictionRecord")
    assert record["status"] == "ok"
    assert [(site["label"], site["role"]) for site in record["sites"]] == [("Dy1", "lanthanide"), ("Mn2", "spin")]
    assert record["sites"][1]["spin_state"] == "as stated"
    assert record["coupling"]["states"] == 80


def test_one_magnetic_ion_beside_a_diamagnetic_one_has_its_own_record(capsys: pytest.CaptureFixture[str]) -> None:
    status, records = run(capsys, "predict", str(MOLECULES / "mn-dy.xyz"), "--spin", "Mn2=0", "--json")
    (record,) = valid(records, "PredictionRecord")
    assert status == 0 and record["coupling"] is None
    assert from_json(json.dumps(record)) == record
    assert record["metal"] == "Dy" and record["levels"]["first_gap_cm1"] == pytest.approx(37, abs=1)
    assert [site["role"] for site in record["sites"]] == ["lanthanide", "diamagnetic"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["zn-dy-valen-nitrate3.cif"], "one magnetic ion"),
        (["dy2-methoxide-acac4.cif", "--site-J", "Dy1-Cu1=1"], "no coupled ion is called 'Cu1'"),
        (["dy2-methoxide-acac4.cif", "--fit", "missing.csv"], "cannot be read"),
        (["missing.cif"], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_and_sets_the_exit_status(
    caplog: pytest.LogCaptureFixture, arguments: list[str], words: str
) -> None:
    with caplog.at_level("ERROR", logger="kramers"):
        assert main(["couple", str(EXAMPLES / arguments[0]), *arguments[1:]]) == 1
    assert words in caplog.text


def test_a_magnetisation_without_temperatures_is_refused(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    table = tmp_path / "m.csv"
    table.write_text("H,M\n1,5\n2,6\n3,7\n", encoding="utf-8")
    with caplog.at_level("ERROR", logger="kramers"):
        assert main(["couple", str(MOLECULES / "mn-dy.xyz"), "--fit", str(table)]) == 1
    assert "M(H) has no temperatures" in caplog.text


def test_the_commands_of_the_guide_are_understood() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "several-metals.md").read_text(encoding="utf-8")
    lines = re.findall(r"^ {4}kramers (.*)$", guide, re.MULTILINE)
    assert len(lines) >= 6
    assert all(callable(_parser().parse_args(shlex.split(line)).run) for line in lines)


def test_options_are_read_as_written() -> None:
    assert pair_value("Dy1-Dy1#2=-0.05") == (("Dy1", "Dy1#2"), -0.05)
    assert site_oxidation("Fe1=3") == ("Fe1", 3)
    assert [site_spin(f"Fe1={text}")[1] for text in ("5/2", "2", "0.5", "0", "7/2")] == [5, 4, 1, 0, 7]
    assert temperature("1.8") == 1.8


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (pair_value, "Dy1=2"), (pair_value, "Dy1-Dy2=x"), (pair_value, "Dy1-Dy2=nan"), (site_oxidation, "Fe1=9"),
        (site_oxidation, "=3"), (site_spin, "Fe1=2.3"), (site_spin, "Fe1=9/2"), (temperature, "0"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_wrong_usage(read: Any, text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        read(text)


def result(path: Path, field: float) -> dict[str, Any]:
    """What ``kramers verify`` would say of the first Dy of a molecule in a field B₂⁰ along z."""
    record = current(json.loads(path.with_name(f"{path.stem}-site1.json").read_text(encoding="utf-8")))
    record["input"] = requested(from_several(path.read_bytes(), path.name, "fast"), "fast").to_dict()
    record["levels"]["crystal_field"]["input_frame_cm1"] = {"B2+0": field}
    return valid(record, "VerificationRecord")


def test_levels_of_the_engine_take_the_place_of_the_models(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, file = MOLECULES / "mn-dy.xyz", tmp_path / "dy.json"
    file.write_text(json.dumps(result(path, -3.0)), encoding="utf-8")
    status, record = run(capsys, "couple", str(path), "--levels", f"Dy1={file}", "--no-dipole")
    assert status == 0
    energies = [line["energy_cm1"] for line in record["coupling"]["spectrum"]]
    # five spin states on each doublet; the second doublet at 3 |B₂⁰| (15² − 13²)/4
    assert energies[:6] == pytest.approx([0, 0, 0, 0, 0, 126], abs=1e-6)
    source = "CAHF(9,7), spin-free X2C, density fitting, preset fast, given, 1 Mn as Ga"
    assert any(source in text for text in record["coupling"]["reasoning"])


def test_two_sites_computed_ab_initio_are_coupled(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the asymmetric Dy₂; at right angles nearly, and so hardly coupled."""
    levels = [word for k in (1, 2) for word in ("--levels", f"Dy{k}={MOLECULES}/dy2-asymmetric-site{k}.json")]
    status, record = run(capsys, "couple", str(MOLECULES / "dy2-asymmetric.xyz"), *levels)
    coupling = record["coupling"]
    assert status == 0 and coupling["pairs"][0]["angle_between_axes_deg"] == pytest.approx(82.2, abs=0.1)
    assert coupling["spectrum"][1]["energy_cm1"] == pytest.approx(0.117, abs=0.002)
    assert coupling["spectrum"][2]["energy_cm1"] == pytest.approx(83.5, abs=0.1)


def test_results_alone_are_coupled_with_one_exchange_for_every_bridge(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The copper stands in the result of the dysprosium as an ion that zinc stood in for."""
    file = MOLECULES / "cu-dy-hydroxide-site1.json"
    status, record = run(capsys, "couple", str(file), "--J", "-2.5", "--g", "Cu2=2.1", "--keep", "Dy1=2")
    assert status == 0 and valid(record, "CouplingRecord")["coupling"]["exchange_cm1"] == {"Dy1-Cu2": -2.5}
    assert [site["role"] for site in record["sites"]] == ["lanthanide", "spin"] and record["coupling"]["states"] == 4
    # Ising ion with S = 5/2 along its axis: the copper's two directions are 2 |J| (5/2) (1/2) apart, and dipoles
    assert record["coupling"]["spectrum"][1]["energy_cm1"] == pytest.approx(6.25, abs=0.3)
    file = tmp_path / "chiT.csv"
    curve = record["coupling"]["chi_t"]
    rows = [f"{t},{v}" for t, v in zip(curve["T_K"], curve["cm3_K_per_mol"], strict=True)]
    file.write_text("\n".join(["T,chiT", *rows]), encoding="utf-8")
    result = str(MOLECULES / "cu-dy-hydroxide-site1.json")
    status, record = run(capsys, "couple", result, "--fit", str(file), "--g", "Cu2=2.1", "--keep", "Dy1=2")
    (found,) = record["fit"]["parameters"]
    assert status == 0 and found["name"] == "J(Dy1-Cu2)" and found["value"] == pytest.approx(-2.5, abs=1e-3)


def test_a_structure_among_results_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    result = str(MOLECULES / "cu-dy-hydroxide-site1.json")
    with caplog.at_level("ERROR", logger="kramers"):
        assert main(["couple", str(MOLECULES / "mn-dy.xyz"), result]) == 1
    assert "not all are results" in caplog.text


EIGHT = {
    EXAMPLES / "dy2-methoxide-acac4.cif": (["Dy", "Dy"], "µ-alkoxide", 256),
    EXAMPLES / "zn-dy-valen-nitrate3.cif": (["Dy"], "µ-phenoxide", None),
    MOLECULES / "dy2-asymmetric.xyz": (["Dy", "Dy"], "µ-alkoxide", 256),
    MOLECULES / "dy3-triangle.xyz": (["Dy"] * 3, "µ-alkoxide", 256),
    MOLECULES / "cu-tb-valen.xyz": (["Tb", "Cu"], "µ-phenoxide", 26),
    MOLECULES / "cu-dy-cu.xyz": (["Dy", "Cu", "Cu"], "µ-alkoxide", 64),
    MOLECULES / "mn-dy.xyz": (["Dy", "Mn"], "µ-alkoxide", 80),
    MOLECULES / "dy4-cubane.xyz": (["Dy"] * 4, "µ-OH", 256),
}


def test_eight_molecules_with_several_metals_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    """Each ion with levels and a doubt of its gap, no network asked, and a verdict that leaves open what is rough."""
    status, records = run(capsys, "predict", *map(str, EIGHT), "--json")
    assert status == 0 and len(records) == len(EIGHT)
    for record, (ions, bridge, states) in zip(valid(records, "PredictionRecord"), EIGHT.values(), strict=True):
        if states is None:
            assert record["coupling"] is None and record["metal"] == "Dy"
            assert record["levels"]["first_gap_cm1"] == pytest.approx(125, abs=1)  # the charge of the zinc counts
            continue
        magnetic = [site for site in record["sites"] if site["role"] != "diamagnetic"]
        assert [site["element"] for site in magnetic] == ions and record["coupling"]["states"] <= states
        assert bridge in {one["kind"] for one in record["bridges"]}
        for site in magnetic:
            if site["role"] == "lanthanide":
                assert site["smm_like"] is None and site["levels"]["first_gap_cm1"] > 10
                assert "bridged-gap-rough" in {one["code"] for one in site["doubts"]}
                assert not site["voxel"]["in_domain"]
        assert record["coupling"]["reasoning"][0].startswith("For the molecule: whether Dy1") or "Tb" in ions
        assert "stays open until the levels are computed" in record["coupling"]["reasoning"][0]


@pytest.mark.parametrize(
    ("molecule", "label", "change", "words"),
    [
        ("mn-dy", "Mn2", {}, "Mn2 is Mn, not Dy"),
        ("dy2-asymmetric", "Dy1", {}, "were computed at other coordinates"),
        ("mn-dy", "Dy1", {"levels": {}}, "no result of kramers verify"),
    ],
)
def test_levels_of_another_ion_or_place_are_refused(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, molecule: str, label: str, change: dict[str, Any], words: str
) -> None:
    file = tmp_path / "dy.json"
    file.write_text(json.dumps({**result(MOLECULES / "mn-dy.xyz", -3.0), **change}), encoding="utf-8")
    with caplog.at_level("ERROR", logger="kramers"):
        assert main(["couple", str(MOLECULES / f"{molecule}.xyz"), "--levels", f"{label}={file}"]) == 1
    assert words in caplog.text


def test_levels_of_a_run_without_a_result_are_refused(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    file = tmp_path / "dy.json"
    file.write_text(json.dumps(not_verified("failed", "it stopped.", b"")), encoding="utf-8")
    with caplog.at_level("ERROR", logger="kramers"):
        assert main(["couple", str(MOLECULES / "mn-dy.xyz"), "--levels", f"Dy1={file}"]) == 1
    assert "has no result" in caplog.text


def test_errors_of_the_points_weigh_them_where_each_has_one() -> None:
    assert points_of(read_measured(b"T,chiT,chiT_err\n2,11.5,0.1\n300,14.1,0.2\n")).chi_t_errors.tolist() == [0.1, 0.2]
    assert points_of(read_measured(b"T,chiT,chiT_err\n2,11.5,0.1\n300,14.1,\n")).chi_t_errors.size == 0
