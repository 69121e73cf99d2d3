"""Heads: what is said of a latent is in the label's unit, and a head says what it is worth."""

from __future__ import annotations

import numpy as np
import torch

from core.design.heads import FEWEST_LABELS, WORDINGS, Classes, Regressions, judged
from core.training.ligand_heads import Gaps, line_through


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


def test_the_first_gap_is_a_line_through_what_other_heads_say() -> None:
    torch.manual_seed(2)
    heads, classes = Regressions(size=3, classes=2, heads=3, members=2, units=4), Classes(3, 2)
    for tensor in (heads.by_class, heads.line, heads.offset, heads.out):
        torch.nn.init.normal_(tensor)
    heads.scale.copy_(torch.tensor([0.5, 2.0, 7.0]))
    latents = torch.randn(60, 3)
    said = heads(latents, classes(latents)[0])[0].detach()
    true = 300.0 + 40.0 * said[:, 0] - 9.0 * said[:, 2]
    head, state = line_through(heads, [0, 2], classes, Gaps(latents, true.double().numpy(), np.arange(60) % 2))
    grown = Regressions(size=3, classes=2, heads=4, members=2, units=4)
    grown.load_state_dict(state)
    fresh = torch.randn(5, 3)
    now = grown(fresh, classes(fresh)[0])[0].detach()
    torch.testing.assert_close(now[:, :3], heads(fresh, classes(fresh)[0])[0].detach())
    wanted = 300.0 + 40.0 * now[:, 0] - 9.0 * now[:, 2]
    torch.testing.assert_close(now[:, 3], wanted, atol=0.2 * float(wanted.std()), rtol=0.0)  # it is penalised
    assert head.labels == 60 and head.error < 0.2 * float(true.std()) < head.baseline_error
