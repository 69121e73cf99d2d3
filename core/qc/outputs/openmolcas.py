"""The log of OpenMolcas: levels of RASSI, and what SINGLE_ANISO makes of them.

Read as version 22.10 prints it (tests/reference/dy_oh_f_h2o.log and dy_oh_f_h2o_doublets.log). Of
several RASSI in one log the last counts, with what stands behind it. POLY_ANISO is not read.
"""

from __future__ import annotations

import re

import numpy as np

from core.arrays import FloatArray
from core.errors import UnreadableFile
from core.qc.outputs import single_aniso
from core.qc.outputs.calculation import Calculation
from core.qc.outputs.printed import ADVICE, NUMBER, after_last, ascending, real

RASSI = "Eigenvalues of complex Hamiltonian"
_ATOMS = re.compile(
    rf"^[^\S\n]+\d{{1,5}}[^\S\n]+([A-Z][A-Za-z]?)\d{{0,6}}((?:[^\S\n]+{NUMBER}){{6}})[^\S\n]*$", re.MULTILINE
)


def read_openmolcas(text: str) -> Calculation:
    """Everything that a log has.

    Raises:
        UnreadableFile: no table of spin-orbit levels, or a damaged table.
    """
    if RASSI not in text:
        raise UnreadableFile(
            "the log has no table of spin-orbit levels.", advice="RASSI prints it, with SPIN among its keywords."
        )
    behind = after_last(text, RASSI)
    levels = _levels(behind)
    elements, positions = _geometry(text)
    clocks = re.findall(rf"Timing: Wall=({NUMBER})", text)
    return Calculation(
        program=_version(text),
        method="RASSI",
        levels=levels,
        tensors=single_aniso.tensors(behind, levels),
        crystal_field=single_aniso.crystal_field(behind),
        chi_t=single_aniso.chi_t(behind),
        elements=elements,
        positions=positions,
        seconds=real(clocks[-1]) if clocks else None,
        notes=tuple(_notes(text)),
    )


def _notes(text: str) -> list[str]:
    """What the tables alone do not say."""
    several = ["the log has several RASSI; the last is compared."] if text.count(RASSI) > 1 else []
    ran = "Start Module: caspt2" in text
    return several + (["CASPT2 ran before RASSI; whether its energies were used the tables do not say."] if ran else [])


def _version(text: str) -> str:
    found = re.search(r"version: v?(\d{1,2}\.\d{1,2})", text)
    return f"OpenMolcas {found[1]}" if found else "OpenMolcas"


def _levels(behind: str) -> FloatArray:
    table = behind.partition("SO State")[2]
    found = re.match(rf"[^\n]*\n\s*((?:\d{{1,6}}(?:\s+{NUMBER}){{3}}\s*\n\s*)+)", table)
    if found is None:
        raise UnreadableFile("the log has no table of spin-orbit levels.", advice=ADVICE)
    return ascending([real(row.split()[3]) for row in found[1].strip().splitlines()])


def _geometry(text: str) -> tuple[tuple[str, ...], FloatArray]:
    """Elements and (n, 3) positions [Å] of GATEWAY's table, whose columns are Bohr, then Å."""
    heading = re.search(r"Cartesian [Cc]oordinates / [Bb]ohr, [Aa]ngstrom", text)
    if heading is None:
        return (), np.empty((0, 3))
    table = text[heading.end() :].partition("InterNuclear")[0][:1_000_000]
    found = _ATOMS.findall(table)
    numbers = np.array([[real(x) for x in row.split()[3:]] for _, row in found]).reshape(-1, 3)
    return tuple(element.capitalize() for element, _ in found), numbers
