"""The rungs of the ladder (`training.predictor.baselines`): who learns from what, and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import BoolArray, FloatArray
from core.learned.invariant_model import InvariantModel
from core.learned.invariants import columns, ion_descriptors
from training.common.splits import FOLDS
from training.levels.structures import CLASSES, StructureSet
from training.predictor.boosting import BoostingSettings, Examples, classifier, invariant_model, regressor, support_of

SMALL: Final = BoostingSettings(trees=150, leaves=15, share=0.5)
"""Boosting of formula and donors."""

SHIPPED: Final = BoostingSettings()
"""Boosting of the invariant model."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a rung says of S structures; NaN where it was not asked.

    Attributes:
        p_smm: (S,) probability of SMM-like.
        log_gap: (S,) log₁₀(first gap/cm⁻¹ + 1).
        log_low, log_high: (S,) its 90 % interval; NaN from a rung that gives none.
    """

    p_smm: FloatArray
    log_gap: FloatArray
    log_low: FloatArray
    log_high: FloatArray

    @classmethod
    def bare(cls, p_smm: FloatArray, log_gap: FloatArray) -> Answers:
        """Without intervals."""
        none = np.full(len(p_smm), np.nan)
        return cls(p_smm, log_gap, none, none)

    @classmethod
    def load(cls, path: Path) -> Answers:
        """From an .npz file: p_smm and log_gap in the order of the set, perhaps log_low and log_high."""
        with np.load(path, allow_pickle=False) as kept:
            bare = cls.bare(kept["p_smm"].astype(np.float64), kept["log_gap"].astype(np.float64))
            return replace(bare, **{name: kept[name].astype(np.float64) for name in _INTERVAL if name in kept})

    def at(self, rows: Any) -> Answers:
        """Of some structures."""
        return Answers(self.p_smm[rows], self.log_gap[rows], self.log_low[rows], self.log_high[rows])

    def merged(self, other: Answers, rows: BoolArray) -> Answers:
        """`other` in some rows, these in the rest."""
        names = [field.name for field in fields(self)]
        return Answers(*(np.where(rows, getattr(other, name), getattr(self, name)) for name in names))

    def save(self, path: Path) -> None:
        """As `load` reads it."""
        np.savez_compressed(path, **asdict(self))


_INTERVAL: Final = ("log_low", "log_high")


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A set, its invariants, and who learns and who calibrates while fold `test` is tested."""

    structures: StructureSet
    rows: FloatArray
    test: int

    @property
    def calibrating(self) -> BoolArray:
        """Unmoved real structures of the fold after."""
        own = self.structures
        return np.asarray((own.fold == (self.test + 1) % FOLDS) & ~own.moved & (own.kind == "ref"))

    @property
    def learning(self) -> BoolArray:
        """All structures of the other folds."""
        return ~np.isin(self.structures.fold, [self.test, (self.test + 1) % FOLDS])

    @property
    def asked(self) -> BoolArray:
        """Unmoved structures of the test fold."""
        return np.asarray((self.structures.fold == self.test) & ~self.structures.moved)

    @property
    def examples(self) -> Examples:
        """All structures with their labels."""
        return Examples(self.rows, self.structures.smm, log_gaps(self.structures))


Baseline = Callable[[Split], Answers]


def log_gaps(structures: StructureSet) -> FloatArray:
    """(S,) log₁₀(gap/cm⁻¹ + 1)."""
    return np.asarray(np.log10(structures.gap.astype(np.float64) + 1))


def tested(structures: StructureSet) -> BoolArray:
    """(S,) unmoved `ref` structures, the first of every refcode family and ion."""
    rows = np.flatnonzero((structures.kind == "ref") & ~structures.moved)
    pairs = np.char.add(np.char.add(structures.family[rows], " "), structures.ion[rows])
    chosen = np.zeros(len(structures), dtype=np.bool_)
    chosen[rows[np.unique(pairs, return_index=True)[1]]] = True
    return chosen


# rungs


def majority(split: Split) -> Answers:
    """The same for all."""
    return _typical(split, np.zeros(len(split.structures), dtype=np.str_))


def metal(split: Split) -> Answers:
    """By ion alone."""
    return _typical(split, split.structures.ion)


def _typical(split: Split, labels: Any) -> Answers:
    """Share and median of the learning structures with the same label."""
    p_smm, log_gap = np.zeros(len(labels)), np.zeros(len(labels))
    known = split.examples
    overall = float(np.nanmedian(known.log_gap[split.learning]))
    for label in np.unique(labels):
        own = labels == label
        gaps = known.log_gap[own & split.learning]
        p_smm[own] = known.smm[own & split.learning].mean()
        log_gap[own] = np.nanmedian(gaps) if np.isfinite(gaps).any() else overall
    return Answers.bare(p_smm, log_gap)


def formula(split: Split) -> Answers:
    """Numbers of atoms by element, and the ion."""
    own = split.structures
    symbols = sorted(set(own.elements.tolist()))
    counts = np.zeros((len(own), len(symbols)))
    np.add.at(counts, (_owners(own.atoms), np.searchsorted(symbols, own.elements)), 1.0)
    return boosted(split, np.hstack([_ions(own), counts]), split.learning, SMALL)


def donors(split: Split) -> Answers:
    """Numbers of donor atoms by class, of donor atoms and of sites, and the ion."""
    own = split.structures
    counts = np.zeros((len(own), len(CLASSES)))
    np.add.at(counts, (_owners(own.contacts), own.classes), 1.0)
    sites = np.maximum.reduceat(own.sites, own.contacts[:-1])[:, None] + 1.0
    return boosted(split, np.hstack([_ions(own), counts, counts.sum(axis=1)[:, None], sites]), split.learning, SMALL)


def _owners(begins: Any) -> Any:
    return np.repeat(np.arange(len(begins) - 1), np.diff(begins))


def _ions(structures: StructureSet) -> FloatArray:
    symbols, place = np.unique(structures.ion, return_inverse=True)
    return np.array([ion_descriptors(str(symbol)) for symbol in symbols])[place]


def boosted(split: Split, rows: FloatArray, learning: BoolArray, recipe: BoostingSettings) -> Answers:
    """Trees on any table of features, neither calibrated nor with intervals."""
    known = split.examples
    gaps = learning & np.isfinite(known.log_gap)
    logit = classifier(rows[learning], known.smm[learning], recipe)(rows[split.asked])
    log_gap = regressor(rows[gaps], known.log_gap[gaps], recipe)(rows[split.asked])
    return _spread(split, 1 / (1 + np.exp(-logit)), log_gap)


def invariant(split: Split, shipped: InvariantModel | None = None) -> Answers:
    """The model that is shipped, where it tests fold 0, else one of its kind."""
    model = shipped if shipped is not None and split.test == 0 else fitted(split)
    return _spread(split, *model.answers(split.rows[split.asked]))


def _spread(split: Split, *answered: FloatArray) -> Answers:
    """From answers to the asked structures alone."""
    every = np.full((4, len(split.structures)), np.nan)
    every[: len(answered), split.asked] = answered
    return Answers(*every)


def fitted(split: Split, card: Mapping[str, Any] | None = None) -> InvariantModel:
    """The invariant model of a split."""
    own, known = split.structures, split.examples
    support = support_of(split.rows, own.group, own.name, split.learning & ~own.moved)
    return invariant_model(known[split.learning], known[split.calibrating], support, SHIPPED, card)


def ablation(split: Split, recipe: BoostingSettings, share: float) -> Answers:
    """The trees of the invariant model with other features, or on a share of the learning groups."""
    reads = columns(recipe.kinds, hydrogens=recipe.hydrogens)
    groups = np.unique(split.structures.group[split.learning])
    kept = np.random.default_rng(0).permutation(groups)[: max(1, round(share * len(groups)))]
    learning = split.learning & np.isin(split.structures.group, kept)
    return boosted(split, split.rows[:, reads], learning, recipe)
