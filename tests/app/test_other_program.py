"""Another program's output on the Verify page: beside a result of ours, and alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from streamlit.testing.v1 import AppTest

from app.verify.output_rows import output_rows
from core.jobs.model import Job
from core.qc.outputs.reading import read_output
from tests.app.test_pages import metrics, texts
from tests.app.test_verify import HOSTILE, answered, verify_page
from tests.verified import verified

REFERENCE = Path(__file__).parents[1] / "reference"
LOG = (REFERENCE / "dy_oh_f_h2o_doublets.log").read_bytes()
ORCA = (REFERENCE / "orca_by_hand.out").read_bytes()
TURN = Rotation.from_euler("xyz", [31, -74, 12], degrees=True).as_matrix()


def as_orca(record: dict[str, Any], turn: np.ndarray, scale: float) -> bytes:
    """Our own result in ORCA's layout: in a turned frame, energies multiplied."""
    lines = ["Program Version 6.0.1", "CARTESIAN COORDINATES (ANGSTROEM)", "---"]
    places = np.array(record["input"]["positions_A"]) @ turn.T
    lines += [
        f"  {e} {x:.6f} {y:.6f} {z:.6f}" for e, (x, y, z) in zip(record["input"]["elements"], places, strict=True)
    ]
    lines += ["", "QDPT WITH CASSCF DIAGONAL ENERGIES", "Eigenvalues: cm-1 eV"]
    doublets = record["levels"]["doublets"]
    energies = np.repeat([scale * doublet["energy_cm1"] for doublet in doublets], 2)
    lines += [f"  {number}: {energy:.2f} 0.0000 1.00e-02" for number, energy in enumerate(energies)] + [""]
    for number, doublet in enumerate(doublets, start=1):
        if doublet["easy_axis"] is not None:
            across = np.linalg.svd(np.array([doublet["easy_axis"]]))[2]
            axes = np.array([across[1], across[2], doublet["easy_axis"]]) @ turn.T
            lines += [f"KRAMERS PAIR {number} :", "g-factors:", "  " + " ".join(f"{g:.7f}" for g in doublet["g"])]
            lines += [
                "Orientation:",
                *(f" {n} " + " ".join(f"{x:.7f}" for x in axes[:, k]) for k, n in enumerate("XYZ")),
            ]
    return "\n".join([*lines, ""]).encode()


def beside(job: Job, data: bytes, name: str = "theirs.out") -> AppTest:
    page = verify_page(verify__shown=[job.id])
    return page.file_uploader(key=f"theirs/{job.id}").set_value((name, data, "text/plain")).run()


def alone(data: bytes, name: str = "theirs.out") -> AppTest:
    page = verify_page(**{"verify__outputs": True})
    return page.file_uploader(key="verify/output").set_value((name, data, "text/plain")).run()


def table(page: AppTest, column: str) -> Any:
    return next(frame.value for frame in page.dataframe if column in frame.value.columns)


def test_an_output_in_a_turned_frame_stands_beside_ours_level_by_level(store):
    record = verified()
    page = beside(answered(store), as_orca(record, TURN, 1.1))
    assert not page.exception and "ORCA 6.0.1**, CASSCF: 16 spin–orbit states" in texts(page)
    rows = table(page, "theirs / cm⁻¹")
    ours = [level["energy_cm1"] for level in record["levels"]["doublets"]]
    assert list(rows["ours / cm⁻¹"]) == pytest.approx(ours)
    assert list(rows["theirs / cm⁻¹"]) == pytest.approx([1.1 * energy for energy in ours], abs=0.006)
    assert list(rows["off by / cm⁻¹"]) == pytest.approx([0.1 * energy for energy in ours], abs=0.006)
    assert rows["their g_z"][0] == pytest.approx(rows["our g_z"][0], abs=1e-6) and rows["between axes / °"][0] < 0.01
    axis = [float(x) for x in rows["their axis of g_z"][0].split(",")]
    assert np.abs(axis) == pytest.approx(np.abs(record["levels"]["easy_axis"]), abs=1e-3), "in our frame"
    assert metrics(page)["First excited level by ORCA 6.0.1"] == f"{1.1 * ours[1]:.0f} cm⁻¹"
    assert metrics(page)["Between the two easy axes"] == "0.0°"
    assert "The one of ORCA 6.0.1, from the output below, is 0.0° from it" in texts(page), "drawn in the molecule too"


def test_the_output_of_another_complex_has_levels_and_chi_t_beside_ours_but_no_axes(store):
    page = beside(answered(store), LOG)
    assert not page.exception and "other atoms: axes and B_kq are not compared" in texts(page)
    assert table(page, "theirs / cm⁻¹")["between axes / °"].isna().all()
    assert "Between the two easy axes" not in metrics(page)
    assert len(page.get("plotly_chart")) == 5, "ladders and χT on top of the three of every result"
    assert {"Comparison, text", "Comparison, JSON"} <= {button.label for button in page.get("download_button")}


def test_an_output_is_looked_at_without_any_result_of_ours(store):
    page = alone(LOG)
    assert not page.exception and not store.jobs()
    assert "the ground multiplet of Dy(III)" in texts(page)
    levels, found = table(page, "axis of g_z"), read_output(LOG)
    assert list(levels["E / cm⁻¹"]) == pytest.approx([line.energy for line in found.lines(16)])
    assert levels["g_z"][0] == pytest.approx(19.7652921) and levels["g_T θ₃ / °"][0] == 0
    field = table(page, "B_kq, as printed")
    assert list(field["B_kq, as printed"]) == pytest.approx(list(found.crystal_field.parameters.values()))
    assert len(page.get("plotly_chart")) == 2


def test_levels_that_no_program_gave_g_of_have_empty_cells():
    rows = output_rows(read_output(ORCA))
    assert len(rows) == 8 and rows[1]["g_z"] == pytest.approx(16.2349) and rows[2]["g_z"] is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no output of OpenMolcas or ORCA"),
        (b"\x00\xff", "no output of OpenMolcas or ORCA"),
        (ORCA[:900], "no spin-orbit levels"),
        (ORCA.replace(b"257.32", b"957.32"), "do not ascend"),
    ],
)
def test_a_bad_output_is_a_sentence_beside_a_result_and_alone(store, data, says):
    for page in (beside(answered(store), data, HOSTILE), alone(data, HOSTILE)):
        assert not page.exception and any("not read" in badge.value for badge in page.markdown)
        assert any(says in text.value for text in page.text)
        assert not any("evil" in element.value for element in [*page.markdown, *page.caption])


def test_the_name_of_a_file_is_literal(store):
    page = alone(LOG, HOSTILE)
    assert not page.exception and page.subheader[-1].value.startswith("`")
    assert not any("evil" in element.value for element in [*page.markdown, *page.caption])


def test_the_files_are_what_the_command_prints(store, tmp_path, capsys):
    from app.verify.other_program import _as_json
    from core.cli import main
    from core.qc.outputs.comparison import compare

    (tmp_path / "ours.json").write_text(json.dumps(verified()), encoding="utf-8")
    assert main(["compare", str(tmp_path / "ours.json"), str(REFERENCE / "orca_by_hand.out"), "--json"]) == 0
    theirs = read_output(ORCA)
    assert json.loads(_as_json(theirs, compare(verified(), theirs))) == json.loads(capsys.readouterr().out)
