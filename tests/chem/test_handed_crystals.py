"""Thirty-five small CIFs of kinds that were once misread, each with what is right, in `crystals`.

They were made for this project: published atoms or models, written as crystallographers and databases write them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest

from core.workflows.predict import predict
from core.workflows.prediction import Prediction, Status

DATA = Path(__file__).parent / "crystals"


@dataclass(frozen=True, slots=True)
class Right:
    """What is right of one file.

    Attributes:
        formula: of the molecule that is judged.
        sites: coordination number.
        charge: of the molecule [e].
        donors: number of sites by class; None where classes are a matter of taste.
        oxidation_state: of the ion that is judged.
        gap: first gap, or between which two it lies [cm⁻¹].
        says: words of which each stands in a doubt.
        silent: words that no doubt may hold.
        confirmed: whether the charge is confirmed by the crystal; None where it cannot be.
        options: what the chemist chooses.
    """

    formula: str
    sites: int
    charge: int
    donors: dict[str, int] | None
    oxidation_state: int = 3
    gap: tuple[float, float] | None = None
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ("do not add up", "The file states a charge")
    confirmed: bool | None = True
    options: dict[str, int] = field(default_factory=dict)


ACAC3_PHEN = Right("C27H29DyN2O6", 8, 0, {"β-diketonate": 6, "pyridine N": 2}, gap=(63, 65))
AQUA = {"water": 5, "phosphine oxide": 2}
SANDWICH = Right("C13H14BDy", 2, 0, {"cyclooctatetraenyl": 1, "cyclopentadienyl": 1})

RIGHT = {
    "agostic_ch3": Right("C34H58Dy", 2, 1, {"cyclopentadienyl": 2}, says=("agostic",), silent=("edge of the first",)),
    "aqua_without_h": Right("C6H28DyO7P2", 7, 3, AQUA, gap=(314, 316), says=("hydrogens", "added")),
    "bh4_kappa3": Right("B3DyH16O2", 5, 0, {"borohydride H": 3, "water": 2}),
    "bipm_methanediide": Right("C2H20DyN4P4Si4", 6, -1, {"alkyl": 2, "imine": 4}, gap=(150, 390)),
    "boratabenzene": SANDWICH,
    "carbene_lost": Right("C5H26DyN5Si6", 4, 0, {"carbene": 1, "amide N": 3}),
    "csd_question_mark_refused": Right("C12H24DyN3O12", 9, 0, {"nitrate": 6, "ether": 3}),
    "cyanide_lost": Right("C3H11DyN2O3", 5, 0, {"cyanide C": 1, "alkoxide": 2, "water": 1, "amine": 1}),
    "diselenide": Right("C20H20Dy2Se2", 4, 0, {"cyclopentadienyl": 2, "thiolate": 2}, options={"site": 1}),
    "dy_in_y_with_parts": Right("C6H28DyO7P2", 7, 3, AQUA, gap=(314, 316), says=("shared by Dy (5%) and Y (95%)",)),
    "free_cyanide": Right("DyH16O8", 8, 3, {"water": 8}),
    "half_atom_and_its_image": Right("C3H11Cl3DyN2O", 6, 0, {"alcohol": 1, "chloride": 3, "amine": 2}, confirmed=None),
    "hm_old_shelx_style": SANDWICH,
    "kappa2_perchlorate": Right("ClDyH12O10", 8, 2, {"water": 6, "oxoanion": 2}),
    "kappa2_sulfate": Right("DyH12O10S", 8, 1, {"water": 6, "oxoanion": 2}),
    "methyl_six_half_h": ACAC3_PHEN,
    "moiety_without_charges": Right("C6H28DyO7P2", 7, 3, AQUA, gap=(314, 316)),
    "partial_counter_ions": Right("CeN6O18", 12, -2, {"nitrate": 12}, oxidation_state=4),
    "syntax_ctrl_z": ACAC3_PHEN,
    "syntax_duplicate_block": ACAC3_PHEN,
    "syntax_preface": ACAC3_PHEN,
    "syntax_tag_without_value": ACAC3_PHEN,
    "tb_iv": Right("C12H36O4Si4Tb", 4, 0, {"siloxide": 4}, oxidation_state=4),
    "tbpc2_neutral_radical": Right("C64H32N16Tb", 8, 0, {"tetrapyrrole N": 8}, says=("radical",)),
    "texaphyrin": Right("C22H14DyN7O6", 9, 0, None),
    "toluene_part_minus1": ACAC3_PHEN,
    "two_blocks_first_la": ACAC3_PHEN,
    "two_independent": Right(
        "C27H29DyN2O6", 8, 0, {"β-diketonate": 6, "pyridine N": 2}, says=("second independent", "(molecule 2)")
    ),
    "yb_one_anion_missing": Right(
        "C6H28O7P2Yb", 7, 3, AQUA, says=("anion", "missing"), silent=("Yb(II) was taken",), confirmed=False
    ),
    "ylide_p_counted": Right("C12H30DyP3", 6, 0, {"alkyl": 6}),
}


@lru_cache(maxsize=1)
def answer(name: str, **options: int) -> Prediction:
    path = DATA / f"{name}.cif"
    return predict(path.read_bytes(), path.name, **options)


@pytest.mark.parametrize("name", RIGHT)
def test_a_crystal_that_was_misread_is_read_right(name: str) -> None:
    right = RIGHT[name]
    found = answer(name, **right.options)
    assert found.status is Status.OK, found.message
    assert found.molecule is not None
    assert found.sphere is not None
    assert found.molecule.formula == right.formula
    assert found.sphere.coordination_number == right.sites
    assert right.donors in (None, Counter(str(d.donor_class) for d in found.sphere.donors))
    assert (found.charge, found.oxidation_state) == (right.charge, right.oxidation_state)
    assert right.confirmed in (None, found.report.charge_confirmed)
    if right.gap is not None:
        assert found.levels is not None
        assert right.gap[0] < found.levels.first_gap < right.gap[1]
    doubts = " ".join(one.text for one in found.doubts)
    assert [words for words in right.says if words not in doubts] == []
    assert [words for words in right.silent if words in doubts] == []


REFUSED = {
    "dy_fe_bond": ("Dy–Fe", "2.94"),
    "endohedral_c60": ("fullerene",),
    "intermetallic": ("no ligand",),
    "number_only_p21n": ("P 1 21/c 1", "assumed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_judged_is_refused_with_the_right_sentence(name: str) -> None:
    found = answer(name)
    assert found.status is not Status.OK
    assert [words for words in REFUSED[name] if words not in found.message] == []


@pytest.mark.parametrize("site", [1, 2])
def test_equal_nitrogens_of_a_bridging_dinitrogen_act_with_equal_charges(site: int) -> None:
    sphere = answer("n2_trianion", site=site).sphere
    assert sphere is not None
    charges = [q for d in sphere.donors if d.element == "N" for q in d.atom_charges]
    assert charges == pytest.approx([-1.5] * len(charges))
    assert len(charges) >= 2


def test_a_boratabenzene_ring_carries_one_whole_charge() -> None:
    sphere = answer("boratabenzene").sphere
    assert sphere is not None
    ring = next(d for d in sphere.donors if d.hapticity == 6)
    assert ring.formal_charge == pytest.approx(-1.0)


def test_a_methanediide_carries_its_charges_on_carbon() -> None:
    sphere = answer("bipm_methanediide").sphere
    assert sphere is not None
    assert [d.formal_charge < -1 for d in sphere.donors if d.element == "C"] == [True, True]


def test_added_hydrogens_give_the_network_what_it_sees_of_a_water() -> None:
    said = answer("aqua_without_h").verdict
    assert said is not None
    assert said.voxel is not None
    assert said.voxel.gap == pytest.approx(352, abs=15)


def test_the_files_are_all_looked_at() -> None:
    asked = {*RIGHT, *REFUSED, "n2_trianion", "boratabenzene", "bipm_methanediide"}
    assert {path.stem for path in DATA.glob("*.cif")} == asked
