"""The training set of the predictors: many environments with levels by the electrostatic model.

    python -m training.levels.structures --environments FOLDER --out FILE [--jitter 3] [--generated 900] [--seed 1]

Real environments (`training.levels.environments`; not ours to give, so the set is made, not shipped) and complexes of
our own (`training.motifs.generators`), each

    × ions      Ce Pr Nd Sm Tb Dy Ho Er Tm Yb, the ligands moved by the difference of ionic radii, and La Gd Lu in a few
    × jitter    ligands moved by 0.03 Å and turned by 3°, which is a new structure and gets its own label

Labels are those of `core.workflows.predict`'s crystal field: emulation, not truth. Environments of the check half of
`training.levels.computed_levels`, and whatever shares a refcode family, ligand skeleton or donor signature with them,
are left out; so are environments with impossible bonds.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, IntArray, SingleArray, TextArray
from core.chem.donor_class import DonorClass
from core.chem.molecule import hill_formula
from core.fields.electrostatic import field_of
from core.fields.environment import Environment
from core.fields.smm_like import is_smm_like
from training.common.splits import folds, groups
from training.levels.computed_levels import chosen
from training.levels.environments import Frame, frames, sound
from training.motifs.generators import generated

IONS: Final = ("Ce", "Pr", "Nd", "Sm", "Tb", "Dy", "Ho", "Er", "Tm", "Yb")
"""Ions with a ground multiplet that the crystal field splits."""

SILENT: Final = ("La", "Gd", "Lu")
"""Ions without: negatives."""

SILENT_SHARE: Final = 0.1
"""Share of the structures that get one: few, so that knowing the metal is not enough."""

SHIFT: Final = 0.03
TURN: Final = 3.0
"""Jitter of a ligand: standard deviations of its shift [Å] and turn [°]."""

CLASSES: Final = tuple(DonorClass)

_log = logging.getLogger("kramers.structures")


@dataclass(frozen=True, slots=True, eq=False)
class StructureSet:
    """S labelled environments in flat arrays; N atoms and M donor atoms in all.

    Attributes:
        atoms: (S+1,) where each structure's atoms begin.
        contacts: (S+1,) where its donor atoms begin.
        elements: (N,) symbols. positions: (N, 3) relative to the ion [Å]. ligand: (N,) ligand number.
        donors: (M,) index within the structure. sites: (M,). classes: (M,) index in `CLASSES`. formal_charges, weights:
            (M,) as in `Environment`.
        ion: (S,) element symbol.
        name: (S,) frame or generated structure; its copies share it.
        family: (S,) refcode family or generator skeleton.
        skeleton: (S,) Hill formula without the ion.
        kind: (S,) ref, opt, rm1, salen, pbpy or motif.
        moved: (S,) jittered.
        native: (S,) the ion is the one of the crystal.
        group, fold: (S,) see `training.common.splits`.
        gap: (S,) first gap [cm⁻¹], NaN where there is none.
        g: (S, 3) ascending, NaN where none.
        tunnelling: (S,) [cm⁻¹], NaN for Kramers ions.
        axiality: (S,) max(g_x, g_y)/g_z, NaN where none.
        smm: (S,) SMM-like.
    """

    atoms: IntArray
    contacts: IntArray
    elements: TextArray
    positions: SingleArray
    ligand: NDArray[np.int16]
    donors: NDArray[np.int16]
    sites: NDArray[np.int16]
    classes: NDArray[np.int16]
    formal_charges: SingleArray
    weights: SingleArray
    ion: TextArray
    name: TextArray
    family: TextArray
    skeleton: TextArray
    kind: TextArray
    moved: BoolArray
    native: BoolArray
    group: IntArray
    fold: NDArray[np.int8]
    gap: SingleArray
    g: SingleArray
    tunnelling: SingleArray
    axiality: SingleArray
    smm: BoolArray

    def __len__(self) -> int:
        return len(self.ion)

    def environment(self, index: int) -> Environment:
        """One structure as the models read it."""
        atoms = slice(self.atoms[index], self.atoms[index + 1])
        contacts = slice(self.contacts[index], self.contacts[index + 1])
        return Environment(
            name=str(self.name[index]),
            metal=str(self.ion[index]),
            elements=tuple(self.elements[atoms].tolist()),
            positions=self.positions[atoms].astype(np.float64),
            ligand=self.ligand[atoms].astype(np.int64),
            donors=self.donors[contacts].astype(np.int64),
            sites=self.sites[contacts].astype(np.int64),
            classes=tuple(CLASSES[number] for number in self.classes[contacts]),
            formal_charges=self.formal_charges[contacts].astype(np.float64),
            weights=self.weights[contacts].astype(np.float64),
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all arrays: names the set in a model card."""
        digest = hashlib.sha256()
        for field in fields(self):
            digest.update(np.ascontiguousarray(getattr(self, field.name)).tobytes())
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """As one .npz file."""
        np.savez_compressed(path, allow_pickle=False, **{f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, path: Path) -> StructureSet:
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(**{field.name: kept[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """An environment before ions and jitter."""

    environment: Environment
    name: str
    family: str
    skeleton: str
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class _Copy:
    source: Source
    environment: Environment
    moved: bool


def copies(sources: Sequence[Source], jitter: int, random: np.random.Generator) -> Iterator[_Copy]:
    """Every source with every ion as it stands, and `jitter` moved copies with ions drawn at random."""
    for source in sources:
        silent = random.random(len(SILENT)) < SILENT_SHARE * len(IONS) / len(SILENT)
        for ion in (*IONS, *(ion for ion, wanted in zip(SILENT, silent, strict=True) if wanted)):
            yield _Copy(source, source.environment.of_ion(ion), moved=False)
        for number in range(jitter * len(IONS)):
            lone = random.random() < SILENT_SHARE
            ion = str(random.choice(SILENT)) if lone else IONS[number % len(IONS)]
            moved = source.environment.jittered(random, SHIFT, TURN).of_ion(ion)
            yield _Copy(source, moved, moved=True)


def labelled(around: Environment) -> dict[str, Any]:
    """Levels of one environment by the electrostatic model, as the columns of a `StructureSet`."""
    none = {"gap": np.nan, "g": (np.nan,) * 3, "tunnelling": np.nan, "axiality": np.nan, "smm": False}
    if around.metal not in IONS:
        return none
    field = field_of(around)
    return {
        "gap": np.nan if field.first_gap is None else field.first_gap,
        "g": (np.nan,) * 3 if field.g is None else field.g,
        "tunnelling": np.nan if field.tunnelling is None else field.tunnelling,
        "axiality": np.nan if field.axiality is None else field.axiality,
        "smm": bool(is_smm_like(field)),
    }


def structure_set(sources: Sequence[Source], jitter: int, seed: int) -> StructureSet:
    """Label every copy of the sources.

    Args:
        sources: environments; those that share a group are kept on one side of every split.
        jitter: moved copies of each source for each of `IONS`.
        seed: of the jitter and the ions' choice.
    """
    signatures = [source.environment.signature for source in sources]
    group = groups([source.family for source in sources], [source.skeleton for source in sources], signatures)
    fold = folds(group, strata=[source.kind for source in sources])
    number = {id(source): k for k, source in enumerate(sources)}
    made = list(copies(sources, jitter, np.random.default_rng(seed)))
    labels = [_reported(k, len(made), labelled(copy.environment)) for k, copy in enumerate(made)]
    arounds = [copy.environment for copy in made]
    origin = np.array([number[id(copy.source)] for copy in made])
    return StructureSet(
        atoms=_begins([len(around.elements) for around in arounds]),
        contacts=_begins([len(around.donors) for around in arounds]),
        elements=np.concatenate([np.array(around.elements, dtype="U2") for around in arounds]),
        positions=np.concatenate([around.positions for around in arounds]).astype(np.float32),
        ligand=np.concatenate([around.ligand for around in arounds]).astype(np.int16),
        donors=np.concatenate([around.donors for around in arounds]).astype(np.int16),
        sites=np.concatenate([around.sites for around in arounds]).astype(np.int16),
        classes=np.array([CLASSES.index(c) for around in arounds for c in around.classes], dtype=np.int16),
        formal_charges=np.concatenate([around.formal_charges for around in arounds]).astype(np.float32),
        weights=np.concatenate([around.weights for around in arounds]).astype(np.float32),
        ion=np.array([around.metal for around in arounds]),
        name=np.array([copy.source.name for copy in made]),
        family=np.array([copy.source.family for copy in made]),
        skeleton=np.array([copy.source.skeleton for copy in made]),
        kind=np.array([copy.source.kind for copy in made]),
        moved=np.array([copy.moved for copy in made]),
        native=np.array([copy.environment.metal == copy.source.environment.metal for copy in made]),
        group=group[origin],
        fold=fold[origin].astype(np.int8),
        smm=np.array([label["smm"] for label in labels]),
        **{name: np.array([label[name] for label in labels], dtype=np.float32) for name in _REALS},
    )


_REALS: Final = ("gap", "g", "tunnelling", "axiality")


def _begins(sizes: Sequence[int]) -> IntArray:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _reported(done: int, of: int, label: dict[str, Any]) -> dict[str, Any]:
    if done % 5000 == 0:
        _log.info("%d of %d labelled", done, of)
    return label


def real_sources(found: Iterable[Frame]) -> Iterator[Source]:
    """Real environments, `opt` and `rm1` frames among them."""
    for frame in found:
        around = frame.environment
        yield Source(around, frame.name, frame.family, skeleton_of(around), frame.kind)


def generated_sources(count: int, seed: int) -> Iterator[Source]:
    """Complexes of our own."""
    for made in generated(seed, count):
        around = made.environment
        yield Source(around, made.name, made.family, skeleton_of(around), made.kind)


def skeleton_of(around: Environment) -> str:
    """Hill formula of all ligands."""
    return hill_formula(around.elements)


@dataclass(frozen=True, slots=True)
class Unseen:
    """What no model may have seen: families, skeletons and donor signatures of the check half."""

    families: frozenset[str]
    skeletons: frozenset[str]
    signatures: frozenset[str]

    @classmethod
    def of(cls, found: Sequence[Frame]) -> Unseen:
        """From all frames, by the choice of `training.levels.computed_levels`."""
        names = {task.environment.name for task in chosen(found) if task.half == "check"}
        kept = [frame for frame in found if frame.name in names]
        return cls(
            frozenset(frame.family for frame in kept),
            frozenset(skeleton_of(frame.environment) for frame in kept),
            frozenset(frame.environment.signature for frame in kept),
        )

    def holds(self, source: Source) -> bool:
        """Whether a source shares any of them."""
        return (
            source.family in self.families
            or source.skeleton in self.skeletons
            or source.environment.signature in self.signatures
        )


def main() -> None:
    """Makes the set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--jitter", type=int, default=3)
    parser.add_argument("--generated", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    found = list(frames(options.environments / "structures.xyz.gz"))
    unseen = Unseen.of(found)
    real = [source for source in real_sources(found) if sound(source.environment) and not unseen.holds(source)]
    own = [source for source in generated_sources(options.generated, options.seed) if not unseen.holds(source)]
    made = structure_set([*real, *own], options.jitter, options.seed)
    made.save(options.out)
    _log.info("%d structures of %d real and %d own environments", len(made), len(real), len(own))
    _log.info("SHA-256 %s", made.fingerprint)


if __name__ == "__main__":
    main()
