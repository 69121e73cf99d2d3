"""Makes core/qc/tables/spin_orbit.json: `python -m training.levels.spin_orbit` (minutes an ion, resumable).

One-centre mean-field spin-orbit integrals of the trivalent ions Ce–Yb between all primitives of the ANO-RCC basis,

    h_k = (α²/2) (−i) b [Z (p r⁻¹×p)_k − J_k + ³⁄₂ (K_k − K_kᵀ)] b

with J and K of (p₁ r₁₂⁻¹×p₁) contracted with the spherical density of the ion's configuration average (F. Neese,
J. Chem. Phys. 2005, 122, 034107, doi:10.1063/1.1829047), and the kinematic factors of the
first-order Douglas–Kroll operator, b = A 2c²/(E + c²) on an electron whose momentum appears, A = √((E + c²)/2E) on the
other, E = c √(p² + c²) (B. A. Hess, C. M. Marian, U. Wahlgren, O. Gropen, Chem. Phys. Lett. 1996, 251, 365,
doi:10.1016/0009-2614(96)00119-4).
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from typing import Any, Final

import numpy as np
import pyscf
from pyscf.scf import jk
from scipy.constants import fine_structure
from scipy.linalg import eigh

from core.arrays import FloatArray
from core.magnetism.ions import SYMBOLS
from core.qc.basis import ano_rcc
from core.qc.cahf import Average
from core.qc.free_ion import bare_ion
from core.qc.spin_orbit import TABLES, real_angular_momentum

DENSITY_BASIS: Final = "8s7p5d3f"
"""Contraction in which the ion's density is computed; its primitives are those of every ANO-RCC basis."""

_log = logging.getLogger("kramers.spin_orbit")


def main() -> None:
    """Makes what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=SYMBOLS, default=list(SYMBOLS))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for symbol in options.only:
        known: dict[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))["ions"] if TABLES.exists() else {}
        if symbol not in known:
            begun = time.perf_counter()
            table = _table(symbol, SYMBOLS.index(symbol) + 1)
            _write({**known, symbol: table})
            _log.info("%s: %.0f s", symbol, time.perf_counter() - begun)


def _write(ions: dict[str, Any]) -> None:
    TABLES.parent.mkdir(exist_ok=True)
    ordered = {symbol: ions[symbol] for symbol in SYMBOLS if symbol in ions}
    record = {
        "operator": "one-centre mean field, DKH1, ANO-RCC primitives",
        "pyscf": pyscf.__version__,
        "ions": ordered,
    }
    text = json.dumps(record, separators=(",", ":")).replace('},"', '},\n"')
    TABLES.write_text(text + "\n", encoding="utf-8")


def _table(symbol: str, electrons: int) -> dict[str, Any]:
    basis = ano_rcc(symbol, DENSITY_BASIS)
    ion = bare_ion(symbol, basis, electrons)
    mol, contraction = ion.mol.decontract_basis(aggregate=True)
    closed = contraction @ ion.orbitals.coefficients[:, : ion.orbitals.closed]
    active = contraction @ ion.orbitals.active
    density = 2 * closed @ closed.T + Average.of(electrons).occupation * active @ active.T
    operator = _operator(mol, density)
    return {str(ell): _radial(mol, operator, ell) for ell in (1, 2, 3)}


def _operator(mol: Any, density: FloatArray) -> FloatArray:
    """(3, n, n) real antisymmetric; h_k is −i times it [E_h]."""
    screened, plain = _kinematic_factors(mol)
    with mol.with_rinv_origin(np.zeros(3)):
        nuclear = mol.atom_charge(0) * mol.intor("int1e_prinvxp", comp=3)
    scripts = ["ijkl,lk->s1ij", "ijkl,jk->s1il"]
    densities = [plain.T @ density @ plain, screened.T @ density @ plain]
    coulomb, exchange = jk.get_jk(mol, densities, scripts, intor="int2e_p1vxp1", aosym="s2kl", comp=3)
    direct = screened @ (nuclear - coulomb) @ screened.T
    mixed = screened @ exchange @ plain.T
    return np.asarray(fine_structure**2 / 2 * (direct + 1.5 * (mixed - mixed.transpose(0, 2, 1))))


def _kinematic_factors(mol: Any) -> tuple[FloatArray, FloatArray]:
    """Matrices F with F V Fᵀ the integrals of f V f: b on both sides, or A on both."""
    overlap, kinetic = mol.intor("int1e_ovlp"), mol.intor("int1e_kin")
    energies, vectors = eigh(kinetic, overlap)
    c = 1 / fine_structure
    energy = c * np.sqrt(2 * energies + c**2)
    plain = np.sqrt((energy + c**2) / (2 * energy))
    screened = plain * 2 * c**2 / (energy + c**2)
    outside = overlap @ vectors
    return (outside * screened) @ vectors.T, (outside * plain) @ vectors.T


def _radial(mol: Any, operator: FloatArray, ell: int) -> dict[str, Any]:
    """c of one ℓ from all elements of the operator: the projection on l_k over its norm."""
    momenta = np.repeat([mol.bas_angular(k) for k in range(mol.nbas)], np.diff(mol.ao_loc_nr()))
    where = np.flatnonzero(momenta == ell)
    size = 2 * ell + 1
    blocks = operator[:, where][:, :, where].reshape(3, len(where) // size, size, len(where) // size, size)
    angular = (1j * real_angular_momentum(ell)).real  # l_k is −i times this
    radial = np.einsum("kpmqn,kmn->pq", blocks, angular) / (angular**2).sum()
    left = blocks - np.einsum("pq,kmn->kpmqn", radial, angular)
    if np.abs(left).max() > 1e-6 * np.abs(radial).max():
        raise RuntimeError("The operator is not spherical.")
    exponents = [float(mol.bas_exp(k)[0]) for k in range(mol.nbas) if mol.bas_angular(k) == ell]
    lower = ((radial + radial.T) / 2)[np.tril_indices(len(exponents))]
    return {"exponents": exponents, "matrix": [float(f"{value:.9e}") for value in lower]}


if __name__ == "__main__":
    main()
