"""Three-index integrals against libcint's."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from pyscf import df, gto

from core.progress import Stopped
from core.qc.auxiliary import natural_auxiliary
from core.qc.basis import ano_rcc
from core.qc.three_index import _work, three_index

pytestmark = pytest.mark.xdist_group("cahf")  # what is compiled is compiled once


def ours(mol: gto.Mole, auxiliary: gto.Mole) -> np.ndarray:
    found = np.full((mol.nao * (mol.nao + 1) // 2, auxiliary.nao), np.nan)
    three_index(mol, auxiliary, found)
    return found


def theirs(mol: gto.Mole, auxiliary: gto.Mole) -> np.ndarray:
    return df.incore.aux_e2(mol, auxiliary, aosym="s2ij")


def one_shell(momentum: int, exponents: list[float], place: str, functions: int = 1) -> gto.Mole:
    rows = [[exponent, *np.linspace(1.0, 0.3 + k, functions)] for k, exponent in enumerate(exponents)]
    return gto.M(atom=f"H {place}", basis={"H": [[momentum, *rows]]}, spin=None, charge=1, verbose=0)


@pytest.mark.parametrize("orbital", range(5))
@pytest.mark.parametrize("momentum", [0, 1, 4, 8])
def test_every_angular_momentum(orbital: int, momentum: int) -> None:
    """Up to g functions of the basis, and to the highest auxiliary functions that products of them ask for."""
    mol = one_shell(orbital, [1.1, 0.3], "0 0 0", 2)
    auxiliary = one_shell(momentum, [0.7, 5.0, 0.1], "0.3 -0.5 0.9", 2)
    assert ours(mol, auxiliary) == pytest.approx(theirs(mol, auxiliary), abs=1e-12)


@pytest.mark.parametrize("far", [0.0, 0.9, 6.0, 40.0])
def test_every_distance(far: float) -> None:
    """From one centre to where the Boys function is its asymptote."""
    basis = {"O": ano_rcc("O", "3s2p1d"), "H": ano_rcc("H", "2s1p")}
    mol = gto.M(atom="O 0 0 0; H 0.9 0.1 0.2", basis=basis, spin=1, verbose=0)
    shells = [[0, [1e3, 1.0], [0.2, 0.4]], [2, [30.0, 1.0], [0.3, 0.5]]]
    auxiliary = gto.M(atom=f"H {far} 0 {far / 3}", basis={"H": shells}, spin=None, charge=1, verbose=0)
    assert ours(mol, auxiliary) == pytest.approx(theirs(mol, auxiliary), abs=2e-11)


def test_contracted_functions_of_a_molecule_with_a_lanthanide() -> None:
    contractions = {"Ce": "6s5p3d1f", "F": "3s2p1d", "H": "2s"}
    mol = gto.M(
        atom="Ce 0 0 0; F 0 0.4 2.1; H 5 0 -0.3",
        basis={element: ano_rcc(element, how) for element, how in contractions.items()},
        charge=1, spin=None, verbose=0,
    )  # fmt: skip
    natural = {element: list(natural_auxiliary(element, how)) for element, how in contractions.items()}
    auxiliary = df.addons.make_auxmol(mol, natural)
    assert ours(mol, auxiliary) == pytest.approx(theirs(mol, auxiliary), abs=5e-9)


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    mol, auxiliary = one_shell(1, [1.0], "0 0 0"), one_shell(0, [1.0], "0 0 1")
    mol += one_shell(0, [0.5], "0 0 2")
    told: list[float] = []
    three_index(mol, auxiliary, np.empty((10, 1)), told.append)
    assert all(a < b for a, b in pairwise(told)) and told[-1] == 1.0

    def stop(fraction: float) -> None:
        raise Stopped("enough.")

    with pytest.raises(Stopped):
        three_index(mol, auxiliary, np.empty((10, 1)), stop)


def test_shells_of_the_ion_count_for_what_they_take() -> None:
    """25 primitives in 7 functions before many of one in one: a third of the shells, nearly all of the work."""
    places = np.array([[0, 25, 7], [1, 22, 6], [2, 15, 4], *[[0, 4, 2]] * 6])
    done = _work(places)
    assert (np.diff(done) > 0).all() and done[-1] == pytest.approx(1.0)
    assert done[2] > 0.6 > 5 * (3 / 9) ** 2
