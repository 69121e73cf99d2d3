"""The check against published crystal structures: what may enter its averages, and that the docs show its results."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.validation import literature
from core.chem.build.complex import EQUATORIAL
from core.chem.ligand.ligand import ligand_from_text


def source() -> dict[str, Any]:
    text: dict[str, Any] = json.loads(literature.SOURCE.read_text(encoding="utf-8"))
    return text


def entry(**changes: Any) -> dict[str, Any]:
    crystal = {"basis": "read", "passage": "as printed", "axial": 2.2, "axial_angle": 178}
    return {"name": "X", "axial": "CP(C)(C)=O", "equatorial": "water", "doi": "any", "crystal": crystal, **changes}


def test_only_known_figures_are_taken_over() -> None:
    (complex_,) = literature.published({"complexes": [entry()]})
    assert complex_.basis == "read"
    assert complex_.figures == {"axial": 2.2, "axial_angle": 178.0}


@pytest.mark.parametrize(
    "changes",
    [{"doi": None}, {"crystal": {"basis": "read", "axial": 2.2}}, {"crystal": {"basis": "hearsay", "axial": 2.2}}],
)
def test_a_figure_needs_a_basis_and_a_read_one_its_doi_and_passage(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="X: figures"):
        literature.published({"complexes": [entry(**changes)]})


def test_figures_from_memory_enter_no_average() -> None:
    read = {"basis": "read", "difference": {"axial": -0.07, "axial_angle": 2.0}}
    second = {"basis": "read", "difference": {"axial": 0.01}}
    remembered = {"basis": "memory", "difference": {"axial": 9.0}}
    assert literature.mean_absolute_errors([read, second, remembered]) == {
        "axial": {"value": 0.04, "of": 2},
        "axial_angle": {"value": 2.0, "of": 1},
    }


def test_the_measured_means_are_those_of_the_first_ligand_where_two_differ() -> None:
    built = literature.build_complex(ligand_from_text("[OH-]"), ligand_from_text("[Cl-]"))
    one, both = literature.measured(built, alike=False), literature.measured(built, alike=True)
    oxygen, chlorine = built.molecule.relative_positions[list(built.axial_donors)]
    assert one["axial"] == pytest.approx((oxygen @ oxygen) ** 0.5, abs=1e-3)
    assert both["axial"] == pytest.approx(((oxygen @ oxygen) ** 0.5 + (chlorine @ chlorine) ** 0.5) / 2, abs=1e-3)


def test_every_complex_of_the_list_can_be_asked_for() -> None:
    for complex_ in literature.published(source()):
        for smiles in filter(None, (complex_.axial, complex_.second)):
            assert ligand_from_text(smiles).charge in (0, -1)
        assert complex_.equatorial in EQUATORIAL


def test_the_docs_show_the_committed_results() -> None:
    record = json.loads(literature.RESULTS.read_text(encoding="utf-8"))
    page = literature.DOCS.read_text(encoding="utf-8")
    assert literature.replaced(page, literature.tables(source(), record)) == page


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    page = f"before\n{literature.BEGIN}\nold\n{literature.END}\nafter\n"
    assert literature.replaced(page, "new") == f"before\n{literature.BEGIN}\nnew\n{literature.END}\nafter\n"
