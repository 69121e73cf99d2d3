"""Moments in emu become molar quantities; ac data from files reach the fit of `kramers relax`."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.cli import main
from core.errors import DomainError, KramersError
from core.qc.agreement import agreement
from core.qc.measured import read_measured
from core.qc.quantum_design import is_quantum_design, read_quantum_design
from core.qc.sample import EMU_PER_MOLE_BOHR_MAGNETON, Sample
from tests.hostile import hostile_strings
from tests.made_ac import TRUE, as_csv, rows
from tests.schema.valid import valid
from tests.verified import verified

SAMPLE = Sample(mass_mg=20.0, molar_mass=1000.0)  # 20 µmol

HEADER = "[Header]\nTITLE,made\nINFO,1.0,SAMPLE_MASS\n[Data]\n"


def dc(lines: list[str], moment: str = "Moment (emu)") -> bytes:
    head = f"Comment,Time Stamp (sec),Temperature (K),Magnetic Field (Oe),{moment},M. Std. Err. (emu)"
    return "\n".join([HEADER + head, *lines]).encode("utf-8", errors="replace")


@pytest.mark.parametrize("moment", ["Moment (emu)", "DC Moment Free Ctr (emu)", "Long Moment (emu)"])
def test_chi_t_is_moment_over_field_and_moles_times_temperature(moment):
    found = read_quantum_design(dc([",1,2.0,1000,0.1,0.001", ",2,100.0,1000,0.0028,"], moment), SAMPLE)
    assert found.chi_t[0] == pytest.approx((2.0, 0.1 / 1000 / 20e-6 * 2.0))
    assert found.chi_t_errors == (pytest.approx(0.1), None)


def test_the_diamagnetism_of_the_ligands_is_taken_off():
    plain = read_quantum_design(dc([",1,300,10000,0.009,", ",2,200,10000,0.013,"]), SAMPLE).chi_t[0][1]
    sample = Sample.with_estimate(20.0, 1000.0)
    corrected = read_quantum_design(dc([",1,300,10000,0.009,", ",2,200,10000,0.013,"]), sample).chi_t[0][1]
    assert sample.estimated and sample.diamagnetism == pytest.approx(-5e-4)
    assert corrected - plain == pytest.approx(5e-4 * 300)


def test_a_sweep_of_the_field_is_a_magnetisation_in_bohr_magnetons():
    """N_A μ_B is 5584.94 emu mol⁻¹ (Bain and Berry's table gives 5585)."""
    assert pytest.approx(5584.94, abs=0.01) == EMU_PER_MOLE_BOHR_MAGNETON
    five = 5 * EMU_PER_MOLE_BOHR_MAGNETON * 20e-6
    lines = [f",{n},2.001,{field},{five * field / 70000},0.0001" for n, field in enumerate((0, 10000, 35000, 70000))]
    found = read_quantum_design(dc(lines), SAMPLE)
    assert [row[0] for row in found.magnetisation] == pytest.approx([0.0, 1.0, 3.5, 7.0])
    assert found.magnetisation[-1][1:] == (pytest.approx(5.0), 2.0) and len(found.magnetisation_errors) == 4


@pytest.mark.parametrize(
    ("head", "real", "imaginary"),
    [
        ("AC X'  (emu/Oe),AC X'' (emu/Oe)", 2e-5, 1e-5),
        ('"AC X\' (emu/Oe)","AC X"" (emu/Oe)"', 2e-5, 1e-5),
        ("M' (emu),M'' (emu)", 6e-5, 3e-5),
        ("m' (emu),m'' (emu)", 6e-5, 3e-5),
    ],
)
def test_ac_columns_of_several_instruments(head, real, imaginary):
    table = f"Temperature (K),Field (Oe),Frequency (Hz),Amplitude (Oe),{head}\n5.0,1000,10,3,{real},{imaginary}"
    (point,) = read_quantum_design((HEADER + table).encode(), SAMPLE).ac
    assert (point.temperature, point.frequency, point.field) == (5.0, 10.0, 0.1)
    assert (point.real, point.imaginary) == (pytest.approx(1.0), pytest.approx(0.5))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (HEADER, "no Temperature"),
        (HEADER + "Temperature (C),Moment (emu)\n1,2", "no Temperature"),
        (HEADER + "Temperature (K),Moment (A m2),Field (Oe)\n1,2,3", "neither dc nor ac"),
        (HEADER + "Temperature (K),Moment (emu),Field (Oe)\n1,two,3", "is no number"),
        (HEADER + "Temperature (K),Moment (emu),Field (Oe)\n1,2,0\n2,2,0", "without a field"),
    ],
)
def test_a_bad_file_is_answered_with_a_sentence(data, says):
    assert is_quantum_design(data.encode())
    with pytest.raises(KramersError, match=says):
        read_quantum_design(data.encode(), SAMPLE)


def test_hostile_cells_are_answered_with_a_sentence():
    for text in hostile_strings(["0.1"])[:100]:
        try:
            read_quantum_design(dc([f",1,2.0,1000,{text},"]), SAMPLE)
        except KramersError as error:
            assert error.sentence.isprintable() and len(error.sentence) < 400


@pytest.mark.parametrize("wrong", [{"mass_mg": 0.0}, {"molar_mass": float("nan")}, {"diamagnetism": 0.01}])
def test_a_sample_that_cannot_be_is_refused(wrong):
    with pytest.raises(KramersError):
        Sample(**{"mass_mg": 20.0, "molar_mass": 1000.0} | wrong)


def test_errors_in_a_csv_are_kept_point_by_point():
    found = read_measured(b"T,chiT,chiT_err\n2,11.5,0.1\n300,14.1,\n")
    assert found.chi_t_errors == (0.1, None)
    assert read_measured(b"H/Oe,M,M err\n10000,4.2,0.05\n").magnetisation_errors == (0.05,)


def test_ac_data_in_a_csv_with_the_field_in_oersted():
    (point,) = read_measured("T;f/kHz;χ';χ'';H/Oe\n2,5;0,1;1,5;0,2;1000\n".encode()).ac
    assert (point.temperature, point.frequency, point.real, point.imaginary) == (2.5, 100.0, 1.5, 0.2)
    assert point.field == pytest.approx(0.1)


def test_the_fit_error_and_the_factor_that_mends_a_wrong_mass():
    computed = np.array([11.0, 13.0, 14.0])
    found = agreement(computed / 1.05, computed, scaled=True)
    assert found.scale == pytest.approx(1.05) and found.residual == pytest.approx(0.0, abs=1e-12)
    plain = agreement(computed + np.array([0.1, -0.1, np.nan]), computed)
    assert (plain.points, plain.scale) == (2, 1.0)
    assert plain.rms == pytest.approx(0.1) and plain.residual == pytest.approx(0.02 / (11.1**2 + 12.9**2))
    with pytest.raises(DomainError):
        agreement(np.array([np.nan]), np.array([1.0]))


def test_the_command_returns_known_parameters_from_made_data(tmp_path, capsys):
    file, ours = tmp_path / "ac.csv", tmp_path / "result.json"
    file.write_text(as_csv(1), encoding="utf-8")
    ours.write_text(json.dumps(verified() | {"barrier_cm1": 450.0}), encoding="utf-8")
    assert main(["relax", str(file), "--json", "--beside", str(ours)]) == 0
    found = valid(json.loads(capsys.readouterr().out), "RelaxationRecord")
    barrier = found["relaxation"]["parameters"]["U_K"]
    assert abs(barrier["value"] - TRUE["U_K"]) < 3 * barrier["error"] < 60
    assert found["predicted_barrier_cm1"]["moments"] == 450.0
    assert len(found["debye"]) + len(found["not_fitted"]) == 19


def test_the_command_reads_a_dat_file_with_mass_and_molar_mass(tmp_path, capsys):
    table = ["Temperature (K),Magnetic Field (Oe),AC Frequency (Hz),AC X' (emu/Oe),AC X'' (emu/Oe)"]
    table += [f"{t},0,{f},{a * 20e-6},{b * 20e-6}" for t, f, a, b, _ in rows(2) if t >= 29]
    file = tmp_path / "ac.dat"
    file.write_text(HEADER + "\n".join(table), encoding="utf-8")
    assert main(["relax", str(file)]) == 1
    chosen = ["--mass", "20", "--molar-mass", "1000", "--terms", "orbach"]
    assert main(["relax", str(file), *chosen]) == 0
    assert "U_eff/cm⁻¹" in capsys.readouterr().out
    assert main(["relax", str(file), *chosen, "--field", "0.1"]) == 1
    assert main(["relax", str(file), *chosen, "--terms", "orbach,raman,qtm,direct,magic"]) == 1
