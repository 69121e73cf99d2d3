"""The same calculation for other programs: inputs for OpenMolcas and ORCA, crystal-field parameters for PHI.

All that the engine fixes is fixed in the inputs too: geometry with the ion at the origin, ANO-RCC contractions by role,
spin-free X2C, CASSCF(n,7) averaged over every root of highest spin, spin-orbit interaction among all of them.

- OpenMolcas 22.10 runs the input as it is (``pymolcas FILE``). Tried on [Dy(H₂O)₅(OH)₂]⁺ (`standard`), whose levels
  came within 0.003 cm⁻¹ of an input written by hand, and with `fast` on LnF₃ of Ce, Eu, Gd, Tb, Dy, Ho, on NdBr₃, YbCl₃
  and [DyF(SH)(pyridine)]⁺: RASSCF found the 4f shell in 13 to 28 steps, at the engine's energy to 10 mE_h.
- ORCA could not be run here. The keywords are those of its 6.0 manual; the file has never been through the program.
- PHI (N. F. Chilton et al., J. Comput. Chem. 2013, 34, 1164) could not be run here either. The block is laid out as
  the reader for PHI files in the Manchester group's angmom_suite 1.37 (`crystal.load_CFPs`) expects it; PHI multiplies
  each parameter by the Stevens factor θ_k, so the file is free of it. The file's ending is the user's choice.
"""

from __future__ import annotations

import re
from math import comb
from typing import Final

from pyscf.data.elements import charge as atomic_number

from core import __version__
from core.chem.molecule import hill_formula
from core.errors import DomainError
from core.magnetism.ions import Ion
from core.magnetism.stevens import KQ, RANKS, Parameters
from core.qc.basis import LETTERS, ano_rcc
from core.qc.determinants import ORBITALS
from core.qc.hamiltonian import Spec, basis_of, contraction
from core.qc.spin_orbit_states import Multiplicities

_ORCA_SECOND: Final = [
    "$new_job",
    "! X2C AutoAux TightSCF MORead NoIter",
    '%base "all_spins"',
    '%moinp "high_spin.gbw"',
]
"""Head of the second job: all spins at the orbitals of the first, which stay as they are."""


def spin_states(electrons: int) -> tuple[tuple[int, int], ...]:
    """Multiplicity and number of configuration state functions of every spin of 4fⁿ, highest spin first.

    Weyl's formula, D = (2S+1)/(m+1) · C(m+1, n/2 − S) · C(m+1, m − n/2 − S) with m = 7 orbitals (J. Paldus,
    J. Chem. Phys. 1974, 61, 5321).
    """
    highest = min(electrons, 2 * ORBITALS - electrons) + 1
    return tuple((spin, _functions(electrons, spin)) for spin in range(highest, 0, -2))


def _functions(electrons: int, multiplicity: int) -> int:
    paired = (electrons - multiplicity + 1) // 2
    empty = ORBITALS - paired - multiplicity + 1
    return multiplicity * comb(ORBITALS + 1, paired) * comb(ORBITALS + 1, empty) // (ORBITALS + 1)


def _title(spec: Spec, title: str) -> str:
    """One line of printable ASCII, without the marks that end a comment or begin a command."""
    clean = re.sub(r"[^\x20-\x7e]|[#&*$%!>]", "?", title)[:60].strip()
    about = f"{hill_formula(spec.elements)}, charge {spec.charge:+d}, preset {spec.preset}"
    return f"Kramers {__version__}: {clean}; {about}" if clean else f"Kramers {__version__}: {about}"


def _coordinates(spec: Spec) -> list[str]:
    """x, y, z of each atom as text, ion at the origin [Å]."""
    relative = spec.positions - spec.positions[spec.metal] + 0.0  # turns −0.0 into 0.0
    return [f"{x:14.8f} {y:14.8f} {z:14.8f}" for x, y, z in relative.tolist()]


def to_openmolcas(spec: Spec, title: str = "") -> str:
    """Input for OpenMolcas: RASSCF over all roots of highest spin, RASSI, SINGLE_ANISO. Levels in the log.

    The orbitals start from OpenMolcas' own guess (GUESSORB).

    Args:
        spec: a molecule that `core.qc.hamiltonian.check` has passed.
        title: any text; hostile characters are replaced.
    """
    ion = spec.ion
    multiplicity, roots = spin_states(ion.electrons)[0]
    others = ", ".join(f"{count} of {spin}" for spin, count in spin_states(ion.electrons)[1:])
    lines = [
        f"* {_title(spec, title)}",
        f"* CASSCF({ion.electrons},7) of {ion.symbol}(III) over all {roots} roots of multiplicity {multiplicity}.",
        f"* Kramers with --multiplicities high-spin computes the same; by default it adds roots: {others or 'none'}.",
        "&GATEWAY",
        "Title",
        _title(spec, title),
        *_molcas_basis(spec),
        "RICD",
        "RX2C",
        "AMFI",
        "AngMom",
        "0.0 0.0 0.0",
        "&SEWARD",
        "&RASSCF",
        f"Charge = {spec.charge}",
        f"Spin = {multiplicity}",
        f"nActEl = {ion.electrons} 0 0",
        f"Ras2 = {ORBITALS}",
        f"CIRoot = {roots} {roots} 1",
        "&RASSI",
        "Spin",
        "EJob",
        "MEES",
        "PROP",
        "3",
        *(f"'ANGMOM' {axis}" for axis in (1, 2, 3)),
        *_single_aniso(ion),
    ]
    return "\n".join(lines) + "\n"


def _molcas_basis(spec: Spec) -> list[str]:
    """One block for each element and role; without SYMMETRY they are computed without it."""
    coordinates, levels = _coordinates(spec), basis_of(spec)
    lines = []
    for element, level in dict.fromkeys(zip(spec.elements, levels, strict=True)):
        lines += ["Basis set", f"{element}.ANO-RCC-{level}."]
        for number, row in enumerate(coordinates):
            if (spec.elements[number], levels[number]) == (element, level):
                lines.append(f"{element}{number + 1} {row} Angstrom")
        lines.append("End of basis")
    return lines


def _single_aniso(ion: Ion) -> list[str]:
    """g tensors of all Kramers doublets or of the lowest pair, χT every kelvin to 300 K, crystal field of the ion."""
    lines = ["&SINGLE_ANISO", "TINT", "0.0 300.0 301"]
    if not ion.two_j:  # Eu: one state, without g and without crystal field
        return lines
    doublets = (ion.two_j + 1) // 2 if ion.kramers else 1
    return [*lines, "MLTP", str(doublets), " ".join(["2"] * doublets), "CRYS", ion.symbol.lower()]


def to_orca(spec: Spec, multiplicities: Multiplicities = Multiplicities.ALL, title: str = "") -> str:
    """Input for ORCA 6, never run: CASSCF over all roots of highest spin, then spin-orbit coupling at its orbitals.

    Args:
        spec: a molecule that `core.qc.hamiltonian.check` has passed.
        multiplicities: which spins take part in the spin-orbit interaction.
        title: any text; hostile characters are replaced.
    """
    states = spin_states(spec.ion.electrons)
    interacting = states if multiplicities is Multiplicities.ALL else states[:1]
    return "\n".join(
        [
            *_orca_head(spec, title),
            *_orca_job(spec, states[:1], _orca_first(spec), spin_orbit=len(interacting) == 1),
            *(_orca_job(spec, interacting, _ORCA_SECOND, spin_orbit=True) if len(interacting) > 1 else []),
        ]
    )


def _orca_head(spec: Spec, title: str) -> list[str]:
    n = spec.ion.electrons
    first = (sum(map(atomic_number, spec.elements)) - spec.charge - n) // 2
    counts = ", ".join(f"{count} of multiplicity {spin}" for spin, count in spin_states(n))
    return [
        f"# {_title(spec, title)}",
        f"# 4f{n} has {counts}. As in Kramers, the orbitals are averaged over the highest spin only.",
        "# Other than in Kramers: the spin-orbit operator (ORCA's mean field over the molecule; in Kramers one centre",
        "# with DKH kinematic factors), the auxiliary basis (AutoAux), X2C of the molecule instead of each atom.",
        f"# AVAS puts the 4f shell into orbitals {first} to {first + ORBITALS - 1}, counted from 0: look at them.",
        "# This file was never run: ORCA was not at hand.",
    ]


def _orca_job(spec: Spec, states: tuple[tuple[int, int], ...], head: list[str], *, spin_orbit: bool) -> list[str]:
    return [
        *head,
        *_orca_basis(spec),
        "%casscf",
        f"  nel {spec.ion.electrons}",
        f"  norb {ORBITALS}",
        f"  mult {','.join(str(spin) for spin, _ in states)}",
        f"  nroots {','.join(str(count) for _, count in states)}",
        "  trafostep ri",
        *(_orca_coupling(spec.ion) if spin_orbit else []),
        "end",
        f"* xyz {spec.charge} {states[0][0]}",
        *_orca_atoms(spec),
        "*",
        "",
    ]


def _orca_coupling(ion: Ion) -> list[str]:
    """Spin-orbit interaction, with g tensors of all Kramers doublets of the ground J multiplet."""
    tensors = ["    gtensor true", f"    ndoubgtensor {(ion.two_j + 1) // 2}"] if ion.kramers else []
    return ["  rel", "    dosoc true", *tensors, "  end"]


def _orca_first(spec: Spec) -> list[str]:
    """Head of the first job, with the 4f shell projected out of the guess (AVAS)."""
    own = {"shell": "4", "l": "3", "center": str(spec.metal)}
    repeated = [f"      {key} {','.join([value] * ORBITALS)}" for key, value in own.items()]
    counts = [f"      nel {spec.ion.electrons}", f"      norb {ORBITALS}"]
    shell = ["    system", *counts, *repeated, "      m_l 0,1,-1,2,-2,3,-3", "    end"]
    return ["! X2C AutoAux TightSCF", '%base "high_spin"', "%scf", "  avas", *shell, "  end", "end"]


def _orca_basis(spec: Spec) -> list[str]:
    """Our contractions written out, since ORCA's own ANO-RCC names stand for other ones: of each element the first."""
    first: dict[str, str] = {}
    for element, level in zip(spec.elements, basis_of(spec), strict=True):
        first.setdefault(element, level)
    blocks = ([f"  NewGTO {element}", *_shells(element, level, "    "), "  end"] for element, level in first.items())
    return ["%basis", *(line for block in blocks for line in block), "end"]


def _orca_atoms(spec: Spec) -> list[str]:
    """Coordinates [Å]; atoms whose contraction is not the first of their element bring their own."""
    lines: list[str] = []
    first: dict[str, str] = {}
    for element, level, row in zip(spec.elements, basis_of(spec), _coordinates(spec), strict=True):
        lines.append(f"{element:2s} {row}")
        if first.setdefault(element, level) != level:
            lines += ["  NewGTO", *_shells(element, level, "    "), "  end"]
    return lines


def _shells(element: str, level: str, indent: str) -> list[str]:
    """Contracted functions in ORCA's (GAMESS-US) layout: letter and length, then exponent and coefficient by line."""
    lines = []
    for momentum, *primitives in ano_rcc(element, contraction(element, level)):
        for column in range(1, len(primitives[0])):
            lines.append(f"{indent}{LETTERS[momentum].upper()} {len(primitives)}")
            lines += [
                f"{indent}{number} {row[0]:18.8f} {row[column]:14.8f}" for number, row in enumerate(primitives, start=1)
            ]
    return lines


def to_phi(parameters: Parameters, ion: Ion) -> str:
    """Crystal-field block of a PHI input: site, k, q and B_k^q without Stevens factor [cm⁻¹].

    The highest rank stands first, because angmom_suite takes the size of its table from the first line.

    Args:
        parameters: B_k^q of the ground multiplet, extended Stevens, Stevens factor included [cm⁻¹].
        ion: the trivalent ion.

    Raises:
        DomainError: Eu and Gd, whose ground multiplets have no Stevens factors.
    """
    factors = dict(zip(RANKS, ion.stevens_factors, strict=True))
    rows = [f"1 {k} {q} {parameters[k, q] / float(factors[k]):.10g}" for k, q in reversed(KQ) if factors[k]]
    if not rows:
        raise DomainError(f"{ion.symbol}(III) has no Stevens factors: PHI cannot take its crystal field.")
    return "\n".join(["****Crystal Field", *rows, "****End"]) + "\n"
