"""What may be asked of ligands: each wish leaves out what breaks it and nothing else, and says why."""

from __future__ import annotations

import pytest
from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.design import constraints, search
from core.design.constraints import Constraints, similarity
from core.design.optimise import optimise
from core.design.scope import OutOfScope, scoped
from core.errors import InputError
from tests.design.toy_model import ToyModel

OXIDE, ALKOXIDE, CHLORIDE = (scoped(smiles) for smiles in ("CP(C)(C)=O", "CC(C)(C)[O-]", "CC(=O)Cl"))


@pytest.fixture(scope="module")
def model() -> ToyModel:
    return ToyModel()


@pytest.mark.parametrize(
    ("asked", "left_out", "reason"),
    [
        (Constraints(frozenset({DonorClass.PHOSPHINE_OXIDE})), ALKOXIDE, constraints.OTHER_CLASS),
        (Constraints(charge=0), ALKOXIDE, constraints.OTHER_CHARGE),
        (Constraints(heavy_atoms=5), scoped("CCP(C)(C)=O"), constraints.TOO_LARGE),
        (Constraints(accessibility=3.9), scoped("O=P1(C2CC3CC2C3)CC1"), constraints.HARD_TO_MAKE),
        (Constraints(without_alerts=True), CHLORIDE, constraints.ALERT),
        (Constraints(without_bases=True), ALKOXIDE, constraints.PROTONATED),
        (Constraints(like="CCP(C)(C)=O", similarity=0.3), ALKOXIDE, constraints.UNLIKE),
        (Constraints(fragment="P=O"), ALKOXIDE, constraints.WITHOUT_FRAGMENT),
        (Constraints(fragment="[PX4]"), ALKOXIDE, constraints.WITHOUT_FRAGMENT),
    ],
)
def test_a_wish_leaves_out_what_breaks_it_and_says_why(asked: Constraints, left_out, reason: str) -> None:
    assert asked.refusal(left_out) == reason
    assert asked.refusal(OXIDE) is None


def test_nothing_asked_leaves_nothing_out_and_a_base_is_no_other_alert() -> None:
    assert all(Constraints().refusal(ligand) is None for ligand in (OXIDE, ALKOXIDE, CHLORIDE))
    assert Constraints(without_alerts=True).refusal(ALKOXIDE) is None


def test_a_ligand_is_all_like_itself_and_similarity_has_no_direction() -> None:
    assert similarity("CP(C)(C)=O", "CP(C)(C)=O") == 1.0
    assert similarity("CCP(C)(C)=O", "CP(C)(C)=O") == similarity("CP(C)(C)=O", "CCP(C)(C)=O") < 1.0


@pytest.mark.parametrize("wish", [{"fragment": "<script>"}, {"fragment": "C" * 201}, {"similarity": 1.5}])
def test_a_wish_that_means_nothing_is_refused_with_a_sentence(wish) -> None:
    with pytest.raises(InputError):
        Constraints(**wish)


def test_a_ligand_out_of_scope_is_nothing_to_be_like() -> None:
    with pytest.raises(OutOfScope):
        Constraints(like="[Na+].[Cl-]")


def test_every_search_keeps_what_is_asked_and_counts_the_rest(model) -> None:
    asked = Constraints(frozenset({DonorClass.SILOXIDE}))
    start = next(ligand for ligand in model.ligands if ligand.donor_class == DonorClass.SILOXIDE)
    found = search.around(model, start.smiles, 4, asked=asked)
    drawn = search.sample(model, 200, asked=asked)
    for some in (found, drawn):
        assert some.candidates and {one.ligand.donor_class for one in some.candidates} == {DonorClass.SILOXIDE}
    assert drawn.rejected[constraints.OTHER_CLASS] > 0
    best = optimise(model, start, "donor_charge_e", 256, asked=asked)
    assert best.best.ligand.donor_class == DonorClass.SILOXIDE


def test_the_fragment_stays(model) -> None:
    found = search.sample(model, 200, asked=Constraints(fragment="c1ccccc1"))
    ring = Chem.MolFromSmiles("c1ccccc1")
    assert found.candidates
    assert all(Chem.MolFromSmiles(one.ligand.smiles).HasSubstructMatch(ring) for one in found.candidates)
