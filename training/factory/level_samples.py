"""Environments with computed levels: what the electrostatic model is calibrated on and checked against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.fields.environment import Environment
from core.magnetism.ions import lanthanide
from core.magnetism.stevens import stevens_operators
from training.common.level_labels import CONVERGED, ENVIRONMENTS, FOLDER, MOTIFS, LevelLabel, labels
from training.factory.motif_table import read_motifs
from training.factory.recipes import MOTIF_LIST
from training.factory.tasks import CALIBRATION, environment_tasks
from training.levels.computed_levels import built, chosen, motifs
from training.levels.environments import frames

SCALE: Final = 100.0
"""Splittings well below this count alike [cm⁻¹]."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """An environment with computed levels.

    Attributes:
        environment: truncated, around the computed ion.
        stevens: (27,) computed B_k^q in the order of `KQ` [cm⁻¹].
        levels: (2J+1,) computed [cm⁻¹].
        g: computed g of the ground doublet, ascending; None where it has none.
        axis: (3,) its g_z axis, None where it has none.
        half: calibration, check, second check or built.
    """

    environment: Environment
    stevens: FloatArray
    levels: FloatArray
    g: tuple[float, float, float] | None
    axis: FloatArray | None
    half: str

    @property
    def weights(self) -> FloatArray:
        """(27,) what an error of each B_k^q counts [cm⁻¹ of splitting, relative]."""
        operators = stevens_operators(lanthanide(self.environment.metal).two_j)
        norms = np.sqrt(np.einsum("nij,nij->n", operators.conj(), operators).real / operators.shape[1])
        spread = float(np.sqrt(((norms * self.stevens) ** 2).sum()))
        return np.asarray(norms / (spread + SCALE))


def samples(table: Path, environments: Path) -> list[Sample]:
    """The computed rows with the environments that they were computed for."""
    rows = {row["key"]: row for row in json.loads(table.read_text(encoding="utf-8"))["rows"]}
    found = []
    for task in [*built(), *motifs(), *chosen(frames(environments / "structures.xyz.gz"))]:
        row = rows.get(task.key)
        if row is not None and row["status"] == "converged":
            found.append(
                Sample(
                    environment=task.environment,
                    stevens=np.array(row["stevens_input_cm1"]),
                    levels=np.array(row["levels_cm1"]),
                    g=None if row["g"] is None else tuple(row["g"]),
                    axis=None if row["axis"] is None else np.array(row["axis"]),
                    half=task.half,
                )
            )
    return found


def new_samples(environments: Path, half: str = CALIBRATION, folder: Path = FOLDER) -> list[Sample]:
    """Environments of the label factory, one half of them; the second check half is for one reader, once.

    A row whose coordinates are no longer those of the task of its name is passed over: the factory makes it again.
    """
    tasks = {task.identity: task for task in environment_tasks(environments)}
    found = []
    for row in labels(ENVIRONMENTS, folder):
        task = tasks.get(row.identity)
        if task is None or task.environment is None or row.status != CONVERGED or {row.half, task.half} != {half}:
            continue
        found.append(_sample(row, task.environment))
    return found


def motif_samples(half: str = CALIBRATION, folder: Path = FOLDER, listed: Path = MOTIF_LIST) -> list[Sample]:
    """Complexes of our own of the label factory, one half of them."""
    motifs = {motif.key: motif for motif in read_motifs(listed)}
    return [
        _sample(row, motifs[row.key].environment)
        for row in labels(MOTIFS, folder)
        if row.status == CONVERGED and row.half == half and row.positions == motifs[row.key].positions
    ]


def _sample(row: LevelLabel, environment: Environment) -> Sample:
    kramers = lanthanide(row.ion).kramers
    return Sample(
        environment=environment,
        stevens=np.array(row.stevens),
        levels=np.repeat(row.levels, 2) if kramers else np.array(row.levels),
        g=(row.g[0][0], row.g[0][1], row.g[0][2]) if row.g[0] else None,
        axis=np.array(row.axes[0]) if row.axes[0] else None,
        half=row.half,
    )
