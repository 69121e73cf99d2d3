"""From the question of a job to the complex that its run computes: a ligand is built here, a crystal read here.

What came of it is kept as a checkpoint, so a run that was killed later neither builds again nor computes other
coordinates with the orbitals of the ones before.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.chem.handed_complex import Complex
from core.doubts import Doubt, doubt_from, records
from core.errors import InputError, KramersError
from core.jobs.attempt import Attempt, write_whole
from core.jobs.model import canonical
from core.qc.hamiltonian import check
from core.qc.job import CHOICE, XYZ, check_engine, means, request_of
from core.qc.reading import from_cif, from_smiles, from_xyz
from core.qc.request import Request, read_request, requested
from core.qc.spin_orbit_states import Multiplicities

COMPLEX: Final = "checkpoint-complex.json"
ORBITALS: Final = "checkpoint.npz"

BUILDING: Final = 0.1
"""Share of the progress that building takes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What a run computes.

    Attributes:
        request: the complex and how.
        doubts: of building or reading; None where the question came with its coordinates.
    """

    request: Request
    doubts: tuple[Doubt, ...] | None


def complex_of(attempt: Attempt, cancelled: Callable[[], bool]) -> Given:
    """The complex of an attempt's question.

    Args:
        attempt: with its folder, where the complex is kept once it is known.
        cancelled: asked between steps; True ends the building.

    Raises:
        KramersError: there is nothing to compute: no such ligand or crystal, no complex, none that the engine takes, or
            a question that was put to another version.
        core.progress.Stopped: `cancelled` said so.
        OSError: the folder cannot be written.
    """
    question, limits = attempt.question, attempt.limits
    if "elements" in question:
        request = request_of(question, limits)
        check(request.spec)
        return Given(request, None)
    check_engine(question)
    kept = _kept(attempt.folder / COMPLEX, limits)
    if kept is not None:
        return kept
    (attempt.folder / ORBITALS).unlink(missing_ok=True)  # of a complex that is lost
    found = _built(attempt, cancelled) if "ligand" in question else _read(attempt)
    spins = Multiplicities(question["multiplicities"])
    given = Given(requested(found, question["preset"], spins, **means(limits)), found.doubts)
    text = canonical({"request": given.request.to_dict(), "doubts": records(found.doubts)})
    write_whole(attempt.folder / COMPLEX, text)
    return given


def _built(attempt: Attempt, cancelled: Callable[[], bool]) -> Complex:
    asked = attempt.question

    def progress(stage: str, fraction: float) -> None:
        attempt.event("building", BUILDING * fraction, detail=stage)

    return from_smiles(
        asked["ligand"],
        asked["preset"],
        donor=asked["donor"],
        metal=asked["metal"],
        progress=progress,
        cancelled=cancelled,
    )


def _read(attempt: Attempt) -> Complex:
    asked = attempt.question
    attempt.event("reading the file", 0.0)
    data = (attempt.folder / asked["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != asked["sha256"]:
        raise InputError("the file is not the one that was submitted.", advice="Submit it again.")
    if asked["file"] == XYZ:
        return from_xyz(data, asked["preset"], charge=asked["charge"], metal=asked["metal"])
    return from_cif(data, asked["preset"], **{name: asked[name] for name in CHOICE})


def _kept(file: Path, limits: Mapping[str, int]) -> Given | None:
    """What an attempt before has built; None where there is nothing, or nothing whole."""
    try:
        known: Any = json.loads(file.read_text(encoding="utf-8"))
        request = read_request(canonical({**known["request"], **means(limits)}))
        check(request.spec)
        return Given(request, tuple(doubt_from(one) for one in known["doubts"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, KramersError) as error:
        _log.warning("the complex that was kept cannot be read (%s); it is made again.", type(error).__name__)
        return None
