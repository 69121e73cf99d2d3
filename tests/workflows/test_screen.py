"""A folder into a table: every file a line, nothing lost, nothing twice."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core.chem.io.geometry_file import read_geometry
from core.errors import InputError
from core.workflows.screen import COLUMNS, find_cifs, judge_file, ranked, safe_cell, screen, structures
from tests.chem import geometry as g

DYCL3 = g.trichloride("Dy")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cifs = tmp_path / "cifs"
    (cifs / "deep").mkdir(parents=True)
    (cifs / "a.cif").write_text(g.cif(DYCL3))
    (cifs / "deep" / "=b.CIF").write_text(g.cif(DYCL3, name="one") + g.cif([*DYCL3, *g.water(2.4)], name="two"))
    (cifs / "empty.cif").write_bytes(b"")
    (cifs / "binary.cif").write_bytes(bytes(range(256)) * 10)
    (cifs / "notes.txt").write_text("no CIF")
    return cifs


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_structure_has_one_line_also_the_refused(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    summary = screen(folder, table, jobs=2)
    assert (summary.files, summary.ok, summary.not_ok) == (4, 3, 2)
    found = rows(table)
    assert sorted((r["file"], r["block"], r["status"]) for r in found) == [
        ("a.cif", "test", "ok"),
        ("binary.cif", "", "error"),
        ("deep/=b.CIF", "one", "ok"),
        ("deep/=b.CIF", "two", "ok"),
        ("empty.cif", "", "error"),
    ]
    assert all(r["message"] for r in found)
    assert all(float(r["first_gap_cm1"]) > 0 for r in found if r["status"] == "ok")


def test_a_second_run_goes_on_where_the_first_stopped(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    screen(folder, table, jobs=1)
    whole = table.read_bytes()
    lines = whole.splitlines(keepends=True)
    table.write_bytes(b"".join(lines[:2]) + lines[2][:7])  # a crash in the middle of a line
    summary = screen(folder, table, jobs=1)
    assert 0 < summary.skipped < summary.files
    assert sorted(table.read_bytes().splitlines()) == sorted(whole.splitlines())
    assert screen(folder, table, jobs=1).skipped == 4


def test_a_file_that_is_no_such_table_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "thesis.csv"
    table.write_text("my,own,data\n1,2,3\n")
    with pytest.raises(InputError, match=r"thesis\.csv"):
        screen(folder, table)
    assert table.read_text() == "my,own,data\n1,2,3\n"


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), ("@cmd", "'@cmd"), ("-2.5", "-2.5"), ("+3", "+3"), ("-x", "'-x"), ("a\nb\tc", "a b c")],
)
def test_no_cell_is_a_formula_and_every_cell_is_one_line(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_the_ranked_table_has_the_likeliest_first_and_loses_no_line(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    screen(folder, table, jobs=1)
    order = rows(ranked(table))
    chances = [float(row["p_smm_electrostatic"] or -1) for row in order]
    assert chances == sorted(chances, reverse=True)
    assert sorted(row["file"] for row in order) == sorted(row["file"] for row in rows(table))


def test_the_table_names_units() -> None:
    assert {"first_gap_cm1", "tunnelling_cm1", "axial_angle_deg"} <= set(COLUMNS)


def test_a_molecule_with_several_metals_has_a_line_for_each_of_its_lanthanides(tmp_path: Path) -> None:
    cifs = tmp_path / "several"
    cifs.mkdir()
    molecules, examples = Path(__file__).parents[1] / "molecules", Path(__file__).parents[2] / "assets" / "examples"
    (cifs / "a-symmetric.cif").write_bytes((examples / "dy2-methoxide-acac4.cif").read_bytes())
    for name in ("dy2-asymmetric", "mn-dy-mn-mixed-valence"):
        atoms = read_geometry((molecules / f"{name}.xyz").read_text(encoding="utf-8"), "XYZ")
        places = zip(atoms.elements, atoms.positions.tolist(), strict=True)
        (cifs / f"{name}.cif").write_text(g.cif(list(places)), encoding="utf-8")
    (cifs / "mononuclear.cif").write_text(g.cif(DYCL3))
    found = [row for path in find_cifs(cifs) for row in judge_file(path, path.name)]
    assert [(row["file"], row["site"], row["status"]) for row in found] == [
        ("a-symmetric.cif", "Dy1", "ok"),
        ("dy2-asymmetric.cif", "Dy1", "ok"),
        ("dy2-asymmetric.cif", "Dy2", "ok"),
        ("mn-dy-mn-mixed-valence.cif", "", "refused"),
        ("mononuclear.cif", "", "ok"),
    ]
    assert "mixed valence" in found[3]["message"]
    assert structures(found) == {"ok": 3, "refused": 1}
    table = tmp_path / "t.csv"
    table.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with table.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, COLUMNS).writerows(found[::-1])
    order = [(row["file"], row["site"]) for row in rows(ranked(table))]
    pair = order.index(("dy2-asymmetric.cif", "Dy1"))
    assert order[0][0] == "mononuclear.cif" and order[-1][0] == "mn-dy-mn-mixed-valence.cif"
    assert order[pair + 1] == ("dy2-asymmetric.cif", "Dy2")  # the better ion first, both together
