"""What belongs together stays on one side of every split, and the sides are of one size."""

from __future__ import annotations

import numpy as np
import pytest

from training.common.splits import assert_together, folds, groups


def many(count: int) -> np.ndarray:
    """Groups of 1 to 20 structures."""
    sizes = np.random.default_rng(1).integers(1, 21, count)
    return np.repeat(np.arange(count), sizes)


def test_one_shared_label_of_any_sort_makes_a_group_and_sharing_is_passed_on() -> None:
    found = groups(["A", "A", "B", "C", "D"], ["x", "y", "y", "z", "w"], ["1", "2", "3", "3", "4"])
    assert found.tolist() == [0, 0, 0, 0, 1]


def test_the_same_text_in_two_sorts_of_label_joins_nothing() -> None:
    assert groups(["A", "B"], ["B", "C"], ["C", "D"]).tolist() == [0, 1]


def test_groups_do_not_depend_on_the_order_of_the_structures() -> None:
    random = np.random.default_rng(3)
    labels = [[str(n) for n in random.integers(0, 60, 80)] for _ in range(3)]
    order = random.permutation(80)
    plain = groups(*labels)
    mixed = groups(*([sort[k] for k in order] for sort in labels))
    assert 1 < len(set(plain.tolist())) < 60
    assert ((plain[order][:, None] == plain[order]) == (mixed[:, None] == mixed)).all()


def test_labels_that_do_not_count_the_same_are_refused() -> None:
    with pytest.raises(ValueError, match="1 labels do not belong to 2 structures"):
        groups(["A", "B"], ["x"], ["1", "2"])


def test_folds_hold_whole_groups_and_are_of_one_size() -> None:
    own = many(200)
    place = folds(own)
    assert_together([str(group) for group in own], place)
    counts = np.bincount(place)
    assert len(counts) == 5
    assert counts.max() - counts.min() <= 20


def test_every_fold_has_its_share_of_every_kind() -> None:
    own = many(200)
    kind = np.where(np.random.default_rng(5).permutation(200)[own] < 30, "ref", "salen")
    place = folds(own, strata=kind.tolist())
    rare = np.bincount(place[kind == "ref"], minlength=5) / (kind == "ref").sum()
    assert rare.min() > 0.15
    assert np.bincount(place).min() > 0.19 * len(place)


def test_a_seed_gives_the_same_folds_again_and_another_seed_others() -> None:
    own = many(200)
    assert (folds(own, seed=1) == folds(own, seed=1)).all()
    assert (folds(own, seed=1) != folds(own, seed=2)).any()


def test_a_refcode_on_both_sides_is_told() -> None:
    with pytest.raises(ValueError, match="ABC stands in folds 0 and 1"):
        assert_together(["ABC", "DEF", "ABC"], np.array([0, 0, 1]))
