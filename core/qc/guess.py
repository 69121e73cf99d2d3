"""Starting orbitals: the 4f shell of the ion in a superposition of atomic densities.

The ion's core and 4f orbitals are its contracted functions themselves, natural orbitals of the atom (the configuration
average of the bare ion in their place saved none of 14 steps); the ligands contribute PySCF's minimal-basis atomic
densities. Closed and virtual orbitals are the eigenvectors of the Fock matrix of that density in the complement of the
4f orbitals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import gto, scf

from core.arrays import FloatArray
from core.qc.cahf import MeanField
from core.qc.determinants import ORBITALS

CORE_SHELLS: Final = {0: 5, 1: 4, 2: 2}
"""Closed shells of a trivalent lanthanide ion by ℓ: [Xe] = 1s…5s, 2p…5p, 3d, 4d; 54 electrons."""

CORE_ORBITALS: Final = 27


@dataclass(frozen=True, slots=True, eq=False)
class IonOrbitals:
    """(n, 27) closed and (n, 7) 4f orbitals of a trivalent ion in a basis of n functions."""

    closed: FloatArray
    active: FloatArray


def contracted_orbitals(symbol: str, basis: Any) -> IonOrbitals:
    """The first contracted functions of each shell, made orthonormal.

    Args:
        symbol: Ce … Yb.
        basis: in PySCF's internal format, contracted to atomic natural orbitals.
    """
    mol = gto.M(atom=symbol, basis={symbol: basis}, charge=3, spin=None, verbose=0)
    orbitals = aufbau(mol, mol.intor_symmetric("int1e_ovlp"))
    return IonOrbitals(orbitals[:, :CORE_ORBITALS], orbitals[:, CORE_ORBITALS : CORE_ORBITALS + ORBITALS])


def aufbau(mol: Any, overlap: FloatArray) -> FloatArray:
    """The basis functions themselves, closed shells first: contracted ones stand in the order of their occupation."""
    momenta = np.concatenate([[mol.bas_angular(k)] * int(n) for k, n in enumerate(_functions_per_shell(mol))])
    closed, active, virtual = [], [], []
    for momentum in range(int(momenta.max()) + 1):
        where = np.flatnonzero(momenta == momentum)
        lower = np.linalg.cholesky(overlap[np.ix_(where, where)])  # keeps the order: Gram–Schmidt, not Löwdin
        columns = np.zeros((mol.nao, len(where)))
        columns[where] = np.linalg.inv(lower).T
        filled = CORE_SHELLS.get(momentum, 0) * (2 * momentum + 1)
        closed.append(columns[:, :filled])
        rest = columns[:, filled:]
        if momentum == 3:
            active.append(rest[:, :ORBITALS])
            rest = rest[:, ORBITALS:]
        virtual.append(rest)
    return np.concatenate([*closed, *active, *virtual], axis=1)


def _functions_per_shell(mol: Any) -> list[int]:
    return [(2 * mol.bas_angular(k) + 1) * mol.bas_nctr(k) for k in range(mol.nbas)]


def starting_orbitals(mol: Any, field: MeanField, ion: IonOrbitals, atom: int) -> FloatArray:
    """(nao, nmo) closed, 4f, virtual.

    Args:
        mol: the molecule.
        field: its mean field.
        ion: orbitals of the lanthanide in its basis there.
        atom: index of the lanthanide.
    """
    _, _, first, last = mol.aoslice_by_atom()[atom]
    active = np.zeros((mol.nao, ORBITALS))
    active[first:last] = ion.active
    fock = _superposed_fock(mol, field, ion, (int(first), int(last)), active)
    root = _symmetric_power(field.overlap, 0.5)
    inside = root @ active
    inside = inside @ _symmetric_power(inside.T @ inside, -0.5)
    values, vectors = np.linalg.eigh(np.eye(mol.nao) - inside @ inside.T)
    inverse = _symmetric_power(field.overlap, -0.5)
    frame = inverse @ vectors[:, values > 0.5]
    rest = frame @ np.linalg.eigh(frame.T @ fock @ frame)[1]
    n = field.closed
    return np.concatenate([rest[:, :n], inverse @ inside, rest[:, n:]], axis=1)


def _superposed_fock(
    mol: Any, field: MeanField, ion: IonOrbitals, place: tuple[int, int], active: FloatArray
) -> FloatArray:
    density = np.array(scf.hf.init_guess_by_minao(mol))
    density[place[0] : place[1]] = 0.0
    density[:, place[0] : place[1]] = 0.0
    density[place[0] : place[1], place[0] : place[1]] = 2 * ion.closed @ ion.closed.T
    values, vectors = np.linalg.eigh(density)
    kept = values > 1e-8
    jc, kc, ja, ka = field.repulsion.build(vectors[:, kept] * np.sqrt(values[kept] / 2), active, rough=True)
    return np.asarray(field.core_hamiltonian + 2 * jc - kc + field.average.occupation * (ja - 0.5 * ka))


def _symmetric_power(matrix: FloatArray, power: float) -> FloatArray:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**power) @ vectors.T)
