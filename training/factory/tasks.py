"""What the label factory computes next: ligands and motifs of their lists, and lanthanide environments without levels.

Environments are those of `training.levels.environments` (``ref`` frames with sound bonds), truncated, at most
`MOST_FUNCTIONS` basis functions. Each is wanted with its own ion, where that has levels to compute, and one of each
skeleton moved to Dy. Nothing that shares refcode family, skeleton or donor signature with the check half of
assets/levels/environments.json is computed. Structures linked by family or skeleton stand in one half; one linked group
in `SECOND_CHECK_ONE_IN`, by hash of its first family, is the second check half, unless it holds a row that was
calibrated on before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.fields.environment import Environment
from core.qc.hamiltonian import Spec
from training.common.level_labels import ENVIRONMENTS, GAPS, MOTIFS, Identity, Recipe, identity, rounded
from training.common.splits import groups
from training.factory.ligand_list import read_list
from training.factory.motif_table import Motif, read_motifs
from training.factory.recipes import ENVIRONMENT_RECIPE, GAP_LIST, GAP_RECIPE, MOTIF_LIST, MOTIF_RECIPE
from training.levels.computed_levels import NOT_COMPUTED, TABLE, functions, spec_of, truncated_environment
from training.levels.environments import Frame, frames, sound
from training.levels.structures import skeleton_of

MOST_FUNCTIONS: Final = 420
CALIBRATION: Final = "calibration"
SECOND: Final = "second check"
SECOND_CHECK_ONE_IN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class LabelTask:
    """One row to be made.

    Attributes:
        campaign, key, half, source, recipe: as in `training.common.level_labels.LevelLabel`.
        spec: what is computed; None for a ligand whose complex has to be built.
        environment: what `spec` was made of; None for a ligand and a motif, which keep their coordinates.
    """

    campaign: str
    key: str
    half: str
    source: dict[str, Any]
    recipe: Recipe
    spec: Spec | None = None
    environment: Environment | None = None

    @property
    def identity(self) -> Identity:
        """What is computed once, as of the row that will be made."""
        return identity(self.key, self.recipe, self.source)


def gap_tasks(path: Path = GAP_LIST) -> list[LabelTask]:
    """The ligands of the list in its order."""
    return [
        LabelTask(
            GAPS,
            f"{entry.smiles} {entry.donor}",
            entry.half,
            {
                "smiles": entry.smiles,
                "donor": entry.donor,
                "donor_class": entry.donor_class,
                "heavy_atoms": entry.heavy_atoms,
                "round": entry.round,
            },
            GAP_RECIPE,
        )
        for entry in read_list(path)
    ]


def motif_tasks(path: Path = MOTIF_LIST) -> list[LabelTask]:
    """The complexes of the list in its order."""
    return [_motif_task(motif) for motif in read_motifs(path)]


def _motif_task(motif: Motif) -> LabelTask:
    spec = Spec(tuple(motif.elements.split()), motif.coordinates, motif.charge, tuple(motif.donors), MOTIF_RECIPE[1])
    source = {
        "kind": motif.kind,
        "family": motif.family,
        "skeleton": motif.skeleton,
        "signature": motif.signature,
        "coordinates_sha256": _digest(motif.positions),
    }
    return LabelTask(MOTIFS, motif.key, motif.half, source, MOTIF_RECIPE, spec)


@lru_cache(maxsize=1)
def environment_tasks(folder: Path, table: Path = TABLE) -> tuple[LabelTask, ...]:
    """The environments in an order by hash, those moved to Dy first.

    Args:
        folder: with structures.xyz.gz.
        table: rows that exist, whose check half stays blind.
    """
    rows = json.loads(table.read_text(encoding="utf-8"))["rows"]
    known = {row["key"]: row["half"] for row in rows}
    found = [frame for frame in frames(folder / "structures.xyz.gz") if frame.kind == "ref"]
    tasks = [task for wanted in _wanted(found, known) for task in _tasks(*wanted) if task.key not in known]
    return tuple(sorted(tasks, key=lambda task: (not task.key.endswith(" Dy"), _hash(task.key))))


def _wanted(found: Sequence[Frame], known: Mapping[str, str]) -> Iterator[tuple[Frame, str, bool]]:
    """Every frame that may be computed, its half, and whether it is the one of its skeleton that is moved to Dy."""
    around = [frame.environment for frame in found]
    skeletons = [skeleton_of(one) for one in around]
    linked = groups([frame.family for frame in found], skeletons, [frame.name for frame in found]).tolist()
    halves = {key.rsplit(" ", 1)[0]: half for key, half in known.items()}
    old = [halves.get(frame.name, "") for frame in found]
    blind = {group for group, half in zip(linked, old, strict=True) if half == "check"}
    fitted = {group for group, half in zip(linked, old, strict=True) if half == CALIBRATION}
    unseen = {one.signature for one, half in zip(around, old, strict=True) if half == "check"}
    with_dy = {skeleton for frame, skeleton in zip(found, skeletons, strict=True) if f"{frame.name} Dy" in known}
    families: dict[int, str] = {}
    for group, family in sorted(zip(linked, (frame.family for frame in found), strict=True)):
        families.setdefault(group, family)
    for number in sorted(range(len(found)), key=lambda k: _hash(found[k].name)):
        group, skeleton = linked[number], skeletons[number]
        if group not in blind and around[number].signature not in unseen and sound(around[number]):
            half = SECOND if group not in fitted and put_aside(families[group]) else CALIBRATION
            yield found[number], half, skeleton not in with_dy
            with_dy.add(skeleton)


def put_aside(family: str) -> bool:
    """Whether a linked group belongs to the second check half, by its first family."""
    return int(_hash(family), 16) % SECOND_CHECK_ONE_IN == 0


def _tasks(frame: Frame, half: str, to_dy: bool) -> Iterator[LabelTask]:
    cut = truncated_environment(frame)
    native = frame.environment.metal
    own = [native] if native not in NOT_COMPUTED else []
    if functions(cut) <= MOST_FUNCTIONS:
        yield from (_task(frame, half, cut.of_ion(ion)) for ion in (*own, *(["Dy"] if to_dy and own != ["Dy"] else [])))


def _task(frame: Frame, half: str, around: Environment) -> LabelTask:
    spec = spec_of(around, frame.charge)
    source = {
        "refcode": frame.refcode,
        "family": frame.family,
        "native": frame.environment.metal,
        "atoms": len(spec.elements),
        "atoms_cut_off": len(frame.elements) - len(spec.elements),
        "signature": around.signature,
        "coordinates_sha256": _digest(rounded(spec.positions)),
    }
    return LabelTask(ENVIRONMENTS, f"{frame.name} {around.metal}", half, source, ENVIRONMENT_RECIPE, spec, around)


def _digest(positions: list[int]) -> str:
    """Of coordinates [0.001 Å]."""
    return hashlib.sha256(np.array(positions, dtype="<i8").tobytes()).hexdigest()[:16]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
