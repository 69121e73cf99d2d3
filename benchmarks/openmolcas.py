"""OpenMolcas as the independent answer: runs an input, reads RASSI's levels and what SINGLE_ANISO makes of them.

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

from core.magnetism.angular_momentum import ComplexArray, FloatArray
from core.magnetism.stevens import KQ, Parameters

PROGRAM = shutil.which("pymolcas")

_NUMBER = r"[-+]?\d+\.\d*(?:[EeDd][-+]?\d+)?"


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
    return read(text), seconds


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
    """Everything from the text of a log.

    Raises:
        ValueError: a table is missing.
    """
    ion = _after(log, "OF THE GROUND ATOMIC MULTIPLET J")
    first = _after(log, "The pseudospin is defined in the basis")
    # of Sm SINGLE_ANISO does not sort them
    doublet = sorted(_rows(r"g[XYZ] =\s+(#) \| [XYZ]m \|\s+(#)\s+(#)\s+(#) \|", first)[:3])
    return Answer(
        levels=_levels(log),
        g=(doublet[0][0], doublet[1][0], doublet[2][0]),
        axis=np.array(doublet[2][1:]),
        frame=np.array(_rows(r"\| [XYZ]m \|\s+(#)\s+(#)\s+(#)\s*\|", ion)[:3]),
        field=_field(_after(ion, "Crystal-Field Splitting Matrix")),
        parameters=_parameters(_after(ion, "Extended Stevens Operators")),
        chi_t=_chi_t(_after(log, "Statistical |    CHI*T")),
        seconds=_rows(r"Timing: Wall=(#)", log)[-1][0],
    )


def atoms_of(text: str) -> tuple[tuple[str, ...], FloatArray]:
    """Elements and (n, 3) positions [Å] of an input whose atoms stand one a line, as ``Dy1 x y z Angstrom``."""
    atoms = re.findall(r"^([A-Z][a-z]?)\d+\s+(\S+)\s+(\S+)\s+(\S+) Angstrom", text, re.MULTILINE)
    return tuple(atom[0] for atom in atoms), np.array([[float(x) for x in atom[1:]] for atom in atoms])


def _after(text: str, heading: str) -> str:
    _, found, rest = text.partition(heading)
    if not found:
        raise ValueError(f"the log has no {heading!r}")
    return rest


def _rows(pattern: str, text: str) -> list[list[float]]:
    """Numbers at each # of every match."""
    found = re.findall(pattern.replace("#", _NUMBER), text)
    if not found:
        raise ValueError(f"the log has no line like {pattern!r}")
    return [[float(x) for x in ((row,) if isinstance(row, str) else row)] for row in found]


def _levels(log: str) -> FloatArray:
    table = _after(log, "Eigenvalues of complex Hamiltonian").partition("SO State")[2]
    rows = re.match(rf"[^\n]*\n\s*((?:\d+(?:\s+{_NUMBER}){{3}}\s*\n\s*)+)", table)
    if rows is None:
        raise ValueError("the log has no table of spin-orbit levels")
    return np.array([float(row.split()[3]) for row in rows.group(1).strip().splitlines()])


def _field(text: str) -> ComplexArray:
    """SINGLE_ANISO prints four columns at a time, from |J, −J⟩ on."""
    table = text.partition("The Crystal-Field Hamiltonian")[0]
    rows: dict[str, list[complex]] = {}
    for bra, numbers in re.findall(r"<\s*(-?\d+(?:/2)?) \| \|([^\n]*)", table):
        parts = [float(x) for x in re.findall(_NUMBER, numbers)]
        rows.setdefault(bra, []).extend(complex(*pair) for pair in zip(parts[::2], parts[1::2], strict=True))
    return np.array(list(rows.values()))[::-1, ::-1]


def _parameters(text: str) -> Parameters:
    table = text.partition("Irreducible Tensor Operators")[0]
    rows = re.findall(rf"^\s*(\d+) \|\s+(-?\d+) \|\s+{_NUMBER}\s+\|\s+({_NUMBER}) \|", table, re.MULTILINE)
    found = {(int(k), int(q)): float(b) for k, q, b in rows}
    return {kq: found[kq] for kq in KQ if kq in found}


def _chi_t(text: str) -> dict[float, float]:
    table = text.partition("\n\n")[0]
    return {t: chi for t, _, chi in _rows(r"\|\s+(#) \|\s+(#) \|\s+(#) \|", table)}
