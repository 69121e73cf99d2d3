"""OpenMolcas as the independent answer: runs an input; its log is read by `core.qc.outputs.openmolcas`.

``pymolcas`` belongs to the system's Python, so it runs with nothing else on its path.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.errors import UnreadableFile
from core.magnetism.stevens import Parameters
from core.qc.outputs.openmolcas import read_openmolcas

PROGRAM = shutil.which("pymolcas")


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What one log says.

    Attributes:
        levels: (k,) all spin-orbit states, ascending, lowest 0 [cm⁻¹].
        g: g_x ≤ g_y ≤ g_z of the lowest multiplet that SINGLE_ANISO was given.
        axis: (3,) its main axis in the frame of the coordinates.
        frame: (3, 3) rows are the axes in which the crystal field stands.
        field: (2J+1, 2J+1) the ground J multiplet in |J, M⟩, M = J … −J [cm⁻¹].
        parameters: B_k^q [cm⁻¹] in `frame`, extended Stevens.
        chi_t: χT [cm³ K mol⁻¹] by temperature [K].
        seconds: wall time by OpenMolcas' own clock.
    """

    levels: FloatArray
    g: tuple[float, float, float]
    axis: FloatArray
    frame: FloatArray
    field: ComplexArray
    parameters: Parameters
    chi_t: dict[float, float]
    seconds: float


def run(text: str, folder: Path, *, threads: int = 1, memory_mb: int = 4000) -> tuple[Answer, float]:
    """The answer to an input and the wall seconds from outside.

    Raises:
        RuntimeError: OpenMolcas is not installed or did not finish.
    """
    log, seconds = execute(text, folder, threads=threads, memory_mb=memory_mb)
    return read(log), seconds


def execute(text: str, folder: Path, *, threads: int = 1, memory_mb: int = 4000) -> tuple[str, float]:
    """The log of an input and the wall seconds from outside.

    Raises:
        RuntimeError: OpenMolcas is not installed or did not finish.
    """
    if PROGRAM is None:
        raise RuntimeError("pymolcas is not installed (Debian package openmolcas)")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "job.input").write_text(text, encoding="utf-8")
    begun = time.perf_counter()
    subprocess.run(
        [PROGRAM, "-f", "-new", "job.input"],
        cwd=folder,
        env=_environment(folder, threads, memory_mb),
        check=False,
        capture_output=True,
    )
    seconds = time.perf_counter() - begun
    log = folder / "job.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if "Happy landing" not in text:
        raise RuntimeError(f"OpenMolcas did not finish: {_complaint(text)}")
    return text, seconds


def _environment(folder: Path, threads: int, memory_mb: int) -> dict[str, str]:
    """Ours, but with no other Python on the path than the system's."""
    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    (folder / "work").mkdir(exist_ok=True)
    own_settings = {
        "PATH": os.defpath,
        "OMP_NUM_THREADS": str(threads),
        "MOLCAS_MEM": str(memory_mb),
        "MOLCAS_WORKDIR": str((folder / "work").resolve()),
    }
    return {**kept, **own_settings}


def _complaint(log: str) -> str:
    """How the last module ended; never a path."""
    ended = re.findall(r"Stop Module:\s+(\w+).*/rc=(\w+)", log)
    return "{} ended with {}.".format(*ended[-1]) if ended else "no module ended."


def read(log: str) -> Answer:
    """What `core.qc.outputs.openmolcas` reads, of a log that has all of it.

    Raises:
        ValueError: a table is missing.
    """
    try:
        found = read_openmolcas(log)
    except UnreadableFile as error:
        raise ValueError(error.sentence) from None
    field, ground = found.crystal_field, next((tensor for tensor in found.tensors if tensor.states == (0, 1)), None)
    if field is None or field.matrix is None or ground is None or not found.chi_t or found.seconds is None:
        raise ValueError("the log has not all tables of SINGLE_ANISO")
    return Answer(
        levels=found.levels,
        g=ground.values,
        axis=ground.axes[2],
        frame=field.frame,
        field=field.matrix,
        parameters=field.parameters,
        chi_t=dict(found.chi_t),
        seconds=found.seconds,
    )


def atoms_of(text: str) -> tuple[tuple[str, ...], FloatArray]:
    """Elements and (n, 3) positions [Å] of an input whose atoms stand one a line, as ``Dy1 x y z Angstrom``."""
    atoms = re.findall(r"^([A-Z][a-z]?)\d+\s+(\S+)\s+(\S+)\s+(\S+) Angstrom", text, re.MULTILINE)
    return tuple(atom[0] for atom in atoms), np.array([[float(x) for x in atom[1:]] for atom in atoms])
