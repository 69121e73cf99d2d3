"""``kramers build``: a ligand in, one JSON object out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import cli


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    status = cli.main(["build", *arguments])
    return status, json.loads(capsys.readouterr().out)


def test_a_phenoxide_becomes_a_judged_complex_with_its_geometry(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "complex.xyz"
    status, record = run(capsys, "[O-]c1ccccc1", "--out", str(out), "--json")
    assert (status, record["status"], record["charge"]) == (0, "ok", 1)
    assert record["protocol"] == "gfn2-2-uncorrected"
    assert next(iter(record["shape"])) == "PBPY-7"  # type: ignore[call-overload]
    axial, equatorial = record["distances_A"]["axial"], record["distances_A"]["equatorial"]  # type: ignore[index]
    assert (len(axial), len(equatorial)) == (2, 5)
    assert max(axial) < min(equatorial)
    assert record["angles_deg"]["donor_metal_donor"] > 170  # type: ignore[index]
    assert record["crystal_field"] is not None
    assert any("uncorrected" in warning for warning in record["warnings"])  # type: ignore[attr-defined]
    assert out.read_text(encoding="utf-8") == record["xyz"]
    assert out.read_text(encoding="utf-8").splitlines()[0] == "40"


def test_a_rejected_complex_names_its_flaw_and_sets_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    status, record = run(capsys, "CC(=O)[O-]")
    assert (status, record["status"], record["flaw"]) == (1, "refused", "κ² carboxylate")


@pytest.mark.parametrize("text", ["", "not a molecule", "<script>alert(1)</script>", "C" * 10_000, "CCCC"])
def test_text_that_is_no_ligand_becomes_a_record_that_says_so(capsys: pytest.CaptureFixture[str], text: str) -> None:
    status, record = run(capsys, text)
    assert status == 1
    assert record["status"] in ("error", "refused")
    assert 0 < len(str(record["message"])) < 400


def test_a_metal_that_is_no_lanthanide_becomes_a_record_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    status, record = run(capsys, "[O-]c1ccccc1", "--metal", "Fe")
    assert (status, record["status"]) == (1, "error")
    assert "lanthanide" in str(record["message"])
