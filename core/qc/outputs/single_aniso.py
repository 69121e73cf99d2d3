"""The tables of SINGLE_ANISO, which OpenMolcas and ORCA (5.0 on) print alike: g tensors, crystal field, χT.

L. F. Chibotaru, L. Ungur, J. Chem. Phys. 2012, 137, 064112, doi:10.1063/1.4739763; crystal-field parameters: L. Ungur,
L. F. Chibotaru, Chem. Eur. J. 2017, 23, 3708, doi:10.1002/chem.201605102. Read as OpenMolcas 22.10 prints them.
"""

from __future__ import annotations

import re

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.errors import UnreadableFile
from core.magnetism.stevens import KQ, Parameters
from core.qc.outputs.calculation import Field, Tensor, tensor
from core.qc.outputs.printed import ADVICE, NUMBER, after, real, rotation, rows

PSEUDOSPIN = "The pseudospin is defined in the basis"
SAME_CM1 = 0.02
"""RASSI, SINGLE_ANISO and ORCA print one level within this of each other [cm⁻¹]."""

MULTIPLET_FIELD = "OF THE GROUND ATOMIC MULTIPLET J"


def tensors(text: str, levels: FloatArray) -> tuple[Tensor, ...]:
    """g of every pair of states that was asked for; of one that is printed twice, the first.

    The states are known by their energies: in each multiplet they are counted from 1 anew. Larger multiplets
    (pseudospin above 1/2) are left out: their g is not that of a doublet.

    Args:
        text: what stands behind the levels.
        levels: (k,) all spin-orbit states [cm⁻¹].

    Raises:
        UnreadableFile: a table is damaged, or is of states that are not among the levels.
    """
    found: dict[tuple[int, int], Tensor] = {}
    for section in text.split(PSEUDOSPIN)[1:]:
        head, tensor_follows, table = section.partition("g TENSOR")
        energies = [
            real(e) for e in re.findall(rf"spin-orbit state[^\n]{{1,20}}energy[^\n]{{1,20}}=\s+({NUMBER})", head)
        ]
        if len(energies) == 2 and tensor_follows:
            pair = _pair(energies, levels)
            found.setdefault(pair, _tensor(pair, table))
    return tuple(found.values())


def _pair(energies: list[float], levels: FloatArray) -> tuple[int, int]:
    first = int(np.argmin(np.abs(levels - energies[0])))
    if first + 1 >= len(levels) or np.abs(levels[first : first + 2] - energies).max() > SAME_CM1:
        raise UnreadableFile("the output has g of states that are not among its levels.", advice=ADVICE)
    return first, first + 1


def _tensor(states: tuple[int, int], section: str) -> Tensor:
    table = rows(r"g[XYZ] =\s+# \| [XYZ]m \|\s+#\s+#\s+# \|", section[:2000], "g tensor after its heading")
    values = np.array([row[0] for row in table[:3]])
    return tensor(states, values, rotation([row[1:] for row in table[:3]], "main magnetic axes"))


def crystal_field(text: str) -> Field | None:
    """Parameters of the ground J multiplet; None where they were not asked for.

    Raises:
        UnreadableFile: the section is damaged.
    """
    if MULTIPLET_FIELD not in text:
        return None
    section = after(text, MULTIPLET_FIELD)
    axes = rows(r"\| [XYZ]m \|\s+#\s+#\s+#\s*\|", section, "axes of the crystal field")[:3]
    return Field(
        parameters=_parameters(after(section, "Extended Stevens Operators")),
        frame=rotation(axes, "axes of the crystal field"),
        matrix=_matrix(after(section, "Crystal-Field Splitting Matrix")),
    )


def _matrix(text: str) -> ComplexArray | None:
    """Four columns are printed at a time, from |J, −J⟩ on."""
    table = text.partition("The Crystal-Field Hamiltonian")[0]
    lines: dict[str, list[complex]] = {}
    for bra, numbers in re.findall(r"<\s*(-?\d{1,2}(?:/2)?) \| \|([^\n]{0,400})", table):
        parts = [real(x) for x in re.findall(NUMBER, numbers)]
        pairs = zip(parts[::2], parts[1::2], strict=False)
        lines.setdefault(bra, []).extend(complex(*pair) for pair in pairs)
    whole = lines and all(len(row) == len(lines) for row in lines.values())
    return np.array(list(lines.values()))[::-1, ::-1] if whole else None


def _parameters(text: str) -> Parameters:
    table = text.partition("Irreducible Tensor Operators")[0]
    found: Parameters = {}
    row = rf"^[^\S\n]*(\d{{1,2}}) \|[^\S\n]+(-?\d{{1,2}}) \|[^\S\n]+{NUMBER}[^\S\n]+\|[^\S\n]+({NUMBER}) \|"
    for k, q, value in re.findall(row, table, re.MULTILINE):
        found.setdefault((int(k), int(q)), real(value))
    if not found:
        raise UnreadableFile("the output has no table of B(k,q).", advice=ADVICE)
    return {kq: found[kq] for kq in KQ if kq in found}


def chi_t(text: str) -> dict[float, float]:
    """χT [cm³ K mol⁻¹] by temperature [K], without intermolecular interaction; empty where it is not printed."""
    if "Statistical |    CHI*T" not in text:
        return {}
    table = after(text, "Statistical |    CHI*T").partition("\n\n")[0]
    return {t: chi for t, _, chi in rows(r"\|\s+# \|\s+# \|\s+# \|", table, "rows of χT")}
