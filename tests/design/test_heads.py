"""Heads: what is said of a latent is in the label's unit, and a head says what it is worth."""

from __future__ import annotations

import pytest
import torch

from core.design.gap_line import GapLine, with_line
from core.design.heads import FEWEST_LABELS, WORDINGS, Classes, Regressions, judged


def test_below_200_labels_a_head_is_not_reliable_and_says_why() -> None:
    head = judged("first_gap_cm1", 24, 153.4, 160.0)
    assert not head.reliable
    assert head.doubt == "not reliable (24 labels, leave-one-out error 153 cm⁻¹)"
    assert judged("first_gap_cm1", FEWEST_LABELS, 153.4, 160.0).reliable


def test_a_head_no_better_than_the_donor_class_is_not_reliable() -> None:
    head = judged("donor_charge_e", 10_000, 0.05, 0.04)
    assert not head.reliable
    assert "mean of the donor class" in (head.doubt or "")
    assert judged("donor_charge_e", 10_000, 0.03, 0.04).doubt is None


def test_every_head_has_words_and_a_level() -> None:
    for name, wording in WORDINGS.items():
        assert wording.label and wording.level, name


def test_a_head_says_the_mean_of_its_classes_and_a_line_in_the_unit_of_the_labels() -> None:
    heads = Regressions(size=3, classes=2, heads=2, members=4, units=5)
    with torch.no_grad():
        heads.by_class[:, 1] = torch.tensor([10.0, 20.0])
        heads.line[:, 1] = torch.tensor([1.0, 0.0, -1.0])
        heads.offset[1] = 0.5
        heads.error[1] = 2.0
    latents = torch.tensor([[1.0, 7.0, 0.0], [0.0, 0.0, 1.0]])
    mean, sd = heads(latents, torch.tensor([[1.0, 0.0], [0.5, 0.5]]))
    torch.testing.assert_close(mean[:, 1], torch.tensor([11.5, 14.5]))
    torch.testing.assert_close(sd[:, 1], torch.tensor([2.0, 2.0]))


def test_networks_that_disagree_widen_the_uncertainty() -> None:
    torch.manual_seed(1)
    heads = Regressions(size=3, classes=2, heads=1, members=4, units=5)
    latents, kinds = torch.randn(6, 3), torch.full((6, 2), 0.5)
    before = heads(latents, kinds)[1]
    torch.nn.init.normal_(heads.out)
    assert (heads(latents, kinds)[1] > before).all()


def test_probabilities_of_classes_add_up() -> None:
    classes, anion = Classes(3, 4)(torch.randn(5, 3))
    torch.testing.assert_close(classes.sum(dim=1), torch.ones(5))
    assert ((anion > 0) & (anion < 1)).all()


def test_the_line_of_the_first_gap_takes_the_place_of_an_older_one() -> None:
    torch.manual_seed(2)
    heads, classes = Regressions(size=3, classes=2, heads=3, members=2, units=4), Classes(3, 2)
    for tensor in (heads.by_class, heads.line, heads.offset, heads.out):
        torch.nn.init.normal_(tensor)
    heads.scale.copy_(torch.tensor([0.5, 2.0, 7.0]))
    known = [judged(name, 60, 1.0, 2.0) for name in ("sa", "first_gap_cm1", "donor_charge_e")]
    own, slopes = torch.tensor([10.0, 300.0]), torch.tensor([40.0, -9.0])
    gap = judged("first_gap_cm1", 126, 37.7, 44.1)
    line = GapLine(gap, ("sa", "donor_charge_e"), own, slopes, 7.0, 50.0, "", "")
    grown, now = with_line(heads, known, line)
    latents = torch.randn(5, 3)
    kinds = classes(latents)[0]
    before, after = heads(latents, kinds)[0].detach(), grown(latents, kinds)[0].detach()
    assert [head.name for head in now] == ["sa", "donor_charge_e", "first_gap_cm1"] and now[-1] is gap
    torch.testing.assert_close(after[:, :2], before[:, [0, 2]])
    wanted = 7.0 + kinds @ own + before[:, [0, 2]] @ slopes
    torch.testing.assert_close(after[:, 2], wanted.detach(), rtol=1e-4, atol=1e-3)
    assert (grown(latents, kinds)[1][:, 2] >= 50.0).all()


def test_a_line_of_other_donor_classes_is_refused() -> None:
    heads = Regressions(size=3, classes=2, heads=1, members=2, units=4)
    line = GapLine(judged("first_gap_cm1", 9, 1, 2), ("sa",), torch.zeros(5), torch.zeros(1), 0.0, 1.0, "", "")
    with pytest.raises(ValueError, match="other donor classes"):
        with_line(heads, [judged("sa", 9, 1, 2)], line)
