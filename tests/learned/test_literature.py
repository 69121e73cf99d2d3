"""What the literature has of such complexes: what is seen, what is counted, what is said."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.chem.io.structure import read_structure
from core.doubts import codes
from core.errors import UnreadableFile
from core.learned import literature as module
from core.learned.descriptors import BLOCKS, IONS, ChemicalDescriptors, Donors, Kind, columns, features, sight_of
from core.learned.literature import (
    CAVEAT,
    FEWEST,
    FEWEST_BARRIERS,
    FOLDER,
    Group,
    Literature,
    counted,
    literature,
    reported,
)
from core.learned.simdavis import SOURCE, Sample
from core.workflows.predict import predict
from core.workflows.screen import table_row
from tests.workflows.test_predict import EXAMPLES

PLAIN = ChemicalDescriptors("Dy", 8, Donors.OXYGEN_NITROGEN, 4, Kind.NONE, False)


def samples(count: int, slow: int, sight: ChemicalDescriptors = PLAIN) -> list[Sample]:
    """Made up: barriers of 1, 2, 3 … K."""
    return [Sample(k, "", sight, k < slow, k + 1.0, None, f"10.0/{k}") for k in range(count)]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("dy-acac3-phen", PLAIN),
        ("dy-cp-ipr5-cp-star", ChemicalDescriptors("Dy", 2, Donors.RINGS, 2, Kind.METALLOCENE, False)),
        ("tb-pc2-pph4", ChemicalDescriptors("Tb", 8, Donors.NITROGEN, 2, Kind.DOUBLE_DECKER, False)),
        ("zn-dy-valen-nitrate3", ChemicalDescriptors("Dy", 10, Donors.OXYGEN, 4, Kind.OTHER_METAL, False)),
        ("er-cot2-k-crown", ChemicalDescriptors("Er", 2, Donors.RINGS, 2, Kind.METALLOCENE, False)),
    ],
)
def test_a_structure_is_seen_in_the_words_of_the_table(name: str, seen: ChemicalDescriptors) -> None:
    structure = read_structure((EXAMPLES / f"{name}.cif").read_bytes())
    assert sight_of(structure.molecule, structure.sphere) == seen


def test_an_ion_that_the_table_lacks_or_that_is_not_trivalent_is_not_seen() -> None:
    structure = read_structure((EXAMPLES / "dy-acac3-phen.cif").read_bytes())
    molecule = structure.molecule
    cerium = tuple("Ce" if element == "Dy" else element for element in molecule.elements)
    assert reported(replace(molecule, elements=cerium), structure.sphere) is None
    assert reported(replace(molecule, oxidation_state=2), structure.sphere) is None


def test_features_are_flags_in_their_blocks() -> None:
    (row,) = features([PLAIN])
    assert len(row) == sum(BLOCKS.values()) and row.sum() == 1 + 2 + 1 + 1 + 4  # ion, oblate and Kramers, sites, donors
    assert row[columns(["ligands"])].tolist() == [4.0]
    prolate = features([replace(PLAIN, ion="Tm")])[0][columns(["4f density"])]
    assert prolate.tolist() == [0.0, 1.0, 0.0]
    unknown = replace(PLAIN, sites=None, ligands=None, diluted=None)
    assert not features([unknown])[0][columns(["sites", "ligands", "dilution"])].any()


def test_counts_are_shares_and_quartiles_of_the_undiluted() -> None:
    diluted = samples(50, 50, replace(PLAIN, diluted=True)) + samples(50, 50, replace(PLAIN, diluted=None))
    group = counted([*samples(21, 7), *diluted])["Dy", 8, "O,N"]
    assert (group.measured, group.slow, group.barriers) == (21, 7, 21)
    assert group.quartiles == (6.0, 11.0, 16.0)


def test_small_groups_are_not_kept_and_few_barriers_have_no_quartiles() -> None:
    groups = counted(samples(FEWEST - 1, 3))
    assert list(groups) == [("Dy", None, None)]  # of an ion, however few
    unknown = [replace(one, barrier=None) for one in samples(30, 3)[FEWEST_BARRIERS - 1 :]]
    group = counted([*samples(FEWEST_BARRIERS - 1, 3), *unknown])["Dy", 8, "O,N"]
    assert group.quartiles is None and group.measured == 30
    said = replace(literature().about(PLAIN), group=group)
    assert f"too few barriers ({FEWEST_BARRIERS - 1}) were reported to quote" in said.sentence


def test_a_small_group_is_widened_and_the_sentence_says_so() -> None:
    groups = [Group("Dy", None, "O,N", 40, 30, 20, (10.0, 44.4, 123.0)), Group("Dy", None, None, 90, 45, 0, None)]
    known = replace(literature(), groups={group.key: group for group in groups})
    said = known.about(PLAIN)
    assert said.group is groups[0]
    assert said.sentence == (
        "Of 40 reported Dy(III) complexes with O,N donors 75 % relax slowly in zero field; half of the 20 reported "
        "barriers lie between 10 and 120 K. There were too few Dy(III) complexes with eight O,N donors to count. "
        f"{module.RULE}"
    )
    assert known.about(replace(PLAIN, donors=Donors.OTHERS)).group is groups[1]
    exact = replace(known, groups={groups[0].key: groups[0], ("Dy", 8, "O,N"): replace(groups[0], sites=8)})
    assert "too few" not in exact.about(PLAIN).sentence


def test_the_shipped_counts_have_no_group_so_small_that_it_is_a_row_of_the_table() -> None:
    groups = list(literature().groups.values())
    assert len(groups) > 30 and {group.ion for group in groups} == set(IONS)
    assert all(group.measured >= FEWEST and group.slow <= group.measured for group in groups)
    assert all(group.barriers >= FEWEST_BARRIERS for group in groups if group.quartiles)
    assert SOURCE in CAVEAT and "2019" in CAVEAT


def test_every_ion_of_the_table_is_answered_whatever_binds_it() -> None:
    for ion in IONS:
        for donors in Donors:
            said = literature().about(ChemicalDescriptors(ion, 11, donors, None, Kind.NONE, None))
            low, high = said.barrier_half
            assert 0 < said.p_slow < 1 and 0 < low < said.barrier < high
            json.dumps(said.record(), allow_nan=False)


def test_a_double_decker_of_terbium_is_expected_to_be_slower_than_ytterbium_with_oxygens() -> None:
    decker = literature().about(ChemicalDescriptors("Tb", 8, Donors.NITROGEN, 2, Kind.DOUBLE_DECKER, False))
    oxygens = literature().about(ChemicalDescriptors("Yb", 8, Donors.OXYGEN, 4, Kind.NONE, False))
    assert decker.p_slow > 0.7 > 0.4 > oxygens.p_slow
    assert decker.barrier > 5 * oxygens.barrier


def test_the_shipped_card_holds_its_ladder_and_the_trees_stand_above_the_ion_alone() -> None:
    card = literature().card
    slow, barrier = card["ladder"]["slow"], card["ladder"]["barrier"]
    assert slow["all"]["brier"][0] < slow["ion"]["brier"][0] < slow["majority"]["brier"][0]
    assert slow["all"]["brier"][0] <= slow["logistic: all"]["brier"][0]  # why trees ship
    assert barrier["all"]["mae_log"][0] < barrier["ridge: all"]["mae_log"][0]
    assert all(low <= value <= high for value, low, high in (slow["all"]["auc"], slow["all"]["auc_dy"]))


def test_record_and_table_carry_it() -> None:
    prediction = predict((EXAMPLES / "dy-acac3-phen.cif").read_bytes(), "x")
    record, row = prediction.to_dict()["literature"], table_row(prediction)
    assert isinstance(record, dict) and prediction.literature is not None
    assert record["n"] == prediction.literature.group.measured == int(row["n_literature"])
    assert float(row["p_slow_literature"]) == pytest.approx(record["p_slow"], abs=1e-4)
    quartiles = [float(row[f"ueff_K_quartile_{k}"]) for k in (1, 2, 3)]
    assert quartiles == record["ueff_K_quartiles"] == sorted(quartiles)


def test_missing_counts_cost_the_sentence_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "literature", lambda: Literature.load(tmp_path / "nowhere"))
    prediction = predict((EXAMPLES / "dy-acac3-phen.cif").read_bytes(), "x")
    assert prediction.literature is None and prediction.verdict is not None and prediction.verdict.in_domain
    assert "no-literature" in codes(prediction.doubts)
    assert prediction.to_dict()["literature"] is None


def test_weights_come_back_as_they_were_and_damage_is_noticed(tmp_path: Path) -> None:
    known = literature()
    known.save(tmp_path / "again")
    again, row = Literature.load(tmp_path / "again"), features([PLAIN])
    assert again.groups == known.groups and np.array_equal(again.slow(row), known.slow(row))
    shutil.copytree(
        FOLDER.parent, tmp_path / "models", ignore=shutil.ignore_patterns("voxel*", "ligand*", "invariant*")
    )
    config = tmp_path / "models" / "literature" / "config.json"
    config.write_text(config.read_text().replace('"slow": 358', '"slow": 359'))
    with pytest.raises(UnreadableFile, match="manifest"):
        Literature.load(config.parent)
