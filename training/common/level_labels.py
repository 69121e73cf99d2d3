"""The table of computed levels that every model learns from: its columns, its rows, and a file that only grows.

One row is one complex through the multireference engine, or the reason why it has no levels. Three campaigns write
rows: ``gaps``, [Dy(H2O)5L2] of a ligand, ``environments``, a lanthanide ion between the ligands of a real complex, and
``motifs``, one of the kinds in which the electrostatic model fails, put together by ourselves. Rows stand in files of
one JSON object a line, appended as they are made; a line cut short by a kill is dropped when the file is opened again.
Numbers have the digits that mean something: levels 0.01 cm⁻¹, coordinates 0.001 Å (the engine was given the rounded
ones), B_k^q six figures.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from core.arrays import FloatArray
from core.errors import InputError, UnreadableFile
from core.resources import shipped

FOLDER: Final = shipped("assets/labels")

GAPS: Final = "gaps"
ENVIRONMENTS: Final = "environments"
MOTIFS: Final = "motifs"
CAMPAIGNS: Final = (GAPS, ENVIRONMENTS, MOTIFS)

CONVERGED: Final = "converged"
FAILED: Final = "failed"

_PER_ANGSTROM: Final = 1000
"""Coordinates are kept as whole numbers of 0.001 Å."""

Recipe = tuple[str, str, str, str]
"""Geometry, preset, multiplicities, engine: what rows must share to be compared."""

Identity = tuple[str, Recipe, str]
"""Key, recipe, digest of the coordinates."""


@dataclass(frozen=True, slots=True)
class LevelLabel:
    """One row.

    Attributes:
        campaign: ``gaps``, ``environments`` or ``motifs``.
        key: of the complex within its campaign: ``SMILES donor``, ``frame ion`` or ``kind number ion``.
        half: what the row may be used for: ``train`` or ``test`` (a ligand's scaffold is put aside for ever);
            ``calibration`` or ``second check`` (put aside until the voxel network that learns from these rows is done).
        source: where the complex comes from: smiles, donor, donor_class, heavy_atoms; or refcode, family, native,
            atoms_cut_off, donors; or kind, family (ligands), skeleton, signature.
        geometry, preset, multiplicities, engine: the recipe.
        status: ``converged`` or ``failed``.
        reason: a sentence where it failed.
        ion: element symbol.
        charge: total [e].
        elements: (n,) symbols, the ion first, joined by blanks; empty where the geometry is not ours to give.
        positions: (n, 3) [0.001 Å], flat.
        donors: indices of the donor atoms.
        functions, auxiliary: sizes of the basis sets.
        levels: (2J+1,) energies [cm⁻¹]; of a Kramers ion one number a doublet.
        g: of every doublet, ascending; empty for a singlet.
        axes: (3,) main axis of every doublet in the frame of the coordinates; empty where it has none.
        stevens: (27,) B_k^q, k = 2, 4, 6, q = −k … k, extended Stevens operators with the Stevens factor, frame of the
            coordinates [cm⁻¹].
        residual: what B_k^q leave of the levels, see `core.qc.crystal_field_parameters`.
        checks: name of each check of the engine and the number that passed it.
        seconds: ``wall``, ``processor``.
        made: date.
    """

    campaign: str
    key: str
    half: str
    source: dict[str, Any]
    geometry: str
    preset: str
    multiplicities: str
    engine: str
    status: str
    reason: str = ""
    ion: str = ""
    charge: int = 0
    elements: str = ""
    positions: list[int] = field(default_factory=list)
    donors: list[int] = field(default_factory=list)
    functions: int = 0
    auxiliary: int = 0
    levels: list[float] = field(default_factory=list)
    g: list[list[float]] = field(default_factory=list)
    axes: list[list[float]] = field(default_factory=list)
    stevens: list[float] = field(default_factory=list)
    residual: float = 0.0
    checks: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    made: str = ""

    @property
    def recipe(self) -> Recipe:
        """What it must share with another row to be compared with it."""
        return self.geometry, self.preset, self.multiplicities, self.engine

    @property
    def identity(self) -> Identity:
        """What is computed once."""
        return identity(self.key, self.recipe, self.source)

    @property
    def coordinates(self) -> FloatArray:
        """(n, 3) [Å]."""
        return np.array(self.positions, dtype=np.float64).reshape(-1, 3) / _PER_ANGSTROM

    def to_line(self) -> str:
        """One line of JSON; what is empty is left out."""
        kept = {name: value for name, value in asdict(self).items() if name in _NEEDED or value not in ("", [], {})}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """A row as `to_line` wrote it.

        Raises:
            TypeError: a column is missing or unknown.
        """
        return cls(**row)


_NEEDED: Final = frozenset(column.name for column in fields(LevelLabel)[:9])
"""Columns of every row, whatever became of it."""


def identity(key: str, recipe: Recipe, source: Mapping[str, Any]) -> Identity:
    """What is computed once: a complex, by a recipe, and if its coordinates are read from a file, these coordinates (a
    better reader cuts an environment elsewhere, or puts its atoms in another order; such a row is made again)."""
    return key, recipe, str(source.get("coordinates_sha256", ""))


def rounded(positions: FloatArray) -> list[int]:
    """Positions (n, 3) [Å] as they are kept and computed."""
    whole: list[int] = np.rint(positions.ravel() * _PER_ANGSTROM).astype(int).tolist()
    return whole


def labels(campaign: str, folder: Path = FOLDER) -> list[LevelLabel]:
    """All whole rows of a campaign, in the order in which they were made; none where there is no file.

    Raises:
        UnreadableFile: a line, not the last, is no row.
    """
    return list(_rows(_file(folder, campaign)))


def _file(folder: Path, campaign: str) -> Path:
    return folder / f"{campaign}.jsonl"


def _rows(path: Path) -> Iterator[LevelLabel]:
    data = path.read_bytes() if path.exists() else b""
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        try:
            yield LevelLabel.from_json(json.loads(line))
        except (ValueError, TypeError, AttributeError) as error:
            text = f"line {number} is no row of computed levels."
            raise UnreadableFile(text, where=str(path), advice="Take the file from the repository again.") from error


class LabelTable:
    """The files of a folder, opened for adding rows by one process at a time (a lock on the folder).

    Args:
        folder: made if it is not there.

    Raises:
        InputError: another process adds rows at this moment.
        UnreadableFile: a file holds something else.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            text = "another process is adding labels to this folder."
            raise InputError(text, where=str(folder), advice="Wait for it, or end it.") from error
        self._folder = folder
        for campaign in CAMPAIGNS:
            _mend(_file(folder, campaign))
        self.rows = {campaign: labels(campaign, folder) for campaign in CAMPAIGNS}
        self._known = {name: {row.identity for row in rows} for name, rows in self.rows.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def holds(self, campaign: str, one: Identity) -> bool:
        """Whether a complex has been computed, or has failed, by its recipe."""
        return one in self._known[campaign]

    def add(self, row: LevelLabel) -> None:
        """Append a row, on the disk when this returns; one that is there already is left as it stands."""
        if row.identity in self._known[row.campaign]:
            return
        with _file(self._folder, row.campaign).open("ab") as file:
            file.write(row.to_line().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.rows[row.campaign].append(row)
        self._known[row.campaign].add(row.identity)


def _mend(path: Path) -> None:
    """Drop a last line that a kill cut short."""
    if path.exists():
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(path, whole)
