"""A row of the pilot table ends converged or as an honest failure."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.validation.pilot import LIGANDS, computed_row
from core.chem.ligand.ligand import ligand_from_text

pytestmark = pytest.mark.xdist_group("qc run")  # with the others that compute a fluoride of cerium

FLUORIDE = ligand_from_text("[F-]")


def geometry(**changes: Any) -> dict[str, Any]:
    """CeF²⁺, the smallest molecule that there is."""
    atoms = {"elements": ["Ce", "F"], "positions_A": [[0, 0, 0], [0, 0, 2.0]], "charge": 2, "donors": [1]}
    return {"status": "converged", **atoms, **changes}


def test_a_converged_row_has_levels_g_and_checks() -> None:
    row = computed_row("fluoride", FLUORIDE, geometry(), "fast")
    assert row["status"] == "converged" and row["reason"] == ""
    assert [row["level_1_cm1"], row["level_2_cm1"] < row["level_3_cm1"]] == [0.0, True]
    assert row["g_z"] > 4  # |±5/2⟩ with g_J = 6/7 has 30/7
    assert row["f_population_of_7"] > 6.9 and row["kramers_degeneracy_cm1"] < 1e-4
    assert row["wall_s"] > 0 and row["cpu_s"] > 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"charge": 1}, "odd number of electrons"),
        ({"status": "failed", "reason": "a proton moved."}, "not built: a proton moved."),
        ({"positions_A": [[0, 0, 0], [0, 0, 0.2]]}, "0.20 Å apart"),
    ],
)
def test_a_failed_row_says_why(changes: dict[str, Any], reason: str) -> None:
    row = computed_row("fluoride", FLUORIDE, geometry(**changes), "fast")
    assert row["status"] == "failed"
    assert reason in row["reason"]
    assert "level_2_cm1" not in row


def test_every_ligand_is_one_that_kramers_takes_and_small() -> None:
    ligands = [ligand_from_text(smiles) for smiles in LIGANDS.values()]
    assert len({ligand.smiles for ligand in ligands}) == len(LIGANDS) >= 24
    assert max(ligand.heavy_atoms for ligand in ligands) <= 8
