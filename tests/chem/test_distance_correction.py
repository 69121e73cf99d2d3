from __future__ import annotations

import json
from statistics import mean

import numpy as np
import pytest

from core.chem.build.complex import PROTOCOL, UNCORRECTED, build_complex
from core.chem.build.distance_correction import TABLE, Line, Metal, corrections, family, slid
from core.chem.ligand.ligand import ligand_from_text
from core.chem.radii import LANTHANIDES
from training.geometry.distances import LINE_FROM


def test_a_ligand_slides_as_a_rigid_body_along_its_bond() -> None:
    positions = np.array([[0, 0, 0], [0, 0, 2.0], [0.5, 0, 3.0], [-2.0, 0, 0], [-2.5, 0.8, 0]])
    moved = slid(positions, [(1, 2), (3, 4)], [1, 3], [0.1, -0.05])
    assert np.linalg.norm(moved[[1, 3]], axis=1) == pytest.approx([2.1, 1.95])
    assert moved[2] - moved[1] == pytest.approx(positions[2] - positions[1])
    assert moved[4] - moved[3] == pytest.approx(positions[4] - positions[3])
    assert moved[0] == pytest.approx(positions[0])


def test_the_corrections_are_least_squares_over_what_the_references_miss() -> None:
    record = json.loads(TABLE.read_text(encoding="utf-8"))
    rows = record["ligands"]
    for name, line in corrections().axial.items():
        _check_fit(line, [(r["protocol_A"][0], r["before_axial_A"]) for r in rows if r["family"] == name])
    _check_fit(corrections().water, [(r["before_axial_A"], r["before_water_A"]) for r in rows])


def _check_fit(line: Line, pairs: list[tuple[float, float]]) -> None:
    x, missing = zip(*pairs, strict=True)
    assert line.shift == pytest.approx(mean(missing), abs=1e-3)
    if len(pairs) >= LINE_FROM:
        assert line.slope == pytest.approx(np.polyfit(x, missing, 1)[0], abs=0.02)
    else:
        assert line.slope == 0.0


def test_beyond_its_references_a_line_stays_what_it_is_at_their_end() -> None:
    line = Line(shift=0.05, centre=2.15, slope=-1.5, least=2.11, most=2.20)
    assert line.at(2.15) == pytest.approx(0.05)
    assert line.at(2.12) == pytest.approx(0.095)
    assert line.at(1.9) == line.at(2.11) == pytest.approx(0.11)
    assert line.at(2.6) == line.at(2.20)


def test_the_table_belongs_to_the_protocol_that_is_corrected() -> None:
    assert json.loads(TABLE.read_text(encoding="utf-8"))["protocol"] == UNCORRECTED


def test_every_lanthanide_has_its_step_and_dysprosium_none() -> None:
    assert set(corrections().metals) == set(LANTHANIDES)
    assert corrections().metals["Dy"] == Metal(0.0, 0.0)


def test_a_bond_to_a_larger_ion_is_judged_as_the_bond_to_dysprosium_would_be() -> None:
    table = corrections()
    step = table.metals["La"]
    assert step.step > 0
    assert table.of_axial("O", 0, 2.15 + step.step, "La") == pytest.approx(table.of_axial("O", 0, 2.15))


def test_a_family_without_reference_takes_the_mean_of_its_charge() -> None:
    table = corrections()
    assert family("S", -1) not in table.axial
    assert table.of_axial("S", -1, 2.7) == table.anionic
    assert table.of_axial("S", 0, 2.9) == table.neutral


def test_a_built_complex_has_the_lengths_of_gfn2_plus_the_corrections() -> None:
    ligand = ligand_from_text("C[O-]")
    before, after = build_complex(ligand, corrected=False), build_complex(ligand)
    old, new = (np.linalg.norm(built.molecule.positions, axis=1) for built in (before, after))
    table, axial, waters = corrections(), list(after.axial_donors), list(after.equatorial_donors)
    shifts = [table.of_axial("O", -1, d) for d in old[axial].tolist()]
    assert new[axial] - old[axial] == pytest.approx(shifts, abs=1e-6)
    assert new[waters] - old[waters] == pytest.approx(table.water.at(mean(shifts)), abs=1e-6)
    assert (before.protocol, after.protocol) == (UNCORRECTED, PROTOCOL)
