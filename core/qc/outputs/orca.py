"""The output of ORCA 5 and 6: levels of CASSCF or NEVPT2 with spin-orbit coupling.

ORCA could not be run here. The tables are read as readers of others describe them (``QDPT WITH … DIAGONAL ENERGIES``,
``Eigenvalues:``, ``g-factors:`` with ``Orientation:`` below, whose columns are the axes), and the test's file is made
by hand. Read are:

- levels of the last such section, so NEVPT2 before CASSCF where both are printed;
- g from SINGLE_ANISO's tables behind it (`core.qc.outputs.single_aniso`), with crystal field and χT, where it ran;
- else g of Kramers pairs (``ndoubgtensor``), and of an effective spin of 1/2. That of a larger effective spin is left
  out: it is no g of a doublet;
- the last coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.errors import UnreadableFile
from core.qc.outputs import single_aniso
from core.qc.outputs.calculation import Calculation, Tensor, tensor
from core.qc.outputs.printed import ADVICE, NUMBER, ascending, real, rotation

_SECTION: Final = re.compile(r"QDPT WITH ([A-Z0-9()/-]{1,20}(?: [A-Z0-9()/-]{1,20})?) DIAGONAL ENERGIES")
_LEVELS: Final = re.compile(rf"Eigenvalues:[^\n]{{0,200}}\n((?:\s*\d{{1,6}}:(?:\s+{NUMBER}){{3}}[^\S\n]*\n)+)")
_G: Final = re.compile(rf"g-factors:[^\S\n]*\n\s*({NUMBER})\s+({NUMBER})\s+({NUMBER})\b")
_AXES: Final = re.compile(rf"Orientation:[^\S\n]*\n((?:\s*[XYZ](?:\s+{NUMBER}){{3}}[^\S\n]*\n){{3}})")
_PAIR: Final = re.compile(r"kramers\s+(?:pair|doublet)\s+(\d{1,4})", re.IGNORECASE)
_SPIN: Final = re.compile(r"Spin multiplicity\s*=\s*(\d{1,3})")
_ATOM: Final = re.compile(rf"^\s*([A-Z][a-z]?)((?:\s+{NUMBER}){{3}})\s*$")


def read_orca(text: str) -> Calculation:
    """Everything that an output has.

    Raises:
        UnreadableFile: no spin-orbit levels, or a damaged table.
    """
    sections = list(_SECTION.finditer(text))
    if not sections:
        advice = "CASSCF or NEVPT2 with “rel dosoc true” prints them."
        raise UnreadableFile("the output has no spin-orbit levels.", advice=advice)
    section = text[sections[-1].end() :]
    elements, positions = _geometry(text)
    levels = _levels(section)
    return Calculation(
        program=_version(text),
        method=sections[-1][1],
        levels=levels,
        tensors=single_aniso.tensors(section, levels) or tuple(_tensors(section)),
        crystal_field=single_aniso.crystal_field(section),
        chi_t=single_aniso.chi_t(section),
        elements=elements,
        positions=positions,
        notes=tuple(_notes([found[1] for found in sections])),
    )


def _version(text: str) -> str:
    found = re.search(r"Program Version (\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)", text)
    if found is not None and int(found[1].partition(".")[0]) < 5:
        raise UnreadableFile(f"this is an output of ORCA {found[1]}.", advice="Those of ORCA 5 and 6 are read.")
    return f"ORCA {found[1]}" if found else "ORCA"


def _notes(methods: list[str]) -> list[str]:
    others = [method for method in dict.fromkeys(methods[:-1]) if method != methods[-1]]
    return (
        [f"the output has levels by {' and '.join(others)} too; those by {methods[-1]} are compared."] if others else []
    )


def _levels(section: str) -> FloatArray:
    found = _LEVELS.search(section)
    if found is None:
        raise UnreadableFile("the output has no table of eigenvalues of the SOC matrix.", advice=ADVICE)
    return ascending([real(row.split()[1]) for row in found[1].strip().splitlines()])


def _tensors(section: str) -> Iterator[Tensor]:
    """Of Kramers pairs by their number; pairs are counted from the lowest number that is printed."""
    found = list(_numbered(section))
    first = min((number for number, _, _ in found), default=0)
    seen = set()
    for number, values, axes in found:
        if number not in seen:
            seen.add(number)
            at = 2 * (number - first)
            yield tensor((at, at + 1), values, axes)


def _numbered(section: str) -> Iterator[tuple[int, FloatArray, FloatArray]]:
    """Number of the pair, its g and axes (rows)."""
    begun = 0
    for match in _G.finditer(section):
        before, behind = section[begun : match.start()], section[match.end() : match.end() + 1000]
        begun = match.end()
        pair, spin = _PAIR.findall(before), _SPIN.findall(before)
        if not pair and (not spin or spin[-1] != "2"):
            continue
        axes = _AXES.search(behind)
        if axes is None:
            raise UnreadableFile("the output has g-factors without their orientation.", advice=ADVICE)
        columns = [[real(x) for x in row.split()[1:]] for row in axes[1].strip().splitlines()]
        values = np.array([real(x) for x in match.groups()])
        yield int(pair[-1]) if pair else 1, values, rotation(np.transpose(columns).tolist(), "axes of g")


def _geometry(text: str) -> tuple[tuple[str, ...], FloatArray]:
    """Elements and (n, 3) positions [Å]."""
    _, found, table = text.rpartition("CARTESIAN COORDINATES (ANGSTROEM)")
    elements: list[str] = []
    positions: list[list[float]] = []
    for line in table.splitlines()[2:] if found else ():
        atom = _ATOM.match(line)
        if atom is None:
            break
        elements.append(atom[1])
        positions.append([real(x) for x in atom[2].split()])
    return tuple(elements), np.array(positions).reshape(-1, 3)
