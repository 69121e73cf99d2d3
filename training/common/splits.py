"""Which structures may stand on different sides of a split.

Two structures that share a refcode family, a ligand skeleton (Hill formula of everything but the metal) or a donor
signature (donor classes with their numbers) are the same question asked twice: a model that has seen one of them is
not tested by the other. Sharing is passed on, so groups are the connected parts. Copies of a structure (jittered,
around another ion, optimised) share its family and go with it.

Of the 445 environments of the training material the signature, an exact multiset, joins no more than 17 (4 %).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray

FOLDS = 5


def groups(families: Sequence[str], skeletons: Sequence[str], signatures: Sequence[str]) -> IntArray:
    """(s,) number of the group of each structure, counted in order of appearance.

    Args:
        families: (s,) refcode family or skeleton of the generator.
        skeletons: (s,) formula of all atoms but the metal.
        signatures: (s,) `Environment.signature`.
    """
    parents = list(range(len(families)))
    for labels in (families, skeletons, signatures):
        first: dict[str, int] = {}
        for number, label in enumerate(_paired(labels, families)):
            parents[_root(parents, number)] = _root(parents, first.setdefault(label, number))
    roots = [_root(parents, number) for number in range(len(parents))]
    numbers = {root: number for number, root in enumerate(dict.fromkeys(roots))}
    return np.array([numbers[root] for root in roots], dtype=np.int64)


def folds(groups: IntArray, count: int = FOLDS, seed: int = 0, strata: Sequence[str] | None = None) -> IntArray:
    """(s,) fold of each structure, 0 … count − 1: whole groups, the largest first, each to where least of its kind is.

    Args:
        groups: (s,) as `groups` gives them.
        count: number of folds.
        seed: of the order among groups of one size.
        strata: (s,) kinds of structure of which every fold is to have its share; one kind if None.
    """
    shares = _shares(groups, ["all"] * len(groups) if strata is None else strata)
    order = np.random.default_rng(seed).permutation(len(shares))
    order = order[np.argsort(-np.bincount(groups)[order], kind="stable")]
    filled = np.zeros((count, shares.shape[1]))
    place = np.zeros(len(shares), dtype=np.int64)
    for group in order.tolist():
        crowd = filled @ shares[group]
        place[group] = np.lexsort((filled.sum(axis=1), crowd))[0]
        filled[place[group]] += shares[group]
    return np.asarray(place[groups])


def assert_together(labels: Iterable[str], folds: NDArray[np.integer[Any]]) -> None:
    """Every label stands in one fold only.

    Raises:
        ValueError: one does not, and the test would be no test.
    """
    home: dict[str, int] = {}
    for label, fold in zip(labels, folds.tolist(), strict=True):
        if home.setdefault(label, fold) != fold:
            raise ValueError(f"{label} stands in folds {home[label]} and {fold}.")


def _paired(labels: Sequence[str], families: Sequence[str]) -> Sequence[str]:
    if len(labels) != len(families):
        raise ValueError(f"{len(labels)} labels do not belong to {len(families)} structures.")
    return labels


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _shares(groups: IntArray, strata: Sequence[str]) -> FloatArray:
    """(number of groups, number of strata) what part of a stratum a group holds."""
    kinds, column = np.unique(np.array(strata), return_inverse=True)
    counts = np.zeros((int(groups.max()) + 1, len(kinds)))
    np.add.at(counts, (groups, column), 1.0)
    return np.asarray(counts / counts.sum(axis=0))
