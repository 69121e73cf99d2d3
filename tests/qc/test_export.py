"""Inputs for other programs: their structure, and the numbers in them."""

from __future__ import annotations

import re
from collections import Counter
from math import comb

import numpy as np
import pytest
from pyscf import gto

from core.errors import DomainError
from core.magnetism.ions import SYMBOLS, lanthanide
from core.magnetism.stevens import KQ
from core.qc.export import spin_states, to_openmolcas, to_orca, to_phi
from core.qc.hamiltonian import Spec
from core.qc.spin_orbit_states import Multiplicities

POSITIONS = np.array([[1, 1, 1], [1, 1, 3.2], [1, 1, 4.16], [3.3, 1, 1], [3.9, 1.7, 1], [3.9, 0.3, 1]], dtype=float)


def hydroxide(symbol: str = "Dy", preset: str = "standard") -> Spec:
    """[Ln(OH)(H2O)]²⁺, the ion away from the origin."""
    return Spec((symbol, "O", "H", "O", "H", "H"), POSITIONS, 2, (1, 3), preset)


@pytest.mark.parametrize("electrons", range(1, 14))
def test_the_states_of_all_spins_make_up_all_determinants(electrons: int) -> None:
    states = spin_states(electrons)
    assert sum(multiplicity * count for multiplicity, count in states) == comb(14, electrons)
    holes = min(electrons, 14 - electrons)
    assert states[0] == (holes + 1, comb(7, holes))


def test_dysprosium_has_21_sextets_224_quartets_and_490_doublets() -> None:
    assert spin_states(9) == ((6, 21), (4, 224), (2, 490))


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_openmolcas_gets_charge_spin_and_roots_of_every_ion(symbol: str) -> None:
    text, ion = to_openmolcas(hydroxide(symbol)), lanthanide(symbol)
    multiplicity, roots = spin_states(ion.electrons)[0]
    assert f"\nCharge = 2\nSpin = {multiplicity}\nnActEl = {ion.electrons} 0 0\nRas2 = 7\n" in text
    assert f"\nCIRoot = {roots} {roots} 1\n" in text
    assert ("CRYS" in text) == (ion.two_j > 0)


def test_the_modules_of_openmolcas_come_in_order() -> None:
    modules = re.findall(r"^&(\w+)", to_openmolcas(hydroxide()), re.MULTILINE)
    assert modules == ["GATEWAY", "SEWARD", "RASSCF", "RASSI", "SINGLE_ANISO"]


def test_openmolcas_has_a_basis_for_every_role_and_every_atom_once() -> None:
    text = to_openmolcas(hydroxide(preset="standard"))
    assert re.findall(r"^Basis set\n(.*)", text, re.MULTILINE) == [
        "Dy.ANO-RCC-VDZP.",
        "O.ANO-RCC-VDZP.",
        "H.ANO-RCC-VDZ.",
    ]
    atoms = re.findall(r"^([A-Z][a-z]?)(\d+) +(\S+) +(\S+) +(\S+) Angstrom$", text, re.MULTILINE)
    found = {int(number): (element, [float(x) for x in xyz]) for element, number, *xyz in atoms}
    assert [found[k + 1][0] for k in range(6)] == list(hydroxide().elements)
    assert np.array([found[k + 1][1] for k in range(6)]) == pytest.approx(POSITIONS - POSITIONS[0], abs=1e-8)


def test_an_element_in_two_roles_has_two_blocks() -> None:
    spec = Spec(hydroxide().elements, POSITIONS, 2, (1,), "standard")
    assert re.findall(r"^(O\.ANO-RCC-\w+)\.$", to_openmolcas(spec), re.MULTILINE) == ["O.ANO-RCC-VDZP", "O.ANO-RCC-VDZ"]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_orca_gets_charge_spins_and_roots_of_every_ion(symbol: str) -> None:
    ion = lanthanide(symbol)
    states = spin_states(ion.electrons)
    jobs = to_orca(hydroxide(symbol)).split("$new_job")
    assert len(jobs) == (2 if len(states) > 1 else 1)
    for job, spins in zip(jobs, (states[:1], states), strict=False):
        assert f"  nel {ion.electrons}\n  norb 7\n  mult {','.join(str(m) for m, _ in spins)}\n" in job
        assert f"  nroots {','.join(str(n) for _, n in spins)}\n" in job
        assert f"\n* xyz 2 {states[0][0]}\n" in job
    assert ["dosoc true" in job for job in jobs] == [False] * (len(jobs) - 1) + [True]


def test_orca_for_the_highest_spin_alone_is_one_job() -> None:
    text = to_orca(hydroxide(), Multiplicities.HIGH_SPIN)
    assert "$new_job" not in text and "  nroots 21\n" in text and "dosoc true" in text


def test_every_block_of_orca_is_closed() -> None:
    """Blocks of %casscf, %scf and %basis open with these words and close with ``end``."""
    opening = re.compile(r"^\s*(%casscf|%scf|%basis|avas|system|rel|NewGTO.*)$")
    for job in to_orca(hydroxide()).split("$new_job"):
        lines = job.splitlines()
        assert sum(bool(opening.match(line)) for line in lines) == sum(line.strip() == "end" for line in lines)


def test_the_electrons_below_the_active_space_of_orca_fill_its_first_orbitals() -> None:
    first, last = re.findall(r"orbitals (\d+) to (\d+)", to_orca(hydroxide()))[0]
    electrons = 66 + 2 * 8 + 3 * 1 - 2
    assert (int(first), int(last)) == ((electrons - 9) // 2, (electrons - 9) // 2 + 6)


def test_the_basis_written_for_orca_is_ours() -> None:
    """Read back shell by shell and compared with what the engine computes with."""
    block = re.search(r"NewGTO Dy\n(.*?)\n  end", to_orca(hydroxide()), re.DOTALL)
    assert block is not None
    shells = re.findall(r"^ +([SPDFGHI]) (\d+)\n((?: +\d+ +\S+ +\S+\n?)+)", block[1] + "\n", re.MULTILINE)
    assert Counter(letter for letter, *_ in shells) == {"S": 7, "P": 6, "D": 4, "F": 2, "G": 1}
    ours = [
        ("SPDFG"[momentum], [(row[0], row[column]) for row in rows])
        for momentum, *rows in gto.basis.load("ano@7s6p4d2f1g", "Dy")
        for column in range(1, len(rows[0]))
    ]
    for (letter, length, text), (momentum, primitives) in zip(shells, ours, strict=True):
        numbers = [[float(x) for x in line.split()[1:]] for line in text.splitlines()]
        assert letter == momentum and int(length) == len(numbers)
        assert np.array(numbers) == pytest.approx(np.array(primitives), abs=1e-8)


def test_orca_writes_the_other_basis_of_an_element_at_its_atoms() -> None:
    spec = Spec(hydroxide().elements, POSITIONS, 2, (1,), "standard")
    job = to_orca(spec).split("$new_job")[0]
    atoms = job.split("* xyz 2 6\n")[1]
    assert atoms.count("NewGTO") == 1 and job.count("NewGTO O\n") == 1
    assert re.search(r"^O .*\n  NewGTO\n", atoms, re.MULTILINE)


@pytest.mark.parametrize(
    "title", ["a\n&RASSCF\n", "x\r>>> EXEC rm", "# end # ! B3LYP", "$new_job", "%base", "Å\x00\x1b[31m", "x" * 500]
)
def test_a_hostile_title_stays_one_line_of_a_comment(title: str) -> None:
    plain = to_openmolcas(hydroxide()).splitlines()
    molcas = to_openmolcas(hydroxide(), title).splitlines()
    assert molcas[1:5] == plain[1:5] and molcas[6:] == plain[6:]
    assert molcas[0].startswith("* Kramers ") and molcas[5].startswith("Kramers ")
    orca = to_orca(hydroxide(), title=title).splitlines()
    assert orca[1:] == to_orca(hydroxide()).splitlines()[1:]
    assert orca[0].startswith("# Kramers ") and orca[0].count("#") == 1 and orca[0].isascii()


def read_phi(text: str) -> dict[tuple[int, int], float]:
    lines = text.splitlines()
    assert lines[0] == "****Crystal Field" and lines[-1] == "****End"
    rows = [line.split() for line in lines[1:-1]]
    assert {row[0] for row in rows} == {"1"}
    return {(int(k), int(q)): float(value) for _, k, q, value in rows}


def test_the_parameters_for_phi_times_stevens_factors_are_those_that_went_in() -> None:
    ion = lanthanide("Dy")
    factors = dict(zip((2, 4, 6), map(float, ion.stevens_factors), strict=True))
    given = dict(zip(KQ, np.random.default_rng(2).normal(size=len(KQ)).tolist(), strict=True))
    read = read_phi(to_phi(given, ion))
    assert {(k, q): value * factors[k] for (k, q), value in read.items()} == pytest.approx(given, rel=1e-8)


def test_ranks_that_a_multiplet_cannot_have_are_left_out() -> None:
    given = dict.fromkeys(KQ, 0.0)
    assert {k for k, _ in read_phi(to_phi(given, lanthanide("Ce")))} == {2, 4}


@pytest.mark.parametrize("symbol", ["Eu", "Gd"])
def test_an_ion_without_stevens_factors_has_no_file_for_phi(symbol: str) -> None:
    with pytest.raises(DomainError, match="no Stevens factors"):
        to_phi(dict.fromkeys(KQ, 0.0), lanthanide(symbol))
