"""The file of motifs whose levels are computed: complexes of our own with their coordinates, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.arrays import FloatArray
from core.chem.sphere.coordination import coordination_sphere
from core.chem.sphere.isolated import dissect_isolated
from core.errors import UnreadableFile
from core.fields.environment import Environment, environment_of
from training.factory.recipes import MOTIF_LIST


@dataclass(frozen=True, slots=True)
class Motif:
    """One complex.

    Attributes:
        key: kind, number within the kind and ion.
        kind: of `training.factory.motif_kinds`.
        family: names of its ligands, in alphabetical order.
        skeleton: Hill formula of all ligands.
        signature: donor classes with their numbers.
        half: ``calibration`` or ``second check``.
        charge: total [e].
        functions: number of basis functions.
        donors: indices of the donor atoms.
        elements: (n,) symbols, the ion first, joined by blanks.
        positions: (n, 3) [0.001 Å], flat, the ion at the origin.
    """

    key: str
    kind: str
    family: str
    skeleton: str
    signature: str
    half: str
    charge: int
    functions: int
    donors: list[int]
    elements: str
    positions: list[int]

    @property
    def coordinates(self) -> FloatArray:
        """(n, 3) [Å]."""
        return np.array(self.positions, dtype=np.float64).reshape(-1, 3) / 1000

    @property
    def environment(self) -> Environment:
        """As the models read it."""
        (anatomy,) = dissect_isolated(tuple(self.elements.split()), self.coordinates)
        sphere = coordination_sphere(anatomy, anatomy.metals[0])
        return environment_of(anatomy.component.elements, anatomy.component.positions, sphere, self.key)


def read_motifs(path: Path = MOTIF_LIST) -> list[Motif]:
    """The complexes in their order.

    Raises:
        UnreadableFile: missing, or no such list.
    """
    try:
        return [Motif(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, TypeError) as error:
        advice = "Make it: kramers train motif-list."
        raise UnreadableFile("this is no list of motifs.", where=str(path), advice=advice) from error


def write_motifs(path: Path, motifs: Iterable[Motif]) -> None:
    """One a line."""
    lines = [json.dumps(asdict(motif), ensure_ascii=False, separators=(",", ":")) for motif in motifs]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
