"""Outputs of OpenMolcas and ORCA are read as printed, and stand beside ours in one frame.

tests/reference/dy_oh_f_h2o_doublets.log holds tables of a run of OpenMolcas 22.10 with g of eight doublets;
orca_by_hand.out was made by hand in ORCA's layout.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.cli import main
from core.errors import KramersError
from core.magnetism.stevens import rotate_parameters
from core.qc.outputs.calculation import Calculation, Field, tensor
from core.qc.outputs.comparison import compare
from core.qc.outputs.reading import read_output
from core.qc.stored_levels import parameters_of
from tests.hostile import hostile_strings
from tests.schema.valid import valid
from tests.verified import verified

REFERENCE = Path(__file__).parents[1] / "reference"
LOG = REFERENCE / "dy_oh_f_h2o_doublets.log"
ORCA = REFERENCE / "orca_by_hand.out"


@pytest.fixture(scope="module")
def record() -> dict:
    return verified()


def test_every_doublet_of_openmolcas_has_its_g_and_axis():
    lines = read_output(LOG.read_bytes()).lines()
    assert [line.energy for line in lines[:3]] == pytest.approx([0.0, 257.3200, 450.4919])
    assert lines[3].tensor.values == pytest.approx((4.0324, 4.9375, 8.4138), abs=1e-3)
    assert lines[1].angle_to_ground == pytest.approx(4.587, abs=0.01)
    assert all(line.tensor is not None for line in lines[:8]) and lines[8].tensor is None


def test_openmolcas_prints_the_geometry_in_which_its_axes_stand():
    found = read_output(LOG.read_bytes())
    assert found.program == "OpenMolcas 22.10"
    assert found.elements == ("Dy", "F", "O", "H", "O", "H", "H")
    assert found.positions[1] == pytest.approx([0.344029, 0.240892, 1.975858])


def test_its_crystal_field_turned_to_the_coordinates_has_the_same_levels():
    """In whatever frame, B_kq make the same levels; those are RASSI's, but for ranks above 6."""
    from core.magnetism.stevens import hamiltonian

    found = read_output(LOG.read_bytes())
    levels = np.linalg.eigvalsh(hamiltonian(15, found.crystal_field.input_frame))
    assert levels - levels[0] == pytest.approx(found.levels[:16], abs=3.0)


def test_orca_nevpt2_counts_before_casscf_and_g_of_a_large_spin_does_not():
    found = read_output(ORCA.read_bytes())
    assert (found.program, found.method, len(found.levels)) == ("ORCA 6.0.1", "NEVPT2", 16)
    assert found.levels[[2, 15]] == pytest.approx([257.32, 1431.20])
    assert [t.states for t in found.tensors] == [(0, 1), (2, 3)]
    assert found.tensors[0].axes[2] == pytest.approx([-0.10864096, -0.40950823, 0.90581463], abs=1e-6)
    assert "CASSCF" in found.notes[0]


def test_tables_of_single_aniso_in_an_output_of_orca_are_read_too():
    log = LOG.read_text(encoding="utf-8")
    text = ORCA.read_text(encoding="utf-8").replace("KRAMERS PAIR", "PAIR") + log[log.index("%%%") :]
    found = read_output(text.encode())
    assert len(found.tensors) == 8 and found.crystal_field is not None


def test_the_two_programs_agree_where_they_were_given_the_same():
    theirs, hand = read_output(LOG.read_bytes()), read_output(ORCA.read_bytes())
    assert hand.levels == pytest.approx(theirs.levels[:16], abs=0.006)
    assert hand.tensors[0].values == pytest.approx(theirs.tensors[0].values, abs=1e-6)


def made(record: dict, turn: np.ndarray, order: list[int]) -> Calculation:
    """What a program in another frame and order of atoms would print of our own result."""
    doublets = record["levels"]["doublets"]
    levels = np.repeat([d["energy_cm1"] for d in doublets], 2)
    tensors = []
    for number, doublet in enumerate(doublets):
        if doublet["easy_axis"] is None:
            continue
        across = np.linalg.svd(np.array([doublet["easy_axis"]]))[2]
        axes = np.array([across[1], across[2], doublet["easy_axis"]]) @ turn.T
        tensors.append(tensor((2 * number, 2 * number + 1), np.array(doublet["g"]), axes))
    frame = Rotation.from_euler("zyz", [20, 50, 70], degrees=True).as_matrix()
    theirs = rotate_parameters(parameters_of(record, "input_frame_cm1"), frame @ turn)
    return Calculation(
        "made",
        "made",
        levels,
        tuple(tensors),
        Field(theirs, frame, None),
        {300.0: 13.9},
        tuple(record["input"]["elements"][i] for i in order),
        (np.array(record["input"]["positions_A"]) @ turn.T)[order] + 1.5,
    )


def test_in_a_turned_frame_our_own_result_comes_back_as_ours(record):
    turn = Rotation.from_euler("xyz", [31, -74, 12], degrees=True).as_matrix()
    found = compare(record, made(record, turn, list(range(18))))
    assert found.largest_difference == pytest.approx(0.0, abs=1e-9)
    apart = [pair.axes_apart for pair in found.pairs if pair.axes_apart is not None]
    assert len(apart) >= 4 and max(apart) < 1e-2
    assert all(ours == pytest.approx(theirs, abs=1e-4) for _, ours, theirs in found.parameters)
    assert len(found.parameters) == 27


def test_atoms_in_another_order_are_matched_and_other_geometries_are_not_compared(record):
    order = [0, *range(17, 0, -1)]
    found = compare(record, made(record, np.eye(3), order))
    assert max(pair.axes_apart or 0.0 for pair in found.pairs) < 1e-2
    moved = made(record, np.eye(3), order)
    far = replace(moved, positions=moved.positions * 1.05)
    found = compare(record, far)
    assert all(pair.axes_apart is None for pair in found.pairs) and "geometries differ" in found.notes[-1]
    assert found.largest_difference == pytest.approx(0.0, abs=1e-9)


def test_pseudo_doublets_and_singlets_of_another_program_are_lines_as_ours_are():
    whole = verified("TbF3")
    levels = []
    for line in whole["levels"]["doublets"]:
        half = line["splitting_cm1"] / 2
        levels += [line["energy_cm1"] - half, line["energy_cm1"] + half] if line["g"] or half else [line["energy_cm1"]]
    assert len(levels) == 13
    shifted = np.array([*levels, 2100.0, 2200.0]) - levels[0]
    found = compare(whole, Calculation("made", "made", shifted))
    assert [pair.theirs for pair in found.pairs] == pytest.approx([pair.ours for pair in found.pairs])


def test_a_log_of_another_complex_still_gives_its_levels(record):
    found = compare(record, read_output(LOG.read_bytes()))
    assert found.pairs[1].theirs == pytest.approx(257.32) and found.pairs[1].axes_apart is None
    assert any("other atoms" in note for note in found.notes)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: "nothing", "no output of OpenMolcas or ORCA"),
        (lambda t: t.replace("Eigenvalues:", "Eigen"), "no table of eigenvalues"),
        (lambda t: t.replace("QDPT WITH", "QDPT"), "no spin-orbit levels"),
        (lambda t: t.replace("Version 6.0.1", "Version 4.2.1"), "ORCA 4.2.1"),
        (lambda t: t.replace("Orientation:", "O:"), "without their orientation"),
        (lambda t: t.replace("   0.2013597", "   0.9913597"), "right angles"),
        (lambda t: t.replace("257.32", "957.32"), "do not ascend"),
    ],
)
def test_a_damaged_output_is_answered_with_a_sentence(change, says):
    with pytest.raises(KramersError, match=says):
        read_output(change(ORCA.read_text(encoding="utf-8")).encode())


def test_a_damaged_log_is_answered_with_a_sentence():
    log = LOG.read_text(encoding="utf-8")
    for cut in range(0, len(log), len(log) // 40):
        for text in (log[:cut], log[cut:]):
            try:
                assert len(read_output(text.encode()).levels)
            except KramersError as error:
                assert error.sentence.isprintable() and len(error.sentence) < 400


def test_hostile_text_in_a_log_never_raises_anything_else():
    log = LOG.read_text(encoding="utf-8")
    for text in hostile_strings(["19.76529209882463"])[:150]:
        data = log.replace("19.76529209882463", text).encode("utf-8", errors="replace")
        try:
            read_output(data)
        except KramersError as error:
            assert error.sentence.isprintable()


def test_the_command_prints_a_table_and_json(record, tmp_path, capsys):
    ours = tmp_path / "result.json"
    ours.write_text(json.dumps(record), encoding="utf-8")
    assert main(["compare", str(ours), str(LOG)]) == 0
    assert "257.32" in capsys.readouterr().out
    assert main(["compare", str(ours), str(ORCA), "--json"]) == 0
    found = valid(json.loads(capsys.readouterr().out), "ComparisonRecord")
    assert found["theirs"]["method"] == "NEVPT2" and found["comparison"]["levels"][1]["theirs_cm1"] == 257.32


def test_the_command_refuses_what_is_no_record(record, tmp_path):
    ours = tmp_path / "result.json"
    for text in ("[]", "{", '{"status": "refused"}'):
        ours.write_text(text, encoding="utf-8")
        assert main(["compare", str(ours), str(LOG)]) == 1
    broken = deepcopy(record)
    del broken["input"]
    ours.write_text(json.dumps(broken), encoding="utf-8")
    assert main(["compare", str(ours), str(LOG)]) == 1
    assert main(["compare", str(tmp_path / "none.json"), str(LOG)]) == 1
