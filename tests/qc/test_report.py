"""The table of a run, for ions with and without Kramers doublets."""

from __future__ import annotations

from typing import Any

import pytest

from core.doubts import doubt
from core.qc.report import as_text

RECORD: dict[str, Any] = {
    "status": "ok",
    "recipe": {"geometry": "given", "preset": "fast", "multiplicities": "all", "engine": "cahf-1"},
    "input": {"elements": ["Tb", "F", "F", "F"], "charge": 0, "threads": 2},
    "method": {
        "orbitals": "CAHF(8,7)",
        "spin_orbit": "one-centre mean field",
        "basis": {"ion": "VDZ", "donors": "VDZ", "rest": "VDZ"},
        "functions": 86,
    },
    "levels": {
        "ion": "Tb",
        "multiplet": "⁷F₆",
        "doublets": [
            {
                "energy_cm1": 0.0,
                "splitting_cm1": 0.0123,
                "g": [0.0, 0.0, 17.9],
                "angle_to_ground_deg": 0.0,
                "mj_weights": [[6.0, 0.999]],
            },
            {
                "energy_cm1": 100.0,
                "splitting_cm1": 0.0,
                "g": None,
                "angle_to_ground_deg": None,
                "mj_weights": [[0.0, 0.7], [2.0, 0.2], [1.0, 0.06], [3.0, 0.05]],
            },
        ],
        "crystal_field": {
            "convention": "extended Stevens operators, Stevens factor included",
            "magnetic_frame_cm1": {"B2+0": -3.0, "B4+0": 1e-3, "B6+0": 2e-5},
            "residual": 0.01,
        },
    },
    "barrier_cm1": None,
    "chiT": {"T_K": [2.0, 75.0, 300.0], "cm3_K_per_mol": [10.0, 11.0, 11.8]},
    "checks": {"f_population_of_7": 6.98},
    "timings_s": {"total": 12.34},
    "memory_mb": 432.1,
    "doubts": [doubt("unspecified", "Something is odd.").record()],
}


def line(text: str, start: str) -> list[str]:
    return next(found for found in text.splitlines() if found.lstrip().startswith(start)).split()


def test_a_pseudo_doublet_has_its_splitting_and_a_singlet_no_g() -> None:
    text = as_text(RECORD)
    assert line(text, "#")[:4] == ["#", "E/cm⁻¹", "E/K", "split/cm⁻¹"]
    assert line(text, "1 ")[:4] == ["1", "0.0", "0.0", "1.23e-02"]
    assert line(text, "2 ")[3:8] == ["0.00e+00", "–", "–", "–", "–"]


def test_kramers_doublets_have_no_column_of_splittings() -> None:
    doublets = [{**doublet, "splitting_cm1": 0.0} for doublet in RECORD["levels"]["doublets"]]
    assert "split" not in as_text({**RECORD, "levels": {**RECORD["levels"], "doublets": doublets}})


def test_the_three_largest_weights_are_shown_and_zero_has_no_sign() -> None:
    text = as_text(RECORD)
    assert "70 % |0⟩, 20 % |±2⟩, 6 % |±1⟩" in text and "|±3⟩" not in text and "100 % |±6⟩" in text


def test_sentences_are_broken_for_a_terminal_and_the_table_is_not() -> None:
    text = as_text({**RECORD, "doubts": [doubt("unspecified", "A long doubt. " * 30).record()]})
    assert max(len(line) for line in text.splitlines()) <= 120
    assert line(text, "1 ")[-1] == "|±6⟩"


def test_energies_are_given_in_kelvin_too() -> None:
    assert float(line(as_text(RECORD), "2 ")[2]) == pytest.approx(143.9, abs=0.05)


@pytest.mark.parametrize(
    ("ion", "barrier", "moment", "expected"),
    [
        ("Dy", 857.0, 1e-6, "Barrier, an estimate: 857 cm⁻¹ (1233 K), the energy of the lowest excited doublet"),
        ("Dy", None, 1.8, "No barrier: the ground doublet itself has a mean transition moment of 1.80 μ_B."),
        ("Dy", None, 1e-6, "No barrier by the rule: no doublet has a mean transition moment above 0.1 μ_B."),
    ],
)
def test_a_barrier_has_its_rule_and_its_absence_a_reason(
    ion: str, barrier: float | None, moment: float, expected: str
) -> None:
    moments = [[0.0, moment], [moment, 0.0]]
    assert expected in as_text(
        {
            **RECORD,
            "levels": {**RECORD["levels"], "ion": ion},
            "barrier_cm1": barrier,
            "transition_moments_muB": moments,
        }
    )


def test_an_ion_without_kramers_doublets_has_no_line_about_a_barrier() -> None:
    assert "arrier" not in as_text(RECORD)


def test_susceptibility_checks_time_and_doubts_are_there() -> None:
    text = as_text(RECORD)
    assert "10.000 at 2 K, 11.800 at 300 K" in text
    assert "4f population 6.980 of 7" in text and "12.3 s on 2 thread(s), 432 MB" in text
    assert text.endswith("Reasons to doubt\n– Something is odd.\n")


def test_a_check_without_words_of_its_own_is_shown_by_its_name() -> None:
    assert "Checks passed: new_check_cm1 0.125." in as_text({**RECORD, "checks": {"new_check_cm1": 0.125}})


def test_a_refusal_has_nothing_but_its_reason() -> None:
    assert as_text({"status": "refused", "reason": "the charge is uncertain."}) == (
        "No result: the charge is uncertain.\n"
    )
